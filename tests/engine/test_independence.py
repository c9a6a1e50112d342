# SPDX-License-Identifier: AGPL-3.0-only
"""The engine stands alone: no Odoo, no numpy for rounding, results that explain."""

import ast
import inspect
import json
import pickle
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from odoo.addons.metrology import tools
from odoo.addons.metrology.tools import (
    comparison,
    conformity,
    control,
    interval,
    mpe,
    regression,
    statistics,
    uncertainty,
    weighing,
)
from odoo.addons.metrology.tools.errors import FormulaError
from odoo.addons.metrology.tools.formula import compile_formulas
from odoo.addons.metrology.tools.version import ENGINE_VERSION

SOURCES = re.compile(r"GB|JJF|JJG|JCGM|ISO|ILAC|OIML|NIST|EA-4|NCSL|NASA|SI brochure")
FOLDER = Path(tools.__path__[0])
MODULES = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_only_relative_imports_and_the_field_s_libraries(path):
    """No Odoo, nothing beyond the standard library, GTC, numpy and scipy."""
    allowed = set(sys.stdlib_module_names) | {"GTC", "numpy", "scipy"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        for name in names:
            assert name.partition(".")[0] in allowed, f"{path.name}: {name}"


@pytest.mark.parametrize(
    "module",
    ["rounding", "formula", "conformity", "uncertainty", "units", "mpe", "statistics"],
)
def test_importing_loads_no_numpy(module):
    """Rounding a number must not cost the import of numpy, scipy or GTC."""
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import conftest;"
        f"import odoo.addons.metrology.tools.{module} as m;"
        "print(sorted({'numpy', 'scipy', 'GTC'} & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"


def _public():
    for module in pkgutil.iter_modules(tools.__path__):
        if module.name in ("requirement",):
            continue
        loaded = __import__(f"{tools.__name__}.{module.name}", fromlist=["x"])
        for name in getattr(loaded, "__all__", ()):
            thing = getattr(loaded, name)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                yield pytest.param(module.name, thing, id=f"{module.name}.{name}")


@pytest.mark.parametrize(("module", "thing"), _public())
def test_public_names_are_documented(module, thing):
    """Every public function says what it does, and shows it in an example."""
    assert inspect.getdoc(thing), f"{module}.{thing.__name__} has no docstring"
    if inspect.isfunction(thing):
        name, text = f"{module}.{thing.__name__}", thing.__doc__
        assert ">>>" in text, f"{name} has no example"
        assert ":param" in text or not inspect.signature(thing).parameters, name
        assert ":raises" in text or "raises nothing" in text, f"{name}: which errors?"
        assert SOURCES.search(text), f"{name} names no standard"
        hints = inspect.get_annotations(thing)
        assert "return" in hints, f"{module}.{thing.__name__} is not typed"


def test_errors_and_results_travel_between_processes():
    """Errors and results can be pickled and say the same afterwards."""
    with pytest.raises(FormulaError) as caught:
        compile_formulas({"y": "a + b"}, ["a"])
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is FormulaError and str(copy) == str(caught.value)
    assert copy.explain() == caught.value.explain()
    decision = conformity.by_regulation("0.1", "0.2")
    assert pickle.loads(pickle.dumps(decision)).explain() == decision.explain()


RESULTS = [
    lambda: statistics.bessel(["1", "2", "3"]),
    lambda: statistics.range_method(["1", "2", "3"]),
    lambda: statistics.prior("0.1", 3, 9),
    lambda: statistics.grubbs(["1", "2", "9"]),
    lambda: statistics.dixon(["1", "2", "9"]),
    lambda: conformity.by_regulation("0.1", "0.2"),
    lambda: conformity.by_jjf1094("0.1", "0.1", "0.2"),
    lambda: conformity.by_ilac_g8("0.1", None, "1", "0.2"),
    lambda: conformity.specific_risk(0.0, 1.0, upper=1.0),
    lambda: conformity.global_risk(0.0, 1.0, 0.1, -1.0, 1.0),
    lambda: comparison.pt_scores("1", "1.1", "0.2", "0.1", "0.1"),
    lambda: comparison.algorithm_a(["1", "2", "3"]),
    lambda: comparison.repeatability_check(["1", "2"], "1"),
    lambda: comparison.stability_new([["1"], ["2"]], "5", "5"),
    lambda: comparison.stability_existing(["1", "2"], "5"),
    lambda: comparison.verify_by_transfer("1", "0.1", "1", "0.1"),
    lambda: comparison.verify_by_comparison(["1", "2"], "1"),
    lambda: control.i_mr_chart(["1", "2", "1"]),
    lambda: control.ewma_chart(["1", "2", "1"]),
    lambda: control.xbar_r_chart([["1", "2"], ["1", "3"]]),
    lambda: interval.interval_a3(15, 20, 365, 0.95),
    lambda: interval.interval_variables([1, 2, 3], [1, 2, 4], u_target=9.0),
    lambda: mpe.limit_from_definition({"kind": "number", "value": "1"}),
    lambda: regression.fit_line([1, 2, 3], [1, 2, 4]),
    lambda: regression.anova_summary(["1", "2"], ["0.1", "0.1"], 3),
    lambda: regression.evaluate_multivariate({"y": "a"}, {"a": {"x": 1, "u": 1}}),
    lambda: weighing.changeover("1000", "1000", "5", "1.5"),
    lambda: uncertainty.second_order("x**2", {"x": {"x": 1, "u": 1}}),
    lambda: uncertainty.evaluate_budget("x", {"x": {"x": "1", "u": "0.1"}}),
]


@pytest.mark.parametrize("make", RESULTS, ids=range(len(RESULTS)))
def test_results_explain_themselves(make):
    """Inputs, formula or standard, values and engine version, as JSON without NaN."""
    told = json.loads(json.dumps(make().explain(), allow_nan=False))
    assert told["engine"] == ENGINE_VERSION
    assert told["inputs"]
    assert (
        told.get("standard")
        or told.get("formula")
        or told.get("rule")
        or told.get("origin")
    )
