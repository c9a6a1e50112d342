# SPDX-License-Identifier: AGPL-3.0-only
import io

import openpyxl

from odoo.tests import TransactionCase, tagged

from ..tools import capability_list
from ..tools.table_reader import TableError, read_tables

CNAS = [
    ["认可证书附件 校准能力范围"],
    [
        "序号",
        "测量仪器名称",
        "被测量",
        "规范名称及代号",
        "测量范围",
        "扩展不确定度\n(k=2)",
    ],
    ["一、几何量"],
    [
        1,
        "游标卡尺",
        "长度",
        "《通用卡尺校准规范》JJF 1071-2021",
        "(0～150)mm",
        "0.01mm",
    ],
    [None, None, None, None, "(150～300)mm", "0.02mm"],
    [2, "千分尺", "长度", "JJG 21—2008", "0~25mm", "1μm"],
    ["注：以上由实验室在固定场所开展。"],
]
GRANT = [
    [
        "序号",
        "专业",
        "项目名称",
        "测量范围",
        "准确度等级",
        "检定规程代号及名称",
        "有效期",
    ],
    [1, "力学", "压力表检定", "(0～60)MPa", "1.6级", "JJG 52-2013 压力表", "2029.3.8"],
    [2, "力学", "砝码检定", "1mg～20kg", "F1", "JJG 99-2022", "同上"],
    ["授权机关：（盖章）", None, None, None, "日期：2024年3月8日"],
]
PLAIN = [
    ["项目名称", "依据", "测量范围", "不确定度"],
    ["压力表检定", "JJG 52-2013", "0~60MPa", "1.6级"],
]
READ = [{"name": "压力表检定", "type_name": "压力表", "method_text": "JJG 52-2013"}]


def xlsx(rows, merges=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merges:
        book.active.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(encoding):
    return "\n".join(",".join(row) for row in PLAIN).encode(encoding)


CASES = [
    (
        "annex with merged cells, sections and notes",
        xlsx(CNAS, ["A1:F1", "B4:B5", "D4:D5", "A7:F7"]),
        [
            {"type_name": "游标卡尺", "range_text": "(0～150)mm", "code": None},
            {"type_name": "游标卡尺", "range_text": "(150～300)mm"},
            {"type_name": "千分尺", "method_text": "JJG 21—2008"},
        ],
    ),
    (
        "projects of a grant, without a column of instruments",
        xlsx(GRANT),
        [
            {"type_name": "压力表", "code": None, "date_to_text": "2029.3.8"},
            {"type_name": "砝码", "date_to_text": "2029.3.8"},
        ],
    ),
    ("text in GBK", text("gb18030"), READ),
    ("text in UTF-8", text("utf-8-sig"), READ),
    (
        "without a method",
        xlsx([["项目名称", "测量范围"], ["压力表", "1"]]),
        "no_columns",
    ),
    ("headings only", xlsx(PLAIN[:1]), "no_lines"),
]


@tagged("post_install", "-at_install")
class TestCapabilityLists(TransactionCase):
    """Annexes of certificates are read as they are issued."""

    def test_lists(self):
        """Columns and lines, or the reason of refusal."""
        for title, content, expected in CASES:
            with self.subTest(title):
                try:
                    found = capability_list.recognise(read_tables(content))
                except TableError as error:
                    self.assertEqual(error.code, expected)
                    continue
                self.assertEqual(len(found.lines), len(expected))
                for line, one in zip(found.lines, expected, strict=True):
                    have = {name: line.values.get(name) for name in one}
                    self.assertEqual(have, one)
