# SPDX-License-Identifier: AGPL-3.0-only
"""Read tables of web pages and of XML that call themselves .xls, and .ods.

Systems in use write such files and name them .xls; Excel opens them after a question,
so that nobody knows. No Odoo import.
"""

import email
import email.policy
import re

from lxml import etree, html

from .table_cells import Cell, Grid, TableError, number_cell, text_cell
from .table_xlsx import local

_BREAKS = {"br", "p", "div", "li"}


def _attribute(element, name, default=""):
    """Return an attribute by its name without namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].rpartition(":")[2] == name:
            return value
    return default


def _count(element, name, default=1, limit=100):
    text = _attribute(element, name).strip()
    return max(1, min(int(text), limit)) if text.isdigit() else default


# ------------------------------------------------------------------------- HTML
def read_html(text):
    """Return all tables of a page as one sheet: title, heading and lines are often
    tables of their own.

    :raises TableError: not_table where the page has no table
    """
    # A declaration of the encoding is refused in text that is decoded already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        page = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise TableError("broken") from error
    grid = Grid("HTML")
    open_cells = {}
    number = 0
    for row in page.iter("tr"):
        number += 1
        table = next(row.iterancestors("table"), None)
        covered = open_cells.setdefault(table, {})
        column = 1
        if _is_hidden(row):
            grid.hidden_rows.add(number)
        for one in row.iterchildren("td", "th"):
            while covered.get(column, 0) >= number:
                column += 1
            wide, high = _count(one, "colspan"), _count(one, "rowspan", limit=5000)
            if not _is_hidden(one):
                grid.put(number, column, _html_cell(one))
            if wide > 1 or high > 1:
                grid.merge(number, column, number + high - 1, column + wide - 1)
                for place in range(column, column + wide):
                    covered[place] = number + high - 1
            column += wide
    if not number:
        raise TableError("not_table", kind="HTML")
    return [grid.finish()]


def _is_hidden(element):
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style


def _html_cell(element):
    number = _attribute(element, "num")
    if number:
        # Excel's own page keeps the number beside what it shows of it.
        shown = "".join(_texts(element)).strip()
        if re.match(r"^\d(\.\d+)?E\+\d+$", shown, re.I):
            try:
                return number_cell(number)
            except ValueError:
                return text_cell(shown)
    return text_cell("".join(_texts(element)))


def _texts(element):
    """Yield the texts of a cell, without those of a table inside it."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in ("table", "style", "script"):
            if child.tag in _BREAKS:
                yield "\n"
            yield from _texts(child)
        yield child.tail or ""


def read_mhtml(content):
    """Return the tables of a web archive (Excel's "single file web page")."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    pages = []
    for part in message.walk():
        if part.get_content_type() == "text/html":
            try:
                pages += read_html(part.get_content())
            except (TableError, LookupError, ValueError):
                continue
    if not pages:
        raise TableError("not_table", kind="MHTML")
    return pages


# ------------------------------------------------------------------- Excel's XML
def read_xml(content):
    """Return the sheets of an "XML Spreadsheet 2003".

    :raises TableError: broken, not_table for other XML
    """
    root = _parse(content)
    if local(root) != "Workbook":
        raise TableError("not_table", kind="XML")
    sheets = []
    for sheet in root.iter("{*}Worksheet"):
        hidden = any(
            (one.text or "") != "SheetVisible" for one in sheet.iter("{*}Visible")
        )
        grid = Grid(_attribute(sheet, "Name"), hidden)
        number = 0
        for row in sheet.iter("{*}Row"):
            number = _count(row, "Index", number + 1, 10**7)
            if _attribute(row, "Hidden") == "1":
                grid.hidden_rows.add(number)
            column = 0
            for one in row.iterchildren("{*}Cell"):
                column = _count(one, "Index", column + 1, 10**5)
                wide = _span(one, "MergeAcross")
                high = _span(one, "MergeDown")
                grid.put(number, column, _xml_cell(one))
                if wide or high:
                    grid.merge(number, column, number + high, column + wide)
                column += wide
        sheets.append(grid.finish())
    return sheets


def _span(element, name):
    text = _attribute(element, name, "0")
    return int(text) if text.isdigit() else 0


def _xml_cell(element):
    data = next(element.iterchildren("{*}Data"), None)
    if data is None:
        formula = _attribute(element, "Formula")
        return Cell(formula, "formula") if formula else Cell()
    text = "".join(data.itertext())
    kind = _attribute(data, "Type")
    if kind == "Number":
        try:
            return number_cell(text)
        except ValueError:
            return Cell(text)
    if kind == "DateTime":
        return Cell(text.replace("T", " ").partition(" 00:00:00")[0], "date")
    return Cell(text, "error") if kind == "Error" else Cell(text)


def _parse(source):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TableError("broken") from error
    if root is None:
        raise TableError("broken")
    return root


# ------------------------------------------------------------------ OpenDocument
def read_ods(archive):
    """Return the sheets of an OpenDocument spreadsheet.

    :param zipfile.ZipFile archive: checked against bombs already
    :raises TableError: broken, too_many_rows, protected
    """
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise TableError("protected")
    return [
        _read_table(table)
        for table in _parse(archive.read("content.xml")).iter("{*}table")
        if local(table.getparent()) == "spreadsheet"
    ]


def _read_table(table):
    grid = Grid(_attribute(table, "name"))
    number = column = 0
    for one in table.iter("{*}table-column"):
        repeated = _count(one, "number-columns-repeated", limit=20000)
        if _attribute(one, "visibility") in ("collapse", "filter"):
            last = min(column + repeated, 100)
            grid.sheet.hidden_columns |= set(range(column, last))
        column += repeated
    for row in table.iter("{*}table-row"):
        repeated = _count(row, "number-rows-repeated", limit=10**7)
        filled = [item for item in _ods_cells(row) if item[1].text.strip()]
        for index in range(repeated if filled else 0):
            place = number + index + 1
            if _attribute(row, "visibility") in ("collapse", "filter"):
                grid.hidden_rows.add(place)
            for column, cell, wide, high in filled:
                copied = Cell(cell.text, cell.oddity, number=cell.number)
                grid.put(place, column, copied)
                if wide > 1 or high > 1:
                    grid.merge(place, column, place + high - 1, column + wide - 1)
        number += repeated
    return grid.finish()


def _ods_cells(row):
    """Yield ``(column, cell, columns merged, rows merged)``."""
    column = 1
    for one in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        repeated = _count(one, "number-columns-repeated", limit=20000)
        cell = _ods_cell(one)
        if cell.text and local(one) == "table-cell":
            wide = _count(one, "number-columns-spanned")
            high = _count(one, "number-rows-spanned", limit=5000)
            for index in range(min(repeated, 100)):
                yield column + index, cell, wide, high
        column += repeated


def _ods_cell(element):
    text = "\n".join(_ods_text(one) for one in element.iterchildren("{*}p"))
    kind = _attribute(element, "value-type")
    value = _attribute(element, "value")
    if kind == "date":
        shown = _attribute(element, "date-value").replace("T", " ")
        return Cell(shown.partition(" 00:00:00")[0] or text, "date")
    if kind == "float" and (re.search(r"E\+\d", text) or "#" in text or not text):
        return number_cell(value or 0)
    if kind == "error" or text.startswith("#") and text in ("#N/A", "#REF!"):
        return Cell(text, "error")
    return Cell(text, number=kind == "float")


def _ods_text(paragraph):
    """Return the text of a paragraph; several blanks are an element of their own."""
    parts = [paragraph.text or ""]
    for child in paragraph:
        kind = local(child)
        if kind == "s":
            parts.append(" ")
        elif kind == "line-break":
            parts.append("\n")
        elif kind != "annotation":
            parts.append(_ods_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
