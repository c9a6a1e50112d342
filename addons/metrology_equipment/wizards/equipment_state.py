# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from ..models.equipment_event import EVENT_KINDS, FAULT_KINDS, LEAVE_PURPOSES

#: Which fields of the dialog belong to which kind of event.
_DETAILS = {
    "suspend": ("fault_kind",),
    "leave": ("purpose", "due_back"),
    "return": ("function_check", "status_check"),
    "resume": ("function_check",),
    "move": ("room_id",),
}


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
    fault_kind = fields.Selection(selection=FAULT_KINDS, string="Fault")
    ask_repair = fields.Boolean(
        string="Ask for Repair", help="Makes a maintenance request for each."
    )
    purpose = fields.Selection(selection=LEAVE_PURPOSES)
    due_back = fields.Date(string="Expected Back")
    room_id = fields.Many2one(comodel_name="metrology.room", string="Moved to")
    function_check = fields.Text()
    status_check = fields.Text(string="Calibration Status Check")

    def action_apply(self):
        self.ensure_one()
        details = {}
        for name in _DETAILS.get(self.kind, ()):
            value = self[name]
            details[name] = value.id if name == "room_id" else value
        self.equipment_ids._register_event(
            self.kind,
            self.reason,
            limitation=self.limitation,
            partner=self.partner_id,
            **details,
        )
        if self.kind == "suspend" and self.ask_repair:
            self.equipment_ids._make_repair_request(self.reason)
        return {"type": "ir.actions.act_window_close"}
