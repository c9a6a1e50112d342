# SPDX-License-Identifier: AGPL-3.0-only
"""Draw status labels of equipment as a PDF: colour by status, dates, QR code."""

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.units import mm

from odoo.addons.metrology import drawing

#: status -> colour of its label: green, yellow and red as JJF 1069 has them.
COLOURS = {
    "qualified": "#1e8e3e",
    "permitted": "#f2b705",
    "limited": "#f2b705",
    "suspended": "#d93025",
    "sealed": "#d93025",
    "scrapped": "#5f6368",
}


def draw(labels, layout="roll_60x40"):
    """Return a PDF with one label for each entry, in order.

    :param labels: [dict(url, state, state_name, title, institution, lines)]: what the
        QR code holds, the key of ``COLOURS`` and its words, the name of the equipment,
        the institution (may be empty) and [(word, value)]
    :param str layout: key of ``drawing.LABEL_LAYOUTS``
    :rtype: bytes
    """
    return drawing.draw_labels(labels, layout, "Equipment labels", _draw_label)


def _draw_label(canvas, label, width, height, fonts):
    normal, bold = fonts
    margin = 1.5 * mm
    colour = HexColor(COLOURS[label["state"]])
    band = height * 0.24
    size = band * 0.55
    canvas.setFillColor(colour)
    canvas.rect(0, height - band, width, band, stroke=0, fill=1)
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(0.8 * mm)
    canvas.rect(0.4 * mm, 0.4 * mm, width - 0.8 * mm, height - 0.8 * mm, fill=0)
    # Yellow is too light for white letters.
    yellow = label["state"] in ("permitted", "limited")
    canvas.setFillColor(black if yellow else white)
    canvas.setFont(bold, size)
    base = height - band + (band - size * 0.74) / 2
    canvas.drawString(2 * margin, base, label["state_name"])
    if label["institution"]:
        taken = canvas.stringWidth(label["state_name"], bold, size) + 5 * margin
        small = max(size * 0.5, 5)
        canvas.setFont(normal, small)
        canvas.drawRightString(
            width - 2 * margin,
            base,
            drawing.fit(label["institution"], normal, small, width - taken),
        )
    canvas.setFillColor(black)
    side = min(height - band - 3 * margin, width * 0.34)
    right = width - margin - side
    drawing.draw_qr(canvas, label["url"], right - margin, margin * 1.3, side)
    room = right - 4 * margin
    title = min(height * 0.085, 9)
    top = height - band - title - margin * 0.6
    canvas.setFont(bold, title)
    canvas.drawString(2 * margin, top, drawing.fit(label["title"], bold, title, room))
    count = max(len(label["lines"]), 1)
    step = min((top - 2 * margin) / count, title * 1.35)
    text = min(step * 0.78, title * 0.86)
    canvas.setFont(normal, text)
    for index, (name, value) in enumerate(label["lines"], start=1):
        canvas.drawString(
            2 * margin,
            top - index * step,
            drawing.fit(f"{name} {value}", normal, text, room),
        )
