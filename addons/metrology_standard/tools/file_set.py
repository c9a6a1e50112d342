# SPDX-License-Identifier: AGPL-3.0-only
"""Put a file set together as one PDF: an index page, then every document."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from odoo.tools import mute_logger

from odoo.addons.metrology import drawing

_COLOURS = {
    "present": "#1e7e34",
    "missing": "#c53030",
    "expired": "#c53030",
    "na": "#6b7280",
}
_ROW = 7.2 * mm
_TOP = A4[1] - 20 * mm


def build(words, entries):
    """Return one PDF of an index and the documents.

    :param dict words: ``institution``, ``heading``, ``title``, ``head`` [(label,
        value)], ``columns`` (four titles), ``separate``, ``page``, ``printed``
    :param list entries: dict(title, status, status_text, detail, parts), ``parts`` as
        [(title, file name, bytes)]; what is no PDF or picture is named, not included
    :rtype: bytes
    """
    for entry in entries:
        entry["documents"] = [
            (title, _read(content)) for title, _name, content in entry["parts"]
        ]
    count = _draw_index(words, entries, 0)[1]
    index, count = _draw_index(words, entries, count)
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(index)))
    for entry in entries:
        for title, document in entry["documents"]:
            if document is not None:
                writer.append(document, outline_item=title or entry["title"])
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _read(content):
    """Return a document as a reader of PDF pages; None for other formats."""
    if content.lstrip()[:5] == b"%PDF-":
        try:
            # A copy with a flaw is taken as it is; a broken one is named instead.
            with mute_logger("pypdf._reader"):
                reader = PdfReader(io.BytesIO(content))
                return reader if len(reader.pages) else None
        except (PyPdfError, ValueError, OSError):
            return None
    try:
        picture = ImageReader(io.BytesIO(content))
        width, height = picture.getSize()
    except Exception:
        return None
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    room = (A4[0] - 30 * mm, A4[1] - 30 * mm)
    scale = min(room[0] / width, room[1] / height)
    canvas.drawImage(
        picture,
        (A4[0] - width * scale) / 2,
        (A4[1] - height * scale) / 2,
        width * scale,
        height * scale,
    )
    canvas.save()
    return PdfReader(io.BytesIO(stream.getvalue()))


def _rows(words, entries, index_pages):
    """Return the lines of the index: (number, text, entry or None, page text)."""
    page, rows = index_pages + 1, []
    for number, entry in enumerate(entries, 1):
        documents = entry["documents"]
        first = ""
        if len(documents) == 1:
            document = documents[0][1]
            first = words["separate"] if document is None else str(page)
        rows.append((str(number), entry["title"], entry, first))
        if entry["detail"] and len(documents) <= 1:
            rows.append(("", entry["detail"], None, ""))
        for title, document in documents:
            if len(documents) > 1:
                place = words["separate"] if document is None else str(page)
                rows.append(("", title or entry["title"], None, place))
            page += len(document.pages) if document is not None else 0
    return rows


def _draw_index(words, entries, index_pages):
    """Return (PDF of the index, its number of pages)."""
    normal, bold = drawing.fonts(drawing.font_directory())
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.setTitle(words["title"])
    left, right = 20 * mm, A4[0] - 20 * mm
    canvas.setFont(normal, 10)
    canvas.drawCentredString(A4[0] / 2, _TOP, words["institution"])
    canvas.setFont(bold, 17)
    canvas.drawCentredString(A4[0] / 2, _TOP - 10 * mm, words["heading"])
    canvas.setFont(bold, 12)
    canvas.drawCentredString(
        A4[0] / 2,
        _TOP - 18 * mm,
        drawing.fit(words["title"], bold, 12, right - left),
    )
    y = _TOP - 27 * mm
    for label, value in words["head"]:
        canvas.setFont(normal, 9.5)
        canvas.setFillColor(HexColor("#6b7280"))
        canvas.drawString(left, y, drawing.fit(label, normal, 9.5, 43 * mm))
        canvas.setFillColor(HexColor("#111827"))
        canvas.drawString(
            left + 45 * mm,
            y,
            drawing.fit(str(value), normal, 9.5, right - left - 45 * mm),
        )
        y -= 5.5 * mm
    y = _draw_head(canvas, words, y - 3 * mm, left, right, bold)
    pages = 1
    for number, text, entry, place in _rows(words, entries, index_pages):
        if y < 22 * mm:
            _draw_foot(canvas, words, pages, normal)
            canvas.showPage()
            pages += 1
            y = _draw_head(canvas, words, _TOP, left, right, bold)
        main = entry is not None
        canvas.setFillColor(HexColor("#111827" if main else "#6b7280"))
        canvas.setFont(normal, 10 if main else 8.5)
        canvas.drawString(left + 1 * mm, y, number)
        indent = left + (10 if main else 14) * mm
        canvas.drawString(
            indent,
            y,
            drawing.fit(text, normal, 10 if main else 8.5, right - 48 * mm - indent),
        )
        if main:
            canvas.setFillColor(HexColor(_COLOURS[entry["status"]]))
            canvas.drawString(right - 46 * mm, y, entry["status_text"])
            canvas.setFillColor(HexColor("#111827"))
        canvas.drawRightString(right - 1 * mm, y, place)
        canvas.setStrokeColor(HexColor("#e5e7eb"))
        canvas.line(left, y - 2 * mm, right, y - 2 * mm)
        y -= _ROW if main else 5.6 * mm
    _draw_foot(canvas, words, pages, normal)
    canvas.save()
    return stream.getvalue(), pages


def _draw_head(canvas, words, y, left, right, bold):
    canvas.setFillColor(HexColor("#eef2f6"))
    canvas.rect(left, y - 2.4 * mm, right - left, 7.4 * mm, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#111827"))
    canvas.setFont(bold, 9.5)
    number, document, state, page = words["columns"]
    canvas.drawString(left + 1 * mm, y, number)
    canvas.drawString(left + 10 * mm, y, document)
    canvas.drawString(right - 46 * mm, y, state)
    canvas.drawRightString(right - 1 * mm, y, page)
    return y - 8.5 * mm


def _draw_foot(canvas, words, page, normal):
    canvas.setFont(normal, 8)
    canvas.setFillColor(HexColor("#6b7280"))
    canvas.drawString(20 * mm, 12 * mm, words["printed"])
    canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, f"{words['page']} {page}")
