# SPDX-License-Identifier: AGPL-3.0-only
"""Plain measuring ranges as customers write them. Pure Python."""

import re
import unicodedata
from decimal import Decimal

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_RANGE = re.compile(
    rf"^\(?({_NUMBER})([^\d()~+.-]*)(?:~|-|至|到)({_NUMBER})\)?([^\d~]*)$"
)


def parse_range(text):
    """Return ``(low, high, unit)`` of a plain range as texts, or None.

    >>> parse_range("(0～1.6)MPa")
    ('0', '1.6', 'MPa')
    >>> parse_range("25mm~50mm")
    ('25', '50', 'mm')
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
    if Decimal(low) > Decimal(high):
        return None
    return low, high, unit or first_unit
