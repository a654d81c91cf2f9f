"""The regional analysis of the fictional country: central spending by region, five years of it.

Departments with a return of their own stand in it too; their rows are controls. Local
government's current rows are controls where outturns are loaded, its capital rows are lines.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from totalplace.synth._lines import YEAR, Line, year_days
from totalplace.synth._published import REGIONAL_FILE
from totalplace.synth._world import World, rows_of

__all__ = ["REGIONS", "YEARS", "regional_lines", "segments"]

YEARS = ("2013-14", "2014-15", "2015-16", "2016-17", "2017-18")
REGIONS = ("T12000001", "T12000002")
_ALL_REGIONS = "region"


def segments(world: World) -> list[dict[str, str]]:
    """Rows of the analysis before regions and years: one a segment.

    A department with its own return has one current and one capital segment.
    """
    rows = [dict(row) for row in rows_of("regional")]
    for body_id in dict.fromkeys(row["body_id"] for row in rows_of("own")):
        body = world.bodies[body_id]
        for cap_cur in ("CUR", "CAP"):
            rows.append(
                {
                    "department": body.name,
                    "organisation": body.name,
                    "body_id": body_id,
                    "control": "national",
                    "tier": body.tier,
                    "segment": f"OWN SPENDING {cap_cur}",
                    "level0": "1. General public services",
                    "hmt_function": "1. of which: public and common services",
                    "level1": "1.3 General services",
                    "hmt_subfunction": "1.3 General services",
                    "cap_cur": cap_cur,
                    "sector": "CG",
                    "gbp_per_head": "",
                    "place_of": _ALL_REGIONS,
                    "fraction": "",
                }
            )
    for number, row in enumerate(rows):
        row["code"] = f"TST{number:03d}-S{number:03d}A001-A-TES_{row['cap_cur']}-ID-{row['sector']}"
    return rows


def regional_lines(world: World, lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """One line a segment, region and year."""
    made: list[Line] = []
    for row in segments(world):
        if row["place_of"] == _ALL_REGIONS:
            zones = [
                (code, sum(world.people[lad] for lad in world.areas[code].lads)) for code in REGIONS
            ]
        else:
            nation = sum(world.people.values())
            zones = [("ZZ_OUTSIDE" if row["place_of"] == "outside" else "ZZ_NONID", nation)]
        for zone, people in zones:
            head = float(row["gbp_per_head"]) if row["gbp_per_head"] else _known(row, lines, world)
            for year in YEARS:
                growth = 0.98 ** (int(YEAR[:4]) - int(year[:4]))
                thousands = people * head * growth * rng.uniform(0.95, 1.05) / 1000
                made.append(_line(row, zone, year, _published(thousands, row["fraction"])))
    return made


def _known(row: dict[str, str], lines: Sequence[Line], world: World) -> float:
    """Pounds a head that the department's own return comes to, about."""
    cap_rev = "cap" if row["cap_cur"] == "CAP" else "cur"
    total = sum(
        line.amount
        for line in lines
        if line.body == row["body_id"]
        and line.side == "out"
        and line.dataset == "return"
        and line.cap_rev == cap_rev
    )
    return total / 100 / sum(world.people.values())


def _published(thousands: float, fraction: str) -> Decimal:
    """The cell as published: whole thousands, or with the fractions some publishers leave in."""
    if not fraction:
        return Decimal(round(thousands))
    return Decimal(f"{thousands:.4f}") + Decimal("0.0000055")


def _line(row: dict[str, str], zone: str, year: str, thousands: Decimal) -> Line:
    start, end = year_days(year)
    pence = (thousands * 100_000).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    role = {"ZZ_OUTSIDE": "outside", "ZZ_NONID": "non_identifiable"}.get(zone, "line")
    if row["control"] == "local" and role == "line":
        role = (
            "hra"
            if "housing-revenue" in row["body_id"]
            else ("local" if row["cap_cur"] == "CUR" else "line")
        )
    return Line(
        dataset="cra",
        file=REGIONAL_FILE,
        body=row["body_id"],
        amount=int(pence),
        start=start,
        end=end,
        cap_rev="cap" if row["cap_cur"] == "CAP" else "cur",
        basis="net_all",
        zone=zone,
        role=role,
        function=row["hmt_function"],
        unit=row["code"],
        expense=str(thousands),
        cell=year,
        case="local_capital" if row["control"] == "local" and role == "line" else "",
    )
