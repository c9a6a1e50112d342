# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import tagged

from .common import ImpactCommon


@tagged("post_install", "-at_install")
class TestChart(ImpactCommon):
    """Pictures: how many records of which effect by month, shift / U by rank."""

    def test_pictures(self):
        """One column a month, one a rank, red where a verdict would change."""
        self._filed("V-1", 25, ("3", "3.050"))
        self._filed("V-2", 1, ("3", "3.010"))
        analysis = self._ranked("-0.010", user=self.quality)
        months, ranking = analysis._draw()
        self.assertIn("#c53030", months)
        for line in analysis.line_ids:
            self.assertIn(line.day.strftime("%Y-%m"), months)
        self.assertIn(">U/3<", ranking)
        self.assertIn("<svg", analysis.chart)
        self.assertIn("mm", analysis._get_printed_pictures())

    def test_without_shift(self):
        """While the shift is not known there are months and no ranking."""
        self._filed("V-3", 1, ("3", "3.010"))
        analysis = self._analysis()
        self.assertFalse(analysis.chart)
        analysis.action_compute()
        self.assertEqual(len(analysis._draw()), 1)
