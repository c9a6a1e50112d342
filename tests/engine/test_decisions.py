# SPDX-License-Identifier: AGPL-3.0-only
"""Statements of conformity, risks, and maximum permissible errors."""

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.metrology.tools import conformity, mpe, pictures
from odoo.addons.metrology.tools.errors import BudgetError, EngineError
from odoo.addons.metrology.tools.mpe import limit_from_definition

HUNDREDTHS = st.integers(-1000, 1000).map(lambda n: Fraction(n, 100))


@given(HUNDREDTHS, st.integers(0, 500).map(lambda n: Fraction(n, 100)))
def test_regulation_looks_only_at_the_limit(error, limit):
    """By the regulation exactly |error| <= MPE passes."""
    assert conformity.by_regulation(error, limit).ok == (abs(error) <= limit)


def test_regulation_is_exact_at_the_limit():
    """0.3 - 0.2 against 0.1 passes: no binary noise decides."""
    error = Fraction("0.3") - Fraction("0.2")
    assert conformity.by_regulation(error, "0.1").ok
    assert conformity.by_regulation("0.5", "0.5", "-0.2").ok
    assert not conformity.by_regulation("-0.3", "0.5", "-0.2").ok
    with pytest.raises(BudgetError):
        conformity.by_regulation("0", "-1")
    with pytest.raises(BudgetError):
        conformity.by_regulation("0", "1", "2")


@given(HUNDREDTHS, st.integers(1, 300).map(lambda n: Fraction(n, 100)), st.integers(1, 500).map(lambda n: Fraction(n, 100)))  # fmt: skip
def test_jjf1094(error, U, limit):
    """Below a third U does not count; else pass, fail and the zone between."""
    decision = conformity.by_jjf1094(error, U, limit)
    size = abs(error)
    if 3 * U <= limit:
        assert decision.U_negligible
        assert decision.verdict == ("pass" if size <= limit else "fail")
    elif size <= limit - U:
        assert decision.verdict == "pass"
    elif size >= limit + U:
        assert decision.verdict == "fail"
    else:
        assert decision.verdict == "undetermined"


def test_jjf1094_at_its_borders():
    """U = MPEV/3 exactly is negligible; the borders of the zone belong to pass and fail."""
    assert conformity.by_jjf1094("1", "0.1", "0.3").U_negligible
    assert conformity.by_jjf1094("0.2", "0.2", "0.4").verdict == "pass"
    assert conformity.by_jjf1094("0.6", "0.2", "0.4").verdict == "fail"
    assert conformity.by_jjf1094("0.4", "0.2", "0.4").verdict == "undetermined"
    with pytest.raises(BudgetError):
        conformity.by_jjf1094("0", "-0.1", "1")


def test_ilac_g8_both_sides():
    """Acceptance limits lie inside both tolerance limits; borders count inside."""

    def say(value, mode="nonbinary", w="0.2"):
        return conformity.by_ilac_g8(value, "-1", "1", "0.2", w, mode).statement

    assert [say(v) for v in ("0.8", "0.81", "1.0", "1.01", "1.2", "1.21")] == [
        "pass", "conditional_pass", "conditional_pass", "conditional_fail",
        "conditional_fail", "fail",
    ]  # fmt: skip
    assert [say(v) for v in ("-0.8", "-0.9", "-1.1", "-1.3")] == [
        "pass", "conditional_pass", "conditional_fail", "fail",
    ]  # fmt: skip
    assert say("0.9", "binary") == "fail" and say("0.9", "binary", "0") == "pass"
    decision = conformity.by_ilac_g8("0.9", "-1", "1", "0.2")
    assert decision.upper_acceptance == "0.8" and decision.verdict == "fail"
    assert decision.details["pc"] == pytest.approx(0.8413, abs=1e-4)
    for bad in (("0", None, None, "1"), ("0", "-1", "1", "-1"), ("0", "-1", "1", "2")):
        with pytest.raises(BudgetError):
            conformity.by_ilac_g8(*bad)
    with pytest.raises(BudgetError):
        conformity.by_ilac_g8("0", "-1", "1", "0.2", mode="maybe")


def test_three_rules_stay_apart():
    """One result, three rules, three names on the record."""
    rules = {
        conformity.by_regulation("0.95", "1").rule: "pass",
        conformity.by_jjf1094("0.95", "0.5", "1").rule: "undetermined",
        conformity.by_ilac_g8("0.95", "-1", "1", "0.5").rule: "fail",
    }
    assert len(rules) == 3
    assert conformity.worst(["pass", "fail", "undetermined"]) == "fail"
    assert conformity.worst([conformity.by_regulation("0", "1")]) == "pass"
    with pytest.raises(BudgetError):
        conformity.worst([])


def test_risk_against_scipy():
    """Specific risk and global risk against scipy's distributions and quadrature."""
    from scipy import integrate, stats

    risk = conformity.specific_risk(10.5, 0.4, 9, 11)
    assert risk.upper == pytest.approx(stats.norm.sf(11, 10.5, 0.4))
    assert risk.conforming == pytest.approx(
        conformity.conformance_probability(10.5, 0.4, 9, 11)
    )
    for mu, u0, um, a in (
        (0, 0.5, 0.125, 1),
        (0.2, 1.0, 0.02, 0.9),
        (0, 0.1, 0.5, 0.8),
    ):
        result = conformity.global_risk(mu, u0, um, -1, 1, -a, a)

        def accepted(x, um=um, a=a):
            return stats.norm.cdf(a, x, um) - stats.norm.cdf(-a, x, um)

        def density(x, mu=mu, u0=u0):
            return stats.norm.pdf(x, mu, u0)

        def over(function, low, high, a=a):
            return integrate.quad(
                function, low, high, limit=500, points=[-a, a, -1, 1]
            )[0]

        consumer = over(lambda x: density(x) * accepted(x), -15, -1) + over(
            lambda x: density(x) * accepted(x), 1, 15
        )
        producer = over(lambda x: density(x) * (1 - accepted(x)), -1, 1)
        assert result.consumer == pytest.approx(consumer, rel=1e-6, abs=1e-9)
        assert result.producer == pytest.approx(producer, rel=1e-6, abs=1e-9)
        assert result.conditional_consumer == pytest.approx(
            result.consumer / result.accepted
        )
    one_sided = conformity.global_risk(0, 1, 0.25, None, 2)
    assert 0 < one_sided.consumer < conformity.global_risk(0, 1, 0.25, -2, 2).consumer


def test_tiny_probabilities_survive():
    """Far tails are not lost in 1 - 1."""
    assert conformity.conformance_probability(0, 1, 10, 11) == pytest.approx(
        7.62e-24, rel=1e-2
    )
    assert conformity.pfa_at_acceptance_limit(3) == pytest.approx(9.87e-10, rel=1e-2)
    for call in (
        lambda: conformity.specific_risk(0, 0, 0, 1),
        lambda: conformity.conformance_probability(0, 1),
        lambda: conformity.global_risk(0, 1, -1, -1, 1),
        lambda: conformity.global_risk_itp(1.2, 4),
        lambda: conformity.guard_band_multipliers(0),
    ):
        with pytest.raises(BudgetError):
            call()


# --------------------------------------------------------------------------- MPE


@pytest.mark.parametrize(
    ("definition", "at", "limits"),
    [
        ({"kind": "number", "value": "0.02"}, {}, ("-0.02", "0.02")),
        ({"kind": "number", "lower": "-0.2", "upper": "0.5"}, {}, ("-0.2", "0.5")),
        ({"kind": "percent_of_span", "value": "1.6"}, {"span": "1.6"}, ("-0.0256", "0.0256")),
        ({"kind": "percent_of_reading", "value": "5"}, {"x": "-40"}, ("-2", "2")),
        ({"kind": "formula", "text": "10*(1+0.1/x)"}, {"x": "0.1"}, ("-20", "20")),
        ({"kind": "formula", "text": "a + b*x"}, {"x": "2", "values": {"a": "1", "b": "0.5"}}, ("-2", "2")),
        ({"kind": "table", "rows": [{"up_to": "150", "value": "0.02"}, {"up_to": "200", "value": "0.03"}]}, {"x": "150"}, ("-0.02", "0.02")),
        ({"kind": "table", "rows": [{"up_to": "150", "value": "0.02"}, {"up_to": None, "mpe": {"kind": "percent_of_reading", "value": "1"}}]}, {"x": "151"}, ("-1.51", "1.51")),
        ({"kind": "sum", "of": [{"kind": "percent_of_reading", "value": "0.0014"}, {"kind": "number", "value": "0.000002"}]}, {"x": "1"}, ("-0.000016", "0.000016")),
        ({"kind": "widened", "from": "90", "to": "100", "mpe": {"kind": "percent_of_span", "value": "1.6"}, "wider": {"kind": "percent_of_span", "value": "2.5"}}, {"x": "1.44", "span": "1.6"}, ("-0.04", "0.04")),
        ({"kind": "widened", "from": "90", "to": "100", "mpe": {"kind": "percent_of_span", "value": "1.6"}, "wider": {"kind": "percent_of_span", "value": "2.5"}}, {"x": "1.43", "span": "1.6"}, ("-0.0256", "0.0256")),
    ],
)  # fmt: skip
def test_limits_from_definitions(definition, at, limits):
    """Every way a regulation writes an MPE, exactly."""
    found = limit_from_definition(definition, **at)
    assert (found.lower, found.upper) == tuple(map(Fraction, limits))
    assert found.accepts(limits[0]) and not found.accepts(
        found.upper + Fraction(1, 10**9)
    )


def test_either_is_enough():
    """JJG 915: ±5 µmol/mol or ±10 %: either one is enough; both is the narrower."""
    parts = [
        {"kind": "number", "value": "5"},
        {"kind": "percent_of_reading", "value": "10"},
    ]
    for x, wide, narrow in (("20", 5, 2), ("50", 5, 5), ("200", 20, 5)):
        assert limit_from_definition({"kind": "either", "of": parts}, x=x).mpev == wide
        assert limit_from_definition({"kind": "both", "of": parts}, x=x).mpev == narrow


@pytest.mark.parametrize(
    ("definition", "at"),
    [
        ({"kind": "other"}, {}),
        ({}, {}),
        ({"kind": "number"}, {}),
        ({"kind": "number", "lower": "2", "upper": "1"}, {}),
        ({"kind": "percent_of_span", "value": "1"}, {}),
        ({"kind": "table", "rows": [{"up_to": "1", "value": "1"}]}, {"x": "2"}),
        ({"kind": "either", "of": []}, {}),
        ({"kind": "formula", "text": "__import__('os')"}, {"x": "1"}),
        ({"kind": "formula", "text": "1/x"}, {"x": "0"}),
    ],
)
def test_limits_that_cannot_be_told(definition, at):
    """A definition that gives no limit is an error, never a guess."""
    with pytest.raises(EngineError):
        limit_from_definition(definition, **at)


def test_weights_of_the_table():
    """OIML R 111: classes step by about √10, absent cells are refused."""
    assert mpe.weight_mpe("10", "F2", "kg") == "160"
    assert mpe.weight_mpe("20", "M1", "kg") == "1000"
    assert mpe.weight_mpe("100", "E1") == "0.05"
    assert mpe.weight_mpe("1", "F1", "g") == "0.10"
    for nominal, row in mpe.WEIGHT_MPE.items():
        values = [Fraction(v) for v in row if v]
        assert values == sorted(values), nominal
        for one, two in zip(values, values[1:], strict=False):
            assert 2 <= two / one <= 4, nominal
    for bad in (("3", "F1"), ("1", "F9"), ("5000", "E1", "kg"), ("1", "F1", "lb")):
        with pytest.raises(BudgetError):
            mpe.weight_mpe(*bad)
    assert mpe.weight_verdict("100.1", "100", "0.05", "0.16") == ("pass", ())
    assert mpe.weight_verdict("100.2", "100", "0.06", "0.16") == (
        "undetermined",
        ("uncertainty", "mass"),
    )
    assert mpe.weight_verdict("100.2", "100", "0.05", "0.16") == ("fail", ("mass",))


def test_pressure_gauge_fails_for_the_right_reason():
    """Hysteresis, tapping and error each fail alone; the top of the scale is wider."""
    good = {"p": "0.8", "up_before": "0.80", "up_after": "0.80", "down_before": "0.80", "down_after": "0.80"}  # fmt: skip

    def run(**change):
        return mpe.pressure_gauge("1.6", "1.6", [{**good, **change}]).failures

    assert run() == ()
    assert run(up_before="0.78") == ("tap:1",)
    assert run(up_after="0.82", up_before="0.82", down_after="0.79", down_before="0.79") == ("hysteresis:1",)  # fmt: skip
    assert run(**dict.fromkeys(("up_before", "up_after", "down_before", "down_after"), "0.83")) == ("error:1",)  # fmt: skip
    top = dict.fromkeys(("up_before", "up_after", "down_before", "down_after"), "1.56")
    assert run(p="1.6", **top) == ()
    assert mpe.pressure_gauge(
        "1.6", "1.6", [{"p": "1.6", **top}], top_class="1.6"
    ).failures
    with pytest.raises(BudgetError):
        mpe.pressure_gauge("1.6", "0", [good])


# ----------------------------------------------------------------------- pictures


@settings(max_examples=50, deadline=None)
@given(
    st.floats(-1e6, 1e6),
    st.floats(1e-6, 1e3),
    st.sampled_from([(-1.0, 1.0), (None, 5.0), (0.0, None)]),
    st.floats(0, 0.4),
)
def test_picture_is_clean_svg(value, u, limits, w):
    """Any numbers give well-formed SVG without scripts."""
    import xml.etree.ElementTree as ElementTree

    text = pictures.conformity_svg(
        value, u, *limits, w=w, unit="<V>", labels={"title": "a&b"}
    )
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg") and "script" not in text


def test_decisions_are_json():
    """A decision can be stored as it is."""
    told = json.loads(json.dumps(conformity.by_ilac_g8("1", "0", "2", "0.1").explain()))
    assert told["rule"].startswith("ILAC-G8") and told["inputs"]["value"] == "1"
    assert math.isclose(told["details"]["pc"], 1)
