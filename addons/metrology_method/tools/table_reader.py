# SPDX-License-Identifier: AGPL-3.0-only
"""Read a customer's table file into plain cells. No Odoo import.

``read_tables`` gives sheets of rows of :class:`Cell`; what it cannot or must not
read it refuses with a :class:`TableError` that carries a code and facts, so that
the caller can say it in the user's language.  What a file is its content says, not
its name: half of the .xls that systems export are web pages or text.
"""

from .table_cells import (
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_ROWS,
    Cell,
    Row,
    Sheet,
    TableError,
)
from .table_csv import decode, read_csv

#: What callers use of the cells.
__all__ = [
    "MAX_COLUMNS",
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "Cell",
    "Row",
    "Sheet",
    "TableError",
    "read_tables",
]

_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Old Excel files without the container.
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_OTHER_FILES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "GZIP"),
    (b"{\\rtf", "RTF"),
)


def read_tables(content, filename=""):
    """Return the sheets of a list: .xlsx, .xlsm, .xls, .ods, text, web page, XML.

    :param bytes content: the file
    :param str filename: its name, only to choose the words of a refusal
    :raises TableError: empty, too_large, not_table (with ``kind``), bomb, broken,
        protected, not_text, too_many_rows
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
    for magic, kind in _OTHER_FILES:
        # Two letters are also how a text may begin.
        if content.startswith(magic) and (len(magic) > 2 or b"\x00" in content[:64]):
            raise TableError("not_table", kind=kind)
    try:
        return _read(content, filename.lower())
    except TableError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # the libraries raise whatever a file provokes
        raise TableError("broken") from error


def _read(content, filename):
    # Only here: the addon's models load without the spreadsheet libraries.
    from . import table_markup, table_xls, table_xlsx

    if content.startswith(_OLE2) or content.startswith(_BIFF):
        return table_xls.read_xls(content)
    if content.startswith(_ZIP):
        archive, kind = table_xlsx.check_archive(content)
        with archive:
            if kind == "xlsx":
                return table_xlsx.read_xlsx(archive)
            if kind == "ods":
                return table_markup.read_ods(archive)
        raise TableError("not_table", kind=kind)
    text = decode(content)
    head = text.lstrip("\ufeff \t\r\n")[:4000].lower()
    if head.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in head:
            if "<workbook" in head and "<html" not in head:
                return table_markup.read_xml(content.lstrip())
        if "<table" in text[:200000].lower() or "<html" in head:
            return table_markup.read_html(text)
        raise TableError("not_table", kind="XML")
    if head.startswith("mime-version:"):
        return table_markup.read_mhtml(content)
    sheet = read_csv(text)
    divided = any(len(row.cells) > 1 for row in sheet.rows)
    if filename.endswith((".xlsx", ".xlsm", ".xls", ".ods")) and not divided:
        raise TableError("broken")
    return [sheet]
