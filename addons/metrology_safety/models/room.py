# SPDX-License-Identifier: AGPL-3.0-only
import secrets

from odoo import api, fields, models


class MetrologyRoom(models.Model):
    _inherit = "metrology.room"

    access_mode = fields.Selection(
        selection=[
            ("none", "Not Set Up"),
            ("list", "Persons on the List"),
            ("staff", "All Employees, Logged"),
        ],
        string="Access",
        required=True,
        default="none",
        tracking=True,
    )
    access_ids = fields.One2many("metrology.room.access", "room_id", string="Persons")
    entry_ids = fields.One2many("metrology.room.entry", "room_id", string="Entries")
    is_covered = fields.Boolean(
        string="Access Controlled",
        compute="_compute_is_covered",
        search="_search_is_covered",
    )
    inside_count = fields.Integer(string="Inside", compute="_compute_inside_count")
    hazard_ids = fields.Many2many(
        comodel_name="metrology.hazard",
        relation="metrology_hazard_room_rel",
        column1="room_id",
        column2="hazard_id",
        string="Hazards",
    )
    kiosk_token = fields.Char(
        readonly=True,
        copy=False,
        groups="metrology.group_department_head,metrology.group_technical_head",
    )

    _kiosk_token_uniq = models.UniqueIndex(
        "(kiosk_token) WHERE kiosk_token IS NOT NULL"
    )

    @api.depends("access_mode", "access_ids.state")
    def _compute_is_covered(self):
        listed = {
            room.id
            for [room] in self.env["metrology.room.access"]
            .sudo()
            ._read_group(
                [("room_id", "in", self.ids), ("state", "=", "active")], ["room_id"]
            )
        }
        for room in self:
            room.is_covered = room.access_mode == "staff" or (
                room.access_mode == "list" and room._origin.id in listed
            )

    def _search_is_covered(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [
            "|",
            ("access_mode", "=", "staff"),
            "&",
            ("access_mode", "=", "list"),
            ("access_ids.state", "=", "active"),
        ]

    def _compute_inside_count(self):
        counts = dict(
            self.env["metrology.room.entry"]._read_group(
                [
                    ("room_id", "in", self.ids),
                    ("kind", "=", "in"),
                    ("left_on", "=", False),
                ],
                ["room_id"],
                ["__count"],
            )
        )
        for room in self:
            room.inside_count = counts.get(room, 0)

    def _get_activation_blockers(self, day):
        """Add: nobody has said who may enter (S2-6.4d)."""
        result = super()._get_activation_blockers(day)
        for room in self:
            if not room.is_covered:
                result[room.id].append(
                    (
                        "room_access",
                        self.env._(
                            "%(room)s: say who may enter it, or authorise at least one "
                            "person on its list.",
                            room=room.display_name,
                        ),
                    )
                )
        return result

    def _guard_get_action_fields(self):
        # A chosen address could be guessed.
        return (*super()._guard_get_action_fields(), "kiosk_token")

    def action_open_entries(self):
        return self._open_related("metrology_safety.action_room_entry")

    def action_open_kiosk(self):
        """Open the badge page of the room, which hangs at its door."""
        self.ensure_one()
        self._guard_check_group(
            "metrology.group_department_head,metrology.group_technical_head"
        )
        self.check_access("write")
        if not self.sudo().kiosk_token:
            self.sudo().kiosk_token = secrets.token_urlsafe(24)
        return {
            "type": "ir.actions.act_url",
            "url": f"/metrology/kiosk/{self.sudo().kiosk_token}",
            "target": "new",
        }
