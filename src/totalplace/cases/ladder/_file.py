"""Reading a ladder file: a ladder that can be worked out, or every problem with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from totalplace.cases._edition import edition, editions
from totalplace.cases._toml import Key, read_toml
from totalplace.cases._units import money, per_year
from totalplace.cases.ladder._model import Counts, Ladder, Move, Rung
from totalplace.cases.ladder._values import Values
from totalplace.cases.unit_costs import UnitCost, gather_unit_costs, unit_cost_of
from totalplace.cases.unit_costs._years import deflators
from totalplace.errors import RequestError

__all__ = ["read_ladder"]

_MAX_HORIZON, _MAX_RUNGS = 60, 12


def read_ladder(path: Path | str) -> Ladder:
    """Read a ladder file; the reference page on ladder files tells its keys.

    Raises:
        RequestError: it cannot be read, or everything that is wrong in it, each with its line.
    """
    located = read_toml(path)
    reader = _Reader(located, folder=Path(path).parent)
    found = reader.ladder()
    if reader.problems or found is None:
        raise RequestError(reader.problems)
    return found


@dataclass
class _Reader(Values):
    """The parts of a ladder."""

    folder: Path = field(default_factory=Path)
    costs: tuple[UnitCost, ...] = ()
    base: str = ""

    def ladder(self) -> Ladder | None:
        data = self.table((), self.located.data, "")
        head = self.table(("ladder",), data.get("ladder", {}), "ladder")
        at: Key = ("ladder",)
        schedule, edition_id = self.guidance(at, head)
        self.base = self.year(at, head, "price_base")
        self.costs = self.tables(at, head)
        ladder_id, unit = self.text(at, head, "id"), self.text(at, head, "unit", "families")
        title = self.text(at, head, "title")
        source = self.text(at, head, "source")
        horizon = self.whole(at, head, "horizon", 5, _MAX_HORIZON)
        places = self.rungs_named()
        costs, times = self.rung_costs(places)
        rungs = tuple(
            Rung(
                row.get("id", ""),
                self.text(path, row, "title", str(row.get("id", ""))),
                self.number(path, row, "number"),
                costs.get(str(row.get("id")), {}),
                self.text(path, row, "source", source),
            )
            for path, row in self.rows_once("rung")
        )
        matrix, is_still = self.matrix(places)
        moves = self.moves(places, horizon, source)
        if self.problems:
            return None
        return Ladder(
            ladder_id,
            title,
            unit,
            self.base,
            horizon,
            schedule,
            edition_id,
            rungs,
            matrix,
            is_still,
            moves,
            source,
            times,
        )

    def guidance(self, path: Key, head: Mapping[str, Any]) -> tuple[str, str | None]:
        """Discount schedule and edition; years of prices are read by its deflators from here on."""
        schedule = self.text(path, head, "schedule", "standard")
        named = self.text(path, head, "edition") if "edition" in head else ""
        if named and named not in editions():
            self.problem(
                (*path, "edition"),
                "unknown_edition",
                "there is no such edition of the guidance",
                f"found {named!r:.60}",
                f"use one of {', '.join(editions())}",
            )
            return schedule, None
        followed = edition(named or None)
        self.levels = deflators(followed.deflator)
        if schedule and schedule not in followed.rates:
            self.problem(
                (*path, "schedule"),
                "unknown_schedule",
                "the edition has no such discount schedule",
                f"{followed.id} has {', '.join(followed.rates)}; found {schedule!r:.60}",
                f"use one of {', '.join(followed.rates)}",
            )
        return schedule, named or None

    def tables(self, path: Key, head: Mapping[str, Any]) -> tuple[UnitCost, ...]:
        files = head.get("unit_costs", {})
        if not isinstance(files, dict) or not all(isinstance(one, str) for one in files.values()):
            self.problem(
                (*path, "unit_costs"),
                "bad_unit_costs",
                "unit_costs names no files",
                repr(files)[:60],
                'write unit_costs = {gmca = "gmca.csv"}',
            )
            files = {}
        try:
            return gather_unit_costs({book: self.folder / one for book, one in files.items()})
        except RequestError as error:
            self.problems += error.problems
            return gather_unit_costs({})

    def rungs_named(self) -> dict[str, int]:
        rows = self.rows("rung")
        if not 2 <= len(rows) <= _MAX_RUNGS:
            self.problem(
                ("rung",),
                "bad_rungs",
                "a ladder has at least two rungs",
                f"found {len(rows)}",
                f"write [[rung]] 2 to {_MAX_RUNGS} times, the lowest first",
            )
        places: dict[str, int] = {}
        for at, (path, row) in enumerate(rows):
            name = self.text(path, row, "id")
            if name in places:
                self.problem(
                    (*path, "id"),
                    "repeated",
                    f"the rung {name!r} stands twice",
                    "one id is one rung",
                    "give it another id",
                )
            places.setdefault(name, at)
        return places

    def rung(self, path: Key, row: Mapping[str, Any], name: str, places: Mapping[str, int]) -> str:
        text = self.text(path, row, name)
        if text and text not in places:
            self.problem(
                (*path, name),
                "unknown_rung",
                f"there is no rung {text!r}",
                f"the rungs are {', '.join(places)}",
                "use one of them",
            )
            return ""
        return text

    def rung_costs(
        self, places: Mapping[str, int]
    ) -> tuple[dict[str, dict[str, Fraction]], tuple[str, ...]]:
        """Rung -> body -> pence a year; and what was given as a multiple, in words."""
        found: dict[str, dict[str, Fraction]] = {one: {} for one in places}
        later: list[tuple[Key, str, str, Fraction, str]] = []
        told: list[str] = []
        for path, row in self.rows("cost"):
            rung, body = self.rung(path, row, "rung", places), self.text(path, row, "body")
            if body in found.get(rung, {}) or any(one[1:3] == (rung, body) for one in later):
                self.problem(
                    path,
                    "repeated",
                    f"{rung} has two costs of {body}",
                    "one rung costs one body one amount",
                    "add them up, or take one out",
                )
            if "times" in row:
                of = self.rung(path, row, "of", places)
                later.append((path, rung, body, self.number(path, row, "times"), of))
                self.text(path, row, "source")
            elif rung:
                found[rung][body] = self.amount(path, row, is_yearly=True)
        for path, rung, body, times, of in later:
            if rung and of and body not in found[of]:
                self.problem(
                    (*path, "of"),
                    "no_cost",
                    f"{of} has no cost of {body} of its own",
                    "a multiple needs an amount",
                    f"write [[cost]] of {of} with a value",
                )
            elif rung and of:
                found[rung][body] = times * found[of][body]
                told.append(f"{rung} costs {body} {float(times):g} times what {of} does")
        if places and not any(found.values()) and not later:
            self.problem(
                ("cost",),
                "no_cost",
                "no rung costs anything",
                "there is no [[cost]]",
                "write [[cost]] with rung, body, value, unit, price_year and source",
            )
        return found, tuple(told)

    def amount(self, path: Key, row: Mapping[str, Any], *, is_yearly: bool) -> Fraction:
        """Pence at the price base."""
        if "unit_cost" in row:
            try:
                cost = unit_cost_of(
                    self.costs,
                    self.text(path, row, "unit_cost"),
                    where=self.located.where((*path, "unit_cost")),
                )
            except RequestError as error:
                self.problems += error.problems
                return Fraction(0)
            if is_yearly and not per_year(cost.unit):
                self.problem(
                    (*path, "unit_cost"),
                    "not_yearly",
                    f"{cost.reference} is not a cost of a year",
                    f"its unit is {cost.unit!r}",
                    "name a unit cost of a year, or give the value of a year",
                )
            if cost.price_year not in self.levels:
                self.problem(
                    (*path, "unit_cost"),
                    "no_deflator",
                    f"{cost.reference} is in prices of a year without a deflator",
                    f"{cost.price_year}; the edition has {min(self.levels)} to {max(self.levels)}",
                    "follow another edition, or give the value of a year that it has",
                )
                return Fraction(0)
            return self.at_base(Fraction(cost.value_pence), cost.price_year)
        value = self.number(path, row, "value")
        year = self.year(path, row, "price_year")
        unit = self.text(path, row, "unit")
        self.text(path, row, "source")
        parts = money(unit) if unit else None
        if unit and (parts is None or (is_yearly and not per_year(parts.per))):
            self.problem(
                (*path, "unit"),
                "bad_unit",
                f"{unit!r} is no unit of such a cost",
                "an amount of money" + (" of a year" if is_yearly else ""),
                'write unit = "GBP/family' + ('/year"' if is_yearly else '"'),
            )
        scale = Fraction(Decimal(str(parts.scale))) if parts else Fraction(1)
        return self.at_base(value * scale * 100, year)

    def at_base(self, pence: Fraction, year: str) -> Fraction:
        return pence * Fraction(self.levels[self.base]) / Fraction(self.levels[year])

    def matrix(self, places: Mapping[str, int]) -> tuple[tuple[Counts, ...], bool]:
        size = len(places)
        stays = tuple(tuple(Fraction(int(a == b)) for b in range(size)) for a in range(size))
        given = self.located.data.get("transition")
        if given is None:
            return stays, True
        if not isinstance(given, dict):
            self.problem(
                ("transition",),
                "not_a_table",
                "transition is no table",
                repr(given)[:60],
                "write [transition], a line for each rung",
            )
            return stays, False
        rows = []
        for name in places:
            rows.append(self.matrix_row(name, given.get(name), places))
        for name in given:
            if name not in places:
                self.problem(
                    ("transition", name),
                    "unknown_rung",
                    f"there is no rung {name!r}",
                    f"the rungs are {', '.join(places)}",
                    "use one of them",
                )
        return tuple(rows), False

    def matrix_row(self, name: str, row: object, places: Mapping[str, int]) -> Counts:
        path: Key = ("transition", name)
        none = (Fraction(0),) * len(places)
        if not isinstance(row, dict):
            self.problem(
                path,
                "no_transition",
                f"it is not said where those on {name} go",
                "it is missing" if row is None else f"found {row!r:.60}",
                f"write {name} = {{{name} = 1}} if they stay",
            )
            return none
        for other in row:
            if other not in places:
                self.problem(
                    (*path, other),
                    "unknown_rung",
                    f"there is no rung {other!r}",
                    f"the rungs are {', '.join(places)}",
                    "use one of them",
                )
        shares = tuple(
            self.number(path, row, one, most=1) if one in row else Fraction(0) for one in places
        )
        if sum(shares) != 1:
            self.problem(
                path,
                "not_one",
                f"the shares of those on {name} do not add up to 1",
                f"they sum to {float(sum(shares)):.15g}",
                "correct them: nobody is lost",
            )
        return shares

    def moves(self, places: Mapping[str, int], horizon: int, source: str) -> tuple[Move, ...]:
        found = []
        seen: set[str] = set()
        for path, row in self.rows("move"):
            name = self.text(path, row, "id")
            if name in seen:
                self.problem(
                    (*path, "id"),
                    "repeated",
                    f"the move {name!r} stands twice",
                    "one id is one move",
                    "give it another id",
                )
            seen.add(name)
            start, end = (self.rung(path, row, one, places) for one in ("from", "to"))
            if start and start == end:
                self.problem(
                    (*path, "to"),
                    "no_move",
                    "a move goes from a rung to itself",
                    f"both are {start}",
                    "name another rung",
                )
            cost: dict[str, Fraction] = {}
            if "cost" in row:
                at: Key = (*path, "cost")
                table = self.table(at, row["cost"], "move cost")
                told = {"source": row.get("source", source), **table}
                cost[self.text(at, table, "body")] = self.amount(at, told, is_yearly=False)
            found.append(
                Move(
                    name,
                    self.text(path, row, "title", name),
                    self.number(path, row, "number"),
                    places.get(start, 0),
                    places.get(end, 0),
                    self.whole(path, row, "year", 0, horizon),
                    cost,
                    self.text(path, row, "source", source),
                )
            )
        return tuple(found)
