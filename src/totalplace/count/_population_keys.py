"""Population files as apportionment keys: people or households by authority, as they were loaded.

A file that knows every authority of a region can share that region's money out; one of a single
council cannot. A cell wider than an authority of the registers' edition (a council made of several
later) is spread over its authorities by the complete people key.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from totalplace.count._registers import Key, Registers
from totalplace.engine import Engine
from totalplace.money import split
from totalplace.place import Folder, State

__all__ = ["with_population_keys"]

_UNITS = {"people": "persons", "households": "households"}


def with_population_keys(
    engine: Engine, folder: Folder, state: State, registers: Registers
) -> Registers:
    """The registers with a key for each measure and year that files give of whole regions.

    It is called by both, e.g. ``people-2023`` or ``households-2021``.
    """
    paths = folder.lines_paths("population", state)
    if not paths:
        return registers
    rows = engine.to_arrow(
        engine.read_parquet(paths).select("source_id", "row_no", "area", "year", "measure", "value")
    ).to_pylist()
    received = {source.sha256: source for source in state.sources}
    rows.sort(
        key=lambda row: (received[row["source_id"]].received, row["source_id"], row["row_no"])
    )
    values: dict[tuple[str, int], dict[str, int]] = {}
    files: dict[tuple[str, int], set[str]] = {}
    for row in rows:
        if row["area"] in registers.zones:
            about = row["measure"], row["year"]
            values.setdefault(about, {})[row["area"]] = row["value"]
            files.setdefault(about, set()).add(received[row["source_id"]].name)
    found = dict(registers.keys)
    for (measure, year), cells in sorted(values.items()):
        by_lad = _by_authority(cells, registers)
        if by_lad is not None:
            key_id = f"{measure}-{year}"
            found.setdefault(
                key_id,
                Key(
                    key_id=key_id,
                    measure=measure,
                    unit=_UNITS[measure],
                    year=year,
                    is_complete=True,
                    source=", ".join(sorted(files[measure, year])),
                    values=by_lad,
                ),
            )
    return dataclasses.replace(registers, keys=found)


def _by_authority(cells: Mapping[str, int], registers: Registers) -> dict[str, int] | None:
    """The cells by authority of the registers' edition, in the regions that they give whole."""
    people = [
        key.values for key in registers.keys.values() if key.is_complete and key.measure == "people"
    ]
    known = max(people, key=len, default={})
    found: dict[str, int] = {}
    # a cell is left aside where cells inside it are given too: a region, or a county of districts
    for code in sorted(cells, key=lambda code: (len(registers.zones[code]), code)):
        lads = registers.zones[code]
        if lads & set(found):
            continue
        weights = {lad: known.get(lad, 0) for lad in lads}
        if len(lads) == 1:
            found[next(iter(lads))] = cells[code]
        elif any(weights.values()):
            found |= split(cells[code], weights)
    whole = [lads for lads in _regions(registers, frozenset(known)) if lads <= set(found)]
    inside = frozenset().union(*whole)
    return {lad: value for lad, value in found.items() if lad in inside} or None


def _regions(registers: Registers, lads: frozenset[str]) -> list[frozenset[str]]:
    """The regions of England and the other countries, by the authorities of the people key."""
    wide = {
        registers.zones[code] & lads
        for code, level in registers.areas.levels.items()
        if level in {"region", "country"} and code in registers.zones
    }
    wide.discard(frozenset())
    return sorted((one for one in wide if not any(other < one for other in wide)), key=min)
