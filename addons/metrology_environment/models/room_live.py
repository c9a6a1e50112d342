# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models

#: Readings of this long are drawn behind a value, in hours.
_TRACE_HOURS = 6
#: Points of one line at most.
_TRACE_POINTS = 48


class MetrologyRoom(models.Model):
    """The live page: what is shown, and what is sent when something changes."""

    _inherit = "metrology.room"

    @api.model
    @api.readonly
    def get_live_rooms(self, domain=None):
        """Return the rooms of the live page, those with elements to show.

        :return: [{"id", "name", "department", "valid_minutes", "stopped", "values":
            [{"element", "name", "unit", "value", "time", "out", "limit", "trace"}]}];
            times as text in UTC, ``trace`` a list of numbers by time
        """
        rooms = self.search(domain or [("state", "in", ("draft", "active"))])
        return rooms._prepare_live(fields.Datetime.now())

    def _prepare_live(self, now):
        last = self._get_last_values(now)
        traces = self._get_traces(now)
        rows = []
        for room in self:
            limits = {limit.element_id.id: limit for limit in room.sudo().limit_ids}
            elements = room.element_ids.sorted("sequence")
            values = []
            for element in elements | elements.browse(
                key for key in last[room.id] if key not in elements.ids
            ):
                reading = last[room.id].get(element.id)
                limit = limits.get(element.id)
                values.append(
                    {
                        "element": element.id,
                        "name": element.name,
                        "unit": element.unit_id.symbol,
                        "value": reading.value if reading else False,
                        "time": fields.Datetime.to_string(reading.time)
                        if reading
                        else False,
                        "out": bool(reading and not reading.within_limits),
                        "limit": limit._get_range_text() if limit else False,
                        "trace": traces.get((room.id, element.id), []),
                    }
                )
            rows.append(
                {
                    "id": room.id,
                    "name": room.display_name,
                    "department": room.department_id.sudo().name or "",
                    "valid_minutes": room.valid_minutes,
                    "stopped": room.is_stopped,
                    "mobile": room.is_mobile,
                    "values": values,
                }
            )
        return rows

    def _get_traces(self, now):
        """Return {(room id, element id): mean values of equal steps}; one query."""
        if not self.ids:
            return {}
        step = _TRACE_HOURS * 3600 / _TRACE_POINTS
        self.env.cr.execute(
            """
            SELECT room_id, element_id, ARRAY_AGG(mean ORDER BY slot) FROM (
                SELECT room_id, element_id, AVG(value_float)::float AS mean,
                       FLOOR(EXTRACT(EPOCH FROM time) / %s) AS slot
                  FROM metrology_environment_reading
                 WHERE room_id = ANY(%s) AND time BETWEEN %s AND %s
                   AND is_usable AND is_void IS NOT TRUE
              GROUP BY room_id, element_id, slot) AS steps
          GROUP BY room_id, element_id
            """,
            [step, self.ids, now - timedelta(hours=_TRACE_HOURS), now],
        )
        return {(row[0], row[1]): row[2] for row in self.env.cr.fetchall()}

    def _send_live(self, values):
        """Tell open live pages what was read; each company's people only.

        :param dict values: {room id: [{"element", "value", "time", "out"}]}
        """
        stopped = self.env["metrology.environment.episode"]._get_stopping(self)
        for room in self.sudo():
            self.env["bus.bus"]._sendone(
                (room.company_id, "metrology_environment"),
                "metrology_environment/reading",
                {
                    "room": room.id,
                    "stopped": room.id in stopped,
                    "values": values.get(room.id, []),
                },
            )
