# SPDX-License-Identifier: AGPL-3.0-only
"""The words of the formula language and what a name means in a formula."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .errors import FormulaError
from .formula_syntax import Call, Name

__all__ = ["CONSTANTS", "FUNCTIONS", "Names", "Ref", "VERDICTS", "function_of"]

CONSTANTS = {"pi", "true", "false", "pass", "fail", "undetermined"}
VERDICTS = ("pass", "fail", "undetermined")

ELEMENTARY = (
    "abs", "sign", "sqrt", "exp", "ln", "log10", "sin", "cos", "tan", "asin", "acos",
    "atan", "radians", "degrees",
)  # fmt: skip
AGGREGATES = (
    "sum", "mean", "median", "stdev", "variance", "range", "max", "min", "rss",
)  # fmt: skip
ALIASES = {"average": "mean", "std": "stdev", "correction": "interpolate"}

#: function -> (smallest, largest number of arguments, what it does)
FUNCTIONS: dict[str, tuple[int, int | None, str]] = {
    **{
        name: (1, 1, text)
        for name, text in {
            "abs": "magnitude",
            "sign": "-1, 0 or 1",
            "sqrt": "square root",
            "exp": "e to the power of x",
            "ln": "natural logarithm",
            "log10": "decimal logarithm",
            "sin": "sine of an angle in rad",
            "cos": "cosine of an angle in rad",
            "tan": "tangent of an angle in rad",
            "asin": "arc sine in rad",
            "acos": "arc cosine in rad",
            "atan": "arc tangent in rad",
            "radians": "degrees to radians",
            "degrees": "radians to degrees",
        }.items()
    },
    "atan2": (2, 2, "angle of the point y, x in rad"),
    "sum": (1, None, "sum"),
    "mean": (1, None, "arithmetic mean; of readings with uncertainty: type A"),
    "median": (1, None, "median"),
    "stdev": (1, None, "experimental standard deviation (Bessel)"),
    "variance": (1, None, "experimental variance (Bessel)"),
    "range": (1, None, "largest minus smallest"),
    "max": (1, None, "largest"),
    "min": (1, None, "smallest"),
    "rss": (1, None, "root of the sum of squares"),
    "count": (1, None, "how many values are given"),
    "given": (1, 1, "whether the value has been entered"),
    "slope": (2, 2, "slope of the least-squares line of x, y"),
    "intercept": (2, 2, "intercept of the least-squares line of x, y"),
    "correlation": (2, 2, "correlation coefficient of x, y"),
    "round_to": (2, 2, "round half-even to a multiple of the interval (GB/T 8170)"),
    "round_up": (2, 2, "round away from zero to a multiple of the interval"),
    "interpolate": (2, 3, "correction of a standard at x; or y at x of columns x, y"),
    "previous": (1, 2, "value of the previous row; the second argument at the edge"),
    "next": (1, 2, "value of the next row; the second argument at the edge"),
    "first": (1, 1, "value of the first row"),
    "last": (1, 1, "value of the last row"),
    "column": (1, 1, "the whole column"),
    "row": (0, 0, "number of this row, from 1"),
    "item": (2, 2, "the n-th value of readings or of a column, from 1"),
    "if": (3, 3, "the second when the first is true, else the third"),
}


@dataclass(frozen=True)
class Ref:
    """A resolved name: how a formula looks at it."""

    name: str
    how: str  # scalar, same, whole, previous, next


class Names:
    """All names of a program and what they mean in a formula of one table."""

    def __init__(self, declared: Mapping[str, str], cells: Iterable[str]) -> None:
        self.kinds: dict[str, str] = dict(declared)
        for cell in cells:
            self.kinds.setdefault(cell, "cell")
        self.short: dict[str, list[str]] = {}
        for name in self.kinds:
            if "." in name:
                self.short.setdefault(name.partition(".")[2], []).append(name)

    def resolve(self, node: Name, table: str | None) -> Ref:
        name = node.name
        if "." not in name and table and f"{table}.{name}" in self.kinds:
            return Ref(f"{table}.{name}", "same")
        if name in self.kinds:
            return Ref(name, "whole" if "." in name else "scalar")
        candidates = self.short.get(name, [])
        if len(candidates) == 1:
            return Ref(candidates[0], "whole")
        if candidates:
            raise FormulaError(
                "ambiguous",
                "'{name}' may be {candidates}; write the table before the name",
                position=node.position,
                name=name,
                candidates=" or ".join(sorted(candidates)),
            )
        known = [*self.kinds, *self.short][:500]
        close = difflib.get_close_matches(name, known, 1)
        if "." in name and name.partition(".")[0] in self.kinds:
            raise FormulaError(
                "attribute",
                "'{name}' is not declared; attributes are not part of the language",
                position=node.position,
                name=name,
            )
        if close:
            raise FormulaError(
                "unknown_name",
                "'{name}' is not declared; is '{close}' meant?",
                position=node.position,
                name=name,
                close=close[0],
            )
        raise FormulaError(
            "unknown_name",
            "'{name}' is not declared",
            position=node.position,
            name=name,
        )


def function_of(node: Call) -> str:
    """Return the function a call means, its number of arguments checked.

    :param node: a call; upper case and aliases are understood (ISO/IEC 17025 7.11)
    :raises FormulaError: for an unknown function, another number of arguments

    >>> from .formula_syntax import parse
    >>> function_of(parse("AVERAGE(a, b)"))
    'mean'
    """
    name = node.function
    word = name.lower()
    word = ALIASES.get(word, word)
    if word not in FUNCTIONS:
        close = difflib.get_close_matches(word, FUNCTIONS, 1)
        hint = "; is '{close}' meant?" if close else ""
        raise FormulaError(
            "unknown_function",
            "there is no function '{function}'" + hint,
            position=node.position,
            function=name,
            close=close[0] if close else "",
        )
    low, high, _ = FUNCTIONS[word]
    count = len(node.arguments)
    if count < low or (high is not None and count > high):
        raise FormulaError(
            "arguments",
            "{function}() takes {wanted}, not {count}",
            position=node.position,
            function=word,
            wanted=_wanted(low, high),
            count=count,
        )
    return word


def _wanted(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} argument or more"
    if low == high:
        return f"{low} argument" + ("s" if low != 1 else "")
    return f"{low} to {high} arguments"
