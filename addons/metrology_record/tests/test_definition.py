# SPDX-License-Identifier: AGPL-3.0-only
"""The definition language: faults are named, computing is exact."""

import doctest
import json

from odoo.tests import tagged
from odoo.tests.common import TransactionCase

from ..tools import (
    blocks,
)
from ..tools import (
    compute as computing,
)
from ..tools import (
    data as typed_data,
)
from ..tools import (
    definition as language,
)
from ..tools.compute import compute, prefill_value
from ..tools.data import clean, clean_number, differences, missing
from ..tools.definition import DefinitionError, parse


def table(*columns, **rows):
    """Return a definition with one table."""
    return {
        "schema": 1,
        "title": "T",
        "blocks": [
            {
                "kind": "table",
                "name": "t",
                "title": "T",
                "columns": list(columns),
                "rows": rows,
            }
        ],
    }


P = {"name": "p"}
R = {"name": "r", "type": "readings", "count": 3}


@tagged("post_install", "-at_install")
class TestDefinition(TransactionCase):
    def assertProblem(self, source, code, block, cell=""):
        with self.assertRaises(DefinitionError) as caught:
            parse(source)
        found = [(one.code, one.block, one.cell) for one in caught.exception.problems]
        self.assertIn((code, block, cell), found)

    def test_unknown_word(self):
        """A word that is not of the language is refused, with its block."""
        source = table(P)
        source["blocks"][0]["colums"] = []
        self.assertProblem(source, "unknown_key", "t")

    def test_unknown_kind(self):
        """A kind of block that does not exist is refused."""
        source = table(P)
        source["blocks"].append({"kind": "video", "name": "v"})
        self.assertProblem(source, "unknown_kind", "v")

    def test_duplicate_name(self):
        """A name used twice is refused."""
        self.assertProblem(table(P, P), "name_twice", "t", "p")

    def test_unknown_name_in_formula(self):
        """A formula with an undeclared name names its cell."""
        error = {"name": "e", "type": "formula", "formula": "mean(r) - q"}
        self.assertProblem(table(P, R, error), "formula", "t", "e")

    def test_text_block(self):
        """A fixed text stands in the sheet and on paper; without words it is refused."""
        source = table(P)
        source["blocks"].append({"kind": "text", "name": "x"})
        self.assertProblem(source, "text_wanted", "x", "text")
        source["blocks"][-1]["text"] = {"zh_CN": "说明", "en_US": "Note"}
        definition = parse(source)
        data, _problems = clean(definition, {})
        printed = blocks.printable(definition, data, compute(definition, data))
        self.assertEqual(printed[-1]["text_en"], "Note")

    def test_cycle(self):
        """Formulas that need each other are refused."""
        one = {"name": "a", "type": "formula", "formula": "b + p"}
        two = {"name": "b", "type": "formula", "formula": "a + p"}
        self.assertProblem(table(P, one, two), "formula", "t", "a")

    def test_hostile_formula(self):
        """Nothing but the language is evaluated."""
        for text in ("().__class__", "__import__('os')", "9**9**9**9", "p.real"):
            error = {"name": "e", "type": "formula", "formula": text}
            try:
                definition = parse(table(P, error))
            except DefinitionError:
                continue
            data, _problems = clean(definition, {"tables": {"t": [{"p": "1"}]}})
            self.assertFalse(compute(definition, data)["tables"]["t"][0]["e"])

    def test_number_must_be_text(self):
        """A binary float in a definition is refused: it has lost digits."""
        error = {"name": "e", "type": "formula", "formula": "p", "interval": 0.05}
        self.assertProblem(table(P, error), "number_as_text", "t", "e")

    def test_budget_faults(self):
        """A distribution without its parameters, an own result: refused."""
        source = table(P)
        budget = {
            "kind": "budget",
            "name": "b",
            "model": "x",
            "result": {"name": "y"},
            "quantities": [{"name": "x", "dist": "rect", "x": "0"}],
        }
        source["blocks"].append(budget)
        self.assertProblem(source, "parameters", "b", "x")
        budget["quantities"] = [{"name": "x", "dist": "rect", "x": "0", "a": "y_U / 2"}]
        self.assertProblem(source, "budget_cycle", "b", "model")
        budget["quantities"] = [{"name": "x", "dist": "gauss", "x": "0", "a": "1"}]
        self.assertProblem(source, "distribution", "b", "x")

    def test_guard_band_needs_uncertainty(self):
        """JJF 1094 and ILAC-G8 cannot decide without U."""
        source = table(P)
        source["blocks"].append(
            {
                "kind": "conclusion",
                "name": "c",
                "rule": "jjf1094",
                "checks": [{"name": "k", "table": "t", "value": "p", "limit": "1"}],
            }
        )
        self.assertProblem(source, "U_missing", "c", "k")

    def test_repeatability(self):
        """10.01, 10.02, 10.03 at 10.00: mean 10.02, error 0.02, s 0.01; text refused."""
        definition = parse(
            table(
                P,
                R,
                {
                    "name": "m",
                    "type": "formula",
                    "formula": "mean(r)",
                    "decimals": 2,
                },
                {
                    "name": "error",
                    "type": "formula",
                    "formula": "mean(r) - p",
                    "decimals": 2,
                },
                {"name": "s", "type": "formula", "formula": "stdev(r)", "decimals": 2},
            )
        )
        rows = {"tables": {"t": [{"p": "10.00", "r": ["10.01", "10.02", "10.03"]}]}}
        data, problems = clean(definition, rows)
        self.assertFalse(problems)
        cells = compute(definition, data)["tables"]["t"][0]
        self.assertEqual(
            {name: cell["text"] for name, cell in cells.items()},
            {"m": "10.02", "error": "0.02", "s": "0.01"},
        )
        rows["tables"]["t"][0]["r"][1] = "ten"
        _data, problems = clean(definition, rows)
        self.assertEqual(
            [(one.code, one.block, one.cell, one.row) for one in problems],
            [("not_a_number", "t", "r", 0)],
        )

    def test_rounded_once(self):
        """A shown value is rounded from the unrounded one, half to even multiples."""
        definition = parse(
            table(
                P,
                {"name": "e", "type": "formula", "formula": "p", "interval": "5"},
                {"name": "f", "type": "formula", "formula": "e / 2", "interval": "0.1"},
            )
        )
        data, _problems = clean(
            definition, {"tables": {"t": [{"p": "17.5"}, {"p": "12.5"}]}}
        )
        rows = compute(definition, data)["tables"]["t"]
        self.assertEqual([row["e"]["text"] for row in rows], ["20", "10"])
        self.assertEqual([row["f"]["value"] for row in rows], ["8.75", "6.25"])

    def test_readings_keep_their_digits(self):
        """Typed zeros stay; full-width digits become plain; floats are refused."""
        definition = parse(table(P, R))
        data, problems = clean(
            definition,
            {"tables": {"t": [{"p": "０．４１０", "r": ["1.0", "", "1.00"]}]}},
        )
        self.assertFalse(problems)
        self.assertEqual(
            data["tables"]["t"], [{"p": "0.410", "r": ["1.0", "", "1.00"]}]
        )
        _data, problems = clean(definition, {"tables": {"t": [{"p": 0.41}]}})
        self.assertEqual([one.code for one in problems], ["not_text"])
        self.assertEqual(clean_number("－１。５"), "-1.5")

    def test_decision_rules_stay_apart(self):
        """The same error passes by regulation, is undetermined by JJF 1094 and fails
        with the guard band of ILAC-G8."""
        verdicts = {}
        for rule in ("regulation", "jjf1094", "ilac_g8"):
            source = table(P)
            check = {"name": "k", "table": "t", "value": "p", "limit": "1"}
            if rule != "regulation":
                check["U"] = "0.5"
            source["blocks"].append(
                {"kind": "conclusion", "name": "c", "rule": rule, "checks": [check]}
            )
            definition = parse(source)
            data, _problems = clean(definition, {"tables": {"t": [{"p": "0.8"}]}})
            verdicts[rule] = compute(definition, data)["verdict"]
        self.assertEqual(
            verdicts,
            {"regulation": "pass", "jjf1094": "undetermined", "ilac_g8": "fail"},
        )

    def test_budget_per_row(self):
        """A budget of a table is computed for each row, type A from its readings."""
        source = table(P, R)
        source["blocks"].append(
            {
                "kind": "budget",
                "name": "b",
                "table": "t",
                "model": "m - s + d",
                "result": {"name": "corr", "unit": "mm"},
                "quantities": [
                    {"name": "m", "dist": "obs", "values": "r"},
                    {"name": "s", "dist": "normal", "x": "p", "U": "0.02", "k": "2"},
                    {"name": "d", "dist": "rect", "x": "0", "a": "0.01"},
                ],
            }
        )
        definition = parse(source)
        rows = [
            {"p": "10.00", "r": ["10.01", "10.02", "10.03"]},
            {"p": "20.00", "r": ["20.05", "20.05"]},
        ]
        data, _problems = clean(definition, {"tables": {"t": rows}})
        results = compute(definition, data)["budgets"]["b"]
        self.assertEqual(results[0]["y"], "0.02")
        # u² = (0.01/√3)² + 0.01² + (0.01/√3)²
        self.assertAlmostEqual(float(results[0]["u"]), 0.01291, delta=1e-5)
        self.assertEqual(results[1]["y"], "0.05")

    def test_correlation(self):
        """A correlation of +1 adds uncertainties instead of their squares."""
        budget = {
            "kind": "budget",
            "name": "b",
            "model": "x + y",
            "result": {"name": "z"},
            "correlations": [["x", "y", "1"]],
            "quantities": [
                {"name": "x", "dist": "normal", "inputs": ["x", "u"]},
                {"name": "y", "dist": "normal", "inputs": ["x", "u"]},
            ],
        }
        definition = parse({"schema": 1, "title": "T", "blocks": [budget]})
        typed = {"x": {"x": "1", "u": "0.3"}, "y": {"x": "2", "u": "0.4"}}
        data, _problems = clean(definition, {"budgets": {"b": typed}})
        result = compute(definition, data)["budgets"]["b"][0]
        self.assertAlmostEqual(float(result["u"]), 0.7, delta=1e-9)

    def test_suggested_points(self):
        """Rules choose the points by a parameter; typed parameters change them."""
        source = table(
            P,
            maximum=10,
            suggest=[
                {
                    "when": "span <= 1",
                    "column": "p",
                    "values": ["0", "span / 2", "span"],
                },
                {"column": "p", "values": ["0", "span"]},
            ],
        )
        source["blocks"].insert(
            0, {"kind": "fields", "name": "f", "fields": [{"name": "span"}]}
        )
        definition = parse(source)
        for span, points in (("0.6", ["0", "0.3", "0.6"]), ("6", ["0", "6"])):
            data, _problems = clean(definition, {"fields": {"span": span}})
            self.assertEqual(
                compute(definition, data)["suggest"]["t"]["values"], points
            )

    def test_undefined_parameter_in_rule(self):
        """A rule with an undefined parameter is refused."""
        source = table(
            P, suggest=[{"when": "reach <= 1", "column": "p", "values": ["0"]}]
        )
        self.assertProblem(source, "formula", "t", "rows")

    def test_missing_cells(self):
        """What is still to be typed is listed, row by row."""
        definition = parse(table(P, R))
        data, _problems = clean(
            definition, {"tables": {"t": [{"p": "1", "r": ["1", "2"]}]}}
        )
        self.assertEqual(
            [(one.cell, one.row) for one in missing(definition, data)], [("r", 0)]
        )

    def test_differences(self):
        """The change of one reading is one change, with its place."""
        old = {"tables": {"t": [{"r": ["1", "2"]}]}}
        new = {"tables": {"t": [{"r": ["1", "3"]}]}}
        self.assertEqual(
            [
                (one["row"], one["cell"], one["old"], one["new"])
                for one in differences(old, new)
            ],
            [(0, "r/2", "2", "3")],
        )

    def test_prefill(self):
        """Class and span are read out of what the customer wrote."""
        self.assertEqual(prefill_value("（０～１．６）MPa", "span"), "1.6")
        self.assertEqual(prefill_value("-0.1～2.4 MPa", "span"), "2.5")
        self.assertEqual(prefill_value("1.6级", "number"), "1.6")
        self.assertEqual(prefill_value("见铭牌", "span"), "")

    def test_library_is_sound(self):
        """Every library template parses and holds formulas, no readings."""
        model = self.env["metrology.record.template"]
        self.assertEqual(
            model._library(), ["block_calibrator", "pressure_gauge", "weight_10kg"]
        )
        for name in model._library():
            version = model._load_library(name)
            self.assertFalse(version.problem_text, version.problem_text)
            self.assertNotIn("10000.005", json.dumps(version.definition))

    def test_messages_are_sentences(self):
        """Problems reach people as sentences with the labels of the definition."""
        messages = self.env["metrology.record.messages"]
        definition = parse(table({"name": "p", "label": "Standard value"}, R))
        _data, problems = clean(definition, {"tables": {"t": [{"p": "x"}]}})
        self.assertEqual(
            messages._problem_text(problems[0], definition),
            "T · Standard value, row 1: “x” is not a number.",
        )

    def test_doctests(self):
        """The examples in the documentation of the tools hold."""
        for module in (blocks, computing, language, typed_data):
            found = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
            self.assertFalse(found.failed, module.__name__)
