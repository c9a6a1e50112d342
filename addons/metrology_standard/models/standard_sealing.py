# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyStandard(models.Model):
    """What only an approved change does to a standard: sealing, giving it up."""

    _inherit = "metrology.standard"

    change_ids = fields.One2many(
        comodel_name="metrology.standard.change",
        inverse_name="standard_id",
        string="Changes",
    )
    is_sealed = fields.Boolean(
        string="Sealed",
        readonly=True,
        copy=False,
        tracking=True,
        help="Sealed by an approved change; put back in use by another.",
    )

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "is_sealed")

    def _get_activation_blockers(self, day):
        """Add: what was sealed comes back by an approved change only."""
        result = super()._get_activation_blockers(day)
        for standard in self.filtered("is_sealed"):
            result[standard.id].append(
                (
                    "standard_sealed",
                    self.env._(
                        "%(standard)s is sealed: have its use approved again by a "
                        "change of the standard.",
                        standard=standard.display_name,
                    ),
                )
            )
        return result

    def _lifecycle_check(self, state):
        """Add: a standard that is in use is given up by an approved change only."""
        result = super()._lifecycle_check(state)
        if state == "withdrawn" and self._guard_is_closed():
            for standard in self.filtered(lambda one: one.state != "draft"):
                raise UserError(
                    self.env._(
                        "%(standard)s is in use: give it up by a change of the "
                        "standard that another person approves.",
                        standard=standard.display_name,
                    )
                )
        return result

    def action_new_change(self):
        """Open a new change of this standard; kind and member come with the context."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of a Measurement Standard"),
            "res_model": "metrology.standard.change",
            "view_mode": "form",
            "context": {
                "default_standard_id": self.id,
                **{
                    name: value
                    for name, value in self.env.context.items()
                    if name.startswith("default_")
                },
            },
        }
