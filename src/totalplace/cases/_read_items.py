"""Reading activities and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path as File
from typing import Any

from totalplace.cases._case import FISCAL, Activity, Body, Cashable, Grade, Number, Outcome
from totalplace.cases._edition import Edition
from totalplace.cases._keys import ACTIVITY, CASHABLE, NUMBER, OUTCOME, Key
from totalplace.cases._read_number import Kind, Numbers
from totalplace.cases._read_row import read_options, read_profile, read_realised, read_shares
from totalplace.cases._reader import Reader, are_numbers, shown
from totalplace.cases._toml import Key as Path
from totalplace.cases._unit_cost_table import UnitCostLookup
from totalplace.cases._units import is_points, money, per_year
from totalplace.errors import TotalplaceError

__all__ = ["Items"]

_SHARE = Kind("share", 0.0, 1.0)
_EFFECT = Kind("share", -1.0, 1.0, family="effects")
_POINTS = Kind("share", family="effects")
_COUNT = Kind("count", 0.0, needs_unit=True)
_RATE = Kind("share", 0.0, needs_unit=True)
_COST = Kind("money", 0.0, needs_unit=True)
_BENEFIT = Kind("money", needs_unit=True)
_UNIT_COST = Kind("money", needs_unit=True, family="unit_costs")
_WEIGHT = Kind("count", 0.0, 100.0)
_CHAIN = ("cohort", "baseline", "effect", "unit_cost")
_RANGE = ("low", "high", "dist", "mean", "sd", "alpha", "beta", "values", "csv")
_LEAST_BLOCK = 0.001
_TAKEN_OFF = ("deadweight", "displacement", "leakage")


@dataclass(frozen=True)
class Items:
    """Reads rows of a case, given what the case says of itself.

    Attributes:
        options: option id -> title.
        lookup: finds unit costs by code.
    """

    reader: Reader
    edition: Edition
    price_base: str
    horizon: int
    bodies: Mapping[str, Body]
    options: Mapping[str, str]
    preferred: str
    folder: File
    lookup: UnitCostLookup

    def activity(self, path: Path, table: Mapping[str, Any]) -> Activity | None:
        """One activity; ``None`` if something of it is wrong."""
        reader, before = self.reader, len(self.reader.problems)
        reader.keys(path, table, ACTIVITY)
        row = self._row(path, table, ACTIVITY)
        numbers = self._numbers("activity", row)
        cost = numbers.read(path, table, "cost", _COST)
        years = reader.years(path, table, "years", self.horizon)
        is_total = self._is_total(path, cost, "cost")
        profile = (
            () if years is None else read_profile(reader, path, table, years, is_total=is_total)
        )
        payer = read_shares(reader, path, table, "payer", self.bodies)
        if len(reader.problems) > before or cost is None or years is None:
            return None
        return Activity(
            cost=cost, is_total=is_total, years=years, profile=profile, payer=payer, **row
        )

    def outcome(self, path: Path, table: Mapping[str, Any]) -> Outcome | None:
        """One outcome; ``None`` if something of it is wrong."""
        reader, before = self.reader, len(self.reader.problems)
        reader.keys(path, table, OUTCOME)
        row = self._row(path, table, OUTCOME)
        numbers = self._numbers("outcome", row)
        split = read_shares(reader, path, table, "split", self.bodies)
        value_class = reader.text(path, table, "class", OUTCOME)
        counterfactual = reader.text(path, table, "counterfactual", OUTCOME)
        is_direct = "benefit" in table
        rest = (
            self._direct(path, table, numbers) if is_direct else self._chain(path, table, numbers)
        )
        weight = self._weight(path, table, numbers)
        cashable = self._cashable(path, table, numbers, is_direct=is_direct)
        realised = read_realised(reader, path, table, self.horizon)
        event = reader.text(path, table, "event", OUTCOME) or row["id"]
        if len(reader.problems) > before:
            return None
        return Outcome(
            split=split,
            value_class=value_class,
            counterfactual=counterfactual,
            cashable=cashable,
            weight=weight,
            realised=realised,
            event=event,
            **rest,
            **row,
        )

    def _row(
        self, path: Path, table: Mapping[str, Any], known: Mapping[str, Key]
    ) -> dict[str, Any]:
        reader = self.reader
        return {
            "id": reader.text(path, table, "id", known),
            "title": reader.text(path, table, "title", known)
            or str(table.get("id", "")).replace("-", " "),
            "grade": reader.grade(path, table, Grade()),
            "source": reader.text(path, table, "source", known),
            "options": read_options(reader, path, table, self.options, self.preferred),
            "owner": reader.text(path, table, "owner", known),
            "reviewed": reader.get(path, table, "reviewed", date),
            "is_one_off": bool(reader.get(path, table, "one_off", bool)),
            "where": reader.where(path),
        }

    def _numbers(self, kind: str, row: Mapping[str, Any]) -> Numbers:
        return Numbers(
            self.reader,
            self.edition,
            self.price_base,
            self.folder,
            f"{kind}.{row['id']}",
            row["source"],
            row["grade"],
            row["owner"],
            row["reviewed"],
        )

    def _is_total(self, path: Path, amount: Number | None, name: str) -> bool:
        """Whether an amount is in all, rather than for each year."""
        if amount is None:
            return False
        found = money(amount.unit)
        if found is not None and found.per not in ("", "year", "annum"):
            self.reader.problem(
                (*path, name),
                "wrong_unit",
                f"{name} is neither in all nor for each year",
                f"found {amount.unit!r}",
                "write GBP, GBP k, GBP m or GBP bn, with /year for each year",
            )
        return found is not None and not found.per

    def _direct(self, path: Path, table: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
        """Money stated directly."""
        reader = self.reader
        for name in (*_CHAIN, *_TAKEN_OFF, "takeup", "dropoff", "lag", "lasts", "intake"):
            if name in table:
                reader.problem(
                    (*path, name),
                    "benefit_and_chain",
                    f"{name} belongs to a chain, and benefit states the money directly",
                    "an outcome is worked out in one way only",
                    f"take {name} out, or benefit",
                )
        benefit = numbers.read(path, table, "benefit", _BENEFIT)
        if "years" not in table:
            reader.problem(
                (*path, "years"),
                "missing_years",
                "the direct benefit has no years",
                OUTCOME["years"].doc,
                "add e.g. years = [1, 15]",
            )
        years = reader.years(path, table, "years", self.horizon) or (0, 0)
        is_total = self._is_total(path, benefit, "benefit")
        profile = read_profile(reader, path, table, years, is_total=is_total)
        return {"benefit": benefit, "years": years, "is_total": is_total, "profile": profile}

    def _chain(self, path: Path, table: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
        """Cohort, take-up, baseline, effect and what is taken off, persistence and unit cost."""
        reader = self.reader
        for name in _CHAIN:
            if name not in table:
                reader.problem(
                    (*path, name),
                    f"missing_{name}",
                    f"{name} is missing",
                    OUTCOME[name].doc,
                    f"add {name} = ..., or state the money directly with benefit = ...",
                )
        for name in ("years", "profile"):
            if name in table:
                reader.problem(
                    (*path, name),
                    "benefit_and_chain",
                    f"{name} belongs to a direct benefit, and this outcome is a chain",
                    "a chain has its years from intake, lag and dropoff",
                    f"take {name} out",
                )
        effect_as = self._effect_as(path, table)
        found: dict[str, Any] = {
            "cohort": numbers.read(path, table, "cohort", _COUNT),
            "takeup": numbers.read(path, table, "takeup", _SHARE),
            "baseline": numbers.read(path, table, "baseline", _RATE),
            "effect": numbers.read(
                path, table, "effect", _POINTS if effect_as == "points" else _EFFECT
            ),
            "effect_as": effect_as,
            "dropoff": numbers.read(path, table, "dropoff", _SHARE),
            "unit_cost": self._unit_cost(path, table, numbers),
            "unit_cost_code": _code(table),
        }
        for name in _TAKEN_OFF:
            levels = {
                level: share
                for (effect, level), share in self.edition.levels.items()
                if effect == name
            }
            found[name] = numbers.read(path, table, name, _SHARE, levels=levels)
        cohort = table.get("cohort")
        if isinstance(cohort, dict):
            found["cohort_id"] = reader.text((*path, "cohort"), cohort, "id", NUMBER)
        return found | self._timing(path, table, found["cohort"])

    def _weight(self, path: Path, table: Mapping[str, Any], numbers: Numbers) -> Number | None:
        """What value to people counts against that of people of middle income."""
        if "weight" in table and table.get("class") in FISCAL:
            self.reader.problem(
                (*path, "weight"),
                "weight_of_money",
                "money of a public body has no distributional weight",
                f"the class is {table['class']}; a pound of a budget is a pound",
                "take weight out, or make it a class of value to people: economic or social",
            )
            return None
        return numbers.read(path, table, "weight", _WEIGHT)

    def _effect_as(self, path: Path, table: Mapping[str, Any]) -> str:
        effect = table.get("effect")
        if effect is None:
            return ""
        own = effect if isinstance(effect, dict) else {}
        if not own.get("as"):
            self.reader.problem(
                (*path, "effect"),
                "relative_or_points",
                "the effect does not say what it is a share of",
                "10% off a rate of 60% is 54% if relative, 50% if in points",
                'add as = "relative" or as = "points"',
            )
            return ""
        found = self.reader.text((*path, "effect"), own, "as", NUMBER)
        if found == "relative" and is_points(str(own.get("unit", ""))):
            self.reader.problem(
                (*path, "effect"),
                "points_are_not_relative",
                "the effect is in percentage points and said to be relative",
                "2 points off a rate of 60% leave 58%, 2% off it leave 58.8%",
                'write as = "points", or "%" as the unit',
            )
        return found

    def _unit_cost(self, path: Path, table: Mapping[str, Any], numbers: Numbers) -> Number | None:
        """A number, or the row of a table with what the case says otherwise of it."""
        given = table.get("unit_cost")
        own = given if isinstance(given, dict) else {}
        self.reader.text((*path, "unit_cost"), own, "code", NUMBER)
        code = _code(table)
        if not code:
            return numbers.read(path, table, "unit_cost", _UNIT_COST)
        kind = table.get("class", "")
        try:
            row = dict(self.lookup(code, kind if isinstance(kind, str) else ""))
        except TotalplaceError as error:
            for told in error.problems:
                self.reader.problem((*path, "unit_cost"), told.code, told.what, told.why, told.fix)
            return None
        if any(name in own for name in _RANGE):
            row = {name: row[name] for name in ("value", "unit", "price_year", "source")}
        return numbers.read(path, {"unit_cost": {**row, **own}}, "unit_cost", _UNIT_COST)

    def _timing(
        self, path: Path, table: Mapping[str, Any], cohort: Number | None
    ) -> dict[str, Any]:
        reader = self.reader
        lag = reader.whole(path, table, "lag", 0, 500, 0)
        intake = reader.years(path, table, "intake", self.horizon)
        if lag + (intake or (0, 0))[0] > self.horizon:
            reader.problem(
                (*path, "lag"),
                "horizon_before_lag",
                "the case ends before the first effect",
                f"the effect begins in year {lag + (intake or (0, 0))[0]}, "
                f"the horizon is {self.horizon}",
                "lengthen case.horizon, or correct the lag",
            )
        if cohort is not None and per_year(cohort.unit) != (intake is not None):
            is_flow = per_year(cohort.unit)
            reader.problem(
                (*path, "intake" if not is_flow else "cohort"),
                "cohort_and_intake",
                "a cohort that joins each year needs years of intake, and no other does",
                f"the unit is {cohort.unit!r}, intake is {table.get('intake', 'missing')}",
                "add intake = [0, 5]" if is_flow else "write the unit as children/year",
            )
        persistence = reader.get(path, table, "persistence", list) or []
        if persistence and (
            "dropoff" in table
            or not are_numbers(persistence)
            or not all(0 <= one <= 1 for one in persistence)
        ):
            reader.problem(
                (*path, "persistence"),
                "bad_persistence",
                "persistence does not fit",
                f"found {shown(persistence)}" + (" beside dropoff" if "dropoff" in table else ""),
                "write shares from 0 to 1, and no dropoff",
            )
            persistence = []
        return {
            "lag": lag,
            "intake": intake or (0, 0),
            "lasts": reader.whole(path, table, "lasts", 1, 1000, 0) or None,
            "persistence": tuple(float(one) for one in persistence),
        }

    def _cashable(
        self, path: Path, table: Mapping[str, Any], numbers: Numbers, *, is_direct: bool
    ) -> Cashable | None:
        reader = self.reader
        given = reader.get(path, table, "cashable", dict)
        if given is None:
            return None
        here = (*path, "cashable")
        reader.keys(here, given, CASHABLE)
        share = numbers.read(here, given, "share", _SHARE, name="cashable")
        block = reader.get(here, given, "block", float)
        if block is not None and (block < _LEAST_BLOCK or is_direct):
            reader.problem(
                (*here, "block"),
                "bad_block",
                "savings cannot be released in blocks of that",
                "money stated directly has no count to make blocks of"
                if is_direct
                else f"found {block:g}",
                "take block out" if is_direct else f"write a number of {_LEAST_BLOCK:g} or more",
            )
        lag = reader.whole(here, given, "release_lag", 0, 500, 0)
        return None if share is None else Cashable(replace(share), block, lag)


def _code(table: Mapping[str, Any]) -> str:
    """The row of a table of unit costs that an outcome names."""
    given = table.get("unit_cost")
    code = given.get("code", "") if isinstance(given, dict) else given
    return code if isinstance(code, str) else ""
