# SPDX-License-Identifier: AGPL-3.0-only
"""Columns of several parts as SVG text: how many of which kind, by month or by rank.

Plain shapes; every word is the caller's, so any language will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .pictures import GREY, _Canvas
from .trend_picture import FRAME, GRID, Limit, _bold, _draw_labels, _width, nice_ticks

__all__ = ["Part", "stacked_svg"]


@dataclass(frozen=True)
class Part:
    """One kind of the columns: its name in the legend, colour and value per column."""

    name: str
    colour: str
    values: Sequence[float]


def stacked_svg(
    labels: Sequence[str],
    parts: Sequence[Part],
    *,
    limits: Sequence[Limit] = (),
    title: str = "",
    unit: str = "",
    width: int = 760,
    height: int = 260,
) -> str:
    """Draw columns made of parts, the first part at the bottom, with a legend.

    :param labels: a word for each column, as many shown as have room
    :param parts: kinds, each with one value for every column, none negative
    :param limits: named horizontal lines, for example U (JCGM 100:2008) or U/3
    :param unit: what the height counts, shown at the top
    :returns: SVG text; parts without any value are left out of the legend
    :raises ValueError: no column, or a part with another number of values

    >>> picture = stacked_svg(["01", "02"], [Part("a", "#111", [1, 0]),
    ...                                      Part("b", "#222", [2, 3])])
    >>> picture.count('fill="#111" fill-opacity'), picture.count('fill="#222" fill-opacity')
    (2, 3)
    """
    if not labels or any(len(part.values) != len(labels) for part in parts):
        raise ValueError("every part needs one value for each column")
    sums = [sum(part.values[i] for part in parts) for i in range(len(labels))]
    high = max([*sums, *(limit.value for limit in limits)]) * 1.08 or 1.0
    ticks = nice_ticks(0.0, high)
    digits = 0 if all(tick == int(tick) for tick in ticks) else 2
    ticks = [tick for tick in ticks if digits or tick == int(tick)]
    left = 22 + 7 * max(len(f"{tick:.{digits}f}") for tick in ticks)
    wide = max((_width(limit.name) for limit in limits), default=0)
    right, top, base = width - 16 - wide, 52, height - 34
    canvas = _Canvas(width, height, title)
    canvas.parts[0] = canvas.parts[0].replace(
        f'width="{width}" height="{height}"',
        'style="max-width:100%;height:auto" preserveAspectRatio="xMidYMid meet" '
        f'width="{width}" height="{height}"',
    )
    if title:
        _bold(canvas, left, 18, title)
    if unit:
        canvas.text(right, 18, unit, "end", GREY)

    def py(y: float) -> float:
        return base - y / high * (base - top)

    step = (right - left) / len(labels)

    def px(i: int) -> float:
        return left + step * (i + 0.5)

    for tick in ticks:
        canvas.line(left, py(tick), right, py(tick), GRID)
        canvas.text(left - 6, py(tick) + 4, f"{tick:.{digits}f}", "end", "#52606d")
    broad = min(step * 0.72, 46)
    for i in range(len(labels)):
        foot = 0.0
        for part in parts:
            value = part.values[i]
            if value:
                canvas.rect(
                    px(i) - broad / 2,
                    py(foot + value),
                    broad,
                    py(foot) - py(foot + value),
                    part.colour,
                )
                foot += value
    canvas.line(left, top, left, base, FRAME)
    canvas.line(left, base, right, base, FRAME)
    for limit in limits:
        canvas.line(
            left, py(limit.value), right, py(limit.value), "#52606d", 1.2, "6 4"
        )
        canvas.text(right + 6, py(limit.value) + 4, limit.name, "start", "#52606d")
    _draw_labels(canvas, labels, px, base, step)
    place = float(left)
    for part in parts:
        if any(part.values):
            canvas.rect(place, 30, 10, 10, part.colour)
            canvas.text(place + 15, 39, part.name, "start", "#52606d")
            place += 32 + _width(part.name)
    return canvas.done()
