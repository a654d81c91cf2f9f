"""Formulas of a workbook that know what they come to: text for the sheet, and the value beside it.

A formula is built from cells by arithmetic and by the functions below. Each gives the text that a
spreadsheet recalculates and the value that it comes to now, which is stored as the cell's cached
result: the two cannot part, since both come from one expression. Only functions that every
spreadsheet has had for twenty years are used.

A value is a number, a text, a truth, or ``None`` for an empty cell. What a spreadsheet would show
as an error is ``nan``; it may stand in the branch of a condition that is not taken, and nowhere
else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = [
    "Formula",
    "Range",
    "Value",
    "both",
    "count_where",
    "either",
    "entry_of",
    "floor_of",
    "largest",
    "number",
    "place_of",
    "reference",
    "resolved",
    "rounded",
    "smallest",
    "sum_of",
    "sum_products",
    "sum_where",
    "when",
    "words",
]

Value = float | str | bool | None
_SHEET = re.compile("\x01(.*?)\x02")


@dataclass(frozen=True)
class Formula:
    """An expression: its text, what it comes to, and whether it needs no brackets.

    >>> three, four = number(3), number(4)
    >>> (three * (four - 1)).text, (three * (four - 1)).value
    ('3*(4-1)', 9.0)
    """

    text: str
    value: Value
    is_atom: bool = True

    def __add__(self, other: Formula | float) -> Formula:
        return _joined(self, "+", other, lambda a, b: a + b)

    def __sub__(self, other: Formula | float) -> Formula:
        return _joined(self, "-", other, lambda a, b: a - b)

    def __rsub__(self, other: float) -> Formula:
        return _joined(number(other), "-", self, lambda a, b: a - b)

    def __mul__(self, other: Formula | float) -> Formula:
        return _joined(self, "*", other, lambda a, b: a * b)

    def __truediv__(self, other: Formula | float) -> Formula:
        return _joined(self, "/", other, lambda a, b: a / b if b else math.nan)

    def __pow__(self, other: Formula | float) -> Formula:
        # spreadsheets have no 0 ^ 0, nor 0 to a power below
        return _joined(self, "^", other, lambda a, b: a**b if a or b > 0 else math.nan)

    def is_(self, other: Formula | float | str) -> Formula:
        """Whether the two are equal; an empty cell equals the empty text."""
        told = _of(other)
        found = _plain(self.value, told.value) == _plain(told.value, self.value)
        return Formula(f"{_held(self)}={_held(told)}", found, is_atom=False)

    def __lt__(self, other: Formula | float) -> Formula:
        return _compared(self, "<", other, lambda a, b: a < b)

    def __ge__(self, other: Formula | float) -> Formula:
        return _compared(self, ">=", other, lambda a, b: a >= b)

    def __le__(self, other: Formula | float) -> Formula:
        return _compared(self, "<=", other, lambda a, b: a <= b)

    def __gt__(self, other: Formula | float) -> Formula:
        return _compared(self, ">", other, lambda a, b: a > b)


@dataclass(frozen=True)
class Range:
    """A row or column of cells: its text and their values."""

    text: str
    values: tuple[Value, ...]


def number(value: float) -> Formula:
    """A number written in a formula."""
    text = repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    return Formula(text.upper(), float(value), is_atom=value >= 0)


def words(text: str) -> Formula:
    """A text written in a formula."""
    return Formula('"' + text.replace('"', '""') + '"', text)


def reference(sheet: str, cell: str, value: Value) -> Formula:
    """A cell. The name of its sheet is left out of formulas on the same sheet."""
    return Formula(f"\x01{sheet}\x02{cell}", value)


def resolved(text: str, sheet: str) -> str:
    """The text of a formula as it is written on a sheet."""

    def named(found: re.Match[str]) -> str:
        name = found[1]
        return "" if name == sheet else "'" + name.replace("'", "''") + "'!"

    return "=" + _SHEET.sub(named, text)


def when(test: Formula, then: Formula | float, other: Formula | float) -> Formula:
    """IF."""
    first, second = _of(then), _of(other)
    chosen = first if test.value else second
    return Formula(f"IF({test.text},{first.text},{second.text})", chosen.value)


def both(*tests: Formula) -> Formula:
    """AND."""
    return Formula(f"AND({_listed(tests)})", all(bool(one.value) for one in tests))


def either(*tests: Formula) -> Formula:
    """OR."""
    return Formula(f"OR({_listed(tests)})", any(bool(one.value) for one in tests))


def largest(*parts: Formula | float | Range) -> Formula:
    """MAX of numbers or of rows of them."""
    held = [one if isinstance(one, Range) else _of(one) for one in parts]
    found = [_number(one) for part in held for one in _values(part) if one is not None]
    return Formula(f"MAX({_listed(held)})", max(found))


def smallest(*parts: Formula | float | Range) -> Formula:
    """MIN of numbers or of rows of them."""
    held = [one if isinstance(one, Range) else _of(one) for one in parts]
    found = [_number(one) for part in held for one in _values(part) if one is not None]
    return Formula(f"MIN({_listed(held)})", min(found))


def floor_of(part: Formula) -> Formula:
    """INT: the next whole number below."""
    found = _number(part.value)
    return Formula(f"INT({part.text})", found if math.isnan(found) else float(math.floor(found)))


def rounded(part: Formula, digits: int) -> Formula:
    """ROUND."""
    return Formula(f"ROUND({part.text},{digits})", round(_number(part.value), digits))


def entry_of(cells: Range, place: Formula) -> Formula:
    """INDEX: the cell at a place, counted from 1."""
    at = _number(place.value)
    is_there = not math.isnan(at) and 1 <= at <= len(cells.values)
    found = cells.values[int(at) - 1] if is_there else math.nan
    # a spreadsheet takes an empty cell of a row for nothing
    return Formula(f"INDEX({cells.text},{place.text})", 0.0 if found is None else found)


def place_of(wanted: Formula, cells: Range) -> Formula:
    """MATCH: the place of the first cell that is equal, counted from 1."""
    found = [at for at, one in enumerate(cells.values, start=1) if one == wanted.value]
    return Formula(f"MATCH({wanted.text},{cells.text},0)", float(found[0]) if found else math.nan)


def sum_of(*parts: Formula | Range) -> Formula:
    """SUM."""
    found = math.fsum(_number(one) for part in parts for one in _values(part))
    return Formula(f"SUM({_listed(parts)})", found)


def sum_products(first: Range, second: Range) -> Formula:
    """SUMPRODUCT of two rows."""
    found = math.fsum(
        _number(one) * _number(other)
        for one, other in zip(first.values, second.values, strict=True)
    )
    return Formula(f"SUMPRODUCT({first.text},{second.text})", found)


Rule = tuple[Range, str, Formula]
"""A row of cells, ``=``, ``<>``, ``>=`` or ``<=``, and what they are compared with."""


def sum_where(cells: Range, *rules: Rule) -> Formula:
    """SUMIFS: the sum of the cells for which every rule holds."""
    found = math.fsum(
        _number(one) for one, holds in zip(cells.values, _holding(rules), strict=True) if holds
    )
    return Formula(f"SUMIFS({cells.text},{_ruled(rules)})", found)


def count_where(*rules: Rule) -> Formula:
    """COUNTIFS: how many places there are for which every rule holds."""
    return Formula(f"COUNTIFS({_ruled(rules)})", float(sum(_holding(rules))))


_RULES: dict[str, Callable[[Value, Value], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    # an empty cell is neither above nor below a number
    ">=": lambda a, b: a is not None and _number(a) >= _number(b),
    "<=": lambda a, b: a is not None and _number(a) <= _number(b),
    ">": lambda a, b: a is not None and _number(a) > _number(b),
}


def _holding(rules: Sequence[Rule]) -> list[bool]:
    count = len(rules[0][0].values)
    return [
        all(_RULES[sign](cells.values[at], wanted.value) for cells, sign, wanted in rules)
        for at in range(count)
    ]


def _ruled(rules: Sequence[Rule]) -> str:
    return ",".join(
        f"{cells.text},{wanted.text}" if sign == "=" else f'{cells.text},"{sign}"&{_held(wanted)}'
        for cells, sign, wanted in rules
    )


def _joined(
    left: Formula, sign: str, other: Formula | float, work: Callable[[float, float], float]
) -> Formula:
    right = _of(other)
    value = work(_number(left.value), _number(right.value))
    return Formula(f"{_held(left)}{sign}{_held(right)}", value, is_atom=False)


def _compared(
    left: Formula, sign: str, other: Formula | float, work: Callable[[float, float], bool]
) -> Formula:
    right = _of(other)
    value = work(_number(left.value), _number(right.value))
    return Formula(f"{_held(left)}{sign}{_held(right)}", value, is_atom=False)


def _of(part: Formula | float | str) -> Formula:
    if isinstance(part, Formula):
        return part
    return words(part) if isinstance(part, str) else number(part)


def _held(part: Formula) -> str:
    return part.text if part.is_atom else f"({part.text})"


def _listed(parts: Sequence[Formula | Range]) -> str:
    return ",".join(one.text for one in parts)


def _values(part: Formula | Range) -> tuple[Value, ...]:
    return part.values if isinstance(part, Range) else (part.value,)


def _number(value: Value) -> float:
    """A value in arithmetic: an empty cell is nothing, a text is an error."""
    if value is None:
        return 0.0
    return math.nan if isinstance(value, str) else float(value)


def _plain(value: Value, other: Value) -> Value:
    """An empty cell compared with a text is the empty text, with a number nothing."""
    if value is not None:
        return value
    return "" if isinstance(other, str) or other is None else 0.0
