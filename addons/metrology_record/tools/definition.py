# SPDX-License-Identifier: AGPL-3.0-only
"""A template of a technical record is data: reading and checking its definition.

``parse(definition)`` turns the JSON of a template version into a `Definition`; every
fault is a `Problem` that names the block and the cell. Nothing is computed here. The
language itself is described in docs/record-templates.md.

Internal cells carry a double underscore (``points.error__interval``), which names of
users may not contain, so that one compiled program of the engine holds all of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from odoo.addons.metrology.tools import formula

__all__ = [
    "BLOCK_KINDS",
    "Definition",
    "DefinitionError",
    "Problem",
    "english",
    "localise",
    "localised",
    "parse",
]

SCHEMA = 1
MAX_BLOCKS = 60
MAX_COLUMNS = 40
MAX_READINGS = 100
MAX_ROWS = 500

NAME = re.compile(r"[^\W\d_](?:_?[^\W_])*")

RULES = ("none", "regulation", "jjf1094", "ilac_g8")
FIELD_TYPES = ("number", "text", "choice", "check", "formula", "correction")
#: Field types nobody types: they are computed, or come from the equipment's file.
UNTYPED = ("formula", "correction")
COLUMN_TYPES = ("number", "readings", "text", "choice", "formula")
PRINTS = ("both", "record", "certificate", "none")
CORRECTION_ROLES = ("any", "main", "auxiliary")
VERDICTS = ("pass", "fail", "undetermined")

_COMMON = {"kind", "name", "title", "help", "print"}
_BLOCK_KEYS = {
    "fields": _COMMON | {"fields"},
    "table": _COMMON | {"columns", "rows"},
    "items": _COMMON | {"items"},
    "budget": _COMMON
    | {
        "table",
        "model",
        "result",
        "quantities",
        "correlations",
        "coverage",
        "k",
        "p",
        "dof_rule",
        "digits",
        "rounding",
    },
    "conclusion": _COMMON | {"rule", "mode", "checks", "verdict", "sentences"},
    "text": _COMMON | {"text"},
}
BLOCK_KINDS = tuple(_BLOCK_KEYS)
_FORMAT_KEYS = {"interval", "decimals", "significant"}
_FIELD_KEYS = _FORMAT_KEYS | {
    "name",
    "label",
    "type",
    "unit",
    "required",
    "default",
    "choices",
    "formula",
    "prefill",
    "help",
    "print",
}
_CORRECTION_KEYS = {"code", "role", "sample"}
_COLUMN_KEYS = (_FIELD_KEYS - {"prefill"}) | {"count", "group", "resolution", "width"}
_ROWS_KEYS = {"minimum", "maximum", "suggest"}
_SUGGEST_KEYS = {"when", "column", "values"}
_PREFILL_KEYS = {"from", "take"}
PREFILL_TAKES = ("text", "number", "lower", "upper", "span")
PREFILL_SOURCES = (
    "instrument.name",
    "instrument.model_text",
    "instrument.range_text",
    "instrument.accuracy_text",
    "instrument.serial_number",
    "instrument.manufacturer",
    "sample.name",
)
_RESULT_KEYS = {"name", "label", "unit"}
_QUANTITY_KEYS = {"name", "label", "unit", "dist", "inputs", "defaults", "source"}
#: Parameters of every distribution: (sets of keys of which one must be complete).
DISTRIBUTIONS = {
    "normal": (("U", "k"), ("U", "p"), ("u",)),
    "rect": (("a",), ("lo", "hi")),
    "tri": (("a",), ("lo", "hi")),
    "arcsine": (("a",), ("lo", "hi")),
    "two_point": (("a",),),
    "trap": (("a", "beta"),),
    "ctrap": (("lo", "hi", "d"),),
    "t": (("s", "dof"),),
    "obs": (("values",),),
    "pooled": (("sp", "n"),),
    "prior": (("s", "n", "dof"),),
}
#: Parameters any distribution may carry beside its own.
_EXTRA_PARAMETERS = {"x", "dof", "method"}
PARAMETERS = sorted(
    {key for sets in DISTRIBUTIONS.values() for keys in sets for key in keys}
    | _EXTRA_PARAMETERS
)
_CHECK_KEYS = {
    "name",
    "label",
    "table",
    "value",
    "limit",
    "lower",
    "upper",
    "U",
    "condition",
    "requirement",
    "measured",
    "unit",
    "compare",
    "interval",
}
COVERAGES = ("k", "t", "auto", "rectangular", "trapezoidal")
DOF_RULES = ("floor", "exact", "round")
ROUNDINGS = ("half_even", "up")


@dataclass(frozen=True)
class Problem:
    """One fault: ``code`` and ``params`` for the sentence, block and cell for the place.

    ``row`` is 0-based and only set for faults of data.
    """

    code: str
    block: str = ""
    cell: str = ""
    row: int | None = None
    params: dict = field(default_factory=dict)


class DefinitionError(ValueError):
    """A definition that cannot be used; ``problems`` lists every fault."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.block}/{p.cell}: {p.code}" for p in problems))


def localised(text: Any, lang: str = "zh_CN") -> str:
    """Return a text of the definition in one language.

    A text is a string (for every language) or ``{"zh_CN": ..., "en_US": ...}``.

    >>> localised({"zh_CN": "示值误差", "en_US": "error of indication"}, "en_US")
    'error of indication'
    >>> localised({"zh_CN": "示值误差"}, "de_DE"), localised("k")
    ('示值误差', 'k')
    """
    if isinstance(text, dict):
        return text.get(lang) or text.get("zh_CN") or next(iter(text.values()), "")
    return text or ""


def english(text: Any) -> str:
    """Return the English beside a Chinese text, or ``""`` where there is none.

    >>> english({"zh_CN": "误差", "en_US": "error"}), english("误差")
    ('error', '')
    """
    return text.get("en_US", "") if isinstance(text, dict) else ""


_TEXT_KEYS = (
    "title",
    "label",
    "text",
    "help",
    "group",
    "unit",
    "requirement",
    "measured",
)


def localise(node: Any, lang: str) -> Any:
    """Return a copy of a definition with every text in one language (for screens)."""
    if isinstance(node, list):
        return [localise(item, lang) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {}
    for key, value in node.items():
        if key in _TEXT_KEYS:
            copy[key] = localised(value, lang)
        elif key == "sentences" and isinstance(value, dict):
            copy[key] = {name: localised(text, lang) for name, text in value.items()}
        else:
            copy[key] = localise(value, lang)
    return copy


@dataclass
class Definition:
    """A checked definition.

    ``scalars`` and ``tables[name]`` hold the descriptions of typed and computed cells by
    name; ``cells`` every formula by its engine name, ``declared`` every given name with
    its kind, ``places`` (block, cell) by engine name.
    """

    source: dict
    blocks: list[dict]
    scalars: dict[str, dict]
    tables: dict[str, dict]
    budgets: list[dict]
    items: dict[str, dict]
    conclusions: list[dict]
    cells: dict[str, str]
    declared: dict[str, str]
    places: dict[str, tuple[str, str]]
    program: Any = None
    verdicts: dict[str, Any] = field(default_factory=dict)
    corrections: dict[str, dict] = field(default_factory=dict)

    @property
    def title(self) -> Any:
        """The title, plain or by language."""
        return self.source.get("title", "")

    def columns(self, table: str) -> list[dict]:
        """The columns of a table in their order."""
        return self.tables[table]["columns"]

    def has_verdict(self) -> bool:
        """Whether the template decides about conformity at all."""
        return any(block["rule"] != "none" for block in self.conclusions)


class _Parser:
    def __init__(self, source: dict) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.block_names: set[str] = set()
        self.names: set[str] = set()
        self.result = Definition(source, [], {}, {}, [], {}, [], {}, {}, {})

    def problem(
        self, code: str, block: str = "", cell: str = "", **params: Any
    ) -> None:
        self.problems.append(Problem(code, block, cell, None, params))

    # ---- small checks -------------------------------------------------------------
    def keys(self, node: dict, allowed: set[str], block: str, cell: str = "") -> None:
        for key in sorted(set(node) - allowed):
            self.problem("unknown_key", block, cell, key=key)

    def a_list(self, node: dict, key: str, block: str, cell: str = "") -> list[dict]:
        value = node.get(key)
        if not isinstance(value, list) or not value:
            self.problem("list_wanted", block, cell, key=key)
            return []
        good = [item for item in value if isinstance(item, dict)]
        if len(good) != len(value):
            self.problem("object_wanted", block, cell, key=key)
        return good

    def a_name(self, node: dict, taken: set[str], block: str, cell: str = "") -> str:
        name = node.get("name")
        if not isinstance(name, str) or not name:
            self.problem("name_missing", block, cell)
            return ""
        name = unicodedata.normalize("NFKC", name)
        if not NAME.fullmatch(name) or len(name) > 40:
            self.problem("name_bad", block, name, name=name)
            return ""
        if name in taken:
            self.problem("name_twice", block, name, name=name)
            return ""
        taken.add(name)
        node["name"] = name
        return name

    def choice(
        self, node: dict, key: str, allowed: tuple, default: Any, place: tuple
    ) -> Any:
        value = node.get(key, default)
        if value not in allowed:
            self.problem(
                "value_not_allowed",
                *place,
                key=key,
                value=value,
                allowed=", ".join(map(str, allowed)),
            )
            return default
        return value

    def text(self, node: dict, key: str, place: tuple) -> None:
        value = node.get(key)
        if value is None or isinstance(value, str):
            return
        if (
            isinstance(value, dict)
            and value
            and all(isinstance(item, str) for item in value.values())
        ):
            return
        self.problem("text_wanted", *place, key=key)

    def formula(self, name: str, text: Any, place: tuple, key: str = "formula") -> bool:
        """Add one formula; numbers of the JSON are allowed where they are exact."""
        if isinstance(text, int) and not isinstance(text, bool):
            text = str(text)
        if isinstance(text, float):
            self.problem("number_as_text", *place, key=key, value=text)
            return False
        if not isinstance(text, str) or not text.strip():
            self.problem("formula_missing", *place, key=key)
            return False
        self.result.cells[name] = text
        self.result.places[name] = place
        return True

    def whole(
        self, node: dict, key: str, low: int, high: int, default: int, place: tuple
    ) -> int:
        value = node.get(key, default)
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or not low <= value <= high
        ):
            self.problem("whole_number", *place, key=key, low=low, high=high)
            return default
        return value

    def formatting(self, node: dict, name: str, place: tuple) -> None:
        if sum(key in node for key in _FORMAT_KEYS) > 1:
            self.problem("format_twice", *place)
        if "interval" in node:
            self.formula(f"{name}__interval", node["interval"], place, "interval")
        if "decimals" in node:
            self.whole(node, "decimals", 0, 20, 0, place)
        if "significant" in node:
            self.whole(node, "significant", 1, 15, 1, place)

    def choices(self, node: dict, place: tuple) -> None:
        value = node.get("choices")
        if not isinstance(value, list) or len(value) < 2:
            self.problem("choices_wanted", *place)
            return
        for item in value:
            good = isinstance(item, str) or (
                isinstance(item, dict) and isinstance(item.get("value"), str)
            )
            if not good:
                self.problem("choices_wanted", *place)
                return

    # ---- blocks -------------------------------------------------------------------
    def run(self) -> Definition:
        source = self.source
        self.keys(source, {"schema", "code", "title", "note", "blocks", "match"}, "")
        if source.get("schema") != SCHEMA:
            self.problem("schema", value=source.get("schema"), schema=SCHEMA)
        if not source.get("title"):
            self.problem("title_missing")
        self.text(source, "title", ("", ""))
        blocks = self.a_list(source, "blocks", "")
        if len(blocks) > MAX_BLOCKS:
            self.problem("too_many", key="blocks", maximum=MAX_BLOCKS)
            blocks = []
        for node in blocks:
            kind = node.get("kind")
            name = self.a_name(
                node, self.block_names, str(node.get("name") or kind or "")
            )
            if kind not in _BLOCK_KEYS:
                self.problem(
                    "unknown_kind", name, kind=kind, kinds=", ".join(BLOCK_KINDS)
                )
                continue
            if not name:
                continue
            self.keys(node, _BLOCK_KEYS[kind], name)
            self.choice(node, "print", PRINTS, "both", (name, ""))
            for key in ("title", "help"):
                self.text(node, key, (name, ""))
            getattr(self, f"block_{kind}")(node, name)
            self.result.blocks.append(node)
        if blocks and not any(
            node.get("kind") in ("fields", "table", "budget") for node in blocks
        ):
            self.problem("nothing_to_enter")
        self.finish()
        return self.result

    def block_fields(self, node: dict, block: str) -> None:
        for item in self.a_list(node, "fields", block):
            name = self.a_name(item, self.names, block)
            if not name:
                continue
            place = (block, name)
            kind = self.choice(item, "type", FIELD_TYPES, "number", place)
            extra = _CORRECTION_KEYS if kind == "correction" else set()
            self.keys(item, _FIELD_KEYS | extra, *place)
            self.text(item, "label", place)
            self.choice(item, "print", PRINTS, "both", place)
            item["type"] = kind
            item["block"] = block
            self.result.scalars[name] = item
            self.result.places[name] = place
            if kind == "formula":
                self.formula(name, item.get("formula"), place)
            elif kind == "correction":
                self.correction(item, block)
            else:
                if "formula" in item:
                    self.problem("formula_on_input", *place)
                self.result.declared[name] = {
                    "number": "number",
                    "check": "bool",
                }.get(kind, "text")
            if kind == "choice":
                self.choices(item, place)
            if kind in ("number", "formula"):
                self.formatting(item, name, place)
            if "prefill" in item:
                self.prefill(item["prefill"], place)

    def correction(self, item: dict, block: str) -> None:
        """A correction table of the equipment used: formulas read it by its name.

        ``correction(name, x)`` interpolates; ``name_U`` and ``name_k`` are the largest
        expanded uncertainty of the table and its coverage factor.
        """
        name = item["name"]
        place = (block, name)
        for key in ("formula", "choices", "default", "prefill", "required"):
            if key in item:
                self.problem("correction_key", *place, key=key)
        code = item.setdefault("code", name)
        if not isinstance(code, str) or not code.strip():
            self.problem("text_wanted", *place, key="code")
        self.choice(item, "role", CORRECTION_ROLES, "any", place)
        sample = item.get("sample")
        if sample is not None:
            try:
                formula.Curve.from_data(sample)
            except (TypeError, ValueError):
                self.problem("correction_sample", *place)
        self.result.declared[name] = "curve"
        for suffix in ("_U", "_k"):
            full = name + suffix
            if full in self.names:
                self.problem("name_twice", block, full, name=full)
            self.names.add(full)
            self.result.declared[full] = "number"
            self.result.places[full] = place
        self.result.corrections[name] = item

    def prefill(self, node: Any, place: tuple) -> None:
        if not isinstance(node, dict):
            self.problem("object_wanted", *place, key="prefill")
            return
        self.keys(node, _PREFILL_KEYS, *place)
        self.choice(node, "from", PREFILL_SOURCES, None, place)
        self.choice(node, "take", PREFILL_TAKES, "text", place)

    def block_table(self, node: dict, block: str) -> None:
        columns = self.a_list(node, "columns", block)
        if len(columns) > MAX_COLUMNS:
            self.problem("too_many", block, key="columns", maximum=MAX_COLUMNS)
            columns = []
        taken: set[str] = set()
        good = []
        for item in columns:
            if self.a_name(item, taken, block):
                self.column(item, block)
                good.append(item)
        if good and all(item["type"] == "formula" for item in good):
            self.problem("nothing_to_enter", block)
        node["rows"] = self.rows(node, block, good)
        self.result.tables[block] = {**node, "columns": good}

    def column(self, item: dict, block: str) -> None:
        name = item["name"]
        place = (block, name)
        full = f"{block}.{name}"
        self.keys(item, _COLUMN_KEYS, *place)
        for key in ("label", "group"):
            self.text(item, key, place)
        self.choice(item, "print", PRINTS, "both", place)
        kind = item["type"] = self.choice(item, "type", COLUMN_TYPES, "number", place)
        self.result.places[full] = place
        if kind == "formula":
            self.formula(full, item.get("formula"), place)
        else:
            if "formula" in item:
                self.problem("formula_on_input", *place)
            self.result.declared[full] = (
                kind if kind in ("number", "readings") else "text"
            )
        if kind == "readings":
            item["count"] = self.whole(item, "count", 1, MAX_READINGS, 3, place)
        if kind == "choice":
            self.choices(item, place)
        if kind in ("number", "readings", "formula"):
            self.formatting(item, full, place)
        if "resolution" in item:
            self.formula(f"{full}__resolution", item["resolution"], place, "resolution")

    def rows(self, node: dict, block: str, columns: list[dict]) -> dict:
        rows = node.get("rows", {})
        if not isinstance(rows, dict):
            self.problem("object_wanted", block, key="rows")
            rows = {}
        place = (block, "rows")
        self.keys(rows, _ROWS_KEYS, *place)
        minimum = self.whole(rows, "minimum", 0, MAX_ROWS, 1, place)
        maximum = self.whole(rows, "maximum", 1, MAX_ROWS, 50, place)
        if minimum > maximum:
            self.problem("minimum_maximum", *place)
        suggest = rows.get("suggest", [])
        if not isinstance(suggest, list):
            self.problem("list_wanted", *place, key="suggest")
            suggest = []
        numbers = {item["name"] for item in columns if item["type"] == "number"}
        for index, rule in enumerate(suggest):
            if not isinstance(rule, dict):
                self.problem("object_wanted", *place, key="suggest")
                continue
            self.keys(rule, _SUGGEST_KEYS, *place)
            if "when" in rule:
                self.formula(f"{block}__when__{index}", rule["when"], place, "when")
            if rule.get("column") not in numbers:
                self.problem("suggest_column", *place, column=rule.get("column"))
            values = rule.get("values")
            if not isinstance(values, list) or not values or len(values) > maximum:
                self.problem("list_wanted", *place, key="values")
                continue
            for number, value in enumerate(values):
                self.formula(
                    f"{block}__suggest__{index}__{number}", value, place, "values"
                )
        return {"minimum": minimum, "maximum": maximum, "suggest": suggest}

    def block_items(self, node: dict, block: str) -> None:
        taken: set[str] = set()
        for item in self.a_list(node, "items", block):
            name = self.a_name(item, taken, block)
            if name:
                self.keys(item, {"name", "label", "clause"}, block, name)
                self.text(item, "label", (block, name))
        self.result.items[block] = node

    def block_budget(self, node: dict, block: str) -> None:
        place = (block, "model")
        table = node.get("table")
        if table is not None and table not in self.result.tables:
            self.problem("unknown_table", block, "table", table=table)
            table = None
        node["table"] = table
        prefix = f"{table}." if table else ""
        taken: set[str] = set()
        quantities = []
        for item in self.a_list(node, "quantities", block):
            name = self.a_name(item, taken, block)
            if name:
                quantities.append(item)
                self.quantity(item, block, prefix)
        node["coverage"] = self.choice(
            node, "coverage", COVERAGES, "k", (block, "coverage")
        )
        node["dof_rule"] = self.choice(
            node, "dof_rule", DOF_RULES, "floor", (block, "dof_rule")
        )
        node["rounding"] = self.choice(
            node, "rounding", ROUNDINGS, "half_even", (block, "rounding")
        )
        node["digits"] = self.whole(node, "digits", 1, 2, 2, (block, "digits"))
        for key in ("k", "p"):
            if key in node and not _is_number_text(node[key]):
                self.problem("number_as_text", block, key, key=key, value=node[key])
                node.pop(key)
        model = node.get("model")
        if not isinstance(model, str) or not model.strip():
            self.problem("formula_missing", *place, key="model")
        else:
            try:
                formula.compile_model(model, [item["name"] for item in quantities])
            except ValueError as error:
                self.formula_problem(error, place)
        result = node.get("result")
        if not isinstance(result, dict):
            self.problem("object_wanted", block, "result", key="result")
            result = {}
        self.keys(result, _RESULT_KEYS, block, "result")
        names = set() if table else self.names
        if table:
            names = {column["name"] for column in self.result.columns(table)}
        name = self.a_name(result, names, block, "result") if result else ""
        if name:
            for suffix in ("", "_u", "_U", "_k", "_dof"):
                full = f"{prefix}{name}{suffix}"
                if suffix and full in self.result.declared | self.result.cells:
                    self.problem("name_twice", block, name + suffix, name=name + suffix)
                self.result.declared[full] = "number"
                self.result.places[full] = (block, name + suffix)
                if not table:
                    self.names.add(name + suffix)
        correlations = node.get("correlations", [])
        for item in correlations if isinstance(correlations, list) else [None]:
            good = (
                isinstance(item, list)
                and len(item) == 3
                and item[0] in taken
                and item[1] in taken
                and _is_number_text(item[2])
            )
            if not good:
                self.problem("correlation", block, "correlations")
        self.result.budgets.append(node)

    def quantity(self, item: dict, block: str, prefix: str) -> None:
        name = item["name"]
        place = (block, name)
        dist = item.get("dist")
        if dist not in DISTRIBUTIONS:
            self.problem(
                "distribution", *place, dist=dist, allowed=", ".join(DISTRIBUTIONS)
            )
            return
        allowed = {
            key for keys in DISTRIBUTIONS[dist] for key in keys
        } | _EXTRA_PARAMETERS
        self.keys(item, _QUANTITY_KEYS | allowed, *place)
        for key in ("label", "source"):
            self.text(item, key, place)
        inputs = item.get("inputs", [])
        if not isinstance(inputs, list) or any(key not in allowed for key in inputs):
            self.problem("inputs", *place, allowed=", ".join(sorted(allowed)))
            inputs = []
        item["inputs"] = inputs
        defaults = item.get("defaults", {})
        if not isinstance(defaults, dict) or any(
            key not in inputs or not _is_number_text(value)
            for key, value in defaults.items()
        ):
            self.problem("defaults", *place)
            item["defaults"] = {}
        given = set(inputs) | {key for key in allowed if key in item}
        if not any(set(keys) <= given for keys in DISTRIBUTIONS[dist]):
            wanted = " / ".join(", ".join(keys) for keys in DISTRIBUTIONS[dist])
            self.problem("parameters", *place, dist=dist, wanted=wanted)
        if dist != "obs" and "x" not in given:
            self.problem("parameters", *place, dist=dist, wanted="x")
        for key in sorted(given):
            full = f"{prefix}{block}__{name}__{key}"
            if key in inputs:
                if key in ("values", "method"):
                    self.problem("inputs", *place, allowed="x, a, U, k, u, s, n, dof")
                    continue
                self.result.declared[full] = "number"
                self.result.places[full] = place
                if key in item:
                    # what is typed goes before what the formula gives
                    self.formula(f"{full}__formula", item[key], place, key)
            elif key == "values":
                self.readings_of(item, block, prefix)
            elif key == "method":
                self.choice(item, "method", ("bessel", "range"), "bessel", place)
            else:
                self.formula(full, item[key], place, key)

    def readings_of(self, item: dict, block: str, prefix: str) -> None:
        """``values`` of type A names a column, not a formula."""
        place = (block, item["name"])
        text = str(item["values"])
        table, _dot, column = text.rpartition(".")
        table = table or prefix[:-1]
        columns = self.result.tables.get(table, {}).get("columns", [])
        found = next((one for one in columns if one["name"] == column), None)
        if found is None:
            self.problem("values_column", *place, values=text)
        elif prefix and table == prefix[:-1] and found["type"] != "readings":
            self.problem("values_column", *place, values=text)
        else:
            item["values"] = f"{table}.{column}"

    def block_conclusion(self, node: dict, block: str) -> None:
        rule = node["rule"] = self.choice(node, "rule", RULES, "none", (block, "rule"))
        node["mode"] = self.choice(
            node, "mode", ("binary", "nonbinary"), "binary", (block, "mode")
        )
        sentences = node.get("sentences", {})
        if not isinstance(sentences, dict) or set(sentences) - set(VERDICTS) - {"none"}:
            self.problem("sentences", block, "sentences")
            node["sentences"] = sentences = {}
        for key in sentences:
            self.text(sentences, key, (block, "sentences"))
        checks = []
        if rule == "none":
            if node.get("checks") or node.get("verdict"):
                self.problem("rule_none", block)
            node["checks"] = []
        else:
            for item in self.a_list(node, "checks", block):
                name = self.a_name(item, self.names, block)
                if name:
                    checks.append(item)
                    self.check(item, block, rule)
            if "verdict" in node:
                place = (block, "verdict")
                declared = {item["name"]: "text" for item in checks}
                try:
                    self.result.verdicts[block] = formula.compile_formulas(
                        {"verdict": str(node["verdict"])}, declared
                    )
                except ValueError as error:
                    self.formula_problem(error, place)
        self.result.conclusions.append(node)

    def block_text(self, node: dict, block: str) -> None:
        if not node.get("text"):
            self.problem("text_wanted", block, "text", key="text")
        self.text(node, "text", (block, "text"))

    def check(self, item: dict, block: str, rule: str) -> None:
        name = item["name"]
        place = (block, name)
        self.keys(item, _CHECK_KEYS, *place)
        for key in ("label", "requirement", "measured", "unit"):
            self.text(item, key, place)
        self.choice(item, "compare", ("full", "rounded"), "full", place)
        table = item.get("table")
        if table is not None and table not in self.result.tables:
            self.problem("unknown_table", *place, table=table)
            return
        prefix = f"{table}." if table else ""
        internal = f"{prefix}{block}__{name}"
        if "condition" in item:
            if set(item) & {"value", "limit", "lower", "upper", "U"}:
                self.problem("condition_alone", *place)
            self.formula(
                f"{internal}__condition", item["condition"], place, "condition"
            )
            item["values"] = []
            return
        values = item.get("value")
        values = values if isinstance(values, list) else [values]
        item["values"] = values
        for index, value in enumerate(values):
            self.formula(f"{internal}__value__{index}", value, place, "value")
        if "limit" in item and ("lower" in item or "upper" in item):
            self.problem("limit_twice", *place)
        elif not {"limit", "lower", "upper"} & set(item):
            self.problem("limit_missing", *place)
        for key in ("limit", "lower", "upper", "U"):
            if key in item:
                self.formula(f"{internal}__{key}", item[key], place, key)
        if "interval" in item:
            self.formula(f"{internal}__interval", item["interval"], place, "interval")
        if rule in ("jjf1094", "ilac_g8") and "U" not in item:
            self.problem("U_missing", *place, rule=rule)
        if rule == "jjf1094" and "limit" not in item:
            self.problem("limit_missing", *place)
        if item.get("compare") == "rounded" and rule != "regulation":
            self.problem("compare_rule", *place)

    # ---- formulas -----------------------------------------------------------------
    def formula_problem(self, error: Any, place: tuple) -> None:
        position = getattr(error, "position", None)
        self.problem(
            "formula",
            *place,
            reason=getattr(error, "code", ""),
            template=getattr(error, "template", str(error)),
            details={
                key: str(value) for key, value in getattr(error, "params", {}).items()
            },
            position=None if position is None else position + 1,
        )

    def finish(self) -> None:
        result = self.result
        for error in formula.check_formulas(result.cells, result.declared):
            cell = getattr(error, "cell", None) or ""
            self.formula_problem(error, result.places.get(cell, ("", cell)))
        if self.problems:
            raise DefinitionError(self.problems)
        result.program = formula.compile_formulas(result.cells, result.declared)
        self.budget_cycles()
        if self.problems:
            raise DefinitionError(self.problems)

    def budget_cycles(self) -> None:
        """Refuse a budget that needs its own result, directly or through formulas."""
        result = self.result
        graph = {
            cell: set(names) for cell, names in result.program.dependencies.items()
        }
        for node in result.budgets:
            prefix = f"{node['table']}." if node["table"] else ""
            needs = {
                cell
                for cell in result.cells
                if cell.startswith(f"{prefix}{node['name']}__")
            }
            for suffix in ("", "_u", "_U", "_k", "_dof"):
                graph[f"{prefix}{node['result']['name']}{suffix}"] = needs
        for node in result.budgets:
            prefix = f"{node['table']}." if node["table"] else ""
            start = f"{prefix}{node['result']['name']}"
            seen: set[str] = set()
            todo = list(graph[start])
            while todo:
                cell = todo.pop()
                if cell in seen:
                    continue
                seen.add(cell)
                todo.extend(graph.get(cell, ()))
            own = {f"{start}{suffix}" for suffix in ("", "_u", "_U", "_k", "_dof")}
            if seen & own:
                self.problem(
                    "budget_cycle", node["name"], "model", name=node["result"]["name"]
                )


def _is_number_text(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    from odoo.addons.metrology.tools import rounding

    try:
        rounding.exact(value)
    except (TypeError, ValueError):
        return False
    return True


def parse(source: Any) -> Definition:
    """Read and check a definition.

    :param source: the JSON object of a template version (it is not changed)
    :raises DefinitionError: with every problem found, each naming block and cell
    """
    if not isinstance(source, dict):
        raise DefinitionError([Problem("object_wanted", params={"key": "definition"})])
    return _Parser(_deep(source)).run()


def _deep(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _deep(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_deep(item) for item in node]
    return node
