# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

RUNNING_STATES = [
    ("off", "Off"),
    ("idle", "Idle"),
    ("running", "Running"),
    ("fault", "Fault"),
]


class MetrologyEquipmentSignal(models.Model):
    """What a device or a person reported of equipment: where it is, how it runs.

    Append-only.  A gateway sends many at once by ``report``; equipment outside its
    allowed rooms raises an alert.
    """

    _name = "metrology.equipment.signal"
    _description = "Signal of Equipment"
    _order = "time desc, id desc"
    _rec_name = "equipment_id"

    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True
    )
    time = fields.Datetime(required=True, default=fields.Datetime.now)
    source = fields.Selection(
        selection=[("device", "Device"), ("user", "Person")],
        required=True,
        default="user",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    room_id = fields.Many2one(comodel_name="metrology.room", ondelete="restrict")
    latitude = fields.Float(digits=(9, 6))
    longitude = fields.Float(digits=(9, 6))
    running_state = fields.Selection(selection=RUNNING_STATES)
    is_outside = fields.Boolean(string="Outside Its Rooms")
    note = fields.Char()

    _equipment_time_idx = models.Index("(equipment_id, time DESC)")

    def write(self, vals):
        raise UserError(self.env._("A signal is history: it stays as it is."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A signal is history: it stays as it is."))

    @api.model
    def report(self, signals, source="device"):
        """Take signals of devices; all of them, or none when one is not understood.

        :param list signals: [{"device": code of the tracker or equipment, "time":
            "YYYY-MM-DD HH:MM:SS" (UTC, optional), "room": room number, "latitude",
            "longitude", "state": off, idle, running or fault}]
        :return: ids of the signals kept
        :rtype: list[int]
        :raises UserError: an unknown device, room or state, naming it
        """
        Equipment = self.env["maintenance.equipment"]
        Equipment.check_access("write")
        codes = {str(row.get("device") or "") for row in signals}
        by_code = {}
        for name in ("metrology_code", "tracker_code"):
            for equipment in Equipment.search([(name, "in", list(codes))]):
                by_code[equipment[name]] = equipment
        numbers = {row["room"] for row in signals if row.get("room")}
        rooms = {
            room.code: room
            for room in self.env["metrology.room"].search([("code", "in", [*numbers])])
        }
        states = dict(RUNNING_STATES)
        values = []
        for row in signals:
            equipment = by_code.get(str(row.get("device") or ""))
            if not equipment:
                raise UserError(
                    self.env._(
                        'The device "%(device)s" is not registered: enter its code on '
                        "the equipment first.",
                        device=row.get("device") or "",
                    )
                )
            room = rooms.get(row.get("room"), self.env["metrology.room"])
            if row.get("room") and not room:
                raise UserError(
                    self.env._('There is no room "%(room)s".', room=row["room"])
                )
            if row.get("state") and row["state"] not in states:
                raise UserError(
                    self.env._(
                        'The device "%(device)s" sent an unknown state: %(state)s.',
                        device=row["device"],
                        state=row["state"],
                    )
                )
            values.append(
                equipment._prepare_signal(
                    room,
                    running_state=row.get("state") or False,
                    source=source,
                    time=row.get("time") or fields.Datetime.now(),
                    latitude=row.get("latitude") or 0.0,
                    longitude=row.get("longitude") or 0.0,
                )
            )
        return self.sudo().create(values)._follow().ids

    def _follow(self):
        """Set the running state of the equipment and alert where it is outside."""
        newest = {
            signal.equipment_id: signal.running_state
            for signal in self.sorted("time")
            if signal.running_state
        }
        for state in set(newest.values()):
            running = self.equipment_id.filtered(
                lambda equipment, state=state: newest.get(equipment) == state
            )
            running.sudo().running_state = state
        outside = self.filtered("is_outside")
        outside.equipment_id._alert_keepers(
            {
                signal.equipment_id.id: self.env._(
                    "%(equipment)s was seen in %(room)s, outside its allowed rooms.",
                    equipment=signal.equipment_id.display_name,
                    room=signal.room_id.display_name,
                )
                for signal in outside
            }
        )
        return self


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    tracker_code = fields.Char(
        string="Tracker",
        copy=False,
        help="Code by which a positioning device reports this equipment.",
    )
    allowed_room_ids = fields.Many2many(
        comodel_name="metrology.room",
        relation="metrology_equipment_allowed_room_rel",
        column1="equipment_id",
        column2="room_id",
        string="Allowed Rooms",
        help="Where it may be beside its own room; seen elsewhere, its keeper is told. "
        "Empty: no alert.",
    )
    running_state = fields.Selection(
        selection=RUNNING_STATES, readonly=True, copy=False, tracking=True
    )
    signal_ids = fields.One2many("metrology.equipment.signal", "equipment_id")

    _tracker_code_uniq = models.UniqueIndex(
        "(tracker_code, COALESCE(company_id, 0)) WHERE tracker_code IS NOT NULL",
        "Another equipment has this tracker.",
    )

    def action_report_state(self):
        """Report how equipment runs now; the state comes with the context.

        Everybody who may see the equipment may say so.
        """
        self.check_access("read")
        state = self.env.context.get("running_state")
        if state not in dict(RUNNING_STATES):
            raise UserError(self.env._("Say how the equipment runs."))
        self.env["metrology.equipment.signal"].sudo().create(
            [
                equipment._prepare_signal(
                    self.env["metrology.room"], running_state=state, source="user"
                )
                for equipment in self
            ]
        )._follow()
        return True

    def _prepare_signal(self, room, **values):
        """Return the values of one signal of this equipment."""
        self.ensure_one()
        allowed = self.allowed_room_ids | self.room_id
        return {
            "equipment_id": self.id,
            "user_id": self.env.uid,
            "room_id": room.id,
            "is_outside": bool(room and self.allowed_room_ids and room not in allowed),
            **values,
        }

    def _alert_keepers(self, messages):
        """Tell the keeper of each equipment once, until the activity is done.

        :param messages: {equipment id: text}
        :return: the new mail.activity
        """
        model_id = self.env["ir.model"]._get_id(self._name)
        Activity = self.env["mail.activity"].sudo()
        known = {
            (activity.res_id, activity.summary)
            for activity in Activity.search(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)]
            )
        }
        head = self.env.company.metrology_technical_head_id
        return Activity.create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": equipment.id,
                    "activity_type_id": self.env.ref(
                        "mail.mail_activity_data_warning"
                    ).id,
                    "summary": messages[equipment.id],
                    "user_id": (
                        equipment.technician_user_id or head or self.env.user
                    ).id,
                }
                for equipment in self
                if (equipment.id, messages[equipment.id]) not in known
            ]
        )
