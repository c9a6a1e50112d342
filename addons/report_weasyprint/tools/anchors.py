# SPDX-License-Identifier: AGPL-3.0-only
"""Where the elements of a template came to stand on the pages of its PDF."""

import io

import pikepdf


def find_boxes(pdf):
    """Return ``{id: (page index, x1, y1, x2, y2)}`` of the elements with an ``id``.

    :param bytes pdf: a document rendered by WeasyPrint
    :return: in points from the lower left corner of the page; an element that links
        lead to has no size, only its upper left corner
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = {page.objgen: index for index, page in enumerate(document.pages)}
        names = document.Root.get("/Names", {}).get("/Dests", {}).get("/Names", [])
        boxes = {}
        for index in range(0, len(names) - 1, 2):
            target = names[index + 1]
            if isinstance(target, pikepdf.Dictionary):
                target = target.get("/D", [])
            if len(target) < 4 or target[0].objgen not in numbers:
                continue
            if target[1] == "/FitR":
                box = tuple(float(value) for value in list(target)[2:6])
            else:
                x, y = float(target[2]), float(target[3])
                box = (x, y, x, y)
            boxes[str(names[index])] = (numbers[target[0].objgen], *box)
        return boxes


def find_anchors(pdf):
    """Return ``{id: (page index, x, y)}``: the upper left corners of ``find_boxes``."""
    return {
        name: (page, x1, y2)
        for name, (page, x1, _y1, _x2, y2) in find_boxes(pdf).items()
    }
