# SPDX-License-Identifier: AGPL-3.0-only
"""Read delimited text as Excel, WPS and other systems write it. No Odoo import."""

import csv
import io
from collections import Counter

from .table_cells import Grid, TableError, text_cell

_DELIMITERS = "\t,;，|"
#: A cell of so many lines is an unclosed quotation mark (5" pipes), no cell.
_MAX_LINES = 30


def read_csv(text):
    """Return the one sheet of a text.

    :raises TableError: empty, broken, too_many_rows
    """
    if not text.strip():
        raise TableError("empty")
    first, _newline, rest = text.partition("\n")
    delimiter = None
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text = first.strip()[4], rest
    delimiter = delimiter or _delimiter(text)
    rows = _rows(text, delimiter, csv.QUOTE_MINIMAL)
    if any(value.count("\n") > _MAX_LINES for row in rows for value in row):
        rows = _rows(text, delimiter, csv.QUOTE_NONE)
    grid = Grid("CSV")
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value.strip():
                grid.put(number, column, text_cell(value))
    return grid.finish()


def _rows(text, delimiter, quoting):
    try:
        return list(
            csv.reader(
                io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting
            )
        )
    except csv.Error as error:
        if quoting == csv.QUOTE_NONE:
            raise TableError("broken") from error
        return _rows(text, delimiter, csv.QUOTE_NONE)


def _delimiter(text):
    """Return the mark that divides most lines into equally many cells."""
    sample = "\n".join(text.splitlines()[:60])

    def score(mark):
        widths = Counter(len(row) for row in _rows(sample, mark, csv.QUOTE_MINIMAL))
        return max(
            ((width - 1) * lines for width, lines in widths.items() if width > 1),
            default=0,
        )

    return max(_DELIMITERS, key=score)


def decode(content):
    """Return the text of what Excel and WPS export in China: UTF-8, UTF-16, GB 18030.

    :raises TableError: not_text
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise TableError("not_text") from error
    if b"\x00" in content:
        # Without a mark at its start: every second byte of plain ASCII is zero.
        for encoding, place in (("utf-16-le", 1), ("utf-16-be", 0)):
            if content[place:4000:2].count(0) > len(content[:4000]) / 20:
                try:
                    text = content.decode(encoding)
                except UnicodeDecodeError:
                    continue
                if "\x00" not in text:
                    return text
        raise TableError("not_text")
    for encoding in ("utf-8-sig", "gb18030", "big5"):
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
