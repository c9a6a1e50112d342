# SPDX-License-Identifier: AGPL-3.0-only
"""Common parts of drawn sheets and labels (reportlab, qrcode).

The Chinese font is embedded as a subset where a TrueType face is configured
(``report_font_dir`` in odoo.conf or REPORT_FONT_DIR), otherwise reportlab's CID font
STSong-Light is used, which readers substitute.
"""

import io
import os
from functools import cache
from pathlib import Path

import qrcode
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from odoo.tools import config

_FACES = (
    ("MetrologySansSC-Regular.ttf", "normal"),
    ("MetrologySansSC-Bold.ttf", "bold"),
)
_FALLBACK = "STSong-Light"

#: layout -> label width and height (mm), labels across and down (1 x 1 = a roll)
LABEL_LAYOUTS = {
    "roll_60x40": (60, 40, 1, 1),
    "roll_50x30": (50, 30, 1, 1),
    "roll_40x25": (40, 25, 1, 1),
    "sheet_3x8": (70, 37.125, 3, 8),
}


def font_directory():
    """Return the configured directory of TrueType faces, or an empty text."""
    return config.get("report_font_dir") or os.environ.get("REPORT_FONT_DIR") or ""


@cache
def fonts(directory):
    """Register the faces once a process; return their names (normal, bold)."""
    names = {}
    for filename, weight in _FACES:
        path = Path(directory or "/nonexistent") / filename
        if path.is_file():
            try:
                pdfmetrics.registerFont(TTFont(path.stem, str(path)))
                names[weight] = path.stem
            except TTFError:
                continue
    if "normal" not in names:
        pdfmetrics.registerFont(UnicodeCIDFont(_FALLBACK))
        names["normal"] = _FALLBACK
    return names["normal"], names.get("bold", names["normal"])


def fit(text, font, size, room):
    """Cut a text to the room there is (points), with an ellipsis."""
    text = text or ""
    if pdfmetrics.stringWidth(text, font, size) <= room:
        return text
    while text and pdfmetrics.stringWidth(text + "…", font, size) > room:
        text = text[:-1]
    return text + "…"


def draw_qr(canvas, code, x, y, side):
    """Draw a QR code as filled rectangles, runs of a row together.

    The mask is given, since trying all eight takes most of the time and any of them
    can be read.
    """
    qr = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=3
    )
    qr.add_data(code)
    qr.make(fit=True)
    matrix = qr.get_matrix()
    count = len(matrix)
    module = side / count
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        start = None
        for column in range(count + 1):
            dark = column < count and cells[column]
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(
                    x + start * module,
                    y + side - (row + 1) * module,
                    (column - start) * module,
                    module,
                )
                start = None
    canvas.drawPath(path, stroke=0, fill=1)


def draw_labels(labels, layout, title, draw_label):
    """Return a PDF with one label for each entry, in order.

    :param labels: iterable of whatever ``draw_label`` draws
    :param str layout: key of ``LABEL_LAYOUTS``
    :param str title: title of the document
    :param draw_label: ``draw_label(canvas, label, width, height, fonts)``, in points,
        the origin at the label's lower left corner
    :rtype: bytes
    """
    width, height, across, down = LABEL_LAYOUTS[layout]
    single = across * down == 1
    page = (width * mm, height * mm) if single else A4
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=page)
    canvas.setTitle(title)
    faces = fonts(font_directory())
    for index, label in enumerate(labels):
        place = index % (across * down)
        if index and not place:
            canvas.showPage()
        column, row = place % across, place // across
        canvas.saveState()
        canvas.translate(
            column * width * mm, page[1] - (row + 1) * height * mm if not single else 0
        )
        draw_label(canvas, label, width * mm, height * mm, faces)
        canvas.restoreState()
    canvas.save()
    return stream.getvalue()
