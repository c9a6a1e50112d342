# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

EVENT_KINDS = [
    ("resume", "Put Back in Use"),
    ("limit", "Limit the Use"),
    ("suspend", "Suspend"),
    ("seal", "Seal"),
    ("scrap", "Scrap"),
    ("leave", "Leaves Our Control"),
    ("return", "Checked after Return"),
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
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Who Has It", ondelete="restrict"
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", required=True, ondelete="restrict"
    )

    @api.model
    def _get_rules(self):
        """Return, by kind of event, where it may come from and what it sets. Hook."""
        in_use = ("qualified", "limited")
        kept = (*in_use, "suspended", "sealed")
        return {
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
            "return": {"from": kept, "away": True, "values": {"is_away": False}},
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
