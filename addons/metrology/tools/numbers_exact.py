# SPDX-License-Identifier: AGPL-3.0-only
"""Exact numbers: fractions, and 50 digits where fractions end."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from typing import Any

from .numbers_base import PI, Numbers, refusal
from .rounding import exact, round_exact
from .statistics import integers

__all__ = ["ExactNumbers"]

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


def _bounded(value: Fraction) -> Fraction:
    """Keep a fraction within the bounds of the engine."""
    if (
        value.numerator.bit_length() > MAX_BITS
        or value.denominator.bit_length() > MAX_BITS
    ):
        magnitude = abs(value)
        if magnitude > _HUGE or (magnitude and magnitude < _TINY):
            raise refusal("out_of_range", "a value outside 1e±1000 is not computed")
        context = Context(prec=300, Emax=10**6, Emin=-(10**6))
        value = Fraction(
            context.divide(Decimal(value.numerator), Decimal(value.denominator))
        )
    return value


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _fraction(value: Decimal) -> Fraction:
    if value and abs(value.adjusted()) > MAX_MAGNITUDE:
        raise refusal("out_of_range", "a value outside 1e±1000 is not computed")
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
            raise refusal("division_by_zero", "division by zero")
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
                raise refusal("division_by_zero", "division by zero")
            if abs(n) > MAX_MAGNITUDE:
                raise refusal(
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
            raise refusal("negative_base", "a negative base needs a whole exponent")
        if base == 0:
            if exponent < 0:
                raise refusal("division_by_zero", "division by zero")
            return Fraction(0)
        if exponent == Fraction(1, 2):
            return self.sqrt(base)
        return self.exp(_bounded(self.ln(base) * exponent))

    def sqrt(self, x: Fraction) -> Fraction:
        if x < 0:
            raise refusal("negative_root", "the root of a negative number")
        n, d = math.isqrt(x.numerator), math.isqrt(x.denominator)
        if n * n == x.numerator and d * d == x.denominator:
            return Fraction(n, d)
        return _fraction(_CONTEXT.sqrt(_decimal(x)))

    def exp(self, x: Fraction) -> Fraction:
        if abs(x) > 2303:
            raise refusal("out_of_range", "a value outside 1e±1000 is not computed")
        return Fraction(1) if not x else _fraction(_CONTEXT.exp(_decimal(x)))

    def ln(self, x: Fraction) -> Fraction:
        if x <= 0:
            raise refusal("logarithm", "the logarithm of a number that is not positive")
        return _fraction(_CONTEXT.ln(_decimal(x)))

    def log10(self, x: Fraction) -> Fraction:
        if x <= 0:
            raise refusal("logarithm", "the logarithm of a number that is not positive")
        return _fraction(_CONTEXT.log10(_decimal(x)))

    # Taylor series on a reduced argument; the context carries ten guard digits and is
    # named in every operation: operators would round to the 28 digits of the default

    def _reduced(self, x: Fraction) -> Decimal:
        if abs(x) > 10**9:
            raise refusal("angle", "an angle beyond 1e9 rad is not computed")
        turn = 2 * Fraction(PI)
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
            raise refusal("arc", "the arc sine or cosine of a number beyond ±1")
        if abs(x) == 1:
            return Fraction(PI) / 2 * x
        return self.atan(self.divide(x, self.sqrt(1 - x * x)))

    def acos(self, x: Fraction) -> Fraction:
        return Fraction(PI) / 2 - self.asin(x)

    def round_to(self, x: Fraction, interval: Fraction, mode: str) -> Fraction:
        if interval <= 0:
            raise refusal(
                "interval_not_positive", "a rounding interval must be positive"
            )
        return round_exact(x, interval, mode)  # type: ignore[arg-type]
