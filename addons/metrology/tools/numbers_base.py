# SPDX-License-Identifier: AGPL-3.0-only
"""What every kind of number of the formula language has in common."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .errors import EvaluationError
from .rounding import exact, plain, round_exact

__all__ = ["Curve", "Numbers", "Readings"]

PI = Decimal(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628"
)


class Readings(list[Any]):
    """The readings of one cell; their mean is evaluated once (type A)."""

    mean: Any = None


class Curve:
    """A correction table of a standard: correction y at value x, by value.

    Between points the correction is linear; outside the table it is refused, never
    extrapolated.

    :param points: (x, y) or (x, y, u): exact texts, u the standard uncertainty of y
    :param name: name of the standard; :param source: number of its certificate
    :raises EvaluationError: fewer than two points or two with the same x

    >>> curve = Curve([("0", "0.1"), ("100", "0.3")], source="2026-0001")
    >>> curve.at(exact("50"))
    Fraction(1, 5)
    """

    def __init__(
        self,
        points: Sequence[Sequence[Any]],
        name: str = "",
        unit: str = "",
        source: str = "",
    ) -> None:
        self.name, self.unit, self.source = name, unit, source
        rows = []
        for point in points:
            if not 2 <= len(point) <= 3:
                raise EvaluationError(
                    "curve_point",
                    "a point of a correction table is (x, y) or (x, y, u)",
                )
            u = point[2] if len(point) == 3 else None
            spread = exact(u) if u not in (None, "") else Fraction(0)
            if spread < 0:
                raise EvaluationError(
                    "curve_uncertainty",
                    "the uncertainty {u} of a correction is negative",
                    u=u,
                )
            rows.append((exact(point[0]), exact(point[1]), spread))
        rows.sort(key=lambda row: row[0])
        if len(rows) < 2:
            raise EvaluationError(
                "curve_too_short", "a correction table needs at least two points"
            )
        for one, two in pairwise(rows):
            if one[0] == two[0]:
                raise EvaluationError(
                    "curve_twice",
                    "the correction table has two points at {x}",
                    x=float(one[0]),
                )
        self.rows = rows

    @classmethod
    def from_data(cls, data: Any) -> Curve:
        """Return a table from JSON: a list of points, or a dict with ``points``.

        :param data: ``[[x, y], [x, y, u], ...]`` or ``{"points": ..., "name": ...,
            "unit": ..., "source": ...}``
        :raises EvaluationError: for anything else
        """
        if isinstance(data, dict):
            extra = {
                key: str(data.get(key) or "") for key in ("name", "unit", "source")
            }
            points = data.get("points")
        else:
            extra, points = {}, data
        if not isinstance(points, (list, tuple)) or not all(
            isinstance(point, (list, tuple)) for point in points
        ):
            raise EvaluationError(
                "curve_point", "a point of a correction table is (x, y) or (x, y, u)"
            )
        return cls(points, **extra)

    def explain(self) -> dict[str, Any]:
        """Return the table as plain data, exactly (JSON)."""
        return {
            "name": self.name,
            "unit": self.unit,
            "source": self.source,
            "points": [[plain(value) for value in row] for row in self.rows],
        }

    @property
    def xs(self) -> list[Fraction]:
        """The abscissas, rising."""
        return [row[0] for row in self.rows]

    def segment(self, x: Any) -> int:
        """Return the index of the segment x lies in."""
        rows = self.rows
        if not rows[0][0] <= x <= rows[-1][0]:
            raise EvaluationError(
                "outside_curve",
                "{x} lies outside the correction table {name}({low} to {high})",
                x=f"{float(x):.12g}",
                name=f"{self.name} " if self.name else "",
                low=f"{float(rows[0][0]):.12g}",
                high=f"{float(rows[-1][0]):.12g}",
            )
        low, high = 0, len(rows) - 2
        while low < high:
            middle = (low + high) // 2
            if x <= rows[middle + 1][0]:
                high = middle
            else:
                low = middle + 1
        return low

    def at(self, x: Fraction) -> Fraction:
        """Return the correction at x, exactly."""
        i = self.segment(x)
        (x0, y0, _), (x1, y1, _) = self.rows[i], self.rows[i + 1]
        return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def refusal(code: str, cause: str, **params: Any) -> EvaluationError:
    return EvaluationError(code, cause, **params)


class Numbers:
    """An arithmetic: what the evaluator needs of a kind of number."""

    name = ""
    types: tuple[type, ...] = ()
    lazy_if = True

    def __init__(self) -> None:
        self.functions: dict[str, Callable[..., Any]] = {
            "abs": self.absolute,
            "sign": self.sign,
            "sqrt": self.sqrt,
            "exp": self.exp,
            "ln": self.ln,
            "log10": self.log10,
            "sin": self.sin,
            "cos": self.cos,
            "tan": self.tan,
            "asin": self.asin,
            "acos": self.acos,
            "atan": self.atan,
            "radians": lambda x: self.multiply(
                self.divide(x, self.const(Fraction(180))), self.pi()
            ),
            "degrees": lambda x: self.divide(
                self.multiply(x, self.const(Fraction(180))), self.pi()
            ),
        }

    # --- values

    def const(self, value: Fraction) -> Any:
        """Return the number of a literal."""
        raise NotImplementedError

    def pi(self) -> Any:
        """Return the number π."""
        return self.const(Fraction(PI))

    def number(self, value: Any) -> Any:
        """Take over an input value."""
        raise NotImplementedError

    def is_number(self, value: Any) -> bool:
        """Tell whether the value takes part in arithmetic."""
        return isinstance(value, self.types) and not isinstance(value, bool)

    def plain_value(self, value: Any) -> Any:
        """Return what a comparison looks at."""
        return value

    def readings(self, values: list[Any]) -> Readings:
        """Take over the readings of one cell."""
        return Readings(values)

    def quiet(self) -> AbstractContextManager[Any]:
        """Return a context in which the arithmetic does not warn: results are checked."""
        return nullcontext()

    def finish(self, value: Any) -> Any:
        """Check a result: no infinity, no not-a-number."""
        return value

    # --- arithmetic; the operators of the number type do the work

    def add(self, one: Any, two: Any) -> Any:
        return one + two

    def subtract(self, one: Any, two: Any) -> Any:
        return one - two

    def multiply(self, one: Any, two: Any) -> Any:
        return one * two

    def divide(self, one: Any, two: Any) -> Any:
        if self.plain_value(two) == 0:
            raise refusal("division_by_zero", "division by zero")
        return one / two

    def negate(self, one: Any) -> Any:
        return -one

    def power(self, base: Any, exponent: Any) -> Any:
        raise NotImplementedError

    # --- comparison and choice

    def compare(self, operator: str, one: Any, two: Any) -> Any:
        return OPERATORS[operator](self.plain_value(one), self.plain_value(two))

    def all_of(self, conditions: Sequence[Any]) -> Any:
        return all(conditions)

    def any_of(self, conditions: Sequence[Any]) -> Any:
        return any(conditions)

    def negation(self, condition: Any) -> Any:
        return not condition

    def choose(self, condition: Any, one: Any, two: Any) -> Any:
        return one if condition else two

    # --- functions of one number

    def absolute(self, x: Any) -> Any:
        return self.negate(x) if self.plain_value(x) < 0 else x

    def sign(self, x: Any) -> Any:
        value = self.plain_value(x)
        return self.const(Fraction((value > 0) - (value < 0)))

    def sqrt(self, x: Any) -> Any:
        raise NotImplementedError

    exp = ln = log10 = sin = cos = tan = asin = acos = atan = sqrt

    def atan2(self, y: Any, x: Any) -> Any:
        """Return the angle of the point (x, y) in rad, -π < angle <= π."""
        v, w = self.plain_value(y), self.plain_value(x)
        if v == 0 and w == 0:
            raise refusal("angle_of_zero", "the point (0, 0) has no angle")
        if abs(w) >= abs(v):
            angle = self.atan(self.divide(y, x))
            if w > 0:
                return angle
            return (self.add if v >= 0 else self.subtract)(angle, self.pi())
        quarter = self.divide(self.pi(), self.const(Fraction(2 if v > 0 else -2)))
        return self.subtract(quarter, self.atan(self.divide(x, y)))

    def round_to(self, x: Any, interval: Any, mode: str) -> Any:
        """Round the value; an uncertainty stays what it was."""
        value = self.plain_value(x)
        step = self.plain_value(interval)
        if not step > 0:
            raise refusal(
                "interval_not_positive", "a rounding interval must be positive"
            )
        rounded = round_exact(
            Fraction(repr(float(value))),
            Fraction(repr(float(step))),
            mode,  # type: ignore[arg-type]
        )
        return x - value + float(rounded)

    # --- functions of several numbers (arguments are flat lists)

    def total(self, items: Sequence[Any]) -> Any:
        return functools.reduce(self.add, items)

    def mean(self, items: Sequence[Any]) -> Any:
        return self.divide(self.total(items), self.const(Fraction(len(items))))

    def statistic(self, x: Any) -> Any:
        """Return a value as the statistics of scatter take it."""
        return x

    def variance(self, items: Sequence[Any]) -> Any:
        """Return s² by Bessel (JJF 1059.1 4.3.2.1), two passes."""
        if len(items) < 2:
            raise refusal(
                "too_few", "a standard deviation needs two values, there is {n}",
                n=len(items),
            )  # fmt: skip
        values = [self.statistic(x) for x in items]
        middle = self.mean(values)
        squares = []
        for x in values:
            difference = self.subtract(x, middle)
            squares.append(self.multiply(difference, difference))
        return self.divide(self.total(squares), self.const(Fraction(len(items) - 1)))

    def stdev(self, items: Sequence[Any]) -> Any:
        return self.sqrt(self.variance(items))

    def rss(self, items: Sequence[Any]) -> Any:
        return self.sqrt(self.total([self.multiply(x, x) for x in items]))

    def maximum(self, items: Sequence[Any]) -> Any:
        return max(items, key=self.plain_value)

    def minimum(self, items: Sequence[Any]) -> Any:
        return min(items, key=self.plain_value)

    def median(self, items: Sequence[Any]) -> Any:
        ordered = sorted(items, key=self.plain_value)
        half = len(ordered) // 2
        if len(ordered) % 2:
            return ordered[half]
        return self.divide(
            self.add(ordered[half - 1], ordered[half]), self.const(Fraction(2))
        )

    def line(self, xs: Sequence[Any], ys: Sequence[Any]) -> tuple[Any, Any]:
        """Return (intercept, slope) of the least-squares line."""
        if len(xs) != len(ys) or len(xs) < 2:
            raise refusal(
                "line", "a line needs two columns of the same length, at least two rows"
            )
        mx, my = self.mean(xs), self.mean(ys)
        dx = [self.subtract(x, mx) for x in xs]
        sxx = self.total([self.multiply(d, d) for d in dx])
        sxy = self.total(
            [
                self.multiply(d, self.subtract(y, my))
                for d, y in zip(dx, ys, strict=True)
            ]
        )
        slope = self.divide(sxy, sxx)
        return self.subtract(my, self.multiply(slope, mx)), slope

    def correlation(self, xs: Sequence[Any], ys: Sequence[Any]) -> Any:
        _, forth = self.line(xs, ys)
        _, back = self.line(ys, xs)
        return self.multiply(self.sign(forth), self.sqrt(self.multiply(forth, back)))

    # --- interpolation

    def curve(self, curve: Curve, x: Any) -> Any:
        """Return the correction of a standard at x."""
        value = self.plain_value(x)
        i = curve.segment(
            value if isinstance(value, Fraction) else Fraction(float(value))
        )
        rows = curve.rows
        return self._between(
            self.const(rows[i][0]),
            self.const(rows[i + 1][0]),
            self.curve_value(curve, i),
            self.curve_value(curve, i + 1),
            x,
        )

    def curve_value(self, curve: Curve, index: int) -> Any:
        return self.const(curve.rows[index][1])

    def _between(self, x0: Any, x1: Any, y0: Any, y1: Any, x: Any) -> Any:
        weight = self.divide(self.subtract(x, x0), self.subtract(x1, x0))
        return self.add(y0, self.multiply(self.subtract(y1, y0), weight))

    def interpolate(self, xs: Sequence[Any], ys: Sequence[Any], x: Any) -> Any:
        """Return y at x between the points of two columns."""
        if len(xs) != len(ys) or len(xs) < 2:
            raise refusal(
                "interpolate",
                "interpolation needs two columns of the same length, at least two rows",
            )
        value = self.plain_value(x)
        pairs = sorted(
            zip(xs, ys, strict=True), key=lambda pair: self.plain_value(pair[0])
        )
        for (x0, y0), (x1, y1) in pairwise(pairs):
            if self.plain_value(x0) == self.plain_value(x1):
                raise refusal("curve_twice", "two points have the same abscissa")
            if self.plain_value(x0) <= value <= self.plain_value(x1):
                return self._between(x0, x1, y0, y1, x)
        raise refusal("outside_columns", "the value lies outside the columns")


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
