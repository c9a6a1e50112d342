# SPDX-License-Identifier: AGPL-3.0-only
import time
from datetime import timedelta

from odoo.tests import tagged

from .common import EnvironmentCommon

_COUNT = 60_000


@tagged("post_install", "-at_install")
class TestScale(EnvironmentCommon):
    def test_years_of_readings(self):
        """With a minute's readings of weeks the last values come from the index, and a
        year's graph from the days."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO metrology_environment_reading
                   (room_id, company_id, element_id, sensor_id, time, source, value,
                    value_float, decimals, within_limits, is_usable, is_void)
            SELECT %s, %s, %s, %s, %s - n * interval '1 minute', 'sensor', '20.1',
                   20.1, 1, TRUE, TRUE, FALSE
              FROM generate_series(1, %s) AS n
            """,
            [
                self.room.id,
                self.room.company_id.id,
                self.temperature.id,
                self.sensor.id,
                self.now,
                _COUNT,
            ],
        )
        self.env.cr.execute("ANALYZE metrology_environment_reading")
        plan = self._explain(
            """
            SELECT id FROM metrology_environment_reading
             WHERE room_id = %s AND element_id = %s AND time <= %s
               AND is_usable AND is_void IS NOT TRUE
          ORDER BY time DESC, id DESC LIMIT 1
            """,
            [self.room.id, self.temperature.id, self.now],
        )
        self.assertIn("room_element_time_idx", plan)
        self.assertNotIn("Seq Scan", plan)
        begun = time.monotonic()
        for _turn in range(20):
            self.room._get_last_values(self.now)
        self.assertLess((time.monotonic() - begun) / 20, 0.1)
        begun = time.monotonic()
        statistics = self.room._get_statistics(self.now - timedelta(days=60), self.now)
        self.assertEqual(statistics["temperature"]["count"], _COUNT)
        self.assertLess(time.monotonic() - begun, 5)

    def _explain(self, query, arguments):
        self.env.cr.execute(f"EXPLAIN {query}", arguments)
        return "\n".join(row[0] for row in self.env.cr.fetchall())
