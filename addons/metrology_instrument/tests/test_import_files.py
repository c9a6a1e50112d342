# SPDX-License-Identifier: AGPL-3.0-only
import io
import zipfile

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology_method.tools import table_reader

from .common import HEADER, InstrumentCommon


@tagged("post_install", "-at_install")
class TestImportFiles(InstrumentCommon):
    """Files as people send them, and files that are refused with a clear word."""

    def _refused(self, content, filename, pattern):
        record = self._import(content, filename, read=False)
        with self.assertRaisesRegex(UserError, pattern):
            record.action_read()
        self.assertEqual(record.state, "draft")
        self.assertFalse(record.line_ids)

    def test_not_excel(self):
        """A PDF, a picture, an old .xls, binary rubbish and a Word file are refused,
        each with the remedy."""
        self._refused(b"%PDF-1.7 ...", "list.xlsx", "PDF file, not an Excel")
        self._refused(b"\x89PNG\r\n", "list.xlsx", "PNG file")
        self._refused(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600,
            "a.xls",
            "save it as .xlsx again",
        )
        self._refused(bytes(range(256)) * 9, "list.bin", "neither Excel nor readable")
        self._refused(b"PK\x03\x04 broken", "list.xlsx", "cannot be read")
        self._refused(b"just text", "list.xlsx", "cannot be read")
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
        self._refused(stream.getvalue(), "list.docx", "Word file")
        self._refused(b"<html><p>login</p></html>", "list.xls", "HTML file")

    def test_no_recognisable_columns(self):
        """A workbook without known headings says what it looked for and saw."""
        content = self._workbook([["a", 1], ["b", 2]], header=["颜色", "味道"])
        self._refused(content, "x.xlsx", "(?s)recognisable column headings.*颜色")

    def test_header_over_nothing(self):
        """Headings without an instrument are refused."""
        self._refused(self._workbook([]), "x.xlsx", "no line below")

    def test_empty_and_too_large(self):
        """An empty file and a too large one are refused."""
        self._refused(b" \n ", "x.csv", "empty")
        self._refused(
            b"x" * (table_reader.MAX_FILE_BYTES + 1), "x.csv", "MB are allowed"
        )

    def test_zip_bomb(self):
        """A small file that unpacks to far too much is refused before reading it."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<x/>")
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * (160 * 1024 * 1024))
        self.assertLess(len(stream.getvalue()), 1024 * 1024)
        self._refused(stream.getvalue(), "x.xlsx", "unpacks to far more")

    def test_too_many_rows(self):
        """A list beyond the bound is refused with both numbers."""
        lines = "\n".join(f"压力表,Y-100,{n}" for n in range(table_reader.MAX_ROWS + 5))
        self._refused(
            f"器具名称,型号,出厂编号\n{lines}".encode(), "x.csv", "more than 30000 rows"
        )

    def test_csv_in_gbk_and_utf8(self):
        """A CSV of Excel or WPS in China is read, in either encoding."""
        text = "仪器名称,规格型号,出厂编号\n试验压力表,Y-100,A1\n"
        for encoding in ("gbk", "utf-8-sig", "utf-16"):
            record = self._import(text.encode(encoding), "list.csv")
            self.assertEqual(record.line_ids.name, "试验压力表")
            self.assertEqual(record.line_ids.serial_number, "A1")

    def test_english_headings(self):
        """English headings are recognised too."""
        record = self._import(
            self._workbook(
                [["Gauge", "Y-100", "S1", "Acme", "0-1 MPa"]],
                header=[
                    "Instrument Name",
                    "Model No.",
                    "Serial No.",
                    "Manufacturer",
                    "Range",
                ],
            )
        )
        line = record.line_ids
        self.assertEqual(
            (line.name, line.model_text, line.serial_number, line.manufacturer),
            ("Gauge", "Y-100", "S1", "Acme"),
        )
        self.assertEqual(line.range_text, "0-1 MPa")

    def test_other_words_and_order_of_columns(self):
        """Other words, decorated headings and another order are recognised."""
        record = self._import(
            self._workbook(
                [["A-1", "1.6级", "YB-1", "试验压力表", "0~1MPa", "厂", "S9", "2"]],
                header=[
                    "资产编号",
                    "准确度等级/最大允许误差",
                    "*型号规格（必填）",
                    "计量器具名称",
                    "量程",
                    "生产厂家",
                    "机身号",
                    "数量（台）",
                ],
            )
        )
        line = record.line_ids
        self.assertEqual(line.asset_number, "A-1")
        self.assertEqual(line.serial_number, "S9")
        self.assertEqual(line.accuracy_text, "1.6级")
        self.assertEqual(line.quantity, 2)

    def test_heading_in_two_rows(self):
        """A heading of two rows with merged groups is recognised."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["送检清单"])
        sheet.append(["序号", "计量器具", None, None, "备注"])
        sheet.append([None, "名称", "型号", "出厂编号", None])
        sheet.append([1, "试验压力表", "Y-100", "B1", "加急"])
        sheet.merge_cells("A1:E1")
        sheet.merge_cells("B2:D2")
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("E2:E3")
        record = self._import(self._bytes(book))
        line = record.line_ids.filtered(lambda ln: ln.state != "skip")
        self.assertEqual((line.name, line.serial_number), ("试验压力表", "B1"))
        self.assertTrue(line.urgent)

    def test_merged_and_ditto_cells_go_down(self):
        """A merged maker and 'as above' mean the row above; a serial number never."""
        book = openpyxl.Workbook()
        sheet = book.active
        for row in [
            HEADER,
            self._row(1, "C1", maker="甲厂"),
            self._row(2, "C2", name="同上", model="〃", maker=None),
            self._row(3, "同上", maker="乙厂"),
        ]:
            sheet.append(row)
        sheet.merge_cells("G2:G3")
        record = self._import(self._bytes(book))
        one, two, three = record.line_ids
        self.assertEqual((two.name, two.model_text), ("试验压力表", "Y-100"))
        self.assertEqual(two.manufacturer, "甲厂")
        self.assertEqual(three.state, "doubtful")
        self.assertEqual(one.state, "new")

    def test_what_excel_does_to_numbers(self):
        """Leading zeros come back; a rounded long number, a date and an uncalculated
        formula are doubtful with the column's name."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(HEADER)
        sheet.append(self._row(1, 42))
        sheet["F2"].number_format = "000000"
        sheet.append(self._row(2, 201803150012345678))
        sheet.append(self._row(3, "=A2"))
        import datetime

        sheet.append(self._row(4, datetime.datetime(2012, 3, 1)))
        record = self._import(self._bytes(book))
        lines = record.line_ids
        self.assertEqual(lines[0].serial_number, "000042")
        self.assertEqual(lines.mapped("state"), ["new"] + ["doubtful"] * 3)
        self.assertIn("15 digits", lines[1].reason)
        self.assertIn("formula", lines[2].reason)
        self.assertIn("date", lines[3].reason)
        lines[1].serial_number = "201803150012345678"
        self.assertEqual(lines[1].state, "new")

    def test_sheets_and_hidden_rows(self):
        """Every visible sheet with headings is read; a hidden row is asked about."""
        book = openpyxl.Workbook()
        first = book.active
        for row in [HEADER, self._row(1, "D1"), self._row(2, "D2")]:
            first.append(row)
        first.row_dimensions[3].hidden = True
        second = book.create_sheet("二车间")
        for row in [HEADER, self._row(1, "D3")]:
            second.append(row)
        hidden = book.create_sheet("old")
        for row in [HEADER, self._row(1, "D4")]:
            hidden.append(row)
        hidden.sheet_state = "hidden"
        book.create_sheet("notes").append(["说明"])
        record = self._import(self._bytes(book))
        self.assertEqual(record.line_ids.mapped("serial_number"), ["D1", "D2", "D3"])
        self.assertEqual(record.line_ids[2].sheet, "二车间")
        self.assertEqual(record.line_ids.mapped("state"), ["new", "doubtful", "new"])
        self.assertIn("hidden", record.line_ids[1].reason)

    def test_vague_and_double_headings(self):
        """A bare 编号 is the serial number only where no other column is; a section
        numbered in the first column is one; 非强检 is no wish for verification."""
        record = self._import(
            self._workbook(
                [
                    ["一", "压力类", None, None, None],
                    ["A01", "试验压力表", "Y-60", "0012", "非强检，仅校准"],
                ],
                header=["编号", "仪器名称", "型号/规格书", "出厂编号", "要求"],
            )
        )
        section, line = record.line_ids
        self.assertEqual((section.skip_code, line.section), ("section", "一 压力类"))
        self.assertEqual((line.asset_number, line.serial_number), ("A01", "0012"))
        self.assertEqual(line.service_kind, "calibration")

    def test_rows_that_are_none(self):
        """Totals, notes, signatures, repeated headings and numbered blanks are left
        out, each with its reason."""
        record = self._import(
            self._workbook(
                [
                    ["一、压力"],
                    self._row(1, "E1"),
                    HEADER,
                    [2],
                    ["小计", None, None, None, None, None, None, None, 1],
                    ["注：请于月底前取回"],
                    ["送检人：张三", None, None, "日期：2026年1月"],
                ]
            )
        )
        self.assertEqual(
            record.line_ids.mapped("skip_code"),
            ["section", False, "header", "number_only", "total", "note", "signature"],
        )
        self.assertTrue(
            all(line.reason for line in record.line_ids - record.line_ids[1])
        )
        self.assertEqual(record.line_ids[1].section, "一、压力")
