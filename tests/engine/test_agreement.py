# SPDX-License-Identifier: AGPL-3.0-only
"""Random formulas over all arithmetics: one value, or an error with a cause."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.metrology.tools.errors import FormulaError
from odoo.addons.metrology.tools.formula import Curve, compile_formulas
from odoo.addons.metrology.tools.montecarlo import propagate
from odoo.addons.metrology.tools.uncertainty import evaluate_budget, quantity

DECLARED = {
    "a": "number", "b": "number", "x": "number", "r": "readings",
    "t.p": "number", "t.q": "number", "std": "curve",
}  # fmt: skip
TYPED = {
    "a": "1.5",
    "b": "-2",
    "x": "0",
    "r": ["1.01", "1.02", "1.00"],
    "t.p": ["1", "2", "3"],
    "t.q": ["2.1", "3.9", "6.2"],
    "std": Curve([("-100", "0.1", "0.01"), ("100", "0.3", "0.02")]),
}
UNCERTAIN = TYPED | {
    "a": quantity("a", {"x": "1.5", "u": "0.1", "dof": 5}),
    "b": quantity("b", {"x": "-2", "u": "0.2"}),
    "x": quantity("x", {"x": "0", "u": "0.01"}),
    "t.q": [quantity("q", {"x": v, "u": "0.1"}) for v in TYPED["t.q"]],
}
ARRAYS = TYPED | {
    "a": np.array([1.5, 1.4, -0.3]),
    "b": np.array([-2.0, -2.1, 0.5]),
    "x": np.array([0.0, 0.01, -0.01]),
}
ATOMS = "a b x 0 1 2.5 pi 0.001 -3 1e3 mean(r) item(r,2) max(t.p) sum(t.q)".split()
ONE = "abs sign sqrt exp ln log10 sin cos tan asin acos atan radians degrees".split()
MANY = "sum mean median stdev variance range max min rss".split()
COLUMNS = ["slope(t.p,t.q)", "intercept(t.p,t.q)", "correlation(t.p,t.q)"]


class Writer:
    """Writes random formulas of the language."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def condition(self, depth):
        pick = self.random
        if depth <= 0 or pick.random() < 0.6:
            sign = pick.choice(["<", "<=", ">", ">=", "=", "<>"])
            return f"{self.number(depth - 1)} {sign} {self.number(depth - 1)}"
        if pick.random() < 0.3:
            return f"not({self.condition(depth - 1)})"
        word = pick.choice(["and", "or"])
        return f"({self.condition(depth - 1)}) {word} ({self.condition(depth - 1)})"

    def number(self, depth):
        pick = self.random
        if depth <= 0:
            return pick.choice(ATOMS)

        def inner():
            return self.number(depth - 1)

        kind = pick.random()
        if kind < 0.35:
            return f"({inner()}{pick.choice('+-*/')}{inner()})"
        if kind < 0.45:
            return (
                f"({inner()})**({pick.choice(['2', '-1', '0.5', '3', '0', inner()])})"
            )
        if kind < 0.7:
            return f"{pick.choice(ONE)}({inner()})"
        if kind < 0.85:
            arguments = ", ".join(inner() for _ in range(pick.randint(1, 3)))
            return f"{pick.choice(MANY)}({arguments})"
        if kind < 0.9:
            return f"round_to({inner()}, {pick.choice(['0.01', '5', inner()])})"
        if kind < 0.92:
            return f"atan2({inner()}, {inner()})"
        if kind < 0.95:
            curve = f"interpolate(std, {inner()})"
            return pick.choice([*COLUMNS, curve, f"interpolate(t.p, t.q, {inner()})"])
        return f"if({self.condition(depth - 1)}, {inner()}, {inner()})"


@pytest.mark.parametrize("seed", range(4))
def test_all_arithmetics_agree(seed):
    """Exact, uncertain and numpy give one value; only engine errors ever come out."""
    writer, compared = Writer(seed), 0
    for _ in range(250):
        text = writer.number(writer.random.randint(1, 4))
        try:
            program = compile_formulas({"y": text}, DECLARED)
        except FormulaError as error:
            assert error.code in ("too_deep", "too_many_parts", "too_long")
            continue
        with np.errstate(all="ignore"):
            exact = program.evaluate(TYPED)
            others = [
                program.evaluate(UNCERTAIN, "uncertain"),
                program.evaluate(TYPED, "numpy"),
            ]
            program.evaluate(ARRAYS, "numpy")
            program.evaluate(TYPED, "jet")
        value = exact.values["y"]
        if value is None:
            assert exact.errors[0].cause
            continue
        if abs(value) > 10**9:
            continue
        for other in others:
            got = other.values["y"]
            if got is not None:
                got = float(getattr(got, "x", got))
                assert got == pytest.approx(float(value), rel=1e-6, abs=1e-6), text
                compared += 1
    assert compared > 150


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["a*b/c", "a + b*c", "sqrt(a*b) - c", "ln(a) + b/c", "a*exp(b/10) + c**2"]),
    st.lists(st.floats(2, 5).map(lambda v: round(v, 2)), min_size=3, max_size=3),
    st.lists(st.sampled_from(["normal", "rect", "tri", "arcsine"]), min_size=3, max_size=3),
    st.floats(-0.9, 0.9),
)  # fmt: skip
def test_law_of_propagation_against_monte_carlo(model, estimates, shapes, r):
    """For small spreads both methods give the same u, with correlation too."""
    q = {
        name: {"x": x, "u": 0.01}
        if shape == "normal"
        else {"x": x, "dist": shape, "a": 0.02}
        for name, x, shape in zip("abc", estimates, shapes, strict=True)
    }
    pairs = [("a", "b", r)] if shapes[:2] == ["normal", "normal"] else []
    law = evaluate_budget(model, q, pairs)
    monte_carlo = propagate(model, q, pairs, trials=60_000)
    assert monte_carlo.u == pytest.approx(law.u, rel=0.03)
    assert monte_carlo.y == pytest.approx(
        law.y, abs=5 * law.u / 60_000**0.5 + 0.02 * law.u
    )
