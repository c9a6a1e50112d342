# SPDX-License-Identifier: AGPL-3.0-only
"""Budgets: against GTC, uncertainties and Monte Carlo, and what they refuse."""

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.metrology.tools import distributions, regression, uncertainty
from odoo.addons.metrology.tools.errors import (
    BudgetError,
    EngineError,
    FormulaError,
    QuantityError,
)
from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology.tools.uncertainty import (
    Quantity,
    evaluate_budget,
    quantity,
    second_order,
)

DATA = Path(__file__).resolve().parents[1] / "data"


@requirement("S0-6.3.5-2")
def test_the_budget_of_the_rule_and_its_refusals():
    """0.3 and 0.4 give u_c = 0.5 and U = 1.0; negative u or no distribution: refused."""
    budget = evaluate_budget(
        "a + b", {"a": {"x": "1", "u": "0.3", "dof": 9}, "b": {"x": "2", "u": "0.4"}}
    )
    assert (budget.u, budget.k, budget.U) == (0.5, 2.0, 1.0)
    assert [item.c for item in budget.contributions] == [1, 1]
    assert budget.dof == math.floor(0.5**4 / (0.3**4 / 9))
    assert str(budget.report()) == "3.0 ± 1.0"
    with pytest.raises(QuantityError, match="'b'.*negative"):
        evaluate_budget("a + b", {"a": {"x": 1, "u": 1}, "b": {"x": 1, "u": "-0.4"}})
    with pytest.raises(QuantityError, match="'b' has no distribution"):
        evaluate_budget("a + b", {"a": {"x": 1, "u": 1}, "b": {"x": 1, "a": "0.4"}})


def test_published_readings_give_published_results():
    """The three worked examples an operator types come out (INS-02, UNC-08, UNC-15)."""
    works = json.loads((DATA / "readings.json").read_text(encoding="utf-8"))["works"]
    expected = {"UNC-08": "10000.025 ± 0.059", "UNC-15": "180.10 ± 0.33"}
    seen = 0
    for work in works:
        if work["case"] in expected:
            inputs = work["inputs"]
            budget = evaluate_budget(inputs["model"], inputs["quantities"])
            assert str(budget.report()) == expected[work["case"]]
            seen += 1
    assert seen == 2


MODELS = [
    "a*b + c/d",
    "a**2*sqrt(b) - ln(c)*d",
    "sin(a)*cos(b) + exp(c/10)/d",
    "(a-b)/(a+b)*c**d",
    "log10(a) + atan(b*c) - d**3",
    "max(a, b) + min(c, d) + abs(a - d)",
    "mean(a, b, c)*rss(c, d)",
]
POSITIVE = st.floats(0.5, 4.0).map(lambda v: round(v, 3))
SPREAD = st.floats(0.001, 0.2).map(lambda v: round(v, 4))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(MODELS),
    st.lists(POSITIVE, min_size=4, max_size=4, unique=True),
    st.lists(SPREAD, min_size=4, max_size=4),
)
def test_against_uncertainties(model, estimates, spreads):
    """The independent library `uncertainties` gives the same y, u and derivatives."""
    from uncertainties import ufloat, umath

    names = "abcd"
    budget = evaluate_budget(
        model,
        {
            n: {"x": x, "u": u}
            for n, x, u in zip(names, estimates, spreads, strict=True)
        },
    )
    inputs = {
        n: ufloat(x, u) for n, x, u in zip(names, estimates, spreads, strict=True)
    }
    scope = {
        name: getattr(umath, name)
        for name in ("sqrt", "sin", "cos", "exp", "log10", "atan")
    }
    scope |= {
        "ln": umath.log,
        "abs": lambda v: v if v.n >= 0 else -v,
        "max": lambda p, q: p if p.n > q.n else q,
        "min": lambda p, q: p if p.n < q.n else q,
        "mean": lambda *v: sum(v) / len(v),
        "rss": lambda *v: umath.sqrt(sum(x * x for x in v)),
    }
    other = eval(model, {"__builtins__": {}}, {**scope, **inputs})  # our own text
    assert budget.y == pytest.approx(other.n, rel=1e-12)
    assert budget.u == pytest.approx(other.s, rel=1e-9, abs=1e-15)
    for item in budget.contributions:
        assert item.c == pytest.approx(
            other.derivatives.get(inputs[item.name], 0.0), rel=1e-9, abs=1e-12
        )


def test_against_gtc_with_correlations_and_dof():
    """GTC's own propagation with a correlation matrix and dof agrees."""
    import GTC

    spec = {"a": (2.0, 0.1), "b": (3.0, 0.2), "c": (1.5, 0.05)}
    r = [("a", "b", 0.5), ("b", "c", -0.3)]
    budget = evaluate_budget(
        "a*b/c", {n: {"x": x, "u": u} for n, (x, u) in spec.items()}, r
    )
    inputs = {n: GTC.ureal(x, u, independent=False) for n, (x, u) in spec.items()}
    for one, two, value in r:
        GTC.set_correlation(value, inputs[one], inputs[two])
    y = inputs["a"] * inputs["b"] / inputs["c"]
    assert (budget.y, budget.u) == (pytest.approx(y.x), pytest.approx(y.u))
    free = {n: GTC.ureal(x, u, 5 + i) for i, (n, (x, u)) in enumerate(spec.items())}
    y = free["a"] * free["b"] / free["c"]
    budget = evaluate_budget(
        "a*b/c",
        {
            n: {"x": x, "u": u, "dof": 5 + i}
            for i, (n, (x, u)) in enumerate(spec.items())
        },
        dof_rule="exact",
    )
    assert (budget.u, budget.dof) == (pytest.approx(y.u), pytest.approx(y.df))


def test_degrees_of_freedom_rules():
    """JCGM 100 G.4.1: 18.9987 is 18 by floor, 19 rounded; k follows."""
    q = {
        "X1": {"x": 1.0, "u": 0.0025, "dof": 10},
        "X2": {"x": 1.0, "u": 0.0057, "dof": 5},
        "X3": {"x": 1.0, "u": 0.0082, "dof": 15},
    }
    floor = evaluate_budget("X1*X2*X3", q, coverage="t", dof_rule="floor")
    exact = evaluate_budget("X1*X2*X3", q, coverage="t", dof_rule="exact")
    nearest = evaluate_budget("X1*X2*X3", q, coverage="t", dof_rule="round")
    assert floor.dof == math.floor(exact.dof) and nearest.dof == round(exact.dof)
    assert floor.k >= exact.k
    assert uncertainty.effective_dof(1, [1], [18.9987], "floor") == 18
    assert uncertainty.effective_dof(1, [1], [18.9987], "round") == 19
    assert uncertainty.effective_dof(1, [1], [19], "floor") == 19
    assert uncertainty.effective_dof(0, [0], [1]) == math.inf


def test_exact_value_is_exact():
    """Typed estimates and a rational model give a value without binary noise."""
    budget = evaluate_budget(
        "a - b", {"a": {"x": "0.3", "u": "0.1"}, "b": {"x": "0.1", "u": "0.1"}}
    )
    assert budget.y_exact == Fraction(1, 5)
    assert evaluate_budget("a", {"a": {"x": 0.3, "u": 0.1}}).y_exact is None


@pytest.mark.parametrize(
    ("data", "u", "dof"),
    [
        ({"dist": "normal", "U": "0.045", "k": 2}, 0.0225, math.inf),
        ({"dist": "normal", "U": "129", "p": 0.99}, 129 / 2.5758293, math.inf),
        ({"dist": "normal", "U": "1", "p": "0.95", "dof": 10}, 1 / 2.2281389, 10),
        ({"dist": "rect", "a": "1"}, 1 / math.sqrt(3), math.inf),
        ({"dist": "uniform", "lo": "1", "hi": "3"}, 1 / math.sqrt(3), math.inf),
        ({"dist": "tri", "a": "1"}, 1 / math.sqrt(6), math.inf),
        ({"dist": "arcsine", "a": "1"}, 1 / math.sqrt(2), math.inf),
        ({"dist": "two_point", "a": "1"}, 1, math.inf),
        ({"dist": "trap", "a": "1", "beta": "0.5"}, math.sqrt(1.25 / 6), math.inf),
        ({"dist": "rect_asym", "lo": "16.40", "hi": "16.92"}, 0.52 / math.sqrt(12), math.inf),
        ({"dist": "t", "s": "2", "dof": 4}, 2, 4),
        ({"dist": "obs", "values": ["1", "2", "3"]}, 1 / math.sqrt(3), 2),
        ({"dist": "obs", "values": ["1", "2", "3"], "method": "range"}, 2 / 1.69 / math.sqrt(3), 1.8),
        ({"dist": "pooled", "sp": "0.025", "n": 3, "dof": 12}, 0.025 / math.sqrt(3), 12),
        ({"dist": "prior", "s": "0.08", "n": 4, "dof": 9}, 0.04, 9),
        ({"dist": "gamma", "shape": "4", "scale": "2"}, 4, math.inf),
        ({"dist": "exponential", "x": "3"}, 3, math.inf),
        ({"U": "1", "k": "2"}, 0.5, math.inf),
    ],
)  # fmt: skip
def test_every_distribution(data, u, dof):
    """Standard uncertainty and dof of every way to state a quantity."""
    item = quantity("q", data)
    assert item.u == pytest.approx(u, rel=1e-6)
    assert item.dof == dof
    assert item.explain()["distribution"] == item.dist


@pytest.mark.parametrize(
    "data",
    [
        {"dist": "gauss!", "u": "1"},
        {"dist": "rect"},
        {"dist": "normal"},
        {"dist": "normal", "U": "1"},
        {"dist": "normal", "U": "1", "k": "0"},
        {"dist": "normal", "U": "1", "p": "1.2"},
        {"dist": "rect", "a": "-1"},
        {"dist": "rect", "a": "one"},
        {"dist": "rect", "lo": "2", "hi": "1"},
        {"dist": "trap", "a": "1"},
        {"dist": "trap", "a": "1", "beta": "2"},
        {"dist": "ctrap", "lo": "0", "hi": "1", "d": "2"},
        {"dist": "obs", "values": ["1"]},
        {"dist": "obs", "values": ["1", "x"]},
        {"dist": "obs", "values": [1.0, None]},
        {"dist": "obs", "values": ["1", "2"], "method": "guess"},
        {"dist": "pooled", "sp": "1", "n": 0},
        {"dist": "t", "s": "1", "dof": "-3"},
        {"u": "1", "dof": 0},
        {"u": "1", "x": "abc"},
        {"u": float("nan")},
        {"x": "1"},
        {},
    ],
)
def test_incomplete_quantities_are_refused_by_name(data):
    """Whatever is missing or wrong, the quantity is named."""
    with pytest.raises(EngineError) as caught:
        quantity("strange", data)
    assert isinstance(caught.value, QuantityError)
    if "p" not in data and "beta" not in data:
        assert "strange" in str(caught.value)


def test_refusals_of_a_budget():
    """Unknown names, impossible correlations, wrong settings."""
    q = {"a": {"x": 1, "u": 1}, "b": {"x": 1, "u": 1}, "c": {"x": 1, "u": 1}}
    with pytest.raises(FormulaError):
        evaluate_budget("a + d", q)
    for r in (
        [("a", "d", 0.5)],
        [("a", "a", 1)],
        [("a", "b", 1.5)],
        [("a", "b", 0.5), ("b", "a", 0.4)],
        [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)],
        [("a", "b")],
    ):
        with pytest.raises(BudgetError):
            evaluate_budget("a + b + c", q, r)
    with pytest.raises(BudgetError):
        evaluate_budget("a", q, k=0)
    with pytest.raises(BudgetError):
        evaluate_budget("a", q, coverage="guess")
    with pytest.raises(BudgetError):
        evaluate_budget("a", q, dof_rule="guess")
    with pytest.raises(BudgetError):
        evaluate_budget("a", [Quantity("a", 1, 1), Quantity("a", 1, 1)])


def test_coverage_of_dominating_rectangles():
    """One rectangular input: k = 1.65; two: a trapezoid; more: t."""
    one = {"a": {"x": 0, "dist": "rect", "a": 1}, "b": {"x": 0, "u": 0.05}}
    result = evaluate_budget("a+b", one, coverage="auto")
    assert (result.coverage, round(result.k, 3)) == ("rectangular", 1.645)
    two = {**one, "c": {"x": 0, "dist": "rect", "a": 0.5}}
    result = evaluate_budget("a+b+c", two, coverage="auto")
    assert (result.coverage, round(result.k, 2)) == ("trapezoidal", 1.83)
    three = {**two, "d": {"x": 0, "u": 1, "dof": 4}}
    result = evaluate_budget("a+b+c+d", three, coverage="auto")
    assert result.coverage == "t" and result.k > 2
    assert evaluate_budget("a+b", one, coverage="auto", k=2).coverage == "k"


def test_second_order_is_told():
    """A quantity first order does not see is warned of; one without effect is not."""
    q = {"x": {"x": 0, "u": "0.1"}, "y": {"x": "1", "u": "0.1"}, "z": {"x": 0, "u": 1}}
    budget = evaluate_budget("y + x**2 + 0*z", q)
    assert budget.warnings == ("second_order:x",)
    assert evaluate_budget("y + 2*x", q).warnings == ()
    assert evaluate_budget("x*z", q).warnings == ("second_order:x", "second_order:z")


def test_second_order_against_analysis():
    """y = x³ at 1: u² = 9u² + (½·36 + 3·6)u⁴; y = exp(x) and a product."""
    u = 0.1
    result = second_order("x**3", {"x": {"x": 1, "u": u}})
    assert result.u == pytest.approx(math.sqrt(9 * u**2 + 36 * u**4))
    assert result.y_shift == pytest.approx(3 * u * u)
    result = second_order("exp(x)", {"x": {"x": 0, "u": u}})
    assert result.u == pytest.approx(math.sqrt(u**2 + 1.5 * u**4))
    result = second_order("a*b", {"a": {"x": 2, "u": u}, "b": {"x": 3, "u": u}})
    assert result.u == pytest.approx(math.sqrt(13 * u * u + u**4))
    assert result.terms == {("a", "b"): pytest.approx(u * u)}
    for model in MODELS[:5]:
        q = {n: {"x": 1.2 + i, "u": 1e-6} for i, n in enumerate("abcd")}
        assert second_order(model, q).u == pytest.approx(
            evaluate_budget(model, q).u, rel=1e-6
        )


def test_table_and_explanation():
    """The budget prints as a table and tells all it rests on, as JSON."""
    budget = evaluate_budget(
        "V/I",
        {
            "V": {"x": "5.000", "dist": "normal", "U": "0.002", "k": 2, "unit": "V",
                  "description": "voltage", "source": "certificate 1"},
            "I": {"x": "0.1000", "dist": "rect", "a": "0.0001", "unit": "A"},
        },
        unit="Ω",
    )  # fmt: skip
    rows = budget.table()
    assert [row["quantity"] for row in rows] == ["V", "I", "y"]
    assert rows[0]["estimate"] == "5" and rows[0]["u"] == "0.00100"
    assert rows[0]["statement"] == "U = 0.002, k = 2"
    assert sum(float(row["share"]) for row in rows[:2]) == pytest.approx(100, abs=0.1)
    told = json.loads(json.dumps(budget.explain()))
    assert told["formula"] == "V/I" and told["y"] == "50" and told["engine"]
    assert told["inputs"][0]["source"] == "certificate 1"
    assert told["sensitivities"]["V"] == pytest.approx(10)


def test_fully_correlated_and_cancelling():
    """r = ±1 adds or cancels; u never becomes imaginary."""
    q = {"a": {"x": 1, "u": "0.1"}, "b": {"x": 1, "u": "0.1"}}
    assert evaluate_budget("a+b", q, [("a", "b", 1)]).u == pytest.approx(0.2)
    assert evaluate_budget("a-b", q, [("a", "b", 1)]).u == pytest.approx(0, abs=1e-9)


def test_t_and_coverage_factors_against_scipy():
    """k of every distribution is the quantile scipy finds."""
    from scipy import stats

    for dof in (1, 2.5, 7, 100):
        for p in (0.6827, 0.9, 0.9545, 0.99):
            expected = stats.t.ppf((1 + p) / 2, dof)
            assert distributions.t_factor(p, dof) == pytest.approx(expected, rel=1e-9)
    for beta in (0.0, 0.3, 0.71, 1.0):
        shape = stats.trapezoid((1 - beta) / 2, (1 + beta) / 2, loc=-1, scale=2)
        for p in (0.1, 0.5, 0.9, 0.95, 0.99):
            expected = shape.ppf((1 + p) / 2) / shape.std()
            got = distributions.coverage_factor("trap", p, beta=beta)
            assert got == pytest.approx(expected, rel=1e-6), (beta, p)
    with pytest.raises(QuantityError):
        distributions.t_factor(1.0, 5)
    with pytest.raises(QuantityError):
        distributions.t_factor(0.95, 0.5)


def test_resolution_or_repeatability():
    """The larger of both counts, not both (JJF 1059.1 4.3.3.4)."""
    digital = uncertainty.resolution_uncertainty("0.01")
    assert digital == pytest.approx(0.29 * 0.01, rel=0.01)
    one, two = Quantity("s", 0, 0.001), Quantity("r", 0, digital)
    assert uncertainty.larger_of(one, two) is two
    assert uncertainty.larger_of(Quantity("s", 0, 1.0), two).name == "s"
    with pytest.raises(QuantityError):
        uncertainty.resolution_uncertainty("-1")


# -------------------------------------------------------------------- regression


def test_line_against_scipy_and_inverse():
    """The line and its uncertainties are scipy's; solving inverts predicting."""
    from scipy import stats

    x, y = [1, 2, 3, 4, 5, 7], [1.1, 2.3, 2.9, 4.2, 5.1, 6.8]
    line = regression.fit_line(x, y)
    other = stats.linregress(x, y)
    assert line.b == pytest.approx(other.slope) and line.a == pytest.approx(
        other.intercept
    )
    assert line.u_b == pytest.approx(other.stderr)
    assert line.u_a == pytest.approx(other.intercept_stderr)
    value, _ = line.predict(3.3)
    back, u = line.solve(value)
    assert back == pytest.approx(3.3) and u > 0
    assert line.predict_new(3.3)[1] > line.predict(3.3)[1]
    with pytest.raises(BudgetError):
        regression.fit_line([1, 1, 1], [1, 2, 3])
    with pytest.raises(BudgetError):
        regression.fit_line([1, 2], [1, 2])
    with pytest.raises(BudgetError):
        regression.fit_line([1, 2, 3], [2, 2, 2]).solve(2)


def test_polynomial_against_numpy():
    """A parabola and its covariance are numpy's."""
    import numpy as np

    x = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    y = [1.0, 2.9, 7.2, 12.8, 21.1, 31.2]
    fit = regression.fit_polynomial(x, y, 2)
    b, cov = np.polyfit(x, y, 2, cov="unscaled")
    assert np.allclose(fit.b[::-1], b)
    assert np.allclose(np.array(fit.covariance)[::-1, ::-1], cov * fit.s**2)


def test_anova_against_scipy():
    """F is scipy's; equal groups show no effect."""
    from scipy import stats

    groups = [["1.0", "1.2", "1.1"], ["2.0", "2.2", "2.4"], ["1.5", "1.4", "1.9"]]
    result = regression.anova(groups)
    other = stats.f_oneway(*[[float(v) for v in g] for g in groups])
    assert result.F == pytest.approx(other.statistic)
    assert result.significant(1 - other.pvalue - 1e-6)
    assert not result.significant(1 - other.pvalue + 1e-6)
    with pytest.raises(BudgetError):
        regression.anova([["1", "2"], ["1"]])


def test_multivariate_against_uncertainties():
    """Covariance of several results agrees with `uncertainties`."""
    from uncertainties import correlated_values_norm, correlation_matrix, umath

    r = [[1, 0.5, 0], [0.5, 1, -0.2], [0, -0.2, 1]]
    a, b, c = correlated_values_norm([(2, 0.1), (3, 0.2), (0.5, 0.05)], r)
    result = regression.evaluate_multivariate(
        {"p": "a*b", "q": "a*sin(c)", "s": "b/c"},
        {"a": {"x": 2, "u": 0.1}, "b": {"x": 3, "u": 0.2}, "c": {"x": 0.5, "u": 0.05}},
        [("a", "b", 0.5), ("b", "c", -0.2)],
    )
    outputs = [a * b, a * umath.sin(c), b / c]
    matrix = correlation_matrix(outputs)
    assert result.u == pytest.approx([o.s for o in outputs])
    assert result.r("p", "s") == pytest.approx(matrix[0][2])
    assert [pair[:2] for pair in result.correlations] == [
        ("p", "q"),
        ("p", "s"),
        ("q", "s"),
    ]
