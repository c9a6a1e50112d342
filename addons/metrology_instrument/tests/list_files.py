# SPDX-License-Identifier: AGPL-3.0-only
"""Write lists in the kinds of files that customers send."""

import csv
import io
import zipfile
from html import escape

import openpyxl
import xlwt


def xlsx(*sheets, edit=None):
    """Return an .xlsx of sheets, each ``(title, rows)`` or only rows.

    :param edit: function of the workbook, called before it is saved
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for place, sheet in enumerate(sheets, start=1):
        title, rows = sheet if isinstance(sheet, tuple) else (f"Sheet{place}", sheet)
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    if edit:
        edit(book)
    return saved(book)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(content, part, old, new):
    """Return an .xlsx in which one part says something else, as other programs do."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                if old.encode() not in data:
                    raise AssertionError(f"{old} is not in {part}")
                data = data.replace(old.encode(), new.encode())
            target.writestr(name, data)
    return stream.getvalue()


def xls(rows, merges=(), formats=None):
    """Return an old .xls; ``formats`` is (row, column) -> number format."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("清单")
    for top, left, bottom, right in merges:
        sheet.merge(top, bottom, left, right)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is not None:
                style = xlwt.XFStyle()
                style.num_format_str = (formats or {}).get((row, column), "General")
                sheet.write(row, column, value, style)
    return saved(book)


def text(rows, delimiter=",", encoding="utf-8-sig"):
    """Return delimited text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def page(rows, encoding="utf-8", head=""):
    """Return a web page as systems export it under the name .xls."""
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(v or ''))}</td>" for v in row) + "</tr>"
        for row in rows
    )
    return (
        f"<html><head>{head}<meta charset='{encoding}'></head><body>"
        f"<table border=1>{body}</table></body></html>"
    ).encode(encoding)


def xml2003(rows):
    """Return an "XML Spreadsheet 2003"."""
    body = "".join(
        "<Row>"
        + "".join(
            f'<Cell><Data ss:Type="{"Number" if isinstance(v, (int, float)) else "String"}">'
            f"{escape(str(v))}</Data></Cell>"
            for v in row
        )
        + "</Row>"
        for row in rows
    )
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="清单"><Table>{body}</Table></Worksheet></Workbook>'
    ).encode()


def mhtml(rows):
    """Return Excel's "single file web page"."""
    return (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        + page(rows)
        + b"\r\n--B--\r\n"
    )


def ods(rows):
    """Return an OpenDocument spreadsheet, with the blank rows that it counts."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(str(v))}</text:p></table:table-cell>"
            if v is not None
            else "<table:table-cell/>"
            for v in row
        )
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for row in rows
    )
    content = (
        '<?xml version="1.0"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="清单">'
        f"{body}"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def archive(parts):
    """Return a ZIP of ``{name: text}``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return stream.getvalue()
