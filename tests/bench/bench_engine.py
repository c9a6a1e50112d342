# SPDX-License-Identifier: AGPL-3.0-only
"""How fast the mathematics is, beside the libraries of the field doing the same work.

    python tests/bench/bench_engine.py --output tests/bench/results/engine.json

Needs no Odoo and no database. Every comparison first checks that both sides compute the
same numbers. Times are CPU time, best of several runs, in microseconds (us) or milliseconds
(ms); ``ratio`` is our time divided by the other's.
"""

import argparse
import ast
import json
import math
import platform
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))
import standalone  # noqa: F401 - makes the engine importable without Odoo

# isort: split
import GTC
import numpy as np
import uncertainties
from uncertainties import ufloat, umath

from odoo.addons.metrology.tools import (
    formula,
    formula_syntax,
    montecarlo,
    rounding,
    statistics,
    uncertainty,
    version,
)

MODEL = "x0*x1/x2 + sqrt(x3)*sin(x4) + x5**2 - x6/x7 + ln(x8)*x9"
NAMES = [f"x{i}" for i in range(10)]
ESTIMATES = [1 + 0.1 * i for i in range(10)]
U, DOF = 0.01, 9


def best(function, repeat=7, seconds=0.25):
    """Return the best mean time of one call, in seconds."""
    function()
    start = time.process_time()
    function()
    once = max(time.process_time() - start, 1e-6)
    number = max(1, int(seconds / once / repeat))
    times = []
    for _ in range(repeat):
        start = time.process_time()
        for _ in range(number):
            function()
        times.append((time.process_time() - start) / number)
    return min(times)


def close(one, two, tolerance=1e-9):
    """Both sides must have computed the same number."""
    assert abs(one - two) <= tolerance * max(1.0, abs(two)), (one, two)


def budget():
    """One budget of 10 inputs: value, u, sensitivities, effective dof, k, U."""
    data = {
        name: {"x": f"{x:.1f}", "u": "0.01", "dof": DOF}
        for name, x in zip(NAMES, ESTIMATES, strict=True)
    }
    items = [uncertainty.quantity(name, item) for name, item in data.items()]
    model = formula.compile_model(MODEL, NAMES)

    def gtc():
        x = [GTC.ureal(value, U, DOF) for value in ESTIMATES]
        y = (
            x[0] * x[1] / x[2] + GTC.sqrt(x[3]) * GTC.sin(x[4]) + x[5] ** 2
            - x[6] / x[7] + GTC.log(x[8]) * x[9]
        )  # fmt: skip
        return y.u, y.df, [GTC.component(y, item) for item in x]

    def other():
        x = [ufloat(value, U) for value in ESTIMATES]
        y = (
            x[0] * x[1] / x[2] + umath.sqrt(x[3]) * umath.sin(x[4]) + x[5] ** 2
            - x[6] / x[7] + umath.log(x[8]) * x[9]
        )  # fmt: skip
        return y.s, y.error_components()

    ours = uncertainty.evaluate_budget(model, items, coverage="t", dof_rule="exact")
    close(ours.u, gtc()[0])
    close(ours.dof, gtc()[1])
    close(ours.u, other()[0])
    compiled = best(lambda: uncertainty.evaluate_budget(model, items))
    from_data = best(lambda: uncertainty.evaluate_budget(MODEL, data))
    with_gtc, with_uncertainties = best(gtc), best(other)
    return {
        "what": "one budget, 10 inputs, nonlinear model",
        "ours_us": compiled * 1e6,
        "ours_from_text_us": from_data * 1e6,
        "gtc_us": with_gtc * 1e6,
        "uncertainties_us": with_uncertainties * 1e6,
        "ratio_gtc": compiled / with_gtc,
        "ratio_gtc_from_text": from_data / with_gtc,
        "ratio_uncertainties": compiled / with_uncertainties,
    }


def record():
    """A record: 50 points x 10 readings x 8 computed columns, with uncertainty."""
    generator = random.Random(1059)
    points, repeats = 50, 10
    readings = [
        [f"{i + 1 + generator.gauss(0, 0.01):.3f}" for _ in range(repeats)]
        for i in range(points)
    ]
    cells = {
        "t.average": "mean(r)",
        "t.error": "average - p",
        "t.corrected": "error + c",
        "t.s": "stdev(r)",
        "t.span": "max(r) - min(r)",
        "t.drift": "average - previous(average, average)",
        "t.relative": "corrected / p * 100",
        "t.ok": "abs(corrected) <= mpe",
    }
    kinds = {"t.p": "number", "t.r": "readings", "t.c": "number", "mpe": "number"}
    nominal = [str(i + 1) for i in range(points)]
    values = {"t.p": nominal, "t.r": readings, "mpe": "0.05"}
    exact = {**values, "t.c": ["0.012"] * points}
    corrections = [
        uncertainty.Quantity(f"c{i}", 0.012, 0.002, "normal", 50) for i in range(points)
    ]
    uncertain = {**values, "t.c": corrections}
    program = formula.compile_formulas(cells, kinds)
    floats = [[float(v) for v in row] for row in readings]

    def gtc():
        out, before = [], None
        for i, row in enumerate(floats):
            average = GTC.ta.estimate(row)
            error = average - float(nominal[i])
            corrected = error + GTC.ureal(0.012, 0.002, 50)
            s = GTC.ta.standard_deviation(row)
            span = max(row) - min(row)
            drift = average - (before or average)
            relative = corrected / float(nominal[i]) * 100
            before = average
            out.append(
                (error, corrected, s, span, drift, relative, abs(corrected.x) <= 0.05)
            )
        return out

    def other():
        out, before = [], None
        for i, row in enumerate(floats):
            m = math.fsum(row) / repeats
            s = math.sqrt(math.fsum((v - m) ** 2 for v in row) / (repeats - 1))
            average = ufloat(m, s / math.sqrt(repeats))
            error = average - float(nominal[i])
            corrected = error + ufloat(0.012, 0.002)
            span = max(row) - min(row)
            drift = average - (before or average)
            relative = corrected / float(nominal[i]) * 100
            before = average
            deviations = [x.s for x in (average, error, corrected, drift, relative)]
            out.append((corrected, s, span, abs(corrected.n) <= 0.05, deviations))
        return out

    def array():
        r = np.array(floats)
        p = np.arange(1, points + 1, dtype=float)
        average = r.mean(axis=1)
        error = average - p
        corrected = error + 0.012
        s, span = r.std(axis=1, ddof=1), np.ptp(r, axis=1)
        drift = np.diff(average, prepend=average[0])
        return (
            average,
            corrected,
            s,
            span,
            drift,
            corrected / p * 100,
            abs(corrected) <= 0.05,
        )

    done = program.evaluate(uncertain, "uncertain")
    assert done.complete, done.errors
    for i in (0, 7, 49):
        close(done.values["t.corrected"][i].u, gtc()[i][1].u)
        close(done.values["t.corrected"][i].u, other()[i][0].s)
        close(float(program.evaluate(exact).values["t.corrected"][i]), array()[1][i])
    ours_exact = best(lambda: program.evaluate(exact))
    ours = best(lambda: program.evaluate(uncertain, "uncertain"))
    with_gtc, with_uncertainties, with_numpy = best(gtc), best(other), best(array)
    compiling = best(lambda: formula.compile_formulas(cells, kinds))
    return {
        "what": "record of 50 points x 10 readings x 8 computed columns",
        "compile_ms": compiling * 1e3,
        "exact_ms": ours_exact * 1e3,
        "uncertain_ms": ours * 1e3,
        "gtc_ms": with_gtc * 1e3,
        "uncertainties_ms": with_uncertainties * 1e3,
        "numpy_floats_only_ms": with_numpy * 1e3,
        "ratio_gtc": ours / with_gtc,
        "ratio_uncertainties": ours / with_uncertainties,
        "ratio_exact_numpy_floats": ours_exact / with_numpy,
    }


def monte_carlo():
    """A million trials of the 10 inputs."""
    items = [
        uncertainty.Quantity(name, x, U)
        for name, x in zip(NAMES, ESTIMATES, strict=True)
    ]
    trials = 1_000_000

    def alone():
        generator = np.random.default_rng(1)
        x = [generator.normal(value, U, trials) for value in ESTIMATES]
        y = (
            x[0] * x[1] / x[2] + np.sqrt(x[3]) * np.sin(x[4]) + x[5] ** 2
            - x[6] / x[7] + np.log(x[8]) * x[9]
        )  # fmt: skip
        y.sort()
        return y.mean(), y.std(ddof=1), y[24_999], y[974_999]

    result = montecarlo.propagate(MODEL, items, trials=trials)
    close(result.u, float(alone()[1]), 1e-3)
    ours = best(lambda: montecarlo.propagate(MODEL, items, trials=trials), 3, 0)
    numpy_alone = best(alone, 3, 0)
    adaptive = best(
        lambda: montecarlo.propagate(
            MODEL, items, trials=trials, adaptive=True, digits=2
        ),
        3,
        0,
    )
    return {
        "what": "Monte Carlo, 1e6 trials, 10 normal inputs, reproducible stream",
        "ours_ms": ours * 1e3,
        "numpy_alone_ms": numpy_alone * 1e3,
        "adaptive_2_digits_ms": adaptive * 1e3,
        "ratio_numpy": ours / numpy_alone,
    }


def parser():
    """Reading formulas: ours beside Python's own parser (which is C, and unsafe)."""
    python = "x0*x1/x2 + x3*x4 + x5**2 - x6/x7 + (x8 - x9)*0.001"
    hostile = ["9**9**9", "(" * 900 + "1" + ")" * 900, "-" * 1900 + "1", "a" * 2000]

    def refuse():
        for text in hostile:
            try:
                formula.compile_formulas({"y": text}, []).evaluate({})
            except formula.FormulaError:
                continue

    ours = best(lambda: formula_syntax.parse(python))
    compiling = best(lambda: formula.compile_model(python, NAMES))
    with_ast = best(lambda: ast.parse(python, mode="eval"))
    return {
        "what": "parser, a formula of 10 names",
        "parse_us": ours * 1e6,
        "parse_check_us": compiling * 1e6,
        "python_ast_us": with_ast * 1e6,
        "ratio_ast": ours / with_ast,
        "four_hostile_texts_ms": best(refuse) * 1e3,
    }


def exactness():
    """Rounding and statistics on typed text."""
    values = [f"{10 + i * 0.0137:.4f}" for i in range(1000)]
    return {
        "what": "1000 typed numbers",
        "round_to_ms": best(lambda: [rounding.round_to(v, "0.02") for v in values])
        * 1e3,
        "bessel_ms": best(lambda: statistics.bessel(values)) * 1e3,
        "report_pair_us": best(lambda: rounding.report_pair("10.0249", "0.0131")) * 1e6,
    }


def rounded(value):
    """Return results with four digits; more is noise."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


SECTIONS = (budget, record, monte_carlo, parser, exactness)

#: for scripts/bench: the same measurements inside Odoo
ADDONS = ("metrology",)
_NUMBERS = {}


def bench(env, measure):
    """Run every section once (``env`` is not needed)."""
    for section in SECTIONS:
        with measure(section.__name__):
            _NUMBERS[section.__name__] = rounded(section())


def summary(results):
    """Return the times beside the other libraries."""
    return dict(_NUMBERS)


def main():
    """Run all and write JSON."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(__file__).resolve().parent / "results" / "engine.json"
    arguments.add_argument("--output", type=Path, default=default)
    output = arguments.parse_args().output
    results = {
        "engine": version.ENGINE_VERSION,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}",
        "libraries": {
            "GTC": GTC.version,
            "numpy": np.__version__,
            "uncertainties": uncertainties.__version__,
        },
        "results": {function.__name__: rounded(function()) for function in SECTIONS},
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
