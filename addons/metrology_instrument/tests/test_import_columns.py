# SPDX-License-Identifier: AGPL-3.0-only
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from . import list_files as files
from .common import InstrumentCommon

#: 铭码 is a word that no list of words holds; 说明书号 holds one that means another thing.
ODD_HEAD = ["器具名称", "型号", "铭码", "说明"]


@tagged("post_install", "-at_install")
class TestImportColumns(InstrumentCommon):
    """A person says which column is what; the customer's next list is read so."""

    def _odd(self, serial="S1", partner=None, read=True):
        content = files.xlsx([ODD_HEAD, ["试验压力表", "Y-100", serial, "x"]])
        return self._import(content, read=read, partner_id=(partner or self.partner).id)

    def _layout(self, record):
        return record.get_table_preview()["sheets"]

    def test_preview(self):
        """The page shows the file's rows, and what each column is taken for."""
        preview = self._odd().get_table_preview()
        sheet = preview["sheets"][0]
        self.assertEqual(
            sheet["columns"], {"0": "name", "1": "model_text", "3": "remark"}
        )
        self.assertEqual((sheet["heading"], sheet["read"]), (1, True))
        self.assertEqual(sheet["rows"][1]["texts"][2], "S1")
        self.assertIn("serial_number", dict(preview["fields"]))

    def test_said_once_and_remembered(self):
        """What was said is read at once, and again in this customer's next list only."""
        record = self._odd()
        self.assertFalse(record.line_ids.serial_number)
        layout = self._layout(record)
        layout[0]["columns"]["2"] = "serial_number"
        del layout[0]["columns"]["3"]
        record.action_read_as(layout)
        self.assertEqual(record.line_ids.serial_number, "S1")
        self.assertFalse(record.line_ids.remark)
        record.action_apply()
        again = self._odd("S2").line_ids
        self.assertEqual((again.serial_number, again.remark), ("S2", False))
        stranger = self.env["res.partner"].create({"name": "X", "is_company": True})
        self.assertFalse(self._odd("S3", stranger).line_ids.serial_number)
        remembered = self.env["metrology.table.heading"].search(
            [("partner_id", "=", self.partner.id)], order="heading"
        )
        self.assertEqual(remembered.mapped("heading"), sorted(["说明", "铭码"]))
        remembered.with_user(self.clerk).unlink()
        self.assertFalse(self._odd("S4").line_ids.serial_number)

    def test_taken_back(self):
        """Saying what every list means by it forgets the other."""
        record = self._odd()
        layout = self._layout(record)
        del layout[0]["columns"]["3"]
        record.action_read_as(layout)
        layout[0]["columns"]["3"] = "remark"
        record.action_read_as(layout)
        self.assertEqual(record.line_ids.remark, "x")
        self.assertFalse(
            self.env["metrology.table.heading"].search(
                [("partner_id", "=", self.partner.id)]
            )
        )

    def test_list_without_headings(self):
        """Refused with the page that helps; then read by what a person says."""
        content = files.xlsx(
            [["试验压力表", "Y-100", "S1"], ["试验压力表", "Y-60", "S2"]]
        )
        record = self._import(content, read=False)
        with self.assertRaisesRegex(UserError, "list.xlsx: No row .*“Columns”"):
            record.action_read()
        self.assertFalse(record.line_ids)
        columns = {"0": "name", "1": "model_text", "2": "serial_number"}
        record.action_read_as([{"read": True, "heading": 0, "columns": columns}])
        self.assertEqual(record.line_ids.mapped("serial_number"), ["S1", "S2"])
        self.assertEqual(record.state, "read")

    def test_sheet_that_was_left_out(self):
        """A sheet beside the list is named, and read when a person says so."""
        rows = [ODD_HEAD, ["试验压力表", "Y-100", None, None]]
        record = self._import(files.xlsx(("清单", rows), ("参考", rows)))
        self.assertEqual(record.line_count, 1)
        self.assertIn("“参考”", record.notice)
        layout = self._layout(record)
        layout[1]["read"] = True
        record.action_read_as(layout)
        self.assertEqual(record.line_count, 2)
        self.assertFalse(record.notice)

    def test_choices_that_cannot_be(self):
        """No name, one thing twice, something else, nothing: refused by name, and the
        lines read before stay."""
        record = self._odd()
        for columns, reason in (
            ({"1": "model_text"}, "Sheet “Sheet1”: say which column"),
            ({"0": "name", "1": "serial_number", "2": "serial_number"}, "two columns"),
            ({"0": "name", "1": "partner_id"}, "no column of this list"),
        ):
            with self.assertRaisesRegex(UserError, reason):
                record.action_read_as(
                    [{"read": True, "heading": 1, "columns": columns}]
                )
        with self.assertRaisesRegex(UserError, "at least one sheet"):
            record.action_read_as([{"read": False}])
        self.assertEqual(len(record.line_ids), 1)
        record.line_ids.action_confirm()
        record.action_apply()
        with self.assertRaisesRegex(UserError, "taken over already"):
            record.action_read_as(record.layout)

    def test_rights(self):
        """An employee reads no list anew, and nobody writes what was recognised."""
        record = self._odd()
        with self.assertRaises(AccessError):
            record.with_user(self.user).action_read_as(record.layout)
        with self.assertRaises(AccessError):
            self.env["metrology.table.heading"].with_user(self.clerk).create(
                {"list_model": record._name, "heading": "x", "heading_key": "x"}
            )
        for name, value in (("layout", []), ("notice", "x"), ("party", {})):
            with self.assertRaises(UserError):
                record.write({name: value})

    def test_another_customers_list(self):
        """A list that names another customer says so; one that names ours does not."""
        rows = [ODD_HEAD, ["试验压力表", "Y-100", "S1", None]]
        other = self._import(files.xlsx([["送检单位：河北某某矿业有限公司"], *rows]))
        self.assertIn("河北某某矿业有限公司", other.notice)
        self.partner.name = "河北某某矿业有限公司"
        ours = self._import(
            files.xlsx([["送检单位：", "河北某某矿业有限公司（机电科）"], *rows])
        )
        self.assertFalse(ours.notice)

    def test_the_original_is_kept(self):
        """The file stays as it was given, also after the list was taken over."""
        content = files.xlsx([ODD_HEAD, ["试验压力表", "Y-100", "S1", None]])
        record = self._import(content)
        record.line_ids.action_confirm()
        record.action_apply()
        self.assertEqual(base64.b64decode(record.file), content)
        for values in ({"file": False}, {"filename": "b.xlsx"}):
            with self.assertRaisesRegex(UserError, "taken over already"):
                record.write(values)
