"""The registers a count reads: what is shipped, and what the place has added, in one view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from totalplace.model import AreaRegister, BodyRegister, area_register, body_register, load
from totalplace.place import Folder, State

__all__ = ["Key", "Registers", "registers"]


@dataclass(frozen=True)
class Key:
    """One apportionment key: a measure by authority, in one year.

    Attributes:
        values: authority -> value, a non-negative integer.
        is_complete: whether it covers every authority of its edition.
    """

    key_id: str
    measure: str
    unit: str
    year: int
    is_complete: bool
    source: str
    values: Mapping[str, int]

    @property
    def label(self) -> str:
        """Id, measure, year and citation."""
        return f"{self.key_id}: {self.measure} {self.year} ({self.source})"


@dataclass(frozen=True)
class Registers:
    """Bodies, areas, keys and streams, shipped and added by the place.

    Attributes:
        bodies: the register of bodies.
        body_zone: body_id -> the zone of the areas it serves (or, serving none, is located in).
        zones: zone -> its authorities of the key edition.
        keys: key_id -> key.
        stream: stream_id -> its register row.
        stream_names: lower-case name -> stream_id.
        areas: the area register.
    """

    bodies: BodyRegister
    body_zone: Mapping[str, str]
    zones: Mapping[str, frozenset[str]]
    keys: Mapping[str, Key]
    stream: Mapping[str, Mapping[str, Any]]
    stream_names: Mapping[str, str]
    areas: AreaRegister

    def name(self, body_id: str | None) -> str:
        """The body's official name, or the identifier itself when it is in no register."""
        if body_id is None:
            return ""
        body = self.bodies.get(body_id)
        return body_id if body is None else body.name

    def tier(self, body_id: str) -> str | None:
        """The body's tier."""
        body = self.bodies.get(body_id)
        return None if body is None else body.tier


def table(folder: Folder, state: State, name: str) -> pa.Table:
    """Rows of a register: the shipped ones, then the place's own."""
    own = folder.reference(name, state)
    shipped = load(name)
    if own is None:
        return shipped
    for column in shipped.column_names:
        # a register that the place was given before the list had the column
        if column not in own.column_names:
            own = own.append_column(
                column, pa.nulls(own.num_rows, shipped.schema.field(column).type)
            )
    return pa.concat_tables([shipped, own.select(shipped.column_names).cast(shipped.schema)])


def registers(folder: Folder, state: State) -> Registers:
    """All registers of a place as of one state."""
    areas = area_register(folder.reference("area", state), folder.reference("area_member", state))
    bodies = body_register(
        *(folder.reference(name, state) for name in ("body", "body_alias", "body_area"))
    )
    zones: dict[str, frozenset[str]] = dict(areas.members)
    body_zone = _body_zones(table(folder, state, "body_area").to_pylist(), zones)
    values: dict[str, dict[str, int]] = {}
    for row in table(folder, state, "key_value").to_pylist():
        values.setdefault(row["key_id"], {})[row["area"]] = row["value"]
    keys = {
        row["key_id"]: Key(
            key_id=row["key_id"],
            measure=row["measure"],
            unit=row["unit"],
            year=row["year"],
            is_complete=row["is_complete"],
            source=row["source"],
            values=values.get(row["key_id"], {}),
        )
        for row in table(folder, state, "key").to_pylist()
    }
    stream = {row["stream_id"]: row for row in table(folder, state, "stream").to_pylist()}
    names = {str(row["name"]).casefold(): stream_id for stream_id, row in stream.items()}
    return Registers(
        bodies=bodies,
        body_zone=body_zone,
        zones=zones,
        keys=keys,
        stream=stream,
        stream_names=names | {stream_id: stream_id for stream_id in stream},
        areas=areas,
    )


def _body_zones(
    rows: Iterable[Mapping[str, Any]], zones: dict[str, frozenset[str]]
) -> dict[str, str]:
    """Each body's zone; a body of several areas gets a zone of its own."""
    served: dict[str, set[str]] = {}
    located: dict[str, set[str]] = {}
    for row in rows:
        (served if row["role"] == "serves" else located).setdefault(row["body_id"], set()).add(
            row["area"]
        )
    result: dict[str, str] = {}
    for body_id, codes in {**located, **served}.items():
        known = sorted(code for code in codes if code in zones)
        if len(known) == 1:
            result[body_id] = known[0]
        elif known:
            zone = f"body:{body_id}"
            zones[zone] = frozenset().union(*(zones[code] for code in known))
            result[body_id] = zone
    return result
