# SPDX-License-Identifier: AGPL-3.0-only
"""QR codes as vector graphics."""

import qrcode
from markupsafe import Markup, escape

#: Error correction levels of ISO/IEC 18004: share of the symbol that may be lost.
LEVELS = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}


def qr_matrix(value, error="M", border=4):
    """Return the modules of the QR code of ``value`` as rows of booleans.

    ``border`` is the quiet zone in modules; the standard asks for 4.
    """
    code = qrcode.QRCode(error_correction=LEVELS[error], box_size=1, border=border)
    code.add_data(value)
    code.make(fit=True)
    return code.get_matrix()


def outline_path(matrix):
    """Return an SVG path around the dark modules of ``matrix``.

    One filled outline, no strokes and no rectangles side by side: viewers that smooth
    edges draw hair lines between rectangles, and some ignore line caps.

    >>> outline_path([[True, True], [False, True]])
    'M0 0H2V2H1V1H0Z'
    """
    # Each dark module is walked clockwise; edges walked both ways cancel.
    following = {}
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if not dark:
                continue
            corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
            for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
                if start in following.get(end, ()):
                    following[end].remove(start)
                else:
                    following.setdefault(start, []).append(end)
    path = []
    for start in sorted(following):
        while following[start]:
            path.append(_walk(following, start))
    return "".join(path)


def _walk(following, start):
    """Return one closed outline from ``start`` and take its edges away."""
    point = following[start].pop()
    steps = [f"M{start[0]} {start[1]}"]
    previous, direction = start, None
    while True:
        step = (point[0] - previous[0], point[1] - previous[1])
        if step == direction:
            steps.pop()
        direction = step
        if point == start:
            # The last edge is the one that Z draws.
            return "".join(steps) + "Z"
        steps.append(f"H{point[0]}" if step[0] else f"V{point[1]}")
        ends = following[point]
        # Where two outlines touch in a corner, turn: both stay simple.
        turning = [end for end in ends if _direction(point, end) != direction]
        end = (turning or ends)[0]
        ends.remove(end)
        previous, point = point, end


def _direction(start, end):
    return (end[0] - start[0], end[1] - start[1])


def qr_svg(value, size="22mm", error="M", border=4, color="#000"):
    """Return the QR code of ``value`` as an inline SVG.

    :param value: text of the code
    :param size: width and height as a CSS length
    :param error: error correction level L, M, Q or H
    :param border: quiet zone in modules
    :param color: colour of the dark modules
    :return: Markup, one filled path
    """
    matrix = qr_matrix(str(value), error, border)
    modules = len(matrix)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        'style="width:{size};height:{size}" viewBox="0 0 {modules} {modules}" '
        'class="o_qr"><path d="{path}" fill="{color}"/></svg>'
    ).format(
        size=escape(size),
        modules=modules,
        path=outline_path(matrix),
        color=escape(color),
    )
