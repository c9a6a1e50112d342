# SPDX-License-Identifier: AGPL-3.0-only
"""Statements of conformity: three decision rules, kept apart and named on the record.

1. :func:`by_regulation`: verification by a regulation (JJG): |error| <= MPE, the
   uncertainty is not considered because the regulation guarantees it;
2. :func:`by_jjf1094`: JJF 1094-2002 5.3.1: U95 <= MPEV/3 as 1., else the uncertainty
   is set against the limit and between lies 待定 (undetermined);
3. :func:`by_ilac_g8`: ILAC-G8:09/2019: acceptance limit AL = TL - w, binary or
   non-binary statements; with the risks of JCGM 106:2012.

All values of one call share one unit. The regulation rules compare exact numbers; the
rules with an uncertainty accept floats for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from .errors import BudgetError
from .explanation import Explained, explains
from .rounding import Exact, exact, from_float, plain
from .version import ENGINE_VERSION

__all__ = [
    "Decision",
    "GUARD_BANDS",
    "GlobalRisk",
    "GuardBand",
    "SpecificRisk",
    "by_ilac_g8",
    "by_jjf1094",
    "by_regulation",
    "conformance_probability",
    "global_risk",
    "global_risk_itp",
    "guard_band_multipliers",
    "pfa_at_acceptance_limit",
    "specific_risk",
    "worst",
]

Value = Exact | float
Mode = Literal["binary", "nonbinary"]


def _exact(value: Value) -> Fraction:
    """Take a typed number exactly, a computed float as the decimal it prints as."""
    return from_float(value, 15) if isinstance(value, float) else exact(value)


@dataclass(frozen=True)
class Decision(Explained):
    """A statement of conformity and how it was reached.

    ``verdict``: pass, fail or undetermined. ``statement`` (ILAC-G8 non-binary): pass,
    conditional_pass, conditional_fail, fail. ``rule`` names the decision rule as it is
    printed on the record.
    """

    standard = ""

    verdict: str
    rule: str
    statement: str
    value: str
    lower: str | None
    upper: str | None
    lower_acceptance: str | None = None
    upper_acceptance: str | None = None
    U: str | None = None
    U_negligible: bool | None = None
    details: dict[str, Any] = field(default_factory=dict)
    version: str = ENGINE_VERSION

    @property
    def ok(self) -> bool:
        """Whether the verdict is pass."""
        return self.verdict == "pass"

    @property
    def limits(self) -> tuple[str | None, str | None]:
        """The tolerance limits as text."""
        return self.lower, self.upper


def _mpe(mpe: Value, lower: Value | None) -> tuple[Fraction, Fraction]:
    upper = _exact(mpe)
    low = -upper if lower is None else _exact(lower)
    if lower is None and upper < 0:
        raise BudgetError(
            "negative_mpe", "the maximum permissible error {mpe} is negative", mpe=mpe
        )
    if low > upper:
        raise BudgetError("limits_crossed", "the lower limit is above the upper limit")
    return low, upper


@explains
def by_regulation(error: Value, mpe: Value, lower: Value | None = None) -> Decision:
    """Decide by the regulation: lower <= error <= mpe, on exact numbers.

    Verification by JJG: the uncertainty is not considered. Without ``lower`` the limits
    are ±mpe. Round the error first (:func:`rounding.round_to`) where the regulation
    compares the rounded value.

    :raises BudgetError: for a negative MPE or crossed limits
    :param error: error of indication; :param mpe: upper limit, or |MPE|; one unit

    >>> by_regulation("0.02", "0.0256").verdict, by_regulation("-0.03", "0.0256").verdict
    ('pass', 'fail')
    """
    low, high = _mpe(mpe, lower)
    value = _exact(error)
    verdict = "pass" if low <= value <= high else "fail"
    return Decision(
        verdict, "regulation", verdict, plain(value), plain(low), plain(high)
    )


@explains
def by_jjf1094(error: Value, U95: Value, mpe: Value) -> Decision:
    """Decide by JJF 1094-2002 5.3.1 (评定示值误差符合性).

    U95 <= MPEV/3 (or U95 not considered): |Δ| <= MPEV passes, else fails. Otherwise
    |Δ| <= MPEV - U95 passes, |Δ| >= MPEV + U95 fails, between the result is
    undetermined (待定区).

    :param error: error of indication Δ; :param U95: expanded uncertainty of Δ, k = 2;
        :param mpe: |MPE|, one unit
    :raises BudgetError: for a negative MPE or a negative uncertainty

    >>> by_jjf1094("-0.008", "0.009", "0.02").verdict
    'pass'
    >>> by_jjf1094("0.018", "0.009", "0.02").verdict
    'undetermined'
    >>> by_jjf1094("-0.9", "0.3", "1.0").U_negligible
    True
    """
    _, limit = _mpe(mpe, None)
    value, U = _exact(error), _exact(U95)
    if U < 0:
        raise BudgetError("negative_u", "the uncertainty {u} is negative", u=U95)
    negligible = 3 * U <= limit
    size = abs(value)
    if negligible:
        verdict = "pass" if size <= limit else "fail"
        inner = limit
    else:
        inner = limit - U
        verdict = (
            "pass" if size <= inner else "fail" if size >= limit + U else "undetermined"
        )
    return Decision(
        verdict,
        "JJF 1094-2002 5.3.1",
        verdict,
        plain(value),
        plain(-limit),
        plain(limit),
        plain(-inner),
        plain(inner),
        plain(U),
        negligible,
        {"ratio": float(U / limit) if limit else None},
    )


@explains
def by_ilac_g8(
    value: Value,
    lower: Value | None,
    upper: Value | None,
    U: Value,
    w: Value | None = None,
    mode: Mode = "binary",
) -> Decision:
    """Decide by ILAC-G8:09/2019 4.2 with the guard band w.

    Acceptance limits lie w inside the tolerance. Binary (4.2.1 w = 0, 4.2.2 w = U):
    pass within the acceptance limits, else fail. Non-binary (4.2.3): pass within the
    acceptance limits, conditional pass up to the tolerance limit, conditional fail up
    to w outside it, fail beyond.

    :param lower, upper: tolerance limits, None for an open side
    :param U: expanded uncertainty, k = 2 (kept with the decision)
    :param w: guard band in the unit of the value; without it w = U
    :raises BudgetError: without limits, or with a guard band wider than the tolerance

    >>> by_ilac_g8("10.5", None, "10", "1", "1", "nonbinary").statement
    'conditional_fail'
    >>> by_ilac_g8("9.5", None, "10", "1", "1").statement
    'fail'
    """
    number, spread = _exact(value), _exact(U)
    guard = spread if w is None else _exact(w)
    if spread < 0:
        raise BudgetError("negative_u", "the uncertainty {u} is negative", u=U)
    low = None if lower is None else _exact(lower)
    high = None if upper is None else _exact(upper)
    if low is None and high is None:
        raise BudgetError("no_limit", "a decision needs a tolerance limit")
    if low is not None and high is not None and low + guard > high - guard:
        raise BudgetError(
            "guard_too_wide",
            "the guard band {w} leaves no acceptance interval between {lower} and "
            "{upper}",
            w=plain(guard),
            lower=lower,
            upper=upper,
        )
    # distance inside the nearest tolerance limit; negative outside
    inside = min(
        distance
        for distance in (
            None if low is None else number - low,
            None if high is None else high - number,
        )
        if distance is not None
    )
    if mode == "binary":
        statement = "pass" if inside >= guard else "fail"
    elif mode == "nonbinary":
        if inside >= guard:
            statement = "pass"
        elif inside >= 0:
            statement = "conditional_pass"
        elif inside >= -guard:
            statement = "conditional_fail"
        else:
            statement = "fail"
    else:
        raise BudgetError("mode", "{mode!r} is neither binary nor nonbinary", mode=mode)
    verdict = statement if statement in ("pass", "fail") else "undetermined"
    details: dict[str, Any] = {"w": plain(guard), "mode": mode}
    if spread:
        details["pc"] = conformance_probability(
            float(number),
            float(spread) / 2,
            None if low is None else float(low),
            None if high is None else float(high),
        )
    return Decision(
        verdict,
        "ILAC-G8:09/2019 "
        + ("4.2.3" if mode == "nonbinary" else "4.2.2" if guard else "4.2.1"),
        statement,
        plain(number),
        None if low is None else plain(low),
        None if high is None else plain(high),
        None if low is None else plain(low + guard),
        None if high is None else plain(high - guard),
        plain(spread),
        None,
        details,
    )


def worst(decisions: Sequence[Decision | str]) -> str:
    """Return the verdict of a whole instrument: fail before undetermined before pass.

    :param decisions: decisions, or their verdicts
    :raises BudgetError: for an empty list (JJF 1094-2002 5.3 decides on every point)

    >>> worst(["pass", "undetermined", "pass"])
    'undetermined'
    """
    verdicts = [d.verdict if isinstance(d, Decision) else d for d in decisions]
    for verdict in ("fail", "undetermined", "pass"):
        if verdict in verdicts:
            return verdict
    raise BudgetError("no_decision", "there is no decision to sum up")


# ------------------------------------------------------------------------ risk


def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _positive(u: float) -> float:
    if not u > 0 or math.isinf(u):
        raise BudgetError(
            "not_positive", "a standard uncertainty must be positive, not {u}", u=u
        )
    return float(u)


@dataclass(frozen=True)
class SpecificRisk(Explained):
    """Probability that this item lies outside each limit (normal distribution)."""

    standard = "JCGM 106:2012 7, 8"
    formulas = ("p = Phi((y - T) / u)",)

    lower: float
    upper: float

    @property
    def total(self) -> float:
        """Probability of lying outside the tolerance."""
        return self.lower + self.upper

    @property
    def conforming(self) -> float:
        """Conformance probability p_c."""
        return 1.0 - self.total


@explains
def specific_risk(
    y: float, u: float, lower: float | None = None, upper: float | None = None
) -> SpecificRisk:
    """Return the specific risk of a measured value (JCGM 106:2012 7.3, 8).

    :param y: estimate; :param u: standard uncertainty; limits None for an open side
    :raises BudgetError: without any limit, u not positive

    >>> round(specific_risk(10.5, 0.4, 9, 11).total, 5)
    0.10574
    """
    u = _positive(u)
    if lower is None and upper is None:
        raise BudgetError("no_limit", "a risk needs a tolerance limit")
    return SpecificRisk(
        0.0 if lower is None else _phi((lower - y) / u),
        0.0 if upper is None else _phi((y - upper) / u),
    )


def conformance_probability(
    y: float, u: float, lower: float | None = None, upper: float | None = None
) -> float:
    """Return p_c, the probability that the item conforms (JCGM 106:2012 7.3, 7.4).

    :param y: estimate; :param u: standard uncertainty (normal distribution)
    :param lower, upper: tolerance limits, None for an open side; one unit
    :raises BudgetError: without any limit, u not positive

    >>> round(conformance_probability(-1.0, 0.5, upper=0), 3)
    0.977
    """
    u = _positive(u)
    if lower is None and upper is None:
        raise BudgetError("no_limit", "a risk needs a tolerance limit")
    high = math.inf if upper is None else (upper - y) / u
    low = -math.inf if lower is None else (lower - y) / u
    # the difference of the smaller tails keeps tiny probabilities
    if low > 0:
        return _phi(-low) - _phi(-high)
    return _phi(high) - _phi(low)


def pfa_at_acceptance_limit(w_over_U: float, k: float = 2.0) -> float:
    """Return the probability of false accept of a value at the acceptance limit.

    ILAC-G8:09/2019 table 1: the guard band is w = r·U, U = k·u; PFA = Φ(-k·r).

    :param w_over_U: guard band over expanded uncertainty; :param k: of U
    :returns: a probability; raises nothing

    >>> [round(pfa_at_acceptance_limit(r), 4) for r in (0, 0.83, 1, 1.5)]
    [0.5, 0.0485, 0.0228, 0.0013]
    """
    return _phi(-k * w_over_U)


@dataclass(frozen=True)
class GuardBand(Explained):
    """A named decision rule of ILAC-G8 table 1: w = r·U and the bound of its PFA."""

    standard = "ILAC-G8:09/2019 table 1"
    formulas = (
        "w = r U",
        "PFA = Phi(-2 r)",
    )

    name: str
    w_over_U: float
    pfa_limit: float

    @property
    def pfa(self) -> float:
        """Probability of false accept at the acceptance limit (normal, k = 2)."""
        return pfa_at_acceptance_limit(self.w_over_U)


#: ILAC-G8:09/2019 table 1
GUARD_BANDS: tuple[GuardBand, ...] = (
    GuardBand("6 sigma", 3, 1e-6),
    GuardBand("3 sigma", 1.5, 0.0016),
    GuardBand("ILAC G8:2009", 1, 0.025),
    GuardBand("ISO 14253-1:2017", 0.83, 0.05),
    GuardBand("simple acceptance", 0, 0.5),
)


def guard_band_multipliers(TUR: float) -> dict[str, float]:
    """Return acceptance limit/tolerance by the methods of ANSI/NCSL Z540.3.

    :param TUR: tolerance/expanded uncertainty (k = 2)
    :returns: dobbert (method 6: 1 - (1.04 - exp(0.38 ln TUR - 0.54))/TUR... as M2%),
        rss sqrt(1 - 1/TUR²), u95 1 - 1/TUR, rp10 1.25 - 1/TUR; none above 1
    :raises BudgetError: for a ratio that is not positive

    >>> {key: round(value, 4) for key, value in guard_band_multipliers(2.5).items()}
    {'dobbert': 0.9142, 'rss': 0.9165, 'u95': 0.6, 'rp10': 0.85}
    """
    if not TUR > 0:
        raise BudgetError("not_positive", "the test uncertainty ratio must be positive")
    m2 = 1.04 - math.exp(0.38 * math.log(TUR) - 0.54)
    values = {
        "dobbert": 1 - m2 / TUR,
        "rss": math.sqrt(max(0.0, 1 - 1 / TUR**2)),
        "u95": 1 - 1 / TUR,
        "rp10": 1.25 - 1 / TUR,
    }
    return {key: min(1.0, max(0.0, value)) for key, value in values.items()}


@dataclass(frozen=True)
class GlobalRisk(Explained):
    """Risks of a decision rule over a population of items (JCGM 106:2012 9).

    ``consumer``: accepted and not conforming; ``producer``: rejected and conforming;
    ``accepted``: share accepted; ``conforming``: share conforming.
    """

    standard = "JCGM 106:2012 9"
    formulas = (
        "RC = int g(eta) P(accept|eta) outside T",
        "RP = int g(eta) P(reject|eta) inside T",
    )

    conforming: float
    consumer: float
    producer: float
    accepted: float

    @property
    def conditional_consumer(self) -> float:
        """Share of the accepted items that do not conform."""
        return self.consumer / self.accepted if self.accepted else 0.0


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _legendre(n: int) -> tuple[list[float], list[float]]:
    """Return nodes and weights of Gauss-Legendre on (-1, 1) by Newton's method."""
    nodes, weights = [], []
    for i in range(n):
        x = math.cos(math.pi * (i + 0.75) / (n + 0.5))
        derivative = 1.0
        for _ in range(100):
            p0, p1 = 1.0, x
            for j in range(2, n + 1):
                p0, p1 = p1, ((2 * j - 1) * x * p1 - (j - 1) * p0) / j
            derivative = n * (x * p1 - p0) / (x * x - 1)
            step = p1 / derivative
            x -= step
            if abs(step) < 1e-15:
                break
        nodes.append(x)
        weights.append(2 / ((1 - x * x) * derivative * derivative))
    return nodes, weights


_NODES = _legendre(24)


def _integrate(function: Any, points: Sequence[float]) -> float:
    """Integrate a smooth function over consecutive pieces (Gauss-Legendre, 24 points)."""
    total = 0.0
    for low, high in pairwise(points):
        if high <= low:
            continue
        half, middle = (high - low) / 2, (high + low) / 2
        total += half * math.fsum(
            weight * function(middle + half * node)
            for node, weight in zip(*_NODES, strict=True)
        )
    return total


@explains
def global_risk(
    mu0: float,
    u0: float,
    um: float,
    lower: float | None,
    upper: float | None,
    lower_acceptance: float | None = None,
    upper_acceptance: float | None = None,
) -> GlobalRisk:
    """Return global consumer's and producer's risk (JCGM 106:2012 9.3, 9.5).

    The property of an item of the process is normal (mu0, u0), its measurement normal
    with standard uncertainty um. Without acceptance limits they are the tolerance
    limits. The inner integral is Φ, the outer is done by Gauss-Legendre over pieces as
    narrow as both spreads ask for.

    :param mu0, u0: mean and standard deviation of the process
    :param um: standard uncertainty of the measurement
    :param lower, upper: tolerance limits; :param lower_acceptance, upper_acceptance:
        acceptance limits; None for an open side; one unit
    :raises BudgetError: without any limit, crossed limits, a spread that is not positive

    >>> risk = global_risk(0, 1, 0.25, -2, 2)
    >>> round(risk.consumer, 4), round(risk.producer, 4)
    (0.008, 0.0149)
    """
    u0, um = _positive(u0), _positive(um)
    if lower is None and upper is None:
        raise BudgetError("no_limit", "a risk needs a tolerance limit")
    low = -math.inf if lower is None else lower
    high = math.inf if upper is None else upper
    a_low = low if lower_acceptance is None else lower_acceptance
    a_high = high if upper_acceptance is None else upper_acceptance
    if low > high or a_low > a_high:
        raise BudgetError("limits_crossed", "the lower limit is above the upper limit")

    def accept(eta: float) -> float:
        return _phi((a_high - eta) / um) - _phi((a_low - eta) / um)

    def density(eta: float) -> float:
        return _density((eta - mu0) / u0) / u0

    ends = (mu0 - 9 * u0, mu0 + 9 * u0)
    step = min(u0, um)
    marks = {*ends, low, high}
    for centre, size in (
        (mu0, u0),
        (low, step),
        (high, step),
        (a_low, step),
        (a_high, step),
    ):
        if math.isfinite(centre):
            marks |= {centre + n * size for n in range(-8, 9)}
    points = sorted(p for p in marks if ends[0] <= p <= ends[1])
    inner = [p for p in points if low <= p <= high]
    below = [p for p in points if p <= low]
    above = [p for p in points if p >= high]
    consumer = _integrate(lambda x: density(x) * accept(x), below) + _integrate(
        lambda x: density(x) * accept(x), above
    )
    producer = _integrate(lambda x: density(x) * (1 - accept(x)), inner)
    conforming = _phi((high - mu0) / u0) - _phi((low - mu0) / u0)
    spread = math.hypot(u0, um)
    accepted = _phi((a_high - mu0) / spread) - _phi((a_low - mu0) / spread)
    return GlobalRisk(conforming, consumer, producer, accepted)


@explains
def global_risk_itp(
    itp: float, ratio: float, lower: float = -1.0, upper: float = 1.0
) -> GlobalRisk:
    """Return the global risk from the in-tolerance probability of a centred process.

    NCSLI RP-19: σ_p = L/z((1+itp)/2) for limits ±L, σ_m = σ_p/ratio.

    :param itp: in-tolerance probability (0 to 1); :param ratio: σ_p/σ_m
    :param lower, upper: tolerance limits, one unit
    :raises BudgetError: for a probability outside 0 to 1, a ratio that is not positive

    >>> round(global_risk_itp(0.95, 4).consumer, 4)
    0.0087
    """
    from statistics import NormalDist

    if not 0 < itp < 1 or not ratio > 0:
        raise BudgetError("probability", "itp lies between 0 and 1, the ratio above 0")
    half, middle = (upper - lower) / 2, (upper + lower) / 2
    sigma = half / NormalDist().inv_cdf((1 + itp) / 2)
    return global_risk(middle, sigma, sigma / ratio, lower, upper)
