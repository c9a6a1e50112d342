# SPDX-License-Identifier: AGPL-3.0-only
"""Read .xlsx and .xlsm as any program writes them. No Odoo import.

Own, because exports of laboratory and ledger systems have styles, filters or document
properties at which openpyxl gives up, and because one pass gives values, formulas and
what is hidden, row by row without holding the sheet's tree.
"""

import io
import posixpath
import re
import zipfile

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from .table_cells import Cell, Grid, TableError, date_cell, number_cell

#: Formats by number: dates everywhere, and those of Chinese Excel (27-36, 50-58).
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)$")


def local(element):
    """Return the name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def stream(source, *names):
    """Yield the elements of the names as they end; entities are not resolved."""
    for _event, element in etree.iterparse(
        source,
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    ):
        yield element
        element.clear(keep_tail=False)
        while element.getprevious() is not None:
            del element.getparent()[0]


def read_xlsx(archive):
    """Return the sheets of a workbook.

    :param zipfile.ZipFile archive: checked against bombs already
    :raises TableError: broken, too_many_rows
    """
    return _Workbook(archive).read()


class _Workbook:
    def __init__(self, archive):
        self._archive = archive
        # Some writers use other cases or backslashes in the names.
        self._names = {
            name.replace("\\", "/").lstrip("/").lower(): name
            for name in archive.namelist()
        }

    def _open(self, path):
        name = self._names.get(path.lstrip("/").lower())
        return self._archive.open(name) if name else None

    def _tree(self, path):
        source = self._open(path)
        if not source:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        with source:
            return etree.parse(source, parser).getroot()

    def read(self):
        book = self._tree("xl/workbook.xml")
        if book is None:
            raise TableError("broken")
        targets = {}
        relations = self._tree("xl/_rels/workbook.xml.rels")
        for one in relations if relations is not None else ():
            target = one.get("Target") or ""
            path = target if target.startswith("/") else posixpath.join("xl", target)
            targets[one.get("Id")] = (one.get("Type") or "", posixpath.normpath(path))
        self._epoch = CALENDAR_WINDOWS_1900
        for properties in book.iter("{*}workbookPr"):
            if properties.get("date1904") in ("1", "true"):
                self._epoch = CALENDAR_MAC_1904
        self._formats = self._read_formats()
        self._strings = self._read_strings()
        sheets = []
        for place, sheet in enumerate(book.iter("{*}sheet"), start=1):
            link = next(
                (v for k, v in sheet.attrib.items() if k.rpartition("}")[2] == "id"), ""
            )
            kind, path = targets.get(link, ("", f"xl/worksheets/sheet{place}.xml"))
            if kind and not kind.endswith("/worksheet"):
                continue
            source = self._open(path)
            if source:
                hidden = sheet.get("state", "visible") != "visible"
                with source:
                    sheets.append(self._read_sheet(source, sheet.get("name"), hidden))
        if not sheets:
            raise TableError("broken")
        return sheets

    def _read_formats(self):
        """Return ``[(format text, is a date)]`` by style."""
        styles = self._tree("xl/styles.xml")
        codes, formats = {}, []
        if styles is None:
            return formats
        for one in styles.iter("{*}numFmt"):
            codes[one.get("numFmtId")] = one.get("formatCode") or ""
        for group in styles.iter("{*}cellXfs"):
            for style in group.iter("{*}xf"):
                number = style.get("numFmtId") or "0"
                code = codes.get(number)
                if code is None:
                    number = int(number) if number.isdigit() else 0
                    code = BUILTIN_FORMATS.get(number, "General")
                    formats.append((code, number in _DATE_FORMATS))
                else:
                    formats.append((code, bool(is_date_format(code))))
        return formats

    def _read_strings(self):
        source = self._open("xl/sharedStrings.xml")
        if not source:
            return []
        with source:
            return [_rich_text(one) for one in stream(source, "si")]

    def _read_sheet(self, source, name, hidden):
        grid = Grid(name or "", hidden)
        number = 0
        for element in stream(source, "row", "col", "mergeCell"):
            kind = local(element)
            if kind == "row":
                told = element.get("r") or ""
                number = int(told) if told.isdigit() else number + 1
                self._read_row(grid, number, element)
            elif kind == "col":
                if element.get("hidden") in ("1", "true"):
                    first, last = int(element.get("min")), int(element.get("max"))
                    grid.sheet.hidden_columns |= set(range(first - 1, min(last, 100)))
            else:
                first, _colon, last = (element.get("ref") or "").partition(":")
                if last:
                    left, top = _place(first)
                    right, bottom = _place(last)
                    grid.merge(top, left, bottom, right)
        return grid.finish()

    def _read_row(self, grid, number, element):
        if element.get("hidden") in ("1", "true"):
            grid.hidden_rows.add(number)
        column = 0
        for one in element:
            if local(one) != "c":
                continue
            column = _place(one.get("r") or "")[0] or column + 1
            if len(one):
                grid.put(number, column, self._cell(one))

    def _cell(self, element):
        value = formula = None
        for child in element:
            kind = local(child)
            if kind == "v":
                value = child.text
            elif kind == "f":
                formula = child.text or "…"
            elif kind == "is":
                value = _rich_text(child)
        kind = element.get("t") or "n"
        if value is None or value == "" and formula:
            # Never calculated: openpyxl and report programs write such files.
            return Cell(f"={formula}", "formula") if formula else Cell()
        if kind == "s":
            index = int(value) if value.isdigit() else -1
            known = 0 <= index < len(self._strings)
            return Cell(self._strings[index]) if known else Cell()
        if kind == "b":
            return Cell("TRUE" if value in ("1", "true") else "FALSE")
        if kind == "e":
            return Cell(value, "error")
        if kind == "d":
            return Cell(value.replace("T", " ").removesuffix(" 00:00:00"), "date")
        if kind != "n":
            return Cell(value)
        return self._number(value, element.get("s") or "")

    def _number(self, value, style):
        try:
            number = float(value)
        except ValueError:
            return Cell(value)
        style = int(style) if style.isdigit() else 0
        code, dated = (
            self._formats[style] if style < len(self._formats) else ("General", False)
        )
        if dated:
            if not number:
                return Cell()
            try:
                return date_cell(from_excel(number, self._epoch), code)
            except (ValueError, OverflowError):
                return number_cell(number, code)
        return number_cell(number, code)


def _place(reference):
    """Return ``(column, row)`` of a reference such as ``AB12``, or ``(0, 0)``."""
    match = _REFERENCE.match(reference.replace("$", ""))
    if not match:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(match[2])


def _rich_text(element):
    """Return the text of runs; the readings above Chinese and Japanese are none."""
    return "".join(
        text.text or ""
        for text in element.iter("{*}t")
        if local(text.getparent()) != "rPh"
    )


def check_archive(content):
    """Return the open archive and what kind of file it is.

    Refuse one that would fill the memory.  The sizes of the directory are what the
    archive claims; reading is bounded by them, since zipfile stops at the claimed size.

    :raises TableError: broken, protected, bomb
    :rtype: tuple[zipfile.ZipFile, str]
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise TableError("broken") from error
    if any(member.flag_bits & 1 for member in members):
        raise TableError("protected")
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if (
        len(members) > MAX_MEMBERS
        or total > MAX_UNPACKED_BYTES
        or (total > 20 * 1048576 and total / packed > MAX_RATIO)
    ):
        raise TableError("bomb")
    names = {
        member.filename.replace("\\", "/").lstrip("/").lower() for member in members
    }
    for name, kind in (
        ("xl/workbook.xml", "xlsx"),
        ("xl/workbook.bin", "xlsb"),
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("index/document.iwa", "Numbers"),
    ):
        if name in names:
            return archive, kind
    if "mimetype" in names and "content.xml" in names:
        mimetype = archive.read("mimetype")[:100]
        return archive, "ods" if b"spreadsheet" in mimetype else "OpenDocument"
    return archive, "ZIP"


MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 400
MAX_MEMBERS = 2000
