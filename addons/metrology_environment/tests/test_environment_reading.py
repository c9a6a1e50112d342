# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestEnvironmentReading(EnvironmentCommon):
    def test_limits_are_inclusive_and_exact(self):
        """With 20 ± 2 °C, 22.0 is within and 22.000001 is not."""
        self.assertTrue(self._read("22.0").within_limits)
        outside = self._read("22.000001")
        self.assertFalse(outside.within_limits)
        self.assertIn("22.000001", outside.exceeded)

    def test_text_stays_as_typed(self):
        """Trailing zeros are resolution and stay; the mirror is for charts only."""
        reading = self._read("20.10")
        self.assertEqual(reading.value, "20.10")
        self.assertEqual((reading.value_float, reading.decimals), (20.1, 2))

    def test_bad_values(self):
        """No number and an impossible humidity are refused with the room."""
        for value, code in (
            ("20,,1", "temperature"),
            ("-300", "temperature"),
            ("101", "humidity"),
            ("-1", "humidity"),
        ):
            with self.assertRefused(ValidationError, "Pressure Laboratory"):
                self._read(value, code)

    def test_not_in_the_future(self):
        """A reading cannot be made tomorrow."""
        with self.assertRefused(ValidationError, "future"):
            self._read(minutes_ago=-60)

    def test_evidence_is_not_edited_nor_deleted(self):
        """A wrong reading is voided with a reason, by those who may; never edited."""
        reading = self._read("25")
        with self.assertRefused(UserError, "evidence"):
            reading.value = "20"
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
        self._limit(self.room, temperature=("18", "21"))
        self.env.invalidate_all()
        self.assertTrue(reading.within_limits)
        self.assertFalse(self._read("21.9", minutes_ago=1).within_limits)

    def test_overdue_sensor_is_refused_as_a_source(self):
        """Nobody types what an uncalibrated or overdue sensor shows."""
        self.sensor.date_to = self.now.date() - timedelta(days=2)
        with self.assertRefused(ValidationError, "TH-1", "calibrated again"):
            self._read(sensor_id=self.sensor.id)
        self.sensor.date_to = False
        with self.assertRefused(ValidationError, "not calibrated"):
            self._read(sensor_id=self.sensor.id)

    def test_sensor_stands_in_the_room_and_measures_it(self):
        """A sensor of another room, or of another quantity, is refused."""
        with self.assertRefused(ValidationError, "Air Pressure"):
            self._read("101.3", "pressure", sensor_id=self.sensor.id)
        elsewhere = self._new_room("Elsewhere", "E-302")
        with self.assertRefused(ValidationError, "does not stand in"):
            self._read(sensor_id=self.sensor.id, room_id=elsewhere.id)

    def test_nobody_reads_in_anothers_name(self):
        """Who is written as reader is who entered it, and it is no automatic one."""
        reading = self._read(user_id=self.head.id)
        self.assertEqual(reading.user_id, self.tester)
        with self.assertRefused(UserError, "device with its key"):
            self._read(source="sensor", sensor_id=self.sensor.id)

    def test_what_it_is_worth_is_not_given(self):
        """Neither values nor defaults of a context say whether a typed reading is
        within the limits, automatic, or good for charts: the alarm comes all the same.
        """
        forged = {"within_limits": True, "exceeded": False, "value_float": 20.0}
        reading = self._read("25.0", minutes_ago=1, **forged)
        self.assertEqual((reading.within_limits, reading.value_float), (False, 25.0))
        self.assertEqual(self.room.episode_ids.state, "open")
        Reading = self.env["metrology.environment.reading"].with_user(self.tester)
        context = {
            **{f"default_{name}": value for name, value in forged.items()},
            "default_source": "sensor",
            "default_is_void": True,
        }
        values = {
            "room_id": self.room.id,
            "element_id": self.temperature.id,
            "sensor_id": self.sensor.id,
            "value": "26.0",
        }
        reading = Reading.with_context(**context).create(values)
        self.assertEqual(reading.source, "manual")
        self.assertEqual((reading.within_limits, reading.is_void), (False, False))
        self.assertEqual(reading.value_float, 26.0)
        self.room.is_strict = True
        with self.assertRefused(ValidationError, "automatic readings only"):
            Reading.with_context(**context).create(values)

    def test_employees_do_not_enter_readings(self):
        """Entering needs a role of the laboratory."""
        with self.assertRaises(AccessError):
            self._read(person=self.user)

    def test_the_dialog(self):
        """All elements of the room at once; what is left empty was not read."""
        form = Form(
            self.env["metrology.environment.entry"]
            .with_user(self.tester)
            .with_context(default_room_id=self.room.id)
        )
        self.assertEqual(len(form.line_ids), 3)
        with form.line_ids.edit(0) as line:
            line.value = "20.5"
        form.save().action_save()
        reading = self.room.reading_ids
        self.assertEqual(
            (reading.value, reading.element_id), ("20.5", self.temperature)
        )
        with self.assertRefused(UserError, "at least one"):
            Form(
                self.env["metrology.environment.entry"]
                .with_user(self.tester)
                .with_context(default_room_id=self.room.id)
            ).save().action_save()
