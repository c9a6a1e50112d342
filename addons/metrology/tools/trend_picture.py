# SPDX-License-Identifier: AGPL-3.0-only
"""A series of values against limits as SVG text: control charts, yearly values.

Plain shapes that print in grey; every word is the caller's, so any language will do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .pictures import BAD, GREY, _Canvas, _n

__all__ = ["Limit", "trend_svg"]

LINE, GRID, FRAME = "#2b6cb0", "#e4e7eb", "#cbd2d9"


@dataclass(frozen=True)
class Limit:
    """A horizontal line: its name, its height, whether it limits (or is a centre)."""

    name: str
    value: float
    limits: bool = True


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers within a span, in steps of 1, 2 or 5 times a power of ten.

    :param low, high: ends of the span, one unit; :param most: about how many
    :raises ValueError: for numbers that are not finite

    >>> nice_ticks(0.0, 1.0)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    >>> nice_ticks(49.99, 50.01, 4)
    [49.99, 50.0, 50.01]
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("a picture needs finite numbers")
    if high <= low:
        return [low]
    rough = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(
        (f * power for f in (1, 2, 5, 10) if f * power >= rough * 0.999), 10 * power
    )
    digits = max(0, -math.floor(math.log10(step)) + 1)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, digits) for index in range(first, last + 1)]


def _digits(ticks: Sequence[float]) -> int:
    """Return how many decimals tell the ticks apart."""
    if len(ticks) < 2:
        return 4
    step = min(b - a for a, b in zip(ticks, ticks[1:], strict=False))
    return max(0, min(12, -math.floor(math.log10(step) + 1e-9)))


def trend_svg(
    points: Sequence[float],
    limits: Sequence[Limit] = (),
    *,
    labels: Sequence[str] = (),
    bad: Sequence[int] = (),
    title: str = "",
    unit: str = "",
    width: int = 760,
    height: int = 260,
) -> str:
    """Draw values in order, joined, with named horizontal lines.

    :param points: values in time order, one unit; :param unit: its symbol, shown
    :param limits: centre line and limits (GB/T 17989.2 figure 1, JJF 1033 C.3)
    :param labels: a word for each point, as many shown as have room
    :param bad: indexes of points drawn red and larger
    :returns: SVG text of ``width`` by ``height``; grows and shrinks with its place
    :raises ValueError: for no points or numbers that are not finite

    >>> picture = trend_svg([1.0, 2.0, 9.0], [Limit("UCL", 3.0)], bad=[2])
    >>> picture.count("<circle"), "UCL" in picture
    (3, True)
    """
    if not points:
        raise ValueError("a picture needs points")
    values = [*points, *(limit.value for limit in limits)]
    low, high = min(values), max(values)
    room = (high - low) * 0.12 or abs(high) * 0.05 or 1.0
    low, high = low - room, high + room
    ticks = nice_ticks(low, high)
    digits = _digits(ticks)
    left = 26 + 7 * max(len(f"{tick:.{digits}f}") for tick in ticks)
    wide = max((_width(limit.name) for limit in limits), default=0)
    right = width - (34 + max(wide, 7 * (digits + 6)) if limits else 16)
    top, base = 34, height - 34
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
        return base - (y - low) / (high - low) * (base - top)

    def px(i: int) -> float:
        return left + (right - left) * (i + 0.5) / len(points)

    for tick in ticks:
        canvas.line(left, py(tick), right, py(tick), GRID)
        canvas.text(
            left - 6, py(tick) + 4, f"{tick + 0.0:.{digits}f}", "end", "#52606d"
        )
    canvas.line(left, top, left, base, FRAME)
    canvas.line(left, base, right, base, FRAME)
    _draw_limits(canvas, limits, py, left, right, (top, base), digits)
    canvas.path([(px(i), py(y)) for i, y in enumerate(points)], LINE)
    marked = set(bad)
    for i, y in enumerate(points):
        canvas.dot(
            px(i), py(y), BAD if i in marked else LINE, 5 if i in marked else 3.5
        )
    _draw_labels(canvas, labels[: len(points)], px, base, (right - left) / len(points))
    return canvas.done()


def printed(pictures: str, width: float) -> str:
    """Return SVG texts with sizes on paper: paged CSS knows no height by ratio.

    :param pictures: one SVG text or several; :param width: most they may take, in mm
    :returns: the same with width and height in mm, none larger than 0.26 mm a pixel

    >>> printed('<svg viewBox="0 0 760 260" width="760" height="260" style="x">', 152)
    '<svg viewBox="0 0 760 260" style="width:152.0mm;height:52.0mm">'
    """

    def fit(match: re.Match[str]) -> str:
        tag = match.group()
        box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', tag)
        if not box:
            return tag
        across, down = float(box[1]), float(box[2])
        scale = min(width / across, 0.26)
        tag = re.sub(r' (?:width|height|style)="[^"]*"', "", tag)
        size = f"width:{across * scale:.1f}mm;height:{down * scale:.1f}mm"
        return f'{tag[:-1]} style="{size}">'

    return re.sub(r"<svg\b[^>]*>", fit, pictures)


def _draw_limits(canvas, limits, py, left, right, span, digits):  # type: ignore[no-untyped-def]
    """Draw the lines; their names are moved apart where they would overlap."""
    order = sorted(limits, key=lambda limit: py(limit.value))
    places: list[float] = []
    for limit in order:
        place = py(limit.value)
        places.append(max(place, places[-1] + 26) if places else place)
    # what was pushed below the frame is pushed up again, from the last to the first
    bottom = span[1] + 6
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], bottom)
        bottom = places[index] - 26
    for limit, place in zip(order, places, strict=True):
        y = py(limit.value)
        colour = BAD if limit.limits else "#2f855a"
        canvas.line(left, y, right, y, colour, 1.3, "6 4" if limit.limits else "")
        if abs(place - y) > 1:
            canvas.line(right, y, right + 6, place, colour, 0.7)
        canvas.text(right + 8, place - 1, limit.name, "start", colour)
        canvas.text(
            right + 8,
            place + 11,
            f"{limit.value + 0.0:.{digits + 1}f}",
            "start",
            "#52606d",
        )


def _draw_labels(canvas, labels, px, base, step):  # type: ignore[no-untyped-def]
    """Write as many labels as have room, always the last one."""
    if not labels:
        return
    need = max(_width(label) for label in labels) + 10
    every = max(1, math.ceil(need / step))
    last = len(labels) - 1
    for i, label in enumerate(labels):
        shown = i == last or (i % every == 0 and (last - i) >= every)
        canvas.line(px(i), base, px(i), base + 4, FRAME)
        if shown:
            canvas.text(px(i), base + 17, label, colour="#52606d")


def _width(text: str) -> float:
    """Return about how wide a text of 11 pixels is: CJK full, others half."""
    return sum(11 if ord(char) > 0x2E80 else 6.2 for char in text)


def _bold(canvas: _Canvas, x: float, y: float, words: str) -> None:
    canvas.text(x, y, words, "start")
    canvas.parts[-1] = canvas.parts[-1].replace(
        "<text ", f'<text font-weight="bold" font-size="{_n(12.5)}" ', 1
    )
