# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from ..models.equipment_event import EVENT_KINDS


class MetrologyEquipmentState(models.TransientModel):
    """Dialog of a change of status of equipment."""

    _name = "metrology.equipment.state"
    _description = "Change of Equipment Status"

    equipment_ids = fields.Many2many(
        comodel_name="maintenance.equipment",
        relation="metrology_equipment_state_equipment_rel",
        required=True,
    )
    kind = fields.Selection(selection=EVENT_KINDS, string="Event", required=True)
    reason = fields.Text(required=True)
    limitation = fields.Char(string="May Not Be Used for")
    partner_id = fields.Many2one(comodel_name="res.partner", string="Who Has It")

    def action_apply(self):
        self.ensure_one()
        self.equipment_ids._register_event(
            self.kind, self.reason, limitation=self.limitation, partner=self.partner_id
        )
        return {"type": "ir.actions.act_window_close"}
