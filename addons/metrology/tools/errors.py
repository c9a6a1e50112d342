# SPDX-License-Identifier: AGPL-3.0-only
"""Errors of the engine: objects a caller can translate, never bare sentences.

Every error has a stable ``code`` (the caller's key for a translation), a ``cause`` (an
English sentence without names in it is never produced: the names are in ``params``)
and, where it belongs to a cell of a record, ``cell``, ``row`` and ``position``.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "BudgetError",
    "EngineError",
    "EvaluationError",
    "FormulaError",
    "NumberError",
    "QuantityError",
    "UnitError",
]


def _restore(
    kind: type[EngineError], state: dict[str, Any], args: tuple[Any, ...]
) -> EngineError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = args
    return error


class EngineError(ValueError):
    """Base of all errors of the engine.

    :param code: stable identifier, for example ``"unknown_name"``
    :param cause: English template with ``{name}`` placeholders
    :param params: the values of the placeholders

    >>> error = EngineError("unknown_name", "'{name}' is not declared", name="x")
    >>> str(error), error.code, error.params
    ("'x' is not declared", 'unknown_name', {'name': 'x'})
    """

    def __init__(self, code: str, cause: str, /, **params: Any) -> None:
        self.code = code
        self.template = cause
        self.params = params
        self.cause = cause.format(**params) if params else cause
        super().__init__(self.cause)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let an error travel between processes."""
        return _restore, (type(self), self.__dict__.copy(), self.args)

    def explain(self) -> dict[str, Any]:
        """Return the error as plain data (JSON)."""
        return {
            "code": self.code,
            "cause": self.cause,
            "params": {key: str(value) for key, value in self.params.items()},
        }


class NumberError(EngineError):
    """A text that is not a number, or a number out of the bounds of the engine."""


class UnitError(EngineError):
    """A unit that is unknown or belongs to another quantity."""


class QuantityError(EngineError):
    """An input quantity whose description is incomplete or contradicts itself."""


class BudgetError(EngineError):
    """A budget, fit or decision that cannot be computed from the given data."""


class EvaluationError(EngineError):
    """A formula that cannot be computed with the given values."""


class FormulaError(EngineError):
    """A formula that is refused before anything is computed.

    ``cell`` is the name of the cell (or None for a single model), ``position`` the
    0-based position in the text where the parser stopped.
    """

    def __init__(
        self,
        code: str,
        cause: str,
        /,
        *,
        cell: str | None = None,
        position: int | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code, cause, **params)
        self.cell = cell
        self.position = position
        self._compose()

    def _compose(self) -> None:
        where = []
        if self.cell is not None:
            where.append(f"cell '{self.cell}'")
        if self.position is not None:
            where.append(f"position {self.position + 1}")
        self.args = (f"{', '.join(where)}: {self.cause}" if where else self.cause,)

    def at(self, cell: str) -> FormulaError:
        """Name the cell the formula stands in and return the same error."""
        self.cell = cell
        self._compose()
        return self

    def explain(self) -> dict[str, Any]:
        """Return the error as plain data (JSON)."""
        return {**super().explain(), "cell": self.cell, "position": self.position}
