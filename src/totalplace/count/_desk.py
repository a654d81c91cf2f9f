"""Counting a place again and again, as far as its standing needs it: common parts are read once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from totalplace.count._accounts import (
    OPEN_LEVELS,
    OpenTransfer,
    between_accounts,
    open_transfers,
)
from totalplace.count._evidence import Evidence, gather
from totalplace.count._match import Matches, Sought, seek, settle
from totalplace.count._net import Spending, spending, sums_by_body
from totalplace.count._perimeter import Perimeter
from totalplace.count._perspective import choose_key, perimeter_of
from totalplace.count._population_keys import with_population_keys
from totalplace.count._registers import Registers, registers
from totalplace.count._settle import MATCH
from totalplace.count._standing import READING, BodyStanding, Standing, keep
from totalplace.engine import Engine
from totalplace.place import Decision, Folder

__all__ = ["Desk"]

_COUNTS = 50
"""How many counts share what was read, before the tables that each left behind are let go."""


class Desk:
    """Counts of a place as far as its standing needs them, one after the other.

    What two of them have in common is read once: the registers, and the lines and what evidence
    matches of them while no decision about payees or streams differs; and what was settled of the
    transfers, while no decision about those differs either. One thread at a time counts.

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
            engine, read = self._ready(folder, year, report)
            found = read.standing(engine, folder.decisions(), year)
        keep(folder, found)
        return found

    def open_transfers(
        self,
        folder: Folder,
        year: str,
        *,
        report: Callable[[str], None] = lambda _: None,
    ) -> list[OpenTransfer]:
        """The transfers of a place as it is now that nothing has settled.

        Raises:
            RequestError: the place holds nothing of the year.
        """
        with self._lock:
            engine, read = self._ready(folder, year, report)
            return read.open_transfers(engine, folder.decisions(), year)

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        if self._engine is not None:
            self._engine.close()
        self._engine, self._read, self._counts = None, None, 0

    def _ready(
        self, folder: Folder, year: str, report: Callable[[str], None]
    ) -> tuple[Engine, _Read]:
        """What was read of the place for the year, and the engine that it is in."""
        inputs = f"{folder.content_hash(READING)} {year}"
        # what each count keeps stays in the engine
        engine, read = self._engine, self._read
        if engine is None or read is None or read[0] != inputs or self._counts == _COUNTS:
            self._clear()
            self._engine = engine = self._make()
            self._read = read = inputs, self._gather(engine, folder, year, report)
        self._counts += 1
        report("match and eliminate")
        return engine, read[1]

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
                *(one for one in folder.decisions() if one.what in READING),
                *(one for one in folder.saved.decisions() if one.what not in READING),
            ],
            is_checked=False,
            report=report,
        )
        return _Read(register, perimeter, evidence, seek(engine, evidence.lines))


@dataclass
class _Read:
    """What was read of a place, and what evidence alone matches of it.

    Attributes:
        last: what was settled last, and by which decisions.
    """

    registers: Registers
    perimeter: Perimeter
    evidence: Evidence
    sought: Sought
    last: tuple[list[Decision], Matches, Spending] | None = None

    def _settled(
        self, engine: Engine, decisions: Sequence[Decision], year: str
    ) -> tuple[Matches, Spending]:
        """Who was matched with whom, and what is spent, with decisions about transfers."""
        wanted = [one for one in decisions if one.what == MATCH]
        if self.last is None or self.last[0] != wanted:
            matches = settle(engine, self.sought, decisions, year=year)
            spent = spending(
                engine, self.evidence.lines, matches, self.evidence.counted, self.perimeter
            )
            self.last = wanted, matches, spent
        return self.last[1:]

    def open_transfers(
        self, engine: Engine, decisions: Sequence[Decision], year: str
    ) -> list[OpenTransfer]:
        """What nothing has settled."""
        matches, spent = self._settled(engine, decisions, year)
        return open_transfers(
            engine,
            registers=self.registers,
            perimeter=self.perimeter,
            evidence=self.evidence,
            matches=matches,
            payments=spent.payments,
        )

    def standing(self, engine: Engine, decisions: Sequence[Decision], year: str) -> Standing:
        """What it comes to with decisions about transfers."""
        matches, spent = self._settled(engine, decisions, year)
        sums = sums_by_body(engine, spent, self.perimeter)
        is_between = between_accounts(self.perimeter, self.evidence.counted)
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
