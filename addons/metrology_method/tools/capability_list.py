# SPDX-License-Identifier: AGPL-3.0-only
"""Recognise a list of capabilities (授权项目表, 能力范围表) in a table. Pure Python.

Annexes of authorisation and accreditation certificates differ in their headings, leave
repeated cells empty or merged, and give range and uncertainty as running text.
"""

import re
from dataclasses import dataclass, field

from . import ranges, text_keys
from .headings import Headings, choose_headers, no_columns_facts
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
        "规程(规范)编号 依据规程 检定/校准依据 标准方法 技术文件 方法名称 规范名称及编号 规程名称及编号 规程代号 规范代号 "
        "标准名称 标准代号 标准编号 依据标准 method basis standard"
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
    whole_only={"类型", "项目", "范围", "服务", "等级", "室", "标准"}
    | {"类别", "部门", "周期", "费用", "价格", "代码", "编码", "no", "no.", "type"}
    | {"from", "days", "fee", "name", "code", "note", "class", "until"},
)
#: Columns that a person may choose, in the order in which they are offered.
COLUMNS = tuple(COLUMN_WORDS)
#: Cells left empty because they repeat the line above, in merged or plain writing.
_CARRIED = (
    *("type_name", "service_text", "method_text", "authority", "certificate_number"),
    *("date_from_text", "date_to_text", "department_text"),
)
_SERVICE_END = re.compile(r"(?<=.)(?:的?(?:检定|校准|检测|检验)(?:项目)?)+$")
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
    """The lines in file order, the columns (field -> heading), what was not used, and
    the choice of sheets and columns."""

    lines: list[Line]
    columns: dict
    ignored: list
    layout: list = field(default_factory=list)
    unread: list = field(default_factory=list)


def recognise(sheets, known=None, layout=None):
    """Recognise the capabilities in all visible sheets that have headings.

    :param list sheets: as :func:`table_reader.read_tables` gives them
    :param dict known: headings that a person has said: key -> field
    :param list layout: sheets, heading rows and columns that a person has chosen
    :raises TableError: ``no_columns`` with ``seen`` and ``row``, ``no_lines``
    :rtype: Recognised
    """
    chosen = choose_headers(HEADINGS, sheets, known, layout)
    found = Recognised([], {}, [])
    for sheet, header, read in chosen:
        found.layout.append(
            header.as_layout(sheet, read)
            if header
            else {"name": sheet.name, "read": False, "heading": 0, "columns": {}}
        )
        if not read:
            if header and not sheet.hidden:
                found.unread.append(sheet.name)
            continue
        if not layout:
            _drop_counting(sheet, header)
            found.layout[-1] = header.as_layout(sheet, read)
        for column, name in header.mapping.items():
            found.columns.setdefault(name, header.texts.get(column) or "")
        found.ignored += [t for t in header.unknown if t not in found.ignored]
        found.lines += _read_lines(sheet, header)
    if not any(read for _sheet, _header, read in chosen):
        raise TableError("no_columns", **no_columns_facts(chosen, sheets))
    if not found.lines:
        raise TableError("no_lines")
    return found


def _drop_counting(sheet, header):
    """A column that only counts the lines is no code: every sheet begins at 1 again."""
    for column, name in list(header.mapping.items()):
        values = [
            text_keys.compact(row.cells[column].text)
            for row in sheet.rows[header.end :]
            if column < len(row.cells)
        ]
        values = [one for one in values if one and len(one) <= 10]
        counted = [one for one in values if one.isdigit()]
        if name == "code" and len(counted) >= 0.6 * len(values):
            if text_keys.compact(header.texts.get(column)) in _COUNTING:
                del header.mapping[column]


#: What a line says of itself, and what no signature does.
_CERTAIN = {"method_text", "range_text"}
_SAYING = {"name", "type_name", "uncertainty_text", *_CERTAIN}
_COUNTING = ("序号", "项目序号", "no", "no.")


def _read_lines(sheet, header):
    lines, previous, mapping = [], {}, header.mapping
    for row in sheet.rows[header.end :]:
        cells = row.cells + [Cell()] * (max(mapping) + 1 - len(row.cells))
        if HEADINGS.is_heading_row([text_keys.clean(cell.text) for cell in cells]):
            continue
        values = {
            name: text_keys.clean(cells[column].text)
            for column, name in mapping.items()
            if text_keys.clean(cells[column].text)
        }
        texts = [text_keys.clean(cell.text) for cell in row.cells]
        texts = list(dict.fromkeys(text for text in texts if text))
        # Titles of sections, notes and signatures say one thing, or nothing of a range.
        said = _SAYING & set(values)
        label = texts and ":" in text_keys.compact(texts[0])
        if len(texts) < 2 or not said or (label and not said & _CERTAIN):
            continue
        for name in _CARRIED:
            if text_keys.is_ditto(values.get(name, "")) or name not in values:
                if previous.get(name):
                    values[name] = previous[name]
        if "type_name" in values and "name" not in values:
            values["name"] = values["type_name"]
        if "type_name" not in mapping.values() and values.get("name"):
            # 压力表检定 is the verification of a 压力表.
            values["type_name"] = _SERVICE_END.sub("", values["name"])
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
