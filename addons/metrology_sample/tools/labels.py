# SPDX-License-Identifier: AGPL-3.0-only
"""Draw sample labels as a PDF: QR code, number and what the eye needs.

500 labels are drawn in one go.
"""

from reportlab.lib.units import mm

from odoo.addons.metrology import drawing


def draw(labels, layout="roll_60x40"):
    """Return a PDF with one label for each entry, in order.

    :param labels: iterable of dict(code, title, lines): the QR's content and text, the
        bold line, and up to four further lines
    :param str layout: key of ``drawing.LABEL_LAYOUTS``
    :rtype: bytes
    """
    return drawing.draw_labels(labels, layout, "Sample labels", _draw_label)


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
