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
        # Given by the actions, to the heads of the room only.
        groups="base.group_system",
    )
    has_kiosk = fields.Boolean(string="Badge Page", compute="_compute_has_kiosk")

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
        # How many are inside is no secret; who they are is in the log.
        counts = dict(
            self.env["metrology.room.entry"]
            .sudo()
            ._read_group(
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

    @api.depends("kiosk_token")
    def _compute_has_kiosk(self):
        for room in self:
            room.has_kiosk = bool(room.sudo().kiosk_token)

    def _get_owner_fields(self):
        # Who may enter is decided by the head whose room it is.
        return (*super()._get_owner_fields(), "access_mode")

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
        """Open the badge page of the room, which hangs at its door.

        :raises AccessError: not the head of the room, nor the technical head
        """
        self.ensure_one()
        self._check_kiosk()
        if not self.sudo().kiosk_token:
            self._new_kiosk_token()
        return {
            "type": "ir.actions.act_url",
            "url": f"/metrology/kiosk/{self.sudo().kiosk_token}",
            "target": "new",
        }

    def action_rotate_kiosk(self):
        """Give the badge page a new address; under the former one there is nothing."""
        self.ensure_one()
        self._check_kiosk()
        self._new_kiosk_token()
        return self.action_open_kiosk()

    def action_close_kiosk(self):
        """Take the badge page away: its address opens nothing any more."""
        self._check_kiosk()
        for room in self.sudo().filtered("kiosk_token"):
            room._guard_open().kiosk_token = False
            room.message_post(body=self.env._("The badge page was closed."))
        return True

    def _check_kiosk(self):
        """Check the caller's right to the badge pages and lock the rooms."""
        self._guard_check_group(
            "metrology.group_department_head,metrology.group_technical_head"
        )
        self.check_access("write")
        self._check_keeper()
        self._lock()

    def _new_kiosk_token(self):
        """Make a secret address for this one room; the chatter says who did."""
        room = self.sudo()
        known = bool(room.kiosk_token)
        room._guard_open().kiosk_token = secrets.token_urlsafe(24)
        room.message_post(
            body=self.env._(
                "The badge page has a new address: the former one opens nothing."
            )
            if known
            else self.env._("A badge page was opened.")
        )
