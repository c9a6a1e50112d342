# SPDX-License-Identifier: AGPL-3.0-only
"""Recognise a customer's list of instruments in the cells of a table.

Pure Python.  ``recognise`` finds the header by scoring its words, keeps section
titles, carries merged and 'as above' cells down, and sorts the other rows into
instruments and rows that are none (with a code that says why).
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from odoo.addons.metrology_method.tools import ranges, text_keys
from odoo.addons.metrology_method.tools.cell_values import (
    is_month,
    is_no_date,
    is_tick,
    parse_last_date,
    parse_service_kind,
    service_kinds,
)
from odoo.addons.metrology_method.tools.headings import (
    Header,
    choose_headers,
    no_columns_facts,
)
from odoo.addons.metrology_method.tools.table_cells import is_power
from odoo.addons.metrology_method.tools.table_reader import Cell, TableError

from .instrument_columns import COLUMN_WORDS, HEADINGS
from .instrument_rows import row_kind
from .instrument_values import parse_interval, parse_quantity

_TICKS = ("verification", "calibration", "testing", "inspection")
#: Where '/' or 'N/A' says the same as an empty cell.
_EMPTY_IF_NOTHING = frozenset(
    "range_text accuracy_text manufacturer asset_number quantity accessories condition "
    "customer_department service_kind last_date due_date interval_months remark "
    "specification certificate_number mandatory".split()
)
#: What a row goes on with that names only its number.
_CONTINUED = ("name", "model_text", "range_text", "accuracy_text", "manufacturer")
#: Headings that need not be told with what stands below them.
_PLAIN_REMARK = re.compile(r"备注|说明|附注|^要求$|remark|note|comment", re.I)
_PARTY_NAME = re.compile(
    r"(?:送检单位|委托单位|客户名称|单位名称|送检单位名称|委托方|客户|customer|client)(?:\(.*?\)|（.*?）)?\s*[:：]\s*"
    r"([^\s:：]{4,60})",
    re.I,
)
_CONTACT = re.compile(
    r"(?:联系人|送检人|经办人|contact)\s*[:：]\s*([^\s:：\d/，,]{2,20})", re.I
)
_PHONE = re.compile(
    r"(?:联系电话|电话|手机|联系方式|tel|phone|mobile)\w{0,2}\s*[:：]\s*([\d+()\-—\s]{7,24}\d)",
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
    """The result: lines in file order, the columns (field -> heading), what was not
    used, the choice of sheets and columns, and what stands above the list."""

    lines: list[Line]
    columns: dict
    ignored: list
    layout: list = field(default_factory=list)
    unread: list = field(default_factory=list)
    party: dict = field(default_factory=dict)


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


def recognise(sheets, known=None, layout=None):
    """Recognise instrument lines in all visible sheets that have a header.

    :param list sheets: as :func:`table_reader.read_tables` gives them
    :param dict known: headings that a person has said: key -> field
    :param list layout: sheets, heading rows and columns that a person has chosen
    :raises TableError: ``no_columns`` with ``seen`` (headings that were looked
        at) and ``row``, ``no_lines`` when a header stands over nothing
    :rtype: Recognised
    """
    chosen = choose_headers(HEADINGS, sheets, known, layout, _is_poor)
    found = Recognised([], {}, [])
    for sheet, header, read in chosen:
        if read:
            _read_sheet(found, sheet, header, known, fixed=bool(layout))
        elif header and not sheet.hidden:
            found.unread.append(sheet.name)
        found.layout.append(
            header.as_layout(sheet, read)
            if header
            else {"name": sheet.name, "read": False, "heading": 0, "columns": {}}
        )
    if not any(read for _sheet, _header, read in chosen):
        raise TableError("no_columns", **no_columns_facts(chosen, sheets))
    if not any(not line.skip for line in found.lines):
        raise TableError("no_lines")
    return found


def _is_poor(header):
    """A table of names and numbers of pieces is a summary beside a list."""
    return not set(header.mapping.values()) & {
        *("serial_number", "model_text", "asset_number", "range_text", "specification"),
    }


# ------------------------------------------------------------------------- rows
def _read_sheet(found, sheet, header, known, fixed):
    if not fixed:
        _look_below(sheet, header)
    _read_party(found.party, sheet.rows[: header.end])
    for column, name in header.mapping.items():
        text = header.texts.get(column) or ""
        if column in sheet.hidden_columns:
            text = f"{text} (…)"
        found.columns.setdefault(name, text)
    found.ignored += [text for text in header.unknown if text not in found.ignored]
    lines = _read_lines(sheet, header, known, fixed)
    beside = None if fixed else _header_beside(header)
    if beside:
        # Printed in two halves to save paper: the right one goes on with the list.
        right = _read_lines(sheet, beside, known, True)
        lines += [line for line in right if not line.skip]
        found.ignored = [text for text in found.ignored if text not in beside.used]
    _mark_lost_zeros(lines)
    found.lines += lines


def _header_beside(header):
    """Return the header of a second half with the same headings, or None."""
    of_key = {
        HEADINGS.key_of(header.texts[column]): name
        for column, name in header.mapping.items()
        if header.texts.get(column)
    }
    mapping = {}
    for column, text in header.texts.items():
        name = of_key.get(HEADINGS.key_of(text))
        if column not in header.mapping and name and name not in mapping.values():
            mapping[column] = name
    if "name" not in mapping.values() or len(mapping) < 3:
        return None
    return Header(header.end, header.row, mapping, header.texts)


def _look_below(sheet, header):
    """Take back what a heading promised, but the cells below it do not hold."""
    rows = sheet.rows[header.end :]
    for column, name in list(header.mapping.items()):
        key = HEADINGS.key_of(header.texts.get(column) or "")
        values = [
            text_keys.clean(row.cells[column].text)
            for row in rows[:400]
            if column < len(row.cells)
        ]
        values = [value for value in values if value]
        if name in ("serial_number", "asset_number") and _counts_up(values):
            if key in ("编号", "number", "no", "no.", "id"):
                del header.mapping[column]
                if "sequence" not in header.mapping.values():
                    header.mapping[column] = "sequence"
        elif name == "service_kind" and values:
            # 类别 also means A, B, C or 'pressure'.
            if not any(service_kinds(value) or _is_boxed(value) for value in values):
                del header.mapping[column]
    _find_services(sheet, header)


def _find_services(sheet, header):
    """A column that says 检定 or 校准 in every line tells the service, whatever its
    heading."""
    if "service_kind" in header.mapping.values():
        return
    for column in header.texts:
        if column in header.mapping:
            continue
        values = [
            text_keys.compact(row.cells[column].text)
            for row in sheet.rows[header.end : header.end + 400]
            if column < len(row.cells)
        ]
        values = [value for value in values if value]
        if values and set(values) <= _SERVICE_WORDS:
            header.mapping[column] = "service_kind"
            return


_SERVICE_WORDS = frozenset(
    "检定 强检 强制检定 首检 周检 周期检定 校准 检测 测试 检验 calibration verification "
    "testing inspection".split()
)


def _is_boxed(text):
    return any(mark in text for mark in "□☐√☑■")


def _counts_up(values):
    numbers = [value for value in values if value.isdigit()]
    return (
        len(numbers) >= 3
        and len(numbers) >= 0.8 * len(values)
        and [int(one) for one in numbers] == list(range(1, len(numbers) + 1))
        and not any(len(one) > 1 and one.startswith("0") for one in numbers)
    )


def _read_party(party, rows):
    """Note what stands above the list: whose it is, and whom to ask."""
    for row in rows:
        texts = list(
            dict.fromkeys(text_keys.clean(c.text) for c in row.cells if c.text)
        )
        # The name often stands in the cell beside its word.
        together = "  ".join(texts)
        together = re.sub(r"([:：])\s+", r"\1", together)
        for name, pattern in (
            ("name", _PARTY_NAME),
            ("contact", _CONTACT),
            ("phone", _PHONE),
        ):
            if match := pattern.search(together):
                party.setdefault(name, match[1].strip())


def _read_lines(sheet, header, known, fixed):
    lines, section, previous = [], "", {}
    mapping = dict(header.mapping)
    texts_of = header.texts
    header_texts = {text for text in texts_of.values() if text}
    for row in sheet.rows[header.end :]:
        cells = row.cells + [Cell()] * (max(mapping) + 1 - len(row.cells))
        texts = [text_keys.clean(cell.text) for cell in cells]
        if not any(texts):
            continue
        line = Line(sheet.name, row.number, section=section, hidden=row.hidden)
        _take_cells(line, cells, texts, mapping, texts_of)
        kind = row_kind(texts, cells, line.raw, header_texts)
        if kind == "section":
            section = " ".join(dict.fromkeys(text for text in texts if text))
            line.skip, line.section = "section", section
        elif kind:
            line.skip = kind
            if kind == "header" and not fixed:
                # A second list below the first may have its columns in another order.
                other = HEADINGS._map_columns(texts, sheet.hidden_columns, known)[0]
                if "name" in other.values() and len(other) >= 3:
                    mapping, texts_of = other, dict(enumerate(texts))
        else:
            line.values = _values(line, previous, mapping, texts_of, cells)
            previous = line.values
        if line.skip:
            line.values = {"name": " ".join(dict.fromkeys(t for t in texts if t))[:200]}
        lines.append(line)
    return lines


def _take_cells(line, cells, texts, mapping, headings):
    """Write the texts and oddities of one row by field."""
    for column, name in mapping.items():
        text, cell = texts[column], cells[column]
        if not text or cell.inside and name not in ("name", "sequence"):
            # A cell merged to the right says something once.
            continue
        if name == "remark":
            if text_keys.is_nothing(text):
                continue
            heading = headings.get(column) or ""
            if heading and not _PLAIN_REMARK.search(heading):
                text = f"{heading}：{text}"
            text = "；".join(filter(None, [line.raw.get("remark"), text]))
        elif name == "customer_department" and name in line.raw:
            text = f"{line.raw[name]} {text}"
        line.raw[name] = text
        if cell.oddity:
            line.oddities[name] = cell.oddity
        elif name in ("serial_number", "asset_number") and is_power(text):
            line.oddities[name] = "power"


def _values(line, previous, mapping, headings, cells):
    values = {}
    of_field = {name: column for column, name in mapping.items()}
    for name, text in line.raw.items():
        if name in {"sequence", "unit"}:
            continue
        if text_keys.is_ditto(text):
            if name in ("serial_number", "asset_number"):
                line.oddities[name] = "ditto"
                continue
            text = previous.get(name, "")
            if not isinstance(text, str):
                values[name] = text
                continue
        if name in _EMPTY_IF_NOTHING and text_keys.is_nothing(text):
            line.oddities.pop(name, None)
            continue
        values[name] = text
    _take_specification(values)
    _continue_above(line, values, previous)
    for name in ("serial_number", "model_text", "asset_number"):
        if values.get(name):
            values[name] = text_keys.half_width(values[name])
    _read_quantity(line, values, cells, of_field)
    _read_dates(line, values)
    interval = values.get("interval_months")
    if isinstance(interval, str):
        heading = headings.get(of_field.get("interval_months"), "")
        values["interval_months"] = parse_interval(interval, heading)
        line.oddities.pop("interval_months", None)
    _read_service(line, values)
    return values


def _take_specification(values):
    """Join model and specification; one that is a range is the range."""
    text = values.pop("specification", "")
    if not text:
        return
    model = values.get("model_text") or ""
    if not values.get("range_text") and ranges.parse_range(text):
        values["range_text"] = text
        values.setdefault("model_text", text)
    elif not model or text_keys.is_nothing(model):
        values["model_text"] = text
    elif text_keys.compact(text) not in text_keys.compact(model):
        values["model_text"] = f"{model} {text}"


def _continue_above(line, values, previous):
    """A row of a number of its own, but no name and model, goes on with the one above."""
    if values.get("name") or values.get("model_text") or not previous.get("name"):
        return
    if not (values.get("serial_number") or values.get("asset_number")):
        return
    for name in _CONTINUED:
        if not values.get(name) and previous.get(name):
            values[name] = previous[name]
    line.oddities["above"] = "continued"


def _read_quantity(line, values, cells, of_field):
    if "quantity" in values and not isinstance(values["quantity"], int):
        values["quantity"] = parse_quantity(values["quantity"])
        if values["quantity"] is None:
            line.oddities["quantity"] = "unreadable"
    column = of_field.get("quantity")
    cell = cells[column] if column is not None else None
    if cell is not None and cell.height > 1 and (values.get("quantity") or 0) > 1:
        # One number over several rows counts them together.
        if values["quantity"] == cell.height:
            values["quantity"] = 1
        else:
            line.oddities["quantity"] = "together"


def _read_dates(line, values):
    for name in ("last_date", "due_date"):
        text = values.get(name)
        if not isinstance(text, str):
            continue
        values[name] = None
        if is_no_date(text):
            line.oddities.pop(name, None)
        elif day := parse_last_date(text):
            # A date where a date is expected is nothing odd.
            values[name] = day
            line.oddities.pop(name, None)
        elif line.oddities.get(name) != "error":
            line.oddities[name] = "month" if is_month(text) else "unreadable"
    if values.get("last_date") and values.get("due_date"):
        if values["due_date"] < values["last_date"]:
            line.oddities["due_date"] = "before"


def _read_service(line, values):
    """Read the wished service from its column, or from columns of ticks."""
    text = values.pop("service_kind", "")
    mandatory = values.pop("mandatory", "")
    ticks = [
        kind for kind in _TICKS if is_tick(str(values.pop(f"tick_{kind}", "") or ""))
    ]
    if is_tick(str(values.pop("tick_urgent", "") or "")):
        values["urgent"] = True
    if not isinstance(text, str):
        text = ""
    kind = parse_service_kind(text) if text else False
    if len(ticks) == 1 and not kind:
        kind = ticks[0]
    if kind:
        values["service_kind"] = kind
    elif len(ticks) > 1 or text and len(service_kinds(text)) > 1:
        line.oddities["service_kind"] = "several"
    if isinstance(mandatory, str) and mandatory:
        if is_tick(mandatory) and "非" not in mandatory:
            values["mandatory"] = True
            values.setdefault("service_kind", "verification")


def _mark_lost_zeros(lines):
    """Doubt a number shorter than its neighbours that are texts with leading zeros."""
    for name in ("serial_number", "asset_number"):
        zeros = Counter(
            len(line.raw[name])
            for line in lines
            if not line.skip and re.match(r"^0\d+$", line.raw.get(name, ""))
        )
        if len(zeros) != 1:
            continue
        size = next(iter(zeros))
        for line in lines:
            text = line.raw.get(name, "")
            if not line.skip and re.match(r"^[1-9]\d*$", text) and len(text) < size:
                line.oddities.setdefault(name, "zeros")


#: Columns that a person may choose, in the order in which they are offered.
COLUMNS = tuple(
    name for name in COLUMN_WORDS if name not in ("certificate_number", "unit")
)
