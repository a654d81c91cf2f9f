"""The handle of a place: everything that the floors above may ask of the folder."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import PlaceError, Problem
from totalplace.place import _create, _decisions, _files, _kept, _snapshots
from totalplace.place._change import Change, parquet_bytes
from totalplace.place._decisions import Before, Decision, NewDecision
from totalplace.place._documents import damaged
from totalplace.place._journal import load_state
from totalplace.place._kept import Approval, Kept
from totalplace.place._snapshots import Snapshot
from totalplace.place._state import Member, State, is_identifier
from totalplace.place._workspace import workspace, write_lock

__all__ = ["Folder", "create", "migrate", "open_folder"]


@dataclass(frozen=True)
class Folder:
    """An open place. It holds no file open and no lock; any number may be open anywhere.

    Args:
        path: the folder.
        id: the place's short id.
        areas: its area codes.
        years: its financial years, e.g. ``2017-18``; the first is the one counted by default.
        engine: the analysis engine's name.
        pending: decisions that are only supposed, to follow those made. A folder with any, be it
            none (``()``), counts as if they were made and keeps no snapshot of it.
    """

    path: Path
    id: str
    name: str
    areas: tuple[str, ...]
    years: tuple[str, ...]
    engine: str
    schema_version: int
    pending: tuple[Decision, ...] | None = None

    def supposing(self, choices: Sequence[NewDecision] = ()) -> Folder:
        """The same place as if these choices were made; nothing is written.

        Raises:
            RequestError: some undo a decision that does not hold; every one of them.
        """
        earlier = _decisions.all_decisions(self.path)
        return replace(self, pending=_decisions.as_decisions(choices, earlier))

    @property
    def saved(self) -> Folder:
        """The same place without what is pending."""
        return replace(self, pending=None)

    def state(self, at: int | None = None) -> State:
        """What the place holds now, or held at snapshot `at`.

        Raises:
            RequestError: no such snapshot.
            PlaceError: the document is damaged.
        """
        return load_state(self.path) if at is None else self.snapshot(at).state

    def change(self) -> Change:
        """A change to the place, as a context manager; see `Change`."""
        return Change(self.path)

    def store_source(
        self,
        content: Path | bytes,
        *,
        name: str,
        received: str,
        publisher: str | None = None,
        licence: str | None = None,
    ) -> str:
        """Keep a supplied file, at once and by itself; its SHA-256. See `Change.store_source`."""
        with self.change() as change:
            source = change.store_source(
                content, name=name, received=received, publisher=publisher, licence=licence
            )
        return source.sha256

    def source_path(self, sha256: str) -> Path:
        """Where the bytes of a source of the place are.

        Raises:
            RequestError: the place has no such source.
        """
        return self.path / self.state().find_source(sha256).path

    def decide(
        self, *, object_id: str, what: str, value: str, who: str, when: str, why: str
    ) -> int:
        """Add a decision and return its number; ``what="undo"`` takes decision `value` back.

        Raises:
            RequestError: a part is empty, or there is nothing of that number to undo.
            PlaceError: the disk cannot take it.
        """
        choice = NewDecision(
            object_id=object_id, what=what, value=value, who=who, when=when, why=why
        )
        return self.decide_all([choice])[0]

    def decide_all(
        self, choices: Sequence[NewDecision], *, before: Before | None = None
    ) -> tuple[int, ...]:
        """Add decisions, one after the other under one lock, and return their numbers.

        All are looked at before the first is written. Each is a row of its own: if the disk fails
        in between, those written stay, and the error says which they are.

        Args:
            before: told the decisions with their numbers under the lock, before the first is
                written: nobody decides or loads until they are. What it raises stops them all.

        Raises:
            RequestError: parts are empty, or there is nothing to undo; every problem.
            PlaceError: the disk cannot take them, or others write for too long.
        """
        return _decisions.decide(self.path, choices, before=before)

    def decisions(self, at: int | None = None) -> tuple[Decision, ...]:
        """The decisions that hold, by number: now, or as of snapshot `at`; then those pending."""
        made = _decisions.all_decisions(self.path)
        if at is not None:
            made = made[: self.snapshot(at).decisions]
        return _decisions.effective((*made, *(self.pending or ())))

    def all_decisions(self) -> tuple[Decision, ...]:
        """Every decision ever made, undone ones and the undoing too, by number."""
        return _decisions.all_decisions(self.path)

    def decisions_at_rest(self, *, wait_seconds: float) -> tuple[Decision, ...]:
        """Every decision ever made, at a moment when nobody writes one.

        Raises:
            PlaceError: somebody wrote all the while (`place_busy`).
        """
        return _decisions.decisions_at_rest(self.path, wait_seconds=wait_seconds)

    def keep(
        self,
        kind: str,
        files: Mapping[str, bytes],
        *,
        slug: str,
        main: str,
        title: str,
        run_hash: str,
        result: Mapping[str, Any],
        approval: Approval,
    ) -> Kept:
        """Keep a case or a portfolio that a second person has approved, as its next revision.

        Whole or not at all, and never changed afterwards.

        Args:
            kind: ``case`` or ``portfolio``.
            files: plain file name -> content: the file itself, and what it names beside it.
            slug: its id.
            main: which of the files it is.
            result: the document of its run, which `run_hash` binds.
            approval: by a second person.

        Raises:
            RequestError: one person, no reason, or an id or a file name that cannot be kept.
            PlaceError: the disk cannot take it.
        """
        return _kept.keep(
            self.path,
            kind,
            files,
            slug=slug,
            main=main,
            title=title,
            run_hash=run_hash,
            result=result,
            approval=approval,
        )

    def kept(self, kind: str, *, at: int | None = None, every: bool = False) -> tuple[Kept, ...]:
        """Approved cases or portfolios whose approval holds, in the order of their approval.

        Args:
            at: as of this snapshot.
            every: those too whose approval was taken back.

        Raises:
            PlaceError: one is missing or not what was approved.
        """
        return _kept.kept(self.path, self.all_decisions() if every else self.decisions(at), kind)

    def kept_files(self, one: Kept) -> dict[str, bytes]:
        """The files of what was approved, its ``result.json`` among them.

        Raises:
            PlaceError: one is missing or not what was approved.
        """
        return _kept.kept_files(self.path, one)

    @property
    def mapping_path(self) -> Path:
        """The place's mapping file, which people edit; it need not be there."""
        return self.path / "mapping.toml"

    def edit_mapping(self, edit: Callable[[str | None], str | None]) -> None:
        """Change the mapping file under the place's lock.

        Args:
            edit: given its text, or None if there is none, gives the new one, or None to leave it.

        Raises:
            PlaceError: the disk cannot take it.
            ValueError: it is no UTF-8, or whatever `edit` raises.
        """
        with write_lock(self.path):
            text = None
            if self.mapping_path.exists():
                with _files.told("read", self.mapping_path):
                    text = self.mapping_path.read_bytes().decode("utf-8-sig")
            new = edit(text)
            if new is not None:
                _create.renew(self.path)
                _files.write_bytes_atomic(self.mapping_path, new.encode())

    def freeze(self, note: str | None = None, *, today: date) -> Snapshot:
        """A snapshot of the place as it is now.

        Without a note the last snapshot is returned when nothing that a figure can depend on has
        changed since (nothing is then written: a place on a read-only disk can be counted again).
        With a note it is always a new one. With decisions pending it is not kept.

        Raises:
            PlaceError: the disk cannot take it.
        """
        if self.pending is not None:
            return _snapshots.unkept(self.path, self.pending, today=today)
        return _snapshots.freeze(self.path, note, today=today)

    def content_hash(self, kinds: Sequence[str]) -> str:
        """SHA-256 of what a figure can depend on as the place is now, those pending included.

        Args:
            kinds: of decisions; others have no part in it.
        """
        known = tuple(one for one in self.decisions() if one.what in kinds)
        return _snapshots.content_hash(self.state(), known)

    def snapshot(self, n: int) -> Snapshot:
        """Snapshot number `n`.

        Raises:
            RequestError: there is none; the message says which there are.
        """
        return _snapshots.snapshot(self.path, n)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """All snapshots by number."""
        return _snapshots.snapshots(self.path)

    def lines_path(self, member: Member) -> Path:
        """The Parquet file of one member's rows."""
        return self.path / member.lines_path

    def lines_paths(self, dataset: str, state: State) -> list[Path]:
        """The Parquet files that make up a dataset in a state, in a stable order."""
        return [
            self.path / member.lines_path
            for member in state.active
            if member.dataset == dataset and not member.is_register
        ]

    def rejects_paths(self, dataset: str, state: State) -> list[Path]:
        """The Parquet files of a dataset's rejected records, where there are any."""
        return [
            self.path / member.rejects_path
            for member in state.active
            if member.dataset == dataset and member.rejects_sha256 is not None
        ]

    def reference_paths(self, table: str, state: State) -> list[Path]:
        """The Parquet files of the rows that the place adds to a register, first received first."""
        members = [m for m in state.active if m.is_register and m.dataset == table]
        members.sort(key=lambda member: (member.received, *member.key))
        return [self.path / member.lines_path for member in members]

    def reference(self, table: str, state: State) -> pa.Table | None:
        """The rows that the place adds to a register, to go after the shipped ones.

        In the order of their receipt, so that of two rows about one thing the later is last; None
        when the place adds none.

        Raises:
            PlaceError: a file is missing or damaged.
        """
        tables = []
        for path in self.reference_paths(table, state):
            try:
                with _files.told("read", path), pq.ParquetFile(path) as file:
                    tables.append(file.read())
            except pa.ArrowInvalid as error:
                raise damaged(path, str(error)) from error
        return pa.concat_tables(tables, promote_options="permissive") if tables else None

    def derived(self, step: str, inputs_hash: str) -> Path | None:
        """Where the derived table of a step stands, if it was computed from these inputs.

        A file whose bytes are not those that were written is none: it is computed anew.
        """
        start = _derived_name(step, inputs_hash)
        for path in sorted((self.path / "tables" / step).glob(f"{start}.*.parquet")):
            with contextlib.suppress(OSError, PlaceError):
                if path.name == f"{start}.{_files.sha256_of(path)[:16]}.parquet":
                    return path
        return None

    def write_derived(self, step: str, inputs_hash: str, table: pa.Table) -> Path:
        """Keep a derived table: a cache and an audit trail at once. The path it stands at.

        Its name tells the inputs, then the beginning of the SHA-256 of its bytes.

        Raises:
            PlaceError: the disk cannot take it.
        """
        content = parquet_bytes(table)
        digest = hashlib.sha256(content).hexdigest()[:16]
        target = self.path / "tables" / step
        target /= f"{_derived_name(step, inputs_hash)}.{digest}.parquet"
        with workspace(self.path) as folder:
            staged = folder / "table.parquet"
            _files.write_file(staged, content)
            _files.make_folder(target.parent)
            try:
                _files.move_file(staged, target)
                _files.sync_folder(target.parent)
            except BaseException:
                with contextlib.suppress(PlaceError):
                    _files.remove_file(target)
                raise
        return target


def _derived_name(step: str, inputs_hash: str) -> str:
    if not (is_identifier(step) and inputs_hash.isalnum()):
        raise ValueError(f"no name of a derived table: {step!r}, {inputs_hash!r}")
    return inputs_hash


def create(
    path: Path,
    *,
    name: str,
    areas: Sequence[str],
    year: str,
    known_area: Callable[[str], Problem | None] = lambda _: None,
) -> Folder:
    """Make an empty place.

    Args:
        path: a folder that does not exist, or an empty one.
        areas: area codes, each once.
        year: a financial year such as ``2017-18``.
        known_area: tells what is wrong with an area code, or None; the register of areas is the
            caller's.

    Raises:
        RequestError: with everything that is wrong at once; nothing was made.
        PlaceError: the disk cannot take it.
    """
    _create.make_place(path, name=name, areas=areas, year=year, known_area=known_area)
    return open_folder(path)


def open_folder(path: Path) -> Folder:
    """Open a place for reading and writing; takes no lock and changes nothing.

    Raises:
        PlaceError: the folder is no place, is damaged, or a later version made it.
    """
    facts = _create.read_place(path)
    load_state(path)
    return Folder(
        path=path,
        id=facts.id,
        name=facts.name,
        areas=facts.areas,
        years=facts.years,
        engine=facts.engine,
        schema_version=facts.schema_version,
    )


def migrate(path: Path) -> tuple[int, int]:
    """Make a place of an older schema one of this version, as its next writer would.

    Returns:
        The schema version that it had, and the one that it has.

    Raises:
        PlaceError: the folder is no place, is damaged, a later version made it, or the disk cannot
            take it.
    """
    open_folder(path)
    with write_lock(path):
        return _create.renew(path)
