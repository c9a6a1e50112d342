# SPDX-License-Identifier: AGPL-3.0-only
"""Uncertain numbers: GTC propagates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .numbers_base import Curve, Numbers, Readings, refusal
from .rounding import exact

__all__ = ["UncertainNumbers"]


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
            raise refusal(
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
                raise refusal("not_a_number", "{value} is not a number", value=value)
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
            raise refusal("out_of_range", "a value outside the range of floating point")
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
            raise refusal("division_by_zero", "division by zero")
        if isinstance(exponent, (float, int)):
            whole = float(exponent).is_integer()
            if value < 0 and not whole:
                raise refusal("negative_base", "a negative base needs a whole exponent")
            if whole:
                exponent = int(exponent)
                if exponent == 0:
                    return 1.0
                # GTC differentiates by logarithms, undefined for a base <= 0
                if value <= 0:
                    if abs(exponent) > 64:
                        raise refusal(
                            "exponent_too_large",
                            "an exponent beyond ±{limit} is not computed",
                            limit=64,
                        )
                    result = base
                    for _ in range(abs(exponent) - 1):
                        result = result * base
                    return result if exponent > 0 else 1 / result
        elif value <= 0:
            raise refusal(
                "negative_base", "an uncertain exponent needs a positive base"
            )
        return base**exponent

    def _apply(self, name: str, x: Any) -> Any:
        if isinstance(x, (float, int)):
            return getattr(math, name)(x)
        return getattr(self.gtc, name)(x)

    def _positive(self, x: Any) -> None:
        if self.plain_value(x) <= 0:
            raise refusal("logarithm", "the logarithm of a number that is not positive")

    def sqrt(self, x: Any) -> Any:
        value = self.plain_value(x)
        if value < 0:
            raise refusal("negative_root", "the root of a negative number")
        if value == 0 and not isinstance(x, (float, int)):
            raise refusal(
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
            raise refusal("arc", "the arc sine or cosine of a number beyond ±1")
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
