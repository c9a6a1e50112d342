# SPDX-License-Identifier: AGPL-3.0-only
"""The cells of a table file, whatever kind of file it was. No Odoo import."""

import re
from dataclasses import dataclass, field

#: Bounds against mistakes and malice; a list of instruments is far below them.
MAX_FILE_BYTES = 30 * 1024 * 1024
MAX_ROWS = 30000
MAX_COLUMNS = 100
MAX_CELL_TEXT = 2000

#: A number that a text shows in powers of ten: its last digits are gone.
_POWER = re.compile(r"^[+-]?\d(?:\.\d+)?E\+\d+$", re.I)
_LITERAL = r'(?:"[^"]*"|\\.|[\s()/\-年月日台件号#＃:：])*?'
_PADDED = re.compile(rf"^({_LITERAL})(0+|#,##0|#)({_LITERAL})$")


class TableError(Exception):
    """A file that cannot be read; ``code`` names why, ``facts`` fill the text."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(slots=True)
class Cell:
    """One cell: its text as shown, and what was odd about it.

    ``oddity`` is one of: ``formula`` (without a stored value), ``rounded``
    (a number beyond Excel's 15 digits), ``power`` (shown as 1.2E+11), ``date`` (a date
    where Excel may have turned a number into one), ``error`` (#REF! and the like),
    ``cut`` (longer than a list's cell can be) or empty.  ``height`` is how many rows a
    merged cell covers, ``inside`` that it repeats the one left of it.
    """

    text: str = ""
    oddity: str = ""
    merged: bool = False
    number: bool = False
    height: int = 1
    inside: bool = False


@dataclass(slots=True)
class Row:
    """A row of a sheet: its number in the file, its cells, and if it is hidden."""

    number: int
    cells: list[Cell] = field(default_factory=list)
    hidden: bool = False


@dataclass
class Sheet:
    """A sheet with its name and rows (blank rows are left out).

    ``hidden_columns`` are indices into the cells.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    hidden: bool = False
    hidden_columns: set = field(default_factory=set)


class Grid:
    """Cells as a file gives them, in any order, to become a :class:`Sheet`.

    Rows and columns count from 1, as people do.
    """

    def __init__(self, name, hidden=False):
        self.sheet = Sheet(name, hidden=hidden)
        self.rows = {}
        self.merges = []
        self.hidden_rows = set()

    def put(self, row, column, cell):
        """Add a cell; blank ones and those far to the right are not kept.

        :raises TableError: too_many_rows
        """
        if column > MAX_COLUMNS or not cell.text.strip():
            return
        if len(cell.text) > MAX_CELL_TEXT:
            cell.text, cell.oddity = cell.text[:MAX_CELL_TEXT], "cut"
        cells = self.rows.get(row)
        if cells is None:
            if len(self.rows) >= MAX_ROWS:
                raise TableError("too_many_rows", rows=row, limit=MAX_ROWS)
            cells = self.rows[row] = {}
        cells[column] = cell

    def merge(self, top, left, bottom, right):
        """Note a merged area; whole rows and columns of Excel are not meant."""
        if bottom - top <= MAX_ROWS and left <= MAX_COLUMNS:
            self.merges.append((top, left, bottom, min(right, MAX_COLUMNS)))

    def finish(self):
        """Return the sheet, the text of a merged area in each of its cells."""
        for area in self.merges:
            self._spread(*area)
        width = max((max(cells) for cells in self.rows.values()), default=0)
        blank = Cell()
        for number in sorted(self.rows):
            cells = self.rows[number]
            self.sheet.rows.append(
                Row(
                    number,
                    [cells.get(column, blank) for column in range(1, width + 1)],
                    number in self.hidden_rows,
                )
            )
        return self.sheet

    def _spread(self, top, left, bottom, right):
        origin = self.rows.get(top, {}).get(left)
        filled = [row for row in range(top, bottom + 1) if row in self.rows]
        for row in filled:
            for column in range(left, right + 1):
                if not origin:
                    # Merged and blank: nothing to repeat.
                    continue
                self.rows[row][column] = Cell(
                    origin.text,
                    origin.oddity,
                    merged=True,
                    number=origin.number,
                    height=len(filled),
                    inside=column > left,
                )


def text_cell(text):
    """Return a cell of typed text, as systems export it to plain files.

    ``="007"`` and a leading apostrophe are how they keep leading zeros.

    >>> text_cell('="007"').text, text_cell("'007").text
    ('007', '007')
    >>> text_cell("1.23457E+11").oddity, text_cell("#N/A").oddity
    ('power', 'error')
    """
    text = text or ""
    plain = text.strip()
    if plain.startswith('="') and plain.endswith('"') and len(plain) > 2:
        text = plain = plain[2:-1]
    elif plain.startswith("'") and len(plain) > 1:
        text = plain = plain[1:]
    if is_power(plain):
        return Cell(text, "power")
    if plain.startswith("#") and plain.upper() in ERROR_TEXTS:
        return Cell(text, "error")
    return Cell(text)


def is_power(text):
    """Whether a text is a number that Excel has shortened to a power of ten."""
    return bool(_POWER.match(text))


ERROR_TEXTS = frozenset(
    "#N/A #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC!".split()
)


def number_cell(value, number_format=""):
    """Return a cell of a number as its format shows it.

    >>> number_cell(1234567.0).text, number_cell(0.1 + 0.2).text
    ('1234567', '0.3')
    >>> number_cell(42, "000000").text, number_cell(7, '"JD-"000').text
    ('000042', 'JD-007')
    >>> number_cell(0.005, "0.0%").text, number_cell(3, '0"台"').text
    ('0.5%', '3台')
    >>> number_cell(201803150012345678).oddity
    'rounded'
    """
    value = float(value)
    zeros = (number_format or "").split(";")[0]
    zeros = re.sub(r"\[[^\]]*\]|_.|\*.", "", zeros)
    if zeros.endswith("%"):
        return Cell(f"{_plain(value * 100)}%", number=True)
    if not value.is_integer():
        return Cell(_plain(value), number=True)
    oddity = "rounded" if abs(value) >= 10**15 else ""
    text = _plain(value)
    if value >= 0 and (match := _PADDED.match(zeros)):
        before, digits, after = match.groups()
        if digits.strip("0") == "":
            text = text.zfill(len(digits))
        text = f"{_literal(before)}{text}{_literal(after)}"
    return Cell(text, oddity, number=True)


def _literal(text):
    return re.sub(r'"([^"]*)"|\\(.)', lambda m: m[1] or m[2] or "", text)


def _plain(value):
    """Return the 15 digits that Excel shows, without a power of ten."""
    text = f"{value:.15g}"
    if "e" not in text:
        return text
    if abs(value) < 1e30 and float(text).is_integer():
        return str(int(float(text)))
    return f"{value:.15f}".rstrip("0") if abs(value) < 1 else text


def date_cell(value, number_format=""):
    """Return a cell of a date; a format without a day shows only the month."""
    if value is None:
        return Cell()
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]', "", (number_format or "").lower())
    if not hasattr(value, "date"):
        return Cell(str(value), "date")
    if "y" in shown and "m" in shown and "d" not in shown:
        return Cell(f"{value.year}年{value.month}月", "date")
    midnight = not (value.hour or value.minute or value.second)
    return Cell(value.date().isoformat() if midnight else str(value), "date")
