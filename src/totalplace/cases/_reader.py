"""Reading tables of a case file key by key, gathering every problem with its line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from totalplace.cases._case import Grade
from totalplace.cases._keys import GRADE, Key
from totalplace.cases._toml import Key as Path
from totalplace.cases._toml import Located
from totalplace.errors import Problem

__all__ = ["MAX_NUMBER", "Reader"]

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


@dataclass
class Reader:
    """The file, and what was wrong in it so far.

    Attributes:
        rows: (``activity`` or ``outcome``, number) -> file and row, of rows of side tables.
    """

    located: Located
    rows: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

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
        if isinstance(value, int | float) and abs(value) > MAX_NUMBER:
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
            self.problem(
                (*path, name),
                "wrong_type",
                f"{name} is not {_WORDS[kind]}",
                f"found {value!r}",
                f"write {_WORDS[kind]}",
            )
            return None
        return value

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
                f"found {value!r}",
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
