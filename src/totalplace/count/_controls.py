"""Money that publishers state by authority, beside what the count has of it.

Benefits of the Department for Work and Pensions and council tax come as sums by authority and
year. They are evidence of the same money that the regional analysis and the outturn hold, so they
are set beside it with the difference and never added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from totalplace.count._published import Comparison
from totalplace.count._registers import Registers
from totalplace.engine import Engine
from totalplace.place import Folder, State

__all__ = ["controls"]

_DEPARTMENT = "department-for-work-and-pensions"
_HOUSING_BENEFIT = "housing benefit"
_COUNCIL_TAX = "council-tax"

Rows = list[dict[str, Any]]


def controls(
    engine: Engine,
    folder: Folder,
    state: State,
    *,
    year: str,
    place: frozenset[str],
    registers: Registers,
    cube: Sequence[Mapping[str, Any]],
    codes: Iterable[Mapping[str, Any]],
) -> tuple[Comparison, ...]:
    """What the place's files state by authority for the year, beside the count.

    Only where they state it for every authority of the place.

    Args:
        cube: rows of the count's cube.
        codes: the ``ro_line`` code list: which line is the council tax.
    """
    found: list[Comparison] = []
    benefits = _of_place(engine, folder, state, "benefit", year, place, registers)
    if benefits:
        found += _benefits(benefits, cube)
    tax = _of_place(engine, folder, state, "council_tax", year, place, registers)
    lines = {code["class_code"] for code in codes if code["stream_id"] == _COUNCIL_TAX}
    required = [row for row in cube if row["measure"] == "funding" and row["class_code"] in lines]
    if tax and required:
        found.append(
            _beside("council tax, beside the requirement of the returns", tax, _pence(required))
        )
    return tuple(found)


def _of_place(
    engine: Engine,
    folder: Folder,
    state: State,
    dataset: str,
    year: str,
    place: frozenset[str],
    registers: Registers,
) -> Rows:
    """The rows of the place's authorities, if there are any for each; the last file's."""
    paths = folder.lines_paths(dataset, state)
    if not paths:
        return []
    data = engine.read_parquet(paths)
    rows = engine.to_arrow(data.filter(data.financial_year == year)).to_pylist()
    inside = [row for row in rows if (lads := registers.zones.get(row["area"])) and lads <= place]
    received = {source.sha256: (source.received, source.sha256) for source in state.sources}
    last: dict[str, str] = {}
    for row in sorted(inside, key=lambda row: received[row["source_id"]]):
        last[row["area"]] = row["source_id"]
    kept = [row for row in inside if last[row["area"]] == row["source_id"]]
    areas = {row["area"] for row in kept if row["is_total"]}
    covered = [registers.zones[area] for area in areas]
    is_whole = frozenset().union(*covered) == place and sum(map(len, covered)) == len(place)
    for row in kept:
        row["file"] = next(one.name for one in state.sources if one.sha256 == row["source_id"])
    return kept if is_whole else []


def _benefits(rows: Rows, cube: Sequence[Mapping[str, Any]]) -> list[Comparison]:
    """Housing benefit stands in the councils' accounts, every other benefit in the Department's."""
    housing = [row for row in rows if row["item"].casefold() == _HOUSING_BENEFIT]
    totals = [row for row in rows if row["is_total"]]
    paid_here = [
        row
        for row in cube
        if row["measure"] == "gross" and row["dataset"] == "ro" and row["nature"] == "benefit"
    ]
    department = [
        row for row in cube if row["measure"] == "gross" and row["body_id"] == _DEPARTMENT
    ]
    found = []
    if department:
        label = "benefits but housing benefit, beside the Department for Work and Pensions"
        minus = [{**row, "amount_pence": -row["amount_pence"]} for row in housing]
        found.append(_beside(label, totals + minus, _pence(department)))
    if housing and paid_here:
        found.append(_beside("housing benefit, beside the returns", housing, _pence(paid_here)))
    return found


def _beside(label: str, rows: Rows, counted_pence: int) -> Comparison:
    files = ", ".join(sorted({row["file"] for row in rows}))
    return Comparison(None, label, sum(row["amount_pence"] for row in rows), counted_pence, files)


def _pence(rows: Iterable[Mapping[str, Any]]) -> int:
    return sum(row["pence"] for row in rows)
