# SPDX-License-Identifier: AGPL-3.0-only
"""Definition + typed data -> everything the record shows: values, budgets, verdict.

The result is JSON. Every computed cell carries its exact value and the text that is
shown and printed; the text is rounded once, from the unrounded value (GB/T 8170).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from odoo.addons.metrology.tools import (
    conformity,
    distributions,
    rounding,
    uncertainty,
    version,
)
from odoo.addons.metrology.tools.errors import BudgetError, EngineError

from .data import clean_number
from .definition import PARAMETERS, UNTYPED, Definition, localised

__all__ = ["compute", "prefill_value"]

_OUTPUTS = ("", "_u", "_U", "_k", "_dof")


def compute(
    definition: Definition,
    data: dict,
    lang: str = "zh_CN",
    curves: dict[str, dict] | None = None,
) -> dict:
    """Compute a record.

    :param data: cleaned data (see data.clean)
    :param curves: correction tables of the equipment by name of the field: ``{"points":
        [[value, correction, expanded uncertainty or False]], "k", "name", "source"}``,
        or ``{"problem": code, "params": {}}`` where there is none. Without it (a trial
        of a template) the tables given as ``sample`` in the definition are taken
    :return: ``values`` {name: {value, text}}, ``tables`` {name: [{column: {value, text,
        verdict?}}]}, ``budgets`` {name: [result per row, or one]}, ``checks`` [...],
        ``verdict`` ("pass", "fail", "undetermined", "none" without a rule, "" while
        something is missing), ``conclusion`` {lang text}, ``errors``, ``waiting``,
        ``notes``, ``suggest`` {table: [texts]}, ``engine``, ``fingerprint``
    """
    return _Computation(definition, data, lang, curves).run()


class _Computation:
    def __init__(
        self,
        definition: Definition,
        data: dict,
        lang: str,
        curves: dict[str, dict] | None,
    ) -> None:
        self.definition, self.data, self.lang = definition, data, lang
        self.errors: list[dict] = []
        self.notes: list[dict] = []
        if curves is None:
            curves = {
                name: {"points": item["sample"], "source": ""}
                for name, item in definition.corrections.items()
                if item.get("sample")
            }
        self.curves = curves
        self.given = self._given()
        self.rows = {name: len(self._rows(name)) for name in definition.tables}
        self.budget_texts: dict[str, str] = {}

    # ---- values given -------------------------------------------------------------
    def _rows(self, table: str) -> list[dict]:
        return self.data.get("tables", {}).get(table, [])

    def _given(self) -> dict[str, Any]:
        definition, data = self.definition, self.data
        given: dict[str, Any] = {}
        fields = data.get("fields", {})
        for name, item in definition.scalars.items():
            if item["type"] in UNTYPED:
                continue
            default = False if item["type"] == "check" else None
            given[name] = fields.get(name, default)
        for name, table in definition.tables.items():
            rows = self._rows(name)
            for column in table["columns"]:
                kind, key = column["type"], column["name"]
                if kind == "readings":
                    given[f"{name}.{key}"] = [
                        [one for one in row.get(key, []) if one] or None for row in rows
                    ]
                elif kind != "formula":
                    given[f"{name}.{key}"] = [row.get(key) or None for row in rows]
        for name, item in definition.corrections.items():
            given.update(self._correction(name, item))
        for node in definition.budgets:
            values = data.get("budgets", {}).get(node["name"], {})
            for item in node["quantities"]:
                for key in item["inputs"]:
                    text = values.get(item["name"], {}).get(key) or None
                    if node["table"]:
                        text = [text] * len(self._rows(node["table"]))
                    prefix = f"{node['table']}." if node["table"] else ""
                    given[f"{prefix}{node['name']}__{item['name']}__{key}"] = text
        return given

    def _correction(self, name: str, item: dict) -> dict[str, Any]:
        """Return what formulas see of one correction table; without it they wait."""
        table = self.curves.get(name) or {
            "problem": "no_correction",
            "params": {"code": item["code"]},
        }
        if "problem" in table:
            self.errors.append(
                {
                    "block": item["block"],
                    "cell": name,
                    "row": None,
                    "code": table["problem"],
                    "cause": "",
                    "params": {key: str(one) for key, one in table["params"].items()},
                }
            )
            return {name: None, f"{name}_U": None, f"{name}_k": None}
        uncertainties = [
            rounding.exact(point[2])
            for point in table["points"]
            if len(point) > 2 and point[2]
        ]
        complete = len(uncertainties) == len(table["points"])
        return {
            # Formulas are computed exactly: they see the corrections; their
            # uncertainty enters a budget as name_U with name_k.
            name: {
                "points": [list(point[:2]) for point in table["points"]],
                "name": table.get("name", ""),
                "source": table.get("source", ""),
            },
            f"{name}_U": rounding.plain(max(uncertainties)) if complete else None,
            f"{name}_k": table.get("k") or "2",
        }

    def _correction_cell(self, name: str) -> dict:
        """Which table was read: certificate and ends of the table."""
        table = self.curves.get(name) or {}
        points = table.get("points")
        if not points:
            return {}
        low, high = points[0][0], points[-1][0]
        text = " ".join(
            part
            for part in (table.get("name"), table.get("source"), f"({low} ~ {high})")
            if part
        )
        return {"value": table.get("source") or "", "text": text}

    def _evaluate(self) -> Any:
        return self.definition.program.evaluate(self.given, rows=self.rows)

    def _error(self, place: tuple, row: int | None, error: Any) -> None:
        self.errors.append(
            {
                "block": place[0],
                "cell": place[1],
                "row": row,
                "code": error.code,
                "cause": error.cause,
                "params": {key: str(value) for key, value in error.params.items()},
            }
        )

    # ---- the whole ----------------------------------------------------------------
    def run(self) -> dict:
        definition = self.definition
        self.evaluation = self._evaluate()
        budgets: dict[str, list] = {}
        for node in definition.budgets:
            budgets[node["name"]] = self._budget(node)
            self.evaluation = self._evaluate()
        for error in self.evaluation.errors:
            if error.code != "depends_on_error":
                place = definition.places.get(error.cell, ("", error.cell))
                self._error(place, error.row, error)
        values = {
            name: self._correction_cell(name)
            if item["type"] == "correction"
            else self._cell(name, None, item)
            for name, item in definition.scalars.items()
        }
        tables = {
            name: [
                {
                    column["name"]: self._cell(f"{name}.{column['name']}", row, column)
                    for column in table["columns"]
                    if column["type"] == "formula"
                }
                for row in range(self.rows[name])
            ]
            for name, table in definition.tables.items()
        }
        self._resolutions()
        checks, verdicts, conclusions = [], [], []
        for node in definition.conclusions:
            verdict, found = self._conclusion(node, tables)
            checks.extend(found)
            if node["rule"] != "none":
                verdicts.append(verdict)
            conclusions.append(
                {
                    "block": node["name"],
                    "rule": node["rule"],
                    "mode": node["mode"],
                    "verdict": verdict,
                    "text": localised(node["sentences"].get(verdict, ""), self.lang)
                    if node.get("sentences")
                    else "",
                }
            )
        return {
            "engine": version.ENGINE_VERSION,
            "fingerprint": definition.program.fingerprint,
            "values": {name: cell for name, cell in values.items() if cell},
            "tables": tables,
            "budgets": budgets,
            "checks": checks,
            "conclusions": conclusions,
            "verdict": _worst(verdicts) if verdicts else "none",
            "errors": _unique(self.errors),
            "waiting": self._waiting(),
            "notes": self.notes,
            "suggest": self._suggestions(),
        }

    def _waiting(self) -> list[str]:
        """Blocks that wait for input; what a typed value replaces does not count."""
        places = self.definition.places
        return sorted(
            {
                places[cell][0]
                for cell, _row in self.evaluation.missing
                if cell in places and not cell.endswith("__formula")
            }
        )

    # ---- cells --------------------------------------------------------------------
    def _value(self, name: str, row: int | None = None) -> Any:
        value = self.evaluation.values.get(name)
        if row is not None and isinstance(value, list):
            value = value[row] if row < len(value) else None
        return value

    def _format(self, value: Any, item: dict, name: str, row: int | None) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        if isinstance(value, bool):
            return "true" if value else "false"
        interval = self._value(f"{name}__interval", row)
        if interval is None and "decimals" in item:
            interval = Fraction(1, 10 ** item["decimals"])
        text = rounding.plain(value)
        # rounded once, from the exact value: its text may already be cut
        exact = value if isinstance(value, Fraction) else text
        try:
            if interval is not None:
                return rounding.round_to(exact, rounding.plain(interval))
            if "significant" in item and value:
                return rounding.round_significant(exact, item["significant"])
        except EngineError as error:
            self._error(self.definition.places.get(name, ("", name)), row, error)
        return text

    def _cell(self, name: str, row: int | None, item: dict) -> dict:
        if item["type"] != "formula":
            return {}
        value = self._value(name, row)
        if value is None:
            return {}
        text = self._format(value, item, name, row)
        plain = rounding.plain(value) if isinstance(value, Fraction) else text
        return {"value": plain, "text": text}

    def _resolutions(self) -> None:
        """Note typed readings that are no multiple of what can be read."""
        for table, node in self.definition.tables.items():
            for column in node["columns"]:
                if "resolution" not in column:
                    continue
                name = f"{table}.{column['name']}"
                for row, line in enumerate(self._rows(table)):
                    step = self._value(f"{name}__resolution", row)
                    typed = line.get(column["name"]) or []
                    texts = typed if isinstance(typed, list) else [typed]
                    if not step or all(
                        rounding.exact(one) % step == 0 for one in texts if one
                    ):
                        continue
                    self.notes.append(
                        {
                            "code": "not_a_multiple",
                            "block": table,
                            "cell": column["name"],
                            "row": row,
                            "params": {"interval": rounding.plain(step)},
                        }
                    )

    def _suggestions(self) -> dict[str, dict]:
        result = {}
        for table, node in self.definition.tables.items():
            for index, rule in enumerate(node["rows"]["suggest"]):
                if (
                    "when" in rule
                    and self._value(f"{table}__when__{index}") is not True
                ):
                    continue
                values = [
                    self._value(f"{table}__suggest__{index}__{number}")
                    for number in range(len(rule["values"]))
                ]
                if all(isinstance(value, Fraction) for value in values):
                    result[table] = {
                        "column": rule["column"],
                        "values": [rounding.plain(value) for value in values],
                    }
                break
        return result

    # ---- uncertainty --------------------------------------------------------------
    def _budget(self, node: dict) -> list[dict]:
        table = node["table"]
        name = f"{table}.{node['result']['name']}" if table else node["result"]["name"]
        rows: list[int | None] = list(range(self.rows[table])) if table else [None]
        results = [self._budget_row(node, row) for row in rows]
        for suffix in _OUTPUTS:
            key = {"": "y", "_u": "u", "_U": "U", "_k": "k", "_dof": "dof"}[suffix]
            # The value goes on unrounded; its text in the result is cut at 12 digits.
            values = [
                result.get("y_exact" if key == "y" else key, result.get(key))
                for result in results
            ]
            self.given[name + suffix] = values if table else values[0]
        for result in results:
            result.pop("y_exact", None)
        return results

    def _budget_row(self, node: dict, row: int | None) -> dict:
        place = (node["name"], "model")
        quantities = []
        for item in node["quantities"]:
            spec: dict[str, Any] = {"dist": item["dist"]}
            prefix = f"{node['table']}." if node["table"] else ""
            start = f"{prefix}{node['name']}__{item['name']}__"
            for key in self._parameters(item):
                if key == "values":
                    spec["values"] = self._readings(item["values"], node, row)
                    value = spec["values"]
                elif key == "method":
                    value = spec["method"] = item["method"]
                else:
                    value = self._parameter(start + key, row)
                    if value is not None:
                        spec[key] = value
                if value is None and key != "dof":
                    return {"waiting": item["name"]}
            for key in ("label", "source"):
                if item.get(key):
                    spec["description" if key == "label" else key] = localised(
                        item[key], self.lang
                    )
            if item.get("unit"):
                spec["unit"] = localised(item["unit"], self.lang)
            try:
                quantities.append(uncertainty.quantity(item["name"], spec))
            except EngineError as error:
                self._error((node["name"], item["name"]), row, error)
                return {"failed": item["name"]}
        try:
            budget, coverage = self._evaluate_budget(node, quantities)
            reported = budget.report(node["digits"], node["rounding"])
        except EngineError as error:
            self._error(place, row, error)
            return {"failed": "model"}
        y = (
            rounding.plain(budget.y_exact)
            if budget.y_exact is not None
            else _float(budget.y)
        )
        return {
            "y": y,
            **({} if budget.y_exact is None else {"y_exact": budget.y_exact}),
            "u": _float(budget.u),
            "U": _float(budget.U),
            "k": _float(budget.k),
            "dof": _float(budget.dof),
            "coverage": coverage,
            "p": _float(budget.p or _probability(node)),
            "reported": {"value": reported.value, "uncertainty": reported.uncertainty},
            "k_text": _short(budget.k, 3),
            "u_text": _short(budget.u, 3),
            "dof_text": _dof(budget.dof),
            "p_text": _percent(budget.p or _probability(node)),
            "quantities": [
                {
                    "name": one.name,
                    "x": _number(one.x),
                    "u": _short(one.u, 3),
                    "dist": one.dist,
                    "type": one.type,
                    "dof": _dof(one.dof),
                    "c": _short(one.c, 4),
                    "contribution": _short(one.contribution, 3),
                    "share": _share(one.share),
                }
                for one in budget.contributions
            ],
            "warnings": [str(one) for one in budget.warnings],
        }

    def _evaluate_budget(self, node: dict, quantities: list) -> tuple[Any, str]:
        """Evaluate; a shape named by the template gives k by EA-4/02 S9.14, S10.13."""
        coverage = node["coverage"]
        shaped = coverage in ("rectangular", "trapezoidal")
        p = _probability(node) or 0.95

        def evaluate(k: float | None) -> Any:
            return uncertainty.evaluate_budget(
                node["model"],
                quantities,
                _correlations(node),
                k=k,
                p=p,
                dof_rule=node["dof_rule"],
                coverage="k" if shaped else coverage,
                unit=localised(node["result"].get("unit", ""), self.lang),
            )

        budget = evaluate(float(rounding.exact(node["k"])) if "k" in node else None)
        if not shaped:
            return budget, budget.coverage
        sizes = sorted(
            (
                abs(one.contribution)
                for one in budget.contributions
                if one.dist == "rect"
            ),
            reverse=True,
        )
        if len(sizes) < (1 if coverage == "rectangular" else 2) or not sizes[0]:
            raise BudgetError(
                "shape", "the budget has no rectangular contribution that shapes it"
            )
        if coverage == "rectangular":
            k = distributions.coverage_factor("rect", p)
        else:
            beta = (sizes[0] - sizes[1]) / (sizes[0] + sizes[1])
            k = distributions.coverage_factor("trap", p, beta=beta)
        return evaluate(k), coverage

    def _parameters(self, item: dict) -> list[str]:
        return [key for key in PARAMETERS if key in item or key in item["inputs"]]

    def _parameter(self, name: str, row: int | None) -> str | Fraction | None:
        """Return a parameter: what was typed, or the exact value of its formula."""
        value = self.given.get(name)
        typed = value[row] if row is not None and isinstance(value, list) else value
        if typed is None:
            formula = f"{name}__formula"
            cells = self.definition.cells
            value = self._value(formula if formula in cells else name)
        if row is not None and isinstance(value, list):
            value = value[row] if row < len(value) else None
        return value

    def _readings(self, name: str, node: dict, row: int | None) -> list | None:
        table, _dot, _column = name.partition(".")
        value = self._value(name)
        if value is None:
            value = self.given.get(name)
        if value is None:
            return None
        if row is not None and table == node["table"]:
            value = value[row] if row < len(value) else None
        flat: list[str | Fraction] = []
        for one in value or []:
            if isinstance(one, (list, tuple)):
                flat.extend(item for item in one if item is not None)
            elif one is not None:
                flat.append(one)
        return flat if len(flat) > 1 else None

    # ---- conformity ---------------------------------------------------------------
    def _conclusion(self, node: dict, tables: dict) -> tuple[str, list[dict]]:
        if node["rule"] == "none":
            return "none", []
        found = [self._check(node, item, tables) for item in node["checks"]]
        program = self.definition.verdicts.get(node["name"])
        if program is None:
            return _worst([check["verdict"] for check in found]), found
        evaluation = program.evaluate(
            {check["name"]: check["verdict"] or None for check in found}
        )
        for error in evaluation.errors:
            self._error((node["name"], "verdict"), None, error)
        verdict = evaluation.values["verdict"]
        if isinstance(verdict, bool):
            verdict = "pass" if verdict else "fail"
        return (verdict if verdict in ("pass", "fail", "undetermined") else ""), found

    def _check(self, node: dict, item: dict, tables: dict) -> dict:
        table = item.get("table")
        prefix = f"{table}." if table else ""
        start = f"{prefix}{node['name']}__{item['name']}__"
        rows: list[int | None] = list(range(self.rows[table])) if table else [None]
        lines = []
        for row in rows:
            if "condition" in item:
                value = self._value(start + "condition", row)
                verdict = "" if value is None else ("pass" if value else "fail")
                lines.append({"row": row, "verdict": verdict})
                continue
            for index, text in enumerate(item["values"]):
                line = self._decide(node, item, start, index, row)
                lines.append({"row": row, **line})
                if table and str(text) in tables_columns(self.definition, table):
                    cell = tables[table][row].get(str(text))
                    if cell and line["verdict"]:
                        cell["verdict"] = _worst(
                            [cell.get("verdict") or "pass", line["verdict"]]
                        )
        verdict = _worst([line["verdict"] for line in lines]) if lines else ""
        return {
            "name": item["name"],
            "block": node["name"],
            "rule": node["rule"] if "condition" not in item else "condition",
            "verdict": verdict,
            "lines": lines,
            "requirement": self._sentence(item, "requirement", start, rows, lines),
            "measured": self._sentence(item, "measured", start, rows, lines),
        }

    def _decide(
        self, node: dict, item: dict, start: str, index: int, row: int | None
    ) -> dict:
        value = self._value(f"{start}value__{index}", row)
        limits = {
            key: self._value(start + key, row)
            for key in ("limit", "lower", "upper", "U")
        }
        wanted = [key for key in limits if key in item]
        text = ""
        if isinstance(value, Fraction):
            text = self._check_text(item, start, index, value, row)
        if not isinstance(value, Fraction) or any(
            limits[key] is None for key in wanted
        ):
            return {"verdict": "", "text": text}
        if item.get("compare") == "rounded":
            value = rounding.exact(text)
        lower, upper = limits["lower"], limits["upper"]
        if "limit" in item:
            lower, upper = -limits["limit"], limits["limit"]
        try:
            decision = self._rule(node, value, lower, upper, limits)
        except EngineError as error:
            self._error((node["name"], item["name"]), row, error)
            return {"verdict": "", "text": text}
        return {
            "verdict": decision.verdict,
            "statement": getattr(decision, "statement", None) or decision.verdict,
            "text": text,
            "value": rounding.plain(value),
            "interval": self._compared_interval(item, start, index, row),
            "lower": None if lower is None else rounding.plain(lower),
            "upper": None if upper is None else rounding.plain(upper),
            "U": None if limits["U"] is None else rounding.plain(limits["U"]),
        }

    def _rule(
        self, node: dict, value: Fraction, lower: Any, upper: Any, limits: dict
    ) -> Any:
        if node["rule"] == "jjf1094":
            return conformity.by_jjf1094(value, limits["U"], limits["limit"])
        if node["rule"] == "ilac_g8":
            return conformity.by_ilac_g8(
                value, lower, upper, limits["U"], mode=node["mode"]
            )
        if lower is None or upper is None:
            check = rounding.within_limits(
                rounding.plain(value),
                None if lower is None else rounding.plain(lower),
                None if upper is None else rounding.plain(upper),
            )
            return _Simple("pass" if check.ok else "fail")
        return conformity.by_regulation(value, upper, lower=lower)

    def _check_text(
        self, item: dict, start: str, index: int, value: Fraction, row: int | None
    ) -> str:
        if "interval" in item:
            return self._format(value, {}, start[:-2], row)
        text = str(item["values"][index])
        table = item.get("table")
        if table:
            column = tables_columns(self.definition, table).get(text)
            if column is not None:
                return self._format(value, column, f"{table}.{text}", row)
        elif text in self.definition.scalars:
            return self._format(value, self.definition.scalars[text], text, None)
        return rounding.plain(value)

    def _compared_interval(
        self, item: dict, start: str, index: int, row: int | None
    ) -> str:
        """The interval the value was rounded to before it was compared, or ""."""
        if item.get("compare") != "rounded":
            return ""
        interval = self._value(f"{start}interval", row)
        name, table = str(item["values"][index]), item.get("table")
        spec = (
            tables_columns(self.definition, table).get(name)
            if table
            else self.definition.scalars.get(name)
        ) or {}
        if interval is None:
            interval = self._value(
                f"{table}.{name}__interval" if table else f"{name}__interval", row
            )
        if interval is None and "decimals" in spec:
            interval = Fraction(1, 10 ** spec["decimals"])
        return rounding.plain(interval) if isinstance(interval, Fraction) else ""

    def _sentence(
        self, item: dict, key: str, start: str, rows: list, lines: list[dict]
    ) -> str:
        """Fill {limit}, {lower}, {upper}, {value} and names into a printed sentence."""
        unit = localised(item.get("unit", ""), self.lang)
        template = localised(item.get(key, ""), self.lang)
        if not template and "condition" in item:
            return ""
        if not template:
            if key == "measured":
                template = "{value}"
            elif "limit" in item:
                template = "±{limit}"
            elif "lower" in item and "upper" in item:
                template = "{lower} ~ {upper}"
            else:
                template = "≥ {lower}" if "lower" in item else "≤ {upper}"
            template += f" {unit}" if unit else ""
        result = template
        for name in {part.split("}")[0] for part in template.split("{")[1:]}:
            result = result.replace(
                "{" + name + "}", self._placeholder(name, item, start, rows, lines)
            )
        return result

    def _placeholder(
        self, name: str, item: dict, start: str, rows: list, lines: list[dict]
    ) -> str:
        if name == "value":
            return _span([line["text"] for line in lines if line.get("text")])
        if name in ("limit", "lower", "upper", "U"):
            values = [self._value(start + name, row) for row in rows]
            texts = [rounding.plain(one) for one in values if isinstance(one, Fraction)]
            return " / ".join(dict.fromkeys(texts)) or "—"
        table = item.get("table")
        column = tables_columns(self.definition, table).get(name) if table else None
        if column is not None:
            full = f"{table}.{name}"
            texts = [
                self._format(self._value(full, row), column, full, row) for row in rows
            ]
            return _span([text for text in texts if text]) or "—"
        spec = self.definition.scalars.get(name)
        if spec is None:
            return "{" + name + "}"
        if spec["type"] == "correction":
            return self._correction_cell(name).get("text") or "—"
        if spec["type"] != "formula":
            return self._typed_text(spec) or "—"
        return self._format(self._value(name), spec, name, None) or "—"

    def _typed_text(self, spec: dict) -> str:
        """What was typed into a field, a choice by its label."""
        value = self.data.get("fields", {}).get(spec["name"], "")
        for one in spec.get("choices", []):
            if isinstance(one, dict) and one["value"] == value:
                return localised(one.get("label", value), self.lang)
        return value if isinstance(value, str) else ""


class _Simple:
    """A decision against one limit only."""

    def __init__(self, verdict: str) -> None:
        self.verdict = verdict


def tables_columns(definition: Definition, table: str) -> dict[str, dict]:
    """Columns of a table by name."""
    return {column["name"]: column for column in definition.tables[table]["columns"]}


def _correlations(node: dict) -> list:
    return [
        (one, two, float(rounding.exact(str(r))))
        for one, two, r in node.get("correlations", [])
    ]


def _probability(node: dict) -> float | None:
    return float(rounding.exact(node["p"])) if "p" in node else None


def _worst(verdicts: list[str]) -> str:
    """One verdict of several: fail beats missing beats undetermined beats pass.

    >>> _worst(["pass", "fail", ""]), _worst(["pass", ""]), _worst(["pass"])
    ('fail', '', 'pass')
    """
    for verdict in ("fail", "", "undetermined", "pass"):
        if verdict in verdicts:
            return verdict
    return ""


def _span(texts: list[str]) -> str:
    """Smallest to largest of printed numbers, or the different texts.

    >>> _span(["0.02", "-0.01", "0.02"]), _span(["0.02", "0.02"]), _span(["好", "坏"])
    ('-0.01 ~ 0.02', '0.02', '好 / 坏')
    """
    different = list(dict.fromkeys(texts))
    if len(different) < 2:
        return "".join(different)
    try:
        numbers = sorted(different, key=rounding.exact)
    except ValueError:
        return " / ".join(different)
    return f"{numbers[0]} ~ {numbers[-1]}"


def _float(value: Any) -> str | None:
    """A float as the exact text of its digits; infinity is no number."""
    if value is None:
        return None
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return rounding.plain(rounding.exact(repr(number)))


def _number(value: Any) -> str:
    return _float(value) or ""


def _short(value: Any, digits: int) -> str:
    text = _float(value)
    if not text:
        return ""
    return (
        rounding.plain(rounding.exact(rounding.round_significant(text, digits)))
        if rounding.exact(text)
        else "0"
    )


def _dof(value: Any) -> str:
    text = _float(value)
    return _short(text, 3) if text and float(text) < 1e6 else "∞"


def _share(value: Any) -> str:
    text = _float(value)
    return f"{float(text) * 100:.1f} %" if text else ""


def _percent(value: Any) -> str:
    text = _float(value)
    return f"{float(text) * 100:g} %" if text else ""


def _unique(errors: list[dict]) -> list[dict]:
    seen, result = set(), []
    for error in errors:
        key = (error["block"], error["cell"], error["row"], error["code"])
        if key not in seen:
            seen.add(key)
            result.append(error)
    return result


def prefill_value(text: str, take: str) -> str:
    """Take a number or an end of a range out of a text of the order.

    >>> prefill_value("(0～1.6) MPa", "span"), prefill_value("1.6级", "number")
    ('1.6', '1.6')
    >>> prefill_value("-0.1~0.9MPa", "span"), prefill_value("见铭牌", "span")
    ('1.0', '')
    """
    text = clean_number(text or "")
    if take == "text":
        return text
    numbers = re.findall(r"(?:(?<![\d.])-)?\d+(?:\.\d+)?", text)
    if take == "number":
        return numbers[0] if numbers else ""
    if len(numbers) < 2:
        return ""
    low, high = numbers[0], numbers[1]
    if take == "lower":
        return low
    if take == "upper":
        return high
    decimals = max(rounding.decimals_of(low), rounding.decimals_of(high))
    return rounding.text(rounding.exact(high) - rounding.exact(low), decimals)
