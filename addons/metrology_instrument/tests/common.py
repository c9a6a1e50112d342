# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io
from pathlib import Path

import openpyxl

from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase

DATA = Path(__file__).parent / "data"
HEADER = (
    "序号",
    "器具名称",
    "型号/规格",
    "测量范围",
    "准确度等级",
    "出厂编号",
    "制造厂",
    "管理编号",
    "台件数",
    "备注",
)


class InstrumentCommon(TransactionCase):
    """Provides ``clerk`` (business), ``user`` (any employee), ``partner`` (customer),
    ``gauge`` (instrument type with the alias 试验压力表), and makers of lists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.clerk = new_test_user(
            cls.env, login="in_clerk", groups="metrology.group_business"
        )
        cls.user = new_test_user(
            cls.env, login="in_user", groups="metrology.group_user"
        )
        cls.partner = cls.env["res.partner"].create(
            {"name": "Mining Company", "is_company": True}
        )
        cls.gauge = cls.env["metrology.instrument.type"].create(
            {
                "name": "Import Test Gauge",
                "keywords": "试验压力表",
                "mandatory": True,
                "interval_months": 6,
            }
        )

    @classmethod
    def _workbook(cls, rows, header=HEADER):
        """Return the bytes of a list with the header and ``rows``."""
        book = openpyxl.Workbook()
        for row in [header, *rows]:
            book.active.append(list(row))
        return cls._bytes(book)

    @classmethod
    def _bytes(cls, book):
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def _import(self, content, filename="list.xlsx", read=True, **values):
        """A list of ``clerk`` with the file, read."""
        record = (
            self.env["metrology.instrument.import"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": self.partner.id,
                    "file": base64.b64encode(content),
                    "filename": filename,
                    **values,
                }
            )
        )
        if read:
            record.action_read()
        return record

    def _row(self, number, serial, name="试验压力表", model="Y-100", **more):
        """A row of the usual columns."""
        return [
            number,
            name,
            model,
            more.get("range", "(0～1.6)MPa"),
            more.get("accuracy", "1.6级"),
            serial,
            more.get("maker", "红旗仪表厂"),
            more.get("asset"),
            more.get("quantity", 1),
            more.get("remark"),
        ]

    def _queries(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
