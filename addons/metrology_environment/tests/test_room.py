# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestRoom(EnvironmentCommon):
    def _codes(self, moment=None):
        room = self.room.with_user(self.user)
        blockers = room._get_condition_blockers(moment or self.now)
        return [code for code, _message in blockers[self.room.id]]

    def test_no_reading_is_not_in_order(self):
        """A room with limits and no reading may not be worked in."""
        self.assertEqual(self._codes(), ["room_no_reading"])
        self.assertEqual(self.room.condition, "stale")

    def test_conditions_of_the_moment(self):
        """The last reading at or before the moment counts, not a later one."""
        self._read("19.5", minutes_ago=90)
        self._read("21.55", minutes_ago=10)
        room = self.room.with_user(self.user)
        half_an_hour_ago = self.now - timedelta(minutes=30)
        self.assertEqual(room._get_conditions(half_an_hour_ago)["temperature"], "19.5")
        now = room._get_conditions(self.now)
        self.assertEqual((now["temperature"], now["humidity"]), ("21.55", "50"))
        self.assertTrue(now["within_limits"])
        self.assertEqual(self._codes(), [])

    def test_old_reading_says_nothing(self):
        """A reading older than the room allows is no evidence of its conditions."""
        self._read(minutes_ago=121)
        self.assertEqual(self._codes(), ["room_no_reading"])
        self.room.valid_minutes = 240
        self.assertEqual(self._codes(), [])

    def test_a_room_without_limits_needs_no_reading(self):
        """Where nothing is asked, nothing is missing."""
        self.room.limit_ids.unlink()
        self.assertEqual(self._codes(), [])

    def test_out_of_limits_is_told(self):
        """The sentence says what is out, and by which limit."""
        self._read("22.5")
        [(code, message)] = self.room._get_condition_blockers(self.now)[self.room.id]
        self.assertEqual(code, "room_out_of_limits")
        self.assertIn("22.5 ℃", message)
        self.assertIn("18…22", message)

    def test_statistics_of_a_period(self):
        """Minimum, mean and maximum keep the texts; no data is not in order."""
        for text, minutes in (("19.50", 50), ("20.10", 40), ("20.4", 30)):
            self._read(text, minutes_ago=minutes)
        start, end = self.now - timedelta(minutes=60), self.now
        temperature = self.room._get_statistics(start, end)["temperature"]
        self.assertEqual((temperature["min"], temperature["max"]), ("19.50", "20.4"))
        self.assertAlmostEqual(temperature["mean"], 20.0)
        empty = self.room._get_statistics(start - timedelta(days=1), start)
        self.assertEqual(empty, {})
        with self.assertRaises(ValueError):
            self.room._get_statistics(end, start)

    def test_limits_in_order(self):
        """Limits are numbers, the least below the greatest, one of each kind."""
        limit = self.limit.with_user(self.head)
        for values in (
            {"minimum": "22"},
            {"minimum": "warm"},
            {"minimum": False, "maximum": False},
        ):
            with self.assertRefused(ValidationError):
                limit.write(values)

    def test_limit_in_a_unit_of_its_quantity(self):
        """A temperature is not limited in kilopascals."""
        with self.assertRefused(ValidationError, "kPa"):
            self.limit.with_user(self.head).unit_id = self.env.ref("metrology.unit_kpa")

    def test_limits_are_the_heads(self):
        """A tester reads the limits and does not move them."""
        limit = self.limit
        self.assertEqual(limit.with_user(self.tester).minimum, "18")
        with self.assertRaises(AccessError):
            limit.with_user(self.tester).maximum = "30"

    def test_limit_in_another_unit(self):
        """A limit in kelvin judges readings in degrees Celsius."""
        self.limit.write(
            {
                "unit_id": self.env.ref("metrology.unit_kelvin").id,
                "minimum": "291.15",
                "maximum": "295.15",
            }
        )
        self.assertTrue(self._read("22").within_limits)
        self.assertFalse(self._read("22.001").within_limits)

    def test_queries_do_not_grow(self):
        """The conditions of many rooms cost as many queries as of one."""
        rooms = self.room
        for number in range(15):
            rooms |= self.room.copy({"code": f"C-{number}"})
        for room in rooms:
            self.env["metrology.environment.reading"].create(
                {"room_id": room.id, "temperature": "20", "time": self.now}
            )

        def count(records):
            for _turn in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                records._get_conditions_map(self.now)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(rooms[:1]), count(rooms))
