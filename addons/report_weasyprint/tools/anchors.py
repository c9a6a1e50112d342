# SPDX-License-Identifier: AGPL-3.0-only
"""Where the elements of a template came to stand on the pages of its PDF."""

import io

import pikepdf


def find_anchors(pdf):
    """Return ``{id: (page index, x, y)}`` of the elements with an ``id``.

    :param bytes pdf: a document rendered by WeasyPrint
    :return: x and y in points from the lower left corner of the page, of the upper
        left corner of the element
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = {page.objgen: index for index, page in enumerate(document.pages)}
        names = document.Root.get("/Names", {}).get("/Dests", {}).get("/Names", [])
        anchors = {}
        for index in range(0, len(names) - 1, 2):
            target = names[index + 1]
            if isinstance(target, pikepdf.Dictionary):
                target = target.get("/D", [])
            if len(target) < 4 or target[0].objgen not in numbers:
                continue
            anchors[str(names[index])] = (
                numbers[target[0].objgen],
                float(target[2]),
                float(target[3]),
            )
        return anchors
