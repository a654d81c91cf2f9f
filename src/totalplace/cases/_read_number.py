"""Reading one number of a case: its unit, prices, range, bounds, source and grade."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as File
from typing import Any

from totalplace.cases._case import Grade, Number, Spread
from totalplace.cases._edition import Edition
from totalplace.cases._keys import NUMBER
from totalplace.cases._prices import deflator
from totalplace.cases._read_spread import is_10_90, reach_of, read_spread
from totalplace.cases._reader import Reader, are_numbers, shown
from totalplace.cases._side_file import SideFileError, side_rows
from totalplace.cases._spread import median_of
from totalplace.cases._toml import Key as Path
from totalplace.cases._units import counts_many, is_percent, money
from totalplace.errors import RequestError

__all__ = ["Kind", "Numbers"]


@dataclass(frozen=True)
class Kind:
    """What a number may be.

    Attributes:
        what: ``money``, ``share`` or ``count``.
        floor, ceiling: bounds as plain shares, counts or pounds.
        family: whose members vary together.
        needs_unit: whether it must say its unit.
    """

    what: str
    floor: float = float("-inf")
    ceiling: float = float("inf")
    family: str = ""
    needs_unit: bool = False


@dataclass(frozen=True)
class Numbers:
    """Reads the numbers of one row.

    Attributes:
        name: of the row, e.g. ``outcome.care``.
        folder: where side files stand.
    """

    reader: Reader
    edition: Edition
    price_base: str
    folder: File
    name: str
    source: str
    grade: Grade
    owner: str
    reviewed: Any

    def read(
        self,
        path: Path,
        table: Mapping[str, Any],
        key: str,
        kind: Kind,
        *,
        name: str = "",
        levels: Mapping[str, float] | None = None,
    ) -> Number | None:
        """The number under a key; ``None`` if it is absent or wrong, which is then noted."""
        raw = table.get(key)
        if raw is None:
            return None
        reader, here = self.reader, (*path, key)
        if levels is not None and isinstance(raw, str):
            if raw in levels:
                found = {"value": levels[raw], "source": f"{self.edition.additionality}: {raw}"}
                number = self._number(here, found, kind, name or key)
                return None if number is None else replace(number, level=raw)
            reader.problem(
                here,
                "unknown_level",
                f"{key} has no level {raw!r}",
                f"{self.edition.additionality} has {', '.join(levels)}",
                "write one of them, or a share from 0 to 1",
            )
            return None
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            raw = {"value": raw}
        if not isinstance(raw, dict):
            reader.problem(
                here,
                "wrong_type",
                f"{key} is no number",
                f"found {shown(raw)}",
                "write a number, or {value = ..., unit = ...}",
            )
            return None
        reader.keys(here, raw, NUMBER)
        return self._number(here, raw, kind, name or key)

    def _number(self, path: Path, raw: Mapping[str, Any], kind: Kind, key: str) -> Number | None:
        before = len(self.reader.problems)
        unit = self.reader.text(path, raw, "unit", NUMBER)
        scale, level = self._scale(path, unit, kind), 1.0
        if kind.what == "money":
            level = self._level(path, raw)
        floor, ceiling = kind.floor / scale, kind.ceiling / scale
        spread = read_spread(self.reader, path, raw, self._samples(path, raw), (floor, ceiling))
        value = self._value(raw, spread)
        if value is None and len(self.reader.problems) == before:
            self.reader.problem(
                path,
                "missing_value",
                "the number has no value",
                "nothing says how much it is",
                "add value = ..., or low, mode and high",
            )
        if value is not None:
            self._bounded(path, key, value, floor, ceiling)
            if spread is not None:
                self._reached(path, value, spread)
        if len(self.reader.problems) > before or value is None:
            return None
        return Number(
            key=f"{self.name}.{key}",
            value=value,
            unit=unit,
            scale=scale,
            spread=spread,
            price_year=raw.get("price_year", "") if kind.what == "money" else "",
            deflator=level,
            floor=floor,
            ceiling=ceiling,
            family=kind.family,
            source=self.reader.text(path, raw, "source", NUMBER) or self.source,
            grade=self.reader.grade(path, raw, self.grade),
            owner=self.owner,
            reviewed=self.reviewed,
            where=self.reader.where(path),
            range_text=_range(raw, spread),
        )

    def _scale(self, path: Path, unit: str, kind: Kind) -> float:
        if kind.needs_unit and not unit:
            self.reader.problem(
                path,
                "missing_unit",
                "the number has no unit",
                "without one nobody can tell what it counts",
                'write e.g. unit = "GBP m/year"'
                if kind.what == "money"
                else 'write e.g. unit = "children"',
            )
            return 1.0
        found = money(unit)
        if kind.what == "money":
            if found is None and unit:
                self.reader.problem(
                    path,
                    "not_money",
                    "the unit is no money",
                    f"found {unit!r}",
                    "write GBP, GBP k, GBP m or GBP bn, with /year or per what it is",
                )
            return 1.0 if found is None else found.scale
        if found is not None:
            self.reader.problem(
                path,
                "wrong_unit",
                "this number is no money",
                f"found the unit {unit!r}",
                "write what it counts",
            )
        if counts_many(unit):
            self.reader.problem(
                path,
                "unit_of_many",
                "the unit is so many of something",
                f"found {unit!r}: the number would be taken for that of one",
                'write the number for one: 0.0064 "per child per year", not 64 "per 10,000 '
                'children per year"; 10000 "children", not 10 "thousand children"',
            )
        return 0.01 if is_percent(unit) else 1.0

    def _level(self, path: Path, raw: Mapping[str, Any]) -> float:
        year = self.reader.text(path, raw, "price_year", NUMBER)
        if "price_year" not in raw:
            self.reader.problem(
                path,
                "missing_price_year",
                "the amount has no price year",
                "pounds of different years cannot be added",
                'write e.g. price_year = "2024-25"',
            )
        if not year or not self.price_base:
            return 1.0
        try:
            return deflator(year, self.price_base, self.edition)
        except RequestError as error:
            told = error.problems[0]
            self.reader.problem((*path, "price_year"), told.code, told.what, told.why, told.fix)
            return 1.0

    def _samples(self, path: Path, raw: Mapping[str, Any]) -> tuple[float, ...]:
        """The values of a side file of one column."""
        given = self.reader.text(path, raw, "csv", NUMBER)
        if not given:
            return ()
        found: list[float] = []
        try:
            for number, row in enumerate(side_rows(self.reader, self.folder / given), start=1):
                if any(cell.strip() for cell in row[1:]):
                    raise SideFileError(f"row {number} has more than one cell")
                if row and not (number == 1 and not _is_number(row[0])):
                    found.append(_number_of(row[0]))
            if not found:
                raise SideFileError("it holds no number")
        except SideFileError as error:
            self.reader.problem(
                (*path, "csv"),
                "bad_side_file",
                "the file of values cannot be read",
                f"{shown(given)}: {error}",
                "give a CSV file of one column of numbers beside the case",
            )
        return tuple(found)

    def _value(self, raw: Mapping[str, Any], spread: Spread | None) -> float | None:
        for name in ("value", "mode"):
            # what else stands there was told with the range
            if are_numbers([raw.get(name)]):
                return float(raw[name])
        if spread is not None:
            return median_of(spread)
        return None

    def _reached(self, path: Path, value: float, spread: Spread) -> None:
        low, high = reach_of(spread)
        if low <= value <= high:
            return
        self.reader.problem(
            path,
            "bad_range",
            f"the value {value:g} lies outside its own range",
            f"the {spread.kind} distribution has its values between {low:g} and {high:g}",
            "correct the value or the range, or leave the value out",
        )

    def _bounded(self, path: Path, key: str, value: float, floor: float, ceiling: float) -> None:
        if floor <= value <= ceiling:
            return
        words = {"takeup": "take-up", "unit_cost": "unit cost"}
        name = words.get(key, key)
        hint = (
            'write a share such as 0.15, or add unit = "%"'
            if value > ceiling and ceiling == 1
            else "correct the number"
        )
        self.reader.problem(
            path,
            "out_of_bounds",
            f"{name} cannot be {value:g}",
            f"it lies between {floor:g} and {ceiling:g}",
            hint,
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _number_of(text: str) -> float:
    if not _is_number(text) or not math.isfinite(float(text)):
        raise SideFileError(f"{shown(text)} is no number")
    return float(text)


def _range(raw: Mapping[str, Any], spread: Spread | None) -> str:
    """The range as the file says it, for the register of assumptions."""
    if spread is None:
        return ""
    if "sd" in raw:
        ends = f", {spread.low:g} to {spread.high:g}" if "low" in raw or "high" in raw else ""
        return f"{spread.kind}, mean {raw.get('mean', raw.get('value')):g}, sd {raw['sd']:g}{ends}"
    if "alpha" in raw:
        shapes = f"{spread.kind}, alpha {spread.alpha:g}, beta {spread.beta:g}"
        return f"{shapes}, {spread.low:g} to {spread.high:g}"
    if "low" in raw and "high" in raw:
        mode = f", mode {raw['mode']:g}" if "mode" in raw else ""
        meaning = "10-90" if is_10_90(raw, spread.kind) else "min-max"
        return f"{spread.kind} {raw['low']:g} to {raw['high']:g}{mode} ({meaning})"
    return f"{spread.kind}, {len(spread.values)} values"
