"""The equation language: exact, small, and unable to do anything but arithmetic.

::

    relation   := expression ("=" | "<=" | ">=") expression
    expression := term (("+" | "-") term)*
    term       := factor (("*" | "/") factor)*
    factor     := literal | name | CLAIM "." name | "(" expression ")"

A ``name`` is a number of the same claim (or a result derived before it); ``LAC1.children`` is
the number ``children`` of the claim ``LAC1``. Literals are plain decimals. Values are in base
units (pounds, parts of one), so that ``share * total`` needs no hundredths.

An expression is evaluated as a numerator and a denominator that are never divided by each other:
``left = right`` is then a polynomial that is nought where the relation holds. No number may occur
in it with a power above one, so that its extremes over a box of intervals lie at the corners
and every bound is an exact rational.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = [
    "Expression",
    "ExpressionError",
    "Relation",
    "parse_expression",
    "parse_relation",
    "value_of",
]

_TOKEN = re.compile(
    r"\s*(?:(?P<literal>\d{1,18}(?:\.\d{1,18})?(?![\d.]))|(?P<ref>[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*\.[a-z][a-z0-9_]*)"
    r"|(?P<name>[a-z][a-z0-9_]*)|(?P<sign><=|>=|[-+*/()=]))"
)
_RELATIONS = ("=", "<=", ">=")
_LONGEST, _DEEPEST = 500, 40

Ratio = tuple[Fraction, Fraction]
Degrees = tuple[int, int]


class ExpressionError(ValueError):
    """A text that is no expression of the language; the message says why."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression: ``kind`` is ``literal``, ``name`` or one of ``+ - * /``."""

    kind: str
    text: str
    parts: tuple[Expression, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Every name in it once, in order of appearance."""
        if self.kind == "name":
            return (self.text,)
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names()))

    def divides_by_difference(self) -> bool:
        """Whether a divisor holds a subtraction, so that its sign is not known."""
        if self.kind == "/" and self.parts[1].subtracts():
            return True
        return any(part.divides_by_difference() for part in self.parts)

    def subtracts(self) -> bool:
        """Whether a subtraction occurs anywhere in it."""
        return self.kind == "-" or any(part.subtracts() for part in self.parts)

    def ratio(self, values: Mapping[str, Fraction]) -> Ratio:
        """Numerator and denominator at a point; the denominator may be nought."""
        if self.kind == "literal":
            return Fraction(self.text), Fraction(1)
        if self.kind == "name":
            return values[self.text], Fraction(1)
        (a, b), (c, d) = (part.ratio(values) for part in self.parts)
        if self.kind == "*":
            return a * c, b * d
        if self.kind == "/":
            return a * d, b * c
        return (a * d + c * b if self.kind == "+" else a * d - c * b), b * d

    def degrees(self, name: str) -> Degrees:
        """The highest power of ``name`` in the numerator and in the denominator."""
        if not self.parts:
            return (1, 0) if self.text == name and self.kind == "name" else (0, 0)
        (a, b), (c, d) = (part.degrees(name) for part in self.parts)
        if self.kind == "*":
            return a + c, b + d
        if self.kind == "/":
            return a + d, b + c
        return max(a + d, c + b), b + d


@dataclass(frozen=True)
class Relation:
    """``left = right``, ``left <= right`` or ``left >= right``."""

    left: Expression
    sign: str
    right: Expression
    text: str

    def names(self) -> tuple[str, ...]:
        """Every name on either side once."""
        return tuple(dict.fromkeys(self.left.names() + self.right.names()))

    def gap(self, values: Mapping[str, Fraction]) -> Fraction:
        """Left minus right, times both denominators: nought where the sides are equal.

        >>> parse_relation("a / b = c").gap({"a": Fraction(6), "b": Fraction(2), "c": Fraction(3)})
        Fraction(0, 1)
        """
        (a, b), (c, d) = self.left.ratio(values), self.right.ratio(values)
        return a * d - c * b

    def too_high(self) -> tuple[str, ...]:
        """Names that occur in the polynomial with a power above one."""
        high = []
        for name in self.names():
            (a, b), (c, d) = self.left.degrees(name), self.right.degrees(name)
            if max(a + d, c + b) > 1:
                high.append(name)
        return tuple(high)


def value_of(expression: Expression, values: Mapping[str, Fraction]) -> Fraction | None:
    """The value at a point, or ``None`` where it divides by nought.

    >>> value_of(parse_expression("(a + 2) / b"), {"a": Fraction(1), "b": Fraction(4)})
    Fraction(3, 4)
    """
    numerator, denominator = expression.ratio(values)
    return None if denominator == 0 else numerator / denominator


def parse_expression(text: str) -> Expression:
    """Parse an expression.

    Raises:
        ExpressionError: with what was found and where.

    >>> parse_expression("2 * (LAC1.children - all)").names()
    ('LAC1.children', 'all')
    >>> parse_expression("__import__('os')")
    Traceback (most recent call last):
    totalplace.claims._expression.ExpressionError: cannot read "__import__('os')" at character 1
    """
    parser = _Parser(text)
    expression = parser.expression()
    parser.finish()
    return expression


def parse_relation(text: str) -> Relation:
    """Parse a relation.

    Raises:
        ExpressionError: with what was found and where.
    """
    parser = _Parser(text)
    left = parser.expression()
    sign = parser.take(*_RELATIONS)
    if sign is None:
        raise ExpressionError(f"no =, <= or >= in {text!r}")
    right = parser.expression()
    parser.finish()
    return Relation(left, sign, right, text.strip())


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST or text.count("(") > _DEEPEST:
            raise ExpressionError(f"longer than {_LONGEST} characters or {_DEEPEST} brackets")
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None:
                at = position + len(text[position:]) - len(text[position:].lstrip()) + 1
                raise ExpressionError(f'cannot read "{text}" at character {at}')
            self._tokens.append((str(match.lastgroup), match.group().strip()))
            position = match.end()

    def take(self, *signs: str) -> str | None:
        """The next token, if it is one of these signs."""
        if self._at < len(self._tokens) and self._tokens[self._at] in {("sign", s) for s in signs}:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return None

    def finish(self) -> None:
        """Refuse whatever is left over."""
        if self._at < len(self._tokens):
            raise ExpressionError(f"{self._tokens[self._at][1]!r} is not expected here")

    def expression(self) -> Expression:
        return self._chain(self._term, "+", "-")

    def _term(self) -> Expression:
        return self._chain(self._factor, "*", "/")

    def _chain(self, part: Callable[[], Expression], *signs: str) -> Expression:
        left = part()
        while (sign := self.take(*signs)) is not None:
            left = Expression(sign, sign, (left, part()))
        return left

    def _factor(self) -> Expression:
        if self.take("("):
            inner = self.expression()
            if self.take(")") is None:
                raise ExpressionError("a bracket is not closed")
            return inner
        if self._at == len(self._tokens):
            raise ExpressionError("it ends where a number or a name is expected")
        kind, text = self._tokens[self._at]
        if kind == "sign":
            raise ExpressionError(f"{text!r} stands where a number or a name is expected")
        self._at += 1
        return Expression("literal" if kind == "literal" else "name", text)
