"""What a count of a year comes to, body by body: little enough to be kept, and set side by side."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.count._settle import MATCH
from totalplace.errors import PlaceError
from totalplace.model import data_edition
from totalplace.place import Folder

__all__ = ["MOVING", "READING", "BodyStanding", "Standing", "is_moved", "keep", "known_standing"]

READING = ("alias", "stream")
"""Kinds of decision that change how lines are read."""

MOVING = (*READING, MATCH)
"""Kinds of decision that can change a headline."""

_STEP = "standing"
_VERSION = 1
_SCHEMA = pa.schema(
    [
        ("part", pa.string()),
        ("id", pa.string()),
        ("name", pa.string()),
        ("gross_pence", pa.int64()),
        ("eliminated_pence", pa.int64()),
        ("number", pa.int64()),
    ]
)


@dataclass(frozen=True)
class BodyStanding:
    """One body's part of the headline."""

    body_id: str
    name: str
    gross_pence: int
    eliminated_pence: int

    @property
    def net_pence(self) -> int:
        """Gross less eliminated."""
        return self.gross_pence - self.eliminated_pence


@dataclass(frozen=True)
class Standing:
    """A headline under the default key, and how much of the transfers is settled.

    Attributes:
        bodies: everybody with a part in the headline, by body_id.
        matched: transfers between accounts of the place whose two ends were found.
        unresolved: those that nothing has settled.
        unresolved_pence: how far the sides of these are apart.
    """

    year: str
    bodies: tuple[BodyStanding, ...]
    matched: int
    unresolved: int
    unresolved_pence: int

    @property
    def gross_pence(self) -> int:
        """All that is spent."""
        return sum(body.gross_pence for body in self.bodies)

    @property
    def eliminated_pence(self) -> int:
        """What counted bodies pay one another."""
        return sum(body.eliminated_pence for body in self.bodies)

    @property
    def net_pence(self) -> int:
        """Gross less eliminated."""
        return self.gross_pence - self.eliminated_pence


def is_moved(folder: Folder, supposed: Folder) -> bool:
    """Whether decisions that are pending can change a headline."""
    return _moving(folder) != _moving(supposed)


def known_standing(folder: Folder, year: str) -> Standing | None:
    """The standing of a place as it is now, pending decisions included, if it is kept."""
    path = folder.derived(_STEP, _inputs(folder, year))
    if path is None:
        return None
    rows = pq.read_table(path).to_pylist()
    sums = {row["id"]: row["number"] for row in rows if row["part"] == "transfers"}
    return Standing(
        year=year,
        bodies=tuple(
            BodyStanding(row["id"], row["name"], row["gross_pence"], row["eliminated_pence"])
            for row in rows
            if row["part"] == "body"
        ),
        **sums,
    )


def keep(folder: Folder, found: Standing) -> None:
    """Keep what a count of the place as it is now came to; a full disk only costs time."""
    with contextlib.suppress(PlaceError, OSError):
        folder.write_derived(_STEP, _inputs(folder, found.year), _table(found))


def _table(found: Standing) -> pa.Table:
    none = dict.fromkeys(_SCHEMA.names)
    rows: list[Mapping[str, object]] = [
        {
            **none,
            "part": "body",
            "id": one.body_id,
            "name": one.name,
            "gross_pence": one.gross_pence,
            "eliminated_pence": one.eliminated_pence,
        }
        for one in found.bodies
    ]
    rows += [
        {**none, "part": "transfers", "id": name, "number": getattr(found, name)}
        for name in ("matched", "unresolved", "unresolved_pence")
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _moving(folder: Folder) -> list[tuple[str, str, str]]:
    decisions = folder.decisions()
    return [(one.object_id, one.what, one.value) for one in decisions if one.what in MOVING]


def _inputs(folder: Folder, year: str) -> str:
    parts = [
        _VERSION,
        data_edition(),
        folder.content_hash(MOVING),
        sorted(folder.areas),
        folder.name,
        year,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
