# SPDX-License-Identifier: AGPL-3.0-only
"""Truncated Taylor series: derivatives of a model up to the third."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from .numbers_base import Curve, Numbers, refusal
from .numbers_uncertain import UncertainNumbers

__all__ = ["Jet", "JetNumbers"]


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
            raise refusal("division_by_zero", "division by zero")
        if v < 0 and not float(n).is_integer():
            raise refusal("negative_base", "a negative base needs a whole exponent")
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
