"""Values of a ladder file, read one by one; every fault is noted with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from totalplace.cases._toml import Key, Located
from totalplace.cases.unit_costs import financial_year
from totalplace.cases.unit_costs._years import deflators
from totalplace.errors import Problem

__all__ = ["Values", "name_of"]

_KEYS = {
    "": {"ladder", "rung", "cost", "transition", "move"},
    "ladder": {
        "id",
        "title",
        "unit",
        "price_base",
        "horizon",
        "schedule",
        "edition",
        "source",
        "unit_costs",
    },
    "rung": {"id", "title", "number", "source"},
    "cost": {
        "rung",
        "body",
        "value",
        "unit",
        "price_year",
        "source",
        "unit_cost",
        "times",
        "of",
    },
    "move": {
        "id",
        "title",
        "number",
        "from",
        "to",
        "year",
        "cost",
        "source",
    },
    "move cost": {"value", "unit", "price_year", "body", "unit_cost", "source"},
}


@dataclass
class Values:
    """A ladder file, and what was wrong in it so far."""

    located: Located
    problems: list[Problem] = field(default_factory=list)
    levels: Mapping[str, Decimal] = field(default_factory=deflators)
    """Financial year -> price level, of the ladder's edition."""

    def problem(self, path: Key, code: str, what: str, why: str, fix: str) -> None:
        self.problems.append(Problem(code, what, self.located.where(path), why, fix))

    def table(self, path: Key, value: object, keys: str) -> Mapping[str, Any]:
        """A table; keys that mean nothing are told."""
        if not isinstance(value, dict):
            self.problem(
                path,
                "not_a_table",
                f"{name_of(path)} is no table",
                repr(value)[:60],
                f"write [{name_of(path)}], with keys below it",
            )
            return {}
        for key in value:
            if key not in _KEYS[keys]:
                self.problem(
                    (*path, key),
                    "unknown_key",
                    f"the key {key!r} means nothing here",
                    f"known are {', '.join(sorted(_KEYS[keys]))}",
                    "take it out or correct it",
                )
        return value

    def rows(self, name: str) -> list[tuple[Key, Mapping[str, Any]]]:
        """The tables of an array of tables."""
        value = self.located.data.get(name, [])
        if not isinstance(value, list):
            self.problem(
                (name,),
                "not_a_list",
                f"{name} is no list of tables",
                repr(value)[:60],
                f"write [[{name}]] above each",
            )
            return []
        return [((name, at), self.table((name, at), one, name)) for at, one in enumerate(value)]

    def text(self, path: Key, row: Mapping[str, Any], name: str, default: str | None = None) -> str:
        value = row.get(name, default)
        if not isinstance(value, str) or not value.strip():
            self.problem(
                (*path, name),
                "value_missing",
                f"{name_of(path)} has no {name}",
                "it is missing" if value is None else f"found {value!r:.60}",
                f'write {name} = "..."',
            )
            return ""
        return value.strip()

    def number(
        self, path: Key, row: Mapping[str, Any], name: str, *, least: int = 0, most: int = 10**12
    ) -> Fraction:
        value = row.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            why = "it is missing" if value is None else f"found {value!r:.60}"
        elif not least <= value <= most:
            why = f"found {value!s:.60}"
        else:
            return Fraction(Decimal(str(value)))
        self.problem(
            (*path, name),
            "bad_value",
            f"{name_of(path)} has no {name} that can be used",
            why,
            f"write {name} = a number from {least} to {most:,}",
        )
        return Fraction(0)

    def whole(self, path: Key, row: Mapping[str, Any], name: str, default: int, most: int) -> int:
        value = row.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self.problem(
                (*path, name),
                "bad_value",
                f"{name_of(path)} has no {name} that can be used",
                f"found {value!r:.60}",
                f"write a whole number, 0 to {most}",
            )
            return default
        return value

    def year(self, path: Key, row: Mapping[str, Any], name: str) -> str:
        text = row.get(name)
        year = financial_year(text) if isinstance(text, str) else None
        if year is None or year not in self.levels:
            known = sorted(self.levels)
            self.problem(
                (*path, name),
                "value_missing",
                f"{name_of(path)} has no {name}",
                "it is missing" if text is None else f"found {text!r:.60}",
                f"write a financial year from {known[0]} to {known[-1]}",
            )
            return known[-1]
        return year

    def rows_once(self, name: str) -> list[tuple[Key, Mapping[str, Any]]]:
        """The rows of an array again, without telling their keys again."""
        value = self.located.data.get(name, [])
        rows = value if isinstance(value, list) else []
        return [((name, at), one) for at, one in enumerate(rows) if isinstance(one, dict)]


def name_of(path: Key) -> str:
    """The table of a path in words: ``move 2``."""
    names = [f"{one + 1}" if isinstance(one, int) else one for one in path]
    return " ".join(names) or "the file"
