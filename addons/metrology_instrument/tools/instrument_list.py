# SPDX-License-Identifier: AGPL-3.0-only
"""Recognise a customer's list of instruments in the cells of a table.

Pure Python.  ``recognise`` finds the header by scoring its words, keeps section
titles, carries merged and 'as above' cells down, and sorts the other rows into
instruments and rows that are none (with a code that says why).
"""

import re
from dataclasses import dataclass, field

from odoo.addons.metrology_method.tools import text_keys
from odoo.addons.metrology_method.tools.cell_values import (
    parse_date,
    parse_service_kind,
)
from odoo.addons.metrology_method.tools.headings import Headings, seen_texts
from odoo.addons.metrology_method.tools.table_reader import Cell, TableError

#: Field -> words, compared in compact form; the more special word wins.
COLUMN_WORDS = {
    "sequence": "序号 项号 行号 No No. Nr # 项次 item itemno line seq",
    "name": (
        "器具名称 仪器名称 计量器具名称 名称 设备名称 仪器设备名称 仪表名称 样品名称 量具名称 测量设备名称 "
        "仪器 设备 器具 品名 被检器具名称 受检仪器名称 检测设备名称 instrument instrumentname "
        "name description equipment equipmentname item-name itemname device devicename"
    ),
    "model_text": (
        "型号/规格 规格型号 型号规格 型号 规格 规格/型号 型号及规格 规格及型号 型号、规格 "
        "model type modelno modelnumber model/type model/specification specification"
    ),
    "range_text": (
        "测量范围 量程 量程范围 测量范围/量程 测量范围(量程) 量限 范围 测量区间 校准范围 range "
        "measuringrange measurementrange capacity span"
    ),
    "accuracy_text": (
        "准确度等级 精度 精度等级 准确度 不确定度 等级 准确度等级/不确定度 最大允许误差 允许误差 "
        "准确度等级/最大允许误差 不确定度/准确度等级/最大允许误差 允差 分度值 准确度等级或允差 accuracy "
        "accuracyclass class mpe tolerance uncertainty resolution"
    ),
    "serial_number": (
        "出厂编号 编号 序列号 机身号 出厂号 机号 器具编号 仪器编号 出厂编号/序列号 机身编号 表号 产品编号 "
        "出厂序号 钢印号 serial serialnumber serialno s/n sn serialno."
    ),
    "manufacturer": (
        "制造厂 生产厂家 制造单位 制造厂商 生产厂 厂家 制造商 生产单位 厂商 生产厂商 制造厂家 品牌 制造厂名 "
        "生产制造单位 manufacturer maker brand make mfr"
    ),
    "asset_number": (
        "管理编号 资产编号 设备编号 固定资产编号 统一编号 内部编号 自编号 公司编号 企业编号 管理号 资产号 "
        "本厂编号 设备管理编号 客户编号 assetnumber assetno assetid asset equipmentid "
        "equipmentno id idno tag tagno"
    ),
    "quantity": "台件数 数量 台数 件数 台(件)数 台/件数 数量(台件) 台件 套数 数量(台) quantity qty count",
    "remark": "备注 说明 附注 备注说明 要求 特殊要求 其他要求 remark remarks note notes comment",
    "accessories": "附件 配件 附件情况 随机附件 accessories accessory",
    "customer_department": (
        "使用部门 使用单位 部门 科室 使用科室 使用地点 安装地点 安装位置 存放地点 车间 所在部门 使用人 "
        "department location user place"
    ),
    "service_kind": (
        "服务类型 检定/校准 检校类别 检校类型 送检类型 服务项目 检定校准 业务类型 检定或校准 类型 类别 "
        "service servicetype servicekind"
    ),
    "last_date": (
        "检定日期 上次检定日期 校准日期 上次校准日期 上次检校日期 lastdate lastcalibration"
    ),
    "due_date": (
        "有效期至 有效期 有效日期 到期日期 下次检定日期 下次校准日期 下次检校日期 到期日 duedate nextdue "
        "nextcalibration validuntil"
    ),
    "interval_months": "检定周期 校准周期 周期 检校周期 周期(月) interval cycle",
    "certificate_number": "证书编号 证书号 原证书编号 上次证书编号 certificate certificateno",
    "unit": "单位 计量单位 unit uom",
}
#: One-letter and ambiguous words decide only when they are the whole heading.
_WHOLE_ONLY = {
    *("仪器", "设备", "器具", "单位", "类型", "类别", "no", "no.", "sn", "id"),
    *("等级", "要求", "部门", "item", "line", "make", "type"),
}
#: A bare 'number' is the serial number, unless another column says that it is.
_VAGUE_WORDS = {"编号", "number"}
#: What one recognised heading is worth; the name alone makes no list.
_FIELD_SCORES = {"name": 4, "serial_number": 3, "model_text": 3, "range_text": 2}

_TOTAL = re.compile(
    r"^(?:总计|合计|小计|共计|总数|本页小计|累计|subtotal|grandtotal|total|sum)(?:[:：].*|\d.*|$)"
)
_SIGNATURE = re.compile(
    r"(?:送检人|接收人|经办人|委托人|收样人|送样人|制表|填表|审核|批准|编制|签字|签名|盖章|负责人|日期|年\s*月\s*日|signature|signed)"
)
_NOTE = re.compile(r"^(?:注|备注|说明|附注|填表说明|note|notes)\s*[:：\d]")
_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十百]+\s*[、.．,，]|[（(][一二三四五六七八九十\d]+[)）]|第.{1,4}[部分章类节批]|"
    r"[A-Z]\s*[.、．]\s*\S|[IVX]+\s*[.、．])"
)
_CHINESE_NUMERAL = re.compile(r"^[（(]?[一二三四五六七八九十]+[)）]?[、.．]?$")
_PARTY = re.compile(
    r"(?:送检单位|委托单位|客户名称|单位名称|联系人|联系电话|电话|地址|customer|client)[:：]"
)
_QUANTITY = re.compile(
    r"^(?:共)?(\d{1,6})(?:\.0+)?\s*(?:台|件|只|个|支|块|套|把|台件|台/件|pcs?|sets?|ea)?[。.]?$"
)
_CHINESE_NUMBERS = {
    char: number for number, char in enumerate("零一二三四五六七八九十")
}
_CHINESE_NUMBERS["两"] = 2

_URGENT = re.compile(
    r"加急|特急|急件|急用|紧急|尽快|(?<![着])急$|^急|urgent|rush|asap|expedite", re.I
)
_NOT_URGENT = re.compile(r"不急|不用加急|无需加急|不加急|not\s+urgent", re.I)
_CONDITION = re.compile(
    r"裂纹|裂缝|破损|损坏|破裂|划痕|划伤|磨损|锈|变形|松动|缺(?!省)|断|故障|坏|失灵|不亮|漏|模糊|掉漆|磕碰|外壳|外观|"
    r"crack|damag|broken|scratch|rust|defect|fault|missing",
    re.I,
)
_ACCESSORIES = re.compile(
    r"附件|配件|附带|随附|[带含附配]\s*(?:有)?\s*[^，,。；;、]{1,12}?[\d一二两三四五六七八九十]+\s*[只个根块支套件条把片台]|"
    r"[带含附配][^，,。；;]{0,8}(?:探头|传感器|电源|适配器|电缆|电池|砝码|支架|箱|盒|说明书|证书|线|表笔)|"
    r"\bwith\b|accessor|includ",
    re.I,
)


@dataclass
class Line:
    """One row of the list: an instrument, or a row that is none (``skip``)."""

    sheet: str
    row: int
    values: dict = field(default_factory=dict)
    section: str = ""
    skip: str = ""
    raw: dict = field(default_factory=dict)
    oddities: dict = field(default_factory=dict)
    hidden: bool = False


@dataclass
class Recognised:
    """The result: lines in file order, and the columns (field -> heading)."""

    lines: list[Line]
    columns: dict
    ignored: list


HEADINGS = Headings(
    COLUMN_WORDS,
    required="name",
    scores=_FIELD_SCORES,
    whole_only=_WHOLE_ONLY,
    vague=_VAGUE_WORDS,
    vague_second="asset_number",
)


def field_of_heading(text):
    """Return ``(field, score)`` of a heading, or ``(None, 0)``.

    >>> field_of_heading("出厂编号")[0], field_of_heading("管理编号")[0]
    ('serial_number', 'asset_number')
    >>> field_of_heading("*规格型号（必填）")[0]
    'model_text'
    >>> field_of_heading("某矿业有限公司 2026年度计量器具送检清单")
    (None, 0)
    """
    return HEADINGS.field_of(text)


def recognise(sheets):
    """Recognise instrument lines in all visible sheets that have a header.

    :param list sheets: as :func:`table_reader.read_tables` gives them
    :raises TableError: ``no_columns`` with ``seen`` (headings that were looked
        at), ``no_lines`` when a header stands over nothing
    :rtype: Recognised
    """
    lines, columns, ignored = [], {}, []
    found_header = False
    for sheet in sheets:
        if sheet.hidden:
            continue
        header = HEADINGS.find(sheet)
        if header is None:
            continue
        found_header = True
        end, mapping, headings, unknown = header
        for column, name in mapping.items():
            columns.setdefault(name, headings[column])
        ignored += [text for text in unknown if text not in ignored]
        lines += _read_lines(sheet, end, mapping, headings)
    if not found_header:
        raise TableError("no_columns", seen=seen_texts(sheets))
    if not any(not line.skip for line in lines):
        raise TableError("no_lines")
    return Recognised(lines, columns, ignored)


# ------------------------------------------------------------------------- rows
def _read_lines(sheet, start, mapping, headings):
    lines, section, previous = [], "", {}
    header_texts = {text for text in headings.values() if text}
    for row in sheet.rows[start:]:
        cells = row.cells + [Cell()] * (max(mapping) + 1 - len(row.cells))
        line = Line(sheet.name, row.number, section=section, hidden=row.hidden)
        line.raw = {
            name: text_keys.clean(cells[column].text)
            for column, name in mapping.items()
            if text_keys.clean(cells[column].text)
        }
        line.oddities = {
            name: cells[column].oddity
            for column, name in mapping.items()
            if cells[column].oddity
        }
        texts = [text_keys.clean(cell.text) for cell in cells]
        distinct = {text for text in texts if text}
        if not distinct:
            continue
        kind = _row_kind(texts, cells, line.raw, distinct, header_texts)
        if kind == "section":
            section = " ".join(dict.fromkeys(text for text in texts if text))
            line.skip, line.section = "section", section
        elif kind:
            line.skip = kind
        else:
            line.values = _values(line, previous)
            previous = line.values
        if line.skip:
            line.values = {"name": " ".join(dict.fromkeys(t for t in texts if t))[:200]}
        lines.append(line)
    return lines


def _row_kind(texts, cells, raw, distinct, header_texts):
    """Return why a row is no instrument, 'section', or an empty text."""
    first = next(text for text in texts if text)
    key = text_keys.compact(first)
    data = {
        name
        for name in raw
        if name not in {"sequence", "remark", "quantity", "unit", "service_kind"}
    }
    if len(distinct & header_texts) >= 3:
        return "header"
    if any(_TOTAL.match(text_keys.compact(t)) for t in distinct) and len(data) <= 2:
        return "total"
    if _NOTE.match(first) and len(distinct) <= 2:
        return "note"
    few = len(data) <= 2 and not (data & {"serial_number", "model_text"} - {"name"})
    together = "".join(texts)
    if _SIGNATURE.search(together) and (
        ":" in key or "：" in together or few and not raw.get("sequence", "").isdigit()
    ):
        if len(data) <= 2:
            return "signature"
    if _PARTY.search(together) and len(distinct) <= 3:
        return "party"
    if len(distinct) == 1:
        spans = sum(1 for cell in cells if cell.merged and cell.text) > 1
        in_name = raw.get("name") == first
        if _SECTION.match(first) or spans or (not in_name and not key.isdigit()):
            return "section" if len(first) <= 60 else "note"
        if key.isdigit():
            return "number_only"
    numbered = _SECTION.match(first) or _CHINESE_NUMERAL.match(first)
    told = {name for name in data if raw[name] != first}
    if numbered and len(distinct) <= 2 and not told - {"name"}:
        return "section"
    if data or set(raw) & {"remark"}:
        return ""
    return "number_only"


def _values(line, previous):
    values = {}
    for name, text in line.raw.items():
        if name in {"sequence", "unit"}:
            continue
        if text_keys.is_ditto(text):
            if name == "serial_number":
                line.oddities["serial_number"] = "ditto"
                continue
            text = previous.get(name, "")
            if not isinstance(text, str):
                values[name] = text
                continue
        values[name] = text
    for name in ("serial_number", "model_text", "asset_number"):
        if values.get(name):
            values[name] = text_keys.half_width(values[name])
    if "quantity" in values and not isinstance(values["quantity"], int):
        values["quantity"] = parse_quantity(values["quantity"])
        if values["quantity"] is None:
            line.oddities["quantity"] = "unreadable"
    for name in ("last_date", "due_date"):
        if name in values and isinstance(values[name], str):
            values[name] = parse_date(values[name])
            if values[name] is None:
                line.oddities[name] = "unreadable"
            else:
                # A date where a date is expected is nothing odd.
                line.oddities.pop(name, None)
    if "interval_months" in values and isinstance(values["interval_months"], str):
        values["interval_months"] = parse_interval(values["interval_months"])
    kind_text = values.pop("service_kind", "")
    if isinstance(kind_text, str) and kind_text:
        values["service_kind"] = parse_service_kind(kind_text)
    return values


# ------------------------------------------------------------------ cell meaning
def parse_quantity(text):
    """Return the number of pieces, or None.

    >>> [parse_quantity(t) for t in ("3台", "２", "1.0", "两台", "若干", "0")]
    [3, 2, 1, 2, None, 0]
    """
    key = text_keys.compact(text)
    if match := _QUANTITY.match(key):
        return int(match[1])
    if key and key[0] in _CHINESE_NUMBERS and len(key) <= 3:
        rest = key[1:]
        if not rest or rest in {"台", "件", "只", "个", "支", "块", "套", "把", "台件"}:
            return _CHINESE_NUMBERS[key[0]]
    return None


def parse_interval(text):
    """Return months of '12', '12个月', '1年', '半年', or 0.

    >>> [parse_interval(t) for t in ("12个月", "1年", "半年", "6", "?")]
    [12, 12, 6, 6, 0]
    """
    key = text_keys.compact(text)
    if key in {"半年", "0.5年"}:
        return 6
    if match := re.match(r"^(\d{1,2})(?:年|years?|y)$", key):
        return int(match[1]) * 12
    if match := re.match(r"^(\d{1,3})(?:个?月|months?|m)?$", key):
        return int(match[1])
    if match := re.match(r"^([一二两三])年$", key):
        return _CHINESE_NUMBERS[match[1]] * 12
    return 0


def parse_remark(text):
    """Return what a remark asks for: dict of urgent, service_kind, condition,
    accessories (only what was found).

    >>> parse_remark("加急")
    {'urgent': True}
    >>> parse_remark("只校准，不检定")
    {'service_kind': 'calibration'}
    >>> parse_remark("带探头2只；外壳有裂纹")
    {'condition': '外壳有裂纹', 'accessories': '带探头2只'}
    """
    found = {}
    if _URGENT.search(text or "") and not _NOT_URGENT.search(text):
        found["urgent"] = True
    kind = parse_service_kind(text)
    if kind:
        found["service_kind"] = kind
    parts = [part.strip() for part in re.split(r"[；;。\n]|[，,](?!\d)", text or "")]
    for name, pattern in (("condition", _CONDITION), ("accessories", _ACCESSORIES)):
        hits = [part for part in parts if part and pattern.search(part)]
        if name == "accessories":
            hits = [part for part in hits if part not in found.get("condition", "")]
        if hits:
            found[name] = "，".join(hits)
    return found


def split_serials(text, quantity):
    """Return ``quantity`` serial numbers that one cell lists, or None.

    Lists (``A1、A2、A3``) and runs (``001~003``, ``2026001-003``) are read only
    when their count is exactly the quantity.

    >>> split_serials("780499、780500、780501", 3)
    ['780499', '780500', '780501']
    >>> split_serials("A098~A100", 3)
    ['A098', 'A099', 'A100']
    >>> split_serials("2026001-003", 3)
    ['2026001', '2026002', '2026003']
    >>> split_serials("780499", 3) is None
    True
    """
    if not text or quantity < 2:
        return None
    parts = [part for part in re.split(r"[、,，;；\s/]+", text.strip()) if part]
    if len(parts) == quantity and len(set(parts)) == quantity:
        return parts
    match = re.match(r"^(\D*)(\d+)\s*(?:[~～至到]|-+|—+)\s*(\D*)(\d+)$", text.strip())
    if not match:
        return None
    prefix, low, second_prefix, high = match.groups()
    if second_prefix and second_prefix != prefix:
        return None
    if len(high) < len(low):
        high = low[: len(low) - len(high)] + high
    if len(high) != len(low) or int(high) - int(low) + 1 != quantity:
        return None
    return [f"{prefix}{n:0{len(low)}d}" for n in range(int(low), int(high) + 1)]
