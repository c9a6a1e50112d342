# SPDX-License-Identifier: AGPL-3.0-only
"""The order in which the cells of a record are computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import FormulaError
from .formula_build import Builder
from .formula_language import Ref

__all__ = ["Step", "arrange"]


@dataclass(frozen=True)
class Step:
    """Cells computed together: one scalar, or columns of one table row by row."""

    cells: tuple[str, ...]
    backward: bool = False


def arrange(builders: Mapping[str, Builder], errors: list[FormulaError]) -> list[Step]:
    """Order the cells; columns that look at each other's neighbours go row by row.

    :param builders: checked formulas by cell (ISO/IEC 17025 7.11)
    :param errors: cycles are added here, each named as a path; raises nothing
    :returns: steps, what they depend on first

    >>> from .formula_language import Names
    >>> from .formula_syntax import parse
    >>> names = Names({"x": "number"}, ["a", "b"])
    >>> cells = {"a": Builder(parse("b + 1"), names, None),
    ...          "b": Builder(parse("2*x"), names, None)}
    >>> [step.cells for step in arrange(cells, [])]
    [('b',), ('a',)]
    """
    graph = {
        cell: [ref for ref in builder.references if ref.name in builders]
        for cell, builder in builders.items()
    }
    steps: list[Step] = []
    for group in _components(graph):
        inside = set(group)
        edges = [
            (cell, ref) for cell in group for ref in graph[cell] if ref.name in inside
        ]
        if not edges:
            steps.append(Step((group[0],)))
            continue
        hows = {ref.how for _, ref in edges}
        if hows <= {"same", "previous"} or hows <= {"same", "next"}:
            rows = {
                cell: [
                    ref
                    for ref in graph[cell]
                    if ref.name in inside and ref.how == "same"
                ]
                for cell in group
            }
            inner = _components(rows)
            if all(
                len(part) == 1 and all(ref.name != part[0] for ref in rows[part[0]])
                for part in inner
            ):
                steps.append(Step(tuple(part[0] for part in inner), "next" in hows))
                continue
        path = _cycle(group, graph, inside)
        errors.append(
            FormulaError(
                "cycle",
                "{path} refer to each other",
                cell=path[0],
                path=" -> ".join(path),
            )
        )
    return steps


def _components(graph: Mapping[str, list[Ref]]) -> list[list[str]]:
    """Return strongly connected components, dependencies first (Tarjan, iterative)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    result: list[list[str]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            for ref in successors:
                target = ref.name
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        group.append(member)
                        if member == node:
                            break
                    result.append(group[::-1])
    return result


def _cycle(
    group: list[str], graph: Mapping[str, list[Ref]], inside: set[str]
) -> list[str]:
    """Return one cycle of the group as a path that ends where it begins."""
    start = min(group)
    parents: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for ref in graph[node]:
            if ref.name == start:
                path = [node]
                while path[-1] != start:
                    path.append(parents[path[-1]])
                return [*reversed(path), start]
            if ref.name in inside and ref.name not in parents:
                parents[ref.name] = node
                queue.append(ref.name)
    return [start, start]
