# SPDX-License-Identifier: AGPL-3.0-only
"""Checked trees and the recipes (closures) they become for one arithmetic.

A :class:`Builder` checks a tree against the names, once, and builds a closure for each
arithmetic from it; a :class:`Scope` holds the values the closures look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from .errors import EvaluationError, FormulaError
from .formula_language import (
    AGGREGATES,
    CONSTANTS,
    ELEMENTARY,
    VERDICTS,
    Names,
    Ref,
    function_of,
)
from .formula_numbers import Numbers, Readings
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
    walk,
)

__all__ = ["FAILED", "Builder", "Closure", "DependsOnFailure", "Missing", "Scope"]


class Failure:
    """Stands in the place of a value that could not be computed."""


FAILED = Failure()


class Missing(Exception):
    """A value the formula needs has not been entered."""


class DependsOnFailure(Exception):
    """A value the formula needs could not be computed."""

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


Closure = Callable[["Scope"], Any]


class Builder:
    """Check one tree against the names and turn it into a recipe.

    ``references`` collects what the formula looks at; :meth:`build` makes the closures
    of one arithmetic. Both walk the same checked tree.
    """

    def __init__(self, tree: Node, names: Names, table: str | None) -> None:
        self.tree, self.names, self.table = tree, names, table
        self.references: list[Ref] = []
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

    def _named_column(self, function: str, node: Node) -> Ref:
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
        function = function_of(node)
        arguments = node.arguments
        if function in ELEMENTARY or function in ("round_to", "round_up", "atan2"):
            return self._numeric(arguments)
        if function in AGGREGATES or function in ("slope", "intercept", "correlation"):
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
            self.references.append(Ref(ref.name, function))
            kind = self.names.kinds[ref.name]
            for argument in arguments[1:]:
                self._check(argument)
            return "list" if kind == "readings" else "any" if kind == "cell" else kind
        ref = self._named_column(function, arguments[0])
        self.references.append(Ref(ref.name, "whole"))
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

    def build(self, numbers: Numbers) -> Closure:
        """Return the recipe of the tree for one arithmetic."""
        return self._build(self.tree, numbers)

    def _build(self, node: Node, n: Numbers) -> Closure:
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
            if isinstance(part, Call) and function_of(part) in (
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
            and function_of(call) in ("column", "first", "last")
            and call.arguments[0] is part
            for call in walk(node)
        )

    def _build_name(self, node: Name, n: Numbers) -> Closure:
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

    def _build_add(self, node: Add, n: Numbers) -> Closure:
        add, subtract = _pair(n, n.add), _pair(n, n.subtract)
        first = self._build(node.terms[0][1], n)
        rest = [
            (add if sign > 0 else subtract, self._build(term, n))
            for sign, term in node.terms[1:]
        ]

        def total(scope: Scope) -> Any:
            result = first(scope)
            for operation, term in rest:
                result = operation(result, term(scope))
            return result

        return total

    def _build_mul(self, node: Mul, n: Numbers) -> Closure:
        multiply, divide = _pair(n, n.multiply), _pair(n, n.divide)
        first = self._build(node.factors[0][1], n)
        rest = [
            (multiply if sign == "*" else divide, self._build(factor, n))
            for sign, factor in node.factors[1:]
        ]

        def product(scope: Scope) -> Any:
            result = first(scope)
            for operation, factor in rest:
                result = operation(result, factor(scope))
            return result

        return product

    def _build_compare(self, node: Compare, n: Numbers) -> Closure:
        first = self._build(node.first, n)
        rest = [(sign, self._build(operand, n)) for sign, operand in node.rest]

        def compare(scope: Scope) -> Any:
            left = first(scope)
            answers = []
            for sign, operand in rest:
                right = operand(scope)
                answers.append(_compare(n, sign, left, right))
                left = right
            return answers[0] if len(answers) == 1 else n.all_of(answers)

        return compare

    def _build_logic(self, node: Logic, n: Numbers) -> Closure:
        operands = [self._build(operand, n) for operand in node.operands]
        stop: bool = node.operator == "or"
        if not n.lazy_if:
            join = n.any_of if stop else n.all_of
            return lambda scope: join(
                [_truth(n, operand(scope)) for operand in operands]
            )

        def logic(scope: Scope) -> bool:
            for operand in operands:
                if bool(_truth(n, operand(scope))) == stop:
                    return stop
            return not stop

        return logic

    def _build_call(self, node: Call, n: Numbers) -> Closure:
        function = function_of(node)
        if function in ("previous", "next", "first", "last", "column"):
            return self._build_neighbour(function, node, n)
        if function == "row":
            return lambda scope: n.const(Fraction(scope.row + 1))
        if function in ("given", "count"):
            return self._build_given(function, node, n)
        arguments = [self._build(argument, n) for argument in node.arguments]
        if function in ELEMENTARY:
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

    def _build_if(self, arguments: list[Closure], n: Numbers) -> Closure:
        condition, one, two = arguments
        if n.lazy_if:
            return lambda scope: (
                one(scope) if _truth(n, condition(scope)) else two(scope)
            )
        return lambda scope: n.choose(
            _truth(n, condition(scope)), one(scope), two(scope)
        )

    def _build_neighbour(self, function: str, node: Call, n: Numbers) -> Closure:
        name = self._named_column(function, node.arguments[0]).name
        if function == "column":
            return lambda scope: scope.whole(name)
        if function in ("first", "last"):
            return lambda scope: scope.edge(name, function == "last")
        step = -1 if function == "previous" else 1
        edge = self._build(node.arguments[1], n) if len(node.arguments) > 1 else None

        def neighbour(scope: Scope) -> Any:
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

    def _build_given(self, function: str, node: Call, n: Numbers) -> Closure:
        refs = [
            self.names.resolve(argument, self.table)
            for argument in node.arguments
            if isinstance(argument, Name)
        ]

        def raw(scope: Scope) -> list[Any]:
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


def _map(n: Numbers, operation: Callable[[Any], Any], argument: Closure) -> Closure:
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


def _once(key: int, closure: Closure) -> Closure:
    """Compute what is the same for all rows once per evaluation."""

    def remembered(scope: Scope) -> Any:
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
        raise Missing
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


def _build_interpolate(arguments: list[Closure], n: Numbers) -> Closure:
    if len(arguments) == 3:
        xs, ys, x = arguments
        return lambda scope: n.interpolate(
            _flat(n, [xs(scope)]), _flat(n, [ys(scope)]), x(scope)
        )
    table, x = arguments

    def interpolate(scope: Scope) -> Any:
        curve, value = table(scope), x(scope)
        if isinstance(value, list):
            return [n.curve(curve, item) for item in value]
        if not n.is_number(value):
            raise _refuse_kind(value)
        return n.curve(curve, value)

    return interpolate


def _build_line(function: str, arguments: list[Closure], n: Numbers) -> Closure:
    xs, ys = arguments
    if function == "correlation":
        return lambda scope: n.correlation(_flat(n, [xs(scope)]), _flat(n, [ys(scope)]))
    index = 0 if function == "intercept" else 1
    return lambda scope: n.line(_flat(n, [xs(scope)]), _flat(n, [ys(scope)]))[index]


class Scope:
    """The values a formula sees, and the row it is computed for."""

    __slots__ = ("checked", "memo", "row", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.row = 0
        self.checked: dict[str, Exception | None] = {}
        self.memo: dict[int, Any] = {}

    def _use(self, value: Any, name: str) -> Any:
        if value is None:
            raise Missing
        if value is FAILED:
            raise DependsOnFailure(name)
        if value.__class__ is Readings and (not value or None in value):
            raise Missing
        return value

    def scalar(self, name: str) -> Any:
        return self._use(self.values[name], name)

    def same(self, name: str) -> Any:
        return self._use(self.values[name][self.row], name)

    def at(self, name: str, row: int) -> Any:
        return self._use(self.values[name][row], name)

    def edge(self, name: str, last: bool) -> Any:
        if not self.values[name]:
            raise Missing
        return self._use(self.values[name][-1 if last else 0], name)

    def rows(self, name: str) -> int:
        return len(self.values[name])

    def whole(self, name: str) -> list[Any]:
        column: list[Any] = self.values[name]
        if name not in self.checked:
            self.checked[name] = None if column else Missing()
            try:
                for value in column:
                    self._use(value, name)
            except (Missing, DependsOnFailure) as error:
                self.checked[name] = error
        problem = self.checked[name]
        if problem is not None:
            raise problem
        return column
