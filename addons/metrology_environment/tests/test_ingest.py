# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from ..models.environment_ingest import IngestError
from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestIngest(EnvironmentCommon):
    def _refused(self, *items):
        with self.assertRaises(IngestError) as caught:
            self._send(*items)
        return str(caught.exception)

    def test_once(self):
        """The same sensor, element and second is one reading, however often it comes."""
        self.assertEqual(self._send(self._item())["stored"], 1)
        again = self._send(self._item(), self._item(minutes_ago=1))
        self.assertEqual((again["stored"], again["duplicates"]), (1, 1))
        twice = self._item(minutes_ago=2)
        self.assertEqual(self._send(twice, twice)["stored"], 1)
        self.assertEqual(len(self.room.reading_ids), 3)

    def test_kept_exactly_and_converted_exactly(self):
        """Digits stay as the logger wrote them; kelvin become degrees exactly."""
        self._send(self._item("20.10"), self._item("293.15", minutes_ago=1, unit="K"))
        self.assertEqual(self.room.reading_ids.mapped("value"), ["20.10", "20"])

    @requirement("S2-6.11c")
    def test_sensors_by_kind(self):
        """A reading of another quantity than the sensor's kind is refused; those of an
        overdue sensor are kept, flagged and used for nothing."""
        kinds = dict(self.env["metrology.environment.sensor"]._fields["kind"].selection)
        for kind in (
            "temperature_humidity",
            "flow",
            "illuminance",
            "acoustic",
            "position",
            "gas",
        ):
            sensor = self._new_sensor(kind, kind=kind)
            self.assertIn(kind, kinds)
            self.assertTrue(sensor.element_ids)
            self.assertTrue(sensor.date_to)
        message = self._refused(self._item("300", element="illuminance", unit="lx"))
        self.assertIn("does not measure Illuminance", message)
        self.sensor.date_to = self.now.date() - timedelta(days=2)
        answer = self._send(self._item("40"))
        self.assertEqual((answer["stored"], answer["unusable"]), (1, 1))
        reading = self.room.reading_ids
        self.assertFalse(reading.is_usable)
        self.assertIn("TH-1", reading.unusable_reason)
        self.assertEqual(self.room._get_conditions(self.now), {})
        self.assertEqual(
            self.room._get_statistics(self.now - timedelta(hours=1), self.now), {}
        )
        self.assertFalse(self.room.episode_ids)

    def test_refused_as_a_whole(self):
        """One bad reading refuses its batch, naming its place; nothing is stored."""
        with self.assertRaises(IngestError) as caught:
            self._send(self._item(), self._item("warm", minutes_ago=1))
        self.assertEqual([one["index"] for one in caught.exception.problems], [1])
        self.assertFalse(self.room.reading_ids)

    def test_what_is_refused(self):
        """Future, no offset, unknown sensor or element, missing parts, impossible."""
        for item, word in (
            (self._item(minutes_ago=-10), "future"),
            (self._item(time="2026-05-12T08:00:00"), "offset"),
            (self._item(time="yesterday"), "offset"),
            (self._item(sensor="TH-9"), "TH-9"),
            (self._item(element="mood"), "mood"),
            (self._item(unit="°F/min"), "°F/min"),
            (self._item("-300"), "does not exist"),
            (self._item("NaN"), "not a number"),
            ({"sensor": "TH-1"}, "Missing"),
            ("20.1", "object"),
        ):
            self.assertIn(word, self._refused(item))
        self.assertIn("No readings", self._refused())
        self.assertFalse(self.room.reading_ids)

    def test_a_sensor_of_another_device(self):
        """A device sends for its own sensors only."""
        other = self.env["metrology.environment.device"].create({"name": "Other"})
        with self.assertRaises(IngestError) as caught:
            self.env["metrology.environment.reading"]._ingest(other, [self._item()])
        self.assertIn("Other has no sensor", str(caught.exception))

    def test_a_batch_is_one_insert(self):
        """A thousand readings cost as many queries as two; more are refused."""

        def batch(first, count):
            # Times of one minute: the same day, whatever the hour of this test.
            start = self.now - timedelta(days=30)
            return [
                self._item(
                    time=f"{start + timedelta(minutes=first, milliseconds=n * 1000):%Y-%m-%dT%H:%M:%S}Z"
                )
                for n in range(count)
            ]

        self._send(*batch(0, 2))
        self.env.flush_all()
        counts = []
        for first, number in ((100, 2), (200, 1000)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._send(*batch(first, number))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
        self.assertEqual(len(self.room.reading_ids), 1004)
        self.assertIn("1001", self._refused(*batch(300, 1001)))

    def test_days(self):
        """Days follow each batch and are made anew when a reading is voided."""
        self._send(
            self._item("19", time=self._noon(0)),
            self._item("24.0", time=self._noon(1)),
        )
        self._send(self._item("20", time=self._noon(2)))
        day = self.env["metrology.environment.daily"].search(
            [("room_id", "=", self.room.id)]
        )
        self.assertEqual(
            (day.count, day.out_count, day.minimum, day.maximum, day.mean),
            (3, 1, 19, 24, 21),
        )
        wrong = self.room.reading_ids.filtered(lambda one: one.value == "24.0")
        wrong.with_user(self.keeper).action_void("Sun on the sensor")
        day = self.env["metrology.environment.daily"].search(
            [("room_id", "=", self.room.id)]
        )
        self.assertEqual((day.count, day.out_count, day.maximum), (2, 0, 20))

    def _noon(self, minute):
        day = self.now - timedelta(days=2)
        return f"{day:%Y-%m-%d}T04:{minute:02}:00+00:00"
