# SPDX-License-Identifier: AGPL-3.0-only
"""Control charts (ISO 7870-2 / GB/T 17989.2, JJF 1033-2023 C.3, NIST e-Handbook 6.3.2).

The factors are computed from the distribution of the range and of s, not copied from a
table, and hold for any n from 2 to 100.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .conformity import _integrate, _phi
from .errors import BudgetError
from .explanation import Explained, explains
from .rounding import Exact, exact
from .statistics import bessel, c4

__all__ = [
    "Chart",
    "Constants",
    "Signal",
    "chart_constants",
    "ewma_chart",
    "i_mr_chart",
    "run_rules",
    "xbar_r_chart",
    "xbar_s_chart",
]

Value = Exact | float


def _floats(values: Sequence[Value]) -> list[float]:
    return [v if isinstance(v, float) else float(exact(v)) for v in values]


@dataclass(frozen=True)
class Constants(Explained):
    """Factors of the charts for samples of n (ISO 7870-2 table 2)."""

    standard = "ISO 7870-2:2013"
    formulas = (
        "d2, d3 of the range of n normal values",
        "c4 = sqrt(2/(n-1)) G(n/2)/G((n-1)/2)",
    )

    n: int
    A2: float
    A3: float
    B3: float
    B4: float
    D3: float
    D4: float
    c4: float
    d2: float
    d3: float


@functools.lru_cache(maxsize=128)
def chart_constants(n: int) -> Constants:
    """Return the factors for samples of n, computed.

    d2 = ∫(1 - Φⁿ - (1-Φ)ⁿ), d3 from the second moment of the range, c4 from the gamma
    function; A2 = 3/(d2√n), A3 = 3/(c4√n), D3, D4 = 1 ∓ 3 d3/d2, B3, B4 = 1 ∓
    3√(1-c4²)/c4, none below zero.

    :raises BudgetError: outside 2 to 100

    >>> k = chart_constants(5)
    >>> round(k.A2, 3), round(k.d2, 3), round(k.d3, 3), round(k.D4, 3), round(k.B4, 3)
    (0.577, 2.326, 0.864, 2.114, 2.089)
    """
    if not 2 <= n <= 100:
        raise BudgetError(
            "chart_n", "control charts take samples of 2 to 100, not {n}", n=n
        )
    marks = [-8 + 0.5 * i for i in range(33)]
    d2 = _integrate(lambda x: 1 - _phi(x) ** n - _phi(-x) ** n, marks)

    def second(y: float) -> float:
        high = _phi(y)
        inner = [m for m in marks if m < y] + [y]
        return _integrate(
            lambda x: 1 - high**n - _phi(-x) ** n + (high - _phi(x)) ** n, inner
        )

    coarse = [-8 + 2.0 * i for i in range(9)]
    square = 2 * _integrate(second, coarse)
    d3 = math.sqrt(square - d2 * d2)
    c = c4(n)
    spread = 3 * math.sqrt(1 - c * c) / c
    return Constants(
        n,
        3 / (d2 * math.sqrt(n)),
        3 / (c * math.sqrt(n)),
        max(0.0, 1 - spread),
        1 + spread,
        max(0.0, 1 - 3 * d3 / d2),
        1 + 3 * d3 / d2,
        c,
        d2,
        d3,
    )


@dataclass(frozen=True)
class Signal:
    """A point that breaks a rule: its index (0-based) and the rule's number."""

    index: int
    rule: int


@dataclass(frozen=True)
class Chart(Explained):
    """A control chart: points, centre line, limits, signals, estimate of σ.

    ``UCL`` and ``LCL`` are single numbers; ``limits`` holds one pair per point where
    they change (EWMA at its start). ``spread`` is the chart of R, s or MR beside it.
    """

    standard = "GB/T 17989.2 / ISO 7870-2"

    kind: str
    points: tuple[float, ...]
    centre: float
    UCL: float
    LCL: float
    sigma: float
    limits: tuple[tuple[float, float], ...] = ()
    signals: tuple[Signal, ...] = ()
    spread: Chart | None = None

    @property
    def in_control(self) -> bool:
        """Whether no rule is broken, here and in the chart of the spread."""
        return not self.signals and (self.spread is None or self.spread.in_control)


#: number -> (points in a row, meaning), GB/T 17989.2 (ISO 7870-2:2013 figure 3)
RULES = {
    1: "one point beyond 3 sigma",
    2: "nine points in a row on one side of the centre",
    3: "six points in a row rising or falling",
    4: "fourteen points in a row alternating up and down",
    5: "two of three points beyond 2 sigma on one side",
    6: "four of five points beyond 1 sigma on one side",
    7: "fifteen points in a row within 1 sigma",
    8: "eight points in a row beyond 1 sigma on both sides",
}


def run_rules(
    points: Sequence[float],
    centre: float,
    sigma: float,
    rules: Sequence[int] = (1, 2, 3),
) -> tuple[Signal, ...]:
    """Return the points that break the rules of GB/T 17989.2 (Nelson's eight).

    :param sigma: standard deviation of a plotted point; :param rules: numbers of
        :data:`RULES`
    :param points: plotted values in time order; :param centre: centre line; one unit
    :raises BudgetError: for a rule that does not exist, a sigma that is not positive

    >>> run_rules([0, 0, 4], 0, 1)
    (Signal(index=2, rule=1),)
    """
    if not sigma > 0:
        raise BudgetError("sigma", "a control chart needs a spread above zero")
    unknown = set(rules) - set(RULES)
    if unknown:
        raise BudgetError("rule", "there is no rule {rule}", rule=sorted(unknown)[0])
    z = [(point - centre) / sigma for point in points]
    found = []

    def side(window: Sequence[float], least: float, count: int) -> bool:
        return (
            sum(v > least for v in window) >= count
            or sum(v < -least for v in window) >= count
        )

    def steps(window: Sequence[float]) -> list[float]:
        return [b - a for a, b in pairwise(window)]

    def alternating(window: Sequence[float]) -> bool:
        moves = steps(window)
        return all(a * b < 0 for a, b in pairwise(moves))

    tests: dict[int, tuple[int, Callable[[Sequence[float]], bool]]] = {
        1: (1, lambda w: abs(w[0]) > 3),
        2: (9, lambda w: side(w, 0, 9)),
        3: (6, lambda w: all(d > 0 for d in steps(w)) or all(d < 0 for d in steps(w))),
        4: (14, alternating),
        5: (3, lambda w: side(w, 2, 2) and abs(w[-1]) > 2),
        6: (5, lambda w: side(w, 1, 4) and abs(w[-1]) > 1),
        7: (15, lambda w: all(abs(v) < 1 for v in w)),
        8: (8, lambda w: all(abs(v) > 1 for v in w) and min(w) < 0 < max(w)),
    }
    for index in range(len(z)):
        for rule in rules:
            size, test = tests[rule]
            if index + 1 >= size and test(z[index + 1 - size : index + 1]):
                found.append(Signal(index, rule))
    return tuple(found)


def _groups(groups: Sequence[Sequence[Value]]) -> tuple[list[list[float]], int]:
    rows = [_floats(group) for group in groups]
    if len(rows) < 2 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        raise BudgetError(
            "chart_groups",
            "a control chart needs two samples of equal size, two or more",
        )
    return rows, len(rows[0])


def _beyond(points: Sequence[float], low: float, high: float) -> tuple[Signal, ...]:
    return tuple(Signal(i, 1) for i, v in enumerate(points) if not low <= v <= high)


@explains
def xbar_r_chart(
    groups: Sequence[Sequence[Value]], rules: Sequence[int] = (1, 2, 3)
) -> Chart:
    """Return the chart of means and ranges (GB/T 17989.2, JJF 1033 C.3).

    UCL, LCL = x̿ ± A2·R̄; R: D4·R̄, D3·R̄; σ = R̄/d2.

    :param groups: samples of n readings in time order, one unit
    :param rules: numbers of :data:`RULES` for the means
    :raises BudgetError: for fewer than two samples, samples of different size

    >>> chart = xbar_r_chart([["1", "3"], ["2", "4"], ["1", "3"]])
    >>> round(chart.centre, 4), round(chart.UCL, 4)
    (2.3333, 6.0933)
    """
    rows, n = _groups(groups)
    k = chart_constants(n)
    means = [math.fsum(row) / n for row in rows]
    ranges = [max(row) - min(row) for row in rows]
    centre, r = math.fsum(means) / len(rows), math.fsum(ranges) / len(rows)
    return _with_spread(
        "xbar_r", means, centre, k.A2 * r, ranges, r, k.D3, k.D4, r / k.d2, rules
    )


@explains
def xbar_s_chart(
    groups: Sequence[Sequence[Value]], rules: Sequence[int] = (1, 2, 3)
) -> Chart:
    """Return the chart of means and standard deviations (GB/T 17989.2, JJF 1033 C.3).

    UCL, LCL = x̿ ± A3·s̄; s: B4·s̄, B3·s̄; σ = s̄/c4.

    :param groups: samples of n readings in time order, one unit
    :param rules: numbers of :data:`RULES` for the means
    :raises BudgetError: for fewer than two samples, samples of different size

    >>> round(xbar_s_chart([["1", "3"], ["2", "4"], ["1", "3"]]).UCL, 4)
    6.0933
    """
    rows, n = _groups(groups)
    k = chart_constants(n)
    means = [math.fsum(row) / n for row in rows]
    spreads = [bessel(row).s for row in rows]
    centre, s = math.fsum(means) / len(rows), math.fsum(spreads) / len(rows)
    return _with_spread(
        "xbar_s", means, centre, k.A3 * s, spreads, s, k.B3, k.B4, s / k.c4, rules
    )


def _with_spread(
    kind: str,
    means: list[float],
    centre: float,
    half: float,
    spreads: list[float],
    average: float,
    low: float,
    high: float,
    sigma: float,
    rules: Sequence[int],
) -> Chart:
    lower, upper = low * average, high * average
    beside = Chart(
        kind.rpartition("_")[2],
        tuple(spreads),
        average,
        upper,
        lower,
        sigma,
        signals=_beyond(spreads, lower, upper),
    )
    return Chart(
        kind,
        tuple(means),
        centre,
        centre + half,
        centre - half,
        sigma,
        signals=run_rules(means, centre, half / 3, rules) if half else (),
        spread=beside,
    )


@explains
def i_mr_chart(data: Sequence[Value], rules: Sequence[int] = (1, 2, 3)) -> Chart:
    """Return the chart of individuals and moving ranges (GB/T 17989.2).

    UCL, LCL = x̄ ± 3·MR/d2(2); the chart beside it shows the moving ranges.

    :param data: values in time order, one unit; :param rules: numbers of :data:`RULES`
    :raises BudgetError: for fewer than two values

    >>> chart = i_mr_chart(["49.6", "47.6", "49.9", "51.3", "47.8", "51.2", "52.6", "52.4",
    ...                     "53.6", "52.1"])
    >>> round(chart.spread.centre, 4), round(chart.UCL, 3), round(chart.LCL, 3)
    (1.8778, 55.804, 45.816)
    """
    values = _floats(data)
    if len(values) < 2:
        raise BudgetError("too_few", "a chart of individuals needs two values")
    moves = [abs(b - a) for a, b in pairwise(values)]
    average = math.fsum(moves) / len(moves)
    k = chart_constants(2)
    # factors as the table prints them (d2 = 1.128, D4 = 3.267), so that charts agree
    sigma = average / round(k.d2, 3)
    centre = math.fsum(values) / len(values)
    upper = round(k.D4, 3) * average
    return Chart(
        "i_mr",
        tuple(values),
        centre,
        centre + 3 * sigma,
        centre - 3 * sigma,
        sigma,
        signals=run_rules(values, centre, sigma, rules) if sigma else (),
        spread=Chart(
            "mr",
            tuple(moves),
            average,
            upper,
            0.0,
            sigma,
            signals=_beyond(moves, 0.0, upper),
        ),
    )


@explains
def ewma_chart(
    data: Sequence[Value],
    lam: float = 0.3,
    target: Value | None = None,
    s: Value | None = None,
    k: float = 3.0,
) -> Chart:
    """Return the exponentially weighted moving average chart.

    NIST/SEMATECH e-Handbook 6.3.2.4: z_i = λ x_i + (1-λ) z_{i-1}, z_0 = target; limits
    target ± k·s·sqrt(λ/(2-λ)); ``limits`` are the exact ones of each point, narrower at
    the start.

    :param target: centre; the mean without it; :param s: standard deviation of one value;
        from moving ranges without it
    :param data: values in time order, one unit; :param lam: λ, 0 < λ <= 1
    :param k: width of the limits in standard deviations
    :raises BudgetError: without data, for λ outside 0 to 1, without scatter

    >>> chart = ewma_chart(["52.0", "47.0", "53.0"], 0.3, "50", "2.0539")
    >>> [round(point, 2) for point in chart.points], round(chart.UCL, 4)
    ([50.6, 49.52, 50.56], 52.5884)
    """
    values = _floats(data)
    if not values or not 0 < lam <= 1:
        raise BudgetError("ewma", "an EWMA chart needs values and λ between 0 and 1")
    if s is None:
        spread = i_mr_chart(data).sigma
    else:
        spread = _floats([s])[0]
    if not spread > 0:
        raise BudgetError("sigma", "a control chart needs a spread above zero")
    centre = math.fsum(values) / len(values) if target is None else _floats([target])[0]
    points, limits, z = [], [], centre
    for i, value in enumerate(values, 1):
        z = lam * value + (1 - lam) * z
        points.append(z)
        half = k * spread * math.sqrt(lam / (2 - lam) * (1 - (1 - lam) ** (2 * i)))
        limits.append((centre - half, centre + half))
    half = k * spread * math.sqrt(lam / (2 - lam))
    return Chart(
        "ewma",
        tuple(points),
        centre,
        centre + half,
        centre - half,
        spread,
        tuple(limits),
        tuple(
            Signal(i, 1)
            for i, (point, (low, high)) in enumerate(zip(points, limits, strict=True))
            if not low <= point <= high
        ),
    )
