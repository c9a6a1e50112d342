# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz
from psycopg2.extras import execute_values

from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyEnvironmentDaily(models.Model):
    """One day of one element in a room, for graphs over months of readings.

    Kept with each batch of readings; days are the institution's, not UTC's.
    """

    _name = "metrology.environment.daily"
    _description = "Day of Readings"
    _order = "day desc, room_id, element_id"
    _log_access = False

    room_id = fields.Many2one(
        comodel_name="metrology.room", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element",
        string="Condition",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    day = fields.Date(required=True, readonly=True)
    count = fields.Integer(string="Readings", readonly=True)
    out_count = fields.Integer(string="Out of Limits", readonly=True)
    minimum = fields.Float(readonly=True, digits=0, aggregator="min")
    maximum = fields.Float(readonly=True, digits=0, aggregator="max")
    total = fields.Float(readonly=True, digits=0, aggregator=None)
    mean = fields.Float(readonly=True, digits=0, aggregator="avg")

    _day_uniq = models.UniqueIndex("(room_id, element_id, day)")

    @api.depends("room_id", "element_id", "day")
    def _compute_display_name(self):
        for row in self:
            row.display_name = (
                f"{row.room_id.display_name} {row.element_id.name} {row.day}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Days are made from readings only."))

    def write(self, vals):
        raise UserError(self.env._("Days are made from readings only."))

    @api.model
    def _add(self, readings):
        """Add new usable readings to their days; one statement."""
        days = defaultdict(list)
        calendar = self.env["metrology.calendar"]
        known = {}
        for reading in readings:
            hour = (reading.company_id, reading.time.replace(minute=0, second=0))
            if hour not in known:
                known[hour] = calendar._to_day(reading.time, reading.company_id)
            days[
                reading.room_id.id,
                reading.element_id.id,
                reading.company_id.id,
                known[hour],
            ].append(reading)
        rows = []
        for (room, element, company, day), ones in sorted(days.items()):
            values = [one.value_float for one in ones]
            rows.append(
                (
                    room,
                    element,
                    company,
                    day,
                    len(ones),
                    sum(not one.within_limits for one in ones),
                    min(values),
                    max(values),
                    sum(values),
                    sum(values) / len(values),
                )
            )
        execute_values(
            self.env.cr._obj,
            """
            INSERT INTO metrology_environment_daily AS known
                   (room_id, element_id, company_id, day, count, out_count, minimum,
                    maximum, total, mean)
            VALUES %s
            ON CONFLICT (room_id, element_id, day) DO UPDATE SET
                   count = known.count + EXCLUDED.count,
                   out_count = known.out_count + EXCLUDED.out_count,
                   minimum = LEAST(known.minimum, EXCLUDED.minimum),
                   maximum = GREATEST(known.maximum, EXCLUDED.maximum),
                   total = known.total + EXCLUDED.total,
                   mean = (known.total + EXCLUDED.total)
                          / (known.count + EXCLUDED.count)
            """,
            rows,
            page_size=len(rows),
        )
        self.invalidate_model()

    @api.model
    def _recompute_days(self, readings):
        """Make the days of readings anew, after some were voided."""
        calendar = self.env["metrology.calendar"]
        self.env["metrology.environment.reading"].flush_model()
        keys = {
            (
                one.room_id,
                one.element_id,
                calendar._to_day(one.time, one.company_id),
            )
            for one in readings.sudo()
        }
        for room, element, day in keys:
            zone = calendar._timezone(room.company_id)
            start, end = (
                zone.localize(datetime.combine(moment, time.min))
                .astimezone(pytz.utc)
                .replace(tzinfo=None)
                for moment in (day, day + timedelta(days=1))
            )
            self.env.cr.execute(
                "DELETE FROM metrology_environment_daily"
                " WHERE room_id = %s AND element_id = %s AND day = %s",
                [room.id, element.id, day],
            )
            self.env.cr.execute(
                """
                INSERT INTO metrology_environment_daily
                       (room_id, element_id, company_id, day, count, out_count,
                        minimum, maximum, total, mean)
                SELECT room_id, element_id, MIN(company_id), %s, COUNT(*),
                       COUNT(*) FILTER (WHERE NOT within_limits), MIN(value_float),
                       MAX(value_float), SUM(value_float), AVG(value_float)
                  FROM metrology_environment_reading
                 WHERE room_id = %s AND element_id = %s AND time >= %s AND time < %s
                   AND is_usable AND is_void IS NOT TRUE
              GROUP BY room_id, element_id
                """,
                [day, room.id, element.id, start, end],
            )
        self.invalidate_model()
