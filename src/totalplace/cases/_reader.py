"""Reading tables of a case file key by key, gathering every problem with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as File
from typing import Any

from totalplace.cases._case import Grade
from totalplace.cases._keys import GRADE, Key
from totalplace.cases._toml import Key as Path
from totalplace.cases._toml import Located
from totalplace.cases._toml_edit import toml_value
from totalplace.errors import Problem

__all__ = ["MAX_NUMBER", "Reader", "are_numbers", "shown"]

MAX_NUMBER = 1e15
"""No number of a case is larger: sums of products of several stay finite."""
_WORDS = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2026-11-01",
    dict: "a table in braces",
    list: "a list in brackets",
}
_CELL_WORDS = {
    **_WORDS,
    str: "a text",
    dict: "a row for each key of it, named with a dot",
    list: "a list in brackets, such as [0, 5]",
}
"""The same of a workbook."""
_MOST_SHOWN = 200
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that are no text: all of Unicode's controls but tab and line ends."""


def are_numbers(given: Any) -> bool:
    """Whether a value is a list of numbers that a case can have.

    >>> are_numbers([1, 2.5]), are_numbers([float("nan")]), are_numbers([1e300]), are_numbers("1")
    (True, False, False, False)
    """
    return isinstance(given, list) and all(
        type(one) in (int, float) and abs(one) <= MAX_NUMBER for one in given
    )


def shown(value: Any) -> str:
    """A value as a message shows it: as the file would say it, and not a page of it.

    >>> shown(date(2009, 10, 1)), shown(True), shown(["a", 1])
    ('2009-10-01', 'true', '["a", 1]')
    """
    told = f"{value!r}" if isinstance(value, str) else toml_value(value)
    return told if len(told) <= _MOST_SHOWN else f"{told[:_MOST_SHOWN]}…"


@dataclass
class Reader:
    """The file, and what was wrong in it so far.

    Attributes:
        rows: (``activity`` or ``outcome``, number) -> file and row, of rows of side tables.
        opened: files beside the case that were read.
    """

    located: Located
    rows: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    opened: set[File] = field(default_factory=set)

    def where(self, path: Path) -> str:
        """File and line of a value, or of the table that lacks it."""
        return self.rows.get(path[:2]) or self.located.where(path)

    def problem(self, path: Path, code: str, what: str, why: str, fix: str) -> None:
        """Note a problem."""
        name = ".".join(str(one) for one in path if isinstance(one, str))
        where = f"{self.where(path)}, {name}" if name else self.where(path)
        self.problems.append(Problem(code, what, where, why, fix))

    def keys(self, path: Path, table: Mapping[str, Any], known: Mapping[str, Key]) -> None:
        """Note keys that mean nothing, and required keys that are missing."""
        for name in table:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                self.problem(
                    (*path, name),
                    "unknown_key",
                    f"the key {name!r} means nothing here",
                    f"known keys are {', '.join(known)}",
                    f"write {near[0]}" if near else "take it out, or write one of those",
                )
        for name, key in known.items():
            if key.is_required and name not in table:
                self.problem(
                    (*path, name),
                    f"missing_{name}",
                    f"{name} is missing",
                    key.doc,
                    f"add {name} = ...",
                )

    def get(self, path: Path, table: Mapping[str, Any], name: str, kind: type) -> Any:
        """A value of a Python type, or ``None``; a whole number serves as a number."""
        value = table.get(name)
        if value is None:
            return None
        if kind is float and isinstance(value, int | float) and abs(value) > MAX_NUMBER:
            self.problem(
                (*path, name),
                "too_large",
                f"{name} is too large to be meant",
                f"it is beyond {MAX_NUMBER:g}",
                "write a smaller number, in GBP m or GBP bn if it is money",
            )
            return None
        fits = isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if kind is date and not (fits and type(value) is date):
            fits = False
        if kind is float and fits and value - value != 0:
            fits = False
        if not fits:
            self._wrong_type((*path, name), name, value, kind)
            return None
        return value

    def _wrong_type(self, path: Path, name: str, value: Any, kind: type) -> None:
        is_cell = self.located.is_cells or path[:2] in self.rows
        word = (_CELL_WORDS if is_cell else _WORDS)[kind]
        why, fix = f"found {shown(value)}", f"write {word}"
        if is_cell and kind is str and isinstance(value, date):
            why += ": the spreadsheet made a date of what was typed"
            fix = "format the cell as text, then type it again"
        elif is_cell and kind is str:
            why += ", which is no text in a cell"
            fix = f'write a text, or put it in quotes: "{shown(value)}"'
        self.problem(path, "wrong_type", f"{name} is not {word}", why, fix)

    def text(
        self, path: Path, table: Mapping[str, Any], name: str, known: Mapping[str, Key]
    ) -> str:
        """A text, or the empty one; one of its closed list if it has one."""
        value = self.get(path, table, name, str)
        if value is None:
            return ""
        if not value.strip() and known[name].is_required:
            self.problem(
                (*path, name), f"missing_{name}", f"{name} is empty", known[name].doc, "fill it in"
            )
            return ""
        if _CONTROLS.search(value):
            self.problem(
                (*path, name),
                "control_characters",
                f"{name} has characters that steer a screen or a printer",
                f"found {_CONTROLS.sub(lambda one: f'<{ord(one[0]):#04x}>', value)[:100]!r}",
                "take them out; line ends and tabs may stay",
            )
            return ""
        allowed = known[name].values
        if allowed and value not in allowed:
            near = difflib.get_close_matches(value, allowed, 1)
            self.problem(
                (*path, name),
                "unknown_value",
                f"{name} cannot be {value!r}",
                f"it is one of {', '.join(allowed)}",
                f"write {(near or allowed)[0]!r}",
            )
            return ""
        return str(value)

    def whole(
        self, path: Path, table: Mapping[str, Any], name: str, low: int, high: int, default: int
    ) -> int:
        """A whole number between two ends, or the default."""
        value = self.get(path, table, name, int)
        if value is None:
            return default
        if not low <= value <= high:
            self.problem(
                (*path, name),
                "out_of_range",
                f"{name} is out of range",
                f"found {value}, between {low} and {high} expected",
                "correct the number",
            )
            return default
        return int(value)

    def years(
        self, path: Path, table: Mapping[str, Any], name: str, horizon: int
    ) -> tuple[int, int] | None:
        """First and last year, inclusive, within the horizon; ``None`` if absent or wrong."""
        value = self.get(path, table, name, list)
        if value is None:
            return None
        if len(value) != 2 or not all(type(one) is int for one in value):
            self.problem(
                (*path, name),
                "bad_years",
                f"{name} is not a first and a last year",
                f"found {shown(value)}",
                "write two whole numbers, e.g. [0, 5]",
            )
            return None
        first, last = value
        if not 0 <= first <= last:
            self.problem(
                (*path, name),
                "bad_years",
                f"{name} do not run forward from year 0",
                f"found {first} to {last}",
                "write the first year before the last; the base year is 0",
            )
            return None
        if last > horizon:
            self.problem(
                (*path, name),
                "after_horizon",
                f"{name} go beyond the horizon",
                f"they end in year {last}, the case in year {horizon}",
                f"end them by {horizon}, or make case.horizon {last}",
            )
            return None
        return first, last

    def grade(self, path: Path, table: Mapping[str, Any], default: Grade) -> Grade:
        """A grade on three axes; axes left out stay ungraded."""
        value = self.get(path, table, "grade", dict)
        if value is None:
            return default
        inner = (*path, "grade")
        self.keys(inner, value, GRADE)
        found = {name: self.whole(inner, value, name, 1, 6, 0) or None for name in GRADE}
        return Grade(**found)
