# SPDX-License-Identifier: AGPL-3.0-only
"""Results that explain themselves: inputs, formula, values, standard, version.

A result class derives from :class:`Explained` and names its standard and formula; the
public function that makes it is decorated with :func:`explains`, which keeps the
arguments by reference. Text is made only when :meth:`Explained.explain` is called.
"""

from __future__ import annotations

import functools
import inspect
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, TypeVar

from .rounding import plain
from .version import ENGINE_VERSION

__all__ = ["Explained", "as_data", "explains"]

F = TypeVar("F", bound=Callable[..., Any])


def as_data(value: Any) -> Any:
    """Return a value as JSON has it: exact numbers become text, infinities words.

    :param value: a result, number, list or mapping
    :returns: str, int, float, bool, None, list or dict; raises nothing (ISO/IEC 17025
        7.5.1: records hold what is needed to repeat the computing)

    >>> as_data({"a": (Fraction(1, 4), math.inf)})
    {'a': ['0.25', 'inf']}
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (Fraction, Decimal)):
        return plain(value)
    if isinstance(value, Explained) or hasattr(value, "explain"):
        return value.explain()
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_data(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: as_data(getattr(value, item.name)) for item in fields(value)}
    return str(value)


class Explained:
    """Base of result objects (frozen dataclasses)."""

    standard: ClassVar[str] = ""
    formulas: ClassVar[tuple[str, ...]] = ()

    def _inputs(self) -> Mapping[str, Any]:
        call = self.__dict__.get("_call")
        if call is None:
            return {}
        signature, args, kwargs = call
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)

    def explain(self) -> dict[str, Any]:
        """Return inputs, formula, intermediate values and version as plain data."""
        data: dict[str, Any] = {
            "result": type(self).__name__,
            "standard": self.standard,
            "formula": list(self.formulas),
            "inputs": as_data(self._inputs()),
            "engine": ENGINE_VERSION,
        }
        if is_dataclass(self):
            for item in fields(self):
                data[item.name] = as_data(getattr(self, item.name))
        return data


def explains(function: F) -> F:
    """Keep the arguments of a call with the result it makes.

    :param function: a public function that returns an :class:`Explained` result
    :returns: the function, with name, docstring and signature; raises nothing of its own
        (ISO/IEC 17025 7.5.1)

    >>> from .conformity import by_regulation
    >>> by_regulation("0.1", mpe="0.2").explain()["inputs"]
    {'error': '0.1', 'mpe': '0.2', 'lower': None}
    """
    signature = inspect.signature(function)
    keep = object.__setattr__

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        keep(result, "_call", (signature, args, kwargs))
        return result

    # the wrapper takes the globals of the function's module, so that doctest counts it
    # among the functions of that module
    own = types.FunctionType(
        wrapper.__code__,
        function.__globals__,
        function.__name__,
        None,
        wrapper.__closure__,
    )
    return functools.wraps(function)(own)  # type: ignore[return-value]
