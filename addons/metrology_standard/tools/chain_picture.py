# SPDX-License-Identifier: AGPL-3.0-only
"""Draw a traceability chain: boxes in columns from the national standard to the work.

No Odoo import.  Columns go from left to right, so that thirty boxes stay readable on a
screen and on one landscape page; all words are the caller's.
"""

from html import escape

BOX, HEIGHT, GAP, ACROSS = 178, 56, 14, 38
HEAD = 34
_STYLES = {
    "ok": ("#ffffff", "#2f855a"),
    "warn": ("#fffaf0", "#dd6b20"),
    "bad": ("#fff5f5", "#c53030"),
    "open": ("#f7fafc", "#a0aec0"),
    "main": ("#ebf4ff", "#2b6cb0"),
}


def draw(nodes, edges, headings):
    """Return the chain as SVG text.

    :param list nodes: dict(id, column, title, lines, style); ``column`` counts from 0,
        ``style`` is one of ok, warn, bad, open (a gap in the chain) and main
    :param list edges: (id of the upper, id of the lower)
    :param list headings: a title for each column
    :rtype: str

    >>> picture = draw(
    ...     [
    ...         {"id": "a", "column": 0, "title": "A", "lines": [], "style": "ok"},
    ...         {"id": "b", "column": 1, "title": "B", "lines": ["x"], "style": "ok"},
    ...     ],
    ...     [("a", "b")],
    ...     ["Up", "Down"],
    ... )
    >>> picture.count("<rect"), picture.count("<path"), 'data-node="b"' in picture
    (2, 1, True)
    """
    columns = _order(nodes, edges, len(headings))
    places = _place(columns, edges)
    width = len(headings) * (BOX + ACROSS) - ACROSS + 24
    height = max((y for _x, y in places.values()), default=0) + HEIGHT + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" '
        f'width="{width}" height="{height:.0f}" role="img" class="o_metrology_chain" '
        'style="max-width:100%;height:auto" font-family="sans-serif" font-size="11" '
        'fill="#1f2933">'
    ]
    for index, heading in enumerate(headings):
        x = 12 + index * (BOX + ACROSS) + BOX / 2
        parts.append(
            f'<text x="{x:.0f}" y="20" text-anchor="middle" font-weight="bold" '
            f'fill="#52606d">{escape(heading)}</text>'
        )
    for upper, lower in edges:
        if upper in places and lower in places:
            parts.append(_edge(places[upper], places[lower]))
    for column in columns:
        for node in column:
            parts += _box(node, *places[node["id"]])
    parts.append("</svg>")
    return "".join(parts)


def _order(nodes, edges, count):
    """Return the nodes by column, ordered so that few lines cross (barycentre)."""
    columns = [
        [node for node in nodes if node["column"] == index] for index in range(count)
    ]
    near = {}
    for upper, lower in edges:
        near.setdefault(upper, []).append(lower)
        near.setdefault(lower, []).append(upper)
    for _turn in range(4):
        rank = {
            node["id"]: (index + 0.5) / len(column)
            for column in columns
            for index, node in enumerate(column)
        }
        for column in columns:
            column.sort(key=lambda node: _mean(near.get(node["id"], ()), rank))
    return columns


def _mean(ids, values):
    known = [values[one] for one in ids if one in values]
    return sum(known) / len(known) if known else 0.5


def _place(columns, edges):
    """Return {id: (x, y)}: the longest column is dense, others stand by their lines."""
    step = HEIGHT + GAP
    tallest = max((len(column) for column in columns), default=1)
    middle = HEAD + max(tallest, 1) * step / 2
    places = {}
    for index, column in enumerate(columns):
        x = 12 + index * (BOX + ACROSS)
        top = middle - len(column) * step / 2
        for number, node in enumerate(column):
            places[node["id"]] = (x, top + number * step)
    near = {}
    for upper, lower in edges:
        near.setdefault(upper, []).append(lower)
        near.setdefault(lower, []).append(upper)
    heights = {key: y for key, (_x, y) in places.items()}
    for _turn in range(3):
        for column in columns:
            if len(column) == tallest:
                continue
            _spread(column, near, heights, step, (HEAD, HEAD + (tallest - 1) * step))
    return {key: (x, heights[key]) for key, (x, _y) in places.items()}


def _spread(column, near, heights, step, span):
    """Move the boxes of one column beside what they are joined with."""
    wanted = [_mean(near.get(node["id"], ()), heights) for node in column]
    for index, node in enumerate(column):
        if not near.get(node["id"]):
            wanted[index] = heights[node["id"]]
    placed = []
    for want in wanted:
        want = max(want, span[0])
        placed.append(max(want, placed[-1] + step) if placed else want)
    bottom = span[1]
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], bottom)
        bottom = placed[index] - step
    for node, y in zip(column, placed, strict=True):
        heights[node["id"]] = y


def _edge(start, end):
    x1, y1 = start[0] + BOX, start[1] + HEIGHT / 2
    x2, y2 = end[0], end[1] + HEIGHT / 2
    bend = (x2 - x1) / 2
    return (
        f'<path d="M{x1:.0f} {y1:.1f}C{x1 + bend:.0f} {y1:.1f} {x2 - bend:.0f} '
        f'{y2:.1f} {x2:.0f} {y2:.1f}" stroke="#9aa5b1" stroke-width="1.4" '
        'fill="none"/>'
    )


def _box(node, x, y):
    fill, stroke = _STYLES[node["style"]]
    dash = ' stroke-dasharray="5 3"' if node["style"] == "open" else ""
    wide = 2 if node["style"] == "main" else 1.4
    full = "\n".join([node["title"], *node["lines"]])
    parts = [
        f'<g data-node="{escape(str(node["id"]))}"><title>{escape(full)}</title>'
        f'<rect x="{x:.0f}" y="{y:.1f}" width="{BOX}" height="{HEIGHT}" rx="6" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{wide}"{dash}/>'
    ]
    texts = [(_cut(node["title"], BOX - 18, 12), 12, "bold", "#1f2933")]
    texts += [
        (_cut(line, BOX - 18, 10.5), 10.5, "normal", "#52606d")
        for line in node["lines"][:2]
    ]
    top = y + (HEIGHT - 15 * len(texts)) / 2 + 11
    for number, (text, size, weight, colour) in enumerate(texts):
        parts.append(
            f'<text x="{x + 9:.0f}" y="{top + number * 15:.1f}" font-size="{size}" '
            f'font-weight="{weight}" fill="{colour}">{escape(text)}</text>'
        )
    parts.append("</g>")
    return parts


def _cut(text, room, size):
    """Cut a text to ``room`` pixels: a Chinese character is as wide as it is high."""
    taken = 0.0
    for index, char in enumerate(text):
        taken += size if ord(char) > 0x2E80 else size * 0.58
        if taken > room:
            return text[: max(index - 1, 1)].rstrip() + "…"
    return text
