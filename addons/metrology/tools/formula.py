# SPDX-License-Identifier: AGPL-3.0-only
"""The formula language of the technical record.

Examples
    >>> program = compile_formulas(
    ...     {"points.error": "mean(r) - p", "worst": "max(abs(points.error))",
    ...      "verdict": "if(worst <= mpe, pass, fail)"},
    ...     {"points.p": "number", "points.r": "readings", "mpe": "number"})
    >>> program.order
    ('points.error', 'worst', 'verdict')
    >>> evaluation = program.evaluate({
    ...     "points.p": ["10.00"], "points.r": [["10.01", "10.02", "10.03"]],
    ...     "mpe": "0.02"})
    >>> evaluation.text("points.error", 0), evaluation.values["verdict"]
    ('0.02', 'pass')

How to use
    Compile once per version of a template, evaluate as often as a reading changes. The
    same compiled tree is evaluated over exact numbers (the record), over GTC uncertain
    numbers (the budget) and over numpy arrays (Monte Carlo).

How it works
    A cell is a scalar (``mean_temperature``) or a column of a table
    (``points.error``). A bare name inside a formula of the same table is the value of
    the same row; ``points.error`` is always the whole column. Cells are ordered by what
    they refer to; a column may refer to its own previous (or next) row. What has not
    been entered yet makes its dependants wait (``missing``), what fails names the cell
    and the cause (``errors``) and everything else is still computed.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .errors import EngineError, EvaluationError, FormulaError
from .formula_numbers import Curve, Numbers, Readings, numbers_for
from .formula_syntax import (
    Add,
    Call,
    Compare,
    Logic,
    Mul,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Power,
    Text,
    normalise_name,
    parse,
    walk,
)
from .rounding import plain
from .version import ENGINE_VERSION

__all__ = [
    "CellError",
    "Curve",
    "Evaluation",
    "FUNCTIONS",
    "Model",
    "Program",
    "check_formulas",
    "compile_formulas",
    "compile_model",
]

KINDS = ("number", "readings", "text", "bool", "curve")
MAX_CELLS = 1000
MAX_ROWS = 10000
MAX_WORK = 3_000_000  # parts of formulas times rows in one evaluation
CONSTANTS = {"pi", "true", "false", "pass", "fail", "undetermined"}
VERDICTS = ("pass", "fail", "undetermined")

_ELEMENTARY = (
    "abs", "sign", "sqrt", "exp", "ln", "log10", "sin", "cos", "tan", "asin", "acos",
    "atan", "radians", "degrees",
)  # fmt: skip
_AGGREGATES = (
    "sum", "mean", "median", "stdev", "variance", "range", "max", "min", "rss",
)  # fmt: skip
_ALIASES = {"average": "mean", "std": "stdev", "correction": "interpolate"}

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


# --------------------------------------------------------------------- results


@dataclass(frozen=True)
class CellError:
    """Why one cell has no value: cell, row (0-based, None for a scalar) and cause."""

    cell: str
    row: int | None
    code: str
    cause: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        where = self.cell if self.row is None else f"{self.cell}, row {self.row + 1}"
        return f"{where}: {self.cause}"

    def explain(self) -> dict[str, Any]:
        """Return the error as plain data (JSON)."""
        return {
            "cell": self.cell,
            "row": self.row,
            "code": self.code,
            "cause": self.cause,
            "params": {key: str(value) for key, value in self.params.items()},
        }


class _Failure:
    """Stands in the place of a value that could not be computed."""


_FAILED = _Failure()


class _Missing(Exception):
    """A value the formula needs has not been entered."""


class _DependsOnFailure(Exception):
    """A value the formula needs could not be computed."""

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


@dataclass
class Evaluation:
    """The values of all cells, what failed and what waits for input.

    ``values[name]`` is a number of the domain, a bool, a text, or a list with one item
    per row; None where the cell waits or failed.
    """

    domain: str
    values: dict[str, Any]
    errors: list[CellError]
    missing: set[tuple[str, int | None]]
    fingerprint: str
    version: str = ENGINE_VERSION

    @property
    def ok(self) -> bool:
        """Whether no cell failed (cells that wait are no failure)."""
        return not self.errors

    @property
    def complete(self) -> bool:
        """Whether every cell has a value."""
        return not self.errors and not self.missing

    def text(self, name: str, row: int | None = None) -> str | None:
        """Return a value as text: exact numbers without trailing zeros."""
        value = self.values[name]
        if row is not None:
            value = value[row]
        return _as_text(value)

    def explain(self) -> dict[str, Any]:
        """Return values, errors and versions as plain data (JSON)."""
        return {
            "engine": self.version,
            "fingerprint": self.fingerprint,
            "domain": self.domain,
            "values": {
                name: [_as_text(item) for item in value]
                if isinstance(value, list)
                else _as_text(value)
                for name, value in self.values.items()
            },
            "errors": [error.explain() for error in self.errors],
            "missing": sorted(
                ([cell, row] for cell, row in self.missing),
                key=lambda pair: (pair[0], -1 if pair[1] is None else pair[1]),
            ),
        }


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return plain(value)
    return str(value)


# ------------------------------------------------------------------ resolution


@dataclass(frozen=True)
class _Ref:
    """A resolved name: how a formula looks at it."""

    name: str
    how: str  # scalar, same, whole, previous, next


class _Names:
    """All names of a program and what they mean in a formula of one table."""

    def __init__(self, declared: Mapping[str, str], cells: Iterable[str]) -> None:
        self.kinds: dict[str, str] = dict(declared)
        for cell in cells:
            self.kinds.setdefault(cell, "cell")
        self.short: dict[str, list[str]] = {}
        for name in self.kinds:
            if "." in name:
                self.short.setdefault(name.partition(".")[2], []).append(name)

    def resolve(self, node: Name, table: str | None) -> _Ref:
        name = node.name
        if "." not in name and table and f"{table}.{name}" in self.kinds:
            return _Ref(f"{table}.{name}", "same")
        if name in self.kinds:
            return _Ref(name, "whole" if "." in name else "scalar")
        candidates = self.short.get(name, [])
        if len(candidates) == 1:
            return _Ref(candidates[0], "whole")
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


def _function(node: Call) -> str:
    name = node.function
    word = name.lower()
    word = _ALIASES.get(word, word)
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


# --------------------------------------------------------------------- builder

_Closure = Callable[["_Scope"], Any]


class _Builder:
    """Check one tree against the names and turn it into a recipe.

    ``references`` collects what the formula looks at; :meth:`build` makes the closures
    of one arithmetic. Both walk the same checked tree.
    """

    def __init__(self, tree: Node, names: _Names, table: str | None) -> None:
        self.tree, self.names, self.table = tree, names, table
        self.references: list[_Ref] = []
        self.kind = self._check(tree)

    # --- static check: returns number, bool, text, list, curve or any

    def _check(self, node: Node) -> str:
        if isinstance(node, Number):
            return "number"
        if isinstance(node, Text):
            return "text"
        if isinstance(node, Name):
            return self._check_name(node)
        if isinstance(node, Negate):
            return self._numeric([node.operand])
        if isinstance(node, Add):
            return self._numeric([term for _, term in node.terms])
        if isinstance(node, Mul):
            return self._numeric([factor for _, factor in node.factors])
        if isinstance(node, Power):
            return self._numeric([node.base, node.exponent])
        if isinstance(node, Compare):
            return self._check_compare(node)
        if isinstance(node, Logic):
            for operand in node.operands:
                self._condition(operand)
            return "bool"
        if isinstance(node, Not):
            self._condition(node.operand)
            return "bool"
        return self._check_call(node)

    def _check_name(self, node: Name) -> str:
        if node.name in self.names.kinds or node.name not in CONSTANTS:
            ref = self.names.resolve(node, self.table)
            self.references.append(ref)
            kind = self.names.kinds[ref.name]
            if ref.how == "whole" or kind == "readings":
                return "list"
            return "any" if kind == "cell" else kind
        if node.name == "pi":
            return "number"
        return "text" if node.name in VERDICTS else "bool"

    def _wrong(self, node: Node, kind: str, wanted: str) -> FormulaError:
        words = {
            "bool": "a truth value",
            "text": "a text",
            "list": "a whole column or several readings",
            "curve": "a correction table",
            "number": "a number",
        }
        return FormulaError(
            "wrong_kind",
            "{kind} stands where {wanted} is needed",
            position=node.position,
            kind=words.get(kind, kind),
            wanted=wanted,
        )

    def _numeric(self, nodes: Iterable[Node]) -> str:
        result = "number"
        for node in nodes:
            kind = self._check(node)
            if kind in ("bool", "text", "curve"):
                raise self._wrong(node, kind, "a number")
            if kind == "list":
                result = "list"
        return result

    def _condition(self, node: Node) -> None:
        kind = self._check(node)
        if kind not in ("bool", "any"):
            raise self._wrong(node, kind, "a condition")

    def _check_compare(self, node: Compare) -> str:
        nodes = [node.first, *(operand for _, operand in node.rest)]
        kinds = [self._check(operand) for operand in nodes]
        for operand, kind in zip(nodes, kinds, strict=True):
            if kind in ("list", "curve"):
                raise self._wrong(operand, kind, "a single value")
        known = {kind for kind in kinds if kind != "any"}
        if len(known) > 1:
            raise FormulaError(
                "compare_kinds",
                "{one} cannot be compared with {two}",
                position=node.position,
                one=sorted(known)[0],
                two=sorted(known)[1],
            )
        if known & {"text", "bool"} and any(
            sign not in ("==", "!=") for sign, _ in node.rest
        ):
            raise FormulaError(
                "compare_order",
                "texts and truth values are only equal or different",
                position=node.position,
            )
        return "bool"

    def _named_column(self, function: str, node: Node) -> _Ref:
        if isinstance(node, Name):
            ref = self.names.resolve(node, self.table)
            if "." in ref.name:
                return ref
        raise FormulaError(
            "needs_column",
            "{function}() needs the name of a column",
            position=node.position,
            function=function,
        )

    def _check_call(self, node: Call) -> str:
        function = _function(node)
        arguments = node.arguments
        if function in _ELEMENTARY or function in ("round_to", "round_up", "atan2"):
            return self._numeric(arguments)
        if function in _AGGREGATES or function in ("slope", "intercept", "correlation"):
            self._numeric(arguments)
            return "number"
        if function == "if":
            self._condition(arguments[0])
            kinds = {self._check(argument) for argument in arguments[1:]}
            known = kinds - {"any"}
            if len(known) > 1:
                raise FormulaError(
                    "if_kinds",
                    "both results of if() must be of one kind, not {one} and {two}",
                    position=node.position,
                    one=sorted(known)[0],
                    two=sorted(known)[1],
                )
            return known.pop() if known else "any"
        if function in ("previous", "next", "first", "last", "column"):
            return self._check_neighbour(function, node)
        if function == "row":
            if self.table is None:
                raise FormulaError(
                    "needs_table",
                    "row() belongs to a formula of a table",
                    position=node.position,
                )
            return "number"
        if function == "item":
            kind = self._check(arguments[0])
            if kind not in ("list", "any"):
                raise self._wrong(arguments[0], kind, "a column or readings")
            self._numeric(arguments[1:])
            return "any"
        if function in ("given", "count"):
            return self._check_given(function, node)
        return self._check_interpolate(node)

    def _check_neighbour(self, function: str, node: Call) -> str:
        arguments = node.arguments
        if function in ("previous", "next"):
            ref = self._named_column(function, arguments[0])
            if self.table is None or not ref.name.startswith(self.table + "."):
                raise FormulaError(
                    "needs_own_table",
                    "{function}() needs a column of the same table",
                    position=node.position,
                    function=function,
                )
            self.references.append(_Ref(ref.name, function))
            kind = self.names.kinds[ref.name]
            for argument in arguments[1:]:
                self._check(argument)
            return "list" if kind == "readings" else "any" if kind == "cell" else kind
        ref = self._named_column(function, arguments[0])
        self.references.append(_Ref(ref.name, "whole"))
        if function == "column":
            return "list"
        kind = self.names.kinds[ref.name]
        return "list" if kind == "readings" else "any" if kind == "cell" else kind

    def _check_given(self, function: str, node: Call) -> str:
        for argument in node.arguments:
            if not isinstance(argument, Name):
                raise FormulaError(
                    "needs_name",
                    "{function}() needs names",
                    position=argument.position,
                    function=function,
                )
            self._check(argument)
        return "bool" if function == "given" else "number"

    def _check_interpolate(self, node: Call) -> str:
        arguments = node.arguments
        if len(arguments) == 2:
            if self._check(arguments[0]) != "curve":
                raise FormulaError(
                    "needs_curve",
                    "interpolate(table, x) needs the name of a correction table",
                    position=arguments[0].position,
                )
            return self._numeric(arguments[1:])
        for argument in arguments[:2]:
            kind = self._check(argument)
            if kind not in ("list", "any"):
                raise self._wrong(argument, kind, "a column")
        return self._numeric(arguments[2:])

    # --- closures

    def build(self, numbers: Numbers) -> _Closure:
        """Return the recipe of the tree for one arithmetic."""
        return self._build(self.tree, numbers)

    def _build(self, node: Node, n: Numbers) -> _Closure:
        if self.table and isinstance(node, Call) and self._same_for_all_rows(node):
            return _once(id(node), self._build_call(node, n))
        if isinstance(node, Number):
            constant = n.const(node.value)
            return lambda scope: constant
        if isinstance(node, Text):
            text = node.value
            return lambda scope: text
        if isinstance(node, Name):
            return self._build_name(node, n)
        if isinstance(node, Negate):
            return _map(n, n.negate, self._build(node.operand, n))
        if isinstance(node, Add):
            return self._build_add(node, n)
        if isinstance(node, Mul):
            return self._build_mul(node, n)
        if isinstance(node, Power):
            base, exponent = self._build(node.base, n), self._build(node.exponent, n)
            power = _pair(n, n.power)
            return lambda scope: power(base(scope), exponent(scope))
        if isinstance(node, Compare):
            return self._build_compare(node, n)
        if isinstance(node, Logic):
            return self._build_logic(node, n)
        if isinstance(node, Not):
            operand = self._build(node.operand, n)
            return lambda scope: n.negation(_truth(n, operand(scope)))
        return self._build_call(node, n)

    def _same_for_all_rows(self, node: Call) -> bool:
        """Tell whether a part of a column's formula looks at whole columns only."""
        for part in walk(node):
            if isinstance(part, Call) and _function(part) in (
                "previous",
                "next",
                "row",
            ):
                return False
            if (
                isinstance(part, Name)
                and (part.name in self.names.kinds or part.name not in CONSTANTS)
                and self.names.resolve(part, self.table).how == "same"
                and not self._names_a_column(node, part)
            ):
                return False
        return True

    @staticmethod
    def _names_a_column(node: Call, part: Name) -> bool:
        return any(
            isinstance(call, Call)
            and _function(call) in ("column", "first", "last")
            and call.arguments[0] is part
            for call in walk(node)
        )

    def _build_name(self, node: Name, n: Numbers) -> _Closure:
        if node.name in self.names.kinds or node.name not in CONSTANTS:
            ref = self.names.resolve(node, self.table)
            name = ref.name
            if ref.how == "same":
                return lambda scope: scope.same(name)
            if ref.how == "whole":
                return lambda scope: scope.whole(name)
            return lambda scope: scope.scalar(name)
        if node.name == "pi":
            constant: Any = n.pi()
        elif node.name in VERDICTS:
            constant = node.name
        else:
            constant = node.name == "true"
        return lambda scope: constant

    def _build_add(self, node: Add, n: Numbers) -> _Closure:
        add, subtract = _pair(n, n.add), _pair(n, n.subtract)
        first = self._build(node.terms[0][1], n)
        rest = [
            (add if sign > 0 else subtract, self._build(term, n))
            for sign, term in node.terms[1:]
        ]

        def total(scope: _Scope) -> Any:
            result = first(scope)
            for operation, term in rest:
                result = operation(result, term(scope))
            return result

        return total

    def _build_mul(self, node: Mul, n: Numbers) -> _Closure:
        multiply, divide = _pair(n, n.multiply), _pair(n, n.divide)
        first = self._build(node.factors[0][1], n)
        rest = [
            (multiply if sign == "*" else divide, self._build(factor, n))
            for sign, factor in node.factors[1:]
        ]

        def product(scope: _Scope) -> Any:
            result = first(scope)
            for operation, factor in rest:
                result = operation(result, factor(scope))
            return result

        return product

    def _build_compare(self, node: Compare, n: Numbers) -> _Closure:
        first = self._build(node.first, n)
        rest = [(sign, self._build(operand, n)) for sign, operand in node.rest]

        def compare(scope: _Scope) -> Any:
            left = first(scope)
            answers = []
            for sign, operand in rest:
                right = operand(scope)
                answers.append(_compare(n, sign, left, right))
                left = right
            return answers[0] if len(answers) == 1 else n.all_of(answers)

        return compare

    def _build_logic(self, node: Logic, n: Numbers) -> _Closure:
        operands = [self._build(operand, n) for operand in node.operands]
        stop: bool = node.operator == "or"
        if not n.lazy_if:
            join = n.any_of if stop else n.all_of
            return lambda scope: join(
                [_truth(n, operand(scope)) for operand in operands]
            )

        def logic(scope: _Scope) -> bool:
            for operand in operands:
                if bool(_truth(n, operand(scope))) == stop:
                    return stop
            return not stop

        return logic

    def _build_call(self, node: Call, n: Numbers) -> _Closure:
        function = _function(node)
        if function in ("previous", "next", "first", "last", "column"):
            return self._build_neighbour(function, node, n)
        if function == "row":
            return lambda scope: n.const(Fraction(scope.row + 1))
        if function in ("given", "count"):
            return self._build_given(function, node, n)
        arguments = [self._build(argument, n) for argument in node.arguments]
        if function in _ELEMENTARY:
            return _map(n, n.functions[function], arguments[0])
        if function == "if":
            return self._build_if(arguments, n)
        if function in ("round_to", "round_up"):
            mode = "half_even" if function == "round_to" else "up"
            rounding = _pair(n, lambda x, interval: n.round_to(x, interval, mode))
            return lambda scope: rounding(arguments[0](scope), arguments[1](scope))
        if function == "atan2":
            angle = _pair(n, n.atan2)
            return lambda scope: angle(arguments[0](scope), arguments[1](scope))
        if function == "item":
            return lambda scope: _item(n, arguments[0](scope), arguments[1](scope))
        if function == "interpolate":
            return _build_interpolate(arguments, n)
        if function in ("slope", "intercept", "correlation"):
            return _build_line(function, arguments, n)
        aggregate = {
            "sum": n.total,
            "mean": n.mean,
            "median": n.median,
            "stdev": n.stdev,
            "variance": n.variance,
            "range": lambda items: n.subtract(n.maximum(items), n.minimum(items)),
            "max": n.maximum,
            "min": n.minimum,
            "rss": n.rss,
        }[function]
        return lambda scope: aggregate(_flat(n, [a(scope) for a in arguments]))

    def _build_if(self, arguments: list[_Closure], n: Numbers) -> _Closure:
        condition, one, two = arguments
        if n.lazy_if:
            return lambda scope: (
                one(scope) if _truth(n, condition(scope)) else two(scope)
            )
        return lambda scope: n.choose(
            _truth(n, condition(scope)), one(scope), two(scope)
        )

    def _build_neighbour(self, function: str, node: Call, n: Numbers) -> _Closure:
        name = self._named_column(function, node.arguments[0]).name
        if function == "column":
            return lambda scope: scope.whole(name)
        if function in ("first", "last"):
            return lambda scope: scope.edge(name, function == "last")
        step = -1 if function == "previous" else 1
        edge = self._build(node.arguments[1], n) if len(node.arguments) > 1 else None

        def neighbour(scope: _Scope) -> Any:
            row = scope.row + step
            if 0 <= row < scope.rows(name):
                return scope.at(name, row)
            if edge is None:
                raise EvaluationError(
                    "no_neighbour",
                    "row {row} has no {which} row; give {which}() a second argument",
                    row=scope.row + 1,
                    which=function,
                )
            return edge(scope)

        return neighbour

    def _build_given(self, function: str, node: Call, n: Numbers) -> _Closure:
        refs = [
            self.names.resolve(argument, self.table)
            for argument in node.arguments
            if isinstance(argument, Name)
        ]

        def raw(scope: _Scope) -> list[Any]:
            values: list[Any] = []
            for ref in refs:
                value = scope.values[ref.name]
                if ref.how == "same":
                    value = value[scope.row]
                if isinstance(value, list):
                    for item in value:
                        values.extend(item if isinstance(item, list) else [item])
                else:
                    values.append(value)
            return values

        if function == "given":
            return lambda scope: (
                bool(values := raw(scope))
                and all(value is not None for value in values)
            )
        return lambda scope: n.const(
            Fraction(sum(value is not None for value in raw(scope)))
        )


def _refuse_kind(value: Any) -> EvaluationError:
    kind = (
        "a truth value"
        if isinstance(value, bool)
        else "a text"
        if isinstance(value, str)
        else "a whole column"
        if isinstance(value, list)
        else f"a {type(value).__name__}"
    )
    return EvaluationError(
        "wrong_kind", "{kind} stands where a number is needed", kind=kind
    )


def _pair(
    n: Numbers, operation: Callable[[Any, Any], Any]
) -> Callable[[Any, Any], Any]:
    """Lift an operation of two numbers to columns, element by element."""
    types = n.types

    def apply(one: Any, two: Any) -> Any:
        if isinstance(one, types) and isinstance(two, types):
            return operation(one, two)
        if isinstance(one, list) and isinstance(two, list):
            if len(one) != len(two):
                raise EvaluationError(
                    "lengths",
                    "columns of {one} and {two} rows do not match",
                    one=len(one),
                    two=len(two),
                )
            return [apply(a, b) for a, b in zip(one, two, strict=True)]
        if isinstance(one, list):
            return [apply(a, two) for a in one]
        if isinstance(two, list):
            return [apply(one, b) for b in two]
        raise _refuse_kind(two if isinstance(one, types) else one)

    return apply


def _map(n: Numbers, operation: Callable[[Any], Any], argument: _Closure) -> _Closure:
    types = n.types

    def apply(value: Any) -> Any:
        if isinstance(value, types):
            return operation(value)
        if isinstance(value, list):
            return [apply(item) for item in value]
        raise _refuse_kind(value)

    return lambda scope: apply(argument(scope))


def _truth(n: Numbers, value: Any) -> Any:
    if isinstance(value, bool) or (
        not n.lazy_if and not isinstance(value, (str, list))
    ):
        return value
    raise EvaluationError("not_a_condition", "a condition is needed here")


def _compare(n: Numbers, sign: str, one: Any, two: Any) -> Any:
    if n.is_number(one) and n.is_number(two):
        return n.compare(sign, one, two)
    for kind in (str, bool):
        if isinstance(one, kind) and isinstance(two, kind) and sign in ("==", "!="):
            return (one == two) is (sign == "==")
    raise EvaluationError(
        "compare_kinds", "these two values cannot be compared with {sign}", sign=sign
    )


def _once(key: int, closure: _Closure) -> _Closure:
    """Compute what is the same for all rows once per evaluation."""

    def remembered(scope: _Scope) -> Any:
        if key not in scope.memo:
            scope.memo[key] = closure(scope)
        return scope.memo[key]

    return remembered


def _flat(n: Numbers, values: list[Any]) -> list[Any]:
    if len(values) == 1 and isinstance(values[0], Readings) and values[0]:
        return values[0]
    items: list[Any] = []
    stack = values[::-1]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed(value))
        elif n.is_number(value):
            items.append(value)
        else:
            raise _refuse_kind(value)
    if not items:
        raise _Missing
    return items


def _item(n: Numbers, values: Any, index: Any) -> Any:
    if not isinstance(values, list):
        raise EvaluationError("needs_list", "item() needs a column or readings")
    number = float(n.plain_value(index))
    if not number.is_integer() or not 1 <= number <= len(values):
        raise EvaluationError(
            "no_item",
            "there is no item {index} in {length} values",
            index=f"{number:g}",
            length=len(values),
        )
    return values[int(number) - 1]


def _build_interpolate(arguments: list[_Closure], n: Numbers) -> _Closure:
    if len(arguments) == 3:
        xs, ys, x = arguments
        return lambda scope: n.interpolate(
            _flat(n, [xs(scope)]), _flat(n, [ys(scope)]), x(scope)
        )
    table, x = arguments

    def interpolate(scope: _Scope) -> Any:
        curve, value = table(scope), x(scope)
        if isinstance(value, list):
            return [n.curve(curve, item) for item in value]
        if not n.is_number(value):
            raise _refuse_kind(value)
        return n.curve(curve, value)

    return interpolate


def _build_line(function: str, arguments: list[_Closure], n: Numbers) -> _Closure:
    xs, ys = arguments
    if function == "correlation":
        return lambda scope: n.correlation(_flat(n, [xs(scope)]), _flat(n, [ys(scope)]))
    index = 0 if function == "intercept" else 1
    return lambda scope: n.line(_flat(n, [xs(scope)]), _flat(n, [ys(scope)]))[index]


class _Scope:
    """The values a formula sees, and the row it is computed for."""

    __slots__ = ("checked", "memo", "row", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.row = 0
        self.checked: dict[str, Exception | None] = {}
        self.memo: dict[int, Any] = {}

    def _use(self, value: Any, name: str) -> Any:
        if value is None:
            raise _Missing
        if value is _FAILED:
            raise _DependsOnFailure(name)
        if value.__class__ is Readings and (not value or None in value):
            raise _Missing
        return value

    def scalar(self, name: str) -> Any:
        return self._use(self.values[name], name)

    def same(self, name: str) -> Any:
        return self._use(self.values[name][self.row], name)

    def at(self, name: str, row: int) -> Any:
        return self._use(self.values[name][row], name)

    def edge(self, name: str, last: bool) -> Any:
        if not self.values[name]:
            raise _Missing
        return self._use(self.values[name][-1 if last else 0], name)

    def rows(self, name: str) -> int:
        return len(self.values[name])

    def whole(self, name: str) -> list[Any]:
        column: list[Any] = self.values[name]
        if name not in self.checked:
            self.checked[name] = None if column else _Missing()
            try:
                for value in column:
                    self._use(value, name)
            except (_Missing, _DependsOnFailure) as error:
                self.checked[name] = error
        problem = self.checked[name]
        if problem is not None:
            raise problem
        return column


# --------------------------------------------------------------------- program


@dataclass(frozen=True)
class _Step:
    """Cells computed together: one scalar, or columns of one table row by row."""

    cells: tuple[str, ...]
    backward: bool = False


class Program:
    """Compiled formulas: what :func:`compile_formulas` returns."""

    def __init__(
        self,
        formulas: Mapping[str, str],
        declared: Mapping[str, str],
        builders: Mapping[str, _Builder],
        steps: list[_Step],
    ) -> None:
        self.formulas = dict(formulas)
        self.declared = dict(declared)
        self._builders = dict(builders)
        self._steps = steps
        self._exact = numbers_for("exact")
        self._recipes: dict[str, _Closure] = {}
        self._parts = {
            cell: sum(1 for _ in walk(builder.tree))
            for cell, builder in builders.items()
        }
        self.order: tuple[str, ...] = tuple(
            cell for step in steps for cell in step.cells
        )
        self.dependencies: dict[str, set[str]] = {
            cell: {ref.name for ref in builder.references}
            for cell, builder in builders.items()
        }
        self.fingerprint = hashlib.sha256(
            json.dumps(
                {
                    "engine": ENGINE_VERSION,
                    "formulas": self.formulas,
                    "declared": self.declared,
                },
                sort_keys=True,
                ensure_ascii=False,
            ).encode()
        ).hexdigest()

    def kind(self, cell: str) -> str:
        """Return what a cell gives: number, bool, text or any."""
        return self._builders[cell].kind

    def evaluate(
        self,
        values: Mapping[str, Any],
        domain: str = "exact",
        rows: Mapping[str, int] | None = None,
    ) -> Evaluation:
        """Compute all cells.

        :param values: typed values by name; a column is a list with one item per row;
            None and "" are empty; names that are not declared are ignored
        :param domain: ``exact``, ``uncertain`` or ``numpy``
        :param rows: number of rows of tables without any given column
        :returns: an :class:`Evaluation`; bad values are errors in it, with their cell
        :raises EvaluationError: for another domain, or more than 10 000 rows
        """
        # exact numbers have no state: their recipes are made once for the program
        numbers = self._exact if domain == "exact" else numbers_for(domain)
        errors: list[CellError] = []
        missing: set[tuple[str, int | None]] = set()
        store, sizes = self._inputs(values, numbers, dict(rows or {}), errors)
        self._check_work(sizes)
        scope = _Scope(store)
        with numbers.quiet():
            self._compute(scope, numbers, sizes, errors, missing)
        outcome = {
            cell: [None if item is _FAILED else item for item in store[cell]]
            if "." in cell
            else (None if store[cell] is _FAILED else store[cell])
            for cell in self.order
        }
        return Evaluation(domain, outcome, errors, missing, self.fingerprint)

    def _compute(
        self,
        scope: _Scope,
        numbers: Numbers,
        sizes: Mapping[str, int],
        errors: list[CellError],
        missing: set[tuple[str, int | None]],
    ) -> None:
        """Fill the store step by step."""
        store = scope.values
        for step in self._steps:
            closures = [
                (cell, self._finished(self._closure(cell, numbers), numbers))
                for cell in step.cells
            ]
            name = step.cells[0]
            if "." not in name:
                store[name] = self._run(
                    closures[0][1], scope, name, None, errors, missing
                )
                continue
            count = sizes[name.partition(".")[0]]
            for cell in step.cells:
                store[cell] = [None] * count
            for row in range(count - 1, -1, -1) if step.backward else range(count):
                scope.row = row
                for cell, closure in closures:
                    store[cell][row] = self._run(
                        closure, scope, cell, row, errors, missing
                    )

    def _check_work(self, sizes: Mapping[str, int]) -> None:
        """Refuse what would keep a worker busy: parts of formulas times rows."""
        work = 0
        for cell, parts in self._parts.items():
            table, dot, _ = cell.partition(".")
            work += parts * (sizes[table] if dot else 1)
        if work > MAX_WORK:
            raise EvaluationError(
                "too_much_work",
                "{work} parts are to be computed, at most {limit} are allowed",
                work=work,
                limit=MAX_WORK,
            )

    def _closure(self, cell: str, numbers: Numbers) -> _Closure:
        if numbers is not self._exact:
            return self._builders[cell].build(numbers)
        if cell not in self._recipes:
            self._recipes[cell] = self._builders[cell].build(numbers)
        return self._recipes[cell]

    @staticmethod
    def _finished(closure: _Closure, numbers: Numbers) -> _Closure:
        if numbers.name == "exact":
            return closure
        return lambda scope: numbers.finish(closure(scope))

    # --- inputs

    def _inputs(
        self,
        values: Mapping[str, Any],
        numbers: Numbers,
        rows: dict[str, int],
        errors: list[CellError],
    ) -> tuple[dict[str, Any], dict[str, int]]:
        given = {}
        for key, value in values.items():
            name = str(key)
            if name not in self.declared:
                name = unicodedata.normalize("NFKC", name).strip()
            if name in self.declared:
                given[name] = value
        for name in [*self.declared, *self.order]:
            if "." in name:
                table = name.partition(".")[0]
                rows.setdefault(table, 0)
                column = given.get(name)
                if isinstance(column, (list, tuple)):
                    rows[table] = max(rows[table], len(column))
        for table, count in rows.items():
            if count > MAX_ROWS:
                raise EvaluationError(
                    "too_many_rows",
                    "table '{table}' has {count} rows, at most {limit} are computed",
                    table=table,
                    count=count,
                    limit=MAX_ROWS,
                )
        store: dict[str, Any] = {}
        for name, kind in self.declared.items():
            value = given.get(name)
            if "." not in name:
                store[name] = self._input(value, kind, numbers, name, None, errors)
                continue
            count = rows[name.partition(".")[0]]
            if value is None:
                value = []
            elif not isinstance(value, (list, tuple)):
                errors.append(
                    CellError(
                        name, None, "not_a_column", "a column needs a list of values"
                    )
                )
                store[name] = [_FAILED] * count
                continue
            column = [
                self._input(item, kind, numbers, name, row, errors)
                for row, item in enumerate(value)
            ]
            store[name] = column + [None] * (count - len(column))
        return store, rows

    def _input(
        self,
        value: Any,
        kind: str,
        numbers: Numbers,
        name: str,
        row: int | None,
        errors: list[CellError],
    ) -> Any:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            if kind == "number":
                return numbers.number(value)
            if kind == "readings":
                if not isinstance(value, (list, tuple)):
                    value = [value]
                return numbers.readings(
                    [
                        None
                        if item is None or (isinstance(item, str) and not item.strip())
                        else numbers.number(item)
                        for item in value
                    ]
                )
            if kind == "curve" and not isinstance(value, Curve):
                return Curve.from_data(value)
            wanted: type = {"text": str, "bool": bool, "curve": Curve}[kind]
            if not isinstance(value, wanted):
                raise TypeError(f"{value!r} is not a {kind}")
            return value
        except EngineError as error:
            errors.append(
                CellError(name, row, error.code, error.cause, dict(error.params))
            )
        except (TypeError, ArithmeticError) as error:
            errors.append(CellError(name, row, "wrong_kind", str(error)))
        return _FAILED

    # --- one cell

    def _run(
        self,
        closure: _Closure,
        scope: _Scope,
        cell: str,
        row: int | None,
        errors: list[CellError],
        missing: set[tuple[str, int | None]],
    ) -> Any:
        try:
            value = closure(scope)
            if isinstance(value, (list, Curve)):
                raise EvaluationError(
                    "whole_column",
                    "the formula gives a whole column; use mean, max, item or another "
                    "function of a column",
                )
            return value
        except _Missing:
            missing.add((cell, row))
            return None
        except _DependsOnFailure as error:
            errors.append(
                CellError(
                    cell,
                    row,
                    "depends_on_error",
                    f"'{error.cell}' has no value because of an error",
                    {"name": error.cell},
                )
            )
        except EngineError as error:
            errors.append(
                CellError(cell, row, error.code, error.cause, dict(error.params))
            )
        except OverflowError:
            errors.append(
                CellError(
                    cell,
                    row,
                    "out_of_range",
                    "a value outside the range of floating point",
                )
            )
        except (ArithmeticError, ValueError, RuntimeError) as error:
            errors.append(
                CellError(cell, row, "arithmetic", f"not computable: {error}")
            )
        return _FAILED


# ------------------------------------------------------------------- compiling


def _declare(declared: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    pairs = (
        declared.items()
        if isinstance(declared, Mapping)
        else [(name, "number") for name in declared]
    )
    result: dict[str, str] = {}
    for name, kind in pairs:
        if kind not in KINDS:
            raise FormulaError(
                "unknown_kind",
                "'{name}' is declared as {kind!r}, which is none of {known}",
                name=name,
                kind=kind,
                known=", ".join(KINDS),
            )
        folded = _own_name(name)
        if folded in result:
            raise FormulaError("twice", "'{name}' is declared twice", name=name)
        result[folded] = kind
    return result


def _own_name(name: str) -> str:
    folded = normalise_name(name)
    last = folded.rpartition(".")[2]
    reserved = last.lower()
    if reserved in FUNCTIONS or last in CONSTANTS or (reserved in ("and", "or", "not")):
        raise FormulaError(
            "reserved_name",
            "'{name}' is a word of the language and cannot name a cell",
            name=name,
        )
    return folded


def check_formulas(
    cells: Mapping[str, str], declared: Mapping[str, str] | Iterable[str]
) -> list[FormulaError]:
    """Return all errors of a set of formulas, for the designer of a template.

    :param cells: formula text by cell name; :param declared: kind by name, or names
    :returns: errors with cell, position and cause; a cycle is named a -> b -> a
    :raises: nothing; all that is wrong is in the list (ISO/IEC 17025 7.11.2: software is
        checked before use)

    >>> [str(error) for error in check_formulas({"a": "b + 1", "b": "a", "c": "2x"}, [])]
    ["cell 'c', position 2: an operator is missing before 'x'", \
"cell 'a': a -> b -> a refer to each other"]
    """
    return _compile(cells, declared)[1]


def compile_formulas(
    cells: Mapping[str, str], declared: Mapping[str, str] | Iterable[str]
) -> Program:
    """Compile formulas of a record.

    :param cells: formula text by name; ``table.column`` is computed for every row
    :param declared: kind of every input by name: number, readings, text, bool, curve;
        or names alone (numbers)
    :raises FormulaError: the first error, with cell, position and cause
    :returns: a :class:`Program`; units are the caller's (ISO/IEC 17025 7.11)

    >>> compile_formulas({"y": "2 × x"}, ["x"]).evaluate({"x": "0.1"}).values
    {'y': Fraction(1, 5)}
    >>> compile_formulas({"y": "9**9**9"}, []).evaluate({}).errors[0].cause
    'an exponent beyond ±1000 is not computed'
    """
    program, errors = _compile(cells, declared)
    if errors:
        raise errors[0]
    assert program is not None
    return program


def _compile(
    cells: Mapping[str, str], declared: Mapping[str, str] | Iterable[str]
) -> tuple[Program | None, list[FormulaError]]:
    errors: list[FormulaError] = []
    if len(cells) > MAX_CELLS:
        return None, [
            FormulaError(
                "too_many_cells",
                "{count} formulas are more than {limit}",
                count=len(cells),
                limit=MAX_CELLS,
            )
        ]
    try:
        kinds = _declare(declared)
    except FormulaError as error:
        return None, [error]
    trees: dict[str, Node] = {}
    formulas: dict[str, str] = {}
    for cell, text in cells.items():
        try:
            name = _own_name(cell)
            if name in kinds or name in formulas:
                raise FormulaError("twice", "'{name}' is declared twice", name=cell)
            formulas[name] = text
            trees[name] = parse(text)
        except FormulaError as error:
            errors.append(error.at(str(cell)))
        except TypeError as error:
            errors.append(FormulaError("not_a_text", str(error), cell=str(cell)))
    names = _Names(kinds, formulas)
    builders: dict[str, _Builder] = {}
    for name, tree in trees.items():
        try:
            table = name.partition(".")[0] if "." in name else None
            builder = _Builder(tree, names, table)
            if builder.kind in ("list", "curve"):
                raise FormulaError(
                    "whole_column",
                    "the formula gives a whole column; use mean, max, item or another "
                    "function of a column",
                )
            builders[name] = builder
        except FormulaError as error:
            errors.append(error.at(name))
    steps = _arrange(builders, errors)
    if errors:
        return None, errors
    # now the kinds of the cells are known, in computing order: check once more
    for step in steps:
        for name in step.cells:
            try:
                builder = builders[name]
                again = _Builder(builder.tree, names, builder.table)
                builders[name] = again
                names.kinds[name] = "cell" if again.kind == "any" else again.kind
            except FormulaError as error:
                errors.append(error.at(name))
    if errors:
        return None, errors
    return Program(formulas, kinds, builders, steps), []


def _arrange(
    builders: Mapping[str, _Builder], errors: list[FormulaError]
) -> list[_Step]:
    """Order the cells; columns that look at each other's neighbours go row by row."""
    graph = {
        cell: [ref for ref in builder.references if ref.name in builders]
        for cell, builder in builders.items()
    }
    steps: list[_Step] = []
    for group in _components(graph):
        inside = set(group)
        edges = [
            (cell, ref) for cell in group for ref in graph[cell] if ref.name in inside
        ]
        if not edges:
            steps.append(_Step((group[0],)))
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
                steps.append(_Step(tuple(part[0] for part in inner), "next" in hows))
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


def _components(graph: Mapping[str, list[_Ref]]) -> list[list[str]]:
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
    group: list[str], graph: Mapping[str, list[_Ref]], inside: set[str]
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


# ----------------------------------------------------------------------- model


class Model:
    """One expression of scalar quantities: the model of a measurement."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        self.text = text
        kinds = _declare(names)
        self._builder = _Builder(parse(text), _Names(kinds, ()), None)
        if self._builder.kind not in ("number", "any"):
            raise FormulaError("not_a_number", "a model must give a number")
        self.names: tuple[str, ...] = tuple(
            dict.fromkeys(ref.name for ref in self._builder.references)
        )
        self.declared = tuple(kinds)
        self.fingerprint = hashlib.sha256(
            json.dumps([ENGINE_VERSION, text, list(kinds)], ensure_ascii=False).encode()
        ).hexdigest()

    def evaluate(
        self,
        values: Mapping[str, Any],
        domain: str = "exact",
        numbers: Numbers | None = None,
    ) -> Any:
        """Compute the expression.

        :param values: a value of the domain for every name of the model
        :raises EvaluationError: when a value is missing or the model is not defined
        """
        n = numbers or numbers_for(domain)
        store: dict[str, Any] = {}
        for name in self.names:
            if values.get(name) is None:
                raise EvaluationError(
                    "missing_value", "'{name}' has no value", name=name
                )
            store[name] = n.number(values[name])
        try:
            with n.quiet():
                return n.finish(self._builder.build(n)(_Scope(store)))
        except EngineError:
            raise
        except OverflowError:
            raise EvaluationError(
                "out_of_range", "a value outside the range of floating point"
            ) from None
        except (ArithmeticError, ValueError, RuntimeError) as error:
            raise EvaluationError(
                "arithmetic", "not computable: {error}", error=error
            ) from error

    def has_functions(self) -> bool:
        """Tell whether the model leaves rational arithmetic."""
        return any(isinstance(node, (Call, Power)) for node in walk(self._builder.tree))


def compile_model(text: str, names: Iterable[str]) -> Model:
    """Compile one expression of scalar quantities.

    :param text: for example ``"mS + dD + dm"``; :param names: the quantities it may use
    :raises FormulaError: with position and cause
    :returns: a :class:`Model`, the measurement model y = f(x) of JCGM 100 4.1

    >>> compile_model("V / I", ["V", "I"]).evaluate({"V": "5", "I": "0.1"})
    Fraction(50, 1)
    """
    return Model(text, names)
