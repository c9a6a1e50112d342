# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import InstrumentCommon


@tagged("post_install", "-at_install")
class TestImportDoubts(InstrumentCommon):
    """What looks alike is a question; what only looks so is none."""

    def _lines(self, *rows):
        return self._import(self._workbook(rows)).line_ids

    def test_one_number_of_two_makers(self):
        """Short numbers return with every maker: asked in the list and of the ledger,
        and both are kept when a person says so."""
        lines = self._lines(
            self._row(1, "01", maker="红旗仪表厂"), self._row(2, "01", maker="上仪四厂")
        )
        self.assertEqual(lines.mapped("state"), ["doubtful"] * 2)
        self.assertIn("another maker (上仪四厂)", lines[0].reason)
        lines.action_confirm()
        lines.import_id.action_apply()
        self.assertEqual(len(lines.instrument_id), 2)
        known = self._lines(
            self._row(1, "01", maker="北京红旗仪表厂"),
            self._row(2, "01", maker="上仪四厂"),
        )
        self.assertEqual(known.instrument_id, lines.instrument_id)
        self.assertEqual(known.mapped("state"), ["known"] * 2)
        third = self._lines(self._row(1, "01", maker="西安仪表厂"))
        self.assertEqual(third.state, "doubtful")
        self.assertIn("may be an instrument", third.reason)

    def test_one_maker_written_in_two_ways_is_one(self):
        """The same number, name, model and maker is one instrument twice."""
        lines = self._lines(
            self._row(1, "01", maker="红旗"), self._row(2, "01", maker="北京红旗仪表厂")
        )
        lines.action_confirm()
        self.assertEqual(lines.mapped("state"), ["doubtful"] * 2)
        self.assertIn("stands twice", lines[0].reason)

    def test_looks_like_a_known_one(self):
        """O for 0, I for 1, lost zeros and another dash are a question, not another
        instrument."""
        first = self._lines(self._row(1, "A-1200"), self._row(2, "000042"))
        first.import_id.action_apply()
        for serial, known in (("A12O0", first[0]), ("42", first[1])):
            line = self._lines(self._row(1, serial))
            self.assertEqual(line.state, "doubtful", serial)
            self.assertIn(known.serial_number, line.reason)
            line.instrument_id = known.instrument_id
            self.assertEqual(line.state, "known")

    def test_nearly_the_same_in_one_list(self):
        """Two rows that differ only in O and 0 are looked at."""
        lines = self._lines(
            self._row(1, "7O1"), self._row(2, "701"), self._row(3, "702")
        )
        self.assertEqual(lines.mapped("state"), ["doubtful", "doubtful", "new"])
        self.assertIn("nearly the same number 701", lines[0].reason)

    def test_no_asset_number_is_nobodys(self):
        """A slash in the column of asset numbers makes no two lines alike."""
        lines = self._lines(*(self._row(n, f"N{n}", asset="/") for n in range(4)))
        self.assertEqual(set(lines.mapped("state")), {"new"})
        self.assertFalse(any(lines.mapped("asset_number")))

    def test_numbers_listed_without_a_quantity(self):
        """Several numbers in one cell are asked about, and split with their own
        numbers of the customer."""
        line = self._lines(self._row(1, "A1～A3", asset="JD-1、JD-2、JD-3"))
        self.assertIn("names 3 serial numbers", line.reason)
        line.action_split()
        lines = line.import_id.line_ids
        self.assertEqual(lines.mapped("serial_number"), ["A1", "A2", "A3"])
        self.assertEqual(lines.mapped("asset_number"), ["JD-1", "JD-2", "JD-3"])
        self.assertEqual(set(lines.mapped("state")), {"new"})

    def test_quantity_and_numbers_that_differ(self):
        """Three pieces and two numbers: what to correct is said."""
        line = self._lines(self._row(1, "A1、A2", quantity=3))
        self.assertIn("3 pieces, but 2 serial numbers", line.reason)

    def test_a_slip_of_the_quantity_is_not_split(self):
        """A number of pieces that cannot be meant makes no thousand lines."""
        line = self._lines(self._row(1, "A1", quantity=99999))
        with self.assertRaisesRegex(UserError, "Row 2, .*99999 pieces are too many"):
            line.action_split()
        self.assertEqual(len(line.import_id.line_ids), 1)

    def test_wishes_are_said(self):
        """What the customer asks for stands beside the line, and stays on it."""
        lines = self._lines(
            self._row(1, "1", remark="只校三点，不出证书"),
            self._row(2, "2", remark="车间用"),
        )
        self.assertEqual(lines.mapped("state"), ["new"] * 2)
        self.assertIn("the customer asks: 只校三点，不出证书", lines[0].reason)
        self.assertEqual(lines[0].service_kind, "calibration")
        self.assertFalse(lines[1].reason)

    def test_thousands_of_equal_numbers(self):
        """A column of nothing but one number is judged, and in reasonable time."""
        lines = self._lines(*(self._row(n, "1") for n in range(1500)))
        self.assertEqual(set(lines.mapped("state")), {"doubtful"})
