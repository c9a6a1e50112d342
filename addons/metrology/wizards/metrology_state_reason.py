# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyStateReason(models.TransientModel):
    """Asks for the reason of a change of state, then calls the action with it.

    Only methods that a model names in ``_guard_reason_actions`` can be called, and
    they check the caller's rights themselves.
    """

    _name = "metrology.state.reason"
    _description = "Reason of a Change of State"

    res_model = fields.Char(required=True)
    res_ids = fields.Json(required=True)
    method = fields.Char(required=True)
    reason = fields.Text(required=True)
    impact = fields.Text(readonly=True, help="What the decision would stop.")

    def action_confirm(self):
        self.ensure_one()
        model = self.env.get(self.res_model)
        allowed = getattr(model, "_guard_reason_actions", ())
        if model is None or self.method not in allowed:
            raise UserError(
                self.env._(
                    "%(method)s of %(model)s does not ask for a reason.",
                    method=self.method,
                    model=self.res_model,
                )
            )
        records = model.browse(int(res_id) for res_id in self.res_ids).exists()
        result = getattr(records, self.method)(self.reason)
        if isinstance(result, dict):
            return result
        return {"type": "ir.actions.act_window_close"}
