# SPDX-License-Identifier: AGPL-3.0-only
"""Text of a formula -> tree: the reader of the formula language.

The reader is our own (no ``ast``, no ``eval``): nothing of Python's grammar can slip in,
``if(...)`` and ``and(...)`` are words users know from spreadsheets, a literal keeps its
typed digits and every error has a position in the user's own text. The bounds below
make the work on any text, however hostile, a matter of milliseconds.

    expression := or-terms of comparisons of sums of products of powers
    names      := letter (letter | digit | _)*, at most one dot: table.column
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .errors import FormulaError, NumberError
from .rounding import exact

__all__ = [
    "Add",
    "Call",
    "Compare",
    "Logic",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_NODES",
    "Mul",
    "Name",
    "Negate",
    "Node",
    "Not",
    "Number",
    "Power",
    "Text",
    "normalise_name",
    "parse",
    "walk",
]

MAX_LENGTH = 2000  # characters of one formula
MAX_NODES = 400  # nodes of one tree
MAX_DEPTH = 40  # nested parentheses, signs, powers and calls
MAX_LITERAL = 64  # characters of a number or a text


@dataclass(frozen=True)
class Number:
    """A literal: its exact value."""

    value: Fraction
    position: int


@dataclass(frozen=True)
class Text:
    """A text between quotes: a selection or a verdict."""

    value: str
    position: int


@dataclass(frozen=True)
class Name:
    """A reference to a declared name."""

    name: str
    position: int


@dataclass(frozen=True)
class Negate:
    """Unary minus."""

    operand: Node
    position: int


@dataclass(frozen=True)
class Add:
    """A sum: pairs of sign (+1, -1) and term, from left to right."""

    terms: tuple[tuple[int, Node], ...]
    position: int


@dataclass(frozen=True)
class Mul:
    """A product: pairs of ``*`` or ``/`` and factor, from left to right."""

    factors: tuple[tuple[str, Node], ...]
    position: int


@dataclass(frozen=True)
class Power:
    """base ** exponent."""

    base: Node
    exponent: Node
    position: int


@dataclass(frozen=True)
class Compare:
    """A chain of comparisons: first, then pairs of operator and operand."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    position: int


@dataclass(frozen=True)
class Logic:
    """``and`` or ``or`` of several conditions."""

    operator: str
    operands: tuple[Node, ...]
    position: int


@dataclass(frozen=True)
class Not:
    """Negation of a condition."""

    operand: Node
    position: int


@dataclass(frozen=True)
class Call:
    """A function of the language."""

    function: str
    arguments: tuple[Node, ...]
    position: int


Node = Number | Text | Name | Negate | Add | Mul | Power | Compare | Logic | Not | Call


def walk(node: Node) -> Iterator[Node]:
    """Yield a tree's nodes, the root first.

    :param node: a tree of :func:`parse`; raises nothing (ISO/IEC 17025 7.11)

    >>> sorted(node.name for node in walk(parse("a*b + a")) if isinstance(node, Name))
    ['a', 'a', 'b']
    """
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, (Negate, Not)):
            stack.append(current.operand)
        elif isinstance(current, Add):
            stack.extend(term for _, term in current.terms)
        elif isinstance(current, Mul):
            stack.extend(factor for _, factor in current.factors)
        elif isinstance(current, Power):
            stack += [current.base, current.exponent]
        elif isinstance(current, Compare):
            stack.append(current.first)
            stack.extend(operand for _, operand in current.rest)
        elif isinstance(current, Logic):
            stack.extend(current.operands)
        elif isinstance(current, Call):
            stack.extend(current.arguments)


_SIGNS = {
    "×": "*", "✕": "*", "∗": "*", "·": "*", "⋅": "*", "÷": "/", "∕": "/", "⁄": "/",
    "−": "-", "–": "-", "—": "-", "﹣": "-", "“": '"', "”": '"', "„": '"', "‘": "'",
    "’": "'", "≦": "≤", "≧": "≥", "。": ".", "、": ",", "\n": " ", "\t": " ", "\r": " ",
}  # fmt: skip


def _normalise(text: str) -> tuple[str, list[int]]:
    """Fold full-width and typographic signs; return the text and original positions."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            "too_long",
            "the formula has {length} characters, at most {limit} are allowed",
            length=len(text),
            limit=MAX_LENGTH,
        )
    out: list[str] = []
    origin: list[int] = []
    for position, char in enumerate(text):
        if char in _SIGNS:
            folded = _SIGNS[char]
        elif char < "\x7f":
            folded = char
        elif unicodedata.category(char) == "No":
            # NFKC would turn x² into the name x2 and ½ into 1⁄2: silently wrong
            raise FormulaError(
                "superscript",
                "{char!r} is not understood; write powers with ** and fractions with /",
                position=position,
                char=char,
            )
        else:
            folded = unicodedata.normalize("NFKC", char)
        out.extend(folded)
        origin.extend([position] * len(folded))
        if len(out) > MAX_LENGTH:
            raise FormulaError(
                "too_long",
                "the formula has {length} characters, at most {limit} are allowed",
                length=len(out),
                limit=MAX_LENGTH,
            )
    origin.append(len(text))
    return "".join(out), origin


_NAME = re.compile(r"[^\W\d_]\w*(?:\.[^\W\d_]\w*)?")


def normalise_name(name: str) -> str:
    """Return a name as the reader sees it (NFKC), or refuse it.

    :raises FormulaError: when it is not a name of the language
    :param name: as written, also full-width (Unicode NFKC, UAX #31)
    :returns: the name as the engine knows it (ISO/IEC 17025 7.11)

    >>> normalise_name("Ｒ１")
    'R1'
    >>> normalise_name("points.示值")
    'points.示值'
    """
    folded = unicodedata.normalize("NFKC", str(name)[: MAX_LITERAL + 1]).strip()
    if len(folded) > MAX_LITERAL or not _NAME.fullmatch(folded):
        raise FormulaError(
            "bad_name",
            "'{name}' is not a name: letters, digits and _, at most one dot",
            name=str(name)[:MAX_LITERAL],
        )
    return folded


_TOKEN = re.compile(
    r"""(?P<space>\ +)
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<sign>\*\*|<=|>=|==|!=|<>|[-+*/()%‰,<>=≤≥≠])
    """,
    re.VERBOSE,
)
_COMPARISONS = {
    "=": "==", "==": "==", "!=": "!=", "<>": "!=", "≠": "!=",
    "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">=",
}  # fmt: skip
_WORDS = ("and", "or", "not")


class _Reader:
    """One reading of one text: recursive descent with counted depth and nodes."""

    def __init__(self, text: str) -> None:
        self.text, self.origin = _normalise(text)
        self.tokens: list[tuple[str, str, int]] = []
        self._split()
        self.index = 0
        self.depth = 0
        self.nodes = 0

    # --- tokens

    def _split(self) -> None:
        position, length = 0, len(self.text)
        while position < length:
            match = _TOKEN.match(self.text, position)
            if match is None:
                self._refuse_sign(position)
                raise AssertionError  # pragma: no cover
            kind = match.lastgroup or ""
            value = match.group()
            if kind != "space":
                if kind in ("number", "text") and len(value) > MAX_LITERAL:
                    raise self._error(
                        "literal_too_long",
                        "a number or text of {length} characters is longer than {limit}",
                        position,
                        length=len(value),
                        limit=MAX_LITERAL,
                    )
                if kind == "name":
                    value = unicodedata.normalize("NFKC", value)
                    if value.startswith("_") or "._" in value or value.count(".") > 1:
                        raise self._error(
                            "attribute",
                            "'{name}' is not a name; attributes are not part of the "
                            "language",
                            position,
                            name=value,
                        )
                self.tokens.append((kind, value, position))
            position = match.end()
        self.tokens.append(("end", "", length))

    def _refuse_sign(self, position: int) -> None:
        sign = self.text[position]
        hints = {
            "^": ("power_sign", "'^' is not understood; write powers with **"),
            "[": ("subscript", "'[' is not part of the language; use item(list, n)"),
            "]": ("subscript", "']' is not part of the language; use item(list, n)"),
            '"': ("open_text", "a text is not closed"),
            "'": ("open_text", "a text is not closed"),
            "&": ("logic_sign", "'&' is not understood; write and"),
            "|": ("logic_sign", "'|' is not understood; write or"),
            "!": ("logic_sign", "'!' is not understood; write not"),
            ".": ("attribute", "attributes are not part of the language"),
        }
        if sign in hints:
            code, cause = hints[sign]
            raise self._error(code, cause, position)
        raise self._error(
            "bad_sign", "the sign {sign!r} is not understood", position, sign=sign
        )

    def _error(
        self, code: str, cause: str, position: int, **params: Any
    ) -> FormulaError:
        return FormulaError(code, cause, position=self.origin[position], **params)

    @property
    def token(self) -> tuple[str, str, int]:
        return self.tokens[self.index]

    def _take(self, *signs: str) -> str | None:
        kind, value, _ = self.tokens[self.index]
        if kind == "sign" and value in signs:
            self.index += 1
            return value
        return None

    def _word(self, word: str) -> bool:
        kind, value, _ = self.tokens[self.index]
        if kind == "name" and value.lower() == word:
            self.index += 1
            return True
        return False

    def _node(self) -> int:
        """Count a node and return its position in the user's text."""
        self.nodes += 1
        position = self.tokens[max(self.index - 1, 0)][2]
        if self.nodes > MAX_NODES:
            raise self._error(
                "too_many_parts",
                "the formula has more than {limit} parts",
                position,
                limit=MAX_NODES,
            )
        return self.origin[position]

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error(
                "too_deep",
                "the formula is nested deeper than {limit}",
                self.token[2],
                limit=MAX_DEPTH,
            )

    # --- grammar

    def read(self) -> Node:
        if self.token[0] == "end":
            raise self._error("empty", "the formula is empty", 0)
        node = self._or()
        kind, value, position = self.token
        if kind != "end":
            if kind in ("number", "name", "text") or value == "(":
                raise self._error(
                    "missing_operator",
                    "an operator is missing before '{token}'",
                    position,
                    token=value,
                )
            raise self._error(
                "unexpected", "'{token}' is not expected here", position, token=value
            )
        return node

    def _or(self) -> Node:
        self._deeper()
        operands = [self._and()]
        while self._word("or"):
            operands.append(self._and())
        self.depth -= 1
        if len(operands) == 1:
            return operands[0]
        return Logic("or", tuple(operands), self._node())

    def _and(self) -> Node:
        operands = [self._not()]
        while self._word("and"):
            operands.append(self._not())
        if len(operands) == 1:
            return operands[0]
        return Logic("and", tuple(operands), self._node())

    def _not(self) -> Node:
        if self._word("not"):
            position = self._node()
            self._deeper()
            operand = self._not()
            self.depth -= 1
            return Not(operand, position)
        return self._comparison()

    def _comparison(self) -> Node:
        first = self._sum()
        rest: list[tuple[str, Node]] = []
        while sign := self._take(*_COMPARISONS):
            rest.append((_COMPARISONS[sign], self._sum()))
        return Compare(first, tuple(rest), self._node()) if rest else first

    def _sum(self) -> Node:
        terms: list[tuple[int, Node]] = [(1, self._product())]
        while sign := self._take("+", "-"):
            terms.append((1 if sign == "+" else -1, self._product()))
        return terms[0][1] if len(terms) == 1 else Add(tuple(terms), self._node())

    def _product(self) -> Node:
        factors: list[tuple[str, Node]] = [("*", self._unary())]
        while sign := self._take("*", "/"):
            factors.append((sign, self._unary()))
        return factors[0][1] if len(factors) == 1 else Mul(tuple(factors), self._node())

    def _unary(self) -> Node:
        sign = self._take("+", "-")
        if sign is None:
            return self._power()
        position = self._node()
        self._deeper()
        operand = self._unary()
        self.depth -= 1
        return operand if sign == "+" else Negate(operand, position)

    def _power(self) -> Node:
        base = self._percent()
        if self._take("**") is None:
            return base
        position = self._node()
        self._deeper()
        exponent = self._unary()
        self.depth -= 1
        return Power(base, exponent, position)

    def _percent(self) -> Node:
        node = self._atom()
        while sign := self._take("%", "‰"):
            position = self._node()
            if self.token[0] in ("number", "name", "text") or self.token[1] == "(":
                raise self._error(
                    "percent",
                    "'%' means percent here, not a remainder; an operator is missing",
                    self.token[2],
                )
            hundredth = Number(Fraction(1, 100 if sign == "%" else 1000), position)
            node = Mul((("*", node), ("*", hundredth)), position)
        return node

    def _atom(self) -> Node:
        kind, value, position = self.token
        self.index += 1
        if kind == "number":
            return self._number(value, position)
        if kind == "text":
            return Text(value[1:-1], self._node())
        if kind == "name":
            if self._take("("):
                return self._call(value, position)
            if value.lower() in _WORDS:
                raise self._error(
                    "unexpected",
                    "'{token}' is not expected here",
                    position,
                    token=value,
                )
            return Name(value, self._node())
        if kind == "sign" and value == "(":
            node = self._or()
            self._close(position)
            return node
        if kind == "end":
            raise self._error("incomplete", "the formula ends too early", position)
        raise self._error(
            "unexpected", "'{token}' is not expected here", position, token=value
        )

    def _number(self, value: str, position: int) -> Node:
        kind, following, at = self.token
        if kind in ("name", "number") and at == position + len(value):
            raise self._error(
                "missing_operator",
                "an operator is missing before '{token}'",
                at,
                token=following,
            )
        try:
            return Number(exact(value), self._node())
        except NumberError as error:
            raise self._error(error.code, error.template, position, **error.params)

    def _call(self, name: str, position: int) -> Node:
        self.nodes += 1
        arguments: list[Node] = []
        if self._take(")") is None:
            while True:
                arguments.append(self._or())
                if self._take(",") is None:
                    break
            self._close(position)
        at = self.origin[position]
        word = name.lower()
        if word in ("and", "or"):
            if not arguments:
                raise self._error("arguments", "'{function}' needs a condition", position,
                                  function=word)  # fmt: skip
            return Logic(word, tuple(arguments), at)
        if word == "not":
            if len(arguments) != 1:
                raise self._error("arguments", "'{function}' needs one condition",
                                  position, function=word)  # fmt: skip
            return Not(arguments[0], at)
        return Call(name, tuple(arguments), at)

    def _close(self, opened: int) -> None:
        if self._take(")") is None:
            kind, value, position = self.token
            if kind == "end":
                raise self._error(
                    "open_parenthesis", "a parenthesis is not closed", opened
                )
            if kind in ("number", "name", "text") or value == "(":
                raise self._error(
                    "missing_operator",
                    "an operator is missing before '{token}'",
                    position,
                    token=value,
                )
            raise self._error(
                "unexpected", "'{token}' is not expected here", position, token=value
            )


def parse(text: str) -> Node:
    """Read one formula.

    ``not(a)`` binds like a call; ``not a = b`` negates the comparison. ``-2**2`` is -4
    and ``2**3**2`` is 512, as in mathematics.

    :param text: at most 2000 characters; full-width signs, ×, ÷, ≤, ≥, ≠ are understood
    :raises FormulaError: with code, cause and position
    :raises TypeError: when it is not a text
    :returns: the root of the tree; its grammar is in docs/engine.md (ISO/IEC 17025 7.11)

    >>> parse("2 × （a＋b）")
    Mul(factors=(('*', Number(value=Fraction(2, 1), position=0)), ('*', \
Add(terms=((1, Name(name='a', position=5)), (1, Name(name='b', position=7))), position=7))), \
position=8)
    >>> parse("a^2")
    Traceback (most recent call last):
    odoo.addons.metrology.tools.errors.FormulaError: position 2: '^' is not understood; \
write powers with **
    """
    if not isinstance(text, str):
        raise TypeError(f"a formula is a text, not {type(text).__name__}")
    return _Reader(text).read()
