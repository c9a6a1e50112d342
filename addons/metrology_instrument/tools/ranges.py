# SPDX-License-Identifier: AGPL-3.0-only
"""Plain measuring ranges as customers write them. Pure Python, exact decimals."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from . import text_keys

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_RANGE = re.compile(
    rf"^\(?({_NUMBER})([^\d()~+.-]*)(?:~|-|至|到)({_NUMBER})\)?([^\d~]*)$"
)

#: Factors of the common units to the first one of their line, for comparing
#: ranges only.  Another unit is compared with itself alone.
_SCALES = (
    {"Pa": 1, "hPa": 100, "kPa": 1000, "MPa": 10**6, "GPa": 10**9, "bar": 10**5},
    {"m": 1, "cm": Decimal("0.01"), "mm": Decimal("0.001"), "um": Decimal("0.000001")},
    {"kg": 1, "g": Decimal("0.001"), "mg": Decimal("0.000001"), "t": 1000},
    {"V": 1, "mV": Decimal("0.001"), "kV": 1000},
    {"A": 1, "mA": Decimal("0.001"), "uA": Decimal("0.000001"), "kA": 1000},
    {"ohm": 1, "kohm": 1000, "Mohm": 10**6},
    {"s": 1, "min": 60, "h": 3600, "ms": Decimal("0.001")},
    {"L": 1, "mL": Decimal("0.001"), "uL": Decimal("0.000001")},
)
_UNIT_WRITINGS = {"Ω": "ohm", "kΩ": "kohm", "MΩ": "Mohm", "μm": "um", "μA": "uA"}


def parse_range(text):
    """Return ``(low, high, unit)`` of a plain range, or None.

    >>> parse_range("(0～1.6)MPa")
    (Decimal('0'), Decimal('1.6'), 'MPa')
    >>> parse_range("25mm~50mm")
    (Decimal('25'), Decimal('50'), 'mm')
    >>> parse_range("-20~60℃；10~95%RH") is None, parse_range("500V") is None
    (True, True)
    """
    plain = unicodedata.normalize("NFKC", text or "")
    plain = re.sub(r"[～〜∼]", "~", plain)
    plain = re.sub(r"[‐‑‒–—―−]", "-", re.sub(r"\s+", "", plain))
    match = _RANGE.match(plain)
    if not match:
        return None
    low, first_unit, high, unit = match.groups()
    unit = unit.strip("()")
    if first_unit and unit and first_unit != unit:
        return None
    low, high = Decimal(low), Decimal(high)
    if low > high:
        return None
    return low, high, unit or first_unit


def parse_bounds(low, high, unit):
    """Return the range of two typed bounds and a unit symbol, or None."""
    try:
        return Decimal(low or ""), Decimal(high or ""), unit or ""
    except (InvalidOperation, TypeError):
        return None


def _scaled(bounds):
    low, high, unit = bounds
    unit = _UNIT_WRITINGS.get(unit, unit)
    for index, scale in enumerate(_SCALES):
        if unit in scale:
            return low * scale[unit], high * scale[unit], index
    return low, high, text_keys.compact(unit)


def contains(outer, inner):
    """Whether ``outer`` holds ``inner``; None where that cannot be said.

    >>> contains(parse_range("0~60MPa"), parse_range("0-1600kPa"))
    True
    >>> contains(parse_range("0~60MPa"), parse_range("0~100 MPa"))
    False
    >>> contains(parse_range("0~60MPa"), parse_range("0~100 g")) is None
    True
    """
    if not outer or not inner:
        return None
    low, high, unit = _scaled(outer)
    inner_low, inner_high, inner_unit = _scaled(inner)
    if unit != inner_unit:
        return None
    return low <= inner_low and inner_high <= high
