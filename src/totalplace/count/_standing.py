"""What a count of a year comes to, body by body: little enough to be kept, and set side by side."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.count._accounts import OPEN_LEVELS, between_accounts
from totalplace.count._evidence import Evidence, gather
from totalplace.count._match import Sought, seek, settle
from totalplace.count._net import spending, sums_by_body
from totalplace.count._perimeter import Perimeter
from totalplace.count._perspective import choose_key, perimeter_of
from totalplace.count._population_keys import with_population_keys
from totalplace.count._registers import Registers, registers
from totalplace.count._settle import MATCH
from totalplace.engine import Engine
from totalplace.errors import PlaceError
from totalplace.model import data_edition
from totalplace.place import Decision, Folder

__all__ = ["BodyStanding", "Desk", "Standing", "is_moved", "known_standing"]

_READING = ("alias", "stream")
"""Kinds of decision that change how lines are read."""

MOVING = (*_READING, MATCH)
"""Kinds of decision that can change a headline."""

_COUNTS = 50
"""How many counts share what was read, before the tables that each left behind are let go."""

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


class Desk:
    """Counts of a place as far as its standing needs them, one after the other.

    What two of them have in common is read once: the registers, and the lines and what evidence
    matches of them while no decision about payees or streams differs. One thread at a time counts.

    Args:
        engine: makes the engine that it all is kept in.
    """

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._make = engine
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._registers: tuple[str, Registers] | None = None
        self._read: tuple[str, _Read] | None = None
        self._counts = 0

    def standing(
        self,
        folder: Folder,
        year: str,
        *,
        report: Callable[[str], None] = lambda _: None,
    ) -> Standing:
        """Count a place as it is now, pending decisions included, and keep what comes of it.

        Raises:
            RequestError: the place holds nothing of the year.
        """
        with self._lock:
            found = self._count(folder, year, report)
        with contextlib.suppress(PlaceError, OSError):
            folder.write_derived(_STEP, _inputs(folder, year), _table(found))
        return found

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        if self._engine is not None:
            self._engine.close()
        self._engine, self._read, self._counts = None, None, 0

    def _count(self, folder: Folder, year: str, report: Callable[[str], None]) -> Standing:
        inputs = f"{folder.content_hash(_READING)} {year}"
        # what each count keeps stays in the engine
        engine, read = self._engine, self._read
        if engine is None or read is None or read[0] != inputs or self._counts == _COUNTS:
            self._clear()
            self._engine = engine = self._make()
            self._read = read = inputs, self._gather(engine, folder, year, report)
        self._counts += 1
        report("match and eliminate")
        return read[1].standing(engine, folder.decisions(), year)

    def _gather(
        self, engine: Engine, folder: Folder, year: str, report: Callable[[str], None]
    ) -> _Read:
        state = folder.state()
        report("registers")
        held = folder.content_hash(())
        if self._registers is None or self._registers[0] != held:
            known = with_population_keys(engine, folder, state, registers(folder, state))
            self._registers = held, known
        register = self._registers[1]
        place = register.areas.expand(folder.areas)
        perimeter = perimeter_of(register, place, choose_key(register, place, year, None))
        evidence = gather(
            engine,
            folder,
            state,
            register,
            split=perimeter.split_zones(),
            year=year,
            # what a payment is for has no part in it: the classification is not made anew
            decisions=[
                *(one for one in folder.decisions() if one.what in _READING),
                *(one for one in folder.saved.decisions() if one.what not in _READING),
            ],
            is_checked=False,
            report=report,
        )
        return _Read(register, perimeter, evidence, seek(engine, evidence.lines))


@dataclass(frozen=True)
class _Read:
    """What was read of a place, and what evidence alone matches of it."""

    registers: Registers
    perimeter: Perimeter
    evidence: Evidence
    sought: Sought

    def standing(self, engine: Engine, decisions: Sequence[Decision], year: str) -> Standing:
        """What it comes to with decisions about transfers."""
        counted = self.evidence.counted
        matches = settle(engine, self.sought, decisions, year=year)
        spent = spending(engine, self.evidence.lines, matches, counted, self.perimeter)
        sums = sums_by_body(engine, spent, self.perimeter)
        is_between = between_accounts(self.perimeter, counted)
        rows = engine.to_arrow(
            matches.match.select(
                *("level", "payer_id", "payee_id"),
                *("paid_pence", "received_pence", "paid_lines", "received_lines"),
            )
        ).to_pylist()
        own = [row for row in rows if is_between(row)]
        left = [row for row in own if row["level"] in OPEN_LEVELS]
        return Standing(
            year=year,
            bodies=tuple(
                BodyStanding(
                    body_id,
                    self.registers.name(body_id),
                    sums["gross"].get(body_id, 0),
                    sums["eliminated"].get(body_id, 0),
                )
                for body_id in sorted({*sums["gross"], *sums["eliminated"]})
            ),
            matched=len(own) - len(left),
            unresolved=len(left),
            unresolved_pence=sum(abs(row["paid_pence"] - row["received_pence"]) for row in left),
        )


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
