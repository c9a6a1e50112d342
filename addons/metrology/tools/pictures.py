# SPDX-License-Identifier: AGPL-3.0-only
"""Pictures of results as SVG text: plain shapes, no scripts, no outside references.

Colours and words are few, so that the pictures print in grey and in any language: the
words are given by the caller.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from .control import Chart
from .montecarlo import McmResult
from .uncertainty import BudgetResult

__all__ = [
    "budget_svg",
    "conformity_svg",
    "control_chart_svg",
    "histogram_svg",
    "html_table",
    "text_table",
]

INK, GREY, GOOD, BAD, BAND = "#1f2933", "#9aa5b1", "#2f855a", "#c53030", "#f6ad55"


def _n(value: float) -> str:
    """Write a coordinate; what cannot be drawn is an error of the caller."""
    if not math.isfinite(value):
        raise ValueError("a picture needs finite numbers")
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


class _Canvas:
    """Collects shapes; y grows upwards in data, downwards on paper."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height = width, height
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" '
            f'font-family="sans-serif" font-size="11" fill="{INK}">',
            f"<title>{escape(title)}</title>",
        ]

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = INK,
             width: float = 1, dash: str = "") -> None:  # fmt: skip
        style = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
            f'stroke="{colour}" stroke-width="{_n(width)}"{style}/>'
        )

    def rect(
        self, x: float, y: float, w: float, h: float, colour: str, opacity: float = 1
    ) -> None:
        self.parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(w, 0))}" '
            f'height="{_n(max(h, 0))}" fill="{colour}" fill-opacity="{_n(opacity)}"/>'
        )

    def path(self, points: Sequence[tuple[float, float]], colour: str, *, fill: str = "none",
             opacity: float = 1, width: float = 1.5) -> None:  # fmt: skip
        if len(points) < 2:
            return
        data = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        if fill != "none":
            data += "Z"
        self.parts.append(
            f'<path d="{data}" stroke="{colour}" stroke-width="{_n(width)}" fill="{fill}" '
            f'fill-opacity="{_n(opacity)}"/>'
        )

    def dot(self, x: float, y: float, colour: str, radius: float = 3) -> None:
        self.parts.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{colour}"/>'
        )

    def text(
        self, x: float, y: float, words: str, anchor: str = "middle", colour: str = INK
    ) -> None:
        self.parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{colour}">'
            f"{escape(words)}</text>"
        )

    def done(self) -> str:
        return "".join([*self.parts, "</svg>"])


def conformity_svg(
    value: float,
    u: float,
    lower: float | None,
    upper: float | None,
    *,
    w: float = 0.0,
    unit: str = "",
    labels: Mapping[str, str] | None = None,
    width: int = 480,
    height: int = 200,
) -> str:
    """Draw the distribution of a value against its limits (JCGM 106:2012 figure 6).

    :param value: measured value; :param u: its standard uncertainty (normal)
    :param lower, upper: tolerance limits; :param w: guard band inside them
    :param labels: words for title, lower, upper, value
    :returns: SVG text; what lies outside the limits is red, the guard band hatched
    :raises ValueError: for numbers that are not finite

    >>> picture = conformity_svg(10.1, 0.2, 9.5, 10.5, w=0.2, unit="V")
    >>> picture.startswith("<svg"), "10.1 V" in picture
    (True, True)
    """
    words = {
        "title": "conformity",
        "lower": "TL",
        "upper": "TU",
        "value": "",
        **(labels or {}),
    }
    limits = [x for x in (lower, upper) if x is not None]
    spread = max(u, 1e-300)
    low, high = min([value - 4 * spread, *limits]), max([value + 4 * spread, *limits])
    margin = 0.06 * (high - low)
    low, high = low - margin, high + margin
    left, right, base, top = 20, width - 20, height - 40, 24

    def px(x: float) -> float:
        return left + (x - low) / (high - low) * (right - left)

    def py(density: float) -> float:
        return base - density * (base - top)

    canvas = _Canvas(width, height, words["title"])
    inner_low = low if lower is None else lower
    inner_high = high if upper is None else upper
    canvas.rect(
        px(inner_low), top, px(inner_high) - px(inner_low), base - top, GOOD, 0.08
    )
    if w:
        if lower is not None:
            canvas.rect(
                px(lower), top, px(lower + w) - px(lower), base - top, BAND, 0.25
            )
        if upper is not None:
            canvas.rect(
                px(upper - w), top, px(upper) - px(upper - w), base - top, BAND, 0.25
            )

    def curve(a: float, b: float) -> list[tuple[float, float]]:
        a, b = max(a, value - 4 * spread), min(b, value + 4 * spread)
        if b <= a:
            return []
        xs = [a + (b - a) * i / 80 for i in range(81)]
        return [(px(x), py(math.exp(-(((x - value) / spread) ** 2) / 2))) for x in xs]

    for a, b, colour in (
        (low, inner_low, BAD),
        (inner_low, inner_high, GOOD),
        (inner_high, high, BAD),
    ):
        points = curve(a, b)
        if points:
            canvas.path(
                [(points[0][0], base), *points, (points[-1][0], base)],
                colour,
                fill=colour,
                opacity=0.35,
            )
    canvas.line(left, base, right, base)
    for limit, word in ((lower, words["lower"]), (upper, words["upper"])):
        if limit is not None:
            canvas.line(px(limit), top - 6, px(limit), base, BAD, 1.5)
            canvas.text(px(limit), base + 14, f"{limit:.10g}")
            canvas.text(px(limit), top - 10, word, colour=BAD)
    canvas.line(px(value), top, px(value), base, INK, 1, "4 3")
    canvas.text(px(value), height - 8, f"{words['value']} {value:.10g} {unit}".strip())
    return canvas.done()


def histogram_svg(
    result: McmResult, *, title: str = "", width: int = 480, height: int = 220
) -> str:
    """Draw the distribution found by Monte Carlo with its coverage interval.

    :param result: of Monte Carlo (JCGM 101 7.8, figure 6); :param title: of the picture
    :raises ValueError: for numbers that are not finite

    >>> from .montecarlo import propagate
    >>> picture = histogram_svg(propagate("x", {"x": {"x": 0, "u": 1}}, trials=1000))
    >>> picture.count("<rect") > 20
    True
    """
    edges, counts = result.histogram
    canvas = _Canvas(width, height, title or result.model)
    left, right, base, top = 20, width - 20, height - 36, 20
    low, high = edges[0], edges[-1]
    size = (high - low) or 1.0
    tallest = max(counts) or 1

    def px(x: float) -> float:
        return left + (x - low) / size * (right - left)

    for a, b, count in zip(edges[:-1], edges[1:], counts, strict=True):
        inside = result.low <= (a + b) / 2 <= result.high
        tall = count / tallest * (base - top)
        canvas.rect(
            px(a), base - tall, px(b) - px(a) - 0.5, tall, GOOD if inside else GREY, 0.6
        )
    canvas.line(left, base, right, base)
    for x in (result.low, result.high):
        canvas.line(px(x), top, px(x), base, BAD, 1.5, "4 3")
        canvas.text(px(x), base + 14, f"{x:.4g}")
    canvas.line(px(result.y), top, px(result.y), base)
    canvas.text(px(result.y), height - 6, f"{result.y:.6g}")
    return canvas.done()


def control_chart_svg(
    chart: Chart,
    *,
    title: str = "",
    labels: Sequence[str] = (),
    width: int = 560,
    height: int = 220,
) -> str:
    """Draw a control chart; points that break a rule are red.

    :param labels: one word per point (dates), shown under the first and the last
    :param chart: of :mod:`.control` (GB/T 17989.2); :param title: of the picture
    :raises ValueError: for numbers that are not finite

    >>> from .control import i_mr_chart
    >>> control_chart_svg(i_mr_chart(["1", "2", "1", "3"])).count("<circle")
    4
    """
    canvas = _Canvas(width, height, title or chart.kind)
    left, right, base, top = 20, width - 70, height - 30, 20
    values = [*chart.points, chart.UCL, chart.LCL, chart.centre]
    low, high = min(values), max(values)
    size = (high - low) or 1.0
    low, size = low - 0.06 * size, size * 1.12

    def py(y: float) -> float:
        return base - (y - low) / size * (base - top)

    def px(i: int) -> float:
        return left + (right - left) * (i + 0.5) / len(chart.points)

    for name, y, dash in (
        ("UCL", chart.UCL, "5 3"),
        ("CL", chart.centre, ""),
        ("LCL", chart.LCL, "5 3"),
    ):
        canvas.line(left, py(y), right, py(y), GREY if not dash else BAD, 1, dash)
        canvas.text(right + 4, py(y) + 4, f"{name} {y:.5g}", "start")
    if chart.limits:
        for side in (0, 1):
            canvas.path(
                [(px(i), py(pair[side])) for i, pair in enumerate(chart.limits)],
                BAD,
                width=0.8,
            )
    canvas.path([(px(i), py(y)) for i, y in enumerate(chart.points)], INK)
    bad = {signal.index for signal in chart.signals}
    for i, y in enumerate(chart.points):
        canvas.dot(px(i), py(y), BAD if i in bad else INK)
    if labels:
        canvas.text(px(0), height - 8, labels[0])
        if len(labels) > 1:
            canvas.text(px(len(chart.points) - 1), height - 8, labels[-1])
    return canvas.done()


def budget_svg(result: BudgetResult, *, title: str = "", width: int = 480) -> str:
    """Draw the contributions of a budget as bars, the largest first.

    :param result: a budget (JJF 1059.1-2012 5.2); :param title: of the picture
    :param width: in pixels; raises nothing

    >>> from .uncertainty import evaluate_budget
    >>> picture = budget_svg(evaluate_budget("a", {"a": {"x": 1, "u": 1}}))
    >>> "100.0 %" in picture
    True
    """
    lines = sorted(result.contributions, key=lambda item: -item.contribution)[:20]
    height = 24 * len(lines) + 20
    canvas = _Canvas(width, height, title or result.model)
    for i, item in enumerate(lines):
        y = 10 + 24 * i
        canvas.text(110, y + 13, item.name, "end")
        canvas.rect(120, y, item.share * (width - 200), 16, GOOD, 0.7)
        canvas.text(
            126 + item.share * (width - 200),
            y + 13,
            f"{100 * item.share:.1f} %",
            "start",
        )
    return canvas.done()


def html_table(
    rows: Sequence[Mapping[str, str]],
    headings: Mapping[str, str],
    *,
    css_class: str = "",
) -> str:
    """Return rows (for example of ``BudgetResult.table()``) as an HTML table.

    :param headings: key -> heading, in the order of the columns; all text is escaped
    :param rows: texts by key; raises nothing (JJF 1059.1-2012 5.2: the budget as a table)

    >>> html_table([{"a": "<1>"}], {"a": "A"})
    '<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>&lt;1&gt;</td></tr></tbody></table>'
    """
    mark = f' class="{escape(css_class)}"' if css_class else ""
    head = "".join(f"<th>{escape(word)}</th>" for word in headings.values())
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(str(row.get(key, '')))}</td>" for key in headings)
        + "</tr>"
        for row in rows
    )
    return f"<table{mark}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def text_table(rows: Sequence[Mapping[str, str]], headings: Mapping[str, str]) -> str:
    """Return rows as aligned text, for logs and the terminal.

    :param rows: texts by key; :param headings: key -> heading
    :returns: lines; raises nothing (JJF 1059.1-2012 5.2)

    >>> print(text_table([{"a": "1", "b": "x"}], {"a": "A", "b": "BB"}))
    A  BB
    1  x
    """
    lines = [list(headings.values())]
    lines += [[str(row.get(key, "")) for key in headings] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    return "\n".join(
        "  ".join(
            cell.ljust(size) for cell, size in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
