# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyEnvironmentVoid(models.TransientModel):
    """Asks why readings are wrong, and voids them."""

    _name = "metrology.environment.void"
    _description = "Void Readings"

    reading_ids = fields.Many2many(
        comodel_name="metrology.environment.reading",
        relation="metrology_environment_void_reading_rel",
        required=True,
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.reading_ids.action_void(self.reason)
        return {"type": "ir.actions.act_window_close"}
