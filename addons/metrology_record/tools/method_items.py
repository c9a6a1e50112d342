# SPDX-License-Identifier: AGPL-3.0-only
"""A definition of a record from the items and limits of a method. No Odoo import.

What the database of items says becomes the sheet: each item a step that is done or
does not apply, each parameter with points a table with its errors and limits, each one
without points a field, and all limits the checks of the conclusion.
"""

from __future__ import annotations

import hashlib
import json

__all__ = ["definition_of", "digest", "points_of", "table_name"]


def digest(items: list[dict]) -> str:
    """Return the fingerprint of items: it changes with any item, point, unit or limit.

    >>> digest([{"code": "a"}]) == digest([{"code": "a"}])
    True
    """
    text = json.dumps(items, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def table_name(item: dict, param: dict) -> str:
    """Return the name of the table or field of one parameter.

    >>> table_name({"code": "indication"}, {"code": "error"})
    'indication_error'
    """
    return f"{item['code']}_{param['code']}"


def points_of(items: list[dict]) -> dict[str, list[str]]:
    """Return the nominal values of each table, as they are typed.

    >>> points_of([{"code": "i", "params": [{"code": "e", "points": ["0", "1"]}]}])
    {'i_e': ['0', '1']}
    """
    return {
        table_name(item, param): list(param["points"])
        for item in items
        for param in item["params"]
        if param["points"]
    }


def definition_of(title: str, items: list[dict], rule: str, words: dict) -> dict:
    """Return the definition of a record that examines ``items``.

    :param title: of the record
    :param items: ``{code, name, clause, params: [{code, name, unit, points, readings,
        lower, upper, limit}]}``; limits are texts or empty
    :param rule: decision rule of the conclusion (``regulation``, ``jjf1094``, ...)
    :param words: headings by key: items, nominal, reading, error, limit, conclusion,
        pass, fail
    """
    blocks: list[dict] = [
        {
            "kind": "items",
            "name": "items",
            "title": words["items"],
            "items": [
                {
                    "name": item["code"],
                    "label": item["name"],
                    **({"clause": item["clause"]} if item["clause"] else {}),
                }
                for item in items
            ],
        }
    ]
    checks: list[dict] = []
    for item in items:
        single = []
        for param in item["params"]:
            check = _check(item, param)
            if param["points"]:
                blocks.append(_table(item, param, words))
            else:
                single.append(_number(table_name(item, param), param["name"], param))
            if check:
                checks.append(check)
        if single:
            blocks.append(
                {
                    "kind": "fields",
                    "name": f"{item['code']}_values",
                    "title": item["name"],
                    "fields": single,
                }
            )
    if checks:
        blocks.append(
            {
                "kind": "conclusion",
                "name": "conclusion",
                "title": words["conclusion"],
                "rule": rule,
                "checks": checks,
                "sentences": {"pass": words["pass"], "fail": words["fail"]},
            }
        )
    return {"schema": 1, "title": title, "blocks": blocks}


def _number(name: str, label: str, param: dict) -> dict:
    """Return a cell for a number; a pure number (unit 1) is printed without unit."""
    cell = {"name": name, "label": label}
    return cell if param["unit"] == "1" else {**cell, "unit": param["unit"]}


def _table(item: dict, param: dict, words: dict) -> dict:
    several = param["readings"] > 1
    reading = _number("r", words["reading"], param)
    if several:
        reading |= {"type": "readings", "count": param["readings"]}
    columns = [
        _number("p", words["nominal"], param),
        reading,
        {
            **_number("error", words["error"], param),
            "type": "formula",
            "formula": "mean(r) - p" if several else "r - p",
        },
    ]
    if param["limit"]:
        columns.append(
            {
                **_number("limit", words["limit"], param),
                "type": "formula",
                "formula": param["limit"],
            }
        )
    count = len(param["points"])
    return {
        "kind": "table",
        "name": table_name(item, param),
        "title": f"{item['name']}: {param['name']}",
        "rows": {
            "minimum": count,
            "maximum": max(50, count),
            "suggest": [{"column": "p", "values": list(param["points"])}],
        },
        "columns": columns,
    }


def _check(item: dict, param: dict) -> dict | None:
    name = table_name(item, param)
    check = _number(f"check_{name}", f"{item['name']}: {param['name']}", param)
    check |= {"table": name, "value": "error"} if param["points"] else {"value": name}
    if param["points"] and param["limit"]:
        return {**check, "limit": "limit"}
    limits = {key: param[key] for key in ("lower", "upper") if param[key]}
    return {**check, **limits} if limits else None
