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
from .errors import BudgetError, EngineError
from .formula import Model, compile_model
from .formula_numbers import Jet, JetNumbers
from .quantities import (
    Quantity,
    larger_of,
    limit_uncertainty,
    number_of,
    quantity,
    resolution_uncertainty,
)
from .rounding import (
    Exact,
    ReportedPair,
    Rounding,
    from_float,
    plain,
    report_pair,
    round_significant,
)
from .second_order import SecondOrder, second_order
from .version import ENGINE_VERSION

__all__ = [
    "BudgetResult",
    "Contribution",
    "Quantity",
    "SecondOrder",
    "combine",
    "dominant",
    "effective_dof",
    "evaluate_budget",
    "larger_of",
    "limit_uncertainty",
    "quantity",
    "resolution_uncertainty",
    "second_order",
    "sensitivities",
]

Value = Exact | float
DofRule = Literal["floor", "exact", "round"]
Coverage = Literal["k", "t", "auto"]

#: u_R/u_1 below which a distribution dominates the budget (EA-4/02 S9.14, S10.13)
DOMINANCE = 0.3


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


def correlation_pairs(
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
        value = number_of(r, f"{one}, {two}", "correlation")
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
    """Return the value and the derivative by each quantity, computed by GTC.

    JCGM 100 5.1.3: c_i = ∂f/∂x_i at the estimates.

    :param model: of :func:`formula.compile_model`; :param quantities: its inputs
    :returns: (y, [c_i]), c_i in the unit of y over that of x_i
    :raises EvaluationError: where the model is not defined

    >>> sensitivities(compile_model("a*b", ["a", "b"]),
    ...     [Quantity("a", 2.0, 0.1), Quantity("b", 3.0, 0.1)])
    (6.0, [3.0, 2.0])
    """
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
    pairs = correlation_pairs(correlations, index)
    y, c = sensitivities(compiled, items)
    signed = [ci * item.u for ci, item in zip(c, items, strict=True)]
    u = combine(signed, pairs)
    dof = effective_dof(u, signed, [item.dof for item in items], dof_rule)
    warnings = _warnings(compiled, items, c, signed, pairs, u)
    kind, factor, probability = _coverage(
        coverage, None if k is None else number_of(k, "coverage", "k"), p, dof, items, signed, u,
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

    :param contributions: |c_i| u_i, one unit; :param dists: their distributions
    :param p: coverage probability
    :returns: ("rectangular" or "trapezoidal", k) or None
    :raises QuantityError: for a probability out of range

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
