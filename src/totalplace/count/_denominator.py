"""What money is divided by: people, households, and the price of a pound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from totalplace.count._registers import table
from totalplace.count._request import Request
from totalplace.count._working import Working
from totalplace.count._years import year_start
from totalplace.engine import Engine
from totalplace.errors import Problem, RequestError
from totalplace.place import Folder, State

__all__ = ["Denominator", "deflator", "denominators", "people_of", "price_years"]

DENOMINATOR_YEARS = 3


@dataclass(frozen=True)
class Denominator:
    """People or households, in all and by authority, or why there is no such number."""

    kind: str
    value: int | None
    year: int | None
    why: str
    by_area: Mapping[str, int] = field(default_factory=dict, compare=False)


def denominators(
    engine: Engine, folder: Folder, working: Working, year: str
) -> dict[str, Denominator]:
    """People and households of the place: the numbers nearest to the year, within three years.

    A number comes from the shipped register, the place's own, or a population file, the later one
    of the same authority and year.
    """
    place = working.perimeter.place
    known = _known(engine, folder, working, place)
    return {kind: _nearest(kind, by_year, place, year) for kind, by_year in known.items()}


def people_of(
    engine: Engine, folder: Folder, working: Working
) -> Callable[[frozenset[str]], int | None]:
    """Gives the people of any area of the registers, nearest to the year of a count."""
    zones = working.registers.zones.values()
    known = _known(engine, folder, working, frozenset().union(*zones))["people"]

    def people(lads: frozenset[str]) -> int | None:
        return _nearest("people", known, lads, working.year).value if lads else None

    return people


def _known(
    engine: Engine, folder: Folder, working: Working, areas: frozenset[str]
) -> dict[str, dict[int, dict[str, int]]]:
    """Kind -> year -> authority -> number."""
    state = working.snapshot.state
    known: dict[str, dict[int, dict[str, int]]] = {"people": {}, "households": {}}
    for row in table(folder, state, "denominator").to_pylist():
        known[row["kind"]].setdefault(row["year"], {})[row["area"]] = row["value"]
    if paths := folder.lines_paths("population", state):
        rows = engine.read_parquet(paths)
        wanted = engine.to_arrow(rows.filter(rows.area.isin(sorted(areas)))).to_pylist()
        received = {source.sha256: source.received for source in state.sources}
        wanted.sort(key=lambda row: (received[row["source_id"]], row["source_id"], row["row_no"]))
        for row in wanted:
            known[row["measure"]].setdefault(row["year"], {})[row["area"]] = row["value"]
    return known


def _nearest(
    kind: str, by_year: dict[int, dict[str, int]], place: frozenset[str], year: str
) -> Denominator:
    start = year_start(year)
    complete = {known: values for known, values in by_year.items() if place <= set(values)}
    if not complete:
        return Denominator(kind, None, None, f"no number of {kind} is loaded for the whole place")
    nearest = min(complete, key=lambda known: (abs(known - start), known))
    if abs(nearest - start) > DENOMINATOR_YEARS:
        why = f"the nearest number of {kind} is of {nearest}, more than three years from {year}"
        return Denominator(kind, None, None, why)
    by_area = {area: complete[nearest][area] for area in sorted(place)}
    return Denominator(kind, sum(by_area.values()), nearest, "", by_area)


def price_years(folder: Folder, state: State, year: str, others: Sequence[str]) -> list[str]:
    """At the prices of which years money of a year is told: the newest that is known, and others.

    None if no deflator of the year itself is known.
    """
    rows = table(folder, state, "deflator").to_pylist()
    known = {row["year"] for row in rows if row["is_default"]}
    if year not in known:
        return []
    told = [row["year"] for row in rows if row["is_default"] and not row["is_forecast"]]
    newest = max(told or known)
    return sorted({newest, *(known & set(others))} - {year}, reverse=True)


def deflator(folder: Folder, state: State, request: Request) -> Callable[[int], int]:
    """What turns cash pence of the request's year into pence at its prices.

    Raises:
        RequestError: no deflator is known for one of the years.
    """
    if request.real is None:
        return lambda pence: pence
    rows = {
        row["year"]: row
        for row in table(folder, state, "deflator").to_pylist()
        if row["is_default"]
    }
    missing = [year for year in (request.year, request.real) if year not in rows]
    if missing:
        raise RequestError(
            Problem(
                code="no_deflator",
                what="no GDP deflator is known for that year",
                where=f"--real {request.real}",
                why=f"{' and '.join(missing)} not among {min(rows)} to {max(rows)}",
                fix="choose a price year within these",
            )
        )
    factor = Fraction(rows[request.real]["index"]) / Fraction(rows[request.year]["index"])
    return lambda pence: round(pence * factor)
