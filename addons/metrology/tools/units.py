# SPDX-License-Identifier: AGPL-3.0-only
"""Conversion of units with dimension and offset, exactly (GB 3100/3102, SI brochure).

A unit belongs to a quantity kind; value_SI = value·factor + offset with exact factor and
offset. Conversion across kinds is refused even when the dimension is the same (torque
and energy, Hz and Bq). Odoo's own units of measure know neither dimension nor offset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .errors import UnitError
from .rounding import (
    Exact,
    _decimal_places,
    decimals_of,
    exact,
    plain,
    round_significant,
    text,
)

__all__ = [
    "KINDS",
    "UNITS",
    "Unit",
    "convert",
    "convert_difference",
    "convert_exact",
    "convert_text",
    "find_unit",
]

_PI = Fraction("3.14159265358979323846264338327950288419716939937510582")


@dataclass(frozen=True)
class Unit:
    """A unit: symbol, quantity kind, exact factor and offset to the SI unit, D-SI text.

    :param dsi: expression of the D-SI (SIRP brochure) used in digital certificates
    """

    symbol: str
    kind: str
    factor: Fraction
    offset: Fraction = Fraction(0)
    dsi: str = ""

    def to_si(self, value: Fraction) -> Fraction:
        """Return the value in the SI unit of the kind."""
        return value * self.factor + self.offset

    def from_si(self, value: Fraction) -> Fraction:
        """Return an SI value in this unit."""
        return (value - self.offset) / self.factor


def _table() -> dict[str, Unit]:
    units: dict[str, Unit] = {}

    def add(
        kind: str, symbol: str, factor: str | Fraction, dsi: str, offset: str = "0"
    ) -> None:
        number = factor if isinstance(factor, Fraction) else Fraction(factor)
        units[symbol] = Unit(symbol, kind, number, Fraction(offset), dsi)

    prefixes = {
        "G": ("1e9", r"\giga"),
        "M": ("1e6", r"\mega"),
        "k": ("1e3", r"\kilo"),
        "": ("1", ""),
        "m": ("1e-3", r"\milli"),
        "µ": ("1e-6", r"\micro"),
        "n": ("1e-9", r"\nano"),
        "p": ("1e-12", r"\pico"),
    }

    def series(kind: str, symbol: str, dsi: str, names: str, factor: str = "1") -> None:
        for prefix in names.split(","):
            scale, word = prefixes[prefix]
            add(kind, prefix + symbol, Fraction(scale) * Fraction(factor), word + dsi)

    series("length", "m", r"\metre", "k,,m,µ,n")
    add("length", "cm", "0.01", r"\centi\metre")
    add("length", "dm", "0.1", r"\deci\metre")
    add("length", "in", "0.0254", r"\inch")
    add("length", "ft", "0.3048", r"\foot")
    series("mass", "g", r"\gram", "k,,m,µ", "1e-3")
    add("mass", "t", "1000", r"\tonne")
    add("mass", "ct", "0.0002", r"\carat")
    add("mass", "lb", "0.45359237", r"\lb")
    series("pressure", "Pa", r"\pascal", "M,k,,m")
    add("pressure", "hPa", "100", r"\hecto\pascal")
    add("pressure", "bar", "100000", r"\bar")
    add("pressure", "mbar", "100", r"\milli\bar")
    # conventional: 13595.1 kg/m³ and 9.80665 m/s²
    add("pressure", "mmHg", "133.322387415", r"\mmHg")
    add("pressure", "Torr", Fraction(101325, 760), r"\torr")
    add("pressure", "atm", "101325", r"\atm")
    add("pressure", "mmH2O", "9.80665", r"\mmH2O")
    add("pressure", "kgf/cm²", "98066.5", "")
    add(
        "pressure",
        "psi",
        Fraction("4.4482216152605") / Fraction("0.0254") ** 2,
        r"\psi",
    )
    add("temperature", "K", "1", r"\kelvin")
    add("temperature", "°C", "1", r"\degreecelsius", "273.15")
    add("temperature", "mK", "0.001", r"\milli\kelvin")
    units["°F"] = Unit("°F", "temperature", Fraction(5, 9), Fraction("459.67") * 5 / 9,
                       r"\degreefahrenheit")  # fmt: skip
    add("temperature_difference", "ΔK", "1", r"\kelvin")
    add("temperature_difference", "Δ°C", "1", r"\kelvin")
    add("relative_humidity", "%RH", "0.01", r"\percent")
    series("time", "s", r"\second", ",m,µ,n")
    add("time", "min", "60", r"\minute")
    add("time", "h", "3600", r"\hour")
    add("time", "d", "86400", r"\day")
    series("frequency", "Hz", r"\hertz", "G,M,k,,m")
    add("rotation_frequency", "r/min", Fraction(1, 60), r"\one\per\minute")
    add("rotation_frequency", "r/s", "1", r"\one\per\second")
    series("current", "A", r"\ampere", "k,,m,µ,n,p")
    series("voltage", "V", r"\volt", "M,k,,m,µ,n")
    series("resistance", "Ω", r"\ohm", "G,M,k,,m,µ")
    series("capacitance", "F", r"\farad", ",m,µ,n,p")
    series("inductance", "H", r"\henry", ",m,µ,n")
    series("conductivity", "S/m", r"\siemens\metre\tothe{-1}", ",m,µ")
    add("conductivity", "µS/cm", "1e-4", r"\micro\siemens\centi\metre\tothe{-1}")
    add("conductivity", "mS/cm", "1e-1", r"\milli\siemens\centi\metre\tothe{-1}")
    series("power", "W", r"\watt", "M,k,,m,µ")
    series("energy", "J", r"\joule", "M,k,,m")
    add("energy", "kWh", "3600000", r"\kilo\watt\hour")
    series("force", "N", r"\newton", "M,k,,m")
    add("force", "kgf", "9.80665", "")
    series("torque", "N·m", r"\newton\metre", "k,,m")
    add("volume", "m³", "1", r"\metre\tothe{3}")
    add("volume", "L", "0.001", r"\litre")
    add("volume", "mL", "1e-6", r"\milli\litre")
    add("volume", "µL", "1e-9", r"\micro\litre")
    add("volume", "cm³", "1e-6", r"\centi\metre\tothe{3}")
    add("area", "m²", "1", r"\metre\tothe{2}")
    add("area", "cm²", "1e-4", r"\centi\metre\tothe{2}")
    add("area", "mm²", "1e-6", r"\milli\metre\tothe{2}")
    add("volume_flow", "m³/h", Fraction(1, 3600), r"\metre\tothe{3}\hour\tothe{-1}")
    add("volume_flow", "m³/s", "1", r"\metre\tothe{3}\second\tothe{-1}")
    add("volume_flow", "L/min", Fraction(1, 60000), r"\litre\minute\tothe{-1}")
    add("speed", "m/s", "1", r"\metre\second\tothe{-1}")
    add("speed", "km/h", Fraction(1000, 3600), r"\kilo\metre\hour\tothe{-1}")
    add("acceleration", "m/s²", "1", r"\metre\second\tothe{-2}")
    add("density", "kg/m³", "1", r"\kilogram\metre\tothe{-3}")
    add("density", "g/cm³", "1000", r"\gram\centi\metre\tothe{-3}")
    add("amount_fraction", "mol/mol", "1", r"\mole\mole\tothe{-1}")
    add("amount_fraction", "%mol/mol", "0.01", r"\percent")
    add("amount_fraction", "mmol/mol", "1e-3", r"\milli\mole\mole\tothe{-1}")
    add("amount_fraction", "µmol/mol", "1e-6", r"\micro\mole\mole\tothe{-1}")
    add("amount_concentration", "mol/L", "1000", r"\mole\litre\tothe{-1}")
    add("amount_concentration", "mmol/L", "1", r"\milli\mole\litre\tothe{-1}")
    add("mass_concentration", "mg/m³", "1e-6", r"\milli\gram\metre\tothe{-3}")
    add("mass_concentration", "mg/L", "1e-3", r"\milli\gram\litre\tothe{-1}")
    add("mass_concentration", "µg/L", "1e-6", r"\micro\gram\litre\tothe{-1}")
    add("angle", "rad", "1", r"\radian")
    add("angle", "mrad", "0.001", r"\milli\radian")
    add("angle", "°", _PI / 180, r"\degree")
    add("angle", "′", _PI / 10800, r"\arcminute")
    add("angle", "″", _PI / 648000, r"\arcsecond")
    add("illuminance", "lx", "1", r"\lux")
    add("sound_level", "dB", "1", r"\decibel")
    add("ratio", "1", "1", r"\one")
    add("ratio", "%", "0.01", r"\percent")
    add("ratio", "‰", "0.001", "")
    add("ratio", "ppm", "1e-6", r"\ppm")
    add("ph", "pH", "1", r"\one")
    series("absorbed_dose", "Gy", r"\gray", ",m,µ")
    series("dose_equivalent", "Sv", r"\sievert", ",m,µ")
    series("activity", "Bq", r"\becquerel", "G,M,k,")
    return units


#: all units by symbol
UNITS: Mapping[str, Unit] = _table()
#: all quantity kinds
KINDS: frozenset[str] = frozenset(unit.kind for unit in UNITS.values())

_ALIASES = {
    "℃": "°C", "oC": "°C", "degC": "°C", "℉": "°F", "degF": "°F", "%rh": "%RH",
    "ohm": "Ω", "Ohm": "Ω", "kohm": "kΩ", "l": "L", "ml": "mL", "l/min": "L/min",
    "m3": "m³", "m2": "m²", "m3/h": "m³/h", "rpm": "r/min", "deg": "°", "kgf/cm2": "kgf/cm²",
    "mmH₂O": "mmH2O", "N.m": "N·m", "Nm": "N·m", "kg/m3": "kg/m³", "g/cm3": "g/cm³",
    "mg/m3": "mg/m³", "cm3": "cm³", "cm2": "cm²", "mm2": "mm²", "m/s2": "m/s²",
    "10^-6": "ppm", "1e-6": "ppm",
}  # fmt: skip


def find_unit(symbol: str) -> Unit:
    """Return a unit by its symbol as people write it.

    Greek μ and the micro sign, ℃, full-width letters and "um" for µm are understood.
    Letters keep their case: mPa is not MPa.

    :raises UnitError: for an unknown symbol
    :param symbol: as written (GB 3100-1993, SI brochure)

    >>> find_unit("℃").kind, find_unit("um").symbol
    ('temperature', 'µm')
    """
    typed = re.sub(r"\s+", "", str(symbol)[:40])
    for candidate in (typed, typed.replace("μ", "µ"), _ALIASES.get(typed, "")):
        if candidate in UNITS:
            return UNITS[candidate]
    folded = unicodedata.normalize("NFKC", typed).replace("μ", "µ")
    for candidate in (
        folded,
        _ALIASES.get(folded, ""),
        re.sub(r"^u(?=[A-Za-zΩ])", "µ", folded),
    ):
        if candidate in UNITS:
            return UNITS[candidate]
    # NFKC of ℃ and Ω (ohm sign) differs from what the table is written in
    for unit in UNITS.values():
        if unicodedata.normalize("NFKC", unit.symbol).replace("μ", "µ") == folded:
            return unit
    raise UnitError("unknown_unit", "the unit '{unit}' is not known", unit=symbol)


def _pair(source: str | Unit, target: str | Unit) -> tuple[Unit, Unit]:
    one = source if isinstance(source, Unit) else find_unit(source)
    two = target if isinstance(target, Unit) else find_unit(target)
    if one.kind != two.kind:
        raise UnitError(
            "other_kind",
            "{source} ({source_kind}) cannot be converted to {target} ({target_kind})",
            source=one.symbol,
            source_kind=one.kind,
            target=two.symbol,
            target_kind=two.kind,
        )
    return one, two


def convert_exact(
    value: Exact,
    source_factor: Exact,
    source_offset: Exact,
    target_factor: Exact,
    target_offset: Exact,
) -> Fraction:
    """Convert with factors and offsets to the coherent unit: x·f + o.

    For units kept in a database; the caller checks that the quantities are the same.

    :raises UnitError: for a factor of zero
    :param value: exact; :param source_factor, source_offset, target_factor,
        target_offset: exact texts of both units (GB 3100-1993)

    >>> convert_exact("37", "1", "273.15", "1", "0")
    Fraction(6203, 20)
    """
    factor, divisor = exact(source_factor), exact(target_factor)
    if not factor or not divisor:
        raise UnitError("zero_factor", "a unit cannot have the factor zero")
    return (
        exact(value) * factor + exact(source_offset) - exact(target_offset)
    ) / divisor


def convert(value: Exact, source: str | Unit, target: str | Unit) -> Fraction:
    """Convert a value exactly.

    :param value: exact value in ``source``
    :raises UnitError: unknown unit, or another quantity kind
    :param source, target: symbols or units (GB 3100-1993, SI brochure)

    >>> convert("1", "bar", "kPa"), convert("25", "°C", "K")
    (Fraction(100, 1), Fraction(5963, 20))
    >>> convert("1", "kPa", "°C")
    Traceback (most recent call last):
    odoo.addons.metrology.tools.errors.UnitError: kPa (pressure) cannot be converted to °C \
(temperature)
    """
    one, two = _pair(source, target)
    return two.from_si(one.to_si(exact(value)))


def convert_difference(
    value: Exact, source: str | Unit, target: str | Unit
) -> Fraction:
    """Convert a difference, an error or an uncertainty: without offset.

    :param value: exact difference in ``source`` (JJF 1059.1: U has the unit of y)
    :param source, target: symbols or units; :returns: exact
    :raises UnitError: unknown unit, or another quantity kind

    >>> convert_difference("0.9", "°F", "°C"), convert_difference("0.2", "°C", "K")
    (Fraction(1, 2), Fraction(1, 5))
    """
    one, two = _pair(source, target)
    return exact(value) * one.factor / two.factor


def convert_text(
    value: str, source: str | Unit, target: str | Unit, digits: int = 12
) -> str:
    """Convert a typed number and keep its resolution where the result ends.

    A result that ends keeps the trailing zeros of the typed text (moved with the
    factor when that is a power of ten); one that does not is cut at ``digits``.

    :param value: text as typed in ``source``; :param source, target: symbols or units
    :param digits: significant digits of a result that never ends (GB 3100-1993)
    :raises UnitError: unknown unit, or another quantity kind

    >>> convert_text("0.10", "MPa", "kPa"), convert_text("20.0", "°C", "K")
    ('100', '293.15')
    >>> convert_text("1.50", "m", "mm"), convert_text("1500", "mm", "m")
    ('1500', '1.500')
    """
    one, two = _pair(source, target)
    result = two.from_si(one.to_si(exact(value)))
    places = _decimal_places(result)
    if places is None:
        return round_significant(result, digits)
    typed = decimals_of(value)
    ratio = two.factor / one.factor
    shift = 0
    while ratio >= 10 and ratio.denominator == 1 and ratio % 10 == 0:
        ratio /= 10
        shift += 1
    while ratio < 1 and ratio.numerator == 1 and ratio.denominator % 10 == 0:
        ratio *= 10
        shift -= 1
    keep = max(0, typed + shift) if ratio == 1 else typed
    return text(result, max(places, keep)) if places <= 60 else plain(result)
