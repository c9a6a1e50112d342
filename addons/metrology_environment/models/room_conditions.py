# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import rounding

from ..const import CONDITION_CODES, WATCHING_KINDS


class MetrologyRoom(models.Model):
    """What the work asks of a room: its conditions at a moment and in a period."""

    _inherit = "metrology.room"

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
    is_stopped = fields.Boolean(
        string="Work Stopped",
        compute="_compute_is_stopped",
        search="_search_is_stopped",
        help="Out of limits, or nobody has inspected the room since.",
    )

    alarm_count = fields.Integer(string="Alarms", compute="_compute_alarm_count")

    @api.depends("episode_ids.state")
    def _compute_alarm_count(self):
        """Count the alarms that are not over."""
        counts = dict(
            self.env["metrology.environment.episode"]._read_group(
                [("room_id", "in", self._origin.ids), ("state", "!=", "closed")],
                ["room_id"],
                ["__count"],
            )
        )
        for room in self:
            room.alarm_count = counts.get(room._origin, 0)

    @api.depends("reading_ids", "limit_ids", "valid_minutes")
    def _compute_last_reading(self):
        conditions = self._origin._get_conditions_map(fields.Datetime.now())
        for room in self:
            now = conditions.get(room._origin.id, {})
            room.last_time = now.get("time", False)
            for code in CONDITION_CODES:
                room[code] = now.get(code, False)
            if not now or now["stale"]:
                room.condition = "stale"
            else:
                room.condition = "ok" if now["within_limits"] else "out"

    @api.depends("episode_ids.state")
    def _compute_is_stopped(self):
        stopped = self.env["metrology.environment.episode"]._get_stopping(self._origin)
        for room in self:
            room.is_stopped = room._origin.id in stopped

    def _search_is_stopped(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("episode_ids", "any", [("is_stopping", "=", True)])]

    # At a moment ----------------------------------------------------------------

    def _get_last_values(self, moment):
        """Return the last usable reading of each element at or before a moment.

        :return: {room id: {element id: reading}}; two queries for any number of rooms
        :rtype: dict[int, dict[int, recordset]]
        """
        result = {room_id: {} for room_id in self.ids}
        if not self.ids:
            return result
        Reading = self.env["metrology.environment.reading"].sudo()
        Reading.flush_model(["room_id", "element_id", "time", "is_void", "is_usable"])
        # One step into the index for each room and element, however many readings.
        self.env.cr.execute(
            """
            SELECT last.id
              FROM unnest(%s) AS room(id)
        CROSS JOIN metrology_environment_element AS element
        CROSS JOIN LATERAL (
                   SELECT reading.id
                     FROM metrology_environment_reading AS reading
                    WHERE reading.room_id = room.id
                      AND reading.element_id = element.id
                      AND reading.time <= %s
                      AND reading.is_usable AND reading.is_void IS NOT TRUE
                 ORDER BY reading.time DESC, reading.id DESC
                    LIMIT 1) AS last
            """,
            [self.ids, moment],
        )
        for reading in Reading.browse(row[0] for row in self.env.cr.fetchall()):
            result[reading.room_id.id][reading.element_id.id] = reading
        return result

    def _get_conditions(self, moment):
        """Return the conditions of this one room at a moment.

        :param datetime.datetime moment: UTC, as Odoo keeps it
        :return: dict with a text for each element code that was read (temperature,
            humidity, …), time, within_limits, stale, readings ({element id: reading})
            and exceeded (sentence or False); empty where there was no reading yet
        """
        self.ensure_one()
        return self._get_conditions_map(moment).get(self.id, {})

    def _get_conditions_map(self, moment):
        """Return the conditions of many rooms, as in ``_get_conditions``.

        :rtype: dict[int, dict]

        A fixed number of queries for any number of rooms.
        """
        result = {}
        last = self._get_last_values(moment)
        for room in self.sudo():
            readings = last[room.id]
            if not readings:
                continue
            valid = timedelta(minutes=room.valid_minutes)
            limited = room.limit_ids.element_id.ids
            asked = [readings.get(key) for key in limited] or [*readings.values()]
            fresh = [one for one in asked if one and one.time + valid >= moment]
            exceeded = [
                readings[key].exceeded
                for key in limited
                if key in readings and readings[key].exceeded
            ]
            result[room.id] = {
                **{one.element_id.code: one.value for one in readings.values()},
                "time": max(one.time for one in readings.values()),
                "within_limits": not exceeded and len(fresh) == len(asked),
                "exceeded": "; ".join(exceeded) or False,
                # Where limits are, each limited element must speak for the moment.
                "stale": not fresh if not limited else len(fresh) < len(asked),
                "readings": readings,
            }
        return result

    def _get_condition_blockers(self, moment, limits=None):
        """Say why the conditions of each room allow no work at a moment.

        :param limits: {room id: limits to keep}; by default those in force of the room
        :return: {room id: [(code, message)]}: ``room_no_reading`` for what was not
            read in time, ``room_out_of_limits`` for what is exceeded
        :rtype: dict[int, list[tuple[str, str]]]

        A room without limits needs no reading. A fixed number of queries.
        """
        last = self._get_last_values(moment)
        result = {}
        for room in self.sudo():
            result[room.id] = blockers = []
            valid = timedelta(minutes=room.valid_minutes)
            missing, exceeded = [], []
            for limit in room.limit_ids if limits is None else limits[room.id]:
                reading = last[room.id].get(limit.element_id.id)
                if not reading or reading.time + valid < moment:
                    if limit.element_id.name not in missing:
                        missing.append(limit.element_id.name)
                    continue
                sentence = limit._exceeded_by(reading.value)
                if sentence and sentence not in exceeded:
                    exceeded.append(sentence)
            values = {"room": room.display_name}
            if missing:
                blockers.append(
                    (
                        "room_no_reading",
                        self.env._(
                            "%(room)s has no usable reading of %(what)s in the last "
                            "%(minutes)s minutes: enter one.",
                            what=", ".join(missing),
                            minutes=room.valid_minutes,
                            **values,
                        ),
                    )
                )
            if exceeded:
                blockers.append(
                    (
                        "room_out_of_limits",
                        self.env._(
                            "%(room)s is out of its limits: %(what)s.",
                            what="; ".join(exceeded),
                            **values,
                        ),
                    )
                )
        return result

    def _get_work_blockers(self, moment, limits=None):
        """Say why no work may begin or go on in each room at a moment.

        State of the room, approval of its limits, stopped work, devices that watch it
        and conditions. Missing readings count where the room asks for them.

        :param limits: {room id: further limits to keep, of the work}; None for none
        :return: {room id: [(code, message)]}; a fixed number of queries
        :rtype: dict[int, list[tuple[str, str]]]
        """
        in_force = self.env["metrology.environment.requirement"]._get_in_force(
            "room_id", self
        )
        stopping = self.env["metrology.environment.episode"]._get_stopping(self)
        every = {
            room.id: in_force[room.id][0].limit_ids | (limits or {}).get(room.id, [])
            if limits and limits.get(room.id)
            else in_force[room.id][0].limit_ids
            for room in self
        }
        conditions = self._get_condition_blockers(moment, every)
        result = {}
        for room in self.sudo():
            values = {"room": room.display_name}
            result[room.id] = blockers = []
            if room.state != "active":
                blockers.append(
                    (
                        f"room_{room.state}",
                        self.env._(
                            "%(room)s is not in use (%(state)s).",
                            state=room._state_label(),
                            **values,
                        ),
                    )
                )
            current, draft = in_force[room.id]
            if draft and not current:
                blockers.append(
                    (
                        "room_limits_unapproved",
                        self.env._(
                            "The limits of %(room)s are not approved: the technical "
                            "head approves them.",
                            **values,
                        ),
                    )
                )
            blockers += stopping.get(room.id, [])
            for device in room.device_ids:
                if device.kind in WATCHING_KINDS and not device._is_online(moment):
                    blockers.append(
                        (
                            "room_device_offline",
                            self.env._(
                                "%(device)s of %(room)s gives no sign of life.",
                                device=device.display_name,
                                **values,
                            ),
                        )
                    )
            needed = room._must_have_readings()
            blockers += [
                (code, message)
                for code, message in conditions[room.id]
                if code != "room_no_reading" or needed
            ]
        return result

    # In a period ----------------------------------------------------------------

    def _check_period(self, start, end):
        if end < start:
            raise ValidationError(
                self.env._(
                    "The period ends (%(end)s) before it starts (%(start)s).",
                    start=start,
                    end=end,
                )
            )

    def _get_statistics(self, start, end):
        """Return statistics of each element in a period, with the ends.

        Usable readings only, voided ones left out.

        :return: {element code: {"element": record, "min": text, "max": text, "mean":
            text, "deviation": float, "slope": float per hour, "count": int, "sensors":
            [ids]}}; elements without a reading are missing: no data is not 'in order'
        :raises ValidationError: the period ends before it starts
        """
        self.ensure_one()
        self._check_period(start, end)
        return self._get_period_statistics([(0, self.id, start, end)]).get(0, {})

    @api.model
    def _get_period_statistics(self, periods):
        """Return the statistics of many periods at once.

        :param periods: [(key, room id, start, end)], keys whole numbers
        :return: {key: as ``_get_statistics``}, without the periods that have no reading
        :rtype: dict[int, dict]

        Two queries for any number of periods.
        """
        if not periods:
            return {}
        self.env["metrology.environment.reading"].flush_model()
        self.env.cr.execute(
            """
            SELECT period.key, element_id, COUNT(*), MIN(value_float)::text,
                   MAX(value_float)::text, AVG(value_float)::text,
                   COALESCE(STDDEV_SAMP(value_float), 0),
                   COALESCE(REGR_SLOPE(value_float, EXTRACT(EPOCH FROM time) / 3600), 0),
                   MAX(decimals),
                   ARRAY_AGG(DISTINCT sensor_id) FILTER (WHERE sensor_id IS NOT NULL)
              FROM unnest(%s, %s, %s::timestamp[], %s::timestamp[])
                   AS period(key, room_id, start, stop)
              JOIN metrology_environment_reading AS reading
                ON reading.room_id = period.room_id
               AND reading.time BETWEEN period.start AND period.stop
             WHERE reading.is_usable AND reading.is_void IS NOT TRUE
          GROUP BY period.key, element_id
            """,
            [list(column) for column in zip(*periods, strict=True)],
        )
        rows = self.env.cr.fetchall()
        elements = self.env["metrology.environment.element"].browse(r[1] for r in rows)
        result = {}
        for element, row in zip(elements, rows, strict=True):
            decimals = row[8] or 0
            result.setdefault(row[0], {})[element.code] = {
                "element": element,
                "count": row[2],
                # The column is NUMERIC: these are the readings, not floats near them.
                "min": rounding.text(row[3], decimals),
                "max": rounding.text(row[4], decimals),
                "mean": rounding.round_to(row[5], f"1e-{decimals}"),
                "deviation": float(row[6]),
                "slope": float(row[7]),
                "sensors": row[9] or [],
            }
        return result

    def _get_out_periods(self, start, end, element=None):
        """Return when readings of this one room were out of limits.

        :return: [{"element": record, "start", "end", "count", "least", "greatest"}] by
            time; ``end`` is the first reading within limits after it, or the end of the
            period. Judged by the limits of their day.
        """
        self.ensure_one()
        self._check_period(start, end)
        self.env["metrology.environment.reading"].flush_model()
        self.env.cr.execute(
            """
            WITH stepped AS (
                SELECT element_id, time, within_limits, value_float,
                       LEAD(time) OVER series AS following,
                       COUNT(*) FILTER (WHERE within_limits) OVER series AS island
                  FROM metrology_environment_reading
                 WHERE room_id = %(room)s AND time BETWEEN %(start)s AND %(end)s
                   AND is_usable AND is_void IS NOT TRUE
                   AND (%(element)s IS NULL OR element_id = %(element)s)
                WINDOW series AS (PARTITION BY element_id ORDER BY time, id))
            SELECT element_id, MIN(time), MAX(COALESCE(following, %(end)s)), COUNT(*),
                   MIN(value_float), MAX(value_float)
              FROM stepped WHERE NOT within_limits
          GROUP BY element_id, island ORDER BY 2, 1
            """,
            {
                "room": self.id,
                "start": start,
                "end": end,
                "element": element.id if element else None,
            },
        )
        return [
            {
                "element": self.env["metrology.environment.element"].browse(row[0]),
                "start": row[1],
                "end": row[2],
                "count": row[3],
                "least": float(row[4]),
                "greatest": float(row[5]),
            }
            for row in self.env.cr.fetchall()
        ]
