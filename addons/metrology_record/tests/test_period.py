# SPDX-License-Identifier: AGPL-3.0-only
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from ..models.metrology_record_period import _without
from .common import gauge_data
from .environment import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestPeriod(EnvironmentCommon):
    """The measured time of a record is not chosen by the readings of its room."""

    def _typed_at(self, minutes_ago, down_after):
        """Type a reading as it was typed some minutes ago."""
        data = gauge_data()
        data["tables"]["points"][0]["down_after"] = down_after
        with freeze_time(self.now - timedelta(minutes=minutes_ago)):
            self._type(self.record, data)

    @requirement("S0-5.4.2-1")
    def test_bad_readings_are_not_cut_off(self):
        """A time that leaves out when readings were typed is refused, when it is
        written and when the record is submitted; so a reading of the room out of its
        limits between them is judged."""
        self._limit("method_id", self.method, "18", "22")
        self._typed_at(50, "0.41")
        self._typed_at(10, "0.42")
        self._send("20.0", 45)
        self._send("23.0", 30)
        self._send("20.0", 5)
        minutes = lambda ago: self.now - timedelta(minutes=ago)  # noqa: E731
        for values in (
            {"environment_from": minutes(20)},
            {"environment_to": minutes(40)},
            {"environment_from": minutes(48), "environment_to": minutes(5)},
        ):
            with self.assertRefused(ValidationError, "must take them in"):
                self.entry.write(values)
        # What is agreed by both ends of the entries is taken; it holds the bad reading.
        self.entry.write(
            {"environment_from": minutes(51), "environment_to": minutes(9)}
        )
        with self.assertRefused(UserError, "23.0"):
            self.entry.action_submit("rec_anna")
        # Set before the last reading was typed, it is found at the submission.
        self.entry.write({"environment_to": minutes(9)})
        self._typed_at(1, "0.40")
        with self.assertRefused(UserError, "must take them in"):
            self.entry.action_submit("rec_anna")

    def test_end_to_come(self):
        """The measurement does not end in the future."""
        with self.assertRefused(ValidationError, "time of the measurement"):
            self.entry.write({"environment_to": self.now + timedelta(hours=1)})

    def test_pauses_do_not_count(self):
        """Readings of the room while the job was paused judge nothing: no observation
        could be typed then."""
        self._limit("method_id", self.method, "18", "22")
        job = self.job.with_user(self.anna)
        self._typed_at(50, "0.41")
        with freeze_time(self.now - timedelta(minutes=40)):
            job.action_pause("End of the day")
        self._send("20.0", 45)
        self._send("27.0", 30)
        self._send("20.2", 21)
        with freeze_time(self.now - timedelta(minutes=20)):
            with self.assertRefused(UserError, "Paused"):
                self.entry.save_draft(gauge_data(), self.record.entry_token)
            job.action_resume()
        self._send("20.4", 15)
        self._typed_at(10, "0.42")
        self.entry.action_submit("rec_anna")
        [line] = [
            one
            for one in self.record.environment_summary["lines"]
            if one["element"] == "temperature"
        ]
        self.assertEqual((line["minimum"], line["maximum"]), ("20.0", "20.4"))

    def test_what_is_left_of_a_time(self):
        """Pauses before, within, across and after a time are taken out of it."""
        day = datetime(2026, 3, 2)
        hour = lambda number: day + timedelta(hours=number)  # noqa: E731
        for pauses, left in (
            ((), [(8, 12)]),
            (((9, 10),), [(8, 9), (10, 12)]),
            (((6, 9), (11, 14)), [(9, 11)]),
            (((13, 14),), [(8, 12)]),
            (((8, 9), (9, 10)), [(10, 12)]),
        ):
            found = _without(
                hour(8), hour(12), [(hour(one), hour(two)) for one, two in pauses]
            )
            self.assertEqual(found, [(hour(one), hour(two)) for one, two in left])
