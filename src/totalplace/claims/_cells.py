"""The cells of one row of a claims file, with its problems gathered as they are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import zip_longest
from typing import TypeVar

from totalplace.claims._expression import ExpressionError
from totalplace.claims._numbers import QUALIFIERS, UNITS, Number
from totalplace.errors import Problem

__all__ = ["Cells", "parse_value"]

_VALUE = re.compile(r"\d{1,18}(?:\.\d{1,18})?|\d{1,40}/\d{1,40}")
_NAMED = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\s*=\s*(?P<value>\S+)")
_LISTS = ("raw", "value", "unit", "rounded_to", "qualifier")
_Parsed = TypeVar("_Parsed")


def parse_value(text: str) -> Fraction | None:
    """A plain decimal or a fraction ``p/q``, not negative; ``None`` when it is neither.

    >>> parse_value("4.9"), parse_value("1/3"), parse_value("1e3"), parse_value("1/0")
    (Fraction(49, 10), Fraction(1, 3), None, None)
    """
    if not _VALUE.fullmatch(text) or re.search(r"/0+$", text):
        return None
    return Fraction(text)


class Cells:
    """One row; :meth:`wrong` adds a problem with its place."""

    def __init__(
        self, file: str, number: int, cells: Mapping[str, str], problems: list[Problem]
    ) -> None:
        self.cells = cells
        self.number = number
        self._file = file
        self._problems = problems

    def text(self, column: str) -> str:
        """The cell as read."""
        return self.cells[column]

    def texts(self, column: str, separator: str) -> list[str]:
        """The entries of a list cell; none for an empty cell."""
        cell = self.cells[column]
        return [part.strip() for part in cell.split(separator)] if cell else []

    def wrong(self, column: str, what: str, why: str, fix: str) -> None:
        """Note a problem in this row."""
        where = f"{self._file}, row {self.number} ({self.text('id') or 'no id'}), column {column}"
        self._problems.append(Problem("malformed_claim", what, where, why, fix))

    def parsed(self, column: str, parse: Callable[[str], _Parsed], otherwise: _Parsed) -> _Parsed:
        """The parsed cell, or ``otherwise`` when it is empty or malformed."""
        if not self.cells[column]:
            return otherwise
        try:
            return parse(self.cells[column])
        except ExpressionError as error:
            self.wrong(
                column,
                f"the cell {column} is malformed",
                str(error),
                "see the equation language in the documentation of claims",
            )
            return otherwise

    def numbers(self) -> tuple[Number, ...]:
        """The numbers of the row, from its five parallel lists."""
        lists = {column: self.texts(column, ";") for column in _LISTS}
        count = len(lists["value"])
        for column in _LISTS:
            # An empty cell is a list of empty entries: most numbers have no qualifier.
            if not lists[column] and column in ("raw", "qualifier"):
                lists[column] = [""] * count
            if len(lists[column]) != count:
                self.wrong(
                    column,
                    f"{column} and value differ in number",
                    f"{len(lists[column])} entries against {count}",
                    "give one entry a number, separated by ;",
                )
        found = [
            number
            for entries in zip_longest(*(lists[column][:count] for column in _LISTS), fillvalue="")
            if (number := self._number(*entries)) is not None
        ]
        names = [number.name for number in found]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.wrong(
                "value",
                f"the name {name} is used twice",
                "names are unique in a claim",
                "rename one",
            )
        return tuple(found)

    def _number(
        self, raw: str, named: str, unit: str, rounded_to: str, qualifier: str
    ) -> Number | None:
        match = _NAMED.fullmatch(named)
        value = parse_value(match["value"]) if match else None
        step = parse_value(rounded_to)
        if match is None or value is None:
            self.wrong(
                "value",
                "a value is no named number",
                repr(named),
                "write name=4.9 or name=1/3, without signs or separators",
            )
        if step is None:
            self.wrong(
                "rounded_to",
                "a rounding unit is no number",
                repr(rounded_to),
                "write 0.1 for a figure printed to one decimal, 0 for a counted one",
            )
        if unit not in UNITS:
            self.wrong("unit", "unknown unit", repr(unit), f"use one of {', '.join(UNITS)}")
        if qualifier not in QUALIFIERS:
            self.wrong(
                "qualifier",
                "unknown qualifier",
                repr(qualifier),
                f"use one of {', '.join(filter(None, QUALIFIERS))}, or leave it empty",
            )
        if match is None or value is None or step is None or unit not in UNITS:
            return None
        return Number(match["name"], raw, value, unit, step, qualifier)
