# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestEnvironmentReading(EnvironmentCommon):
    def test_limits_are_inclusive_and_exact(self):
        """With 20 ± 2 °C, 22.0 is within and 22.000001 is not."""
        self.assertTrue(self._read("22.0").within_limits)
        outside = self._read("22.000001")
        self.assertFalse(outside.within_limits)
        self.assertIn("22.000001", outside.exceeded)

    def test_what_was_not_read_is_not_within_limits(self):
        """A limit whose value was not read is not kept."""
        reading = self._read(humidity=False)
        self.assertFalse(reading.within_limits)
        self.assertIn("was not read", reading.exceeded)

    def test_text_stays_as_typed(self):
        """Trailing zeros are resolution and stay; the mirror is for charts only."""
        reading = self._read("20.10")
        self.assertEqual(reading.temperature, "20.10")
        self.assertEqual(reading.temperature_value, 20.1)

    def test_bad_values(self):
        """Nothing, no number and an impossible humidity are refused with the room."""
        for values in (
            {"temperature": False, "humidity": False},
            {"temperature": "20,,1"},
            {"humidity": "101"},
            {"humidity": "-1"},
        ):
            with self.assertRefused(ValidationError, "Pressure Laboratory"):
                self._read(**values)

    def test_not_in_the_future(self):
        """A reading cannot be made tomorrow."""
        with self.assertRefused(ValidationError, "future"):
            self._read(minutes_ago=-60)

    def test_evidence_is_not_edited_nor_deleted(self):
        """A wrong reading is voided with a reason, by those who may; never edited."""
        reading = self._read("25")
        with self.assertRefused(UserError, "evidence"):
            reading.temperature = "20"
        with self.assertRefused(UserError):
            reading.with_context(environment_void=True).is_void = True
        with self.assertRaises(AccessError):
            reading.with_user(self.head).unlink()
        with self.assertRefused(UserError, "evidence"):
            reading.sudo().unlink()
        with self.assertRefused(UserError, "reason"):
            reading.action_void("")
        with self.assertRaises(AccessError):
            reading.with_user(self.user).action_void("Mistake")
        reading.action_void("Read the wrong instrument")
        self.assertTrue(reading.is_void)
        self.assertEqual(self.room._get_conditions(self.now), {})

    def test_later_limits_do_not_judge_the_past(self):
        """Changing a limit leaves what was judged by the old one."""
        reading = self._read("21.9")
        self.limit.maximum = "21"
        self.env.invalidate_all()
        self.assertTrue(reading.within_limits)
        self.assertFalse(self._read("21.9", minutes_ago=1).within_limits)

    def test_strict_rooms_take_sensors_only(self):
        """A typed reading for an automatic room is refused, a sensor's is not."""
        self.room.is_strict = True
        with self.assertRefused(ValidationError, "automatic"):
            self._read()
        reading = self._read(source="sensor", sensor_id=self.sensor.id)
        self.assertTrue(reading.within_limits)

    def test_overdue_sensor_is_refused(self):
        """The readings of a sensor past its calibration are no evidence."""
        self.sensor.date_to = self.now.date() - timedelta(days=1)
        with self.assertRefused(ValidationError, "TH-1"):
            self._read(sensor_id=self.sensor.id)

    def test_sensor_stands_in_the_room_and_measures_it(self):
        """A sensor of another room, or of another quantity, is refused."""
        with self.assertRefused(ValidationError, "Air Pressure"):
            self._read(sensor_id=self.sensor.id, pressure="101.3")
        elsewhere = self.room.copy({"code": "E-302"})
        with self.assertRefused(ValidationError, "does not stand in"):
            self._read(sensor_id=self.sensor.id, room_id=elsewhere.id)

    @mute_logger("odoo.sql_db")
    def test_a_sensor_sends_a_moment_once(self):
        """The same moment of the same sensor is stored once."""
        values = {"source": "sensor", "sensor_id": self.sensor.id}
        self._read(**values)
        with self.assertRaises(IntegrityError):
            self._read(**values)

    def test_nobody_reads_in_anothers_name(self):
        """Who is written as reader is who entered it."""
        reading = self._read(user_id=self.head.id)
        self.assertEqual(reading.user_id, self.tester)

    def test_employees_do_not_enter_readings(self):
        """Entering needs a role of the laboratory."""
        with self.assertRaises(AccessError):
            self._read(person=self.user)
