# SPDX-License-Identifier: AGPL-3.0-only
"""What a shift of a standard means for results: ratio to U, corrected value, verdict.

One pass over arrays, for any number of results. Floats decide, except next to a limit:
there (relative distance below 1e-9) a result is decided again on exact numbers by the
same functions that decided it first (:mod:`metrology.tools.conformity`).

The *shift* is by how much the true value of the standard lies above what the records
took for it; ``factor`` says what one unit of it makes in the result. A result that is a
value moves with the standard (``sign`` +1), an error of indication against it
(``sign`` -1).

Sources: ISO/IEC 17025:2017 6.4.9, 7.10; JJF 1069; JJF 1094-2002 5.3.1; ILAC-G8:09/2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from . import conformity, rounding
from .errors import EngineError
from .formula import Curve

__all__ = [
    "RULES",
    "VERDICTS",
    "Assessment",
    "Shift",
    "assess",
    "decide",
    "difference",
    "relative_factor",
]

#: Decision rules as results keep them; a result without one has no statement.
RULES = ("regulation", "jjf1094", "ilac_g8", "ilac_g8_nonbinary")
#: Verdicts by code; "" is what cannot be decided.
VERDICTS = ("pass", "undetermined", "fail", "none", "")
PASS, UNDETERMINED, FAIL, NONE, OPEN = range(5)
NEAR = 1e-9

#: (value, lower, upper, U, interval) typed texts, None or "" where there is none.
Row = tuple[str, str | None, str | None, str | None, str | None]


class Shift:
    """A shift: one constant, or a table over points, linear between them.

    :param points: [(point, shift)] exact texts, at least two; or ``constant``, a text
    :raises EngineError, ValueError: not a number, or no table

    >>> Shift(points=[("0", "0"), ("100", "0.2")]).exact("50")
    Fraction(1, 10)
    >>> Shift(constant="-0.01").at(np.array([1.0, 2.0]))
    array([-0.01, -0.01])
    """

    def __init__(
        self,
        constant: str | None = None,
        points: Sequence[Sequence[str]] | None = None,
    ) -> None:
        self.curve = Curve(points) if points is not None else None
        self.constant = rounding.exact(constant or "0") if points is None else None

    def exact(self, point: str | None) -> Fraction | None:
        """Return the shift at a typed point, None outside the table."""
        if self.curve is None:
            return self.constant
        if not point:
            return None
        try:
            return self.curve.at(rounding.exact(point))
        except ValueError:
            return None

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return the shift at many points, NaN outside the table (never extrapolated)."""
        if self.curve is None:
            return np.full(len(points), float(self.constant or 0))
        xs = [float(row[0]) for row in self.curve.rows]
        ys = [float(row[1]) for row in self.curve.rows]
        return np.interp(points, xs, ys, left=np.nan, right=np.nan)


def difference(
    old: Sequence[Sequence[Any]], new: Sequence[Sequence[Any]]
) -> list[tuple[str, str]]:
    """Return new minus old correction at every point of either table they share.

    :param old, new: correction tables [(value, correction, ...)] of exact texts
    :return: [(point, shift)], empty where the tables do not overlap
    :raises EngineError: a table of fewer than two points

    ISO/IEC 17025:2017 7.10: the effect on earlier results is what the standard is now
    found to be, less what was taken for it.

    >>> difference([("0", "0.1"), ("100", "0.1")], [("0", "0.1"), ("50", "0.2"),
    ...            ("100", "0.1")])
    [('0', '0'), ('50', '0.1'), ('100', '0')]
    """
    before, after = (Curve([row[:2] for row in table]) for table in (old, new))
    low = max(before.xs[0], after.xs[0])
    high = min(before.xs[-1], after.xs[-1])
    points = sorted({x for x in (*before.xs, *after.xs) if low <= x <= high})
    return [
        (rounding.plain(x), rounding.plain(after.at(x) - before.at(x))) for x in points
    ]


def relative_factor(point: str | None, factor: str, part: str) -> Fraction | None:
    """Return what one unit of the shift makes in an error relative to its point.

    :param point: the typed point the error is relative to, or the span of a fiducial
        error, in its own unit
    :param factor: units of the point in one unit of the shift, exact text
    :param part: one unit of the relative error as a number, "0.01" for %
    :return: to first order in shift / point, what a nominal point in the denominator
        gives exactly (JJF 1001-2011 5.19, 5.20); None without a point or at zero
    :raises ValueError: not a number

    >>> relative_factor("50", "1", "0.01")  # 1 kPa at 50 kPa is 2 %
    Fraction(2, 1)
    """
    if not point or not rounding.exact(point):
        return None
    return rounding.exact(factor) / rounding.exact(point) / rounding.exact(part)


@dataclass
class Assessment:
    """What the shift means, one entry a result.

    ``delta``: what is added to each result, NaN where it cannot be said; ``corrected``;
    ``ratio``: |delta| / U; ``assumed``: U was not stated and MPE/3 taken, which a
    verification by regulation guarantees; ``verdict``: code of ``VERDICTS``.
    """

    delta: np.ndarray
    corrected: np.ndarray
    ratio: np.ndarray
    assumed: np.ndarray
    verdict: np.ndarray
    near: np.ndarray


def assess(
    shift: Shift,
    *,
    value: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    U: np.ndarray,
    rule: np.ndarray,
    interval: np.ndarray,
    point: np.ndarray,
    factor: np.ndarray,
    sign: np.ndarray,
) -> Assessment:
    """Assess results in one pass.

    :param value: the number that was compared (unrounded), in the unit of the result
    :param lower, upper, U: NaN where there is none, same unit
    :param rule: index into ``RULES``, -1 without a statement
    :param interval: rounding interval before the comparison, NaN where not rounded
    :param point: abscissa of the shift, in the unit of the shift's table
    :param factor: result unit per unit of the shift, NaN where it cannot be carried over
    :param sign: +1 where the result moves with the standard, -1 against it
    :raises: nothing; what cannot be said is NaN, or code of ""

    ISO/IEC 17025:2017 7.10; the verdict by JJF 1094-2002 5.3 or ILAC-G8:09/2019 4.2.

    >>> one, none = np.array([1.0]), np.array([np.nan])
    >>> found = assess(Shift(constant="-0.02"), value=one * 0.04, lower=one * -0.05,
    ...                upper=one * 0.05, U=one * 0.01, rule=np.array([0]),
    ...                interval=none, point=one, factor=one, sign=-one)
    >>> found.corrected.round(9).tolist(), found.ratio.round(9).tolist()
    ([0.06], [2.0])
    >>> VERDICTS[found.verdict[0]]
    'fail'
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        delta = shift.at(point) * factor * sign
        corrected = value + delta
        stated = U > 0
        limit = np.fmax(np.abs(lower), np.abs(upper))
        width = np.where(stated, U, limit / 3)
        ratio = np.where(width > 0, np.abs(delta) / width, np.nan)
        compared = np.where(
            np.isnan(interval), corrected, np.rint(corrected / interval) * interval
        )
        verdict, near = _verdicts(compared, lower, upper, U, rule)
        # a tie of rounding is as uncertain in floats as a limit
        fraction = np.abs(np.abs(corrected / interval) % 1 - 0.5)
        near |= ~np.isnan(interval) & (fraction < NEAR * 1e3)
    near &= (rule >= 0) & ~np.isnan(delta)
    verdict = np.where(np.isnan(delta), OPEN, np.where(rule < 0, NONE, verdict))
    return Assessment(delta, corrected, ratio, ~stated & (width > 0), verdict, near)


def _verdicts(
    value: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    U: np.ndarray,
    rule: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return verdict codes by each result's rule, and which lie next to a limit."""
    below = np.where(np.isnan(lower), np.inf, value - lower)
    above = np.where(np.isnan(upper), np.inf, upper - value)
    inside = np.minimum(below, above)
    spread = np.where(np.isnan(U), 0, U)
    size, limit = np.abs(value), upper
    plain = np.where(inside >= 0, PASS, FAIL)
    jjf = np.where(
        3 * spread <= limit,
        np.where(size <= limit, PASS, FAIL),
        np.where(
            size <= limit - spread,
            PASS,
            np.where(size >= limit + spread, FAIL, UNDETERMINED),
        ),
    )
    binary = np.where(inside >= spread, PASS, FAIL)
    nonbinary = np.where(
        inside >= spread, PASS, np.where(inside >= -spread, UNDETERMINED, FAIL)
    )
    # no acceptance interval is left between the limits: nothing can be said
    narrow = ~np.isnan(lower) & ~np.isnan(upper) & (lower + spread > upper - spread)
    binary, nonbinary = (np.where(narrow, OPEN, one) for one in (binary, nonbinary))
    verdict = np.choose(np.clip(rule, 0, 3), [plain, jjf, binary, nonbinary])
    scale = np.fmax(np.abs(value), np.fmax(np.abs(lower), np.abs(upper)))
    scale = np.fmax(scale, spread) * NEAR
    near = np.zeros(len(value), dtype=bool)
    for edge in (
        inside,
        inside - spread,
        inside + spread,
        3 * spread - limit,
        (upper - lower) - 2 * spread,
    ):
        near |= np.abs(edge) <= scale
    return verdict, near


def decide(rule: str, row: Row, delta: Fraction) -> str:
    """Decide one result exactly, as its record did, after the shift.

    :param row: (value, lower, upper, U, interval), see ``Row``
    :param delta: what is added to the value, in its unit
    :return: pass, fail, undetermined, or "" where the rule gives no statement
    :raises ValueError: not a number

    JJF 1094-2002 5.3, ILAC-G8:09/2019 4.2, or the regulation's own limits.

    >>> decide("regulation", ("0.02", "-0.025", "0.025", None, None),
    ...        Fraction(1, 100))
    'fail'
    """
    value = rounding.exact(row[0]) + delta
    if row[4]:
        value = rounding.exact(rounding.round_to(value, row[4]))
    lower, upper, U = (rounding.exact(text) if text else None for text in row[1:4])
    try:
        if rule == "jjf1094":
            return conformity.by_jjf1094(value, U or 0, upper).verdict
        if rule in ("ilac_g8", "ilac_g8_nonbinary"):
            mode = "binary" if rule == "ilac_g8" else "nonbinary"
            return conformity.by_ilac_g8(value, lower, upper, U or 0, mode=mode).verdict
    except EngineError:
        return ""
    inside = (lower is None or value >= lower) and (upper is None or value <= upper)
    return "pass" if inside else "fail"
