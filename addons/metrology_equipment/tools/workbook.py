# SPDX-License-Identifier: AGPL-3.0-only
"""Write tables as an Excel workbook."""

import io
from datetime import date, datetime

import xlsxwriter

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_WIDEST = 48


def build(sheets):
    """Return a workbook with one sheet for each table.

    :param sheets: [(name, head, rows)]: the sheet's name, the column titles and the
        rows; cells are texts, numbers, dates or empty (False, None)
    :rtype: bytes

    >>> build([("A", ["x"], [[1], [None]])])[:2]
    b'PK'
    """
    stream = io.BytesIO()
    # Texts stay texts: "=1+1" in a name is no formula, "0891" keeps its zero.
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    bold = book.add_format(
        {"bold": True, "border": 1, "bg_color": "#E8EEF4", "text_wrap": True}
    )
    cell = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
    day = book.add_format({"border": 1, "valign": "top", "num_format": "yyyy-mm-dd"})
    names = set()
    for title, head, rows in sheets:
        sheet = book.add_worksheet(_sheet_name(title, names))
        widths = [_width(text) for text in head]
        sheet.write_row(0, 0, head, bold)
        for index, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if value is None or value is False:
                    sheet.write_blank(index, column, None, cell)
                    continue
                if isinstance(value, date) and not isinstance(value, datetime):
                    sheet.write_datetime(
                        index, column, datetime(value.year, value.month, value.day), day
                    )
                elif isinstance(value, (int, float)):
                    sheet.write_number(index, column, value, cell)
                else:
                    sheet.write_string(index, column, str(value), cell)
                widths[column] = max(widths[column], _width(value))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width + 2, _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
    book.close()
    return stream.getvalue()


def _sheet_name(title, names):
    """Return a name Excel takes, each once: 31 characters, none of ``[]:*?/\\``."""
    base = (title or "").translate(_FORBIDDEN).strip(" '")[:28] or "1"
    name, number = base, 1
    while name.lower() in names:
        number += 1
        name = f"{base}{number}"
    names.add(name.lower())
    return name


def _width(value):
    """Return how wide a text is: a Chinese character takes two places."""
    lines = str(value).split("\n")
    return max(sum(2 if ord(char) > 0x2E80 else 1 for char in line) for line in lines)
