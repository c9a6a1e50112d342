# SPDX-License-Identifier: AGPL-3.0-only
"""Maximum permissible errors as regulations write them, computed exactly.

An MPE is data: a number, a percentage of the span or of the reading, a formula, a
table by range, the wider (or narrower) of two, or a limit widened in a part of the
range. :func:`limit_from_definition` turns the definition into limits for one point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .errors import BudgetError
from .explanation import Explained, explains
from .formula import compile_model
from .rounding import Exact, exact, plain

__all__ = [
    "GaugeResult",
    "Limits",
    "WEIGHT_MPE",
    "limit_from_definition",
    "mpe_r76",
    "pressure_gauge",
    "weight_mpe",
    "weight_verdict",
]

Value = Exact | float


def _exact(value: Value) -> Fraction:
    return exact(repr(value)) if isinstance(value, float) else exact(value)


@dataclass(frozen=True)
class Limits(Explained):
    """Lower and upper limit of an error, exact, and where they come from."""

    standard = ""

    lower: Fraction
    upper: Fraction
    origin: str = ""

    @property
    def mpev(self) -> Fraction:
        """Magnitude of the larger limit."""
        return max(abs(self.lower), abs(self.upper))

    def accepts(self, error: Value) -> bool:
        """Whether the error lies within the limits, the limits included."""
        return self.lower <= _exact(error) <= self.upper


def _symmetric(half: Fraction, origin: str) -> Limits:
    half = abs(half)
    return Limits(-half, half, origin)


def _joined(kind: str, parts: Sequence[Limits]) -> Limits:
    """Join limits: the wider (either), the narrower (both), or their sum."""
    if not parts:
        raise BudgetError(
            "mpe_value", "an MPE of kind {kind} needs {name}", kind=kind, name="of"
        )
    if kind == "sum":
        return Limits(
            sum((item.lower for item in parts), Fraction(0)),
            sum((item.upper for item in parts), Fraction(0)),
            " + ".join(item.origin for item in parts),
        )
    outer = kind == "either"
    low = (min if outer else max)(item.lower for item in parts)
    high = (max if outer else min)(item.upper for item in parts)
    word = " or " if outer else " and "
    return Limits(low, high, word.join(item.origin for item in parts))


@explains
def limit_from_definition(
    definition: Mapping[str, Any],
    *,
    x: Value | None = None,
    span: Value | None = None,
    values: Mapping[str, Value] | None = None,
) -> Limits:
    """Return the limits of the error at one point.

    Definitions (all numbers as typed text, in the unit of the error):

    * ``{"kind": "number", "value": "0.02"}`` or ``{"lower": "-0.2", "upper": "0.5"}``
    * ``{"kind": "percent_of_span", "value": "1.6"}``: ±1.6 % of ``span``
    * ``{"kind": "percent_of_reading", "value": "5"}``: ±5 % of ``x``
    * ``{"kind": "formula", "text": "10*(1+0.1/x)"}``: names x, span and ``values``
    * ``{"kind": "table", "rows": [{"up_to": "150", "value": "0.02"}, ...]}``: the first
      row whose bound reaches ``x``; ``"mpe"`` may hold a definition instead of value
    * ``{"kind": "either", "of": [definition, ...]}``: either one is enough (the wider)
    * ``{"kind": "both", "of": [definition, ...]}``: both hold (the narrower)
    * ``{"kind": "sum", "of": [definition, ...]}``: a + b·reading + c·range
    * ``{"kind": "widened", "mpe": definition, "from": "90", "to": "100",
      "wider": definition}``: another limit where x lies in that percentage of the span

    :param x: the point (nominal value or reading); :param span: measuring span
    :raises BudgetError: an unknown kind, a missing value, a point outside the table
    :returns: :class:`Limits`, exact, in the unit of the definition (JJF 1094-2002 5.3,
        GB/T 8170-2008 4)

    >>> limit_from_definition({"kind": "percent_of_span", "value": "1.6"}, span="1.6").upper
    Fraction(16, 625)
    >>> either = {"kind": "either", "of": [{"kind": "number", "value": "5"},
    ...     {"kind": "percent_of_reading", "value": "10"}]}
    >>> limit_from_definition(either, x="100").upper
    Fraction(10, 1)
    """
    kind = definition.get("kind")
    part = {"x": x, "span": span, "values": values}

    def need(value: Value | None, name: str) -> Fraction:
        if value is None or value == "":
            raise BudgetError(
                "mpe_value", "an MPE of kind {kind} needs {name}", kind=kind, name=name
            )
        return _exact(value)

    def nested(item: Any) -> Limits:
        return limit_from_definition(item, **part)  # type: ignore[arg-type]

    if kind == "number":
        if "lower" in definition or "upper" in definition:
            low = need(definition.get("lower"), "lower")
            high = need(definition.get("upper"), "upper")
            if low > high:
                raise BudgetError(
                    "limits_crossed", "the lower limit is above the upper limit"
                )
            return Limits(low, high, "number")
        return _symmetric(need(definition.get("value"), "value"), "number")
    if kind == "percent_of_span":
        half = need(definition.get("value"), "value") * need(span, "span") / 100
        return _symmetric(half, f"{definition['value']} % of span")
    if kind == "percent_of_reading":
        half = need(definition.get("value"), "value") * need(x, "x") / 100
        return _symmetric(half, f"{definition['value']} % of reading")
    if kind == "formula":
        names: dict[str, Any] = {
            key: _exact(value)
            for key, value in {"x": x, "span": span, **(values or {})}.items()
            if value is not None
        }
        model = compile_model(
            str(definition.get("text", "")), ["x", "span", *(values or {})]
        )
        return _symmetric(model.evaluate(names), str(definition["text"]))
    if kind == "table":
        point = abs(need(x, "x"))
        for row in definition.get("rows", ()):
            bound = row.get("up_to")
            if bound in (None, "") or point <= _exact(bound):
                if "mpe" in row:
                    return nested(row["mpe"])
                return _symmetric(need(row.get("value"), "value"), f"up to {bound}")
        raise BudgetError(
            "mpe_table", "{x} lies outside the table of the MPE", x=plain(point)
        )
    if kind in ("either", "both", "sum"):
        return _joined(str(kind), [nested(item) for item in definition.get("of", ())])
    if kind == "widened":
        share = need(x, "x") / need(span, "span") * 100
        low_share = need(definition.get("from"), "from")
        high_share = _exact(definition.get("to") or "100")
        inside = low_share <= share <= high_share
        return nested(definition["wider" if inside else "mpe"])
    raise BudgetError("mpe_kind", "there is no MPE of kind {kind!r}", kind=kind)


# ---------------------------------------------------------------- instruments

#: classes of accuracy: loads in e up to which ±0.5e and ±1e hold (OIML R 76-1 table 6)
R76_STEPS = {
    "I": (50_000, 200_000),
    "II": (5_000, 20_000),
    "III": (500, 2_000),
    "IIII": (50, 200),
}


def mpe_r76(accuracy_class: str, m_over_e: Value, in_service: bool = False) -> Fraction:
    """Return the MPE of a balance in units of e (OIML R 76-1 table 6, JJG 1036, 539).

    :param accuracy_class: I, II, III or IIII (also Ⅰ Ⅱ Ⅲ Ⅳ)
    :param m_over_e: load in verification scale intervals
    :param in_service: subsequent control in use: twice the MPE
    :returns: ±MPE in e, exact
    :raises BudgetError: for an unknown class, a negative load

    >>> mpe_r76("III", 501), mpe_r76("II", 20001, in_service=True)
    (Fraction(1, 1), Fraction(3, 1))
    """
    name = {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IIII", "IV": "IIII"}.get(
        accuracy_class, accuracy_class
    )
    if name not in R76_STEPS:
        raise BudgetError(
            "class", "there is no accuracy class {cls!r}", cls=accuracy_class
        )
    load = _exact(m_over_e)
    if load < 0:
        raise BudgetError("negative_load", "a load cannot be negative")
    first, second = R76_STEPS[name]
    half = (
        Fraction(1, 2)
        if load <= first
        else Fraction(1)
        if load <= second
        else Fraction(3, 2)
    )
    return 2 * half if in_service else half


@dataclass(frozen=True)
class GaugeResult(Explained):
    """Verification of a pressure gauge: all values in the unit of the gauge."""

    standard = "JJG 52-2013"
    formulas = (
        "error = after tapping - standard",
        "hysteresis = |up - down| <= MPEV",
        "tap = |after - before| <= MPEV/2",
    )

    error_max: Fraction
    error_min: Fraction
    hysteresis_max: Fraction
    tap_max: Fraction
    mpev: Fraction
    mpev_top: Fraction
    ok: bool
    failures: tuple[str, ...]


#: accuracy class of a general pressure gauge -> class in the upper tenth of the span
GAUGE_TOP_CLASS = {
    "1": "1.6",
    "1.6": "2.5",
    "1.5": "2.5",
    "2.5": "4",
    "4": "4",
}


@explains
def pressure_gauge(
    accuracy_class: Value,
    span: Value,
    points: Sequence[Mapping[str, Value]],
    *,
    top_class: Value | None = None,
) -> GaugeResult:
    """Evaluate a general pressure gauge (JJG 52-2013).

    Error = reading after tapping - standard pressure; hysteresis = |up - down| after
    tapping <= |MPE|; displacement by tapping <= |MPE|/2; from 90 % of the span on the
    next wider class holds.

    :param points: dicts of p, up_before, up_after, down_before, down_after, as typed
    :param top_class: class of the upper tenth, when the regulation's table says another
    :param accuracy_class: in percent of span; :param span: unit of the readings
    :raises BudgetError: without points, for a span that is not positive

    >>> result = pressure_gauge("1.6", "1.6", [{"p": "0.8", "up_before": "0.81",
    ...     "up_after": "0.82", "down_before": "0.82", "down_after": "0.82"}])
    >>> result.ok, result.mpev
    (True, Fraction(16, 625))
    """
    width = _exact(span)
    if width <= 0 or not points:
        raise BudgetError("gauge", "a gauge needs a positive span and points")
    share = _exact(accuracy_class)
    wider = (
        GAUGE_TOP_CLASS.get(plain(share), plain(share))
        if top_class is None
        else top_class
    )
    definition = {
        "kind": "widened",
        "from": "90",
        "to": "100",
        "mpe": {"kind": "percent_of_span", "value": plain(share)},
        "wider": {"kind": "percent_of_span", "value": plain(_exact(wider))},
    }
    errors, hystereses, taps, failures = [], [], [], []
    for number, point in enumerate(points, 1):
        p = _exact(point["p"])
        mpev = limit_from_definition(definition, x=p, span=width).mpev
        up, down = _exact(point["up_after"]), _exact(point["down_after"])
        here = [up - p, down - p]
        hysteresis = abs(up - down)
        tap = max(
            abs(up - _exact(point["up_before"])),
            abs(down - _exact(point["down_before"])),
        )
        errors += here
        hystereses.append(hysteresis)
        taps.append(tap)
        if max(map(abs, here)) > mpev:
            failures.append(f"error:{number}")
        if hysteresis > mpev:
            failures.append(f"hysteresis:{number}")
        if tap > mpev / 2:
            failures.append(f"tap:{number}")
    return GaugeResult(
        max(errors),
        min(errors),
        max(hystereses),
        max(taps),
        width * share / 100,
        width * _exact(wider) / 100,
        not failures,
        tuple(failures),
    )


#: nominal mass in g -> MPE in mg for E1, E2, F1, F2, M1, M2, M3 (OIML R 111-1 table 1)
_CLASSES = ("E1", "E2", "F1", "F2", "M1", "M2", "M3")
WEIGHT_MPE: dict[str, tuple[str | None, ...]] = {
    "5000000": (None, None, "25000", "80000", "250000", "800000", "2500000"),
    "2000000": (None, None, "10000", "30000", "100000", "300000", "1000000"),
    "1000000": (None, "1600", "5000", "16000", "50000", "160000", "500000"),
    "500000": (None, "800", "2500", "8000", "25000", "80000", "250000"),
    "200000": (None, "300", "1000", "3000", "10000", "30000", "100000"),
    "100000": (None, "160", "500", "1600", "5000", "16000", "50000"),
    "50000": ("25", "80", "250", "800", "2500", "8000", "25000"),
    "20000": ("10", "30", "100", "300", "1000", "3000", "10000"),
    "10000": ("5.0", "16", "50", "160", "500", "1600", "5000"),
    "5000": ("2.5", "8.0", "25", "80", "250", "800", "2500"),
    "2000": ("1.0", "3.0", "10", "30", "100", "300", "1000"),
    "1000": ("0.5", "1.6", "5.0", "16", "50", "160", "500"),
    "500": ("0.25", "0.8", "2.5", "8.0", "25", "80", "250"),
    "200": ("0.10", "0.3", "1.0", "3.0", "10", "30", "100"),
    "100": ("0.05", "0.16", "0.5", "1.6", "5.0", "16", "50"),
    "50": ("0.03", "0.10", "0.3", "1.0", "3.0", "10", "30"),
    "20": ("0.025", "0.08", "0.25", "0.8", "2.5", "8.0", "25"),
    "10": ("0.020", "0.06", "0.20", "0.6", "2.0", "6.0", "20"),
    "5": ("0.016", "0.05", "0.16", "0.5", "1.6", "5.0", "16"),
    "2": ("0.012", "0.04", "0.12", "0.4", "1.2", "4.0", "12"),
    "1": ("0.010", "0.03", "0.10", "0.3", "1.0", "3.0", "10"),
    "0.5": ("0.008", "0.025", "0.08", "0.25", "0.8", "2.5", None),
    "0.2": ("0.006", "0.020", "0.06", "0.20", "0.6", "2.0", None),
    "0.1": ("0.005", "0.016", "0.05", "0.16", "0.5", "1.6", None),
    "0.05": ("0.004", "0.012", "0.04", "0.12", "0.4", None, None),
    "0.02": ("0.003", "0.010", "0.03", "0.10", "0.3", None, None),
    "0.01": ("0.003", "0.008", "0.025", "0.08", "0.25", None, None),
    "0.005": ("0.003", "0.006", "0.020", "0.06", "0.20", None, None),
    "0.002": ("0.003", "0.006", "0.020", "0.06", "0.20", None, None),
    "0.001": ("0.003", "0.006", "0.020", "0.06", "0.20", None, None),
}


def weight_mpe(nominal: Value, accuracy_class: str, unit: str = "g") -> str:
    """Return the MPE of a weight in mg (OIML R 111-1:2004 table 1, JJG 99).

    :param nominal: nominal mass in ``unit`` (g, kg or mg)
    :raises BudgetError: for a nominal mass or class the table does not have

    >>> weight_mpe("10", "F2", "kg"), weight_mpe("1", "F1", "kg")
    ('160', '5.0')
    """
    scale = {"mg": Fraction(1, 1000), "g": Fraction(1), "kg": Fraction(1000)}
    if unit not in scale:
        raise BudgetError(
            "unit", "a nominal mass is in mg, g or kg, not {unit}", unit=unit
        )
    row = WEIGHT_MPE.get(plain(_exact(nominal) * scale[unit]))
    value = (
        row[_CLASSES.index(accuracy_class)]
        if row and accuracy_class in _CLASSES
        else None
    )
    if value is None:
        raise BudgetError(
            "weight_class",
            "OIML R 111 has no class {cls} for {nominal} {unit}",
            cls=accuracy_class,
            nominal=nominal,
            unit=unit,
        )
    return value


def weight_verdict(
    mc: Value, m0: Value, U: Value, mpe: Value
) -> tuple[str, tuple[str, ...]]:
    """Decide on a weight: U <= MPE/3 and |m_c - m_0| <= MPE - U.

    OIML R 111-1:2004 5.2 and 5.3, JJG 99: U is expanded with k = 2.

    :param mc: conventional mass; :param m0: nominal mass; all in one unit
    :returns: pass, fail or undetermined, with the reasons ("uncertainty", "mass"). With
        U > MPE/3 the measurement is not fit to decide on the class (5.2): undetermined,
        whatever the mass.
    :raises BudgetError: for a negative uncertainty, an MPE that is not positive

    >>> weight_verdict("10000.025", "10000", "0.059", "0.5")
    ('pass', ())
    >>> weight_verdict("10000.1", "10000", "0.050", "0.16")[0]
    'pass'
    """
    spread, limit = _exact(U), _exact(mpe)
    if spread < 0 or limit <= 0:
        raise BudgetError("negative_u", "the uncertainty {u} is negative", u=U)
    reasons = []
    if 3 * spread > limit:
        reasons.append("uncertainty")
    if abs(_exact(mc) - _exact(m0)) > limit - spread:
        reasons.append("mass")
    if "uncertainty" in reasons:
        return "undetermined", tuple(reasons)
    return ("fail" if reasons else "pass"), tuple(reasons)
