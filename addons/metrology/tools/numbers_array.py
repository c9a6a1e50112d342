# SPDX-License-Identifier: AGPL-3.0-only
"""Arrays of numpy: all trials of Monte Carlo at once."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .numbers_base import OPERATORS, Curve, Numbers, refusal
from .rounding import exact

__all__ = ["ArrayNumbers"]


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
            raise refusal(
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
        return OPERATORS[operator](one, two)

    def divide(self, one: Any, two: Any) -> Any:
        if not self.np.all(two):
            raise refusal("division_by_zero", "division by zero")
        return one / two

    def power(self, base: Any, exponent: Any) -> Any:
        return self._defined(
            self.np.power(self.np.asarray(base, dtype=float), exponent)
        )

    def _defined(self, result: Any) -> Any:
        if not self.np.all(self.np.isfinite(result)):
            raise refusal(
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
            raise refusal(
                "interval_not_positive", "a rounding interval must be positive"
            )
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
            raise refusal(
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
            raise refusal("outside_columns", "the value lies outside the columns")
        return result
