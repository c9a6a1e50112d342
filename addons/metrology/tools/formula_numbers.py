# SPDX-License-Identifier: AGPL-3.0-only
"""The kinds of number a formula is evaluated over.

One tree, four arithmetics with the same functions:

* :class:`ExactNumbers`: fractions; roots and transcendental functions to 50 digits;
* :class:`UncertainNumbers`: GTC uncertain numbers (first-order propagation);
* :class:`ArrayNumbers`: numpy arrays (Monte Carlo);
* :class:`JetNumbers`: truncated Taylor series (derivatives up to the third).

Exact numbers cannot grow without bound: a fraction of more than 4096 bits is brought
back to 300 significant digits, a magnitude outside 1e±1000 is refused.
"""

from __future__ import annotations

from .errors import EvaluationError
from .numbers_array import ArrayNumbers
from .numbers_base import Curve, Numbers, Readings
from .numbers_exact import ExactNumbers
from .numbers_jet import Jet, JetNumbers
from .numbers_uncertain import UncertainNumbers

__all__ = [
    "ArrayNumbers",
    "Curve",
    "ExactNumbers",
    "Jet",
    "JetNumbers",
    "Numbers",
    "Readings",
    "UncertainNumbers",
    "numbers_for",
]


def numbers_for(domain: str) -> Numbers:
    """Return a fresh arithmetic: exact, uncertain, numpy or jet.

    :raises EvaluationError: for another name
    :param domain: name of the arithmetic (JCGM 100 clause 5 uncertain, JCGM 101 numpy)

    >>> from fractions import Fraction
    >>> numbers_for("exact").sqrt(Fraction(4, 9))
    Fraction(2, 3)
    """
    kinds: dict[str, type[Numbers]] = {
        "exact": ExactNumbers,
        "uncertain": UncertainNumbers,
        "numpy": ArrayNumbers,
        "jet": JetNumbers,
    }
    if domain not in kinds:
        raise EvaluationError(
            "domain",
            "there is no arithmetic {domain!r}; there are {known}",
            domain=domain,
            known=", ".join(kinds),
        )
    return kinds[domain]()
