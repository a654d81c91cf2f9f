"""What the loaded national files say of every area, for setting a place beside others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.classify import function_weights
from totalplace.count._aggregates import cra_lines, ro_lines
from totalplace.count._denominator import people_of
from totalplace.count._editions import one_edition
from totalplace.count._read import latest, of_edition, small
from totalplace.count._registers import table
from totalplace.count._schema import GROSS_NATURES
from totalplace.count._working import Working
from totalplace.engine import Engine
from totalplace.place import Folder

__all__ = ["AreaMoney", "area_money"]


@dataclass(frozen=True)
class AreaMoney:
    """What one dataset says of one area and function.

    Attributes:
        dataset: cra (identifiable, by region) or ro (service expenditure, by authority).
        level: country, region, county, authority, or place for the place itself.
        function: COFOG division, or unclassified.
        people: of the area, nearest to the year.
    """

    dataset: str
    year: str
    level: str
    area: str
    name: str
    function: str
    pence: int
    people: int | None


def area_money(engine: Engine, folder: Folder, working: Working) -> list[AreaMoney]:
    """Every region of the regional analysis and every authority of the outturn in one year."""
    state, registers, year = working.snapshot.state, working.registers, working.year
    data = {
        name: engine.read_parquet(paths)
        for name in ("cra", "ro")
        if (paths := folder.lines_paths(name, state))
    }
    outturn, regional, _ = small(engine, data, year)
    place = working.perimeter.place
    weights = function_weights(table(folder, state, "crosswalk").to_pylist())
    regional, _ = one_edition(regional, year=year, place=place, registers=registers)
    outturn, _ = latest(outturn, lambda row: (row["form"], row["ecode"], row["body_id"]), state)
    regional, _ = latest(regional, lambda row: row["region_code"], state)
    by_region = cra_lines(
        regional,
        bodies=table(folder, state, "cra_body").to_pylist(),
        functions=weights,
        local_only=[],
        held=(),
    )
    by_authority = ro_lines(
        outturn,
        codes=of_edition(table(folder, state, "ro_line"), year),
        grants={
            str(row["code"]): row for row in of_edition(table(folder, state, "ro_grant"), year)
        },
        functions=weights,
        registers=registers,
    )
    sums: dict[tuple[str, str, str, str], int] = {}
    for line in by_region:
        level = registers.areas.levels.get(line["zone"] or "", "region")
        _add(sums, ("cra", level, line["zone"] or "", _division(line)), line)
    for line in by_authority:
        if line["role"] != "headline" or line["nature"] not in GROSS_NATURES:
            continue
        zone = registers.body_zone.get(line["body_id"], "")
        if zone in registers.areas.names:
            _add(sums, ("ro", _level(zone, working), zone, _division(line)), line)
        lads = registers.zones.get(zone, frozenset())
        if lads and lads <= place and len(place) > 1:
            area = _place_area(folder.areas)
            _add(sums, ("ro", "place", area, _division(line)), line)
    people = people_of(engine, folder, working)
    names = dict(registers.areas.names)
    names.setdefault(_place_area(folder.areas), folder.name)
    return [
        AreaMoney(
            dataset=dataset,
            year=year,
            level=level,
            area=area,
            name=folder.name if level == "place" else names.get(area, area),
            function=function,
            pence=pence,
            people=people(place if level == "place" else registers.zones.get(area, frozenset())),
        )
        for (dataset, level, area, function), pence in sorted(sums.items())
    ]


def _add(
    sums: dict[tuple[str, str, str, str], int],
    key: tuple[str, str, str, str],
    line: Mapping[str, Any],
) -> None:
    sums[key] = sums.get(key, 0) + line["amount_pence"]


def _division(line: Mapping[str, Any]) -> str:
    return str(line.get("function") or "").partition(".")[0] or "unclassified"


def _level(area: str, working: Working) -> str:
    level = working.registers.areas.levels.get(area, "")
    return level if level in ("country", "region", "county") else "authority"


def _place_area(areas: Sequence[str]) -> str:
    return "+".join(areas)
