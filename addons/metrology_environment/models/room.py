# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import ENVIRONMENT_KINDS, READING_VALID_MINUTES


class MetrologyRoom(models.Model):
    """A laboratory room with the conditions it must keep and those it has."""

    _name = "metrology.room"
    _description = "Laboratory Room"
    _inherit = ["mail.thread"]
    _order = "code, name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    # 1. Where it is and whose
    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(string="Room Number", index=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    site_id = fields.Many2one(
        comodel_name="metrology.site",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
    )
    responsible_id = fields.Many2one(comodel_name="res.users", tracking=True)

    # 2. What it must keep
    limit_ids = fields.One2many("metrology.environment.limit", "room_id")
    is_strict = fields.Boolean(
        string="Automatic Readings Only",
        tracking=True,
        help="Readings of this room come from its sensors only; typed ones are refused.",
    )
    valid_minutes = fields.Integer(
        string="Readings Speak for (minutes)",
        default=READING_VALID_MINUTES,
        required=True,
        help="A reading older than this says nothing about the conditions any more.",
    )

    # 3. What it has
    sensor_ids = fields.One2many("metrology.environment.sensor", "room_id")
    reading_ids = fields.One2many("metrology.environment.reading", "room_id")
    last_reading_id = fields.Many2one(
        comodel_name="metrology.environment.reading", compute="_compute_last_reading"
    )
    last_time = fields.Datetime(
        string="Time of Last Reading", compute="_compute_last_reading"
    )
    temperature = fields.Char(
        string="Temperature (°C)", compute="_compute_last_reading"
    )
    humidity = fields.Char(
        string="Relative Humidity (%)", compute="_compute_last_reading"
    )
    pressure = fields.Char(string="Air Pressure (kPa)", compute="_compute_last_reading")
    condition = fields.Selection(
        selection=[
            ("ok", "Within Limits"),
            ("out", "Out of Limits"),
            ("stale", "No Recent Reading"),
        ],
        compute="_compute_last_reading",
    )
    note = fields.Text()

    _code_uniq = models.UniqueIndex(
        "(code, company_id) WHERE code IS NOT NULL AND active",
        "Another room of the company has this number.",
    )
    _valid_minutes_positive = models.Constraint(
        "CHECK(valid_minutes > 0)", "A reading must speak for at least one minute."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for room in self:
            room.display_name = f"{room.code} {room.name}" if room.code else room.name

    @api.depends("reading_ids", "limit_ids", "valid_minutes")
    def _compute_last_reading(self):
        conditions = self._origin._get_conditions_map(fields.Datetime.now())
        for room in self:
            now = conditions.get(room._origin.id, {})
            reading = now.get("reading") or self.env["metrology.environment.reading"]
            room.last_reading_id = reading
            room.last_time = reading.time
            for kind, _label in ENVIRONMENT_KINDS:
                room[kind] = reading[kind]
            if not reading or now["stale"]:
                room.condition = "stale"
            else:
                room.condition = "ok" if reading.within_limits else "out"

    # What others ask ----------------------------------------------------------

    def _get_conditions(self, moment):
        """Return the conditions of this room at a moment.

        :param datetime.datetime moment: UTC, as Odoo keeps it
        :return: dict with temperature, humidity, pressure (texts as read, False where
            not read), time, within_limits, stale and reading; an empty dict where the
            room had no reading yet
        """
        self.ensure_one()
        return self._get_conditions_map(moment).get(self.id, {})

    def _get_conditions_map(self, moment):
        """Return the last reading of each room at or before a moment.

        :return: {room id: dict as in ``_get_conditions``}
        :rtype: dict[int, dict]

        Two queries for any number of rooms.
        """
        if not self.ids:
            return {}
        Reading = self.env["metrology.environment.reading"]
        Reading.flush_model(["room_id", "time", "is_void"])
        self.env.cr.execute(
            """
            SELECT DISTINCT ON (room_id) id
              FROM metrology_environment_reading
             WHERE room_id = ANY(%s) AND time <= %s AND is_void IS NOT TRUE
          ORDER BY room_id, time DESC, id DESC
            """,
            [self.ids, moment],
        )
        result = {}
        readings = Reading.browse(row[0] for row in self.env.cr.fetchall())
        for reading in readings:
            room = reading.room_id
            valid = timedelta(minutes=room.valid_minutes)
            result[room.id] = {
                **{kind: reading[kind] for kind, _label in ENVIRONMENT_KINDS},
                "time": reading.time,
                "within_limits": reading.within_limits,
                "stale": reading.time + valid < moment,
                "reading": reading,
            }
        return result

    def _get_condition_blockers(self, moment):
        """Say why no work may be done in each room at a moment.

        A room without limits needs no reading.

        :return: {room id: [(code, message)]}
        :rtype: dict[int, list[tuple[str, str]]]
        """
        conditions = self._get_conditions_map(moment)
        result = {}
        for room in self:
            result[room.id] = []
            if not room.limit_ids:
                continue
            now = conditions.get(room.id)
            if not now or now["stale"]:
                result[room.id].append(
                    (
                        "room_no_reading",
                        self.env._(
                            "%(room)s has no reading of its conditions in the last "
                            "%(minutes)s minutes: enter one.",
                            room=room.display_name,
                            minutes=room.valid_minutes,
                        ),
                    )
                )
            elif not now["within_limits"]:
                result[room.id].append(
                    (
                        "room_out_of_limits",
                        self.env._(
                            "%(room)s is out of its limits: %(what)s.",
                            room=room.display_name,
                            what=now["reading"].exceeded,
                        ),
                    )
                )
        return result

    def _get_statistics(self, start, end):
        """Return minimum, mean and maximum of each kind in a period, with the ends.

        :return: {kind: {"min": text, "max": text, "mean": float, "count": int}};
            kinds without a reading are missing: no data is not 'in order'
        :raises ValueError: the period ends before it starts
        """
        self.ensure_one()
        if end < start:
            raise ValueError("The period ends before it starts.")
        readings = self.env["metrology.environment.reading"].search(
            Domain("room_id", "=", self.id)
            & Domain("time", ">=", start)
            & Domain("time", "<=", end)
            & Domain("is_void", "=", False)
        )
        result = {}
        for kind, _label in ENVIRONMENT_KINDS:
            values = [
                (reading[f"{kind}_value"], reading[kind])
                for reading in readings
                if reading[kind]
            ]
            if values:
                result[kind] = {
                    "min": min(values)[1],
                    "max": max(values)[1],
                    "mean": sum(value for value, _text in values) / len(values),
                    "count": len(values),
                }
        return result

    def action_open_readings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_environment.action_environment_reading"
        )
        action["domain"] = [("room_id", "=", self.id)]
        action["context"] = {"default_room_id": self.id}
        return action

    def action_add_reading(self):
        """Open the small form for a typed reading of this room."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Conditions of %(room)s", room=self.display_name),
            "res_model": "metrology.environment.reading",
            "view_mode": "form",
            "target": "new",
            "context": {"default_room_id": self.id},
        }
