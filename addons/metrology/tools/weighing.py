# SPDX-License-Identifier: AGPL-3.0-only
"""Weighing: comparison cycles, air buoyancy, changeover points (JJG 99, OIML R 111).

Masses of one call share one unit; densities are in kg/m³.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .errors import BudgetError
from .explanation import Explained, explains
from .rounding import Exact, exact
from .statistics import TypeA, bessel

__all__ = [
    "Changeover",
    "air_density",
    "buoyancy_correction",
    "changeover",
    "compare_masses",
    "conventional_mass",
    "cycle_difference",
    "eccentricity",
]

Value = Exact | float


def _exact(value: Value) -> Fraction:
    return exact(repr(value)) if isinstance(value, float) else exact(value)


def cycle_difference(readings: Sequence[Value], scheme: str = "ABBA") -> Fraction:
    """Return the difference test - reference of one weighing cycle, drift removed.

    OIML R 111-1 annex C.4: ABBA (r1 t1 t2 r2): ((t1+t2)-(r1+r2))/2; ABA (r1 t r2):
    t - (r1+r2)/2; AB: t - r.

    :param readings: indications in the order of the scheme, A reference, B test
    :returns: exact, the unit of the readings
    :raises BudgetError: for a scheme that does not fit the readings

    >>> cycle_difference(["0.010", "0.020", "0.025", "0.015"])
    Fraction(1, 100)
    """
    letters = scheme.upper()
    if not letters or set(letters) != {"A", "B"} or len(readings) != len(letters):
        raise BudgetError(
            "scheme",
            "the cycle {scheme} does not fit {n} readings",
            scheme=scheme,
            n=len(readings),
        )
    values = [_exact(value) for value in readings]
    test = [v for v, letter in zip(values, letters, strict=True) if letter == "B"]
    reference = [v for v, letter in zip(values, letters, strict=True) if letter == "A"]
    return sum(test, Fraction(0)) / len(test) - sum(reference, Fraction(0)) / len(
        reference
    )


def compare_masses(cycles: Sequence[Sequence[Value]], scheme: str = "ABBA") -> TypeA:
    """Return the mean difference of several cycles and its type A uncertainty.

    OIML R 111-1 C.6.1: u_w = s(Δm)/√n over n cycles.

    :param cycles: readings of each cycle, one unit; :param scheme: as
        :func:`cycle_difference`
    :raises BudgetError: for fewer than two cycles, readings that do not fit

    >>> result = compare_masses([["0", "1", "1", "0"], ["0", "3", "3", "0"]])
    >>> result.mean, result.u
    (2.0, 1.0)
    """
    return bessel([cycle_difference(cycle, scheme) for cycle in cycles])


def air_density(pressure: Value, humidity: Value, temperature: Value) -> Fraction:
    """Return the density of air in kg/m³ (OIML R 111-1 E.3 approximation).

    ρ = (0.34848 p - 0.009 h·exp(0.061 t))/(273.15 + t), relative uncertainty 2e-4 for
    900 hPa < p < 1100 hPa, 10 °C < t < 30 °C, h < 80 %.

    :param pressure: hPa; :param humidity: relative humidity in %; :param temperature: °C
    :raises BudgetError: outside these bounds

    >>> round(float(air_density("1013.25", "50", "20")), 4)
    1.1993
    """
    p, h, t = _exact(pressure), _exact(humidity), _exact(temperature)
    if not (900 <= p <= 1100 and 0 <= h <= 80 and 10 <= t <= 30):
        raise BudgetError(
            "air_density",
            "the approximation holds for 900 to 1100 hPa, up to 80 %, 10 to 30 °C",
        )
    from .numbers_exact import ExactNumbers

    exp = ExactNumbers().exp(Fraction("0.061") * t)
    return (Fraction("0.34848") * p - Fraction("0.009") * h * exp) / (
        Fraction("273.15") + t
    )


def buoyancy_correction(
    mass: Value,
    air: Value,
    test_density: Value,
    reference_density: Value,
    reference_air: Value = "1.2",
) -> Fraction:
    """Return m·(ρ_a - ρ_0)(1/ρ_t - 1/ρ_r), the buoyancy correction of conventional mass.

    OIML R 111-1 10.2.1 (10.2-2), JJG 99; ρ_0 = 1.2 kg/m³.

    :param mass: nominal mass; :param air, reference_air, test_density,
        reference_density: kg/m³; :returns: exact, the unit of the mass
    :raises BudgetError: for a density that is not positive

    >>> round(float(buoyancy_correction("1000", "1.3", "7850", "8000")), 12)
    0.000238853503
    """
    densities = [_exact(test_density), _exact(reference_density)]
    if min(densities) <= 0:
        raise BudgetError("density", "a density must be positive")
    return (
        _exact(mass)
        * (_exact(air) - _exact(reference_air))
        * (1 / densities[0] - 1 / densities[1])
    )


def conventional_mass(
    reference: Value, difference: Value, buoyancy: Value = 0, sensitivity: Value = 1
) -> Fraction:
    """Return m_c = m_cr + ΔI·sensitivity + buoyancy correction, exactly.

    OIML R 111-1 10.2.1; one unit for all masses, sensitivity in that unit per division.

    :param reference, difference, buoyancy: one unit (difference in divisions when a
        sensitivity is given); :returns: exact
    :raises NumberError, TypeError: for what is not a number

    >>> conventional_mass("10000.005", "0.02")
    Fraction(400001, 40)
    """
    return (
        _exact(reference) + _exact(difference) * _exact(sensitivity) + _exact(buoyancy)
    )


@dataclass(frozen=True)
class Changeover(Explained):
    """Indication before rounding: P, error E and corrected error Ec, exact."""

    standard = "OIML R 76-1:2006 A.4.4.3"
    formulas = (
        "P = I + e/2 - dL",
        "E = P - L",
        "Ec = E - E0",
    )

    P: Fraction
    E: Fraction
    Ec: Fraction


@explains
def changeover(
    load: Value, indication: Value, e: Value, additional: Value, zero_error: Value = 0
) -> Changeover:
    """Return the indication of a digital balance before rounding (闪变点法).

    OIML R 76-1:2006 A.4.4.3, JJG 539: small weights are added until the indication
    changes; P = I + ½e - ΔL, E = P - L, Ec = E - E0.

    :param load: L; :param indication: I; :param e: verification scale interval
    :param additional: ΔL, the small weights added; :param zero_error: E0, the error at
        or near zero; all in one unit
    :raises BudgetError: for a scale interval that is not positive

    >>> result = changeover("1000", "1000", "5", "1.5", "0.5")
    >>> result.P, result.E, result.Ec
    (Fraction(1001, 1), Fraction(1, 1), Fraction(1, 2))
    """
    interval = _exact(e)
    if interval <= 0:
        raise BudgetError("interval", "the scale interval must be positive")
    P = _exact(indication) + interval / 2 - _exact(additional)
    E = P - _exact(load)
    return Changeover(P, E, E - _exact(zero_error))


def eccentricity(readings: Mapping[str, Value]) -> Fraction:
    """Return the largest difference between the positions of a load (OIML R 76 A.4.7).

    :param readings: indication by position, one unit; :returns: exact
    :raises BudgetError: for fewer than two positions

    >>> eccentricity({"centre": "100.0", "front": "100.1", "back": "99.9"})
    Fraction(1, 5)
    """
    values = [_exact(value) for value in readings.values()]
    if len(values) < 2:
        raise BudgetError("too_few", "an eccentricity test needs two positions")
    return max(values) - min(values)
