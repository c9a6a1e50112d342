# SPDX-License-Identifier: AGPL-3.0-only
"""Exact rounding and comparison with limits (GB/T 8170-2008, JJF 1059.1 5.3.8).

A reading is the text an operator typed; its trailing zeros are its resolution. Here a
text becomes a :class:`fractions.Fraction` and comes back as a text: no value passes
through a binary float, in which 21 % of the ties of a difference would be rounded wrong.
A binary float is therefore refused (:class:`TypeError`); only an uncertainty, which is
the result of a square root anyway, may be one.

All values of one call share one unit; the functions do not know it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from .errors import NumberError

__all__ = [
    "Exact",
    "LimitCheck",
    "ReportedPair",
    "Rounding",
    "decimals_of",
    "error_round",
    "exact",
    "from_float",
    "plain",
    "report_pair",
    "resolution_of",
    "round_again",
    "round_exact",
    "round_reported",
    "round_significant",
    "round_to",
    "round_uncertainty",
    "text",
    "within_limits",
]

Exact = str | int | Decimal | Fraction
Rounding = Literal["half_even", "half_up", "up", "down"]

MODES = ("half_even", "half_up", "up", "down")
MAX_TEXT = 400  # characters of one typed number
MAX_EXPONENT = 1000  # |decimal exponent| of one typed number

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<int>\d+)(?:\.(?P<frac>\d*))?|\.(?P<only>\d+))"
    r"(?:[eE](?P<exp>[+-]?\d{1,6}))?",
    re.ASCII,
)
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "。": "."})


def _normalise(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise NumberError(
            "number_too_long",
            "a number of {length} characters is longer than {limit}",
            length=len(value),
            limit=MAX_TEXT,
        )
    if value.isascii():
        return value.strip()
    return unicodedata.normalize("NFKC", value).translate(_MINUS).strip()


@functools.lru_cache(maxsize=8192)
def _scan(value: str) -> tuple[Fraction, int]:
    """Return the value of a typed number and its number of decimals.

    Kept for texts seen lately: a record is computed anew after each entry.
    """
    typed = _normalise(value)
    match = _NUMBER.fullmatch(typed)
    if not match:
        raise NumberError("not_a_number", "{text!r} is not a number", text=value)
    exponent = int(match["exp"] or 0)
    if abs(exponent) > MAX_EXPONENT:
        raise NumberError(
            "exponent_too_large",
            "the exponent of {text!r} is beyond ±{limit}",
            text=value,
            limit=MAX_EXPONENT,
        )
    if match["only"] is not None:
        digits, decimals = match["only"], len(match["only"])
    else:
        fraction = match["frac"] or ""
        digits, decimals = match["int"] + fraction, len(fraction)
    number = int(digits)
    if match["sign"] == "-":
        number = -number
    decimals -= exponent
    if decimals >= 0:
        return Fraction(number, 10**decimals), decimals
    return Fraction(number * 10**-decimals), decimals


def exact(value: Exact) -> Fraction:
    """Return the exact value of a typed number.

    :param value: text as typed (full-width digits and signs are understood), int,
        Decimal or Fraction
    :raises TypeError: for a binary float or a bool, which are not readings
    :raises NumberError: (a ValueError) for text that is not a finite number
    :returns: the value in the unit of the text (GB/T 8170-2008: the number as written)

    >>> exact("166.422") - exact("170.312")
    Fraction(-389, 100)
    >>> exact("１０.０２５０") == exact("10.025")
    True
    >>> exact(0.1)
    Traceback (most recent call last):
    TypeError: a binary float (0.1) is not an exact reading; pass the typed text
    """
    if isinstance(value, str):
        return _scan(value)[0]
    if isinstance(value, bool):
        raise TypeError(f"a truth value ({value}) is not a number")
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NumberError("not_a_number", "{text!r} is not a number", text=value)
        if abs(value.adjusted()) > MAX_EXPONENT + MAX_TEXT:
            raise NumberError(
                "exponent_too_large",
                "the exponent of {text!r} is beyond ±{limit}",
                text=value,
                limit=MAX_EXPONENT,
            )
        return Fraction(value)
    if isinstance(value, float):
        raise TypeError(
            f"a binary float ({value!r}) is not an exact reading; pass the typed text"
        )
    raise TypeError(f"{type(value).__name__} is not a number")


def from_float(value: float, digits: int = 12) -> Fraction:
    """Return a *computed* float as a decimal of ``digits`` significant digits.

    For uncertainties and other results of roots and transcendental functions, never
    for readings. The limit of 12 digits drops the noise of the binary computation, so
    that 0.1 + 0.2 rounded up to one digit stays 0.3.

    :raises NumberError: for an infinity or a not-a-number
    :param value: a computed float; :param digits: kept (JCGM 100 7.2.6 asks for far fewer)

    >>> from_float(0.1 + 0.2)
    Fraction(3, 10)
    """
    try:
        return Fraction(Decimal(f"{value:.{digits - 1}e}"))
    except (ArithmeticError, ValueError):
        raise NumberError(
            "not_a_number", "{text!r} is not a number", text=value
        ) from None


def _round_multiple(quotient: Fraction, mode: str) -> int:
    """Round a quotient to an integer; the sign is handled on the magnitude."""
    magnitude = abs(quotient)
    whole, rest = divmod(magnitude.numerator, magnitude.denominator)
    twice = 2 * rest
    if mode == "half_even":
        up = twice > magnitude.denominator or (
            twice == magnitude.denominator and whole % 2 == 1
        )
    elif mode == "half_up":
        up = twice >= magnitude.denominator
    elif mode == "up":
        up = rest > 0
    elif mode == "down":
        up = False
    else:
        raise NumberError(
            "unknown_mode",
            "rounding mode {mode!r} is none of {known}",
            mode=mode,
            known=", ".join(MODES),
        )
    whole += up
    return -whole if quotient < 0 else whole


def _interval(interval: Exact) -> Fraction:
    step = exact(interval)
    if step <= 0:
        raise NumberError(
            "interval_not_positive",
            "the rounding interval {interval} is not positive",
            interval=interval,
        )
    return step


def round_exact(
    value: Exact, interval: Exact, mode: Rounding = "half_even"
) -> Fraction:
    """Round to a multiple of ``interval``, once, and return the exact value.

    GB/T 8170-2008 3.2 and 3.3: half to the even *multiple* of the interval, for any
    interval (0.1, 0.2, 0.5, 5, 1/60 ...). The sign is handled on the magnitude (3.2.5).

    :param value: exact value
    :param interval: positive rounding interval in the unit of the value
    :param mode: ``half_even`` (the standard), ``half_up``, ``up`` (away from zero, for
        uncertainties), ``down`` (towards zero)
    :raises NumberError: for an interval that is not positive or an unknown mode

    >>> round_exact("17.5", "5"), round_exact("12.5", 5)
    (Fraction(20, 1), Fraction(10, 1))
    """
    step = _interval(interval)
    return _round_multiple(exact(value) / step, mode) * step


def _decimal_places(value: Fraction) -> int | None:
    """Return the decimals a fraction needs, or None when it never ends."""
    denominator = value.denominator
    twos = (denominator & -denominator).bit_length() - 1
    denominator >>= twos
    fives = 0
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    return max(twos, fives) if denominator == 1 else None


def decimals_of(value: str) -> int:
    """Return the number of decimals of a typed number (its resolution).

    :param value: text as typed; :returns: a count (GB/T 8170-2008 2.2)
    :raises NumberError: for text that is not a number

    >>> decimals_of("6.30"), decimals_of("120"), decimals_of("1.5e-3")
    (2, 0, 4)
    """
    return max(0, _scan(value)[1])


def resolution_of(value: str) -> str:
    """Return one unit of the last typed digit.

    :param value: text as typed; :returns: text in the same unit (JJF 1001 resolution)
    :raises NumberError: for text that is not a number

    >>> resolution_of("6.30"), resolution_of("120")
    ('0.01', '1')
    """
    return text(Fraction(1, 10 ** decimals_of(value)), decimals_of(value))


def text(value: Exact, decimals: int) -> str:
    """Write a value with a fixed number of decimals (half-even when digits are cut).

    There is no exponent and no negative zero.

    :raises NumberError: for more than 1000 decimals
    :param value: exact; :param decimals: places after the point (GB/T 8170-2008 2.2)

    >>> text("6.3", 2), text(Fraction(-1, 1000), 2), text(10**30, 0)
    ('6.30', '0.00', '1000000000000000000000000000000')
    """
    if not 0 <= decimals <= MAX_EXPONENT + MAX_TEXT:
        raise NumberError(
            "too_many_decimals",
            "{decimals} decimals are not within 0 to {limit}",
            decimals=decimals,
            limit=MAX_EXPONENT + MAX_TEXT,
        )
    number = _round_multiple(exact(value) * 10**decimals, "half_even")
    digits = str(abs(number)).rjust(decimals + 1, "0")
    sign = "-" if number < 0 else ""
    if not decimals:
        return sign + digits
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def plain(value: Exact, digits: int = 12) -> str:
    """Write a value without trailing zeros: exactly when it ends, else ``digits`` long.

    :param value: exact; :param digits: significant digits of a value that never ends
    :returns: text in the unit of the value (GB/T 8170-2008 2)
    :raises NumberError, TypeError: as :func:`exact`

    >>> plain(Fraction(1, 8)), plain(Fraction(1, 3)), plain("1200")
    ('0.125', '0.333333333333', '1200')
    """
    number = exact(value)
    places = _decimal_places(number)
    if places is not None and places <= 60:
        return text(number, places)
    return round_significant(number, digits)


def round_to(value: Exact, interval: Exact, mode: Rounding = "half_even") -> str:
    """Round to a multiple of ``interval`` and write it with the interval's decimals.

    GB/T 8170-2008 3.2 (intervals 10^n), 3.3 (0.5 and 0.2 intervals, as any other). An
    interval given as text keeps its trailing zeros: to "0.10" gives two decimals. An
    interval that never ends (1/60) gives an exact multiple written by :func:`plain`.

    :param value: exact value; :param interval: positive interval, same unit
    :returns: text with the decimals of the interval, never "-0"
    :raises TypeError: for a binary float
    :raises NumberError: for text that is not a number, an interval not positive

    >>> round_to("12.1498", "0.1"), round_to("10.0250", "0.01"), round_to("1268", "100")
    ('12.1', '10.02', '1300')
    >>> round_to("-0.0365", "0.001"), round_to("60.38", "0.5"), round_to("-0.004", "0.01")
    ('-0.036', '60.5', '0.00')
    >>> round_to("830", "20"), round_to("842", "20"), round_to("-930", "20")
    ('840', '840', '-920')
    """
    rounded = round_exact(value, interval, mode)
    if isinstance(interval, str):
        return text(rounded, decimals_of(interval))
    places = _decimal_places(exact(interval))
    return plain(rounded) if places is None else text(rounded, places)


def _exponent(value: Fraction) -> int:
    """Return floor(log10(|value|)) exactly, for a value that is not zero."""
    magnitude = abs(value)
    # the lengths of numerator and denominator are right to one decade
    guess = len(str(magnitude.numerator)) - len(str(magnitude.denominator))
    power = Fraction(10) ** guess
    return guess if magnitude >= power else guess - 1


def round_significant(value: Exact, digits: int, mode: Rounding = "half_even") -> str:
    """Round to ``digits`` significant digits, trailing zeros kept.

    A carry into the next decade keeps the number of digits (9.96 to two is 10, not
    10.0).

    :raises NumberError: for fewer than one digit
    :param value: exact; :param digits: significant digits; :param mode: as
        :func:`round_exact` (GB/T 8170-2008 2.2, 3.2)

    >>> round_significant("0.028849", 2), round_significant("9.96", 2)
    ('0.029', '10')
    >>> round_significant("0.0996", 2, "up"), round_significant("1234", 2)
    ('0.10', '1200')
    """
    number = exact(value)
    step = _significant_step(number, digits, mode)
    return text(_round_multiple(number / step, mode) * step, _step_decimals(step))


def _step_decimals(step: Fraction) -> int:
    return _decimal_places(step) or 0


def _significant_step(value: Fraction, digits: int, mode: str) -> Fraction:
    """Return the power of ten that leaves ``digits`` digits after the rounding."""
    if digits < 1:
        raise NumberError(
            "no_digits", "{digits} significant digits are less than 1", digits=digits
        )
    if value == 0:
        return Fraction(1, 10 ** (digits - 1))
    exponent = _exponent(value)
    step = Fraction(10) ** (exponent - digits + 1)
    if abs(_round_multiple(value / step, mode)) >= 10**digits:
        step *= 10
    return step


def round_reported(value: Exact, report_interval: Exact) -> str:
    """Round for a report that somebody else will round again (报出值).

    GB/T 8170-2008 3.3.2: when the rightmost digit that is not zero is a 5, "(+)" says
    that digits were dropped (the true magnitude is larger) and "(-)" that they were
    carried, no mark that nothing was cut.

    :returns: text, for example ``15.5(-)``
    :param value: exact; :param report_interval: place of the report, same unit
    :raises NumberError, TypeError: as :func:`round_to`

    >>> [round_reported(v, "0.1") for v in ("15.4546", "-16.5203", "17.5000", "15.52")]
    ['15.5(-)', '-16.5(+)', '17.5', '15.5(+)']
    >>> round_reported("15.41", "0.1")
    '15.4'
    """
    number = exact(value)
    rounded = round_exact(number, report_interval)
    reported = round_to(number, report_interval)
    significant = reported.replace(".", "").rstrip("0")
    if rounded == number or not significant.endswith("5"):
        return reported
    return reported + ("(+)" if abs(number) > abs(rounded) else "(-)")


_MARKED = re.compile(r"(?P<number>.*?)\s*(?:\((?P<mark>[+-])\)|(?P<bare>[+-]))?")


def round_again(reported: str, interval: Exact) -> str:
    """Round a reported value with its mark to the final interval.

    GB/T 8170-2008 3.3.2: a tie with (+) is carried, a tie with (-) is dropped, without
    a mark it goes to the even multiple.

    :param reported: text of :func:`round_reported`; also ``16.5+`` as the standard prints
    :param interval: final rounding interval, same unit
    :raises NumberError: for text that is not a reported value

    >>> [round_again(v, "1") for v in ("15.5(-)", "-16.5(+)", "17.5")]
    ['15', '-17', '18']
    """
    match = _MARKED.fullmatch(_normalise(reported))
    if match is None:  # pragma: no cover - the pattern matches every text
        raise NumberError("not_a_number", "{text!r} is not a number", text=reported)
    mark = match["mark"] or match["bare"]
    number = exact(match["number"])
    step = _interval(interval)
    magnitude = abs(number) / step
    if mark and (2 * magnitude).denominator == 1 and magnitude.denominator == 2:
        whole = magnitude.numerator // 2 + (mark == "+")
        rounded = whole * step * (-1 if number < 0 else 1)
        return round_to(rounded, interval)
    return round_to(number, interval)


@dataclass(frozen=True)
class LimitCheck:
    """Comparison of a value with limits: the decision and what was compared."""

    ok: bool
    method: str
    compared: str
    lower: str | None
    upper: str | None

    def __bool__(self) -> bool:
        return self.ok


def within_limits(
    value: Exact,
    lower: Exact | None,
    upper: Exact | None,
    *,
    interval: Exact | None = None,
    method: Literal["full", "rounded"] = "full",
    lower_inclusive: bool = True,
    upper_inclusive: bool = True,
) -> LimitCheck:
    """Compare a measured value with limits.

    GB/T 8170-2008 4.3: the full-value comparison (全数值比较法, the default when
    nothing is stated) compares the value as it is; the rounded-value comparison
    (修约值比较法) first rounds it to the decimal place of the limit.

    :param lower, upper: limits in the unit of the value, None for an open side
    :param interval: rounding interval of ``rounded``; by default the last place of the
        limit as it is written
    :param lower_inclusive, upper_inclusive: whether the limit itself conforms
    :raises NumberError: without any limit, or lower above upper

    >>> bool(within_limits("97.01", "97.0", None))
    True
    >>> within_limits("96.96", "97.0", None, method="rounded").compared
    '97.0'
    >>> bool(within_limits("96.96", "97.0", None))
    False
    """
    low = None if lower is None else exact(lower)
    high = None if upper is None else exact(upper)
    if low is None and high is None:
        raise NumberError("no_limit", "there is no limit to compare with")
    if low is not None and high is not None and low > high:
        raise NumberError(
            "limits_crossed",
            "the lower limit {lower} is above the upper limit {upper}",
            lower=lower,
            upper=upper,
        )
    number = exact(value)
    if method == "rounded":
        if interval is None:
            written = [str(x) for x in (lower, upper) if x is not None]
            interval = Fraction(1, 10 ** max(decimals_of(x) for x in written))
        number = round_exact(number, interval)
        compared = round_to(number, interval)
    elif method == "full":
        compared = value if isinstance(value, str) else plain(number)
    else:
        raise NumberError(
            "unknown_method",
            "comparison {method!r} is none of full, rounded",
            method=method,
        )
    ok = True
    if low is not None:
        ok = number >= low if lower_inclusive else number > low
    if high is not None:
        ok = ok and (number <= high if upper_inclusive else number < high)
    return LimitCheck(
        ok,
        method,
        compared,
        None if lower is None else str(lower),
        None if upper is None else str(upper),
    )


def error_round(reading: Exact, reference: Exact, interval: Exact) -> tuple[str, str]:
    """Return reading - reference exactly, and rounded once.

    :returns: (error as it is, error rounded to the interval); the first keeps the
        decimals of the finer of the two texts
    :param reading, reference, interval: exact, one unit (GB/T 8170-2008 3.2, applied to
        the error, which is formed before rounding)
    :raises NumberError, TypeError: as :func:`exact` and :func:`round_to`

    >>> error_round("166.422", "170.312", "0.02")
    ('-3.890', '-3.88')
    """
    difference = exact(reading) - exact(reference)
    places = [decimals_of(x) for x in (reading, reference) if isinstance(x, str)]
    needed = _decimal_places(difference)
    if needed is None:
        shown = plain(difference)
    else:
        shown = text(difference, max([needed, *places]))
    return shown, round_to(difference, interval)


def _uncertainty(value: Exact | float) -> Fraction:
    number = from_float(value) if isinstance(value, float) else exact(value)
    if number < 0:
        raise NumberError(
            "negative_uncertainty", "the uncertainty {u} is negative", u=value
        )
    return number


def round_uncertainty(
    U: Exact | float, digits: int = 2, mode: Rounding = "half_even"
) -> str:
    """Round an uncertainty to one or two significant digits.

    JJF 1059.1-2012 5.3.8.1 and JCGM 100 7.2.6: at most two digits; both the usual
    rounding and "only up" are allowed.

    :param U: exact, or a computed float
    :param digits: 1 or 2
    :param mode: ``half_even`` or ``up``
    :raises NumberError: for a negative uncertainty or another number of digits

    >>> round_uncertainty("10.47", 2, "up"), round_uncertainty("28.05")
    ('11', '28')
    >>> round_uncertainty(0.0585234995536)
    '0.059'
    """
    if digits not in (1, 2):
        raise NumberError(
            "uncertainty_digits",
            "an uncertainty has one or two significant digits, not {digits}",
            digits=digits,
        )
    return round_significant(_uncertainty(U), digits, mode)


@dataclass(frozen=True)
class ReportedPair:
    """A value and its uncertainty as they are printed, ending at the same place."""

    value: str
    uncertainty: str
    interval: str

    def __str__(self) -> str:
        return f"{self.value} ± {self.uncertainty}"

    def explain(self) -> dict[str, Any]:
        """Return the pair as plain data."""
        return {
            "value": self.value,
            "uncertainty": self.uncertainty,
            "interval": self.interval,
            "rule": "JJF 1059.1-2012 5.3.8",
        }


def report_pair(
    value: Exact, U: Exact | float, digits: int = 2, mode: Rounding = "half_even"
) -> ReportedPair:
    """Match a value to its uncertainty (修约到与不确定度末位对齐).

    JJF 1059.1-2012 5.3.8.2: the uncertainty has one or two digits, the value ends at
    the same place, missing digits are filled with zeros. The value is rounded half-even
    whatever the rule of the uncertainty, and once.

    :param value: exact, in the unit of U
    :raises NumberError: when U is zero or negative: there is nothing to match then

    >>> str(report_pair("6.3", "0.25"))
    '6.30 ± 0.25'
    >>> report_pair("10000.025", 0.0585234995536).value
    '10000.025'
    """
    number = _uncertainty(U)
    if number == 0:
        raise NumberError(
            "zero_uncertainty", "a value cannot be matched to an uncertainty of zero"
        )
    uncertainty = round_uncertainty(number, digits, mode)
    step = _significant_step(number, digits, mode)
    return ReportedPair(
        round_to(value, step), uncertainty, text(step, _step_decimals(step))
    )
