# SPDX-License-Identifier: AGPL-3.0-only
"""Rounding is exact, half-even to a multiple of the interval, and done once."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.metrology.tools import rounding
from odoo.addons.metrology.tools.errors import NumberError
from odoo.addons.metrology.tools.requirement import requirement

INTERVALS = st.one_of(
    st.builds(
        lambda m, e: Fraction(m) * Fraction(10) ** e,
        st.sampled_from([1, 2, 5, 25]),
        st.integers(-30, 30),
    ),
    st.fractions(min_value=Fraction(1, 1000), max_value=1000).filter(bool),
)
VALUES = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=8).map(Fraction),
    st.fractions(),
    st.integers(-(10**60), 10**60).map(Fraction),
)


@requirement("S0-6.3.5-1")
def test_gb_t_8170_and_its_refusals():
    """Half-even to the interval 1, once; a float and a word are refused."""
    rounded = [
        rounding.round_to(v, "1") for v in ("10.502", "10.500", "11.500", "15.4546")
    ]
    assert rounded == ["11", "10", "12", "15"]
    with pytest.raises(TypeError):
        rounding.round_to(10.5, "1")
    for text in ("ten", "", "1,5", "1..2", "nan", "inf", "0x10", "1_000", "1e", "--1"):
        with pytest.raises(ValueError):
            rounding.round_to(text, "1")
    assert rounding.within_limits("96.96", "97.0", None, method="rounded").ok
    assert not rounding.within_limits("96.96", "97.0", None).ok


@given(VALUES, INTERVALS)
def test_against_fractions(value, interval):
    """The result is the multiple Python's exact round() finds."""
    expected = round(value / interval) * interval
    assert rounding.round_exact(value, interval) == expected


@given(VALUES, INTERVALS, st.sampled_from(rounding.MODES))
def test_properties(value, interval, mode):
    """A multiple, nearest or directed, odd in the sign, and stable when repeated."""
    rounded = rounding.round_exact(value, interval, mode)
    assert (rounded / interval).denominator == 1
    assert rounding.round_exact(rounded, interval, mode) == rounded
    assert rounding.round_exact(-value, interval, mode) == -rounded
    error = abs(rounded) - abs(value)
    if mode == "up":
        assert 0 <= error < interval
    elif mode == "down":
        assert -interval < error <= 0
    else:
        assert abs(error) <= interval / 2


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_text_in_text_out(value):
    """The text says exactly the rounded value, with the interval's decimals, no -0."""
    text = rounding.round_to(format(value, "f"), "0.010")
    assert Decimal(text).as_tuple().exponent == -3
    assert rounding.exact(text) == rounding.round_exact(Fraction(value), "0.01")
    assert not text.startswith("-0.000")


@pytest.mark.parametrize(
    ("value", "interval", "expected"),
    [
        ("17.5", "5", "20"),
        ("12.5", "5", "10"),
        ("-12.5", "5", "-10"),
        ("0.35", "0.1", "0.4"),
        ("0.25", "0.1", "0.2"),
        ("-0.04", "0.1", "0.0"),
        ("1e-30", "1e-31", "0.0000000000000000000000000000010"),
        ("12345678901234567890123456789012345.5", "1", "12345678901234567890123456789012346"),
        ("0.125", "1/60", None),
        ("６.３５", "0.1", "6.4"),
        ("−6.35", "0.1", "-6.4"),
        ("+.5", "1", "0"),
        ("5.", "2", "4"),
    ],
)  # fmt: skip
def test_examples(value, interval, expected):
    """Ties, signs, huge and tiny values, full-width digits."""
    if expected is None:
        with pytest.raises(ValueError):
            rounding.round_to(value, interval)
        assert rounding.round_exact(value, Fraction(1, 60)) == Fraction(2, 15)
    else:
        assert rounding.round_to(value, interval) == expected


def test_a_difference_never_sees_a_float():
    """166.422 - 170.312 to 0.02 is -3.88; floats say -3.90."""
    assert rounding.error_round("166.422", "170.312", "0.02") == ("-3.890", "-3.88")


@pytest.mark.parametrize(
    "bomb", ["1e999999999", "1e-999999999", "9" * 5000, "1e1001", "0." + "0" * 3000]
)
def test_bombs_are_refused(bomb):
    """A text that would fill the memory is refused."""
    with pytest.raises(NumberError):
        rounding.exact(bomb)


@pytest.mark.parametrize("value", [0.1, True, None, [], math.nan, math.inf, b"1"])
def test_not_a_reading(value):
    """A float, a bool, nothing and the rest are no readings."""
    with pytest.raises(TypeError):
        rounding.exact(value)
    with pytest.raises(ValueError):
        rounding.exact(Decimal("nan"))


def test_intervals_are_positive():
    """Zero and negative intervals are refused with a code."""
    for interval in ("0", "-0.1"):
        with pytest.raises(NumberError) as caught:
            rounding.round_to("1", interval)
        assert caught.value.code == "interval_not_positive"
    with pytest.raises(NumberError):
        rounding.round_to("1", "1", "sideways")


@pytest.mark.parametrize(
    ("y", "U", "digits", "mode", "expected"),
    [
        ("6.3", "0.25", 2, "half_even", ("6.30", "0.25")),
        ("20.0049", "0.0996", 2, "up", ("20.00", "0.10")),
        ("20.0049", "0.0996", 1, "half_even", ("20.0", "0.1")),
        ("123456", "1234", 2, "half_even", ("123500", "1200")),
        ("-0.00049", "0.011", 2, "half_even", ("0.000", "0.011")),
        ("1.05", "0.2", 1, "half_even", ("1.0", "0.2")),
        ("10.005", "0.0105", 2, "half_even", ("10.005", "0.010")),
        ("10.005", "0.0105", 2, "up", ("10.005", "0.011")),
        ("1e-9", "3e-12", 1, "half_even", ("0.000000001000", "0.000000000003")),
    ],
)
def test_report_pair(y, U, digits, mode, expected):
    """Value and uncertainty end at the same place; zeros are filled."""
    pair = rounding.report_pair(y, U, digits, mode)
    assert (pair.value, pair.uncertainty) == expected


def test_report_pair_refuses():
    """No uncertainty, a negative one, or three digits cannot be reported."""
    for U, digits in (("0", 2), ("-1", 2), ("1", 3), ("1", 0)):
        with pytest.raises(ValueError):
            rounding.report_pair("1", U, digits)


def test_computed_uncertainty_drops_binary_noise():
    """0.1 + 0.2 rounded up to one digit is 0.3, not 0.4."""
    assert rounding.round_uncertainty(0.1 + 0.2, 1, "up") == "0.3"


def test_limits():
    """Open and closed limits, crossed limits, no limits."""
    assert not rounding.within_limits("1.0", None, "1", upper_inclusive=False).ok
    assert not rounding.within_limits("1.0", "1", None, lower_inclusive=False).ok
    assert rounding.within_limits("1.04", "1.0", "1.0", method="rounded").ok
    with pytest.raises(NumberError):
        rounding.within_limits("1", None, None)
    with pytest.raises(NumberError):
        rounding.within_limits("1", "2", "1")
    with pytest.raises(NumberError):
        rounding.within_limits("1", "0", "2", method="guess")


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-9999, max_value=9999
    )
)
def test_reported_then_rounded_again_is_rounded_once(value):
    """The (+)/(-) mark makes the second rounding equal to one rounding."""
    text = format(value, "f")
    reported = rounding.round_reported(text, "0.1")
    assert rounding.round_again(reported, "1") == rounding.round_to(text, "1")


def test_gb_printed_marks():
    """The standard's raised sign without brackets is read too."""
    assert rounding.round_again("16.5+", "1") == "17"
    assert rounding.round_again("-16.5-", "1") == "-16"
