# SPDX-License-Identifier: AGPL-3.0-only
"""Tell the rows of a list that are instruments from those that are none. Pure Python."""

import re

from odoo.addons.metrology_method.tools import text_keys
from odoo.addons.metrology_method.tools.cell_values import parse_date

from .instrument_columns import HEADINGS

_TOTAL = re.compile(
    r"^(?:总计|合计|小计|共计|总数|本页小计|本页合计|累计|总合计|subtotal|grandtotal|total|sum)"
    r"(?:\(.*|[:：].*|\d.*|$)|^(?:总)?共[计]?\d+[台件只个支块套把种项].*$|.{0,12}(?:小计|合计)$"
)
_SIGNATURE = re.compile(
    r"(?:送检人|接收人|经办人|委托人|收样人|送样人|制表|填表|审核|批准|编制|签字|签名|盖章|负责人|联系人|日期|"
    r"年\s*月\s*日|signature|signed|prepared by|approved by)",
    re.I,
)
_NOTE = re.compile(
    r"^(?:注|备注|说明|附注|填表说明|填写说明|温馨提示|注意事项|note|notes|remark)\s*[:：\d.、]|"
    r"以下空白|以下无正文|此页以下|此行以下|^第\s*\d+\s*页|^共\s*\d+\s*页|^page\s*\d|end of list",
    re.I,
)
_TITLE = re.compile(
    r"(?:清单|一览表|明细表|明细|台账|登记表|申请表|委托单|送检单|汇总表|目录|计划表|统计表|计划|list|register)"
    r"(?:\(.*\)|（.*）)?$",
    re.I,
)
_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十百]+\s*[、.．,，:：]|[（(][一二三四五六七八九十\d]+[)）]|第.{1,4}[部分章类节批]|"
    r"[A-Z]\s*[.、．]\s*\S|[IVX]+\s*[.、．])"
)
_GROUP = re.compile(
    r"(?:类|类仪表|类器具|车间|科室|工段|班组|专业|部门)(?:[（(].*[)）])?[:：]?$"
)
_CHINESE_NUMERAL = re.compile(r"^[（(]?[一二三四五六七八九十]+[)）]?[、.．]?$")
_PARTY = re.compile(
    r"(?:送检单位|委托单位|客户名称|单位名称|联系人|联系电话|电话|手机|地址|邮箱|传真|邮编|customer|client|contact|"
    r"tel|address)\s*[:：]",
    re.I,
)
_EXAMPLE = re.compile(
    r"^(?:例|示例|样例|范例|举例|e\.?g\.?|example)\s*\d*[:：]?$", re.I
)
#: Columns that say nothing of which instrument it is.
_BESIDE = frozenset(
    "sequence remark quantity unit service_kind tick_verification tick_calibration "
    "tick_testing tick_inspection tick_urgent mandatory".split()
)
#: Columns of which any tells that the row is an instrument.
_STRONG = frozenset(
    "serial_number model_text asset_number range_text specification".split()
)


def row_kind(texts, cells, raw, header_texts):
    """Return why a row is no instrument, or an empty text where it is one.

    :param list texts: cleaned text of each cell
    :param cells: the cells themselves
    :param dict raw: field -> text, of the recognised columns
    :param set header_texts: the headings
    :return: empty, section, title, header, total, note, signature, party, example,
        number_only
    """
    distinct = {text for text in texts if text}
    first = next(text for text in texts if text)
    data = {name for name in raw if name not in _BESIDE}
    if len(distinct & header_texts) >= 3 or HEADINGS.is_heading_row(texts):
        return "header"
    if _is_column_numbers(texts):
        return "header"
    sequence = raw.get("sequence", "")
    if _EXAMPLE.match(sequence) or _EXAMPLE.match(first):
        return "example"
    if first.endswith((":", "：")) and len(distinct) > 1:
        # A label: what follows it is no instrument.
        return _below_kind(texts, first, raw, set(), distinct) or "note"
    name = raw.get("name", "")
    strong = bool(data & _STRONG) and bool(name) and len(data) >= 2
    if not (strong and (data & {"serial_number", "model_text"})):
        told = data - {"name"}
        if any(_TOTAL.match(text_keys.compact(one)) for one in distinct):
            if len(told) <= 1:
                return "total"
        if len(distinct) <= 3 and not told & {"serial_number", "model_text"} - {
            one for one in told if raw[one] == first
        }:
            if _NOTE.search(first):
                return "note"
        kind = _below_kind(texts, first, raw, data, distinct)
        if kind:
            return kind
    if len(distinct) == 1:
        return _single_kind(first, cells, raw)
    numbered = _SECTION.match(first) or _CHINESE_NUMERAL.match(first)
    told = {one for one in data if raw[one] != first}
    if numbered and len(distinct) <= 2 and not told - {"name"}:
        return "section"
    if data or "remark" in raw:
        return ""
    return "number_only"


def _below_kind(texts, first, raw, data, distinct):
    """Whether a row is signatures or the customer's address."""
    together = " ".join(dict.fromkeys(text for text in texts if text))
    colon = ":" in together or "：" in together
    counted = raw.get("sequence", "").isdigit()
    few = not data & {"serial_number", "model_text"}
    if _SIGNATURE.search(together) and (colon or few and not counted):
        if len(data) <= 2 and not counted:
            return "signature"
    if _PARTY.search(together) and len(distinct) <= 4 and not counted:
        return "party"
    return ""


def _single_kind(first, cells, raw):
    """Judge a row that says one thing only."""
    key = text_keys.compact(first)
    spans = sum(1 for cell in cells if cell.inside) > 0
    in_name = raw.get("name") == first
    numbers = {raw.get("serial_number"), raw.get("asset_number")}
    if first in numbers and re.search(r"\d", key) and not (spans or parse_date(first)):
        # Of the same kind as the instrument above.
        return ""
    if key.isdigit():
        return "" if in_name else "number_only"
    if _SECTION.match(first) or spans or not in_name or _GROUP.search(first):
        if _TITLE.search(first) and not _SECTION.match(first):
            return "title"
        return "section" if len(first) <= 60 else "note"
    return ""


def _is_column_numbers(texts):
    """Whether a row counts the columns: 1 2 3 4 below the headings."""
    numbers = [re.sub(r"[()]", "", text_keys.compact(text)) for text in texts if text]
    return len(numbers) >= 4 and numbers == [
        str(place) for place in range(int(numbers[0] == "1"), len(numbers) + 1)
    ]
