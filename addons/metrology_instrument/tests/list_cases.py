# SPDX-License-Identifier: AGPL-3.0-only
"""Lists as customers send them, and what an experienced clerk reads in them.

A case is ``(what it is, file name, content, expected)``; expected is a list of lines
(only the fields given are compared; ``odd`` are the doubts, ``kind`` rows that are
none) or the code of the refusal.
"""

import datetime

from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from . import list_files as files

HEAD = [
    "序号",
    "器具名称",
    "型号/规格",
    "测量范围",
    "出厂编号",
    "制造厂",
    "数量",
    "备注",
]
GAUGE = [1, "压力表", "Y-100", "(0～1.6)MPa", "A1", "红旗仪表厂", 1, None]
CALIPER = [2, "游标卡尺", "0-150mm", "(0～150)mm", "B2", "成量", 1, None]
USUAL = [HEAD, GAUGE, CALIPER]
READ = [
    {"name": "压力表", "model_text": "Y-100", "serial_number": "A1", "quantity": 1},
    {"name": "游标卡尺", "serial_number": "B2", "manufacturer": "成量"},
]


def _with(head, *rows):
    return files.xlsx([head, *rows])


def _row(serial, name="压力表", model="Y-100", quantity=1, remark=None, maker="红旗"):
    return [None, name, model, "(0～1.6)MPa", serial, maker, quantity, remark]


def _two_rows(book):
    sheet = book.active
    for area in ("A1:H1", "A2:A3", "B2:D2", "E2:E3", "F2:F3", "G2:G3", "H2:H3"):
        sheet.merge_cells(area)


def _merged_down(book):
    sheet = book.active
    for area in ("B2:B4", "C2:C4", "D2:D4", "F2:F4", "G2:G4", "H2:H4"):
        sheet.merge_cells(area)


def _hide(book):
    sheet = book.active
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True


def _dressed(book):
    sheet = book.active
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = "A1:H3"
    sheet["A1"].font = Font(bold=True)
    sheet.add_table(Table(displayName="List", ref="A1:H3"))


def _dates(book):
    sheet = book.active
    sheet["C2"].value, sheet["C2"].number_format = 45724, "General"
    sheet["C3"].value = datetime.datetime(2025, 3, 8)
    sheet["C4"].value, sheet["C4"].number_format = 45717, 'yyyy"年"m"月"'


def _numbers(book):
    sheet = book.active
    sheet["E2"].number_format = "000000"
    sheet["E3"].number_format = '"JD-"000'
    sheet["H5"].value = "#N/A"
    sheet["H5"].data_type = "e"


def _formulas():
    content = files.xlsx([HEAD, GAUGE, [2, "=B2", *GAUGE[2:4], "=E9", *GAUGE[5:]]])
    # Excel keeps the result beside the formula; the second was never calculated.
    return files.changed(
        content,
        "xl/worksheets/sheet1.xml",
        '<c r="B3"><f>B2</f><v></v></c>',
        '<c r="B3" t="str"><f>B2</f><v>压力表</v></c>',
    )


def _odd_styles():
    content = files.xlsx(USUAL)
    return files.changed(
        content,
        "xl/styles.xml",
        "<fills",
        '<fills count="9"><fill><weird xmlns="urn:x"/></fill></fills><fills',
    )


RULES = "填表说明：请如实填写，每台一行。"
EN_HEAD = [
    "No.",
    "Instrument Name",
    "Model",
    "Range",
    "S/N",
    "Manufacturer",
    "Qty",
    "Note",
]
BOTH = [
    "序号\nNo.",
    "名称\nName",
    "型号规格 Model/Type",
    "量程 Range",
    "编号 Serial No.",
]
BOTH += ["厂商 Manufacturer", "数量 Qty", "备注 Remark"]


def _words(*words, serial="S9", **expected):
    """One line under other words of the headings."""
    return _with(list(words), ["压力表", "Y-100", "0-1MPa", serial, "红旗"])


WORDS = [
    _words("仪器名称", "型号", "量程", "机身号", "品牌"),
    _words("计量器具名称", "规格型号", "测量范围", "序列号", "厂商"),
    _words("设备名称", "型号规格", "测量区间", "S/N", "生产厂家"),
    _words("名称", "规格/型号", "测量范围/量程", "编号", "制造商"),
    _words("被检器具名称（必填）", "*型号/规格", "量程范围", "出厂号", "生产厂"),
    _words("仪器设备名称", "型号及规格", "测量范围（量程）", "机号", "厂家"),
    _words("Equipment", "Model No.", "Measuring Range", "Serial No.", "Maker"),
    _words("器 具 名 称", "型 号", "测 量 范 围", "出 厂 编 号", "制 造 单 位"),
]
ONE = [{"name": "压力表", "model_text": "Y-100", "serial_number": "S9"}]
ONE[0] |= {"range_text": "0-1MPa", "manufacturer": "红旗"}

CASES = [
    ("plain", "a.xlsx", files.xlsx(USUAL), READ),
    *((f"words {n}", "a.xlsx", content, ONE) for n, content in enumerate(WORDS)),
    ("macro workbook", "a.xlsm", files.xlsx(USUAL), READ),
    ("English", "a.xlsx", files.xlsx([EN_HEAD, GAUGE, CALIPER]), READ),
    ("two languages", "a.xlsx", files.xlsx([BOTH, GAUGE, CALIPER]), READ),
    (
        "second language in a row of its own",
        "a.xlsx",
        files.xlsx([HEAD, EN_HEAD, GAUGE, CALIPER]),
        [{"kind": "header"}, *READ],
    ),
    (
        "title, address, heading in row 9, counted columns below",
        "a.xlsx",
        files.xlsx(
            [
                ["送检清单"],
                ["送检单位：", "某公司"],
                ["联系人：张三", "电话：13800000000"],
                *[[None]] * 5,
                HEAD,
                [1, 2, 3, 4, 5, 6, 7, 8],
                GAUGE,
                CALIPER,
            ]
        ),
        [{"kind": "header"}, *READ],
    ),
    (
        "heading in two merged rows",
        "a.xlsx",
        files.xlsx(
            [
                ["送检清单"],
                ["序号", "计量器具", None, None, *HEAD[4:]],
                [None, "名称", "型号", "测量范围", *[None] * 4],
                GAUGE,
                CALIPER,
            ],
            edit=_two_rows,
        ),
        READ,
    ),
    (
        "no serial column",
        "a.xlsx",
        _with(["名称", "型号", "资产编号"], ["压力表", "Y-1", "JD-1"]),
        [{"name": "压力表", "serial_number": None, "asset_number": "JD-1"}],
    ),
    (
        "a bare number that only counts the lines",
        "a.xlsx",
        _with(["编号", "名称", "型号"], *([n, "压力表", "Y-1"] for n in (1, 2, 3))),
        [{"serial_number": None, "asset_number": None}] * 3,
    ),
    (
        "a bare number beside the serial number",
        "a.xlsx",
        _with(["仪器编号", "名称", "出厂编号"], ["JD-7", "压力表", "0012"]),
        [{"serial_number": "0012", "asset_number": "JD-7"}],
    ),
    (
        "model and specification apart",
        "a.xlsx",
        _with(
            ["名称", "型号", "规格", "编号"],
            ["压力表", "Y-100", "径向", "1"],
            ["卡尺", None, "0-150mm", "2"],
        ),
        [
            {"model_text": "Y-100 径向"},
            {"model_text": "0-150mm", "range_text": "0-150mm"},
        ],
    ),
    (
        "instructions, examples, pick-lists and a summary beside the list",
        "a.xlsx",
        files.xlsx(
            ("填写说明", [[RULES], HEAD, _row("例001")]),
            ("送检清单", [HEAD, ["例", *GAUGE[1:]], GAUGE, CALIPER]),
            ("下拉选项", [["器具名称", "型号/规格"], ["压力表", "Y-100"]]),
            ("Sheet4", [["器具名称", "数量"], ["压力表", 12]]),
        ),
        [{"kind": "example"}, *READ],
    ),
    (
        "a sheet per department",
        "a.xlsx",
        files.xlsx(("一车间", [HEAD, GAUGE]), ("二车间", [HEAD, CALIPER])),
        READ,
    ),
    (
        "a hidden row and a hidden column",
        "a.xlsx",
        files.xlsx(USUAL, edit=_hide),
        [READ[0], {**READ[1], "hidden": True}],
    ),
    (
        "sections, totals and signatures",
        "a.xlsx",
        files.xlsx(
            [
                HEAD,
                ["一、压力类"],
                GAUGE,
                ["小计", *[None] * 5, 1],
                ["（二）长度类"],
                CALIPER,
                ["合计：2台件"],
                ["——以下空白——"],
                ["注：请于月底前取回"],
                ["送检人：张三", None, "接收人：", None, "日期：2025年3月8日"],
                ["第1页 共1页"],
            ]
        ),
        [
            {"kind": "section"},
            {**READ[0], "section": "一、压力类"},
            {"kind": "total"},
            {"kind": "section"},
            {**READ[1], "section": "（二）长度类"},
            {"kind": "total"},
            {"kind": "note"},
            {"kind": "note"},
            {"kind": "signature"},
            {"kind": "note"},
        ],
    ),
    (
        "one name merged over rows",
        "a.xlsx",
        files.xlsx(
            [
                HEAD,
                _row("A1", quantity=3, remark="加急"),
                *([None] * 4 + [s] for s in "BC"),
            ],
            edit=_merged_down,
        ),
        [
            {"name": "压力表", "serial_number": serial, "quantity": 1, "remark": "加急"}
            for serial in ("A1", "B", "C")
        ],
    ),
    (
        "one name written once and not merged",
        "a.xlsx",
        files.xlsx([HEAD, _row("A1"), [None] * 4 + ["A2"]]),
        [
            {"name": "压力表"},
            {"name": "压力表", "model_text": "Y-100", "odd": {"above": "continued"}},
        ],
    ),
    (
        "numbers that Excel changed",
        "a.xlsx",
        files.xlsx(
            [
                HEAD,
                _row(42),
                _row(7),
                _row(1234567.0),
                _row(201803150012345678, remark="x"),
                _row(123456789012),
                _row("1.23457E+11"),
                _row(datetime.datetime(2012, 3, 1)),
            ],
            edit=_numbers,
        ),
        [
            {"serial_number": "000042", "odd": {}},
            {"serial_number": "JD-007"},
            {"serial_number": "1234567"},
            {"odd": {"serial_number": "rounded", "remark": "error"}},
            {"serial_number": "123456789012", "odd": {}},
            {"odd": {"serial_number": "power"}},
            {"odd": {"serial_number": "date"}},
        ],
    ),
    (
        "leading zeros lost in some cells",
        "a.xlsx",
        files.xlsx([HEAD, _row("000041"), _row(42), _row("000043")]),
        [{"odd": {}}, {"odd": {"serial_number": "zeros"}}, {"odd": {}}],
    ),
    (
        "dates in every writing",
        "a.xlsx",
        files.xlsx(
            [
                ["名称", "编号", "上次检定日期", "有效期至", "检定周期（年）"],
                ["压力表", 1, None, "2026.3.7", 1],
                ["压力表", 2, None, "2026-3-7 00:00:00", "半年"],
                ["压力表", 3, None, "２０２６年３月７日", "12个月"],
                ["压力表", 4, "2025/3/8", "2025年3月", 2],
                ["压力表", 5, "20250308", "2026-02-30", None],
                ["压力表", 6, "/", "长期", "/"],
                ["压力表", 7, "2025-03-08", "2024-03-07", "1年/次"],
            ],
            edit=_dates,
        ),
        [
            {
                "last_date": "2025-03-08",
                "due_date": "2026-03-07",
                "interval_months": 12,
            },
            {"last_date": "2025-03-08", "due_date": "2026-03-07", "interval_months": 6},
            {"due_date": "2026-03-07", "odd": {"last_date": "month"}},
            {"interval_months": 24, "odd": {"due_date": "month"}},
            {"last_date": "2025-03-08", "odd": {"due_date": "unreadable"}},
            {"last_date": None, "due_date": None, "odd": {}},
            {"odd": {"due_date": "before"}, "interval_months": 12},
        ],
    ),
    (
        "full width, blanks, line breaks, no-break blanks",
        "a.xlsx",
        files.xlsx(
            [HEAD, _row(" Ａ１２\u00a0", name=" 压力\n表 ", model="Ｙ－１００ ")]
        ),
        [{"name": "压力 表", "model_text": "Y-100", "serial_number": "A12"}],
    ),
    (
        "words for nothing and for the same",
        "a.xlsx",
        files.xlsx(
            [
                HEAD,
                _row("无", maker="/"),
                _row("——", maker="N/A", quantity="/"),
                _row("B7", name="同上", model="〃", maker="红旗"),
                _row("同上"),
            ]
        ),
        [
            {"serial_number": "无", "manufacturer": None},
            {"serial_number": "——", "manufacturer": None, "quantity": None},
            {"name": "压力表", "model_text": "Y-100", "serial_number": "B7"},
            {"serial_number": None, "odd": {"serial_number": "ditto"}},
        ],
    ),
    (
        "services in words, boxes and ticks",
        "a.xlsx",
        _with(
            ["名称", "编号", "服务类型", "检测", "加急"],
            ["压力表", 1, "校准", None, "√"],
            ["压力表", 2, "□检定 ☑校准", None, "否"],
            ["压力表", 3, "检定/校准", None, None],
            ["压力表", 4, None, "√", None],
        ),
        [
            {"service_kind": "calibration", "urgent": True},
            {"service_kind": "calibration", "urgent": None},
            {"service_kind": None, "odd": {"service_kind": "several"}},
            {"service_kind": "testing"},
        ],
    ),
    (
        "a class A, B, C is no service",
        "a.xlsx",
        _with(["名称", "编号", "类别"], ["压力表", "1", "A"], ["卡尺", "2", "B"]),
        [{"service_kind": None, "odd": {}}] * 2,
    ),
    (
        "several columns of wishes",
        "a.xlsx",
        _with(
            ["名称", "编号", "备注", "校准点", "是否强检"],
            ["压力表", "1", "不出证书", "0,50,100", "否"],
            ["压力表", "2", "/", None, "是"],
        ),
        [
            {"remark": "不出证书；校准点：0,50,100", "mandatory": None},
            {"remark": None, "mandatory": True, "service_kind": "verification"},
        ],
    ),
    (
        "two lists in one sheet with columns in another order",
        "a.xlsx",
        files.xlsx(
            [
                ["器具名称", "型号", "出厂编号"],
                ["压力表", "Y-100", "A1"],
                ["出厂编号", "器具名称", "型号"],
                ["B2", "游标卡尺", "0-150"],
            ]
        ),
        [READ[0] | {"quantity": None}, {"kind": "header"}, {"serial_number": "B2"}],
    ),
    (
        "two halves side by side, labels below",
        "a.xlsx",
        files.xlsx(
            [
                ["器具名称", "型号", "出厂编号"] * 2,
                ["压力表", "Y-100", "A1", "游标卡尺", "0-150", "B2"],
                ["温馨提示：", "1、请填写完整", "2、每台一行"],
            ]
        ),
        [{"serial_number": "A1"}, {"kind": "note"}, {"serial_number": "B2"}],
    ),
    (
        "services under another word, department and place apart",
        "a.xlsx",
        _with(
            ["名称", "编号", "委托事项", "使用部门", "存放地点"],
            ["压力表", "1", "检定", "一车间", "锅炉房"],
            ["压力表", "2", "校准", "一车间", None],
        ),
        [
            {"service_kind": "verification", "customer_department": "一车间 锅炉房"},
            {"service_kind": "calibration", "customer_department": "一车间"},
        ],
    ),
    (
        "formulas, calculated and not",
        "a.xlsx",
        _formulas(),
        [{"odd": {}}, {"name": "压力表", "odd": {"serial_number": "formula"}}],
    ),
    ("filter, frozen panes, table", "a.xlsx", files.xlsx(USUAL, edit=_dressed), READ),
    ("styles that no schema allows", "a.xlsx", _odd_styles(), READ),
    (
        "old Excel",
        "a.xls",
        files.xls(
            [["送检清单"], HEAD, [*GAUGE[:4], 42, *GAUGE[5:]], CALIPER],
            merges=[(0, 0, 0, 7)],
            formats={(2, 4): "000000"},
        ),
        [READ[0] | {"serial_number": "000042"}, READ[1]],
    ),
    ("CSV, UTF-8 with its mark", "a.csv", files.text(USUAL), READ),
    ("CSV, GBK", "a.csv", files.text(USUAL, encoding="gb18030"), READ),
    ("CSV, semicolons", "a.csv", files.text(USUAL, ";", "utf-8"), READ),
    ("tabs, UTF-16", "a.txt", files.text(USUAL, "\t", "utf-16"), READ),
    (
        "CSV with Excel's way to keep zeros, and without",
        "a.csv",
        files.text([HEAD, _row('="0012"'), _row("'0013"), _row("1.2E+11")]),
        [
            {"serial_number": "0012"},
            {"serial_number": "0013"},
            {"odd": {"serial_number": "power"}},
        ],
    ),
    (
        "CSV with an inch mark",
        "a.csv",
        ",".join(HEAD).encode() + '\n1,"5寸"" 压力表",Y-1,,A1,,1,\n'.encode(),
        [{"name": '5寸" 压力表', "serial_number": "A1"}],
    ),
    ("web page named .xls", "a.xls", files.page(USUAL), READ),
    ("web page in GBK", "a.xls", files.page(USUAL, "gb18030"), READ),
    ("text named .xls", "a.xls", files.text(USUAL, "\t", "gb18030"), READ),
    ("web archive", "a.mht", files.mhtml(USUAL), READ),
    (
        "XML Spreadsheet 2003",
        "a.xls",
        files.xml2003([[v or "" for v in row] for row in USUAL]),
        READ,
    ),
    ("OpenDocument", "a.ods", files.ods(USUAL), READ),
    # Refused, each with its sentence.
    ("nothing", "a.xlsx", b"", "empty"),
    ("blanks", "a.csv", b" \r\n ", "empty"),
    ("PDF renamed", "a.xlsx", b"%PDF-1.7\n", "not_table"),
    ("photo", "a.jpg", b"\xff\xd8\xff\xe0" + b"0" * 99, "not_table"),
    ("Word", "a.docx", files.archive({"word/document.xml": "<w/>"}), "not_table"),
    ("binary Excel", "a.xlsb", files.archive({"xl/workbook.bin": "x"}), "not_table"),
    ("archive", "a.zip", files.archive({"list.xlsx": "x"}), "not_table"),
    ("cut off", "a.xlsx", files.xlsx(USUAL)[:1500], "broken"),
    (
        "with a password",
        "a.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"0" * 600
        + "EncryptedPackage".encode("utf-16-le"),
        "protected",
    ),
    (
        "bomb",
        "a.xlsx",
        files.archive({"xl/workbook.xml": "<w/>", "xl/x.xml": "0" * 60_000_000}),
        "bomb",
    ),
    ("page without a table", "a.xls", b"<html><p>login</p></html>", "not_table"),
    ("one text", "a.xlsx", b"hello", "broken"),
    ("binary", "a.bin", bytes(range(256)) * 9, "not_text"),
    ("other columns", "a.xlsx", _with(["颜色", "味道"], ["红", "甜"]), "no_columns"),
    ("no name", "a.xlsx", _with(["型号", "编号", "量程"], "YA1"), "no_columns"),
    ("heading over nothing", "a.xlsx", files.xlsx([HEAD]), "no_lines"),
]
