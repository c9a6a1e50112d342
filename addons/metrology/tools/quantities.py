# SPDX-License-Identifier: AGPL-3.0-only
"""Input quantities of a budget: type A and type B (JJF 1059.1-2012 4.3).

A quantity is described by data, as records and templates store it; the distribution
says which parameters it needs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import distributions
from .errors import EngineError, QuantityError
from .rounding import Exact, exact, plain
from .statistics import bessel, range_method

__all__ = [
    "Quantity",
    "larger_of",
    "limit_uncertainty",
    "quantity",
    "resolution_uncertainty",
]

Value = Exact | float


def number_of(value: Any, name: str, what: str) -> float:
    """Return a parameter as float; a typed text passes through a fraction."""
    try:
        if isinstance(value, float):
            if not math.isfinite(value):
                raise ValueError
            return value
        return float(exact(value))
    except (TypeError, ValueError):
        raise QuantityError(
            "not_a_number",
            "quantity '{name}': {what} {value!r} is not a number",
            name=name,
            what=what,
            value=value,
        ) from None


@dataclass(frozen=True, eq=False)
class Quantity:
    """An input quantity: estimate, standard uncertainty, distribution, dof.

    Made by :func:`quantity` from data, or directly. ``params`` are the parameters of
    the distribution (for Monte Carlo), in the unit of the quantity.
    """

    name: str
    x: float
    u: float
    dist: str = "normal"
    dof: float = math.inf
    type: str = "B"
    x_exact: Fraction | None = None
    params: Mapping[str, float] = field(default_factory=dict)
    unit: str = ""
    description: str = ""
    source: str = ""
    statement: str = ""

    def __post_init__(self) -> None:
        if not self.u >= 0 or math.isinf(self.u):
            raise QuantityError(
                "negative_u",
                "quantity '{name}': the standard uncertainty {u} is negative or not "
                "finite",
                name=self.name,
                u=self.u,
            )
        if not self.dof > 0:
            raise QuantityError(
                "dof",
                "quantity '{name}': {dof} degrees of freedom are not positive",
                name=self.name,
                dof=self.dof,
            )
        if not self.params:
            object.__setattr__(self, "params", self._parameters())

    def _parameters(self) -> dict[str, float]:
        """Return the parameters that follow from u alone."""
        if self.dist == "normal":
            return {"u": self.u}
        if self.dist == "t":
            return {"s": self.u, "dof": self.dof}
        try:
            return {"a": self.u * distributions.divisor(self.dist)}
        except QuantityError:
            raise QuantityError(
                "missing_parameter",
                "quantity '{name}': the distribution {dist} needs {keys}",
                name=self.name,
                dist=self.dist,
                keys="parameters",
            ) from None

    def to_gtc(self) -> Any:
        """Return a GTC uncertain number (a new, independent one)."""
        import GTC

        if not self.u:
            return GTC.constant(self.x, label=self.name)
        return GTC.ureal(self.x, self.u, self.dof, label=self.name)

    def sample(self, uniform: Any, second: Any = None) -> Any:
        """Turn arrays of uniform numbers into samples (JCGM 101 6.4)."""
        if not self.u:
            return uniform * 0.0 + self.x
        return distributions.sample(self.dist, self.params, self.x, uniform, second)

    def explain(self) -> dict[str, Any]:
        """Return the quantity as plain data (JSON)."""
        return {
            "name": self.name,
            "estimate": plain(self.x_exact) if self.x_exact is not None else self.x,
            "u": self.u,
            "dof": None if math.isinf(self.dof) else self.dof,
            "distribution": self.dist,
            "type": self.type,
            "statement": self.statement,
            "unit": self.unit,
            "description": self.description,
            "source": self.source,
        }


_META = ("unit", "description", "source")
#: distribution -> parameters of which one must be given
_KEYS: dict[str, tuple[str, ...]] = {
    "normal": ("u", "U"),
    "rect": ("a", "lo"),
    "rect_asym": ("a_minus", "lo"),
    "tri": ("a", "lo"),
    "arcsine": ("a", "lo"),
    "two_point": ("a", "lo"),
    "trap": ("a", "lo"),
    "ctrap": ("lo",),
    "t": ("s", "u"),
    "obs": ("values",),
    "pooled": ("sp",),
    "prior": ("s",),
    "exponential": (),
    "gamma": ("shape",),
}


def quantity(name: str, data: Mapping[str, Any] | Quantity) -> Quantity:
    """Build a quantity from data as records and templates store it.

    The distribution says which parameters are needed (all in the unit of the quantity):

    ========= ===========================================================
    normal    ``u`` [``dof``]; or ``U`` with ``k``, or ``U`` (or ``a``) with ``p``
    rect      half-width ``a``, or ``lo`` and ``hi``; also tri, arcsine, two_point
    rect_asym bounds ``lo`` and ``hi`` not symmetric about the estimate
    trap      ``a`` and ``beta``
    ctrap     ``lo``, ``hi``, ``d``: bounds known to ±d (JCGM 101 6.4.3)
    t         scale ``s`` and ``dof``
    obs       ``values`` (readings) [``method``: bessel or range]
    pooled    ``sp`` of a group and ``n`` readings of the mean [``dof``]
    prior     ``s`` known before, ``n`` readings [``dof``]
    ========= ===========================================================

    ``x`` is the estimate (for obs and bounds the mean when left out). Without ``dist``,
    ``u``, or ``U`` with ``k``, must be given.

    :raises QuantityError: naming the quantity, for a missing distribution or parameter,
        a negative uncertainty, text that is not a number
    :param name: symbol of the model; :param data: as above, or a quantity (JJF 1059.1-2012
        4.3, JCGM 100 4.2 and 4.3)

    >>> quantity("dR", {"x": "0", "dist": "rect", "a": "0.05"}).u
    0.02886751345948129
    >>> quantity("mS", {"x": "10000.005", "dist": "normal", "U": "0.045", "k": 2}).u
    0.0225
    >>> quantity("d", {"x": "0", "a": "0.1"})
    Traceback (most recent call last):
    odoo.addons.metrology.tools.errors.QuantityError: quantity 'd' has no distribution
    """
    if isinstance(data, Quantity):
        return data
    if not isinstance(data, Mapping):
        raise QuantityError(
            "not_data", "quantity '{name}' is not described by data", name=name
        )
    dist = data.get("dist")
    if dist in (None, ""):
        if "u" in data or ("U" in data and "k" in data):
            # U and k are a complete statement (JCGM 100 4.3.3)
            dist = "normal"
        elif "values" in data:
            dist = "obs"
        else:
            raise QuantityError(
                "no_distribution", "quantity '{name}' has no distribution", name=name
            )
    dist = distributions.ALIASES.get(str(dist), str(dist))
    if dist not in _KEYS:
        raise QuantityError(
            "unknown_distribution",
            "quantity '{name}': the distribution {dist!r} is not known",
            name=name,
            dist=dist,
        )
    needed = _KEYS[dist]
    if (
        needed
        and not any(data.get(key) not in (None, "") for key in needed)
        and not (dist == "normal" and "a" in data)
    ):
        raise QuantityError(
            "missing_parameter",
            "quantity '{name}': the distribution {dist} needs {keys}",
            name=name,
            dist=dist,
            keys=" or ".join(needed),
        )
    return _Maker(name, dist, data).make()


class _Maker:
    """One quantity in the making: its data and how it names errors."""

    def __init__(self, name: str, dist: str, data: Mapping[str, Any]) -> None:
        self.name, self.dist, self.data = name, dist, data

    def get(self, key: str, default: float | None = None) -> float:
        value = self.data.get(key)
        if value in (None, ""):
            if default is None:
                raise QuantityError(
                    "missing_parameter",
                    "quantity '{name}': the distribution {dist} needs {keys}",
                    name=self.name,
                    dist=self.dist,
                    keys=key,
                )
            return default
        return number_of(value, self.name, key)

    def dof(self, default: float = math.inf) -> float:
        value = self.data.get("dof")
        if value in (None, "", "inf", "infinity", "∞"):
            return default
        if isinstance(value, float) and math.isinf(value):
            return math.inf
        return number_of(value, self.name, "dof")

    def estimate(
        self, default: Fraction | float | None = 0.0
    ) -> tuple[float, Fraction | None]:
        value: Any = self.data.get("x")
        if value in (None, ""):
            value = default
        if isinstance(value, float):
            return value, None
        try:
            number = exact(value)
        except (TypeError, ValueError):
            raise QuantityError(
                "not_a_number",
                "quantity '{name}': {what} {value!r} is not a number",
                name=self.name,
                what="x",
                value=value,
            ) from None
        return float(number), number

    def build(
        self,
        u: float,
        dist: str,
        params: Mapping[str, float],
        *,
        dof: float = math.inf,
        type: str = "B",
        statement: str = "",
        estimate: tuple[float, Fraction | None] | None = None,
    ) -> Quantity:
        x, x_exact = estimate or self.estimate()
        meta = {key: str(self.data.get(key) or "") for key in _META}
        return Quantity(
            self.name,
            x,
            u,
            dist,
            dof,
            str(self.data.get("type") or type),
            x_exact,
            params,
            statement=statement,
            **meta,
        )

    def make(self) -> Quantity:
        maker = getattr(self, f"_{self.dist}", self._bounded)
        return maker()

    def _spread(self, u: float, dof: float, **kwargs: Any) -> Quantity:
        """Return a normal quantity, or a scaled t when its dof are few (6.4.9)."""
        if math.isinf(dof):
            return self.build(u, "normal", {"u": u}, **kwargs)
        return self.build(u, "t", {"s": u, "dof": dof}, dof=dof, **kwargs)

    def _normal(self) -> Quantity:
        dof = self.dof()
        if self.data.get("u") not in (None, ""):
            return self._spread(self.get("u"), dof, statement="u")
        key = "U" if self.data.get("U") not in (None, "") else "a"
        U = self.get(key)
        if self.data.get("k") not in (None, ""):
            k = self.get("k")
            statement = f"{key} = {U:g}, k = {k:g}"
        else:
            p = self.get("p")
            k = distributions.t_factor(p, dof)
            statement = f"{key} = {U:g}, p = {p:g}"
        if k <= 0:
            raise QuantityError(
                "coverage_factor",
                "quantity '{name}': the coverage factor {k} is not positive",
                name=self.name,
                k=k,
            )
        return self._spread(U / k, dof, statement=statement)

    def _half_width(self) -> tuple[float, tuple[float, Fraction | None] | None]:
        if self.data.get("a") not in (None, ""):
            a, estimate = self.get("a"), None
        else:
            low, high = self.get("lo"), self.get("hi")
            a, middle = (high - low) / 2, (high + low) / 2
            estimate = self.estimate(middle)
            if self.data.get("x") in (None, "") and not any(
                isinstance(self.data[key], float) for key in ("lo", "hi")
            ):
                number = (exact(self.data["lo"]) + exact(self.data["hi"])) / 2
                estimate = (float(number), number)
        if a < 0:
            raise QuantityError(
                "negative_u",
                "quantity '{name}': the half-width {u} is negative",
                name=self.name,
                u=a,
            )
        return a, estimate

    def _bounded(self) -> Quantity:
        a, estimate = self._half_width()
        beta = self.get("beta") if self.dist == "trap" else None
        params = {"a": a} if beta is None else {"a": a, "beta": beta}
        return self.build(
            a / distributions.divisor(self.dist, beta),
            self.dist,
            params,
            dof=self.dof(),
            statement=f"a = {a:g}" + ("" if beta is None else f", β = {beta:g}"),
            estimate=estimate,
        )

    def _rect_asym(self) -> Quantity:
        pair = (
            ("lo", "hi")
            if self.data.get("lo") not in (None, "")
            else ("a_minus", "a_plus")
        )
        low, high = (self.get(key) for key in pair)
        if high < low:
            raise QuantityError(
                "bounds", "quantity '{name}': the bounds are crossed", name=self.name
            )
        return self.build(
            (high - low) / math.sqrt(12),
            "rect_asym",
            {"lo": low, "hi": high},
            dof=self.dof(),
            statement=f"{low:g} to {high:g}",
            estimate=self.estimate((low + high) / 2),
        )

    def _ctrap(self) -> Quantity:
        low, high, d = self.get("lo"), self.get("hi"), self.get("d")
        if high < low or not 0 <= d <= (high - low) / 2:
            raise QuantityError(
                "bounds", "quantity '{name}': the bounds are crossed", name=self.name
            )
        return self.build(
            math.sqrt((high - low) ** 2 / 12 + d * d / 9),
            "ctrap",
            {"lo": low, "hi": high, "d": d},
            dof=self.dof(),
            statement=f"{low:g} to {high:g}, ±{d:g}",
            estimate=self.estimate((low + high) / 2),
        )

    def _t(self) -> Quantity:
        dof = self.dof()
        s = self.get("s" if self.data.get("s") not in (None, "") else "u")
        return self._spread(s, dof, statement=f"s = {s:g}")

    def _obs(self) -> Quantity:
        method = self.data.get("method") or "bessel"
        values = self.data["values"]
        try:
            if method == "bessel":
                result = bessel(values)
            elif method == "range":
                result = range_method(values, self.data.get("C"))
            else:
                raise QuantityError(
                    "unknown_method",
                    "quantity '{name}': the method {method!r} is neither bessel nor range",
                    name=self.name,
                    method=method,
                )
        except QuantityError:
            raise
        except (EngineError, TypeError) as error:
            raise QuantityError(
                getattr(error, "code", "not_a_number"),
                "quantity '{name}': {cause}",
                name=self.name,
                cause=str(error),
            ) from error
        assert result.mean_exact is not None
        return self._spread(
            result.u,
            float(result.dof),
            type="A",
            statement=f"{method}, n = {result.n}, s = {result.s:.3g}",
            estimate=self.estimate(result.mean_exact),
        )

    def _pooled(self) -> Quantity:
        return self._of_mean("sp")

    def _prior(self) -> Quantity:
        return self._of_mean("s")

    def _of_mean(self, key: str) -> Quantity:
        s, n = self.get(key), self.get("n", 1.0)
        if n < 1:
            raise QuantityError(
                "too_few", "quantity '{name}': n must be at least 1", name=self.name
            )
        return self._spread(
            s / math.sqrt(n),
            self.dof(),
            type="A",
            statement=f"{key} = {s:g}, n = {n:g}",
        )

    def _exponential(self) -> Quantity:
        x, _ = self.estimate()
        if x <= 0:
            raise QuantityError(
                "bounds", "quantity '{name}': the mean must be positive", name=self.name
            )
        return self.build(x, "exponential", {"mean": x}, statement="exponential")

    def _gamma(self) -> Quantity:
        shape, scale = self.get("shape"), self.get("scale", 1.0)
        if shape <= 0 or scale <= 0:
            raise QuantityError(
                "bounds", "quantity '{name}': shape must be positive", name=self.name
            )
        return self.build(
            math.sqrt(shape) * scale,
            "gamma",
            {"shape": shape, "scale": scale},
            statement=f"shape = {shape:g}",
            estimate=self.estimate(shape * scale),
        )


def resolution_uncertainty(step: Value, kind: str = "digital") -> float:
    """Return u of the resolution: digital 0.29 δx, analogue a/√3.

    JJF 1059.1-2012 4.3.3.4. Of repeatability and resolution the larger counts, not
    both (:func:`larger_of`).

    :param step: the digital step δx, or the half-width a of the estimate
    :param kind: ``digital`` or ``analog``
    :returns: u in the unit of the step
    :raises QuantityError: for a negative step, an unknown kind

    >>> round(resolution_uncertainty("0.01"), 5)
    0.00289
    """
    half = number_of(step, "resolution", "step") / (2 if kind == "digital" else 1)
    if half < 0 or kind not in ("digital", "analog"):
        raise QuantityError(
            "resolution", "a resolution is digital or analog, not negative"
        )
    return half / math.sqrt(3)


def larger_of(repeatability: Quantity, resolution: Quantity) -> Quantity:
    """Return the quantity of the larger uncertainty (JJF 1059.1-2012 4.3.3.4).

    :param repeatability, resolution: of one reading, one unit; raises nothing

    >>> larger_of(Quantity("s", 0, 0.1), Quantity("r", 0, 0.2)).name
    'r'
    """
    return resolution if resolution.u > repeatability.u else repeatability


def limit_uncertainty(
    reading: Value,
    relative: Value = 0,
    range_part: Value = 0,
    full_scale: Value = 0,
    absolute: Value = 0,
) -> tuple[float, float]:
    """Return half-width and u of ±(relative·reading + range_part·range + absolute).

    JJF 1059.1-2012 4.3.3: rectangular, u = a/√3. Parts are ratios (14 ppm = 14e-6).

    :param reading, full_scale, absolute: one unit; :param relative, range_part: ratios
    :returns: (half-width, u) in that unit
    :raises QuantityError: for what is not a number

    >>> a, u = limit_uncertainty("0.928571", "14e-6", "2e-6", "1")
    >>> round(a * 1e6, 2), round(u * 1e6, 2)
    (15.0, 8.66)
    """
    parts = [
        number_of(value, "limit", "value")
        for value in (reading, relative, range_part, full_scale, absolute)
    ]
    half = abs(parts[0]) * parts[1] + abs(parts[3]) * parts[2] + parts[4]
    return half, half / math.sqrt(3)
