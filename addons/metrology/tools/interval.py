# SPDX-License-Identifier: AGPL-3.0-only
"""Adjusting calibration intervals (ILAC-G24/OIML D 10, JJF 1139, NCSLI RP-1, NASA).

Intervals have the unit the caller uses (days, months); reliabilities are ratios.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .distributions import t_factor
from .errors import BudgetError
from .explanation import Explained, explains
from .regression import Fit, fit_polynomial
from .rounding import Exact

__all__ = [
    "IntervalTest",
    "VariablesInterval",
    "interval_a3",
    "interval_exponential",
    "interval_staircase",
    "interval_variables",
    "reliability_limits",
]

Value = Exact | float


def _ratio(value: float, what: str) -> float:
    if not 0 < value < 1:
        raise BudgetError(
            "ratio", "{what} lies between 0 and 1, not {value}", what=what, value=value
        )
    return float(value)


def interval_exponential(observed: float, interval: float, target: float) -> float:
    """Rescale an interval to the target reliability of R(t) = exp(-λt).

    ILAC-G24:2022 / OIML D 10, JJF 1139: t_new = t·ln(target)/ln(observed).

    :param observed, target: reliabilities (0 to 1); :param interval: any unit of time
    :returns: the new interval in that unit
    :raises BudgetError: for reliabilities out of range, an interval not positive

    >>> round(interval_exponential(0.85, 12, 0.95), 4)
    3.7874
    """
    _ratio(observed, "the observed reliability")
    _ratio(target, "the target reliability")
    if not interval > 0:
        raise BudgetError("not_positive", "an interval must be positive")
    return interval * math.log(target) / math.log(observed)


def interval_staircase(
    interval: float,
    in_tolerance: bool,
    increase: float = 0.1,
    decrease: float = 0.55,
    least: float = 0.0,
    most: float = math.inf,
) -> float:
    """Change an interval step by step: longer after a pass, shorter after a failure.

    ILAC-G24 method 1 (automatic or staircase adjustment), NCSLI RP-1 A1. The factors
    are a policy of the laboratory.

    :param interval: present one; :param in_tolerance: found conforming
    :param increase, decrease: relative changes; :param least, most: bounds
    :raises BudgetError: for an interval or a factor out of range

    >>> round(interval_staircase(12, True), 6), round(interval_staircase(12, False), 6)
    (13.2, 5.4)
    """
    if not interval > 0 or not 0 <= decrease < 1 or increase < 0:
        raise BudgetError("not_positive", "interval and factors must be positive")
    factor = 1 + increase if in_tolerance else 1 - decrease
    return min(max(interval * factor, least), most)


def reliability_limits(passed: int, n: int, confidence: float) -> tuple[float, float]:
    """Return the two-sided binomial confidence limits of a reliability.

    Clopper-Pearson; one-sided when none or all passed.

    :param passed, n: counts; :param confidence: two-sided (0 to 1)
    :returns: lower and upper reliability (NCSLI RP-1, ILAC-G24)
    :raises BudgetError: impossible counts, a confidence out of range

    >>> [round(limit, 4) for limit in reliability_limits(15, 20, 0.5)]
    [0.6516, 0.8286]
    """
    from scipy.special import betaincinv

    _ratio(confidence, "a confidence")
    if not 0 <= passed <= n or n < 1:
        raise BudgetError(
            "counts", "{passed} of {n} cannot have passed", passed=passed, n=n
        )
    if passed == 0:
        return 0.0, 1 - (1 - confidence) ** (1 / n)
    if passed == n:
        return (1 - confidence) ** (1 / n), 1.0
    low = float(betaincinv(passed, n - passed + 1, (1 - confidence) / 2))
    high = float(betaincinv(passed + 1, n - passed, (1 + confidence) / 2))
    return low, high


@dataclass(frozen=True)
class IntervalTest(Explained):
    """Result of the interval test: the recommended interval and why."""

    standard = "NCSLI RP-1 method A3"
    formulas = ("I_new = I 10**((R - R_target) Q)",)

    interval: float
    calculated: float
    changed: bool
    rejection: float
    observed: float
    low: float
    high: float


@explains
def interval_a3(
    passed: int,
    n: int,
    interval: float,
    target: float,
    *,
    confidence: float = 0.5,
    max_change: float = 2.0,
    least_change: float = 0.0,
    least: float = 0.0,
    most: float = math.inf,
) -> IntervalTest:
    """Test an interval against the target reliability and correct it (NCSLI RP-1 A3).

    The rejection confidence Q is the two-sided binomial confidence that the observed
    reliability differs from the target. Above ``confidence`` the interval changes by
    10^((R-target)·Q) when too few passed, by 10^((R-target)/(1-Q)) when more passed,
    within the factor ``max_change``.

    :param passed, n: calibrations found in tolerance, of n at this interval
    :param least_change: smallest change worth making, in the unit of the interval
    :param interval: the interval tested; :param target: reliability (0 to 1)
    :param least, most: bounds of the new interval, the unit of the interval
    :raises BudgetError: impossible counts, a target outside 0 to 1

    >>> result = interval_a3(15, 20, 365, 0.95)
    >>> round(result.interval), round(result.rejection, 4)
    (231, 0.9949)
    """
    from scipy.special import bdtr

    _ratio(target, "the target reliability")
    low, high = reliability_limits(passed, n, confidence)
    if not interval > 0 or not max_change >= 1:
        raise BudgetError("not_positive", "interval and change factor must be positive")
    observed = passed / n
    if passed == 0:
        Q = 1 - (1 - target) ** n
    elif passed == n:
        Q = 1 - target**n
    elif observed > target:
        Q = 1 - 2 * (1 - float(bdtr(passed - 1, n, target)))
    else:
        Q = 1 - 2 * float(bdtr(passed, n, target))
    Q = max(0.0, Q)
    if observed > target:
        exponent = (observed - target) / (1 - Q) if Q < 1 else math.inf
        factor = max_change if exponent > math.log10(max_change) else 10**exponent
    else:
        factor = max(10 ** ((observed - target) * Q), 1 / max_change)
    calculated = interval * factor
    changed = Q > confidence and abs(calculated - interval) >= least_change
    new = min(max(calculated, least), most) if changed else interval
    return IntervalTest(new, calculated, changed, Q, observed, low, high)


@dataclass(frozen=True)
class VariablesInterval(Explained):
    """Intervals from a drift fit: until the uncertainty or the reliability target."""

    standard = "NASA-HDBK-8739.19-5 clause 7"
    formulas = (
        "delta(t) = sum(b_j t**j)",
        "u(t) = sqrt(u0**2 + s**2 + u_fit(t)**2)",
    )

    fit: Fit
    uncertainty_target: float | None
    reliability_target: float | None


def _first_crossing(
    function: Callable[[float], float], scale: float, limit: float = 1000.0
) -> float:
    """Return the first root of a function that is negative at 0; inf when none."""
    if function(0.0) >= 0:
        return 0.0
    step = scale / 64
    t = 0.0
    while t < limit * scale:
        following = t + step
        if function(following) >= 0:
            low, high = t, following
            for _ in range(200):
                middle = (low + high) / 2
                if middle in (low, high):
                    break
                if function(middle) >= 0:
                    high = middle
                else:
                    low = middle
            return high
        t = following
        step = min(step * 1.02, scale)
    return math.inf


@explains
def interval_variables(
    dt: Sequence[Value],
    delta: Sequence[Value],
    *,
    u0: float = 0.0,
    y0: float = 0.0,
    order: int = 1,
    u_target: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    confidence: float = 0.95,
) -> VariablesInterval:
    """Derive intervals from measured drifts (NASA-HDBK-8739.19-5, Castrup).

    δ(t) = Σ b_j t^j without a constant is fitted. The uncertainty target is reached when
    u0² + s² + u²(fit) equals its square; the reliability target when
    y0 + δ(t) ± t_p(ν)·u(t) first meets a limit (one-sided with one limit).

    :param dt: times since the last calibration; :param delta: changes found
    :param u0: standard uncertainty at calibration; :param y0: value at calibration
    :param order: of the polynomial; :param u_target: largest standard uncertainty
    :param lower, upper: limits of the value; :param confidence: of the prediction
    :returns: intervals in the unit of dt; 0 when already outside, infinite when never
    :raises BudgetError: too few drifts, a confidence out of range

    >>> dt, delta = [70, 86, 104, 135, 167, 173], [.1, .11, .251, .299, .403, .615]
    >>> result = interval_variables(dt, delta, u0=0.28, order=2, u_target=0.5)
    >>> round(result.uncertainty_target, 2)
    327.15
    """
    fit = fit_polynomial(dt, delta, order, constant=False)
    scale = max(abs(float(t)) for t in dt)

    def u(t: float) -> float:
        return math.hypot(u0, fit.u_new(t))

    until = None
    if u_target is not None:
        until = _first_crossing(lambda t: u(t) - u_target, scale)
    reached = None
    if lower is not None or upper is not None:
        p = _ratio(confidence, "a confidence")
        if lower is None or upper is None:
            p = 2 * p - 1  # one-sided
        k = t_factor(p, fit.dof)
        crossings = []
        if upper is not None:
            crossings.append(
                _first_crossing(lambda t: y0 + fit(t) + k * u(t) - upper, scale)
            )
        if lower is not None:
            crossings.append(
                _first_crossing(lambda t: lower - y0 - fit(t) + k * u(t), scale)
            )
        reached = min(crossings)
    return VariablesInterval(fit, until, reached)
