# SPDX-License-Identifier: AGPL-3.0-only
from collections import Counter

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DATA, InstrumentCommon


@tagged("post_install", "-at_install")
class TestImport(InstrumentCommon):
    def _example(self):
        return self._import((DATA / "instrument_list_mine.xlsx").read_bytes())

    def _line(self, record, row):
        return record.line_ids.filtered(lambda line: line.row_number == row)

    def test_messy_list(self):
        """A customer's list as it comes: 38 instruments, 3 other rows with reason."""
        record = self._example()
        states = Counter(record.line_ids.mapped("state"))
        self.assertEqual(states, {"new": 33, "doubtful": 5, "skip": 3})
        self.assertEqual(record.line_count, 38)
        self.assertEqual(self._line(record, 5).name, "压力表")
        self.assertEqual(self._line(record, 17).serial_number, "123456")
        self.assertEqual(self._line(record, 36).state, "skip")
        self.assertEqual(self._line(record, 37).section, "二、安全仪表")
        self.assertFalse(self._line(record, 5).section)

    def test_remarks_that_matter(self):
        """Urgent, calibration only, damage and accessories are understood."""
        record = self._example()
        self.assertTrue(self._line(record, 8).urgent)
        self.assertEqual(self._line(record, 31).service_kind, "calibration")
        self.assertEqual(self._line(record, 22).condition, "外壳有裂纹")
        self.assertEqual(self._line(record, 16).accessories, "带探头2只")
        self.assertEqual(self._line(record, 5).service_kind, "verification")

    def test_doubtful_lines_say_why(self):
        """Duplicates, several pieces and an unread number are doubtful, in words."""
        record = self._example()
        self.assertIn("26", self._line(record, 13).reason)
        self.assertIn("13", self._line(record, 26).reason)
        self.assertIn("3 pieces", self._line(record, 20).reason)
        self.assertIn("2 pieces", self._line(record, 28).reason)
        self.assertIn("见铭牌", self._line(record, 14).reason)
        self.assertEqual(self._line(record, 10).state, "new")  # 无 is an answer

    def test_nothing_is_imported_half(self):
        """As long as a line is doubtful nothing is created; the rows are named."""
        record = self._example()
        with self.assertRaisesRegex(UserError, "(?s)Row 13, 兆欧表.*Row 20"):
            record.action_apply()
        self.assertFalse(
            self.env["metrology.instrument"].search(
                [("partner_id", "=", self.partner.id)]
            )
        )

    def test_mended_in_place(self):
        """Split, correct, confirm, leave out: then everything is taken over."""
        record = self._example()
        self._line(record, 20).action_split()
        pieces = self._line(record, 20)
        self.assertEqual(len(pieces), 3)
        for index, line in enumerate(pieces.filtered(lambda ln: not ln.serial_number)):
            line.serial_number = f"99{index}"
        self._line(record, 28).quantity = 1
        self._line(record, 14).action_confirm()
        with self.assertRaises(UserError):
            record.action_apply()
        self._line(record, 26).action_exclude()
        self.assertFalse(record.mend_count)
        record.action_apply()
        self.assertEqual(record.state, "applied")
        found = self.env["metrology.instrument"].search(
            [("partner_id", "=", self.partner.id)]
        )
        self.assertEqual(len(found), 39)

    def test_clash_cannot_be_confirmed_away(self):
        """Two lines that are one instrument stay doubtful until one gives way."""
        record = self._import(self._workbook([self._row(1, "7"), self._row(2, "７")]))
        record.line_ids.action_confirm()
        self.assertEqual(record.line_ids.mapped("state"), ["doubtful"] * 2)
        record.line_ids[1].serial_number = "8"
        self.assertEqual(record.line_ids.mapped("state"), ["new"] * 2)

    def test_known_ones_are_found_again(self):
        """By serial number, whatever its width or case; without one, by the asset
        number; what the ledger lacked is filled in."""
        first = self._import(
            self._workbook([self._row(1, "ab-1"), self._row(2, "无", asset="JD-9")])
        )
        first.action_apply()
        known = first.line_ids.instrument_id
        known.manufacturer = False
        second = self._import(
            self._workbook(
                [
                    self._row(1, " ＡＢ—1", model="y-100"),
                    self._row(2, "/", asset="jd-9"),
                ]
            )
        )
        self.assertEqual(second.line_ids.mapped("state"), ["known", "known"])
        second.action_apply()
        self.assertEqual(second.line_ids.instrument_id, known)
        self.assertEqual(set(known.mapped("manufacturer")), {"红旗仪表厂"})

    def test_maybe_known_is_asked(self):
        """The same number under another model is a question; a person answers it."""
        first = self._import(self._workbook([self._row(1, "77")]))
        first.action_apply()
        second = self._import(self._workbook([self._row(1, "77", model="Y-150")]))
        line = second.line_ids
        self.assertEqual(line.state, "doubtful")
        self.assertIn("may be an instrument of the customer's ledger", line.reason)
        line.instrument_id = first.line_ids.instrument_id
        self.assertEqual(line.state, "known")
        line.instrument_id = False
        line.action_confirm()
        self.assertEqual(line.state, "new")

    def test_types_are_recognised_by_alias(self):
        """The longest alias in the name decides; a choice by hand stays."""
        special = self.env["metrology.instrument.type"].create(
            {"name": "Import Special Gauge", "keywords": "精密试验压力表"}
        )
        record = self._import(
            self._workbook(
                [
                    self._row(1, "1", name="精密试验压力表"),
                    self._row(2, "2", name="矿用试验压力表"),
                    self._row(3, "3", name="未知之物"),
                ]
            )
        )
        lines = record.line_ids
        self.assertEqual(
            [line.instrument_type_id for line in lines],
            [special, self.gauge, self.gauge.browse()],
        )
        self.assertIn("type not recognised", lines[2].reason)
        lines[2].instrument_type_id = self.gauge
        lines[0].serial_number = "9"
        self.assertEqual(lines[2].instrument_type_id, self.gauge)

    def test_listed_serials_are_split(self):
        """A cell that lists as many numbers as pieces is split into them."""
        record = self._import(
            self._workbook([self._row(1, "001~003", quantity="3台", asset="JD-1")])
        )
        record.line_ids.action_split()
        self.assertEqual(record.line_ids.mapped("serial_number"), ["001", "002", "003"])
        self.assertEqual(record.line_ids.mapped("asset_number"), ["JD-1", False, False])
        self.assertEqual(record.line_ids.mapped("state"), ["new"] * 3)

    def test_missing_facts(self):
        """Without a name a line is incomplete; without number or model, doubtful."""
        record = self._import(
            self._workbook(
                [self._row(1, None, model=None), self._row(2, "2", name=None)]
            )
        )
        self.assertEqual(record.line_ids.mapped("state"), ["doubtful", "error"])
        self.assertIn("no serial number", record.line_ids[0].reason)
        self.assertIn("no model", record.line_ids[0].reason)
        record.line_ids.action_confirm()
        self.assertEqual(record.line_ids[1].state, "error")

    def test_line_state_is_not_typed(self):
        """A client writes neither state nor reason, nor takes a list over by hand."""
        record = self._import(self._workbook([self._row(1, None)]))
        with self.assertRaises(UserError):
            record.line_ids.state = "new"
        with self.assertRaises(UserError):
            record.state = "applied"

    def test_taken_over_list_is_closed(self):
        """After the take-over neither lines nor file change, and it is not deleted."""
        record = self._import(self._workbook([self._row(1, "1")]))
        record.action_apply()
        for call in (
            lambda: record.line_ids.write({"name": "X"}),
            lambda: record.action_read(),
            lambda: record.action_apply(),
            lambda: record.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "taken over"):
                call()

    def test_roles(self):
        """An employee without the business role imports nothing."""
        record = self._import(self._workbook([self._row(1, "1")]))
        with self.assertRaises(AccessError):
            record.with_user(self.user).action_apply()
        with self.assertRaises(AccessError):
            self.env["metrology.instrument.import"].with_user(self.user).create(
                {"partner_id": self.partner.id}
            )

    def test_500_rows(self):
        """500 rows take as many queries as 50, read, judged and taken over."""
        few = self._import(
            self._workbook([self._row(n, f"F{n}") for n in range(50)]), read=False
        )
        many = self._import(
            self._workbook([self._row(n, f"G{n}") for n in range(500)]), read=False
        )
        for method in ("action_read", "_evaluate", "action_apply"):
            small = self._queries(getattr(few, method))
            large = self._queries(getattr(many, method))
            self.assertLess(large, small + 12, method)
        self.assertEqual(many.new_count, 500)
