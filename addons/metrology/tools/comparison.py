# SPDX-License-Identifier: AGPL-3.0-only
"""Comparisons of laboratories and examination of measurement standards.

ISO 13528:2022 / GB/T 28043, JJF 1117, JJF 1033-2023 annex C. All values of one call
share one unit; U is expanded with k = 2 unless k is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .errors import BudgetError
from .explanation import Explained, explains
from .rounding import Exact, exact
from .statistics import _root, bessel, integers

__all__ = [
    "Repeatability",
    "Robust",
    "Scores",
    "Stability",
    "Verification",
    "algorithm_a",
    "en_score",
    "median_made",
    "performance",
    "pt_scores",
    "repeatability_check",
    "stability_existing",
    "stability_new",
    "verify_by_comparison",
    "verify_by_transfer",
    "z_score",
    "zeta_score",
]

Value = Exact | float


def _exact(value: Value) -> Fraction:
    return exact(repr(value)) if isinstance(value, float) else exact(value)


def _positive(value: Value, what: str) -> Fraction:
    number = _exact(value)
    if number <= 0:
        raise BudgetError(
            "not_positive",
            "{what} must be positive, not {value}",
            what=what,
            value=value,
        )
    return number


# ---------------------------------------------------------------------- scores


def en_score(
    x: Value, U: Value, ref: Value, U_ref: Value, *, lab_in_reference: bool = False
) -> float:
    """Return En = (x - X)/sqrt(U² + U_ref²); |En| <= 1 is satisfactory.

    ISO 13528:2022 9.7, JJF 1117. When the laboratory's own result is part of the
    reference mean, the denominator is sqrt(U² - U_ref²) (``lab_in_reference``).

    :raises BudgetError: for a denominator of zero
    :param x, U: result and expanded uncertainty of the laboratory
    :param ref, U_ref: reference value and its expanded uncertainty, same unit and k

    >>> en_score("10.5", "0.3", "10.0", "0.4")
    1.0
    """
    one, two = _exact(U), _exact(U_ref)
    square = one**2 - two**2 if lab_in_reference else one**2 + two**2
    if min(one, two) < 0 or square <= 0:
        raise BudgetError(
            "en", "En needs uncertainties whose difference does not vanish"
        )
    return float(_exact(x) - _exact(ref)) / _root(square)


def z_score(x: Value, x_pt: Value, sigma_pt: Value, u_xpt: Value = 0) -> float:
    """Return z, or z' when the uncertainty of the assigned value is given.

    ISO 13528:2022 9.4 (z), 9.5 (z' = (x - x_pt)/sqrt(σ² + u²)).

    :param x, x_pt, sigma_pt, u_xpt: one unit; :returns: a ratio
    :raises BudgetError: for a sigma_pt that is not positive

    >>> z_score("10.5", "10", "0.2")
    2.5
    """
    square = _positive(sigma_pt, "the standard deviation for proficiency") ** 2
    return float(_exact(x) - _exact(x_pt)) / _root(square + _exact(u_xpt) ** 2)


def zeta_score(x: Value, u: Value, x_pt: Value, u_xpt: Value) -> float:
    """Return ζ = (x - x_pt)/sqrt(u² + u_xpt²) (ISO 13528:2022 9.6).

    :param x, u, x_pt, u_xpt: results and standard uncertainties, one unit
    :raises BudgetError: when both uncertainties are zero

    >>> zeta_score("10.5", "0.3", "10.0", "0.4")
    1.0
    """
    square = _exact(u) ** 2 + _exact(u_xpt) ** 2
    if square <= 0:
        raise BudgetError("zeta", "a zeta score needs an uncertainty above zero")
    return float(_exact(x) - _exact(x_pt)) / _root(square)


def performance(z: float) -> str:
    """Return the verdict of a z, z' or ζ score (ISO 13528:2022 9.4.2).

    |z| <= 2 satisfactory, < 3 questionable, else unsatisfactory.

    :param z: a z, z' or ζ score (a ratio)
    :returns: satisfactory, questionable or unsatisfactory; raises nothing

    >>> performance(2.5)
    'questionable'
    """
    size = abs(z)
    return (
        "satisfactory"
        if size <= 2
        else "questionable"
        if size < 3
        else "unsatisfactory"
    )


@dataclass(frozen=True)
class Scores(Explained):
    """All scores of one laboratory."""

    standard = "ISO 13528:2022 9"
    formulas = (
        "z = (x - x_pt) / sigma_pt",
        "z' = (x - x_pt) / sqrt(sigma_pt**2 + u_xpt**2)",
        "zeta = (x - x_pt) / sqrt(u**2 + u_xpt**2)",
        "En = (x - x_pt) / sqrt(U**2 + U_xpt**2)",
    )

    z: float
    z_prime: float
    zeta: float | None
    En: float | None
    verdict: str
    En_ok: bool | None


@explains
def pt_scores(
    x: Value,
    x_pt: Value,
    sigma_pt: Value,
    u_xpt: Value = 0,
    u: Value | None = None,
    k: Value = 2,
) -> Scores:
    """Return z, z', ζ and En of one laboratory's result (ISO 13528:2022 clause 9).

    :param u: standard uncertainty of the laboratory; U = k·u for En
    :param x, x_pt: result and assigned value; :param sigma_pt: standard deviation for
        proficiency assessment; :param u_xpt: standard uncertainty of x_pt; one unit
    :raises BudgetError: for a sigma that is not positive, or no uncertainty at all

    >>> pt_scores("10.5", "10", "0.2", "0.06", "0.15").verdict
    'questionable'
    """
    z = z_score(x, x_pt, sigma_pt)
    zeta = en = None
    if u is not None:
        zeta = zeta_score(x, u, x_pt, u_xpt)
        factor = _positive(k, "a coverage factor")
        en = en_score(x, factor * _exact(u), x_pt, factor * _exact(u_xpt))
    return Scores(
        z,
        z_score(x, x_pt, sigma_pt, u_xpt),
        zeta,
        en,
        performance(z),
        None if en is None else abs(en) <= 1,
    )


# ---------------------------------------------------------------------- robust


@dataclass(frozen=True)
class Robust(Explained):
    """Robust mean and standard deviation of Algorithm A."""

    standard = "ISO 13528:2022 C.3.1"
    formulas = ("s = 1.134 sqrt(sum((x - mean)**2) / (p - 1)), x within mean +- 1.5 s",)

    mean: float
    s: float
    iterations: int
    n: int

    @property
    def u(self) -> float:
        """Standard uncertainty of the assigned value: 1.25 s*/√p (ISO 13528 7.7.3)."""
        return 1.25 * self.s / math.sqrt(self.n)


def median_made(values: Sequence[Value]) -> tuple[float, float]:
    """Return the median and the scaled median absolute deviation (1.483·MAD).

    ISO 13528:2022 C.2.1, C.2.2.

    :param values: results, one unit
    :returns: (median, scaled MAD) in that unit
    :raises BudgetError: without a value

    >>> median_made(["1", "2", "3", "4", "100"])
    (3.0, 1.483)
    """
    if not values:
        raise BudgetError("too_few", "a median needs a value")
    numbers = sorted(_exact(value) for value in values)

    def middle(ordered: list[Fraction]) -> Fraction:
        half = len(ordered) // 2
        return (
            ordered[half]
            if len(ordered) % 2
            else (ordered[half - 1] + ordered[half]) / 2
        )

    centre = middle(numbers)
    spread = middle(sorted(abs(value - centre) for value in numbers))
    return float(centre), float(spread * Fraction("1.483"))


@explains
def algorithm_a(
    values: Sequence[Value], tolerance: float = 1e-12, limit: int = 1000
) -> Robust:
    """Return robust mean x* and standard deviation s* (ISO 13528:2022 C.3.1).

    Iterated to convergence: values are pulled to x* ± 1.5 s*, then
    s* = 1.134·sqrt(Σ(x-x̄)²/(p-1)).

    :raises BudgetError: for fewer than two values
    :param values: results of p participants, one unit
    :param tolerance: relative change that ends the iteration; :param limit: iterations

    >>> result = algorithm_a(["4.5", "4.9", "5.6", "4.2", "6.2", "5.2", "9.9"])
    >>> round(result.mean, 4), round(result.s, 4)
    (5.3865, 1.146)
    """
    if len(values) < 2:
        raise BudgetError("too_few", "{what} needs {least} values, there are {n}",
                          what="Algorithm A", least=2, n=len(values))  # fmt: skip
    numbers = [float(_exact(value)) for value in values]
    mean, s = median_made(values)
    if not s:
        # half the values agree: C.3.1 starts from the ordinary standard deviation
        s = bessel(values).s
    n = len(numbers)
    for iteration in range(1, limit + 1):
        delta = 1.5 * s
        pulled = [min(max(value, mean - delta), mean + delta) for value in numbers]
        new = math.fsum(pulled) / n
        scale = 1.134 * math.sqrt(math.fsum((v - new) ** 2 for v in pulled) / (n - 1))
        done = (
            abs(new - mean) <= tolerance * (abs(new) + s)
            and abs(scale - s) <= tolerance * s
        )
        mean, s = new, scale
        if done or not s:
            return Robust(mean, s, iteration, n)
    return Robust(mean, s, limit, n)


# ----------------------------------------------- standards (JJF 1033 annex C)


@dataclass(frozen=True)
class Repeatability(Explained):
    """Repeatability of results of verification or calibration."""

    standard = "JJF 1033-2023 C.1"
    formulas = ("s = sqrt(sum((x - mean)**2) / (n - 1)) <= s_initial",)

    mean: float
    s: float
    n: int
    s_initial: float | None
    ok: bool
    enough: bool


@explains
def repeatability_check(
    values: Sequence[Value], s_initial: Value | None = None
) -> Repeatability:
    """Test the repeatability against that of the establishment of the standard.

    JJF 1033-2023 C.1: s by Bessel from n >= 10 readings; it conforms when it is not
    larger than the one of the establishment, else the uncertainty is to be evaluated
    anew with it. Exact readings are compared exactly.

    :param s_initial: repeatability at establishment, None for a new standard
    :param values: n >= 2 readings, one unit
    :raises BudgetError: for fewer than two readings

    >>> repeatability_check(["1.0", "1.2"] * 5, "0.2").ok
    True
    """
    result = bessel(values)
    ok = True
    if s_initial is not None:
        # squares are exact: s² <= s_initial²
        whole, unit = integers([_exact(value) for value in values])
        n, total = len(whole), sum(whole)
        variance = Fraction(
            n * sum(x * x for x in whole) - total * total, n * (n - 1) * unit * unit
        )
        ok = variance <= _exact(s_initial) ** 2
    return Repeatability(
        result.mean,
        result.s,
        result.n,
        None if s_initial is None else float(_exact(s_initial)),
        ok,
        result.n >= 10,
    )


@dataclass(frozen=True)
class Stability(Explained):
    """Stability of a measurement standard."""

    standard = "JJF 1033-2023 C.2"
    formulas = ("stability = max(mean) - min(mean), or max|y_i - y_(i-1)|",)

    means: tuple[float, ...]
    differences: tuple[float, ...]
    stability: float
    limit: float | None
    ok: bool | None
    ok_without_correction: bool | None
    ok_with_correction: bool | None
    enough: bool
    exact: Fraction


@explains
def stability_new(
    groups: Sequence[Sequence[Value]],
    mpev: Value | None = None,
    U_correction: Value | None = None,
    used_with_correction: bool | None = None,
) -> Stability:
    """Test the stability of a new standard: largest minus smallest group mean.

    JJF 1033-2023 C.2: m >= 4 groups of n readings, more than a month apart. Used
    without correction it must be within |MPE|, used with correction within U of the
    correction.

    :param groups: m groups of readings, one unit; :param mpev, U_correction: limits
    :param used_with_correction: which of both limits decides ``ok``
    :raises BudgetError: for fewer than two groups, a limit that is not positive

    >>> result = stability_new([["1.0", "1.2"], ["1.1", "1.3"]], "0.2", "0.05")
    >>> round(result.stability, 6), result.ok_without_correction, result.ok_with_correction
    (0.1, True, False)
    """
    if len(groups) < 2 or not all(groups):
        raise BudgetError("too_few", "a stability test needs two groups of readings")
    means = [
        sum((_exact(v) for v in group), Fraction(0)) / len(group) for group in groups
    ]
    spread = max(means) - min(means)
    without = None if mpev is None else spread <= _positive(mpev, "the MPE")
    with_ = None if U_correction is None else spread <= _positive(U_correction, "U")
    limit = U_correction if used_with_correction else mpev
    return Stability(
        tuple(map(float, means)),
        tuple(float(b - a) for a, b in pairwise(means)),
        float(spread),
        None if limit is None else float(_exact(limit)),
        with_ if used_with_correction else without,
        without,
        with_,
        len(groups) >= 4,
        spread,
    )


@explains
def stability_existing(
    years: Mapping[str, Value] | Sequence[Value],
    mpev: Value | None = None,
    U_correction: Value | None = None,
    used_with_correction: bool = False,
) -> Stability:
    """Test the stability of an established standard: differences of adjacent years.

    JJF 1033-2023 C.2.

    :param years: result by year (sorted by year), or the results in order
    :returns: ``differences`` signed, ``stability`` the largest magnitude
    :param mpev, U_correction: |MPE| and U of the correction, the unit of the results
    :raises BudgetError: for fewer than two years, without the limit that applies

    >>> stability_existing({"2024": "50.012", "2025": "50.018"}, "0.01").stability
    0.006
    """
    if isinstance(years, Mapping):
        values = [_exact(years[year]) for year in sorted(years)]
    else:
        values = [_exact(value) for value in years]
    if len(values) < 2:
        raise BudgetError("too_few", "a stability test needs the results of two years")
    differences = [b - a for a, b in pairwise(values)]
    largest = max(map(abs, differences))
    without = None if mpev is None else largest <= _positive(mpev, "the MPE")
    with_ = None if U_correction is None else largest <= _positive(U_correction, "U")
    limit = U_correction if used_with_correction else mpev
    if limit is None:
        raise BudgetError(
            "no_limit",
            "the stability is compared with the MPE, or with U of the correction when "
            "the standard is used with correction",
        )
    return Stability(
        tuple(map(float, values)),
        tuple(map(float, differences)),
        float(largest),
        float(_exact(limit)),
        with_ if used_with_correction else without,
        without,
        with_,
        True,
        largest,
    )


@dataclass(frozen=True)
class Verification(Explained):
    """Verification of the results of a standard."""

    standard = "JJF 1033-2023 C.4"
    formulas = ("|y_lab - y_ref| <= sqrt(U_lab**2 + U_ref**2)",)

    difference: float
    limit: float
    ok: bool
    U_lab: float
    U_ref: float
    k: float
    U_ref_negligible: bool


@explains
def verify_by_transfer(
    y_lab: Value,
    U_lab: Value,
    y_ref: Value,
    U_ref: Value,
    *,
    k_lab: Value = 2,
    k_ref: Value = 2,
    k: Value = 2,
) -> Verification:
    """Verify a standard by a transfer standard (传递比较法).

    JJF 1033-2023 C.4: |y_lab - y_ref| <= sqrt(U_lab² + U_ref²) at the same k (others
    are converted first); when U_ref <= U_lab/3, <= U_lab.

    :param k_lab, k_ref: coverage factors as stated; :param k: the common one
    :param y_lab, U_lab, y_ref, U_ref: results and expanded uncertainties, one unit
    :raises BudgetError: for a negative uncertainty or a k that is not positive

    >>> result = verify_by_transfer("100.0", "0.4", "99.6", "0.45", k_ref=3)
    >>> result.limit, result.ok, result.U_ref
    (0.5, True, 0.3)
    """
    factor = _positive(k, "a coverage factor")
    lab = _positive(U_lab, "U") / _positive(k_lab, "a coverage factor") * factor
    ref = _exact(U_ref) / _positive(k_ref, "a coverage factor") * factor
    if ref < 0:
        raise BudgetError("negative_u", "the uncertainty {u} is negative", u=U_ref)
    difference = abs(_exact(y_lab) - _exact(y_ref))
    negligible = 3 * ref <= lab
    square = lab**2 if negligible else lab**2 + ref**2
    return Verification(
        float(difference),
        _root(square),
        difference**2 <= square,
        float(lab),
        float(ref),
        float(factor),
        negligible,
    )


@dataclass(frozen=True)
class ComparisonOfLaboratories(Explained):
    """Verification by comparison of n laboratories."""

    standard = "JJF 1033-2023 C.4"
    formulas = ("|y - mean| <= sqrt((n - 1) / n) U_lab",)

    mean: float
    limit: float
    differences: tuple[float, ...]
    ok: tuple[bool, ...]


@explains
def verify_by_comparison(y: Sequence[Value], U_lab: Value) -> ComparisonOfLaboratories:
    """Verify by n laboratories (比对法): |y - ȳ| <= sqrt((n-1)/n)·U_lab.

    JJF 1033-2023 C.4, for standards of nearly equal uncertainty.

    :param y: results of the n laboratories; :param U_lab: U of the laboratory, k = 2
    :raises BudgetError: for fewer than two laboratories, U_lab not positive

    >>> verify_by_comparison(["10.02", "10.05", "9.98", "10.03"], "0.06").ok
    (True, True, True, True)
    """
    if len(y) < 2:
        raise BudgetError("too_few", "a comparison needs two laboratories")
    values = [_exact(value) for value in y]
    n = len(values)
    mean = sum(values, Fraction(0)) / n
    square = _positive(U_lab, "U") ** 2 * Fraction(n - 1, n)
    differences = [value - mean for value in values]
    return ComparisonOfLaboratories(
        float(mean),
        _root(square),
        tuple(map(float, differences)),
        tuple(d**2 <= square for d in differences),
    )
