# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OrderCommon

HEADER = ["序号", "器具名称", "型号/规格", "测量范围", "出厂编号", "台件数", "备注"]


@tagged("post_install", "-at_install")
class TestImportToOrder(OrderCommon):
    def _list(self, rows, above=(), **values):
        book = openpyxl.Workbook()
        sheet = book.active
        for row in [*above, HEADER, *rows]:
            sheet.append(row)
        stream = io.BytesIO()
        book.save(stream)
        record = (
            self.env["metrology.instrument.import"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": self.partner.id,
                    "file": base64.b64encode(stream.getvalue()),
                    "filename": "list.xlsx",
                    **values,
                }
            )
        )
        record.action_read()
        return record

    def test_list_becomes_an_order(self):
        """Remarks that matter arrive on the order's lines; every line is capable."""
        record = self._list(
            [
                [1, "测试压力表", "Y-100", "(0～1.6)MPa", "1001", 1, "加急"],
                [2, "测试压力表", "Y-100", "(0～1.6)MPa", "1002", 1, "只校准，不检定"],
                [3, "测试压力表", "Y-100", "(0～1.6)MPa", "1003", 1, "带探头2只"],
            ]
        )
        record.action_apply()
        lines = record.order_id.line_ids
        self.assertEqual(record.state, "applied")
        self.assertEqual(
            lines.mapped("service_kind"),
            ["verification", "calibration", "verification"],
        )
        self.assertEqual(lines.mapped("urgent"), [True, False, False])
        self.assertEqual(lines[2].accessories, "带探头2只")
        self.assertEqual(set(lines.mapped("capability_state")), {"capable"})
        self.assertEqual(record.order_id.state, "draft")

    def test_known_instruments_are_used_again(self):
        """A second list makes a second order over the same instruments."""
        row = [1, "测试压力表", "Y-100", "(0～1.6)MPa", "１００１", 1, None]
        first = self._list([row])
        first.action_apply()
        second = self._list([row])
        self.assertEqual(second.line_ids.state, "known")
        second.action_apply()
        self.assertNotEqual(first.order_id, second.order_id)
        self.assertEqual(
            first.order_id.line_ids.instrument_id,
            second.order_id.line_ids.instrument_id,
        )

    def test_into_an_order_that_holds_it_is_refused(self):
        """A list into an order that has an instrument already names the row."""
        row = [1, "测试压力表", "Y-100", "(0～1.6)MPa", "1001", 1, None]
        first = self._list([row])
        first.action_apply()
        second = self._list([row], order_id=first.order_id.id)
        with self.assertRaisesRegex(UserError, "Row 2.*already"):
            second.action_apply()
        self.assertEqual(second.state, "read")

    def test_taken_over_twice_is_refused(self):
        """A list makes one order, not two."""
        record = self._list(
            [[1, "测试压力表", "Y-100", "(0～1.6)MPa", "1001", 1, None]]
        )
        record.action_apply()
        with self.assertRaisesRegex(UserError, "taken over already"):
            record.action_apply()

    def test_what_matters_reaches_the_work(self):
        """Pieces of a set, whom to ask and the customer's wishes arrive where they are
        needed: on the order and on the job of who does the work."""
        record = self._list(
            [[1, "测试压力表", "Y-100", "(0～1.6)MPa", "1001", "3件", "不出证书"]],
            above=[["联系人：张三", None, "联系电话：13800000000"]],
        )
        self.assertIn("3 pieces", record.line_ids.reason)
        record.line_ids.action_confirm()
        record.action_apply()
        order = record.order_id
        self.assertEqual(order.contact_name, "张三")
        self.assertEqual(order.contact_phone, "13800000000")
        self.assertEqual(order.line_ids.quantity, 3)
        order.line_ids.flush_recordset()
        job = self.env["metrology.job"].new({"order_line_id": order.line_ids.id})
        self.assertEqual(job.customer_wish, "不出证书")

    def test_500_lines(self):
        """An order of 500 lines takes as many queries as one of 50."""

        def count(first, size):
            record = self._list(
                [
                    [
                        n,
                        "测试压力表",
                        "Y-100",
                        "(0～1.6)MPa",
                        f"{first}{n:04}",
                        1,
                        "加急",
                    ]
                    for n in range(size)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            record.action_apply()
            self.env.flush_all()
            self.assertEqual(len(record.order_id.line_ids), size)
            return self.env.cr.sql_log_count - before

        few, many = count("F", 50), count("G", 500)
        self.assertLess(many, few + 25)
