# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import gauge_data
from .environment import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestEnvironment(EnvironmentCommon):
    """The environment of a record comes from its room and keeps the limits."""

    @requirement("S0-5.4.1")
    def test_limit_of_the_method(self):
        """With 20 ± 2 °C of the method, 22.5 is refused at submission, 22.0 passes;
        further elements (power supply, vibration, EMI) are compared too."""
        self._limit("method_id", self.method, "18", "22")
        self._type(self.record, gauge_data())
        self.entry.temperature = "22.5"
        with self.assertRefused(UserError, "22.5 ℃", "18…22"):
            self.entry.action_submit("rec_anna")
        self.assertEqual(self.record.state, "running")
        self.entry.temperature = "22.0"
        for code, unit_value in (
            ("voltage", "231"),
            ("vibration", "0.02"),
            ("electromagnetic", "3"),
        ):
            self._limit("capability_id", self.capability, False, "1", code)
            line = (
                self.env["metrology.record.environment"]
                .with_user(self.anna)
                .create(
                    {
                        "record_id": self.record.id,
                        "element_id": self.env.ref(
                            f"metrology_environment.element_{code}"
                        ).id,
                        "minimum": "0",
                        "maximum": unit_value,
                    }
                )
            )
            if code != "vibration":
                self.assertTrue(line.is_out)
                with self.assertRefused(UserError, unit_value):
                    self.entry.action_submit("rec_anna")
            line.unlink()
        self.entry.action_submit("rec_anna")
        self.assertEqual(self.record.state, "submitted")

    @requirement("S0-5.4.2-1")
    def test_readings_of_its_time(self):
        """A record takes least, mean and greatest of the readings of its room over its
        time, and no reading of a sensor out of calibration."""
        for value, minutes in (
            ("25.0", 90),
            ("19.50", 50),
            ("20.10", 40),
            ("20.40", 30),
        ):
            self._send(value, minutes)
        self._send("50", 45, "humidity", "%RH")
        self._type(self.record, gauge_data())
        self.entry.write({"temperature": False})
        self.entry.action_take_readings()
        line = self.record.environment_line_ids.filtered(
            lambda one: one.element_id.code == "temperature"
        )
        self.assertEqual(
            (line.minimum, line.mean, line.maximum, line.count),
            ("19.50", "20.00", "20.40", 3),
        )
        self.assertEqual(line.sensor_ids, self.sensor)
        self.assertEqual(self.record.temperature, "20.00")
        self.entry.action_submit("rec_anna")
        [sealed] = [
            one
            for one in self.record.environment_summary["lines"]
            if one["element"] == "temperature"
        ]
        self.assertEqual((sealed["minimum"], sealed["maximum"]), ("19.50", "20.40"))
        with self.assertRefused(UserError):
            line.with_user(self.anna).write({"maximum": "20.1"})
        with self.assertRefused(UserError):
            self.entry.write({"environment_summary": {}})

    @requirement("S0-5.4.2-1")
    def test_expired_sensor_is_no_source(self):
        """A sensor whose calibration has expired fills no record and is refused when it
        is named for a typed reading."""
        self.sensor.date_to = self.today - timedelta(days=5)
        self._send("20.0", 10)
        with self.assertRefused(UserError, "no usable readings"):
            self.entry.action_take_readings()
        self.assertFalse(self.record.environment_line_ids)
        with self.assertRefused(UserError, "not typed over"):
            self.env["metrology.record.environment"].with_user(self.anna).create(
                {
                    "record_id": self.record.id,
                    "element_id": self.env.ref(
                        "metrology_environment.element_temperature"
                    ).id,
                    "minimum": "20",
                    "maximum": "20",
                    "sensor_ids": [fields.Command.link(self.sensor.id)],
                }
            )
        with self.assertRefused(ValidationError, "R-TH"):
            self.env["metrology.environment.reading"].with_user(self.anna).create(
                {
                    "room_id": self.room.id,
                    "element_id": self.env.ref(
                        "metrology_environment.element_temperature"
                    ).id,
                    "value": "20",
                    "sensor_id": self.sensor.id,
                }
            )

    def test_a_time_without_readings(self):
        """A time to come, or one that ends before it begins, hides no reading."""
        for values in (
            {"environment_from": self.now + timedelta(hours=1)},
            {"environment_to": self.now - timedelta(hours=2)},
        ):
            with self.assertRefused(ValidationError, "time of the measurement"):
                self.entry.write(values)
        other = self._new_user("rec_other_tester", "tester")
        with self.assertRefused(AccessError, "only"):
            self.record.with_user(other).write({"temperature": "20.0"})

    def test_the_worst_reading_counts(self):
        """A mean within the limits does not excuse a reading out of them."""
        self._type(self.record, gauge_data())
        self._send("22.5", 30)
        self._send("19.5", 20)
        self._limit("method_id", self.method, "18", "22")
        with self.assertRefused(UserError, "22.5"):
            self.entry.action_submit("rec_anna")

    def test_strict_rooms(self):
        """In a room with automatic readings only, what was typed gives way to them, and
        without any the record is refused."""
        self.room.is_strict = True
        with self.assertRefused(UserError, "automatic readings only"):
            self.env["metrology.record.environment"].with_user(self.anna).create(
                {
                    "record_id": self.record.id,
                    "element_id": self.env.ref(
                        "metrology_environment.element_temperature"
                    ).id,
                    "minimum": "20",
                    "maximum": "20",
                }
            )
        self._type(self.record, gauge_data())
        with self.assertRefused(UserError, "automatic readings only"):
            self.entry.action_submit("rec_anna")
        self._send("21.4", 10)
        self._send("40", 10, "humidity", "%RH")
        self.entry.action_submit("rec_anna")
        self.assertEqual(self.record.temperature, "21.4")

    @requirement("S1-7.3.1-1")
    def test_unapproved_limits(self):
        """A change of a room's limits is a version that waits for approval; a record
        under limits nobody has approved is refused."""
        version = self._limit("room_id", self.room, "18", "22", approve=False)
        self._type(self.record, gauge_data())
        with self.assertRefused(UserError, "not approved"):
            self.entry.action_submit("rec_anna")
        version.with_user(self.head).sudo(False)
        version.create_uid = self.keeper
        version.limit_ids._write({"write_uid": self.keeper.id})
        with self.assertRaises(AccessError):
            version.with_user(self.keeper).action_approve()
        version.with_user(self.head).action_approve()
        version.with_user(self.keeper).action_new_version()
        draft = self.room.requirement_ids.filtered(lambda one: one.state == "draft")
        draft.with_user(self.keeper).limit_ids.maximum = "20"
        self.assertEqual(draft.version, 2)
        # 20.1 keeps version 1, which stays in force.
        self.entry.action_submit("rec_anna")
        limits = self.record.environment_summary["limits"]
        self.assertEqual([one["id"] for one in limits], version.limit_ids.ids)

    @requirement("S1-7.3.1-2")
    def test_stop_work(self):
        """An out-of-limit reading pauses the running record; nothing can be entered
        until the limits are met again and a named person has inspected the room."""
        self._limit("room_id", self.room, "18", "22")
        self._type(self.record, gauge_data())
        self._send("22.6", 20)
        self.assertEqual((self.record.state, self.job.state), ("paused", "paused"))
        with self.assertRefused(UserError, "Paused"):
            self.entry.save_draft(gauge_data(), self.record.entry_token)
        with self.assertRefused(UserError, "Paused"):
            self.entry.action_submit("rec_anna")
        with self.assertRefused(UserError):
            self.entry.write({"state": "running"})
        with self.assertRefused(UserError, "Paused"):
            self.entry.write({"temperature": "20.0"})
        job = self.job.with_user(self.anna)
        with self.assertRefused(UserError, "22.6"):
            job.action_resume()
        self._send("21.0", 10)
        with self.assertRefused(UserError, "inspect"):
            job.action_resume()
        episode = self.room.episode_ids
        self.assertIn(self.record, episode.record_ids)
        episode.with_user(self.head).action_release("Door closed, stable")
        job.action_resume()
        self.assertEqual(self.record.state, "running")
        self.entry.save_draft(gauge_data(), self.record.entry_token)
        self.assertEqual(episode.released_by_id, self.head)

    def test_pause_by_hand(self):
        """Who pauses a job closes the entry of its record, until he resumes it."""
        self.job.with_user(self.anna).action_pause("Power cut")
        self.assertEqual(self.record.state, "paused")
        self.job.with_user(self.anna).action_resume()
        self.assertEqual(self.record.state, "draft")

    @requirement("S2-6.9a")
    def test_mobile_laboratory(self):
        """In a mobile laboratory the task is paused when readings stay away, and nothing
        more is entered; what is out of limits is flagged."""
        site = self.env["metrology.site"].create(
            {"name": "Van 1", "code": "VAN", "kind": "mobile"}
        )
        self.room.write(
            {
                "site_id": site.id,
                "template_id": self.env.ref(
                    "metrology_environment.room_template_mobile"
                ).id,
                "valid_minutes": 15,
            }
        )
        self.assertTrue(self.room.is_mobile)
        codes = set(self.room.element_ids.mapped("code"))
        self.assertLessEqual(
            {
                "dust",
                "electromagnetic",
                "radiation",
                "humidity",
                "voltage",
                "temperature",
                "noise",
                "vibration",
                "microbes",
            },
            codes,
        )
        self._limit("room_id", self.room, "10", "30")
        self._send("20", 5)
        self._type(self.record, gauge_data())
        later = self.now + timedelta(minutes=20)
        with patch("odoo.fields.Datetime.now", lambda: later):
            with self.assertRefused(UserError, "no usable reading"):
                self.entry.save_draft(gauge_data(), self.record.entry_token)
            self.env["metrology.environment.gap"]._cron_watch()
        self.assertEqual((self.record.state, self.job.state), ("paused", "paused"))
        self.assertEqual(self.room.episode_ids.kind, "gap")
        with self.assertRefused(UserError, "Paused"):
            self.entry.save_draft(gauge_data(), self.record.entry_token)
        self._send("31", 0)
        reading = self.room.reading_ids[0]
        self.assertFalse(reading.within_limits)
        self.assertIn("31", reading.exceeded)

    @requirement("S2-6.9c")
    def test_monitoring_is_not_interrupted(self):
        """A camera that is silent during a task leaves a gap row and an alarm, and the
        work does not begin or go on while it is offline."""
        camera, ups = self.env["metrology.environment.device"].create(
            [
                {
                    "name": name,
                    "kind": kind,
                    "heartbeat_minutes": 5,
                    "room_ids": [fields.Command.link(self.room.id)],
                }
                for name, kind in (("Camera 1", "camera"), ("UPS 1", "ups"))
            ]
        )
        camera._seen(self.now)
        ups._seen(self.now)
        later = self.now + timedelta(minutes=6)
        with patch("odoo.fields.Datetime.now", lambda: later):
            ups._seen(later)
            self.env["metrology.environment.gap"]._cron_watch()
        gap = self.env["metrology.environment.gap"].search([])
        self.assertEqual((gap.device_id, gap.start), (camera, self.now))
        episode = self.room.episode_ids
        self.assertEqual((episode.kind, episode.state), ("device", "open"))
        self.assertEqual(self.job.state, "paused")
        camera.last_seen = False
        job = self.job.with_user(self.anna)
        with self.assertRefused(UserError, "Camera 1", "no sign of life"):
            job.action_resume()
        another = self._new_job(self.capability, "verification", serial="G-8")
        another.room_id = self.room
        episode_before = self.room.episode_ids
        with self.assertRefused(UserError, "Camera 1", "no sign of life"):
            another.with_user(self.anna).action_start()
        self.assertFalse(another.record_ids)
        self.assertEqual(self.room.episode_ids, episode_before)
        camera._seen(later)
        episode.with_user(self.head).action_release("Cable plugged in again")
        with patch("odoo.fields.Datetime.now", lambda: later):
            job.action_resume()
        self.assertEqual(self.job.state, "running")
        listed = self.env["metrology.room"].search(
            [("device_ids", "not any", [("kind", "=", "camera")])]
        )
        self.assertNotIn(self.room, listed)

    @requirement("S2-6.11d")
    def test_records_of_a_bad_time(self):
        """A time out of limits lists the records of that time and no other; a period
        that ends before it starts is refused; without readings there is no data."""
        other = self._new_job(self.capability, "verification", serial="G-9")
        other.with_user(self.anna).action_start()
        other.record_ids.sudo().write(
            {
                "environment_from": self.now - timedelta(hours=9),
                "environment_to": self.now - timedelta(hours=8),
            }
        )
        other.room_id = self.room
        self._limit("room_id", self.room, "18", "22")
        for value, minutes in (("20", 60), ("23", 40), ("23.4", 30), ("21", 20)):
            self._send(value, minutes)
        Analysis = self.env["metrology.environment.analysis"].with_user(self.anna)
        period = {
            "room_id": self.room.id,
            "start": self.now - timedelta(hours=2),
            "end": self.now,
        }
        analysis = Analysis.create(period)
        self.assertEqual(analysis.verdict, "out")
        self.assertEqual(
            (analysis.period_ids.start, analysis.period_ids.end),
            (self.now - timedelta(minutes=40), self.now - timedelta(minutes=20)),
        )
        self.assertEqual(analysis.record_ids, self.record)
        with self.assertRefused(ValidationError, "ends"):
            Analysis.create({**period, "end": self.now - timedelta(hours=3)})
        empty = Analysis.create(
            {
                **period,
                "start": self.now - timedelta(hours=9),
                "end": self.now - timedelta(hours=8),
            }
        )
        self.assertEqual((empty.verdict, empty.record_ids.ids), ("none", []))
