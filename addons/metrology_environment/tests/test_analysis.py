# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestAnalysis(EnvironmentCommon):
    def _analyse(self, start, end):
        return (
            self.env["metrology.environment.analysis"]
            .with_user(self.user)
            .create({"room_id": self.room.id, "start": start, "end": end})
        )

    def _at(self, minutes_ago):
        return self.now - timedelta(minutes=minutes_ago)

    def test_statistics_trend_and_periods(self):
        """Least, mean, greatest, deviation and trend of a period, and when the limits
        were left: from the first reading out to the first one back in."""
        for text, minutes in (
            ("20.0", 120),
            ("21.0", 100),
            ("22.5", 80),
            ("23.0", 70),
            ("22.0", 60),
        ):
            self._read(text, minutes_ago=minutes)
        analysis = self._analyse(self._at(180), self.now)
        self.assertEqual(analysis.verdict, "out")
        [row] = analysis.statistic_ids
        self.assertEqual(
            (row.count, row.minimum, row.mean, row.maximum), (5, "20.0", "21.7", "23.0")
        )
        self.assertGreater(row.slope, 2)
        [period] = analysis.period_ids
        self.assertEqual(
            (period.start, period.end, period.count, period.greatest),
            (self._at(80), self._at(60), 2, 23.0),
        )

    def test_no_data_is_not_in_order(self):
        """An empty period says so; a period that ends before it starts is refused."""
        self._read("20")
        self.assertEqual(self._analyse(self._at(10), self.now).verdict, "ok")
        self.assertEqual(self._analyse(self._at(500), self._at(400)).verdict, "none")
        with self.assertRefused(ValidationError, "ends"):
            self._analyse(self.now, self._at(10))

    def test_it_is_called_by_its_room(self):
        """The page says what it is, also before anything is saved."""
        analysis = self.env["metrology.environment.analysis"].new(
            {"room_id": self.room.id}
        )
        self.assertEqual(
            analysis.display_name, f"Environment Analysis {self.room.display_name}"
        )

    def test_on_screen(self):
        """Choosing another period computes anew before anything is saved."""
        self._read("23")
        form = Form(
            self.env["metrology.environment.analysis"]
            .with_user(self.user)
            .with_context(default_room_id=self.room.id)
        )
        form.end = self.now + timedelta(minutes=1)
        self.assertEqual(form.verdict, "out")
        form.start = self._at(600)
        form.end = self._at(500)
        self.assertEqual(form.verdict, "none")
