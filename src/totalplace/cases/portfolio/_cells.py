"""Cells of a portfolio's file: each is read into its type, or told as a problem with its line."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from totalplace.cases._toml import Key, Located
from totalplace.errors import Problem

__all__ = ["Cells", "nearest"]

_TOLERANCE = Fraction(1, 10**9)
_MOST_PENCE = 10**16
"""£100 million million: more is a slip of the unit, and beyond what a solver can tell apart."""
_MOST = 1e15
"""Numbers beyond it, either way, are a slip wherever they stand."""


class Cells:
    """One table of the file, and the problems found in all of them.

    A wrong cell is told and stands in for by a harmless value, so that the reading goes on and
    every problem is found at once.
    """

    def __init__(self, file: Located, path: Key, found: list[Problem], unit: int = 1) -> None:
        value: Any = file.data
        for part in path:
            value = value[part]
        self.file, self.path, self.found, self.unit = file, path, found, unit
        self.data: Mapping[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.problem((), "not_a_table", f"{path[0]} is no table", _kind(value), "write [name]")

    def problem(self, key: Key, code: str, what: str, why: str, fix: str) -> None:
        """Tell a problem at the line of a key of this table."""
        self.found.append(Problem(code, what, self.file.where((*self.path, *key)), why, fix))

    def where(self, *key: str) -> str:
        """File and line of a key."""
        return self.file.where((*self.path, *key))

    def only(self, known: Iterable[str]) -> None:
        """Tell keys that have no meaning here."""
        names = list(known)
        for key in self.data:
            if key not in names:
                self.problem(
                    (key,),
                    "unknown_key",
                    f"{key} has no meaning here",
                    f"known are {', '.join(names)}",
                    nearest(key, names, "take the line away, or correct the name"),
                )

    def tables(self, key: str) -> list[Cells]:
        """Each table of an array of tables; an absent one is empty."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.problem(
                (key,), "not_a_table", f"{key} is no list of tables", _kind(value),
                f"head each with [[{key}]]",
            )  # fmt: skip
            return []
        return [
            Cells(self.file, (*self.path, key, n), self.found, self.unit) for n in range(len(value))
        ]

    def table(self, key: str) -> Cells:
        """A table below this one."""
        return Cells(self.file, (*self.path, key), self.found, self.unit)

    def needed(self, key: str, example: str) -> bool:
        """Whether a key is there; if not, that is told."""
        if key in self.data:
            return True
        name = self.data.get("id")
        of = f" of {name}" if isinstance(name, str) else ""
        self.problem(
            (key,), "missing_key", f"{key}{of} is missing", "it is needed", f"add {example}"
        )
        return False

    def text(self, key: str, *, example: str = "", default: str | None = None) -> str:
        """A text that is not empty."""
        if default is not None and key not in self.data:
            return default
        if not self.needed(key, example or f'{key} = "..."'):
            return ""
        value = self.data[key]
        if not isinstance(value, str) or not value.strip():
            self._kind_wrong(key, value, "a text in quotes")
            return ""
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an absent one is empty."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._kind_wrong(key, value, 'a list of texts such as ["a", "b"]')
            return ()
        return tuple(dict.fromkeys(value))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            self._kind_wrong(key, value, "true or false")
            return default
        return value

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """One of several words."""
        names = list(choices)
        value = self.text(key, default=default, example=f'{key} = "{names[0]}"')
        if not value:
            return default or names[0]
        if value not in names:
            self.problem(
                (key,), "unknown_word", f"{key} is none of its words",
                f"{value!r}; it can be {', '.join(names)}",
                nearest(value, names, "use one of them"),
            )  # fmt: skip
            return default or names[0]
        return value

    def number(
        self,
        *key: str | int,
        low: float = -_MOST,
        high: float = _MOST,
        default: float | None = None,
    ) -> Fraction:
        """A finite number within bounds, as it is written: 0.1 is one tenth."""
        if default is not None and key[0] not in self.data:
            return Fraction(default)
        value: Any = self.data
        for part in key:
            value = value[part]
        name = ".".join(map(str, key))
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or (isinstance(value, float) and not math.isfinite(value))
        ):
            self.problem(
                key, "not_a_number", f"{name} is no number", _kind(value),
                "write digits alone, e.g. 12.5",
            )  # fmt: skip
            return Fraction(0)
        if value < low or value > high:
            code = "negative_amount" if low == 0 and value < 0 else "out_of_range"
            bounds = f"the least is {low:g}" if value < low else f"the most is {high:g}"
            self.problem(
                key, code, f"{name} is {'below' if value < low else 'above'} what it can be",
                f"{str(value)[:60]}; {bounds}", "correct the number",
            )  # fmt: skip
            return Fraction(0)
        return Fraction(str(value))

    def whole(self, key: str, *, low: int = 0, high: float = _MOST, default: int = 0) -> int:
        """A whole number within bounds."""
        found = self.number(key, low=low, high=high, default=default)
        if found.denominator != 1:
            self.problem(
                (key,), "not_whole", f"{key} is no whole number", f"it is {float(found):g}",
                "write it without a fraction",
            )  # fmt: skip
            return default
        return int(found)

    def pence(self, *key: str | int, low: float = -_MOST) -> int:
        """An amount in the file's unit, as pence."""
        most = _MOST_PENCE / 100 / self.unit
        return round(self.number(*key, low=max(low, -most), high=most) * self.unit * 100)

    def yearly(self, key: str, years: int, *, low: float = 0) -> tuple[int, ...]:
        """Pence by year: as many amounts as there are years."""
        nothing = (0,) * years
        value = self.data[key]
        if not isinstance(value, list):
            self._kind_wrong(key, value, f"a list of {years} amounts, one a year")
            return nothing
        if len(value) != years:
            self.problem(
                (key,), "wrong_number_of_years", f"{key} has too few or too many years",
                f"{len(value)} amounts for {years} years",
                "give one amount a year, 0 where there is none, or correct years of the portfolio",
            )  # fmt: skip
        amounts = [self.pence(key, n, low=low) for n in range(len(value))]
        return (*amounts, *nothing)[:years]

    def shares(
        self, key: str, bodies: Iterable[str], *, low: float = -_MOST
    ) -> dict[str, Fraction]:
        """Body -> share; they must be bodies of the portfolio and sum to 1."""
        value = self.data[key]
        if not isinstance(value, dict) or not value:
            self._kind_wrong(key, value, "a table of shares such as {council = 1.0}")
            return {}
        before = len(self.found)
        self.bodies_known(key, value, bodies)
        shares = {name: self.number(key, name, low=low) for name in value}
        total = sum(shares.values(), Fraction(0))
        if len(self.found) == before and abs(total - 1) > _TOLERANCE:
            self.problem(
                (key,), "shares_not_one", f"the shares of {key} do not sum to 1",
                " + ".join(str(v) for v in value.values()) + f" = {float(total):g}",
                f"correct one of them by {float(1 - total):+g}",
            )  # fmt: skip
        return {name: share / total for name, share in shares.items()} if total else {}

    def bodies_known(self, key: str, names: Iterable[str], bodies: Iterable[str]) -> None:
        """Tell names that are no bodies of the portfolio."""
        known = sorted(bodies)
        for name in names:
            if name not in known:
                self.problem(
                    (key, name), "unknown_body", f"{name} is no body of this portfolio",
                    f"it has {', '.join(known) or 'none'}",
                    nearest(name, known, f'give it a stream, or add it: body = {{{name} = {{}}}}'),
                )  # fmt: skip

    def _kind_wrong(self, key: str, value: object, wanted: str) -> None:
        self.problem(
            (key,), "wrong_kind", f"{key} is of the wrong kind", _kind(value), f"write {wanted}"
        )


def nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """What to do about a name that is not known."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {close[0]}? Otherwise {otherwise}" if close else otherwise


def _kind(value: object) -> str:
    names = {bool: "true or false", str: "a text", list: "a list", dict: "a table"}
    return f"it is {names.get(type(value), 'a number')}: {str(value)[:60]}"
