# SPDX-License-Identifier: AGPL-3.0-only
"""Read a customer's table file into plain cells. No Odoo import.

``read_tables`` gives sheets of rows of :class:`Cell`; what it cannot or must not
read it refuses with a :class:`TableError` that carries a code and facts, so that
the caller can say it in the user's language.
"""

import csv
import datetime
import io
import zipfile
from dataclasses import dataclass, field

#: Bounds against mistakes and malice; a list of instruments is far below them.
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 150 * 1024 * 1024
MAX_RATIO = 200
MAX_ARCHIVE_MEMBERS = 2000
MAX_ROWS = 5000
MAX_COLUMNS = 100
MAX_CELL_TEXT = 2000

_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"{\\rtf", "RTF"),
)


class TableError(Exception):
    """A file that cannot be read; ``code`` names why, ``facts`` fill the text."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass
class Cell:
    """One cell: its text as shown, and what was odd about it.

    ``oddity`` is one of: ``formula`` (without a stored value), ``rounded``
    (a number beyond Excel's 15 digits), ``date`` (a date where Excel may have
    turned a number into one), ``error`` (#REF! and the like) or empty.
    """

    text: str = ""
    oddity: str = ""
    merged: bool = False


@dataclass
class Row:
    """A row of a sheet: its number in the file, its cells, and if it is hidden."""

    number: int
    cells: list[Cell] = field(default_factory=list)
    hidden: bool = False


@dataclass
class Sheet:
    """A sheet with its name and rows (blank rows are left out)."""

    name: str
    rows: list[Row] = field(default_factory=list)
    hidden: bool = False


def read_tables(content, filename=""):
    """Return the sheets of an .xlsx or .csv file.

    :param bytes content: the file
    :param str filename: its name, only to choose the words of a refusal
    :raises TableError: empty, too_large, old_excel, not_table (with ``kind``),
        bomb, broken, protected, not_text, too_many_rows
    :rtype: list[Sheet]
    """
    if not content:
        raise TableError("empty")
    if len(content) > MAX_FILE_BYTES:
        raise TableError(
            "too_large",
            megabytes=round(len(content) / 1048576, 1),
            limit=MAX_FILE_BYTES // 1048576,
        )
    if content.startswith(_OLE2):
        raise TableError("old_excel")
    for magic, kind in _OTHER_FILES:
        if content.startswith(magic):
            raise TableError("not_table", kind=kind)
    if content.startswith(_ZIP):
        return _read_workbook(content)
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise TableError("broken")
    return [_read_csv(content)]


# ------------------------------------------------------------------------ Excel
def _check_archive(content):
    """Refuse an archive that is no workbook, or would fill the memory.

    The sizes of the directory are what the archive claims; reading is bounded by
    them, since zipfile stops at the claimed size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise TableError("broken") from error
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise TableError("protected")
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if (
        len(members) > MAX_ARCHIVE_MEMBERS
        or total > MAX_UNPACKED_BYTES
        or (total > 10 * 1048576 and total / packed > MAX_RATIO)
    ):
        raise TableError("bomb")
    if "xl/workbook.xml" not in names:
        if "mimetype" in names:
            raise TableError("not_table", kind="OpenDocument")
        if "word/document.xml" in names:
            raise TableError("not_table", kind="Word")
        raise TableError("not_table", kind="ZIP")


def _read_workbook(content):
    _check_archive(content)
    # Only here: the addon's models load without a spreadsheet library.
    import openpyxl

    try:
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        has_formula = b"<f" in _sheet_bytes(content)
        formulas = (
            openpyxl.load_workbook(io.BytesIO(content)) if has_formula else values
        )
        sheets = [
            _read_sheet(sheet, formulas[sheet.title]) for sheet in values.worksheets
        ]
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever the XML provokes
        raise TableError("broken") from error
    return sheets


def _sheet_bytes(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(
            archive.read(name)
            for name in archive.namelist()
            if name.startswith("xl/worksheets/") and name.endswith(".xml")
        )


def _read_sheet(sheet, formula_sheet):
    filled = [
        (row, column)
        for (row, column), cell in sheet._cells.items()
        if cell.value is not None or formula_sheet.cell(row, column).value is not None
    ]
    result = Sheet(sheet.title, hidden=sheet.sheet_state != "visible")
    if not filled:
        return result
    rows = {}
    for row, column in filled:
        if column <= MAX_COLUMNS:
            rows.setdefault(row, set()).add(column)
    if len(rows) > MAX_ROWS:
        raise TableError("too_many_rows", rows=len(rows), limit=MAX_ROWS)
    merged = {}
    for area in sheet.merged_cells.ranges:
        height = area.max_row - area.min_row
        width = area.max_col - area.min_col
        if height > MAX_ROWS or width > MAX_COLUMNS:
            continue
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, min(area.max_col, MAX_COLUMNS) + 1):
                merged[row, column] = (area.min_row, area.min_col)
    columns = max(column for row in rows.values() for column in row)
    wanted = sorted(set(rows) | {row for row, _column in merged if row in rows})
    for number in wanted:
        cells = []
        for column in range(1, columns + 1):
            place = merged.get((number, column))
            origin = place or (number, column)
            if origin == (number, column) and column not in rows.get(number, ()):
                cells.append(Cell(merged=bool(place)))
                continue
            cell = _cell(sheet.cell(*origin), formula_sheet.cell(*origin))
            cell.merged = bool(place)
            cells.append(cell)
        dimension = sheet.row_dimensions.get(number)
        result.rows.append(Row(number, cells, bool(dimension and dimension.hidden)))
    return result


def _cell(cell, formula_cell):
    value = cell.value
    if value is None:
        formula = formula_cell.value
        if isinstance(formula, str) and formula.startswith("="):
            return Cell(formula[:MAX_CELL_TEXT], "formula")
        return Cell()
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, int):
        return Cell(_padded(str(value), cell.number_format), _beyond(value))
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e22:
            text = _padded(str(int(value)), cell.number_format)
            return Cell(text, _beyond(value))
        return Cell(repr(value))
    if isinstance(value, datetime.datetime):
        day = value.date().isoformat()
        return Cell(day if value.time() == datetime.time() else str(value), "date")
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return Cell(str(value), "date")
    text = str(value)
    if cell.data_type == "e":
        return Cell(text, "error")
    return Cell(text[:MAX_CELL_TEXT])


def _beyond(number):
    """Excel keeps 15 digits: what a longer number ended in is lost."""
    return "rounded" if abs(number) >= 10**15 else ""


def _padded(text, number_format):
    """Give back the leading zeros that only the cell's format (000000) shows."""
    zeros = number_format or ""
    if zeros.strip("0") == "" and len(zeros) > len(text):
        return text.zfill(len(zeros))
    return text


# -------------------------------------------------------------------------- CSV
def _read_csv(content):
    text = _decode(content)
    head = text.lstrip()[:200].lower()
    if head.startswith(("<html", "<!doctype", "<table", "<?xml")):
        raise TableError("not_table", kind="HTML")
    if not text.strip():
        raise TableError("empty")
    first_lines = "\n".join(text.splitlines()[:20])
    delimiter = max("\t,;，", key=first_lines.count)
    sheet = Sheet("CSV")
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, line in enumerate(lines, start=1):
            if any(value.strip() for value in line):
                cells = [Cell(value[:MAX_CELL_TEXT]) for value in line[:MAX_COLUMNS]]
                sheet.rows.append(Row(number, cells))
            if len(sheet.rows) > MAX_ROWS:
                raise TableError("too_many_rows", rows=number, limit=MAX_ROWS)
    except csv.Error as error:
        raise TableError("broken") from error
    return sheet


def _decode(content):
    """Decode what Excel and WPS export in China: UTF-8, UTF-16 or GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise TableError("not_text") from error
    if b"\x00" in content:
        raise TableError("not_text")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A binary file decodes by luck: its control characters give it away.
        odd = sum(1 for char in text if ord(char) < 32 and char not in "\t\r\n\x0c")
        if odd > len(text) / 100:
            raise TableError("not_text")
        return text
    raise TableError("not_text")
