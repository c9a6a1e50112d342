# SPDX-License-Identifier: AGPL-3.0-only
"""Statistics, comparisons, control charts, intervals, weighing, units."""

import json
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.metrology.tools import (
    comparison,
    control,
    interval,
    pictures,
    statistics,
    units,
    weighing,
)
from odoo.addons.metrology.tools.errors import BudgetError, NumberError, UnitError

READINGS = st.lists(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-9999, max_value=9999),
    min_size=2,
    max_size=20,
)  # fmt: skip


@given(READINGS)
def test_bessel_against_the_standard_library(values):
    """Mean is exact; s agrees with Python's own statistics on fractions."""
    import statistics as stdlib

    exact = [Fraction(v) for v in values]
    result = statistics.bessel([format(v, "f") for v in values])
    assert result.mean_exact == sum(exact) / len(exact)
    assert result.s == pytest.approx(
        math.sqrt(stdlib.variance(exact)), rel=1e-14, abs=1e-300
    )
    assert result.u == pytest.approx(result.s / math.sqrt(len(values)), rel=1e-14)


@given(st.integers(-12, 12), READINGS)
def test_scatter_does_not_depend_on_the_offset(power, values):
    """Adding a large constant changes nothing of s: no cancellation."""
    offset = Fraction(10) ** power
    plain = statistics.bessel([Fraction(v) for v in values])
    moved = statistics.bessel([Fraction(v) + offset for v in values])
    assert moved.s == plain.s


def test_statistics_refuse():
    """Too few readings, wrong counts, wrong weights."""
    for call in (
        lambda: statistics.bessel(["1"]),
        lambda: statistics.bessel([]),
        lambda: statistics.bessel(["1", "2"], [1]),
        lambda: statistics.range_method(["1"] * 10),
        lambda: statistics.range_constant(1),
        lambda: statistics.pooled(["1"], [1]),
        lambda: statistics.pooled(["1", "2"], [3]),
        lambda: statistics.pooled(["1"]),
        lambda: statistics.prior("-1", 3),
        lambda: statistics.prior("1", 0),
        lambda: statistics.weighted_mean(["1", "2"]),
        lambda: statistics.weighted_mean(["1", "2"], ["1", "0"]),
        lambda: statistics.grubbs(["1", "2"]),
        lambda: statistics.dixon(["1", "2"]),
        lambda: statistics.dixon(["1"] * 31),
        lambda: statistics.c4(1),
    ):
        with pytest.raises(BudgetError):
            call()
    with pytest.raises(NumberError):
        statistics.bessel(["1", "two"])


def test_weights_from_uncertainties():
    """1/u² are the weights when none are given."""
    from_u = statistics.weighted_mean(["10", "20"], ["1", "2"])
    given_w = statistics.weighted_mean(["10", "20"], weights=["4", "1"])
    assert from_u == given_w and from_u[0] == 12


def test_grubbs_table_and_formula_agree():
    """The printed critical values are those of the t distribution to 0.001."""
    from scipy import stats

    for n, printed in statistics._GRUBBS_TABLE.items():
        t = stats.t.ppf(1 - 0.05 / n, n - 2)
        formula = (n - 1) / math.sqrt(n) * math.sqrt(t * t / (n - 2 + t * t))
        assert printed == pytest.approx(formula, abs=0.001)
    assert statistics.grubbs_critical(30) == pytest.approx(2.745, abs=0.001)


def test_dixon_changes_its_ratio():
    """r10, r11, r21, r22 by the number of readings."""
    names = [statistics.dixon([str(i) for i in range(n)]).statistic for n in (3, 7, 8, 10, 11, 13, 14, 30)]  # fmt: skip
    assert names == ["r10", "r10", "r11", "r11", "r21", "r21", "r22", "r22"]
    assert statistics.dixon(["1", "1", "1"]).high == 0


# -------------------------------------------------------------------- comparison


def test_scores_and_their_refusals():
    """En of a laboratory within the reference mean takes the other sign."""
    assert comparison.en_score("10", "0.5", "9.9", "0.3", lab_in_reference=True) == pytest.approx(0.25)  # fmt: skip
    assert [comparison.performance(z) for z in (2, -2.01, 2.99, 3, -3)] == [
        "satisfactory", "questionable", "questionable", "unsatisfactory", "unsatisfactory",
    ]  # fmt: skip
    for call in (
        lambda: comparison.en_score("1", "0", "1", "0"),
        lambda: comparison.en_score("1", "0.1", "1", "0.2", lab_in_reference=True),
        lambda: comparison.en_score("1", "-1", "1", "2"),
        lambda: comparison.z_score("1", "1", "0"),
        lambda: comparison.zeta_score("1", "0", "1", "0"),
        lambda: comparison.algorithm_a(["1"]),
        lambda: comparison.verify_by_comparison(["1"], "1"),
        lambda: comparison.verify_by_comparison(["1", "2"], "0"),
        lambda: comparison.stability_new([["1"]]),
        lambda: comparison.stability_existing(["1"], "1"),
        lambda: comparison.stability_existing(["1", "2"]),
        lambda: comparison.verify_by_transfer("1", "0", "1", "1"),
    ):
        with pytest.raises(BudgetError):
            call()


def test_en_is_exact_at_one():
    """|En| = 1 exactly is satisfactory; no binary noise decides."""
    assert comparison.pt_scores("10.5", "10", "0.2", "0.2", "0.15").En_ok
    assert comparison.en_score("0.3", "0.06", "0.2", "0.08") == 1.0


def test_transfer_with_a_much_better_reference():
    """U_ref <= U_lab/3 is left out; other k are converted first."""
    result = comparison.verify_by_transfer("1.0", "0.3", "0.7", "0.15", k_ref=3)
    assert (result.U_ref, result.U_ref_negligible) == (0.1, True)
    assert result.limit == 0.3 and result.ok
    assert not comparison.verify_by_transfer("1.01", "0.3", "0.7", "0.15", k_ref=3).ok


def test_algorithm_a_resists():
    """An outlier hardly moves x*; without scatter s* is zero; half equal values work."""
    generator = random.Random(13528)
    values = [10 + generator.gauss(0, 0.1) for _ in range(30)]
    clean = comparison.algorithm_a(values)
    dirty = comparison.algorithm_a([*values, 50.0])
    assert dirty.mean == pytest.approx(clean.mean, abs=0.03)
    assert dirty.s == pytest.approx(clean.s, rel=0.25)
    assert clean.u == pytest.approx(1.25 * clean.s / math.sqrt(30))
    assert comparison.algorithm_a(["5", "5", "5"]).s == 0
    assert comparison.algorithm_a(["5", "5", "5", "6", "9"]).s > 0


def test_stability_rules():
    """Without correction the MPE counts, with correction U of the correction."""
    result = comparison.stability_existing(
        {"2025": "1.3", "2023": "1.0", "2024": "1.1"},
        "0.2",
        "0.1",
        used_with_correction=True,
    )
    assert result.differences == (0.1, 0.2) and result.stability == 0.2
    assert (result.ok, result.ok_without_correction) == (False, True)
    few = comparison.stability_new([["1"], ["2"]], "5")
    assert few.ok and not few.enough
    assert comparison.repeatability_check(["1", "2"]).enough is False
    # s = 0.2 exactly is not larger than 0.2
    assert comparison.repeatability_check(["0.8", "1.0", "1.2"], "0.2").ok
    assert not comparison.repeatability_check(
        ["0.8", "1.0", "1.2"], "0.1999999999999999999"
    ).ok


# ----------------------------------------------------------------------- control


def test_constants_against_simulation():
    """d2, d3 and c4 are the moments of ranges and s of simulated samples."""
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(7870))
    for n in (2, 5, 12, 25):
        samples = generator.standard_normal((200_000, n))
        ranges = np.ptp(samples, axis=1)
        k = control.chart_constants(n)
        assert k.d2 == pytest.approx(ranges.mean(), abs=0.01)
        assert k.d3 == pytest.approx(ranges.std(), abs=0.01)
        assert k.c4 == pytest.approx(samples.std(axis=1, ddof=1).mean(), abs=0.005)
    for n in (1, 101):
        with pytest.raises(BudgetError):
            control.chart_constants(n)


@pytest.mark.parametrize(
    ("points", "rule", "index"),
    [
        ([0, 0, 3.5], 1, 2),
        ([0.5] * 9, 2, 8),
        ([0, 0.1, 0.2, 0.3, 0.4, 0.5], 3, 5),
        ([0.1, -0.1] * 7, 4, 13),
        ([0, 2.5, 0, 2.5], 5, 3),
        ([1.5, 1.5, 0, 1.5, 1.5], 6, 4),
        ([0.1, -0.2, 0.3] * 5, 7, 14),
        ([1.5, -1.5] * 4, 8, 7),
    ],
)
def test_every_rule_of_the_charts(points, rule, index):
    """Each of the eight rules finds its pattern at its last point."""
    found = control.run_rules(points, 0, 1, [rule])
    assert found == (control.Signal(index, rule),)
    assert control.run_rules([0.3, -0.3, 0.2], 0, 1, range(1, 9)) == ()
    with pytest.raises(BudgetError):
        control.run_rules([0], 0, 1, [9])
    with pytest.raises(BudgetError):
        control.run_rules([0], 0, 0)


def test_charts_find_what_is_wrong():
    """A shifted group and a wide group are found; the picture is SVG."""
    generator = random.Random(1)
    groups = [
        [f"{10 + generator.gauss(0, 0.1):.3f}" for _ in range(5)] for _ in range(25)
    ]
    for chart in (control.xbar_r_chart(groups), control.xbar_s_chart(groups)):
        assert chart.in_control
        assert chart.sigma == pytest.approx(0.1, rel=0.2)
    shifted = [*groups, ["10.5", "10.6", "10.5", "10.4", "10.5"]]
    chart = control.xbar_s_chart(shifted)
    assert not chart.in_control and chart.signals[-1].index == 25
    wide = [*groups, ["9.0", "11.0", "10.0", "9.5", "10.5"]]
    assert control.xbar_r_chart(wide).spread.signals
    assert pictures.control_chart_svg(chart, labels=["a", "b"]).count("<circle") == 26
    with pytest.raises(BudgetError):
        control.xbar_r_chart([["1", "2"], ["1"]])
    with pytest.raises(BudgetError):
        control.i_mr_chart(["1"])
    with pytest.raises(BudgetError):
        control.ewma_chart(["1", "2"], lam=0)


def test_ewma_limits_open():
    """The limits of the first points are narrower than the last."""
    chart = control.ewma_chart(["50.1", "49.9"] * 20, 0.2, "50", "1")
    first, last = chart.limits[0], chart.limits[-1]
    assert first[1] < last[1] <= chart.UCL and chart.in_control
    assert first[1] - 50 == pytest.approx(3 * 0.2)


# ---------------------------------------------------------------------- interval


def test_interval_test_lengthens_and_shortens():
    """Too few in tolerance: shorter; all of many: longer; within the change factor."""
    assert interval.interval_a3(10, 20, 12, 0.95).interval == pytest.approx(
        max(6, 12 * 10 ** (-0.45 * interval.interval_a3(10, 20, 12, 0.95).rejection))
    )
    longer = interval.interval_a3(40, 40, 12, 0.85)
    assert 12 < longer.interval <= 24 and longer.changed
    kept = interval.interval_a3(18, 20, 12, 0.9)
    assert kept.interval == 12 and not kept.changed
    assert interval.interval_a3(0, 10, 12, 0.9).interval == pytest.approx(6)
    for bad in ((21, 20, 12, 0.9), (1, 0, 12, 0.9), (1, 2, 0, 0.9), (1, 2, 12, 1.0)):
        with pytest.raises(BudgetError):
            interval.interval_a3(*bad)


def test_reliability_limits_against_scipy():
    """Clopper-Pearson limits are scipy's."""
    from scipy import stats

    for passed, n in ((3, 10), (9, 10), (15, 20)):
        limits = stats.binomtest(passed, n).proportion_ci(0.8, "exact")
        got = interval.reliability_limits(passed, n, 0.8)
        assert got == pytest.approx((limits.low, limits.high))


def test_drift_interval_cases():
    """Already outside gives 0; no drift within reach gives infinity."""
    dt, delta = ["10", "20", "30"], ["0.01", "0.02", "0.031"]
    outside = interval.interval_variables(dt, delta, u0=2, lower=-1, upper=1)
    assert outside.reliability_target == 0
    never = interval.interval_variables(dt, ["0", "0", "0"], u0=0.1, u_target=1)
    assert never.uncertainty_target == math.inf
    assert interval.interval_staircase(12, True, most=12.5) == 12.5
    json.dumps(never.explain())
    with pytest.raises(BudgetError):
        interval.interval_exponential(1.0, 12, 0.95)


# ---------------------------------------------------------------------- weighing


@given(
    st.fractions(-1, 1),
    st.fractions(-1, 1),
    st.fractions(-1, 1),
    st.sampled_from(["ABBA", "ABA"]),
)
def test_linear_drift_cancels(difference, drift, zero, scheme):
    """ABBA and ABA see the difference, whatever the zero and a linear drift."""
    readings = [
        zero + drift * n + (difference if letter == "B" else 0)
        for n, letter in enumerate(scheme)
    ]
    assert weighing.cycle_difference(readings, scheme) == difference


def test_weighing_refuses():
    """A cycle that does not fit, air outside the approximation, no density."""
    for call in (
        lambda: weighing.cycle_difference(["1", "2"], "ABBA"),
        lambda: weighing.cycle_difference(["1"], "A"),
        lambda: weighing.air_density("1013", "50", "40"),
        lambda: weighing.buoyancy_correction("1", "1.2", "0", "8000"),
        lambda: weighing.changeover("1", "1", "0", "0"),
        lambda: weighing.eccentricity({"centre": "1"}),
    ):
        with pytest.raises(BudgetError):
            call()
    assert weighing.buoyancy_correction("1000", "1.2", "7000", "8000") == 0
    assert float(weighing.air_density("1013.25", "50", "20")) == pytest.approx(
        1.1993, abs=1e-4
    )


# ------------------------------------------------------------------------- units


PAIRS = [
    (one, two)
    for one in units.UNITS
    for two in units.UNITS
    if units.UNITS[one].kind == units.UNITS[two].kind
]


@given(st.sampled_from(PAIRS), st.fractions())
def test_there_and_back(pair, value):
    """Conversion is exact: there and back is the same number, for every pair."""
    there = units.convert(value, *pair)
    assert units.convert(there, pair[1], pair[0]) == value


@given(st.sampled_from(sorted(units.UNITS)), st.sampled_from(sorted(units.UNITS)))
def test_other_kinds_are_refused(one, two):
    """Across quantity kinds nothing is converted."""
    if units.UNITS[one].kind != units.UNITS[two].kind:
        with pytest.raises(UnitError) as caught:
            units.convert("1", one, two)
        assert caught.value.code == "other_kind"


@pytest.mark.parametrize(
    ("value", "one", "two", "expected"),
    [
        ("0", "°C", "K", "273.15"),
        ("98.6", "°F", "°C", "37"),
        ("1", "atm", "kPa", "101.325"),
        ("760", "Torr", "Pa", "101325"),
        ("1", "psi", "Pa", "6894.757293168"),
        ("300", "mmHg", "kPa", "39.9967162245"),
        ("36", "km/h", "m/s", "10"),
        ("1", "kWh", "MJ", "3.6"),
        ("60", "L/min", "m³/h", "3.6"),
        ("1", "µS/cm", "mS/m", "0.1"),
        ("1", "t", "kg", "1000"),
        ("1", "kgf", "N", "9.80665"),
    ],
)
def test_known_conversions(value, one, two, expected):
    """Values of GB 3100 and the SI brochure."""
    from odoo.addons.metrology.tools.rounding import exact

    got = units.convert(value, one, two)
    assert got == exact(expected) or abs(got / exact(expected) - 1) < Fraction(
        1, 10**12
    )


def test_angles_and_names():
    """180° are π rad; ways to write one unit; letters keep their case."""
    assert float(units.convert("180", "°", "rad")) == pytest.approx(math.pi, rel=1e-15)
    for written in ("um", "μm", "µm", "ｕｍ"):
        assert units.find_unit(written).symbol == "µm"
    for written in ("Ω", "Ω", "ohm"):
        assert units.find_unit(written).kind == "resistance"
    assert units.find_unit("mPa") != units.find_unit("MPa")
    assert units.find_unit("㎜").symbol == "mm" and units.find_unit("℃").symbol == "°C"
    for unknown in ("", "foo", "__class__", "m" * 1000):
        with pytest.raises(UnitError):
            units.find_unit(unknown)


def test_differences_have_no_offset():
    """An uncertainty of 1 °C is 1 K, not 274.15 K."""
    assert units.convert_difference("1", "°C", "K") == 1
    assert units.convert_difference("1.8", "°F", "K") == 1


@pytest.mark.parametrize(
    ("value", "one", "two", "expected"),
    [
        ("0.10", "MPa", "kPa", "100"),
        ("0.100", "MPa", "kPa", "100"),
        ("0.1000", "MPa", "kPa", "100.0"),
        ("100.0", "kPa", "MPa", "0.1000"),
        ("20.00", "°C", "K", "293.15"),
        ("20.000", "°C", "K", "293.150"),
        ("1", "°F", "°C", "-17.2222222222"),
    ],
)
def test_text_keeps_its_resolution(value, one, two, expected):
    """Trailing zeros move with the decimal point."""
    assert units.convert_text(value, one, two) == expected


def test_database_units():
    """Factors and offsets kept as text convert exactly; a zero factor is refused."""
    assert units.convert_exact("1", "133.322387415", "0", "1000", "0") == Fraction(
        "0.133322387415"
    )
    with pytest.raises(UnitError):
        units.convert_exact("1", "0", "0", "1", "0")
