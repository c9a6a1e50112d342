# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io
import time

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MethodCommon

HEADINGS = (
    *("序号", "授权项目名称", "测量仪器名称", "检定规程/校准规范", "测量范围"),
    *("准确度等级/最大允许误差", "有效期至", "收费标准（元）"),
)


@tagged("post_install", "-at_install")
class TestCapabilityImport(MethodCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gauge.keywords = "试验压力表"
        cls.grant = cls.env["metrology.grant"].create(
            {
                "name": "(2026) 0099",
                "authority": "Administration",
                "date_from": "2026-01-01",
                "date_to": "2031-12-31",
            }
        )

    def _file(self, rows, title=("某计量院授权项目表",)):
        book = openpyxl.Workbook()
        for row in (title, (), *rows):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return base64.b64encode(stream.getvalue())

    def _read(self, *rows, headings=HEADINGS, **values):
        record = (
            self.env["metrology.capability.import"]
            .with_user(self.head)
            .create(
                {
                    "file": self._file((headings, *rows)),
                    "filename": "annex.xlsx",
                    "grant_id": self.grant.id,
                    "department_id": self.department.id,
                    **values,
                }
            )
        )
        record.action_read()
        return record

    def _row(self, number="1", **values):
        row = {
            "code": f"I-{number}",
            "name": "试验压力表检定",
            "type": "试验压力表",
            "method": "《试验压力表》JJG 99052—2020",
            "range": f"(0～{number})MPa",
            "class": "1.6级",
            "until": "2030-12-31",
            "price": "￥60.00",
            **values,
        }
        return tuple(row.values())

    def test_becomes_capabilities_with_fee_items(self):
        """A clear line becomes a draft capability with range, unit, dates and fee."""
        record = self._read(self._row("4"))
        self.assertEqual((record.new_count, record.mend_count), (1, 0))
        record.action_apply()
        capability = record.line_ids.capability_id
        self.assertEqual(capability.method_id, self.method)
        self.assertEqual(capability.instrument_type_id, self.gauge)
        self.assertEqual(capability.service_kind, "verification")
        self.assertEqual((capability.range_min, capability.range_max), ("0", "4"))
        self.assertEqual(capability.unit_id, self.mpa)
        self.assertEqual(str(capability.date_to), "2030-12-31")
        self.assertEqual(str(capability.date_from), "2026-01-01")
        self.assertEqual(capability.certificate_number, "(2026) 0099")
        self.assertEqual(capability.state, "draft")
        self.assertEqual(capability.product_id.list_price, 60.0)

    def test_certificate_of_a_line(self):
        """The number a line names is its certificate: found where it is entered, kept
        as text where it is not, and doubtful beside another one chosen for the list."""
        headings = (*HEADINGS, "授权证书编号")
        other = self.grant.copy({"name": "(2026) 0100", "authority": "Ministry"})
        record = self._read(
            (*self._row("4"), "（2026）0100"),
            (*self._row("6"), "2025-77"),
            headings=headings,
            grant_id=False,
        )
        record.action_apply()
        found, text = record.line_ids.capability_id
        self.assertEqual((found.grant_id, found.authority), (other, "Ministry"))
        self.assertEqual(found.certificate_number, "(2026) 0100")
        self.assertEqual(
            (text.grant_id.id, text.certificate_number), (False, "2025-77")
        )
        # Again, as the annex of the other certificate.
        again = self._read(
            (*self._row("6"), ""),
            (*self._row("4"), "（2026）0100"),
            headings=headings,
        )
        self.assertEqual(again.line_ids.mapped("state"), ["known", "doubtful"])
        self.assertIn("(2026) 0099", again.line_ids[1].reason)
        again.line_ids[1].confirmed = True
        again.action_apply()
        self.assertEqual(found.grant_id, other)
        self.assertEqual(text.grant_id, self.grant)
        self.assertEqual(text.certificate_number, "(2026) 0099")

    def test_bad_lines_are_shown_and_nothing_is_half_imported(self):
        """What is wrong is said by row; nothing is taken over before it is mended."""
        record = self._read(
            self._row("4"),
            self._row("5", method="内部规程"),
            self._row("6", until="某年"),
            self._row("7", **{"class": ""}),
            self._row("4", code="I-9"),
        )
        states = dict(
            zip(
                record.line_ids.mapped("row_number"),
                record.line_ids.mapped("state"),
                strict=True,
            )
        )
        self.assertEqual(
            list(states.values()), ["new", "error", "error", "doubtful", "error"]
        )
        before = self.env["metrology.capability"].search_count([])
        with self.assertRefused(UserError, "内部规程", "某年", "same as row"):
            record.action_apply()
        self.assertEqual(self.env["metrology.capability"].search_count([]), before)
        lines = record.line_ids
        lines[1].method_id = self.method
        lines[2].date_to_text = "2030年1月2日"
        lines[3].action_confirm()
        lines[4].action_exclude()
        self.assertEqual(lines.mapped("state"), ["new", "new", "new", "new", "skip"])
        record.action_apply()
        self.assertEqual(self.env["metrology.capability"].search_count([]), before + 4)

    def test_merged_and_repeated_cells(self):
        """Empty cells below a basis mean the one above; sections are no projects."""
        record = self._read(
            ("一、力学",),
            self._row("4"),
            self._row("5", method="", type="同上"),
        )
        self.assertEqual(record.line_ids.mapped("state"), ["new", "new"])
        self.assertEqual(record.line_ids.method_id, self.method)

    def test_missing_types_and_methods(self):
        """Unknown ones are entered with draft editions, or refused where not wanted."""
        row = self._row("4", type="全新仪表", method="JJF 98765-2024")
        record = self._read(row, make_missing=False)
        self.assertEqual(record.line_ids.state, "error")
        self.assertIn("JJF 98765", record.line_ids.reason)
        record.make_missing = True
        self.assertEqual(record.line_ids.state, "new")
        record.action_apply()
        method = record.line_ids.method_id
        self.assertEqual(
            (method.code, method.service_kind), ("JJF 98765", "calibration")
        )
        self.assertEqual(method.edition_ids.state, "draft")
        self.assertEqual(record.line_ids.instrument_type_id.name, "全新仪表")

    def test_imported_again(self):
        """A second import finds the known ones; a renewed date is carried over."""
        self._read(self._row("4")).action_apply()
        again = self._read(self._row("4", until="2032-12-31"))
        self.assertEqual(again.line_ids.state, "known")
        self.assertIn("Valid until", again.line_ids.reason)
        count = self.env["metrology.capability"].search_count([])
        again.action_apply()
        self.assertEqual(self.env["metrology.capability"].search_count([]), count)
        self.assertEqual(str(again.line_ids.capability_id.date_to), "2032-12-31")
        with self.assertRefused(UserError, "taken over already"):
            again.action_apply()

    def test_five_hundred_rows(self):
        """500 rows are read and taken over quickly, with few queries a row."""
        rows = [self._row(str(n)) for n in range(1, 501)]
        start = time.monotonic()
        record = self._read(*rows)
        self.assertEqual(record.new_count, 500)
        before = self.env.cr.sql_log_count
        record.line_ids[0].name = "另一名称"
        mending = self.env.cr.sql_log_count - before
        self.assertLess(mending, 60)
        record.action_apply()
        self.assertLess(time.monotonic() - start, 60)
        self.assertEqual(len(record.line_ids.capability_id.product_id), 500)

    def test_refused_files_and_rights(self):
        """Wrong files say what to do; only head and quality import; no state typed."""
        record = self._read(self._row("4"))
        with self.assertRaises(UserError):
            record.write({"state": "applied"})
        with self.assertRaises(UserError):
            record.line_ids.write({"state": "new"})
        with self.assertRaises(UserError):
            record.line_ids.with_context(metrology_import_reading=True).write(
                {"state": "known"}
            )
        with self.assertRaises(AccessError):
            record.with_user(self.user).action_read()
        with self.assertRefused(UserError, "技术依据"):
            self._read(self._row("4"), headings=("甲", "乙"))
        with self.assertRefused(UserError, ".xlsx"):
            self._read(self._row("4")).write({"file": base64.b64encode(b"%PDF-1.7")})
            record.file = base64.b64encode(b"%PDF-1.7")
            record.action_read()

    def test_empty_list_is_recognised(self):
        """What is filled into the empty list is read without a doubt about columns."""
        record = self.env["metrology.capability.import"].with_user(self.head).create({})
        action = record.action_download_template()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        book = openpyxl.load_workbook(io.BytesIO(attachment.raw))
        book.active.append(
            [
                *("T-1", "试验压力表", "试验压力表", "检定", "JJG 99052-2020"),
                *("(0～60)MPa", "0.05级", "授权机关", "2026-1", "2026-01-01"),
                *("2030-12-31", "Pressure", 7, 12, 80, "无"),
            ]
        )
        stream = io.BytesIO()
        book.save(stream)
        record.write(
            {"file": base64.b64encode(stream.getvalue()), "filename": "list.xlsx"}
        )
        record.action_read()
        line = record.line_ids
        self.assertEqual((line.state, line.reason), ("new", False))
        record.action_apply()
        self.assertEqual(line.capability_id.turnaround_days, 7)
        self.assertEqual(line.capability_id.department_id, self.department)

    def test_column_said_by_a_person(self):
        """A column that no word tells is said on the page, read, and remembered."""
        headings = (*HEADINGS[:3], "执行文件", *HEADINGS[4:])
        with self.assertRaisesRegex(UserError, "(?s)annex.xlsx: Row 3 looks like"):
            self._read(self._row("4"), headings=headings)
        record = (
            self.env["metrology.capability.import"]
            .with_user(self.head)
            .create(
                {
                    "file": self._file((headings, self._row("4"))),
                    "filename": "annex.xlsx",
                    "grant_id": self.grant.id,
                    "department_id": self.department.id,
                }
            )
        )
        layout = record.get_table_preview()["sheets"]
        self.assertEqual(layout[0]["heading"], 3)
        layout[0]["columns"]["3"] = "method_text"
        record.action_read_as(layout)
        self.assertEqual(record.new_count, 1)
        again = self._read(self._row("5"), headings=headings)
        self.assertEqual(again.line_ids.method_text, "《试验压力表》JJG 99052—2020")
        with self.assertRaises(AccessError):
            again.with_user(self.user).action_read_as(layout)
