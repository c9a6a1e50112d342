# SPDX-License-Identifier: AGPL-3.0-only
"""Statistics of repeated readings: type A evaluation, outliers (JJF 1059.1-2012 4.3).

Readings are exact (typed text); means and sums of squares are computed exactly, so that
cancellation (NIST StRD NumAcc4) cannot happen; only the final root is a float. Lists of
floats (results of other computations) are taken as the shortest decimal they print as.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .errors import BudgetError
from .explanation import Explained, explains
from .rounding import Exact, exact

__all__ = [
    "Dixon",
    "Grubbs",
    "RANGE_CONSTANTS",
    "TypeA",
    "bessel",
    "c4",
    "dixon",
    "grubbs",
    "grubbs_critical",
    "grubbs_sequence",
    "integers",
    "pooled",
    "pooled_groups",
    "prior",
    "range_constant",
    "range_method",
    "s_reliability",
    "weighted_mean",
]

Value = Exact | float


def _exact(value: Value) -> Fraction:
    """Take a reading exactly; a float (a computed value) as the decimal it prints as."""
    return exact(repr(value)) if isinstance(value, float) else exact(value)


def _root(value: Fraction) -> float:
    """Return the root of an exact number as the nearest float, also for tiny ones."""
    if value <= 0:
        return 0.0
    # scale to an integer of about 128 bits before the root
    shift = 2 * (
        (128 - value.numerator.bit_length() + value.denominator.bit_length()) // 2
    )
    scaled = (value * 2**shift) if shift >= 0 else value / 2**-shift
    return math.ldexp(math.isqrt(int(scaled)), -shift // 2)


def integers(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """Return fractions as integers over one denominator: sums without reductions.

    :param values: fractions, one unit; :returns: (integers, denominator)
    :raises: nothing (a helper of the sums of JJF 1059.1 4.3.2)

    >>> integers([Fraction(1, 2), Fraction(1, 3)])
    ([3, 2], 6)
    """
    denominator = math.lcm(*(value.denominator for value in values))
    return [v.numerator * (denominator // v.denominator) for v in values], denominator


def _numbers(values: Sequence[Value], least: int, what: str) -> list[Fraction]:
    if len(values) < least:
        raise BudgetError(
            "too_few",
            "{what} needs {least} values, there are {n}",
            what=what,
            least=least,
            n=len(values),
        )
    return [_exact(value) for value in values]


@dataclass(frozen=True)
class TypeA(Explained):
    """A type A evaluation. ``u`` is the standard uncertainty of the mean.

    ``mean`` is a float for display; ``mean_exact`` is what further computing uses.
    """

    standard = "JJF 1059.1-2012 4.3.2"

    method: str
    n: int
    mean: float
    mean_exact: Fraction | None
    s: float
    u: float
    dof: float
    formula: str
    intermediate: dict[str, Any] = field(default_factory=dict)


@explains
def bessel(values: Sequence[Value], counts: Sequence[int] | None = None) -> TypeA:
    """Evaluate readings by Bessel's formula.

    JJF 1059.1-2012 4.3.2.1, JCGM 100 4.2: s = sqrt(Σ(x-x̄)²/(n-1)), u = s/√n, ν = n-1.

    :param values: n readings, one unit
    :param counts: how often each value occurs (once when left out)
    :raises BudgetError: for fewer than two readings

    >>> result = bessel(["10.01", "10.02", "10.03"])
    >>> result.mean_exact, round(result.s, 12), result.dof
    (Fraction(501, 50), 0.01, 2)
    >>> bessel(["1000000.2", "1000000.1", "1000000.3"], [1, 500, 500]).s
    0.1
    """
    numbers = _numbers(values, 1, "Bessel's formula")
    weights = [1] * len(numbers) if counts is None else list(counts)
    if len(weights) != len(numbers) or any(w < 0 for w in weights):
        raise BudgetError("counts", "the counts do not match the values")
    n = sum(weights)
    if n < 2:
        raise BudgetError(
            "too_few",
            "{what} needs {least} values, there are {n}",
            what="Bessel's formula",
            least=2,
            n=n,
        )
    whole, unit = integers(numbers)
    total = sum(w * x for w, x in zip(weights, whole, strict=True))
    mean = Fraction(total, n * unit)
    # Σ(x - x̄)² = (nΣx² - (Σx)²)/n: exact for integers, nothing cancels
    square = sum(w * x * x for w, x in zip(weights, whole, strict=True))
    squares = Fraction(n * square - total * total, n * unit * unit)
    return TypeA(
        "bessel",
        n,
        float(mean),
        mean,
        _root(squares / (n - 1)),
        _root(squares / (n - 1) / n),
        n - 1,
        "s = sqrt(sum((x - mean)**2) / (n - 1)); u = s / sqrt(n)",
        {"sum_of_squares": float(squares)},
    )


#: n -> (C, degrees of freedom), JJF 1059.1-2012 table 1
RANGE_CONSTANTS: dict[int, tuple[float, float]] = {
    2: (1.13, 0.9),
    3: (1.69, 1.8),
    4: (2.06, 2.7),
    5: (2.33, 3.6),
    6: (2.53, 4.5),
    7: (2.70, 5.3),
    8: (2.85, 6.0),
    9: (2.97, 6.8),
}


def range_constant(n: int) -> tuple[float, float]:
    """Return the range coefficient C and its degrees of freedom.

    JJF 1059.1-2012 table 1 (C for n = 3 is 1.69; copies that print 1.64 are misprinted).

    :raises BudgetError: outside n = 2 to 9
    :param n: readings; :returns: (C, ν), C a ratio

    >>> range_constant(4)
    (2.06, 2.7)
    """
    if n not in RANGE_CONSTANTS:
        raise BudgetError(
            "range_constant", "the range method is for 2 to 9 readings, not {n}", n=n
        )
    return RANGE_CONSTANTS[n]


@explains
def range_method(values: Sequence[Value], C: float | None = None) -> TypeA:
    """Evaluate few readings by their range: s = R/C, u = s/√n.

    JJF 1059.1-2012 4.3.2.2; for n <= 9 readings near a normal distribution.

    :param C: another coefficient than the table's
    :param values: 2 to 9 readings, one unit
    :raises BudgetError: for another number of readings

    >>> result = range_method(["10.4", "10.3", "10.6", "10.9", "10.7"])
    >>> round(result.s, 4), result.dof
    (0.2575, 3.6)
    """
    numbers = _numbers(values, 2, "the range method")
    coefficient, dof = range_constant(len(numbers))
    coefficient = coefficient if C is None else float(C)
    spread = max(numbers) - min(numbers)
    mean = sum(numbers, Fraction(0)) / len(numbers)
    s = float(spread / _exact(coefficient))
    return TypeA(
        "range",
        len(numbers),
        float(mean),
        mean,
        s,
        s / math.sqrt(len(numbers)),
        dof,
        "s = (max - min) / C; u = s / sqrt(n)",
        {"range": float(spread), "C": coefficient},
    )


def pooled(
    s: Sequence[Value],
    n: Sequence[int] | None = None,
    *,
    dof: Sequence[Value] | None = None,
) -> tuple[float, float]:
    """Return the pooled standard deviation and its degrees of freedom.

    JJF 1059.1-2012 4.3.2.3: s_p = sqrt(Σν s²/Σν); with equal groups the root mean
    square of the s.

    :param s: standard deviations of the groups, one unit
    :param n: readings per group (ν = n - 1), or ``dof`` itself
    :returns: (s_p in the unit of s, ν)
    :raises BudgetError: without groups, groups of fewer than one reading

    >>> s_p, nu = pooled([60, 77, 111], [5, 5, 5])
    >>> round(s_p, 2), nu
    (85.34, 12.0)
    """
    if n is not None:
        freedoms = [Fraction(k - 1) for k in n]
    elif dof is not None:
        freedoms = [_exact(k) for k in dof]
    else:
        raise BudgetError("pooled", "pooling needs the number of readings per group")
    if len(freedoms) != len(s) or not s:
        raise BudgetError("pooled", "pooling needs one number of readings per group")
    if min(freedoms) < 0 or not sum(freedoms):
        raise BudgetError(
            "pooled", "a group of fewer than one reading cannot be pooled"
        )
    squares = sum(
        (f * _exact(x) ** 2 for f, x in zip(freedoms, s, strict=True)), Fraction(0)
    )
    total = sum(freedoms, Fraction(0))
    return _root(squares / total), float(total)


def pooled_groups(groups: Sequence[Sequence[Value]]) -> tuple[float, float]:
    """Return the pooled standard deviation of groups of readings and its ν.

    :param groups: groups of readings, one unit (JJF 1059.1-2012 4.3.2.3)
    :raises BudgetError: for a group of fewer than two readings

    >>> pooled_groups([["1", "3"], ["2", "4"]])
    (1.4142135623730951, 2.0)
    """
    results = [bessel(group) for group in groups]
    return pooled([r.s for r in results], [r.n for r in results])


@explains
def prior(s: Value, n: int, dof: float = math.inf) -> TypeA:
    """Return u of the mean of n readings from a repeatability known before.

    JJF 1059.1-2012 4.3.2.4: u = s/√n; the degrees of freedom stay those of the prior
    experiment.

    :param s: standard deviation of one reading; :param dof: ν of the prior experiment
    :param n: readings of the mean
    :raises BudgetError: for a negative s, fewer than one reading

    >>> result = prior("0.08", 4, 9)
    >>> result.u, result.dof
    (0.04, 9)
    """
    spread = _exact(s)
    if spread < 0:
        raise BudgetError("negative_s", "the standard deviation {s} is negative", s=s)
    if n < 1:
        raise BudgetError("too_few", "a mean needs one reading, there are {n}", n=n)
    return TypeA(
        "prior",
        n,
        math.nan,
        None,
        float(spread),
        _root(spread**2 / n),
        dof,
        "u = s / sqrt(n)",
    )


def c4(n: int) -> float:
    """Return c4, the bias of s of n normal readings (ISO 7870-2 annex A).

    :param n: readings, two or more; :returns: a ratio
    :raises BudgetError: for fewer than two

    >>> round(c4(5), 4)
    0.94
    """
    if n < 2:
        raise BudgetError("too_few", "c4 needs two readings, there are {n}", n=n)
    return math.sqrt(2 / (n - 1)) * math.exp(
        math.lgamma(n / 2) - math.lgamma((n - 1) / 2)
    )


def s_reliability(n: int) -> float:
    """Return the relative standard deviation of s of n normal readings, in percent.

    JCGM 100 E.4.3, table E.1: σ[s]/σ of the mean of n readings.

    :param n: readings; :raises BudgetError: for fewer than two

    >>> round(s_reliability(10))
    24
    """
    return 100 * math.sqrt(1 / c4(n) ** 2 - 1)


def weighted_mean(
    x: Sequence[Value],
    u: Sequence[Value] | None = None,
    weights: Sequence[Value] | None = None,
) -> tuple[float, float]:
    """Return the weighted mean and its experimental standard deviation.

    JJF 1059.1 / 注册计量师 3.1: weights w = 1/u² (or given), x̄ = Σwx/Σw,
    s = sqrt(Σw(x-x̄)²/((m-1)Σw)).

    :param u: standard uncertainties, used when no weights are given
    :param x: values, one unit; :param weights: used as they are
    :returns: (mean, s) in that unit
    :raises BudgetError: for fewer than two values, weights that do not fit

    >>> mean, s = weighted_mean(["1", "3"], weights=[1, 1])
    >>> mean, s
    (2.0, 1.0)
    """
    values = _numbers(x, 2, "a weighted mean")
    if weights is None:
        if u is None:
            raise BudgetError(
                "weights", "a weighted mean needs weights or uncertainties"
            )
        spreads = [_exact(value) for value in u]
        if min(spreads) <= 0:
            raise BudgetError("weights", "a weight needs an uncertainty above zero")
        factors = [1 / value**2 for value in spreads]
    else:
        factors = [_exact(value) for value in weights]
    if len(factors) != len(values) or min(factors) < 0 or not sum(factors):
        raise BudgetError(
            "weights", "there must be one weight per value, none negative"
        )
    total = sum(factors, Fraction(0))
    mean = (
        sum((w * v for w, v in zip(factors, values, strict=True)), Fraction(0)) / total
    )
    squares = sum(
        (w * (v - mean) ** 2 for w, v in zip(factors, values, strict=True)), Fraction(0)
    )
    return float(mean), _root(squares / (len(values) - 1) / total)


# -------------------------------------------------------------------- outliers


#: G(0.05, n) as GB/T 4883 prints it; the last digit differs from the formula at n = 5
_GRUBBS_TABLE = {
    3: 1.153, 4: 1.463, 5: 1.672, 6: 1.822, 7: 1.938, 8: 2.032, 9: 2.110, 10: 2.176,
}  # fmt: skip


def grubbs_critical(n: int, alpha: float = 0.05) -> float:
    """Return the one-sided critical value G(α, n) of Grubbs (GB/T 4883).

    The printed table for α = 0.05 up to n = 10, else from the t distribution.

    :param n: readings; :param alpha: one-sided significance; :returns: a ratio
    :raises BudgetError: for fewer than three readings

    >>> round(grubbs_critical(6), 3), round(grubbs_critical(10), 3)
    (1.822, 2.176)
    """
    if n < 3:
        raise BudgetError(
            "too_few", "Grubbs' test needs three readings, there are {n}", n=n
        )
    if alpha == 0.05 and n in _GRUBBS_TABLE:
        return _GRUBBS_TABLE[n]
    from scipy.special import stdtrit

    t = float(stdtrit(n - 2, 1 - alpha / n))
    return (n - 1) / math.sqrt(n) * math.sqrt(t * t / (n - 2 + t * t))


@dataclass(frozen=True)
class Grubbs(Explained):
    """One step of Grubbs' test: the most distant value and whether it is an outlier."""

    standard = "GB/T 4883-2008 / JJF 1059.1"
    formulas = ("G = max|x - mean| / s",)

    index: int
    value: Value
    G: float
    critical: float
    outlier: bool
    mean: float
    s: float


@explains
def grubbs(
    values: Sequence[Value], alpha: float = 0.05, critical: float | None = None
) -> Grubbs:
    """Test the most distant reading: G = |x - x̄|/s against G(α, n).

    JJF 1059.1 / GB/T 4883. To remove a reading is a recorded human decision; this
    function only tells.

    :param critical: a table value instead of the computed one
    :param values: three or more readings; :param alpha: one-sided significance
    :raises BudgetError: for fewer than three readings

    >>> grubbs(["10.0", "10.1", "10.0", "10.1", "10.0", "11.0"]).outlier
    True
    """
    numbers = _numbers(values, 3, "Grubbs' test")
    result = bessel(numbers)
    mean = sum(numbers, Fraction(0)) / len(numbers)
    index = max(range(len(numbers)), key=lambda i: abs(numbers[i] - mean))
    limit = (
        grubbs_critical(len(numbers), alpha) if critical is None else float(critical)
    )
    distance = float(abs(numbers[index] - mean))
    G = distance / result.s if result.s else 0.0
    return Grubbs(index, values[index], G, limit, G > limit, result.mean, result.s)


def grubbs_sequence(values: Sequence[Value], alpha: float = 0.05) -> list[Grubbs]:
    """Repeat Grubbs' test without each outlier until none is found.

    :returns: the steps; the last one is the first without an outlier (or the last that
        could be made: three readings must stay)
    :param values: three or more readings; :param alpha: one-sided (GB/T 4883)
    :raises BudgetError: never; fewer than three readings give no step

    >>> [step.outlier for step in grubbs_sequence(["1.0", "1.1", "1.0", "1.1", "9"])]
    [True, False]
    """
    rest = list(values)
    steps = []
    while len(rest) >= 3:
        step = grubbs(rest, alpha)
        steps.append(step)
        if not step.outlier:
            break
        del rest[step.index]
    return steps


@dataclass(frozen=True)
class Dixon(Explained):
    """Dixon's ratios of the highest and the lowest value."""

    standard = "GB/T 4883-2008"
    formulas = ("r = (x_n - x_(n-i)) / (x_n - x_(1+j))",)

    statistic: str
    high: float
    low: float
    highest: Value
    lowest: Value


@explains
def dixon(values: Sequence[Value]) -> Dixon:
    """Return Dixon's ratios; the ratio changes with n (GB/T 4883, JJF 1059.1).

    r10 for 3 to 7 readings, r11 for 8 to 10, r21 for 11 to 13, r22 for 14 to 30.

    :param values: 3 to 30 readings, one unit; :returns: ratios of both ends
    :raises BudgetError: for fewer than 3 or more than 30 readings

    >>> result = dixon(["10.0003", "10.0004", "10.0004", "10.0005", "10.0005", "10.0005",
    ...                 "10.0006", "10.0006", "10.0007", "10.0012"])
    >>> result.statistic, result.high, result.low
    ('r11', 0.625, 0.25)
    """
    numbers = _numbers(values, 3, "Dixon's test")
    n = len(numbers)
    if n > 30:
        raise BudgetError(
            "too_many", "Dixon's test is for 3 to 30 readings, not {n}", n=n
        )
    order = sorted(range(n), key=lambda i: numbers[i])
    x = [numbers[i] for i in order]
    step, drop = (
        (1, 0) if n <= 7 else (1, 1) if n <= 10 else (2, 1) if n <= 13 else (2, 2)
    )

    def ratio(above: Fraction, below: Fraction) -> float:
        return float(above / below) if below else 0.0

    return Dixon(
        f"r{step}{drop}",
        ratio(x[-1] - x[-1 - step], x[-1] - x[drop]),
        ratio(x[step] - x[0], x[-1 - drop] - x[0]),
        values[order[-1]],
        values[order[0]],
    )
