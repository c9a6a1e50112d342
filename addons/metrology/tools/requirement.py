# SPDX-License-Identifier: AGPL-3.0-only
"""The requirement account: which test proves which row of docs/requirements.csv.

Pure Python, so that tests with and without Odoo can use it::

    @requirement("S3-5.8.10")
    def test_recall_keeps_the_number(self):
        ...

A row is proved by a test only when the test does the row's acceptance sentence,
the refusal in it included.  ``scripts/requirements`` reads what the decorator
stored; see CONTRIBUTING.md.
"""

import re
from collections.abc import Callable
from typing import TypeVar

Target = TypeVar("Target", bound=Callable | type)

#: ``S<seed>-<clause>[-<part>]``, for example S0-4.1.2-1, S2-6.10b-2, S3-A-1.
REQUIREMENT_ID = re.compile(
    r"S\d-[0-9A-Z][0-9A-Za-z]*(?:\.[0-9A-Za-z]+)*(?:-[0-9a-z]+)*"
)

_ATTRIBUTE = "_metrology_requirements"


def requirement(*ids: str) -> Callable[[Target], Target]:
    """Mark a test function or class as proof of the requirements ``ids``.

    :param ids: one or more identifiers of docs/requirements.csv
    :raises ValueError: no id, or one that does not have the form of an id

    >>> @requirement("S3-5.8.10", "S3-5.8.11-1")
    ... def test_something(): ...
    >>> requirements_of(test_something)
    ('S3-5.8.10', 'S3-5.8.11-1')
    >>> requirement("5.8.10")
    Traceback (most recent call last):
    ValueError: '5.8.10' is not a requirement id such as S3-5.8.10
    """
    if not ids:
        raise ValueError("requirement() needs at least one id")
    for item in ids:
        if not isinstance(item, str) or not REQUIREMENT_ID.fullmatch(item):
            raise ValueError(f"{item!r} is not a requirement id such as S3-5.8.10")

    def mark(target: Target) -> Target:
        # vars(), not getattr(): a subclass of a marked class starts empty.
        known = vars(target).get(_ATTRIBUTE, ())
        setattr(target, _ATTRIBUTE, tuple(dict.fromkeys(ids + known)))
        return target

    return mark


def requirements_of(target: object) -> tuple[str, ...]:
    """Return the ids stored on a function, a bound method or a class itself."""
    target = getattr(target, "__func__", target)
    return vars(target).get(_ATTRIBUTE, ()) if hasattr(target, "__dict__") else ()
