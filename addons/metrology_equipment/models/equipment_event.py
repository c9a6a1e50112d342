# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import USABLE_STATES

EVENT_KINDS = [
    ("commission", "Put in Use"),
    ("resume", "Put Back in Use"),
    ("limit", "Limit the Use"),
    ("suspend", "Suspend"),
    ("seal", "Seal"),
    ("scrap", "Scrap"),
    ("leave", "Leaves Our Control"),
    ("back", "Came Back"),
    ("return", "Checked after Return"),
    ("move", "Moved"),
    ("seal_set", "Sealed against Adjustment"),
    ("seal_broken", "Seal against Adjustment Found Broken"),
    ("seal_off", "Seal against Adjustment Given Up"),
]

#: Why equipment leaves our control.
LEAVE_PURPOSES = [
    ("calibration", "Sent to Calibration"),
    ("repair", "Sent to Repair"),
    ("onsite", "On-site Work"),
    ("loan", "Lent"),
]

#: What was wrong with equipment that is taken out of use (ISO/IEC 17025 6.4.9).
FAULT_KINDS = [
    ("overload", "Overloaded or Mishandled"),
    ("suspect", "Gives Suspect Results"),
    ("defect", "Defect or Damage"),
    ("limits", "Outside Its Limits"),
    ("other", "Other"),
]


class MetrologyEquipmentEvent(models.Model):
    """What happened to a piece of equipment, when, why and by whom; append-only."""

    _name = "metrology.equipment.event"
    _description = "Equipment Event"
    _order = "id desc"
    _rec_name = "kind"

    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True
    )
    kind = fields.Selection(selection=EVENT_KINDS, string="Event", required=True)
    date = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    reason = fields.Text(required=True)
    limitation = fields.Char()
    fault_kind = fields.Selection(selection=FAULT_KINDS, string="Fault")
    purpose = fields.Selection(selection=LEAVE_PURPOSES)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Who Has It", ondelete="restrict"
    )
    due_back = fields.Date(string="Expected Back")
    room_id = fields.Many2one(
        comodel_name="metrology.room", string="Moved to", ondelete="restrict"
    )
    function_check = fields.Text(
        string="Function Check", help="What was tried after the return, and the result."
    )
    status_check = fields.Text(
        string="Calibration Status Check",
        help="Seal, label and validity of the calibration as found after the return.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", required=True, ondelete="restrict"
    )
    traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Certificate of That Day",
        ondelete="restrict",
        help="By which certificate it was used until then.",
    )

    @api.model
    def _get_rules(self):
        """Return, by kind of event, where it may come from and what it sets. Hook."""
        in_use = USABLE_STATES
        kept = ("new", *in_use, "suspended", "sealed")
        return {
            # The state that follows says whether it is calibrated or only checked.
            "commission": {
                "from": ("new",),
                "away": False,
                "values": {"metrology_state": "qualified"},
            },
            "resume": {
                "from": ("limited", "suspended", "sealed"),
                "away": False,
                "values": {"metrology_state": "qualified"},
            },
            "limit": {
                "from": in_use,
                "values": {"metrology_state": "limited"},
            },
            "suspend": {
                "from": in_use,
                "values": {"metrology_state": "suspended"},
            },
            "seal": {
                "from": (*in_use, "suspended"),
                "values": {"metrology_state": "sealed"},
            },
            "scrap": {
                "from": kept,
                "values": {"metrology_state": "scrapped"},
            },
            "leave": {"from": kept, "away": False, "values": {"is_away": True}},
            "back": {"from": kept, "away": True, "values": {"is_back": True}},
            "return": {
                "from": kept,
                "away": True,
                "values": {"is_away": False, "is_back": False},
            },
            "move": {"from": kept, "away": False, "values": {}},
            "seal_set": {
                "from": kept,
                "seal": ("none", "broken"),
                "values": {"seal_state": "intact"},
            },
            "seal_broken": {
                "from": kept,
                "seal": ("intact",),
                "values": {"seal_state": "broken"},
            },
            "seal_off": {
                "from": kept,
                "seal": ("intact",),
                "values": {"seal_state": "none"},
            },
        }

    def write(self, vals):
        raise UserError(
            self.env._("An event of equipment is history: it stays as it is.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("An event of equipment is history: it stays as it is.")
        )
