# SPDX-License-Identifier: AGPL-3.0-only
"""What people typed: its shape, its cleaning and the difference of two states.

The data of a record is JSON of typed texts::

    {"fields":  {"cls": "1.6"},
     "tables":  {"points": [{"p": "0.4", "r": ["0.41", "0.42"]}]},
     "budgets": {"budget": {"mS": {"x": "10000.005", "U": "0.045"}}},
     "items":   {"visual": {"state": "done", "reason": ""}}}

Numbers stay the text that was typed (its trailing zeros are its resolution); full-width
digits and signs are written as plain ones, visibly, and nothing else is changed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from odoo.addons.metrology.tools import rounding

from .definition import UNTYPED, Definition, Problem

__all__ = ["clean", "clean_number", "differences", "empty", "entries", "missing"]

MAX_TEXT = 500
SECTIONS = ("fields", "tables", "budgets", "items")
ITEM_STATES = ("", "done", "na")

#: What an input method of a Chinese keyboard leaves in a number.
_SIGNS = str.maketrans({"－": "-", "—": "-", "–": "-", "−": "-", "。": ".", "·": "."})


def clean_number(text: str) -> str:
    """Return a typed number in plain characters, its digits and zeros untouched.

    >>> clean_number("　０．４１０ ")
    '0.410'
    >>> clean_number("−1。5")
    '-1.5'
    """
    return unicodedata.normalize("NFKC", text.translate(_SIGNS)).strip()


def empty(definition: Definition) -> dict:
    """Return the data of a record nobody has typed in: defaults and first rows."""
    fields = {
        name: item["default"]
        for name, item in definition.scalars.items()
        if item["type"] not in UNTYPED and "default" in item
    }
    tables = {}
    for name, table in definition.tables.items():
        row = {
            column["name"]: column["default"]
            for column in table["columns"]
            if column["type"] not in ("formula", "readings") and "default" in column
        }
        tables[name] = [dict(row) for _ in range(table["rows"]["minimum"])]
    budgets = {
        node["name"]: {
            item["name"]: {key: str(value) for key, value in item["defaults"].items()}
            for item in node["quantities"]
            if item.get("defaults")
        }
        for node in definition.budgets
    }
    return {"fields": fields, "tables": tables, "budgets": budgets, "items": {}}


class _Cleaner:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.problems: list[Problem] = []

    def problem(
        self,
        code: str,
        block: str,
        cell: str = "",
        row: int | None = None,
        **params: Any,
    ) -> None:
        self.problems.append(Problem(code, block, cell, row, params))

    def text(self, value: Any, block: str, cell: str, row: int | None) -> str:
        if value is None or value is False:
            return ""
        if not isinstance(value, str):
            self.problem("not_text", block, cell, row, value=value)
            return ""
        if len(value) > MAX_TEXT:
            self.problem("text_too_long", block, cell, row, maximum=MAX_TEXT)
            return ""
        return value

    def number(self, value: Any, block: str, cell: str, row: int | None) -> str:
        text = clean_number(self.text(value, block, cell, row))
        if not text:
            return ""
        try:
            rounding.exact(text)
        except (TypeError, ValueError):
            self.problem("not_a_number", block, cell, row, value=text[:40])
            return ""
        return text

    def cell(self, item: dict, value: Any, block: str, row: int | None = None) -> Any:
        name, kind = item["name"], item["type"]
        if kind == "number":
            return self.number(value, block, name, row)
        if kind == "readings":
            if value in (None, False, ""):
                return []
            if not isinstance(value, list) or len(value) > item["count"]:
                self.problem("readings_wanted", block, name, row, count=item["count"])
                return []
            texts = [self.number(one, block, name, row) for one in value]
            while texts and not texts[-1]:
                texts.pop()
            return texts
        if kind == "check":
            if value in (None, "", True, False):
                return value is True
            self.problem("check_wanted", block, name, row)
            return False
        text = self.text(value, block, name, row)
        if kind == "choice" and text:
            allowed = [
                one["value"] if isinstance(one, dict) else one
                for one in item["choices"]
            ]
            if text not in allowed:
                self.problem(
                    "not_a_choice",
                    block,
                    name,
                    row,
                    value=text[:40],
                    allowed=", ".join(allowed),
                )
                return ""
        return text

    def run(self, data: Any) -> dict:
        definition = self.definition
        result: dict = {section: {} for section in SECTIONS}
        if not isinstance(data, dict):
            self.problem("data_shape", "")
            return result
        for section in data:
            if section not in SECTIONS or not isinstance(data[section], dict):
                self.problem("unknown_cell", "", str(section))
        sections = {
            key: data[key] if isinstance(data.get(key), dict) else {}
            for key in SECTIONS
        }
        for name, value in sections["fields"].items():
            item = definition.scalars.get(name)
            if item is None or item["type"] in UNTYPED:
                self.problem("unknown_cell", "", str(name))
                continue
            value = self.cell(item, value, item["block"])
            if value not in ("", False):
                result["fields"][name] = value
        for name, rows in sections["tables"].items():
            if name not in definition.tables or not isinstance(rows, list):
                self.problem("unknown_cell", str(name))
                continue
            result["tables"][name] = self.table(name, rows)
        for name, values in sections["budgets"].items():
            node = next(
                (one for one in definition.budgets if one["name"] == name), None
            )
            if node is None or not isinstance(values, dict):
                self.problem("unknown_cell", str(name))
                continue
            result["budgets"][name] = self.budget(node, values)
        for name, values in sections["items"].items():
            node = definition.items.get(name)
            if node is None or not isinstance(values, dict):
                self.problem("unknown_cell", str(name))
                continue
            result["items"][name] = self.items(node, values)
        return result

    def table(self, name: str, rows: list) -> list[dict]:
        table = self.definition.tables[name]
        if len(rows) > table["rows"]["maximum"]:
            self.problem("too_many_rows", name, maximum=table["rows"]["maximum"])
            return []
        columns = {
            item["name"]: item for item in table["columns"] if item["type"] != "formula"
        }
        result = []
        for index, row in enumerate(rows):
            if not isinstance(row, dict):
                self.problem("unknown_cell", name, "", index)
                continue
            for key in row:
                if key not in columns:
                    self.problem("unknown_cell", name, str(key), index)
            cells = {
                key: self.cell(item, row[key], name, index)
                for key, item in columns.items()
                if key in row
            }
            result.append(
                {key: value for key, value in cells.items() if value not in ("", [])}
            )
        while len(result) > table["rows"]["minimum"] and not result[-1]:
            result.pop()
        return result

    def budget(self, node: dict, values: dict) -> dict:
        quantities = {item["name"]: item for item in node["quantities"]}
        result: dict = {}
        for name, parameters in values.items():
            item = quantities.get(name)
            if item is None or not isinstance(parameters, dict):
                self.problem("unknown_cell", node["name"], str(name))
                continue
            cells = {}
            for key, value in parameters.items():
                if key not in item["inputs"]:
                    self.problem("unknown_cell", node["name"], f"{name}.{key}")
                    continue
                text = self.number(value, node["name"], f"{name}.{key}", None)
                if text:
                    cells[key] = text
            if cells:
                result[name] = cells
        return result

    def items(self, node: dict, values: dict) -> dict:
        known = {item["name"] for item in node["items"]}
        result = {}
        for name, value in values.items():
            if (
                name not in known
                or not isinstance(value, dict)
                or set(value) - {"state", "reason"}
                or value.get("state", "") not in ITEM_STATES
            ):
                self.problem("unknown_cell", node["name"], str(name))
                continue
            result[name] = {
                "state": value.get("state", ""),
                "reason": self.text(
                    value.get("reason"), node["name"], name, None
                ).strip(),
            }
        return result


def clean(definition: Definition, data: Any) -> tuple[dict, list[Problem]]:
    """Return the data in its canonical shape and everything that is wrong with it.

    Cells that are wrong are left out of the result, so that a screen can go on computing
    with the rest; saving refuses as long as there is a problem.
    """
    cleaner = _Cleaner(definition)
    return cleaner.run(data), cleaner.problems


def entries(data: dict) -> Iterator[tuple[tuple, str]]:
    """Yield every filled cell as ((section, block, row, cell), text).

    >>> sorted(entries({"fields": {"a": "1"}, "tables": {"t": [{"r": ["2", "3"]}]}}))
    ... # doctest: +NORMALIZE_WHITESPACE
    [(('fields', '', -1, 'a'), '1'), (('tables', 't', 0, 'r/1'), '2'),
     (('tables', 't', 0, 'r/2'), '3')]
    """
    for name, value in (data.get("fields") or {}).items():
        yield ("fields", "", -1, name), _text(value)
    for table, rows in (data.get("tables") or {}).items():
        for index, row in enumerate(rows):
            for name, value in row.items():
                if isinstance(value, list):
                    for number, one in enumerate(value, 1):
                        if one:
                            yield ("tables", table, index, f"{name}/{number}"), one
                elif value:
                    yield ("tables", table, index, name), _text(value)
    for budget, quantities in (data.get("budgets") or {}).items():
        for quantity, parameters in quantities.items():
            for key, value in parameters.items():
                yield ("budgets", budget, -1, f"{quantity}.{key}"), value
    for block, items in (data.get("items") or {}).items():
        for name, value in items.items():
            if value.get("state"):
                text = value["state"] + (
                    f": {value['reason']}" if value["reason"] else ""
                )
                yield ("items", block, -1, name), text


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else value


def differences(old: dict, new: dict) -> list[dict]:
    """Return the changed cells as [{section, block, row, cell, old, new}], row 0-based.

    >>> differences({"fields": {"a": "1"}}, {"fields": {"a": "2"}})
    [{'section': 'fields', 'block': '', 'row': -1, 'cell': 'a', 'old': '1', 'new': '2'}]
    """
    before, after = dict(entries(old or {})), dict(entries(new or {}))
    return [
        {
            "section": key[0],
            "block": key[1],
            "row": key[2],
            "cell": key[3],
            "old": before.get(key, ""),
            "new": after.get(key, ""),
        }
        for key in dict.fromkeys([*before, *after])
        if before.get(key, "") != after.get(key, "")
    ]


def missing(definition: Definition, data: dict) -> list[Problem]:
    """Return what must be filled before the record may be submitted."""
    return [
        *_missing_fields(definition, data.get("fields", {})),
        *_missing_readings(definition, data.get("tables", {})),
        *_missing_parameters(definition, data.get("budgets", {})),
        *_missing_items(definition, data.get("items", {})),
    ]


def _missing_fields(definition: Definition, fields: dict) -> Iterator[Problem]:
    for name, item in definition.scalars.items():
        required = item.get("required", item["type"] == "number")
        if item["type"] not in UNTYPED and required and name not in fields:
            yield Problem("missing", item["block"], name)


def _missing_readings(definition: Definition, tables: dict) -> Iterator[Problem]:
    for name, table in definition.tables.items():
        rows = tables.get(name, [])
        minimum = table["rows"]["minimum"]
        if len(rows) < minimum:
            yield Problem("too_few_rows", name, "", None, {"minimum": minimum})
        for index, row in enumerate(rows):
            for column in table["columns"]:
                if not _is_filled(column, row.get(column["name"])):
                    yield Problem("missing", name, column["name"], index)


def _is_filled(column: dict, value: Any) -> bool:
    kind = column["type"]
    if kind == "formula" or not column.get("required", kind in ("number", "readings")):
        return True
    if kind == "readings":
        return sum(map(bool, value or [])) == column["count"]
    return bool(value)


def _missing_parameters(definition: Definition, budgets: dict) -> Iterator[Problem]:
    for node in definition.budgets:
        values = budgets.get(node["name"], {})
        for item in node["quantities"]:
            for key in item["inputs"]:
                optional = key == "dof" or key in item
                if not optional and not values.get(item["name"], {}).get(key):
                    yield Problem("missing", node["name"], f"{item['name']}.{key}")


def _missing_items(definition: Definition, items: dict) -> Iterator[Problem]:
    for block, node in definition.items.items():
        values = items.get(block, {})
        for item in node["items"]:
            value = values.get(item["name"], {})
            if not value.get("state"):
                yield Problem("item_open", block, item["name"])
            elif value["state"] == "na" and not value.get("reason"):
                yield Problem("item_reason", block, item["name"])
