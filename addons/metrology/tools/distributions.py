# SPDX-License-Identifier: AGPL-3.0-only
"""Distributions of input quantities (JJF 1059.1-2012 4.3.3, JCGM 101 6.4).

For each: the standard uncertainty from its parameters, the coverage factor at a
probability, and the inverse distribution function that turns uniform numbers into
samples (numpy keeps the stream of uniform numbers across versions, not that of its own
``normal()``; NEP 19).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .errors import QuantityError

__all__ = [
    "ALIASES",
    "DISTRIBUTIONS",
    "coverage_factor",
    "divisor",
    "normal_quantile",
    "sample",
    "t_factor",
    "uniforms_needed",
]

#: names users and files write -> the name of the engine
ALIASES = {
    "std": "normal",
    "gaussian": "normal",
    "uniform": "rect",
    "rectangular": "rect",
    "triangular": "tri",
    "triangle": "tri",
    "u": "arcsine",
    "u_shaped": "arcsine",
    "trapezoid": "trap",
    "trapezoidal": "trap",
    "two-point": "two_point",
    "student": "t",
}

DISTRIBUTIONS = (
    "normal",
    "rect",
    "rect_asym",
    "tri",
    "arcsine",
    "two_point",
    "trap",
    "ctrap",
    "t",
    "exponential",
    "gamma",
)


def _error(code: str, cause: str, **params: Any) -> QuantityError:
    return QuantityError(code, cause, **params)


def known(dist: str) -> str:
    """Return the engine's name of a distribution, or refuse it.

    >>> known("uniform")
    'rect'
    """
    name = ALIASES.get(str(dist), str(dist))
    if name not in DISTRIBUTIONS:
        raise _error(
            "unknown_distribution",
            "the distribution {dist!r} is not known; there are {known}",
            dist=dist,
            known=", ".join(DISTRIBUTIONS),
        )
    return name


def divisor(dist: str, beta: float | None = None) -> float:
    """Return k of a bounded distribution: u = a/k with the half-width a.

    JJF 1059.1-2012 table 3: rectangular √3, triangular √6, arc sine √2, two-point 1,
    trapezoid √(6/(1+β²)) with β the ratio of the upper to the lower base.

    :param dist: a distribution with a half-width; :param beta: of the trapezoid
    :raises QuantityError: for another distribution, β outside 0 to 1

    >>> round(divisor("rect"), 3), round(divisor("trap", 0.71), 3)
    (1.732, 1.997)
    """
    name = known(dist)
    fixed = {"rect": 3.0, "tri": 6.0, "arcsine": 2.0, "two_point": 1.0}
    if name in fixed:
        return math.sqrt(fixed[name])
    if name == "trap":
        if beta is None or not 0 <= beta <= 1:
            raise _error(
                "beta", "a trapezoid needs β between 0 and 1, not {beta}", beta=beta
            )
        return math.sqrt(6 / (1 + beta * beta))
    raise _error(
        "no_half_width", "the distribution {dist} has no half-width", dist=name
    )


def normal_quantile(p: float) -> float:
    """Return k of a two-sided normal interval: z((1+p)/2), JJF 1059.1 table 2.

    :param p: probability, 0 < p < 1; :returns: k, a ratio
    :raises QuantityError: for a probability out of range

    >>> round(normal_quantile(0.95), 3)
    1.96
    """
    from statistics import NormalDist

    if not 0 < p < 1:
        raise _error("probability", "a probability lies between 0 and 1, not {p}", p=p)
    return NormalDist().inv_cdf((1 + p) / 2)


def t_factor(p: float, dof: float) -> float:
    """Return t_p(ν) of a two-sided interval (JCGM 100 table G.2).

    :param dof: degrees of freedom, at least 1 (fractions allowed); infinite = normal
    :raises QuantityError: for a probability outside 0 to 1, dof below 1

    >>> round(t_factor(0.95, 10), 2), round(t_factor(0.9545, math.inf), 2)
    (2.23, 2.0)
    """
    if not 0 < p < 1:
        raise _error("probability", "a probability lies between 0 and 1, not {p}", p=p)
    if math.isinf(dof):
        return normal_quantile(p)
    if not dof >= 1:
        raise _error("dof", "{dof} degrees of freedom are less than 1", dof=dof)
    from scipy.special import stdtrit

    return float(stdtrit(dof, (1 + p) / 2))


def coverage_factor(
    dist: str, p: float, *, beta: float | None = None, dof: float = math.inf
) -> float:
    """Return k = (half-width of the interval of probability p)/u for one distribution.

    JJF 1059.1-2012 table 2 and 3; p = 1 gives the full half-width.

    :param dist: name of the distribution; :param p: probability, 0 < p <= 1
    :param beta: ratio of the bases of a trapezoid; :param dof: of normal and t
    :returns: k, a ratio
    :raises QuantityError: unknown distribution, p or β out of range

    >>> round(coverage_factor("rect", 0.95), 2), round(coverage_factor("tri", 0.99), 1)
    (1.65, 2.2)
    """
    name = known(dist)
    if not 0 < p <= 1:
        raise _error("probability", "a probability lies between 0 and 1, not {p}", p=p)
    if name in ("normal", "t"):
        return t_factor(p, dof)
    k = divisor(name, beta)
    if p == 1 or name == "two_point":
        return k
    if name == "rect":
        return p * k
    if name == "tri":
        return (1 - math.sqrt(1 - p)) * k
    if name == "arcsine":
        return math.sin(math.pi * p / 2) * k
    assert beta is not None
    # EA-4/02 S10: inside the flat part, or on the slope
    if p / (2 - p) <= beta:
        return p * (1 + beta) / 2 * k
    return (1 - math.sqrt((1 - p) * (1 - beta * beta))) * k


def uniforms_needed(dist: str) -> int:
    """Return how many uniform numbers one sample takes.

    :param dist: name of the distribution (JCGM 101 6.4); raises nothing

    >>> uniforms_needed("rect"), uniforms_needed("ctrap")
    (1, 2)
    """
    return 2 if dist == "ctrap" else 1


def sample(
    dist: str, params: Mapping[str, float], x: float, u: Any, v: Any = None
) -> Any:
    """Turn uniform numbers into samples of a distribution (JCGM 101 6.4, table 1).

    :param params: ``u`` (normal), ``s``/``dof`` (t), ``a`` (rect, tri, arcsine, trap,
        two_point), ``lo``/``hi`` (rect_asym), ``lo``/``hi``/``d`` (ctrap)
    :param x: the estimate; :param u: array of uniform numbers in (0, 1)
    :param v: a second array (ctrap)
    :returns: array of the shape of u
    :raises QuantityError: for an unknown distribution

    >>> import numpy
    >>> sample("rect", {"a": 1.0}, 5.0, numpy.array([0.0, 0.5, 1.0])).tolist()
    [4.0, 5.0, 6.0]
    """
    import numpy as np
    from scipy import special

    if dist == "normal":
        return x + params["u"] * special.ndtri(u)
    if dist == "t":
        return x + params["s"] * special.stdtrit(params["dof"], u)
    if dist == "rect":
        return x + params["a"] * (2 * u - 1)
    if dist == "rect_asym":
        return params["lo"] + (params["hi"] - params["lo"]) * u
    if dist == "tri":
        half = np.minimum(u, 1 - u)
        return x + params["a"] * np.copysign(1 - np.sqrt(2 * half), u - 0.5)
    if dist == "arcsine":
        return x + params["a"] * np.sin(np.pi * (u - 0.5))
    if dist == "two_point":
        return x + params["a"] * np.where(u < 0.5, -1.0, 1.0)
    if dist == "trap":
        beta = params["beta"]
        half = np.minimum(u, 1 - u)
        # distance from the middle: on the slope or on the flat top
        slope = 1 - np.sqrt(2 * half * (1 - beta * beta))
        flat = (0.5 - half) * (1 + beta)
        return x + params["a"] * np.copysign(
            np.where(flat <= beta, flat, slope), u - 0.5
        )
    if dist == "ctrap":
        low, high, d = params["lo"], params["hi"], params["d"]
        start = (low - d) + 2 * d * u
        return start + ((low + high) - 2 * start) * v
    if dist == "exponential":
        return -params["mean"] * np.log1p(-u)
    if dist == "gamma":
        return params["scale"] * special.gammaincinv(params["shape"], u)
    raise _error(
        "unknown_distribution",
        "the distribution {dist!r} is not known; there are {known}",
        dist=dist,
        known=", ".join(DISTRIBUTIONS),
    )
