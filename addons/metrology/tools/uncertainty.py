# SPDX-License-Identifier: AGPL-3.0-only
"""Uncertainty budgets (JJF 1059.1-2012, JCGM 100:2008).

Examples
    >>> budget = evaluate_budget("x + y", {
    ...     "x": {"x": "10.00", "u": "0.3"}, "y": {"x": "0.00", "u": "0.4"}})
    >>> budget.u, budget.U, str(budget.report())
    (0.5, 1.0, '10.0 ± 1.0')

How it works
    The model is a text of the formula language. GTC propagates: each input is a unit
    uncertain number, its component in the result is the sensitivity coefficient (the
    derivative, not a difference quotient). The law of propagation with correlations,
    the effective degrees of freedom and the coverage factor follow from them. When all
    estimates are exact and the model is rational, the value is exact too.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from . import distributions
from .errors import BudgetError, EngineError, QuantityError
from .explanation import Explained, explains
from .formula import Model, compile_model
from .formula_numbers import Jet, JetNumbers
from .rounding import (
    Exact,
    ReportedPair,
    Rounding,
    exact,
    from_float,
    plain,
    report_pair,
    round_significant,
)
from .statistics import bessel, range_method
from .version import ENGINE_VERSION

__all__ = [
    "BudgetResult",
    "Contribution",
    "Quantity",
    "SecondOrder",
    "combine",
    "effective_dof",
    "evaluate_budget",
    "limit_uncertainty",
    "quantity",
    "resolution_uncertainty",
    "second_order",
]

Value = Exact | float
DofRule = Literal["floor", "exact", "round"]
Coverage = Literal["k", "t", "auto"]

#: u_R/u_1 below which a distribution dominates the budget (EA-4/02 S9.14, S10.13)
DOMINANCE = 0.3


def _number(value: Any, name: str, what: str) -> float:
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
        return _number(value, self.name, key)

    def dof(self, default: float = math.inf) -> float:
        value = self.data.get("dof")
        if value in (None, "", "inf", "infinity", "∞"):
            return default
        if isinstance(value, float) and math.isinf(value):
            return math.inf
        return _number(value, self.name, "dof")

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
    half = _number(step, "resolution", "step") / (2 if kind == "digital" else 1)
    if half < 0 or kind not in ("digital", "analog"):
        raise QuantityError(
            "resolution", "a resolution is digital or analog, not negative"
        )
    return half / math.sqrt(3)


def larger_of(repeatability: Quantity, resolution: Quantity) -> Quantity:
    """Return the quantity of the larger uncertainty (JJF 1059.1-2012 4.3.3.4).

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
        _number(value, "limit", "value")
        for value in (reading, relative, range_part, full_scale, absolute)
    ]
    half = abs(parts[0]) * parts[1] + abs(parts[3]) * parts[2] + parts[4]
    return half, half / math.sqrt(3)


# ---------------------------------------------------------------------- budget


@dataclass(frozen=True)
class Contribution:
    """One line of a budget: u_i(y) = |c_i| u(x_i)."""

    name: str
    x: float
    x_exact: Fraction | None
    u: float
    dist: str
    dof: float
    type: str
    c: float
    contribution: float
    share: float
    unit: str = ""
    description: str = ""
    statement: str = ""

    @property
    def x_text(self) -> str:
        """The estimate as text, exact where it was given exactly."""
        return f"{self.x:.12g}" if self.x_exact is None else plain(self.x_exact)


@dataclass(frozen=True)
class BudgetResult:
    """A combined result: value, standard and expanded uncertainty, and their origin."""

    model: str
    y: float
    u: float
    dof: float
    k: float
    p: float | None
    U: float
    coverage: str
    contributions: tuple[Contribution, ...]
    correlations: tuple[tuple[str, str, float], ...]
    warnings: tuple[str, ...]
    unit: str
    dof_rule: str
    quantities: tuple[Quantity, ...]
    fingerprint: str
    compiled: Model = field(repr=False, compare=False)
    version: str = ENGINE_VERSION

    @functools.cached_property
    def y_exact(self) -> Fraction | None:
        """The value computed exactly, None when an estimate is not exact."""
        return _exact_value(self.compiled, self.quantities)

    def report(self, digits: int = 2, mode: Rounding = "half_even") -> ReportedPair:
        """Return value and U as printed (JJF 1059.1-2012 5.3.8)."""
        value = self.y_exact if self.y_exact is not None else from_float(self.y, 15)
        return report_pair(value, self.U, digits, mode)

    def table(self) -> list[dict[str, str]]:
        """Return the budget table as texts, one dict a line, the result last.

        Keys: quantity, description, estimate, unit, distribution, type, u, dof, c,
        contribution, share (percent).
        """
        rows = [
            {
                "quantity": item.name,
                "description": item.description,
                "estimate": item.x_text,
                "unit": item.unit,
                "distribution": item.dist,
                "type": item.type,
                "statement": item.statement,
                "u": _short(item.u),
                "dof": _dof_text(item.dof),
                "c": _short(item.c, 4),
                "contribution": _short(item.contribution),
                "share": f"{100 * item.share:.1f}",
            }
            for item in self.contributions
        ]
        rows.append(
            {
                "quantity": "y",
                "description": "",
                "estimate": plain(self.y_exact)
                if self.y_exact is not None
                else plain(from_float(self.y, 12)),
                "unit": self.unit,
                "distribution": self.coverage,
                "type": "",
                "statement": f"k = {self.k:.4g}",
                "u": _short(self.u),
                "dof": _dof_text(self.dof),
                "c": "",
                "contribution": _short(self.u),
                "share": "100.0",
            }
        )
        return rows

    def explain(self) -> dict[str, Any]:
        """Return inputs, formula, intermediate values and version (JSON)."""
        return {
            "engine": self.version,
            "fingerprint": self.fingerprint,
            "standard": "JJF 1059.1-2012 / JCGM 100:2008",
            "formula": self.model,
            "inputs": [item.explain() for item in self.quantities],
            "correlations": [list(item) for item in self.correlations],
            "sensitivities": {item.name: item.c for item in self.contributions},
            "contributions": {
                item.name: item.contribution for item in self.contributions
            },
            "y": plain(self.y_exact) if self.y_exact is not None else self.y,
            "u": self.u,
            "dof": None if math.isinf(self.dof) else self.dof,
            "dof_rule": self.dof_rule,
            "coverage": self.coverage,
            "k": self.k,
            "p": self.p,
            "U": self.U,
            "unit": self.unit,
            "warnings": list(self.warnings),
        }


def _short(value: float, digits: int = 3) -> str:
    if not value:
        return "0"
    if not math.isfinite(value):
        return str(value)
    if 1e-6 <= abs(value) < 1e7:
        return round_significant(from_float(value), digits)
    return f"{value:.{digits - 1}e}"


def _dof_text(dof: float) -> str:
    return "∞" if math.isinf(dof) else f"{dof:.4g}"


def combine(
    contributions: Sequence[float],
    correlations: Sequence[tuple[int, int, float]] = (),
) -> float:
    """Return u_c = sqrt(Σ u_i² + 2 Σ r_ij u_i u_j) of signed contributions c_i u_i.

    JJF 1059.1-2012 4.4.1, JCGM 100 5.2.2.

    :param contributions: signed c_i·u_i, one unit; :param correlations: (i, j, r)
    :returns: u_c in that unit; raises nothing

    >>> combine([0.3, 0.4]), combine([1, 1], [(0, 1, -1)])
    (0.5, 0.0)
    """
    if not correlations:
        return math.hypot(*contributions)
    total = math.fsum(
        [value * value for value in contributions]
        + [2 * r * contributions[i] * contributions[j] for i, j, r in correlations]
    )
    # rounding may leave a tiny negative where everything cancels
    return math.sqrt(max(total, 0.0))


def effective_dof(
    u: float,
    contributions: Sequence[float],
    dofs: Sequence[float],
    rule: DofRule = "exact",
) -> float:
    """Return ν_eff = u⁴/Σ(u_i⁴/ν_i) (Welch-Satterthwaite).

    JJF 1059.1-2012 4.4.6, JCGM 100 G.4.1. ``floor`` truncates as JJF 1059.1 does,
    ``round`` takes the nearest integer, ``exact`` leaves the fraction.

    :param u: combined; :param contributions: c_i·u_i; :param dofs: ν_i
    :raises BudgetError: for an unknown rule

    >>> effective_dof(0.5, [0.3, 0.4], [9, math.inf], "floor")
    69
    """
    if rule not in ("floor", "round", "exact"):
        raise BudgetError(
            "dof_rule", "the rule {rule!r} is none of floor, round, exact", rule=rule
        )
    if u <= 0:
        return math.inf
    ratios = [
        (value / u) ** 4 / nu
        for value, nu in zip(contributions, dofs, strict=True)
        if value and nu < math.inf
    ]
    total = math.fsum(ratios)
    if total <= 0 or 1 / total > 1e12:
        return math.inf
    dof = 1 / total
    if rule == "floor":
        return max(1, math.floor(dof + 1e-9))
    if rule == "round":
        return max(1, round(dof))
    return dof


def _pairs(
    correlations: Sequence[Sequence[Any]], index: Mapping[str, int]
) -> list[tuple[int, int, float]]:
    """Check correlation coefficients and return them by index."""
    pairs: dict[tuple[int, int], float] = {}
    for item in correlations:
        if len(item) != 3:
            raise BudgetError("correlation", "a correlation is (name, name, r)")
        one, two, r = str(item[0]), str(item[1]), item[2]
        for name in (one, two):
            if name not in index:
                raise BudgetError(
                    "unknown_name",
                    "a correlation names '{name}', which is no quantity",
                    name=name,
                )
        value = _number(r, f"{one}, {two}", "correlation")
        if one == two or not -1 <= value <= 1:
            raise BudgetError(
                "correlation",
                "the correlation {r} of '{one}' and '{two}' is not within ±1",
                one=one,
                two=two,
                r=r,
            )
        low, high = sorted((index[one], index[two]))
        key = (low, high)
        if key in pairs and pairs[key] != value:
            raise BudgetError(
                "correlation",
                "'{one}' and '{two}' are correlated twice",
                one=one,
                two=two,
            )
        pairs[key] = value
    if pairs:
        _check_matrix(pairs, len(index))
    return [(i, j, r) for (i, j), r in pairs.items() if r]


def _check_matrix(pairs: Mapping[tuple[int, int], float], size: int) -> None:
    """Refuse correlations that cannot hold together (not positive semidefinite)."""
    used = sorted({i for pair in pairs for i in pair})
    place = {i: n for n, i in enumerate(used)}
    n = len(used)
    matrix = [[float(i == j) for j in range(n)] for i in range(n)]
    for (i, j), r in pairs.items():
        matrix[place[i]][place[j]] = matrix[place[j]][place[i]] = r
    # Cholesky with tolerance: pivots may vanish, not become negative
    for k in range(n):
        pivot = matrix[k][k]
        if pivot < -1e-9:
            raise BudgetError(
                "correlation_matrix",
                "the correlations contradict each other: the matrix is not positive "
                "semidefinite",
            )
        for i in range(k + 1, n):
            if pivot <= 1e-9:
                if abs(matrix[i][k]) > 1e-6:
                    raise BudgetError(
                        "correlation_matrix",
                        "the correlations contradict each other: the matrix is not "
                        "positive semidefinite",
                    )
                continue
            factor = matrix[i][k] / pivot
            for j in range(k + 1, n):
                matrix[i][j] -= factor * matrix[k][j]


def sensitivities(
    model: Model, quantities: Sequence[Quantity]
) -> tuple[float, list[float]]:
    """Return the value and the derivative by each quantity (GTC)."""
    import GTC

    inputs = {item.name: GTC.ureal(item.x, 1.0) for item in quantities}
    result = model.evaluate(inputs, "uncertain")
    if isinstance(result, (float, int)):
        return float(result), [0.0] * len(quantities)
    return result.x, [result.sensitivity(inputs[item.name]) for item in quantities]


def evaluate_budget(
    model: str | Model,
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
    correlations: Sequence[Sequence[Any]] = (),
    *,
    k: Value | None = None,
    p: float = 0.95,
    dof_rule: DofRule = "floor",
    coverage: Coverage = "k",
    unit: str = "",
) -> BudgetResult:
    """Evaluate an uncertainty budget (JJF 1059.1-2012 4.4 and 4.5, JCGM 100 clause 5).

    :param model: text of the formula language, for example ``"tS + dD - di"``
    :param quantities: data (:func:`quantity`) or quantities by name
    :param correlations: (name, name, r)
    :param k: coverage factor when it is agreed; without it and with coverage ``k``: 2
    :param p: coverage probability of ``t`` and ``auto``
    :param dof_rule: how ν_eff becomes the argument of t: floor (JJF 1059.1), round, exact
    :param coverage: ``k`` the factor k; ``t`` t_p(ν_eff); ``auto`` first looks for one
        or two dominating rectangular inputs (EA-4/02 S9 and S10), else t_p(ν_eff)
    :returns: :class:`BudgetResult`
    :raises QuantityError, FormulaError, BudgetError: naming what is wrong

    >>> result = evaluate_budget("a*b", {"a": {"x": "2", "u": "0.1", "dof": 9},
    ...     "b": {"x": "3", "dist": "rect", "a": "0.1"}}, coverage="t")
    >>> round(result.u, 4), result.dof, round(result.k, 3), result.y_exact
    (0.3215, 11, 2.201, Fraction(6, 1))
    """
    if isinstance(quantities, Mapping):
        items = [quantity(name, data) for name, data in quantities.items()]
    else:
        items = list(quantities)
    names = [item.name for item in items]
    if len(set(names)) != len(names):
        raise BudgetError("twice", "two quantities have one name")
    compiled = model if isinstance(model, Model) else compile_model(model, names)
    index = {name: i for i, name in enumerate(names)}
    pairs = _pairs(correlations, index)
    y, c = sensitivities(compiled, items)
    signed = [ci * item.u for ci, item in zip(c, items, strict=True)]
    u = combine(signed, pairs)
    dof = effective_dof(u, signed, [item.dof for item in items], dof_rule)
    warnings = _warnings(compiled, items, c, signed, pairs, u)
    kind, factor, probability = _coverage(
        coverage, None if k is None else _number(k, "coverage", "k"), p, dof, items, signed, u,
        bool(pairs),
    )  # fmt: skip
    total = math.fsum(value * value for value in signed)
    lines = tuple(
        Contribution(
            item.name,
            item.x,
            item.x_exact,
            item.u,
            item.dist,
            item.dof,
            item.type,
            ci,
            abs(value),
            value * value / total if total else 0.0,
            item.unit,
            item.description,
            item.statement,
        )
        for item, ci, value in zip(items, c, signed, strict=True)
    )
    return BudgetResult(
        compiled.text,
        y,
        u,
        dof,
        factor,
        probability,
        factor * u,
        kind,
        lines,
        tuple((names[i], names[j], r) for i, j, r in pairs),
        tuple(warnings),
        unit,
        dof_rule,
        tuple(items),
        compiled.fingerprint,
        compiled,
    )


def _exact_value(model: Model, items: Sequence[Quantity]) -> Fraction | None:
    values = {item.name: item.x_exact for item in items}
    if any(values[name] is None for name in model.names):
        return None
    try:
        value: Fraction = model.evaluate(values, "exact")
    except EngineError:
        return None
    return value


def _warnings(
    model: Model,
    items: Sequence[Quantity],
    c: Sequence[float],
    signed: Sequence[float],
    pairs: Sequence[tuple[int, int, float]],
    u: float,
) -> list[str]:
    found = []
    if pairs and any(items[n].dof < math.inf for i, j, _ in pairs for n in (i, j)):
        found.append("correlated_dof")
    blind = [
        item
        for item, derivative in zip(items, c, strict=True)
        if item.u and not derivative and item.name in model.names
    ]
    if blind:
        # first order sees nothing here; is there something at second order?
        numbers = JetNumbers()
        for item in blind:
            point: dict[str, Any] = {other.name: other.x for other in items}
            point[item.name] = Jet({(0, 0): item.x, (1, 0): 1.0})
            for other in items:
                if other is not item and other.u:
                    point[other.name] = Jet({(0, 0): other.x, (0, 1): 1.0})
            try:
                c2 = Jet.of(model.evaluate(point, numbers=numbers)).c
            except EngineError:
                continue
            if c2.get((2, 0)) or c2.get((1, 1)):
                found.append(f"second_order:{item.name}")
    return found


def _coverage(
    coverage: str,
    k: float | None,
    p: float,
    dof: float,
    items: Sequence[Quantity],
    signed: Sequence[float],
    u: float,
    correlated: bool,
) -> tuple[str, float, float | None]:
    """Choose the coverage factor; returns kind, k and the probability where known."""
    if coverage not in ("k", "t", "auto"):
        raise BudgetError(
            "coverage", "coverage {coverage!r} is none of k, t, auto", coverage=coverage
        )
    if k is not None or coverage == "k":
        factor = 2.0 if k is None else k
        if not factor > 0:
            raise BudgetError(
                "coverage_factor", "the coverage factor {k} is not positive", k=k
            )
        return "k", factor, None
    if coverage == "auto" and not correlated:
        found = dominant(
            [abs(value) for value in signed], [item.dist for item in items], p
        )
        if found:
            return (*found, p)
    return "t", distributions.t_factor(p, dof), p


def dominant(
    contributions: Sequence[float], dists: Sequence[str], p: float = 0.95
) -> tuple[str, float] | None:
    """Return kind and k when one or two rectangular inputs dominate, else None.

    EA-4/02 M:2022 S9.14 (one: rectangular, k = p·√3) and S10.13 (two: trapezoid with
    β = |u1-u2|/(u1+u2)); dominating means that all others together are at most 0.3 of it.

    >>> dominant([1.0, 0.1], ["rect", "normal"])
    ('rectangular', 1.6454482671904334)
    """
    order = sorted(range(len(contributions)), key=lambda i: -contributions[i])
    for count in (1, 2):
        first = order[:count]
        if len(first) < count or any(dists[i] != "rect" for i in first):
            return None
        size = math.hypot(*(contributions[i] for i in first))
        rest = math.hypot(*(contributions[i] for i in order[count:]), 0.0)
        if not size or rest / size > DOMINANCE:
            continue
        if count == 1:
            return "rectangular", distributions.coverage_factor("rect", p)
        one, two = (contributions[i] for i in first)
        beta = abs(one - two) / (one + two)
        return "trapezoidal", distributions.coverage_factor("trap", p, beta=beta)
    return None


# ---------------------------------------------------------------- second order


@dataclass(frozen=True)
class SecondOrder(Explained):
    """Second-order terms of the law of propagation (JCGM 100 5.1.2 note).

    ``terms[(a, b)]`` is the contribution |√(½f_ij² + f_i f_ijj)|·u_i·u_j to u of the
    pair, both orders together; ``variance[(a, b)]`` keeps its sign.
    """

    standard = "JCGM 100:2008 5.1.2 note"
    formulas = (
        "u**2 = sum(c_i**2 u_i**2) + sum(sum((f_ij**2/2 + f_i f_ijj) u_i**2 u_j**2))",
    )

    u1: float
    u: float
    y: float
    y_shift: float
    variance: dict[tuple[str, str], float]
    c: dict[str, float]

    @property
    def terms(self) -> dict[tuple[str, str], float]:
        """Return the size of each pair's contribution to u, largest first."""
        sizes = {
            pair: math.sqrt(abs(value))
            for pair, value in self.variance.items()
            if value
        }
        return dict(sorted(sizes.items(), key=lambda item: -item[1]))

    def grouped(self, least: float = 0.01) -> list[float]:
        """Return the terms joined where they share a quantity, largest first.

        Terms below ``least`` of u are left out, as JCGM 100 H.1.7 does: there the pairs
        (δα, θ̄) and (δα, Δ) are one term l_s·u(δα)·u(θ).
        """
        kept = {
            p: v
            for p, v in self.variance.items()
            if math.sqrt(abs(v)) >= least * self.u
        }
        groups: list[tuple[set[str], float]] = []
        for pair, value in kept.items():
            members, total = set(pair), value
            rest = []
            for names, amount in groups:
                if names & members:
                    members |= names
                    total += amount
                else:
                    rest.append((names, amount))
            groups = [*rest, (members, total)]
        return sorted((math.sqrt(abs(value)) for _, value in groups), reverse=True)

    @property
    def needed(self) -> bool:
        """Whether first order is off by more than 5 % of u."""
        return abs(self.u - self.u1) > 0.05 * self.u if self.u else False


@explains
def second_order(
    model: str | Model,
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
) -> SecondOrder:
    """Return the law of propagation with the next higher-order terms.

    JCGM 100:2008 5.1.2 note: u² += ΣΣ (½ f_ij² + f_i f_ijj) u_i² u_j² for independent,
    symmetric inputs. Derivatives up to the third are exact (truncated Taylor series);
    ``y_shift`` = ½ Σ f_ii u_i² is the shift of the mean.

    :param model, quantities: as for :func:`evaluate_budget`, without correlations
    :raises EngineError: as there, or where the model has no derivative

    >>> result = second_order("x**2", {"x": {"x": "0", "u": "1"}})
    >>> result.u1, round(result.u, 4), result.y_shift
    (0.0, 1.4142, 1.0)
    """
    if isinstance(quantities, Mapping):
        items = [quantity(name, data) for name, data in quantities.items()]
    else:
        items = list(quantities)
    compiled = (
        model
        if isinstance(model, Model)
        else compile_model(model, [i.name for i in items])
    )
    active = [item for item in items if item.u and item.name in compiled.names]
    values: dict[str, Any] = {item.name: item.x for item in items}
    numbers = JetNumbers()

    def jet(seeds: Mapping[str, tuple[int, int]]) -> Jet:
        point = dict(values)
        for name, key in seeds.items():
            point[name] = Jet({(0, 0): values[name], key: 1.0})
        return Jet.of(compiled.evaluate(point, numbers=numbers))

    first: dict[str, float] = {}
    variance: dict[tuple[str, str], float] = {}
    shift, y = 0.0, 0.0
    for item in active:
        c = jet({item.name: (1, 0)}).c
        f, f2, f3 = c.get((1, 0), 0.0), 2 * c.get((2, 0), 0.0), 6 * c.get((3, 0), 0.0)
        first[item.name] = f
        shift += f2 * item.u**2 / 2
        variance[(item.name, item.name)] = (f2 * f2 / 2 + f * f3) * item.u**4
    for n, one in enumerate(active):
        for two in active[n + 1 :]:
            c = jet({one.name: (1, 0), two.name: (0, 1)}).c
            mixed = c.get((1, 1), 0.0)
            f122, f112 = 2 * c.get((1, 2), 0.0), 2 * c.get((2, 1), 0.0)
            # both orders of the double sum
            variance[(one.name, two.name)] = (
                mixed * mixed + first[one.name] * f122 + first[two.name] * f112
            ) * (one.u * two.u) ** 2
    y = Jet.of(compiled.evaluate(values, numbers=numbers)).x
    linear = math.hypot(*(first[item.name] * item.u for item in active), 0.0)
    total = linear * linear + math.fsum(variance.values())
    return SecondOrder(linear, math.sqrt(max(total, 0.0)), y, shift, variance, first)
