# SPDX-License-Identifier: AGPL-3.0-only
"""Draw sample labels as a PDF: QR code, number and what the eye needs.

500 labels are drawn in one go.
"""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.metrology import drawing

#: layout -> label width and height (mm), labels across and down (1 x 1 = a roll)
LAYOUTS = {
    "roll_60x40": (60, 40, 1, 1),
    "roll_50x30": (50, 30, 1, 1),
    "sheet_3x8": (70, 37.125, 3, 8),
}


def draw(labels, layout="roll_60x40"):
    """Return a PDF with one label for each entry, in order.

    :param labels: iterable of dict(code, title, lines): the QR's content and text, the
        bold line, and up to four further lines
    :param str layout: key of ``LAYOUTS``
    :rtype: bytes
    """
    width, height, across, down = LAYOUTS[layout]
    single = across * down == 1
    page = (width * mm, height * mm) if single else A4
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=page)
    canvas.setTitle("Sample labels")
    fonts = drawing.fonts(drawing.font_directory())
    for index, label in enumerate(labels):
        place = index % (across * down)
        if index and not place:
            canvas.showPage()
        column, row = place % across, place // across
        canvas.saveState()
        canvas.translate(
            column * width * mm, page[1] - (row + 1) * height * mm if not single else 0
        )
        _draw_label(canvas, label, width * mm, height * mm, fonts)
        canvas.restoreState()
    canvas.save()
    return stream.getvalue()


def _draw_label(canvas, label, width, height, fonts):
    normal, bold = fonts
    margin = 2 * mm
    side = min(height - 2 * margin - 4 * mm, width * 0.4)
    drawing.draw_qr(canvas, label["code"], margin, height - margin - side, side)
    canvas.setFont(bold, 7.5)
    canvas.drawCentredString(
        margin + side / 2, height - margin - side - 3 * mm, label["code"]
    )
    left = margin + side + 2 * mm
    room = width - left - margin
    top = height - margin - 3.2 * mm
    canvas.setFont(bold, 9)
    canvas.drawString(left, top, drawing.fit(label["title"], bold, 9, room))
    step = min(4.4 * mm, (top - margin) / max(len(label["lines"]), 1))
    canvas.setFont(normal, 7)
    for index, line in enumerate(label["lines"], start=1):
        canvas.drawString(left, top - index * step, drawing.fit(line, normal, 7, room))
