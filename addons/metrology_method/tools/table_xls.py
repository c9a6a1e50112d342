# SPDX-License-Identifier: AGPL-3.0-only
"""Read the old .xls (BIFF), also as WPS and older systems write it. No Odoo import."""

import io

import xlrd

from .table_cells import Cell, Grid, TableError, date_cell, number_cell

_UTF16 = "utf-16-le"


def read_xls(content):
    """Return the sheets of an old Excel file.

    :raises TableError: protected, not_table (with ``kind``), broken, too_many_rows
    """
    # The names of the streams stand in the directory of the container.
    if "EncryptedPackage".encode(_UTF16) in content:
        raise TableError("protected")
    named = {
        kind
        for kind, stream in (
            ("Excel", "Workbook"),
            ("Excel", "Book"),
            ("Word", "WordDocument"),
            ("PowerPoint", "PowerPoint Document"),
            ("Outlook", "__properties_version1.0"),
        )
        if stream.encode(_UTF16) in content
    }
    if named and "Excel" not in named:
        raise TableError("not_table", kind=named.pop())
    book = _open(content, True) or _open(content, False)
    try:
        return [_read_sheet(book, index) for index in range(book.nsheets)]
    except TableError:
        raise
    except Exception as error:  # xlrd raises whatever a damaged record provokes
        raise TableError("broken") from error


def _open(content, formatted):
    """Open the workbook; one whose formats are damaged is read without them."""
    try:
        return xlrd.open_workbook(
            file_contents=content,
            formatting_info=formatted,
            logfile=io.StringIO(),
            on_demand=True,
        )
    except xlrd.XLRDError as error:
        code = "protected" if "encrypted" in str(error) else "broken"
        raise TableError(code) from error
    except Exception as error:  # xlrd raises whatever a damaged record provokes
        if formatted:
            return None
        raise TableError("broken") from error


def _read_sheet(book, index):
    sheet = book.sheet_by_index(index)
    grid = Grid(sheet.name, hidden=bool(sheet.visibility))
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                grid.put(row + 1, column + 1, _cell(book, cell))
    for top, bottom, left, right in sheet.merged_cells:
        grid.merge(top + 1, left + 1, bottom, right)
    grid.hidden_rows = {
        row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden
    }
    grid.sheet.hidden_columns = {
        column for column, info in sheet.colinfo_map.items() if info.hidden
    }
    result = grid.finish()
    book.unload_sheet(index)
    return result


def _cell(book, cell):
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return Cell(value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return Cell("TRUE" if value else "FALSE")
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Cell(xlrd.error_text_from_code.get(value, "#N/A"), "error")
    code = ""
    if cell.xf_index is not None and book.xf_list:
        code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    if cell.ctype == xlrd.XL_CELL_DATE:
        if not value:
            return Cell()
        try:
            return date_cell(xlrd.xldate_as_datetime(value, book.datemode), code)
        except (ValueError, OverflowError):
            return number_cell(value, code)
    return number_cell(value, code)
