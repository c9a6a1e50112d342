# SPDX-License-Identifier: AGPL-3.0-only
"""Definition + data + result -> printable blocks, the same for record and certificate.

A block is plain JSON; texts are Chinese with the English beside (``*_en``, may be "")::

    {"kind": "fields", "title", "title_en", "rows": [{"label", "label_en", "value", "unit"}]}
    {"kind": "table", "columns": [{"label", "label_en", "group", "unit", "span"}],
     "groups": [{"label", "span"}], "rows": [[{"text", "verdict", "old"}]]}
    {"kind": "items", "rows": [{"label", "label_en", "clause", "state", "reason"}]}
    {"kind": "budget", "model", "unit", "results": [{"row", "value", "uncertainty", "k", "u",
     "dof", "coverage", "p", "quantities": [...]}]}
    {"kind": "checks", "rows": [{"number", "item", "item_en", "requirement", "measured",
     "verdict"}]}
    {"kind": "conclusion", "rule", "verdict", "text", "text_en"}
    {"kind": "text", "text", "text_en"}
"""

from __future__ import annotations

from .definition import UNTYPED, Definition, english, localised

__all__ = ["printable"]


def printable(
    definition: Definition,
    data: dict,
    result: dict,
    target: str = "record",
    corrections: list[dict] | None = None,
) -> list[dict]:
    """Return the printable blocks.

    :param target: "record" or "certificate"; blocks and cells whose ``print`` says
        otherwise are left out
    :param corrections: changes after a submission; the replaced value is kept in ``old``
    """
    return _Printer(definition, data, result, target, corrections or []).run()


class _Printer:
    def __init__(self, definition, data, result, target, corrections) -> None:
        self.definition, self.data, self.result = definition, data, result
        self.target = target
        self.old: dict[tuple, list[str]] = {}
        for change in corrections:
            if change["old"]:
                key = (change["block"], change["row"], change["cell"])
                self.old.setdefault(key, []).append(change["old"])

    def shown(self, node: dict) -> bool:
        return node.get("print", "both") in ("both", self.target)

    def run(self) -> list[dict]:
        blocks = []
        for node in self.definition.blocks:
            if self.shown(node):
                blocks.extend(getattr(self, f"block_{node['kind']}")(node))
        return blocks

    def head(self, node: dict, kind: str) -> dict:
        title = node.get("title", "")
        return {
            "kind": kind,
            "name": node["name"],
            "title": localised(title),
            "title_en": english(title),
        }

    def label(self, item: dict) -> dict:
        label = item.get("label") or item["name"]
        return {
            "name": item["name"],
            "label": localised(label),
            "label_en": english(label),
            "unit": localised(item.get("unit", "")),
        }

    def choice_text(self, item: dict, value: str) -> str:
        for one in item.get("choices", []):
            if isinstance(one, dict) and one["value"] == value:
                return localised(one.get("label", value))
        return value

    def block_fields(self, node: dict) -> list[dict]:
        rows = []
        for item in node["fields"]:
            if not self.shown(item):
                continue
            name = item["name"]
            if item["type"] in UNTYPED:
                value = self.result.get("values", {}).get(name, {}).get("text", "")
            else:
                value = self.data.get("fields", {}).get(name, "")
                if item["type"] == "choice":
                    value = self.choice_text(item, value)
                if item["type"] == "check":
                    value = "✓" if value else ""
            rows.append(
                {
                    **self.label(item),
                    "value": value,
                    "old": self.old.get(("", -1, name), []),
                }
            )
        return [{**self.head(node, "fields"), "rows": rows}] if rows else []

    def block_table(self, node: dict) -> list[dict]:
        table = node["name"]
        columns = [c for c in self.definition.columns(table) if self.shown(c)]
        heads = [
            {
                **self.label(column),
                "group": localised(column.get("group", "")),
                "span": column["count"] if column["type"] == "readings" else 1,
            }
            for column in columns
        ]
        rows = []
        computed = self.result.get("tables", {}).get(table, [])
        for index, line in enumerate(self.data.get("tables", {}).get(table, [])):
            cells = []
            for column in columns:
                cells.extend(
                    self.cells(
                        table,
                        column,
                        index,
                        line,
                        computed[index] if index < len(computed) else {},
                    )
                )
            rows.append(cells)
        if not columns or not rows:
            return []
        block = {**self.head(node, "table"), "columns": heads, "rows": rows}
        return [{**block, "groups": _groups(heads)}]

    def cells(
        self, table: str, column: dict, index: int, line: dict, computed: dict
    ) -> list:
        name = column["name"]
        if column["type"] == "formula":
            cell = computed.get(name, {})
            return [
                {
                    "text": cell.get("text", ""),
                    "verdict": cell.get("verdict", ""),
                    "old": [],
                }
            ]
        if column["type"] == "readings":
            values = line.get(name, [])
            return [
                {
                    "text": values[number] if number < len(values) else "",
                    "verdict": "",
                    "old": self.old.get((table, index, f"{name}/{number + 1}"), []),
                }
                for number in range(column["count"])
            ]
        value = line.get(name, "")
        if column["type"] == "choice":
            value = self.choice_text(column, value)
        return [
            {
                "text": value,
                "verdict": "",
                "old": self.old.get((table, index, name), []),
            }
        ]

    def block_items(self, node: dict) -> list[dict]:
        values = self.data.get("items", {}).get(node["name"], {})
        rows = [
            {
                **self.label(item),
                "clause": item.get("clause", ""),
                "state": values.get(item["name"], {}).get("state", ""),
                "reason": values.get(item["name"], {}).get("reason", ""),
            }
            for item in node["items"]
        ]
        return [{**self.head(node, "items"), "rows": rows}]

    def block_budget(self, node: dict) -> list[dict]:
        labels = {item["name"]: self.label(item) for item in node["quantities"]}
        typed = self.data.get("budgets", {}).get(node["name"], {})
        results = []
        for index, result in enumerate(
            self.result.get("budgets", {}).get(node["name"], [])
        ):
            if "y" not in result:
                continue
            results.append(
                {
                    "row": index + 1 if node["table"] else None,
                    "value": result["reported"]["value"],
                    "uncertainty": result["reported"]["uncertainty"],
                    "u": result["u_text"],
                    "k": result["k_text"],
                    "dof": result["dof_text"],
                    "p": result["p_text"],
                    "coverage": result["coverage"],
                    "quantities": [
                        {
                            **labels.get(one["name"], {}),
                            **one,
                            "typed": typed.get(one["name"], {}),
                        }
                        for one in result["quantities"]
                    ],
                }
            )
        return [
            {
                **self.head(node, "budget"),
                "model": node["model"],
                "result": self.label(node["result"]),
                "unit": localised(node["result"].get("unit", "")),
                "results": results,
            }
        ]

    def block_conclusion(self, node: dict) -> list[dict]:
        blocks = []
        specs = {item["name"]: item for item in node["checks"]}
        checks = [
            c for c in self.result.get("checks", []) if c["block"] == node["name"]
        ]
        if checks:
            blocks.append(
                {
                    **self.head(node, "checks"),
                    "rule": node["rule"],
                    "rows": [
                        {
                            "number": number,
                            "item": localised(
                                specs[check["name"]].get("label", check["name"])
                            ),
                            "item_en": english(specs[check["name"]].get("label", "")),
                            "requirement": check["requirement"],
                            "measured": check["measured"],
                            "verdict": check["verdict"],
                        }
                        for number, check in enumerate(checks, 1)
                    ],
                }
            )
        for one in self.result.get("conclusions", []):
            if one["block"] == node["name"]:
                text = (node.get("sentences") or {}).get(one["verdict"], "")
                blocks.append(
                    {
                        **self.head(node, "conclusion"),
                        "rule": node["rule"],
                        "verdict": one["verdict"],
                        "text": localised(text),
                        "text_en": english(text),
                    }
                )
        return blocks

    def block_text(self, node: dict) -> list[dict]:
        text = node.get("text", "")
        return [
            {
                **self.head(node, "text"),
                "text": localised(text),
                "text_en": english(text),
            }
        ]


def _groups(heads: list[dict]) -> list[dict]:
    """Return neighbouring columns under their common heads, [] where none has one.

    >>> _groups([{"group": "", "span": 1}, {"group": "A", "span": 1},
    ...          {"group": "A", "span": 2}])
    [{'label': '', 'span': 1}, {'label': 'A', 'span': 3}]
    """
    groups: list[dict] = []
    for head in heads:
        if groups and head["group"] and groups[-1]["label"] == head["group"]:
            groups[-1]["span"] += head["span"]
        else:
            groups.append({"label": head["group"], "span": head["span"]})
    return groups if any(group["label"] for group in groups) else []
