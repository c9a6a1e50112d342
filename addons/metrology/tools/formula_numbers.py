# SPDX-License-Identifier: AGPL-3.0-only
"""The kinds of number a formula is evaluated over.

One tree, four arithmetics with the same functions:

* :class:`ExactNumbers`: fractions; roots and transcendental functions to 50 digits;
* :class:`UncertainNumbers`: GTC uncertain numbers (first-order propagation);
* :class:`ArrayNumbers`: numpy arrays (Monte Carlo);
* :class:`JetNumbers`: truncated Taylor series (derivatives up to the third).

Exact numbers cannot grow without bound: a fraction of more than 4096 bits is brought
back to 300 significant digits, a magnitude outside 1e±1000 is refused.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .errors import EvaluationError
from .rounding import exact, plain, round_exact
from .statistics import integers

__all__ = [
    "ArrayNumbers",
    "Curve",
    "ExactNumbers",
    "Jet",
    "JetNumbers",
    "MissingValue",
    "Numbers",
    "Readings",
    "UncertainNumbers",
    "numbers_for",
]

MAX_BITS = 4096
MAX_MAGNITUDE = 1000
PRECISION = 50
_CONTEXT = Context(
    prec=PRECISION + 10,
    Emax=10**6,
    Emin=-(10**6),
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_HUGE = Fraction(10) ** MAX_MAGNITUDE
_TINY = 1 / _HUGE
_PI = Decimal(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628"
)


class MissingValue(Exception):
    """A value that has not been entered yet: its dependants wait, they do not fail."""


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


def _bad(code: str, cause: str, **params: Any) -> EvaluationError:
    return EvaluationError(code, cause, **params)


def _kind(value: Any) -> str:
    if value is None:
        return "an empty value"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a whole column"
    if isinstance(value, Curve):
        return "a correction table"
    return type(value).__name__


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
        return self.const(Fraction(_PI))

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
            raise _bad("division_by_zero", "division by zero")
        return one / two

    def negate(self, one: Any) -> Any:
        return -one

    def power(self, base: Any, exponent: Any) -> Any:
        raise NotImplementedError

    # --- comparison and choice

    def compare(self, operator: str, one: Any, two: Any) -> Any:
        return _OPERATORS[operator](self.plain_value(one), self.plain_value(two))

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
            raise _bad("angle_of_zero", "the point (0, 0) has no angle")
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
            raise _bad("interval_not_positive", "a rounding interval must be positive")
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
            raise _bad(
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
            raise _bad(
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
            raise _bad(
                "interpolate",
                "interpolation needs two columns of the same length, at least two rows",
            )
        value = self.plain_value(x)
        pairs = sorted(
            zip(xs, ys, strict=True), key=lambda pair: self.plain_value(pair[0])
        )
        for (x0, y0), (x1, y1) in pairwise(pairs):
            if self.plain_value(x0) == self.plain_value(x1):
                raise _bad("curve_twice", "two points have the same abscissa")
            if self.plain_value(x0) <= value <= self.plain_value(x1):
                return self._between(x0, x1, y0, y1, x)
        raise _bad("outside_columns", "the value lies outside the columns")


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


# --------------------------------------------------------------------- exact


def _bounded(value: Fraction) -> Fraction:
    """Keep a fraction within the bounds of the engine."""
    if (
        value.numerator.bit_length() > MAX_BITS
        or value.denominator.bit_length() > MAX_BITS
    ):
        magnitude = abs(value)
        if magnitude > _HUGE or (magnitude and magnitude < _TINY):
            raise _bad("out_of_range", "a value outside 1e±1000 is not computed")
        context = Context(prec=300, Emax=10**6, Emin=-(10**6))
        value = Fraction(
            context.divide(Decimal(value.numerator), Decimal(value.denominator))
        )
    return value


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _fraction(value: Decimal) -> Fraction:
    if value and abs(value.adjusted()) > MAX_MAGNITUDE:
        raise _bad("out_of_range", "a value outside 1e±1000 is not computed")
    return Fraction(value)


class ExactNumbers(Numbers):
    """Fractions: nothing passes through a binary float."""

    name = "exact"
    types = (Fraction,)

    def const(self, value: Fraction) -> Fraction:
        return value

    def number(self, value: Any) -> Fraction:
        return exact(value)

    def add(self, one: Fraction, two: Fraction) -> Fraction:
        return _bounded(one + two)

    def subtract(self, one: Fraction, two: Fraction) -> Fraction:
        return _bounded(one - two)

    def multiply(self, one: Fraction, two: Fraction) -> Fraction:
        return _bounded(one * two)

    def divide(self, one: Fraction, two: Fraction) -> Fraction:
        if not two:
            raise _bad("division_by_zero", "division by zero")
        return _bounded(one / two)

    def mean(self, items: Sequence[Fraction]) -> Fraction:
        return _bounded(self.total(items) / len(items))

    # sums over one denominator spare a reduction per addition

    def total(self, items: Sequence[Fraction]) -> Fraction:
        whole, unit = integers(items)
        if unit.bit_length() > MAX_BITS:
            return functools.reduce(self.add, items)
        return _bounded(Fraction(sum(whole), unit))

    def variance(self, items: Sequence[Fraction]) -> Fraction:
        n = len(items)
        if n < 2:
            return Fraction(super().variance(items))
        whole, unit = integers(items)
        if unit.bit_length() > MAX_BITS:
            return Fraction(super().variance(items))
        total = sum(whole)
        square = sum(x * x for x in whole)
        return _bounded(Fraction(n * square - total * total, n * (n - 1) * unit * unit))

    def power(self, base: Fraction, exponent: Fraction) -> Fraction:
        if exponent.denominator == 1:
            n = exponent.numerator
            if base == 0 and n < 0:
                raise _bad("division_by_zero", "division by zero")
            if abs(n) > MAX_MAGNITUDE:
                raise _bad(
                    "exponent_too_large",
                    "an exponent beyond ±{limit} is not computed",
                    limit=MAX_MAGNITUDE,
                )
            result, square, rest = Fraction(1), base, abs(n)
            while rest:
                if rest & 1:
                    result = _bounded(result * square)
                rest >>= 1
                if rest:
                    square = _bounded(square * square)
            return result if n >= 0 else _bounded(1 / result)
        if base < 0:
            raise _bad("negative_base", "a negative base needs a whole exponent")
        if base == 0:
            if exponent < 0:
                raise _bad("division_by_zero", "division by zero")
            return Fraction(0)
        if exponent == Fraction(1, 2):
            return self.sqrt(base)
        return self.exp(_bounded(self.ln(base) * exponent))

    def sqrt(self, x: Fraction) -> Fraction:
        if x < 0:
            raise _bad("negative_root", "the root of a negative number")
        n, d = math.isqrt(x.numerator), math.isqrt(x.denominator)
        if n * n == x.numerator and d * d == x.denominator:
            return Fraction(n, d)
        return _fraction(_CONTEXT.sqrt(_decimal(x)))

    def exp(self, x: Fraction) -> Fraction:
        if abs(x) > 2303:
            raise _bad("out_of_range", "a value outside 1e±1000 is not computed")
        return Fraction(1) if not x else _fraction(_CONTEXT.exp(_decimal(x)))

    def ln(self, x: Fraction) -> Fraction:
        if x <= 0:
            raise _bad("logarithm", "the logarithm of a number that is not positive")
        return _fraction(_CONTEXT.ln(_decimal(x)))

    def log10(self, x: Fraction) -> Fraction:
        if x <= 0:
            raise _bad("logarithm", "the logarithm of a number that is not positive")
        return _fraction(_CONTEXT.log10(_decimal(x)))

    # Taylor series on a reduced argument; the context carries ten guard digits and is
    # named in every operation: operators would round to the 28 digits of the default

    def _reduced(self, x: Fraction) -> Decimal:
        if abs(x) > 10**9:
            raise _bad("angle", "an angle beyond 1e9 rad is not computed")
        turn = 2 * Fraction(_PI)
        return _decimal(x - round(x / turn) * turn)

    def _series(self, x: Decimal, first: Decimal, start: int) -> Fraction:
        context = _CONTEXT
        term = total = first
        square, n = context.multiply(x, x), start
        limit = Decimal(10) ** -(PRECISION + 5)
        while abs(term) > limit:
            term = context.divide(
                context.multiply(context.minus(term), square),
                Decimal((n + 1) * (n + 2)),
            )
            total = context.add(total, term)
            n += 2
        return Fraction(total)

    def sin(self, x: Fraction) -> Fraction:
        reduced = self._reduced(x)
        return self._series(reduced, reduced, 1)

    def cos(self, x: Fraction) -> Fraction:
        return self._series(self._reduced(x), Decimal(1), 0)

    def tan(self, x: Fraction) -> Fraction:
        return self.divide(self.sin(x), self.cos(x))

    def atan(self, x: Fraction) -> Fraction:
        context = _CONTEXT
        value = _decimal(x)
        halvings = 0
        while abs(value) > Decimal("0.05"):
            # atan(v) = 2 atan(v / (1 + sqrt(1 + v²)))
            root = context.sqrt(context.add(Decimal(1), context.multiply(value, value)))
            value = context.divide(value, context.add(Decimal(1), root))
            halvings += 1
        square = context.multiply(value, value)
        power = total = value
        n = 1
        limit = Decimal(10) ** -(PRECISION + 8)
        while abs(power) > limit:
            power = context.multiply(context.minus(power), square)
            n += 2
            total = context.add(total, context.divide(power, Decimal(n)))
        return Fraction(total) * (1 << halvings)

    def asin(self, x: Fraction) -> Fraction:
        if abs(x) > 1:
            raise _bad("arc", "the arc sine or cosine of a number beyond ±1")
        if abs(x) == 1:
            return Fraction(_PI) / 2 * x
        return self.atan(self.divide(x, self.sqrt(1 - x * x)))

    def acos(self, x: Fraction) -> Fraction:
        return Fraction(_PI) / 2 - self.asin(x)

    def round_to(self, x: Fraction, interval: Fraction, mode: str) -> Fraction:
        if interval <= 0:
            raise _bad("interval_not_positive", "a rounding interval must be positive")
        return round_exact(x, interval, mode)  # type: ignore[arg-type]


# ----------------------------------------------------------------- uncertain


class UncertainNumbers(Numbers):
    """GTC uncertain numbers: propagation, correlation, degrees of freedom.

    Inputs are uncertainty quantities (anything with ``to_gtc()``), GTC numbers, or
    exact texts (constants). The mean of the readings of a cell is a type A evaluation:
    s/√n with n - 1 degrees of freedom, made once however often it is used.
    """

    name = "uncertain"

    def __init__(self) -> None:
        import GTC
        from GTC.lib import UncertainReal

        self.gtc = GTC
        self.types = (UncertainReal, float)
        self._points: dict[tuple[int, int], Any] = {}
        self._sources: dict[int, Any] = {}
        super().__init__()

    def const(self, value: Fraction) -> float:
        try:
            return float(value)
        except OverflowError:
            raise _bad(
                "out_of_range", "a value outside the range of floating point"
            ) from None

    def pi(self) -> float:
        return math.pi

    def number(self, value: Any) -> Any:
        if hasattr(value, "to_gtc"):
            # one quantity entered in two cells is one and the same quantity
            key = id(value)
            if key not in self._sources:
                self._sources[key] = (value.to_gtc(), value)
            return self._sources[key][0]
        if isinstance(value, (float, int)) and not isinstance(value, bool):
            if not math.isfinite(value):
                raise _bad("not_a_number", "{value} is not a number", value=value)
            return float(value)
        if self.is_number(value):
            return value
        return self.const(exact(value))

    def plain_value(self, value: Any) -> float:
        return value if isinstance(value, (float, int)) else value.x

    def statistic(self, x: Any) -> float:
        return self.plain_value(x)

    def finish(self, value: Any) -> Any:
        if self.is_number(value) and not (
            math.isfinite(self.plain_value(value))
            and math.isfinite(getattr(value, "u", 0.0))
        ):
            raise _bad("out_of_range", "a value outside the range of floating point")
        return value

    def mean(self, items: Sequence[Any]) -> Any:
        if isinstance(items, Readings):
            if items.mean is None:
                values = [float(self.plain_value(x)) for x in items]
                average = math.fsum(values) / len(values)
                if len(values) < 2:
                    items.mean = average
                else:
                    s = math.sqrt(
                        math.fsum((v - average) ** 2 for v in values)
                        / (len(values) - 1)
                    )
                    items.mean = self.gtc.ureal(
                        average, s / math.sqrt(len(values)), len(values) - 1
                    )
            return items.mean
        return super().mean(items)

    def power(self, base: Any, exponent: Any) -> Any:
        value = self.plain_value(base)
        if value == 0 and self.plain_value(exponent) < 0:
            raise _bad("division_by_zero", "division by zero")
        if isinstance(exponent, (float, int)):
            whole = float(exponent).is_integer()
            if value < 0 and not whole:
                raise _bad("negative_base", "a negative base needs a whole exponent")
            if whole:
                exponent = int(exponent)
                if exponent == 0:
                    return 1.0
                # GTC differentiates by logarithms, undefined for a base <= 0
                if value <= 0:
                    if abs(exponent) > 64:
                        raise _bad(
                            "exponent_too_large",
                            "an exponent beyond ±{limit} is not computed",
                            limit=64,
                        )
                    result = base
                    for _ in range(abs(exponent) - 1):
                        result = result * base
                    return result if exponent > 0 else 1 / result
        elif value <= 0:
            raise _bad("negative_base", "an uncertain exponent needs a positive base")
        return base**exponent

    def _apply(self, name: str, x: Any) -> Any:
        if isinstance(x, (float, int)):
            return getattr(math, name)(x)
        return getattr(self.gtc, name)(x)

    def _positive(self, x: Any) -> None:
        if self.plain_value(x) <= 0:
            raise _bad("logarithm", "the logarithm of a number that is not positive")

    def sqrt(self, x: Any) -> Any:
        value = self.plain_value(x)
        if value < 0:
            raise _bad("negative_root", "the root of a negative number")
        if value == 0 and not isinstance(x, (float, int)):
            raise _bad(
                "root_at_zero", "the root of zero has no first-order uncertainty"
            )
        return self._apply("sqrt", x)

    def exp(self, x: Any) -> Any:
        return self._apply("exp", x)

    def ln(self, x: Any) -> Any:
        self._positive(x)
        return self._apply("log", x)

    def log10(self, x: Any) -> Any:
        self._positive(x)
        return self._apply("log10", x)

    def sin(self, x: Any) -> Any:
        return self._apply("sin", x)

    def cos(self, x: Any) -> Any:
        return self._apply("cos", x)

    def tan(self, x: Any) -> Any:
        return self._apply("tan", x)

    def _arc(self, name: str, x: Any) -> Any:
        if abs(self.plain_value(x)) > 1:
            raise _bad("arc", "the arc sine or cosine of a number beyond ±1")
        return self._apply(name, x)

    def asin(self, x: Any) -> Any:
        return self._arc("asin", x)

    def acos(self, x: Any) -> Any:
        return self._arc("acos", x)

    def atan(self, x: Any) -> Any:
        return self._apply("atan", x)

    def curve_value(self, curve: Curve, index: int) -> Any:
        _, y, u = curve.rows[index]
        if not u:
            return float(y)
        key = (id(curve), index)
        if key not in self._points:
            self._points[key] = self.gtc.ureal(float(y), float(u))
        return self._points[key]


# -------------------------------------------------------------------- arrays


class ArrayNumbers(Numbers):
    """numpy arrays of trials; a scalar is an array of one value."""

    name = "numpy"
    lazy_if = False

    def __init__(self) -> None:
        import numpy

        self.np = numpy
        self.types = (numpy.ndarray, numpy.floating, float)
        super().__init__()

    def const(self, value: Fraction) -> float:
        try:
            return float(value)
        except OverflowError:
            raise _bad(
                "out_of_range", "a value outside the range of floating point"
            ) from None

    def pi(self) -> float:
        return math.pi

    def number(self, value: Any) -> Any:
        if isinstance(value, self.np.ndarray | self.np.floating):
            return value
        if isinstance(value, (float, int)) and not isinstance(value, bool):
            return float(value)
        return self.const(exact(value))

    def quiet(self) -> AbstractContextManager[Any]:
        return self.np.errstate(all="ignore")

    def finish(self, value: Any) -> Any:
        return self._defined(value) if self.is_number(value) else value

    def compare(self, operator: str, one: Any, two: Any) -> Any:
        return _OPERATORS[operator](one, two)

    def divide(self, one: Any, two: Any) -> Any:
        if not self.np.all(two):
            raise _bad("division_by_zero", "division by zero")
        return one / two

    def power(self, base: Any, exponent: Any) -> Any:
        return self._defined(
            self.np.power(self.np.asarray(base, dtype=float), exponent)
        )

    def _defined(self, result: Any) -> Any:
        if not self.np.all(self.np.isfinite(result)):
            raise _bad(
                "undefined",
                "the function is not defined for all values of its argument",
            )
        return result

    def _apply(self, name: str, x: Any) -> Any:
        with self.np.errstate(all="ignore"):
            return self._defined(getattr(self.np, name)(x))

    def absolute(self, x: Any) -> Any:
        return self.np.abs(x)

    def sign(self, x: Any) -> Any:
        return self.np.sign(x)

    def sqrt(self, x: Any) -> Any:
        return self._apply("sqrt", x)

    def exp(self, x: Any) -> Any:
        return self._apply("exp", x)

    def ln(self, x: Any) -> Any:
        return self._apply("log", x)

    def log10(self, x: Any) -> Any:
        return self._apply("log10", x)

    def sin(self, x: Any) -> Any:
        return self._apply("sin", x)

    def cos(self, x: Any) -> Any:
        return self._apply("cos", x)

    def tan(self, x: Any) -> Any:
        return self._apply("tan", x)

    def asin(self, x: Any) -> Any:
        return self._apply("arcsin", x)

    def acos(self, x: Any) -> Any:
        return self._apply("arccos", x)

    def atan(self, x: Any) -> Any:
        return self._apply("arctan", x)

    def atan2(self, y: Any, x: Any) -> Any:
        return self.np.arctan2(y, x)

    def all_of(self, conditions: Sequence[Any]) -> Any:
        return functools.reduce(self.np.logical_and, conditions)

    def any_of(self, conditions: Sequence[Any]) -> Any:
        return functools.reduce(self.np.logical_or, conditions)

    def negation(self, condition: Any) -> Any:
        return self.np.logical_not(condition)

    def choose(self, condition: Any, one: Any, two: Any) -> Any:
        return self.np.where(condition, one, two)

    def maximum(self, items: Sequence[Any]) -> Any:
        return functools.reduce(self.np.maximum, items)

    def minimum(self, items: Sequence[Any]) -> Any:
        return functools.reduce(self.np.minimum, items)

    def median(self, items: Sequence[Any]) -> Any:
        return self.np.median(self.np.broadcast_arrays(*items), axis=0)

    def round_to(self, x: Any, interval: Any, mode: str) -> Any:
        if not self.np.all(self.np.asarray(interval) > 0):
            raise _bad("interval_not_positive", "a rounding interval must be positive")
        quotient = x / interval
        if mode == "up":
            return (
                self.np.sign(quotient) * self.np.ceil(self.np.abs(quotient)) * interval
            )
        return self.np.rint(quotient) * interval

    def curve(self, curve: Curve, x: Any) -> Any:
        xs = [float(row[0]) for row in curve.rows]
        if self.np.any((self.np.asarray(x) < xs[0]) | (self.np.asarray(x) > xs[-1])):
            curve.segment(Fraction(float(self.np.min(x))))
            curve.segment(Fraction(float(self.np.max(x))))
        return self.np.interp(x, xs, [float(row[1]) for row in curve.rows])

    def interpolate(self, xs: Sequence[Any], ys: Sequence[Any], x: Any) -> Any:
        if len(xs) != len(ys) or len(xs) < 2:
            raise _bad(
                "interpolate",
                "interpolation needs two columns of the same length, at least two rows",
            )
        order = sorted(range(len(xs)), key=lambda i: float(self.np.mean(xs[i])))
        result, known = None, False
        for i, j in pairwise(order):
            inside = (x >= xs[i]) & (x <= xs[j])
            part = self._between(xs[i], xs[j], ys[i], ys[j], x)
            result = part if result is None else self.np.where(inside, part, result)
            known = known | inside
        if not self.np.all(known):
            raise _bad("outside_columns", "the value lies outside the columns")
        return result


# ---------------------------------------------------------------------- jets


class Jet:
    """A Taylor polynomial in two variables up to the third total degree.

    ``c[(i, j)]`` is the coefficient of h^i k^j, i + j <= 3; the derivatives are the
    coefficients times i! j!. Used for the second-order terms of JCGM 100 5.1.2.
    """

    __slots__ = ("c",)
    __array_ufunc__ = None
    ORDERS = [(i, j) for i in range(4) for j in range(4 - i)]

    def __init__(self, c: dict[tuple[int, int], float]) -> None:
        self.c = c

    @property
    def x(self) -> float:
        return self.c.get((0, 0), 0.0)

    @staticmethod
    def of(value: Any) -> Jet:
        return value if isinstance(value, Jet) else Jet({(0, 0): float(value)})

    def __add__(self, other: Any) -> Jet:
        c = dict(self.c)
        for key, value in Jet.of(other).c.items():
            c[key] = c.get(key, 0.0) + value
        return Jet(c)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return Jet({key: -value for key, value in self.c.items()})

    def __sub__(self, other: Any) -> Jet:
        return self + -Jet.of(other)

    def __rsub__(self, other: Any) -> Jet:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Jet:
        c: dict[tuple[int, int], float] = {}
        for (i, j), one in self.c.items():
            for (k, m), two in Jet.of(other).c.items():
                if i + j + k + m <= 3:
                    key = (i + k, j + m)
                    c[key] = c.get(key, 0.0) + one * two
        return Jet(c)

    __rmul__ = __mul__

    def compose(self, derivatives: Sequence[float]) -> Jet:
        """Return f(self) from f, f', f'', f''' at the value."""
        h = Jet({key: value for key, value in self.c.items() if key != (0, 0)})
        result = Jet({(0, 0): derivatives[0]}) + h * derivatives[1]
        square = h * h
        return (
            result + square * (derivatives[2] / 2) + square * h * (derivatives[3] / 6)
        )

    def __truediv__(self, other: Any) -> Jet:
        two = Jet.of(other)
        v = two.x
        return self * two.compose((1 / v, -1 / v**2, 2 / v**3, -6 / v**4))

    def __rtruediv__(self, other: Any) -> Jet:
        return Jet.of(other) / self


class JetNumbers(UncertainNumbers):
    """Derivatives of a model up to the third order."""

    name = "jet"

    def __init__(self) -> None:
        self.types = (Jet, float)
        self._points = {}
        self._sources = {}
        Numbers.__init__(self)

    def number(self, value: Any) -> Any:
        return value if isinstance(value, Jet) else super().number(value)

    def mean(self, items: Sequence[Any]) -> Any:
        return Numbers.mean(self, items)

    def power(self, base: Any, exponent: Any) -> Any:
        if isinstance(exponent, Jet) and len(exponent.c) > 1:
            return self.exp(self.multiply(exponent, self.ln(base)))
        n = self.plain_value(exponent)
        v = self.plain_value(base)
        if not isinstance(base, Jet):
            base = Jet.of(base)
        if float(n).is_integer() and 0 <= n <= 64:
            result = Jet({(0, 0): 1.0})
            for _ in range(int(n)):
                result = result * base
            return result
        if v == 0:
            raise _bad("division_by_zero", "division by zero")
        if v < 0 and not float(n).is_integer():
            raise _bad("negative_base", "a negative base needs a whole exponent")
        return base.compose(
            (
                v**n,
                n * v ** (n - 1),
                n * (n - 1) * v ** (n - 2),
                n * (n - 1) * (n - 2) * v ** (n - 3),
            )
        )

    def _apply(self, name: str, x: Any) -> Any:
        if not isinstance(x, Jet):
            return getattr(math, name)(x)
        return x.compose(_DERIVATIVES[name](x.x))

    def curve_value(self, curve: Curve, index: int) -> Any:
        return float(curve.rows[index][1])


def _trig(name: str, v: float) -> tuple[float, ...]:
    s, c = math.sin(v), math.cos(v)
    if name == "sin":
        return s, c, -s, -c
    if name == "cos":
        return c, -s, -c, s
    t = math.tan(v)
    d = 1 + t * t
    return t, d, 2 * t * d, 2 * d * (1 + 3 * t * t)


def _arc_derivatives(name: str, v: float) -> tuple[float, ...]:
    if name == "atan":
        d = 1 / (1 + v * v)
        return math.atan(v), d, -2 * v * d * d, (6 * v * v - 2) * d**3
    q = 1 - v * v
    ds = (q**-0.5, v * q**-1.5, (1 + 2 * v * v) * q**-2.5)
    if name == "asin":
        return (math.asin(v), *ds)
    return (math.acos(v), *(-d for d in ds))


_DERIVATIVES: dict[str, Callable[[float], tuple[float, ...]]] = {
    "sqrt": lambda v: (v**0.5, 0.5 * v**-0.5, -0.25 * v**-1.5, 0.375 * v**-2.5),
    "exp": lambda v: (math.exp(v),) * 4,
    "log": lambda v: (math.log(v), 1 / v, -1 / v**2, 2 / v**3),
    "log10": lambda v: tuple(
        d / math.log(10) for d in (math.log(v), 1 / v, -1 / v**2, 2 / v**3)
    ),
    "sin": lambda v: _trig("sin", v),
    "cos": lambda v: _trig("cos", v),
    "tan": lambda v: _trig("tan", v),
    "asin": lambda v: _arc_derivatives("asin", v),
    "acos": lambda v: _arc_derivatives("acos", v),
    "atan": lambda v: _arc_derivatives("atan", v),
}


def numbers_for(domain: str) -> Numbers:
    """Return a fresh arithmetic: exact, uncertain, numpy or jet.

    :raises EvaluationError: for another name
    :param domain: name of the arithmetic (JCGM 100 clause 5 uncertain, JCGM 101 numpy)

    >>> numbers_for("exact").sqrt(Fraction(4, 9))
    Fraction(2, 3)
    """
    kinds: dict[str, type[Numbers]] = {
        "exact": ExactNumbers,
        "uncertain": UncertainNumbers,
        "numpy": ArrayNumbers,
        "jet": JetNumbers,
    }
    if domain not in kinds:
        raise EvaluationError(
            "domain",
            "there is no arithmetic {domain!r}; there are {known}",
            domain=domain,
            known=", ".join(kinds),
        )
    return kinds[domain]()
