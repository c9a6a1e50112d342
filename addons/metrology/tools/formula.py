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

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .errors import EngineError, EvaluationError, FormulaError
from .formula_build import FAILED, Builder, Closure, DependsOnFailure, Missing, Scope
from .formula_language import CONSTANTS, FUNCTIONS, Names
from .formula_numbers import Curve, Numbers, numbers_for
from .formula_order import Step, arrange
from .formula_syntax import Call, Node, Power, normalise_name, parse, walk
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


# --------------------------------------------------------------------- program


class Program:
    """Compiled formulas: what :func:`compile_formulas` returns."""

    def __init__(
        self,
        formulas: Mapping[str, str],
        declared: Mapping[str, str],
        builders: Mapping[str, Builder],
        steps: list[Step],
    ) -> None:
        self.formulas = dict(formulas)
        self.declared = dict(declared)
        self._builders = dict(builders)
        self._steps = steps
        self._exact = numbers_for("exact")
        self._recipes: dict[str, Closure] = {}
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
        scope = Scope(store)
        with numbers.quiet():
            self._compute(scope, numbers, sizes, errors, missing)
        outcome = {
            cell: [None if item is FAILED else item for item in store[cell]]
            if "." in cell
            else (None if store[cell] is FAILED else store[cell])
            for cell in self.order
        }
        return Evaluation(domain, outcome, errors, missing, self.fingerprint)

    def _compute(
        self,
        scope: Scope,
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

    def _closure(self, cell: str, numbers: Numbers) -> Closure:
        if numbers is not self._exact:
            return self._builders[cell].build(numbers)
        if cell not in self._recipes:
            self._recipes[cell] = self._builders[cell].build(numbers)
        return self._recipes[cell]

    @staticmethod
    def _finished(closure: Closure, numbers: Numbers) -> Closure:
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
                store[name] = [FAILED] * count
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
        return FAILED

    # --- one cell

    def _run(
        self,
        closure: Closure,
        scope: Scope,
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
        except Missing:
            missing.add((cell, row))
            return None
        except DependsOnFailure as error:
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
        return FAILED


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
    names = Names(kinds, formulas)
    builders: dict[str, Builder] = {}
    for name, tree in trees.items():
        try:
            table = name.partition(".")[0] if "." in name else None
            builder = Builder(tree, names, table)
            if builder.kind in ("list", "curve"):
                raise FormulaError(
                    "whole_column",
                    "the formula gives a whole column; use mean, max, item or another "
                    "function of a column",
                )
            builders[name] = builder
        except FormulaError as error:
            errors.append(error.at(name))
    steps = arrange(builders, errors)
    if errors:
        return None, errors
    # now the kinds of the cells are known, in computing order: check once more
    for step in steps:
        for name in step.cells:
            try:
                builder = builders[name]
                again = Builder(builder.tree, names, builder.table)
                builders[name] = again
                names.kinds[name] = "cell" if again.kind == "any" else again.kind
            except FormulaError as error:
                errors.append(error.at(name))
    if errors:
        return None, errors
    return Program(formulas, kinds, builders, steps), []


# ----------------------------------------------------------------------- model


class Model:
    """One expression of scalar quantities: the model of a measurement."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        self.text = text
        kinds = _declare(names)
        self._builder = Builder(parse(text), Names(kinds, ()), None)
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
                return n.finish(self._builder.build(n)(Scope(store)))
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
