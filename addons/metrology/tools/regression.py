# SPDX-License-Identifier: AGPL-3.0-only
"""Fits, analysis of variance and several results at once.

Least squares are solved exactly (fractions), so that NIST StRD certified values come
out to all their digits; only roots are floats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .errors import BudgetError
from .explanation import Explained, explains
from .formula import compile_model
from .rounding import Exact, exact
from .statistics import _root, bessel
from .uncertainty import Quantity, correlation_pairs, quantity, sensitivities

__all__ = [
    "Anova",
    "Fit",
    "LineFit",
    "MultiResult",
    "anova",
    "anova_summary",
    "evaluate_multivariate",
    "fit_line",
    "fit_polynomial",
    "simultaneous",
]

Value = Exact | float


def _exact(value: Value) -> Fraction:
    return exact(repr(value)) if isinstance(value, float) else exact(value)


def _solve(matrix: list[list[Fraction]], what: str) -> list[list[Fraction]]:
    """Return the inverse of a symmetric matrix (Gauss-Jordan on fractions)."""
    n = len(matrix)
    rows = [
        [*row, *(Fraction(i == j) for j in range(n))] for i, row in enumerate(matrix)
    ]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            raise BudgetError(
                "singular",
                "{what} has no unique solution: the points coincide",
                what=what,
            )
        rows[k], rows[pivot] = rows[pivot], rows[k]
        factor = rows[k][k]
        rows[k] = [value / factor for value in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                factor = rows[i][k]
                rows[i] = [
                    a - factor * b for a, b in zip(rows[i], rows[k], strict=True)
                ]
    return [row[n:] for row in rows]


@dataclass(frozen=True)
class Fit(Explained):
    """A least-squares polynomial y = Σ b_j x^(powers_j)."""

    standard = "JCGM 100:2008 H.3"
    formulas = ("y = sum(b_j x**p_j), minimum of the squares",)

    powers: tuple[int, ...]
    b: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    s: float
    dof: int
    n: int
    b_exact: tuple[Fraction, ...]

    def __call__(self, x: float) -> float:
        """Return the fitted value at x."""
        return math.fsum(
            b * x**power for b, power in zip(self.b, self.powers, strict=True)
        )

    def u(self, x: float) -> float:
        """Return the standard uncertainty of the fitted value at x."""
        design = [x**power for power in self.powers]
        return math.sqrt(
            max(
                0.0,
                math.fsum(
                    one * two * self.covariance[i][j]
                    for i, one in enumerate(design)
                    for j, two in enumerate(design)
                ),
            )
        )

    def u_new(self, x: float) -> float:
        """Return the standard uncertainty of a new single observation at x."""
        return math.hypot(self.s, self.u(x))


@explains
def fit_polynomial(
    x: Sequence[Value],
    y: Sequence[Value],
    order: int = 1,
    *,
    constant: bool = True,
) -> Fit:
    """Fit a polynomial by least squares, exactly.

    JCGM 100 H.3 for order 1; without constant for drifts (NASA-HDBK-8739.19-5).

    :param x, y: points, typed or computed; more of them than coefficients
    :raises BudgetError: too few points, points that coincide

    >>> fit = fit_polynomial([1, 2, 3], [2, 4, 7], 1, constant=False)
    >>> round(fit.b[0], 6), fit.dof
    (2.214286, 2)
    """
    powers = tuple(range(0 if constant else 1, order + 1))
    if len(x) != len(y) or len(x) <= len(powers):
        raise BudgetError(
            "too_few",
            "{what} needs {least} values, there are {n}",
            what="the fit",
            least=len(powers) + 1,
            n=min(len(x), len(y)),
        )
    xs, ys = [_exact(v) for v in x], [_exact(v) for v in y]
    sums = [sum((v**k for v in xs), Fraction(0)) for k in range(2 * order + 1)]
    matrix = [[sums[p + q] for q in powers] for p in powers]
    right = [
        sum((v**p * w for v, w in zip(xs, ys, strict=True)), Fraction(0))
        for p in powers
    ]
    inverse = _solve(matrix, "the fit")
    b = [
        sum((a * r for a, r in zip(row, right, strict=True)), Fraction(0))
        for row in inverse
    ]
    residuals = [
        w - sum((c * v**p for c, p in zip(b, powers, strict=True)), Fraction(0))
        for v, w in zip(xs, ys, strict=True)
    ]
    dof = len(xs) - len(powers)
    variance = sum((r * r for r in residuals), Fraction(0)) / dof
    return Fit(
        powers,
        tuple(map(float, b)),
        tuple(tuple(float(value * variance) for value in row) for row in inverse),
        _root(variance),
        dof,
        len(xs),
        tuple(b),
    )


@dataclass(frozen=True)
class LineFit(Explained):
    """A calibration line y = a + b (x - x0) and its uncertainties."""

    standard = "JCGM 100:2008 H.3"
    formulas = ("y = a + b (x - x0)",)

    a: float
    b: float
    u_a: float
    u_b: float
    r: float
    s: float
    dof: int
    x0: float
    fit: Fit

    def predict(self, x: Value) -> tuple[float, float]:
        """Return the value on the line at x and its standard uncertainty.

        JCGM 100 H.3.4: u² = u²(a) + (x-x0)² u²(b) + 2 (x-x0) r u(a) u(b).
        """
        d = float(_exact(x)) - self.x0
        return self.fit(d), self.fit.u(d)

    def predict_new(self, x: Value) -> tuple[float, float]:
        """Return the expected new observation at x and its standard uncertainty."""
        d = float(_exact(x)) - self.x0
        return self.fit(d), self.fit.u_new(d)

    def solve(self, y: Value, observations: int = 1) -> tuple[float, float]:
        """Return x for a mean of observed y, and its standard uncertainty.

        First order: u(x) = sqrt(s²/m + u²(line at x))/|b|.

        :raises BudgetError: for a line without slope
        """
        if not self.b:
            raise BudgetError("no_slope", "a line without slope cannot be inverted")
        d = (float(_exact(y)) - self.a) / self.b
        u = math.sqrt(self.s**2 / observations + self.fit.u(d) ** 2) / abs(self.b)
        return d + self.x0, u


@explains
def fit_line(x: Sequence[Value], y: Sequence[Value], x0: Value = 0) -> LineFit:
    """Fit a line by least squares (JCGM 100 H.3, JJF 1059.1 4.3.2.5).

    :param x0: reference abscissa: the intercept is the value there
    :returns: a, b, their standard uncertainties and correlation r, residual s, ν = n - 2
    :param x, y: points, typed or computed; the units are the caller's
    :raises BudgetError: fewer than three points, points of one abscissa

    >>> line = fit_line([1, 2, 3, 4], [2, 4, 6, 8])
    >>> line.a, line.b, line.s
    (0.0, 2.0, 0.0)
    """
    shift = _exact(x0)
    fit = fit_polynomial([_exact(v) - shift for v in x], y, 1)
    (vaa, vab), (_, vbb) = fit.covariance
    r = vab / math.sqrt(vaa * vbb) if vaa and vbb else 0.0
    return LineFit(
        fit.b[0],
        fit.b[1],
        math.sqrt(vaa),
        math.sqrt(vbb),
        r,
        fit.s,
        fit.dof,
        float(shift),
        fit,
    )


# -------------------------------------------------------------------- variance


@dataclass(frozen=True)
class Anova(Explained):
    """A balanced one-way analysis of variance: J groups of K readings.

    ``s_a``: between groups, from K·s²(group means); ``s_b``: within groups; ``s_B``:
    the component between groups itself; ``u``: of the grand mean with the effect;
    ``u_pooled``: of the grand mean when the groups do not differ.
    """

    standard = "JCGM 100:2008 H.5"
    formulas = (
        "s_a**2 = K s(means)**2",
        "s_b**2 = mean(s**2)",
        "F = s_a**2/s_b**2",
        "s_B**2 = (s_a**2 - s_b**2)/K",
    )

    J: int
    K: int
    mean: float
    s_means: float
    s_a: float
    s_b: float
    F: float
    dof_a: int
    dof_b: int
    s_B: float
    u: float
    u_pooled: float

    def critical(self, p: float = 0.95) -> float:
        """Return F_p(ν_a, ν_b)."""
        from scipy.special import fdtri

        return float(fdtri(self.dof_a, self.dof_b, p))

    def significant(self, p: float = 0.95) -> bool:
        """Whether the groups differ at the probability p."""
        return self.F > self.critical(p)


@explains
def anova_summary(means: Sequence[Value], s: Sequence[Value], K: int) -> Anova:
    """Analyse J group means and standard deviations of K readings each (JCGM 100 H.5).

    :param means: group means; :param s: standard deviations in the same unit
    :raises BudgetError: fewer than two groups or readings

    >>> result = anova_summary(["1", "2", "3"], ["0.1", "0.1", "0.1"], 5)
    >>> round(result.F, 1), round(result.critical(), 2)
    (500.0, 3.89)
    """
    J = len(means)
    if J < 2 or K < 2 or len(s) != J:
        raise BudgetError(
            "anova", "an analysis of variance needs two groups of two readings"
        )
    groups = bessel(means)
    assert groups.mean_exact is not None
    var_means = sum(
        ((_exact(m) - groups.mean_exact) ** 2 for m in means), Fraction(0)
    ) / (J - 1)
    within = sum((_exact(v) ** 2 for v in s), Fraction(0)) / J
    between = K * var_means
    dof_a, dof_b = J - 1, J * (K - 1)
    component = max(Fraction(0), (between - within) / K)
    together = (dof_a * between + dof_b * within) / (dof_a + dof_b)
    return Anova(
        J,
        K,
        groups.mean,
        _root(var_means),
        _root(between),
        _root(within),
        float(between / within) if within else math.inf,
        dof_a,
        dof_b,
        _root(component),
        _root(var_means / J),
        _root(together / (J * K)),
    )


def anova(groups: Sequence[Sequence[Value]]) -> Anova:
    """Analyse J groups of K readings each.

    :param groups: J groups of K readings, one unit (JCGM 100 H.5)
    :raises BudgetError: groups of different size, fewer than two

    >>> round(anova([["1", "2"], ["3", "4"]]).F, 9)
    8.0
    """
    sizes = {len(group) for group in groups}
    if len(sizes) != 1:
        raise BudgetError(
            "unbalanced", "all groups must have the same number of readings"
        )
    results = [bessel(group) for group in groups]
    return anova_summary(
        [r.mean_exact for r in results if r.mean_exact is not None],
        [r.s for r in results],
        sizes.pop(),
    )


# ---------------------------------------------------------------- multivariate


@dataclass(frozen=True)
class MultiResult(Explained):
    """Several results of the same inputs, with their covariance."""

    standard = "JCGM 102:2011 6.2 / JCGM 100:2008 H.2"
    formulas = ("U_y = C U_x C^T",)

    names: tuple[str, ...]
    y: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    models: Mapping[str, str]

    @property
    def u(self) -> tuple[float, ...]:
        """Standard uncertainties."""
        return tuple(
            math.sqrt(max(0.0, row[i])) for i, row in enumerate(self.covariance)
        )

    def r(self, one: str, two: str) -> float:
        """Return the correlation coefficient of two results."""
        i, j = self.names.index(one), self.names.index(two)
        spread = self.u[i] * self.u[j]
        return self.covariance[i][j] / spread if spread else 0.0

    @property
    def correlations(self) -> list[tuple[str, str, float]]:
        """All pairs with their coefficient, in the order of the names."""
        return [
            (one, two, self.r(one, two))
            for i, one in enumerate(self.names)
            for two in self.names[i + 1 :]
        ]


def simultaneous(
    observations: Mapping[str, Sequence[Value]],
) -> tuple[list[Quantity], list[tuple[str, str, float]]]:
    """Evaluate quantities observed together: means and their correlations.

    JCGM 100 5.2.3 and H.2: s(x̄_i, x̄_j) = Σ(x_i-x̄_i)(x_j-x̄_j)/(n(n-1)).

    :param observations: n readings by name, all series of the same length
    :returns: quantities (type A, ν = n - 1) and (name, name, r)
    :raises BudgetError: series of different length, fewer than two readings

    >>> items, r = simultaneous({"a": [1, 2, 3], "b": [3, 2, 1]})
    >>> items[0].x, r
    (2.0, [('a', 'b', -1.0)])
    """
    names = list(observations)
    series = {name: [_exact(v) for v in observations[name]] for name in names}
    if len({len(values) for values in series.values()}) != 1:
        raise BudgetError("lengths", "quantities observed together have equal series")
    n = len(series[names[0]])
    items, centred = [], {}
    for name in names:
        result = bessel(series[name])
        assert result.mean_exact is not None
        centred[name] = [v - result.mean_exact for v in series[name]]
        items.append(
            Quantity(
                name,
                result.mean,
                result.u,
                "normal",
                n - 1,
                "A",
                result.mean_exact,
                statement=f"n = {n}, s = {result.s:.3g}",
            )
        )
    pairs = []
    for i, one in enumerate(names):
        for two in names[i + 1 :]:
            cross = sum(
                (a * b for a, b in zip(centred[one], centred[two], strict=True)),
                Fraction(0),
            )
            squares = [
                sum((a * a for a in centred[k]), Fraction(0)) for k in (one, two)
            ]
            size = _root(cross**2 / (squares[0] * squares[1])) if all(squares) else 0.0
            pairs.append((one, two, -size if cross < 0 else size))
    return items, pairs


@explains
def evaluate_multivariate(
    models: Mapping[str, str],
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
    correlations: Sequence[Sequence[Any]] = (),
) -> MultiResult:
    """Propagate to several results with covariance: U_y = C U_x Cᵀ.

    JCGM 102:2011 6.2, JCGM 100 H.2.3; the derivatives C come from GTC.

    :param models: formula text by name of the result
    :param quantities, correlations: as for :func:`uncertainty.evaluate_budget`
    :raises EngineError: as there

    >>> result = evaluate_multivariate({"s": "a+b", "d": "a-b"},
    ...     {"a": {"x": 1, "u": 3}, "b": {"x": 1, "u": 4}})
    >>> result.u, round(result.r("s", "d"), 2)
    ((5.0, 5.0), -0.28)
    """
    if isinstance(quantities, Mapping):
        items = [quantity(name, data) for name, data in quantities.items()]
    else:
        items = list(quantities)
    names = [item.name for item in items]
    pairs = correlation_pairs(correlations, {name: i for i, name in enumerate(names)})
    n = len(items)
    matrix = [[0.0] * n for _ in range(n)]
    for i, item in enumerate(items):
        matrix[i][i] = item.u**2
    for i, j, r in pairs:
        matrix[i][j] = matrix[j][i] = r * items[i].u * items[j].u
    y, jacobian = [], []
    for text in models.values():
        value, c = sensitivities(compile_model(text, names), items)
        y.append(value)
        jacobian.append(c)
    half = [
        [math.fsum(row[k] * matrix[k][j] for k in range(n)) for j in range(n)]
        for row in jacobian
    ]
    covariance = tuple(
        tuple(
            math.fsum(a * b for a, b in zip(row, other, strict=True))
            for other in jacobian
        )
        for row in half
    )
    return MultiResult(tuple(models), tuple(y), covariance, dict(models))
