# SPDX-License-Identifier: AGPL-3.0-only
"""Monte Carlo: reproducible, right for every distribution, refusing nonsense."""

import math

import numpy as np
import pytest
from scipy import stats

from odoo.addons.metrology.tools import distributions
from odoo.addons.metrology.tools.errors import BudgetError, EngineError
from odoo.addons.metrology.tools.montecarlo import (
    check_first_order,
    coverage_interval,
    numerical_tolerance,
    propagate,
    propagate_joint,
    validate,
)
from odoo.addons.metrology.tools.uncertainty import Quantity, evaluate_budget, quantity

FOUR = {f"X{i}": {"x": 0, "u": 1} for i in range(4)}


def test_same_seed_same_result():
    """Seed, trials and engine give bit-equal results; another seed does not."""
    one = propagate("X0+X1+X2+X3", FOUR, trials=50_000, seed=7)
    two = propagate("X0+X1+X2+X3", FOUR, trials=50_000, seed=7)
    assert (one.y, one.u, one.low, one.high) == (two.y, two.u, two.low, two.high)
    assert propagate("X0+X1+X2+X3", FOUR, trials=50_000, seed=8).y != one.y
    assert one.versions["numpy"] == np.__version__ and one.seed == 7


def test_stream_is_that_of_pcg64():
    """Only uniform numbers of PCG64 are drawn: the first sample can be recomputed."""
    result = propagate(
        "x", {"x": {"x": 0, "dist": "rect", "a": 1}}, trials=1000, seed=3
    )
    numbers = np.random.Generator(np.random.PCG64(3)).random((1, 1000))[0]
    assert result.y == pytest.approx(float((2 * numbers - 1).mean()), abs=1e-15)


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        ({"x": 2, "u": 3}, stats.norm(2, 3)),
        ({"x": 2, "u": 3, "dof": 5}, stats.t(5, 2, 3)),
        ({"x": 2, "dist": "rect", "a": 3}, stats.uniform(-1, 6)),
        ({"x": 2, "dist": "tri", "a": 3}, stats.triang(0.5, -1, 6)),
        ({"x": 2, "dist": "arcsine", "a": 3}, stats.arcsine(-1, 6)),
        (
            {"x": 2, "dist": "trap", "a": 3, "beta": 0.4},
            stats.trapezoid(0.3, 0.7, -1, 6),
        ),
        ({"dist": "rect_asym", "lo": 1, "hi": 4}, stats.uniform(1, 3)),
        ({"x": 2, "dist": "exponential"}, stats.expon(0, 2)),
        ({"dist": "gamma", "shape": 3, "scale": 2}, stats.gamma(3, 0, 2)),
    ],
)
def test_every_distribution_is_sampled_right(data, shape):
    """The inverse distribution function is scipy's."""
    item = quantity("q", data)
    u = np.linspace(0.0005, 0.9995, 999)
    assert np.allclose(item.sample(u), shape.ppf(u), rtol=1e-9, atol=1e-9)


def test_curvilinear_trapezoid_and_two_points():
    """ctrap has the variance of JCGM 101 6.4.3; two points have two values."""
    item = quantity("q", {"dist": "ctrap", "lo": -1, "hi": 1, "d": 0.5})
    result = propagate("q", [item], trials=400_000)
    assert result.u == pytest.approx(item.u, rel=0.005)
    assert item.u == pytest.approx(math.sqrt(4 / 12 + 0.25 / 9))
    values = quantity("q", {"x": 1, "dist": "two_point", "a": 2}).sample(
        np.array([0.2, 0.8])
    )
    assert values.tolist() == [-1, 3]


def test_quantities_made_directly_can_be_sampled():
    """u alone says the half-width of a bounded distribution."""
    assert Quantity("q", 0, 1, "rect").params["a"] == pytest.approx(math.sqrt(3))
    assert Quantity("q", 0, 1, "t", 4).sample(np.array([0.5])) == pytest.approx(0)
    with pytest.raises(EngineError):
        Quantity("q", 0, 1, "trap")


def test_correlation_is_kept():
    """r between normal inputs, also r = 1; the sum shows it."""
    q = {"a": {"x": 0, "u": 1}, "b": {"x": 0, "u": 1}}
    for r in (-0.8, 0.0, 0.5, 1.0):
        got = propagate("a+b", q, [("a", "b", r)], trials=200_000).u
        assert got == pytest.approx(math.sqrt(2 + 2 * r), rel=0.01, abs=0.01)


def test_intervals():
    """Symmetric and shortest interval of a skewed distribution differ as they must."""
    q = {"x": {"x": 1.0, "dist": "exponential"}}
    symmetric = propagate("x", q, trials=500_000)
    shortest = propagate("x", q, trials=500_000, interval="shortest")
    assert symmetric.low == pytest.approx(-math.log(0.975), abs=0.002)
    assert symmetric.high == pytest.approx(-math.log(0.025), abs=0.03)
    assert shortest.low == pytest.approx(0, abs=0.001)
    assert shortest.high == pytest.approx(-math.log(0.05), abs=0.03)
    assert shortest.half_width < symmetric.half_width
    values = np.arange(1000.0)
    for p in (0.5, 0.9, 0.95, 0.99):
        low, high = coverage_interval(values, p, "symmetric")
        assert (high - low) == pytest.approx(p * 1000)
        assert low + high == pytest.approx(999, abs=1.1)


def test_adaptive():
    """The adaptive procedure stops when stable, and says so; or says it did not."""
    done = propagate("X0+X1+X2+X3", FOUR, trials=5_000_000, adaptive=True, digits=1)
    assert done.converged and done.trials < 5_000_000
    assert max(done.stability.values()) <= done.tolerance == 0.5
    short = propagate("X0+X1+X2+X3", FOUR, trials=30_000, adaptive=True, digits=3)
    assert short.converged is False


def test_validation_accepts_and_rejects():
    """The additive normal model is validated, the dominated one is not."""
    assert validate("X0+X1+X2+X3", FOUR, digits=1, trials=300_000).validated
    wide = {**FOUR, "X3": {"x": 0, "dist": "rect", "a": 20}}
    result = validate("X0+X1+X2+X3", wide, trials=300_000)
    assert not result.validated and result.explain()["validated"] is False


def test_first_order_check():
    """Linear models pass; a square at zero and a strongly bent one do not."""
    assert check_first_order("X0+2*X1", FOUR).ok
    assert check_first_order("X0**2", FOUR).reason == "second_order"
    q = {"x": {"x": 0.6, "dist": "rect", "a": 0.5}}
    assert not check_first_order("ln(x)", q).ok
    assert check_first_order("abs(X0)", FOUR).reason in ("monte_carlo", "shift")


def test_agrees_with_the_law_of_propagation():
    """For a nearly linear model u of both methods agree."""
    q = {n: {"x": 1.0 + i, "u": 0.01} for i, n in enumerate("abcd")}
    model = "a*b/c + sqrt(d)"
    assert propagate(model, q, trials=400_000).u == pytest.approx(
        evaluate_budget(model, q).u, rel=0.01
    )


@pytest.mark.parametrize(
    ("re", "r", "magnitude", "phase"),
    [
        (0.001, 0.0, (0.013, 0.007), (0.0, 1.744)),
        (0.001, 0.9, (0.012, 0.008), (-0.556, 1.599)),
        (0.010, 0.9, (0.015, 0.008), (-0.343, 0.903)),
    ],
)
def test_magnitude_and_phase(re, r, magnitude, phase):
    """JCGM 102:2011 9.3, tables 6 and 7: a complex quantity near zero."""
    result = propagate_joint(
        {"mag": "sqrt(re**2 + im**2)", "phase": "atan2(im, re)"},
        {"re": {"x": re, "u": 0.01}, "im": {"x": 0.0, "u": 0.01}},
        [("re", "im", r)],
        trials=1_000_000,
    )
    assert (result.y[0], result.u[0]) == pytest.approx(magnitude, abs=0.0006)
    assert (result.y[1], result.u[1]) == pytest.approx(phase, abs=0.006)
    with pytest.raises(EngineError):
        propagate_joint({"y": "ln(a)"}, {"a": {"x": 0, "u": 1}})
    with pytest.raises(BudgetError):
        propagate_joint({"y": "a"}, {"a": {"x": 0, "u": 1}}, trials=10)


def test_refusals():
    """Too few or too many trials, an undefined model, a bad probability."""
    for settings in (
        {"trials": 10},
        {"trials": 10**9},
        {"p": 1.5},
        {"interval": "wide"},
    ):
        with pytest.raises(EngineError):
            propagate("X0", FOUR, **{"trials": 10_000, **settings})
    with pytest.raises(EngineError):
        propagate("ln(X0)", FOUR, trials=10_000)
    with pytest.raises(EngineError):
        propagate("1/(X0-X0)", FOUR, trials=10_000)
    with pytest.raises(BudgetError):
        numerical_tolerance(0.0)


def test_tolerance():
    """δ of u with two digits (JCGM 101 7.9.2)."""
    assert numerical_tolerance(0.0754) == pytest.approx(0.0005)
    assert numerical_tolerance(9.96, 1) == pytest.approx(5)
    assert numerical_tolerance(35, 2) == pytest.approx(0.5)


def test_coverage_factor_is_the_quantile_of_the_samples():
    """k of a distribution times its u is where its samples end."""
    for dist in ("rect", "tri", "arcsine"):
        item = quantity("q", {"x": 0, "dist": dist, "a": 1})
        end = item.sample(np.array([0.975]))[0]
        assert distributions.coverage_factor(dist, 0.95) * item.u == pytest.approx(end)
