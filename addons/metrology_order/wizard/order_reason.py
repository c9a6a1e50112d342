# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyOrderReason(models.TransientModel):
    """Asks why an order is changed, refused or cancelled."""

    _name = "metrology.order.reason"
    _description = "Reason"

    order_id = fields.Many2one(
        comodel_name="metrology.order", required=True, readonly=True
    )
    action = fields.Selection(
        selection=[("change", "Change"), ("reject", "Refuse"), ("cancel", "Cancel")],
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Do the step with the reason."""
        self.ensure_one()
        getattr(self.order_id, f"action_{self.action}")(self.reason)
        return {"type": "ir.actions.act_window_close"}
