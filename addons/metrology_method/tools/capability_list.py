# SPDX-License-Identifier: AGPL-3.0-only
"""Recognise a list of capabilities (授权项目表, 能力范围表) in a table. Pure Python.

Annexes of authorisation and accreditation certificates differ in their headings, leave
repeated cells empty or merged, and give range and uncertainty as running text.
"""

import re
from dataclasses import dataclass, field

from . import ranges, text_keys
from .headings import Headings, seen_texts
from .table_reader import Cell, TableError

COLUMN_WORDS = {
    "code": "项目编号 代码 项目代码 编码 序号 项目序号 code no no. capabilitycode",
    "name": "项目名称 授权项目 授权项目名称 检定项目 校准项目 能力名称 项目 参数名称 项目/参数 name capability",
    "type_name": (
        "器具名称 计量器具名称 测量仪器名称 仪器名称 被测对象 被检器具 产品名称 检测对象 测量仪器 类别 器具类别 "
        "被校仪器名称 测量仪器/产品名称 instrumenttype instrument type"
    ),
    "service_text": "服务类型 业务类型 类型 检定/校准 服务 项目类型 工作类型 service servicekind",
    "method_text": (
        "依据 技术依据 检定规程 规程 校准规范 规范 方法 规程/规范 依据文件 检定规程/校准规范 规程或规范 "
        "规程(规范)编号 依据规程 检定/校准依据 标准方法 技术文件 方法名称 规范名称及编号 规程名称及编号 method basis"
    ),
    "range_text": "测量范围 量程 范围 授权范围 测量范围/量程 项目范围 range measuringrange",
    "uncertainty_text": (
        "不确定度 扩展不确定度 准确度等级 准确度 cmc 最大允许误差 mpe 准确度等级/最大允许误差 等级 "
        "不确定度或准确度等级或最大允许误差 不确定度/准确度等级/最大允许误差 准确度等级/测量不确定度 测量不确定度 "
        "校准和测量能力 校准测量能力 uncertainty accuracy class"
    ),
    "authority": "发证机关 授权机关 授权单位 发证单位 颁发机构 认可机构 批准机关 authority",
    "certificate_number": (
        "证书编号 授权证书编号 授权证书号 证书号 授权证书 认可证书 计量授权证书号 certificate certificateno"
    ),
    "date_from_text": "生效日期 发证日期 有效期自 起始日期 开始日期 批准日期 有效期起 validfrom from",
    "date_to_text": "有效期至 有效期 截止日期 到期日期 有效期止 失效日期 有效日期 validuntil until expiry",
    "department_text": "部门 科室 承担部门 实验室 所属部门 检测部门 所在科室 室 department laboratory",
    "turnaround_text": "工作日 时限 办理时限 检定周期天 周期(天) 完成时限 出证时限 turnaround days",
    "interval_text": "检定周期 校准周期 复校间隔 周期 周期(月) interval",
    "price_text": "收费标准 价格 单价 费用 收费 收费(元) 检定费 校准费 fee price",
    "note": "备注 说明 限制说明 remark note",
}
HEADINGS = Headings(
    COLUMN_WORDS,
    required="method_text",
    scores={"method_text": 4, "type_name": 3, "name": 3, "range_text": 2},
    whole_only={"类型", "项目", "方法", "规程", "规范", "范围", "依据", "服务", "等级"}
    | {"类别", "部门", "周期", "费用", "价格", "代码", "编码", "no", "no.", "type"}
    | {"from", "days", "fee", "name", "code", "note", "class", "until"},
)
#: Cells left empty because they repeat the line above, in merged or plain writing.
_CARRIED = (
    *("type_name", "service_text", "method_text", "authority", "certificate_number"),
    *("date_from_text", "date_to_text", "department_text"),
)
_METHOD = re.compile(
    r"(?P<kind>[A-Z]{2,6}(?:/T|/Z)?)\s*(?:\((?P<place>[^)]{1,6})\))?\s*"
    r"(?P<number>\d+(?:\.\d+)?)(?:\s*-\s*(?P<year>(?:19|20)\d\d))?",
)


@dataclass
class Line:
    """One row: its texts by field, and where it stood."""

    sheet: str
    row: int
    values: dict = field(default_factory=dict)
    oddities: dict = field(default_factory=dict)


@dataclass
class Recognised:
    """The lines in file order, the columns (field -> heading), and what was unused."""

    lines: list[Line]
    columns: dict
    ignored: list


def recognise(sheets):
    """Recognise the capabilities in all visible sheets that have headings.

    :param list sheets: as :func:`table_reader.read_tables` gives them
    :raises TableError: ``no_columns`` with ``seen``, ``no_lines``
    :rtype: Recognised
    """
    lines, columns, ignored = [], {}, []
    for sheet in sheets:
        header = None if sheet.hidden else HEADINGS.find(sheet)
        if header is None:
            continue
        end, mapping, headings, unknown = header
        for column, name in mapping.items():
            columns.setdefault(name, headings[column])
        ignored += [text for text in unknown if text not in ignored]
        lines += _read_lines(sheet, end, mapping)
    if not columns:
        raise TableError("no_columns", seen=seen_texts(sheets))
    if not lines:
        raise TableError("no_lines")
    return Recognised(lines, columns, ignored)


def _read_lines(sheet, start, mapping):
    lines, previous = [], {}
    for row in sheet.rows[start:]:
        cells = row.cells + [Cell()] * (max(mapping) + 1 - len(row.cells))
        values = {
            name: text_keys.clean(cells[column].text)
            for column, name in mapping.items()
            if text_keys.clean(cells[column].text)
        }
        told = set(values) - {"code", *_CARRIED}
        texts = {text_keys.clean(cell.text) for cell in row.cells} - {""}
        # Titles of sections and signatures below the list say nothing of a range.
        if not told and (
            len(texts) < 2 or not {"method_text", "type_name"} & set(values)
        ):
            continue
        for name in _CARRIED:
            if text_keys.is_ditto(values.get(name, "")) or name not in values:
                if previous.get(name):
                    values[name] = previous[name]
        if "type_name" in values and "name" not in values:
            values["name"] = values["type_name"]
        previous = values
        lines.append(
            Line(
                sheet.name,
                row.number,
                values,
                {
                    name: cells[column].oddity
                    for column, name in mapping.items()
                    if cells[column].oddity and not name.startswith("date_")
                },
            )
        )
    return lines


def parse_method(text):
    """Return ``(number without year, year or False)`` of the first method named.

    >>> parse_method("《弹性元件式一般压力表》JJG52—2013")
    ('JJG 52', '2013')
    >>> parse_method("JJF(冀) 3001-2020"), parse_method("JJF 1071")
    (('JJF(冀) 3001', '2020'), ('JJF 1071', False))
    >>> parse_method("内部方法")
    (False, False)
    """
    plain = re.sub("[‐‑‒–—―−－]+", "-", text_keys.half_width(text or "").upper())
    plain = plain.replace("（", "(").replace("）", ")")
    match = _METHOD.search(plain)
    if not match:
        return False, False
    place = f"({match['place']})" if match["place"] else ""
    return f"{match['kind']}{place} {match['number']}", match["year"] or False


def service_of_method(code):
    """Return the service a method's number speaks of, or False.

    >>> service_of_method("JJG 52"), service_of_method("JJF 1101"), service_of_method("GB/T 1")
    ('verification', 'calibration', False)
    """
    kind = (code or "").partition(" ")[0].partition("(")[0]
    return {"JJG": "verification", "JJF": "calibration"}.get(kind, False)


def parse_scope(text):
    """Return ``(low, high, unit)`` of a range as texts, empty where it is not plain.

    >>> parse_scope("(0～60) MPa"), parse_scope("见附表")
    (('0', '60', 'MPa'), ('', '', ''))
    """
    return ranges.parse_range(text) or ("", "", "")


def parse_whole(text):
    """Return the first whole number of a text (``5个工作日``), or None.

    >>> parse_whole("5个工作日"), parse_whole("当天") is None
    (5, True)
    """
    match = re.search(r"\d+", text_keys.compact(text))
    return int(match[0]) if match else None


def parse_price(text):
    """Return a fee as a float, or None where none is told.

    >>> parse_price("￥1,250.00元/台"), parse_price("面议") is None
    (1250.0, True)
    """
    match = re.search(r"\d+(?:\.\d+)?", text_keys.compact(text).replace(",", ""))
    return float(match[0]) if match else None
