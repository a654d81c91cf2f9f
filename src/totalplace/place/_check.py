"""`check`: everything on the disk of a place against everything that its documents say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from totalplace.errors import PlaceError, Problem
from totalplace.place import _files, _kept
from totalplace.place._decisions import Decision
from totalplace.place._documents import encode
from totalplace.place._folder import Folder
from totalplace.place._journal import CHANGES, load_state
from totalplace.place._snapshots import CURRENT, Snapshot, content_hash
from totalplace.place._state import Member, Source, State
from totalplace.place._workspace import TMP, is_alive, is_committing, noted_moves

__all__ = ["check"]

T = TypeVar("T")

_DOCUMENTS = ("", "decisions", "snapshots")


def check(folder: Folder) -> list[Problem]:
    """Verify a whole place; an empty list means that all of it is sound.

    Every source is hashed again, every Parquet file is hashed, opened, its rows counted and its
    pence summed; records = lines + rejected + skipped; decisions and snapshots are without gaps,
    the chain of snapshots is unbroken and each one's content is what it says; approved cases are
    as they were approved. Problems whose code
    begins with ``leftover_`` are harmless remains of a writer that was killed.
    """
    problems: list[Problem] = []

    def read(what: Callable[[], T]) -> T | None:
        try:
            return what()
        except PlaceError as error:
            problems.extend(error.problems)
            return None

    # in this order: what a writer adds while we read is then never missing from the later ones
    made = read(folder.snapshots)
    decisions = read(folder.all_decisions)
    state = read(lambda: load_state(folder.path, fresh=True))
    if state is None:
        return problems
    for source in state.sources:
        problems += _source(folder.path, source)
    for member in state.members:
        problems += _member(folder.path, member)
    if decisions is not None:
        problems += _numbers(folder.path, decisions)
        problems += _kept.faults(folder.path, decisions)
        if made is not None:
            problems += _chain(folder.path, made, decisions, state)
    problems += _leftovers(folder)
    return problems


def _source(root: Path, source: Source) -> Iterator[Problem]:
    yield from _hash(root / source.path, source.sha256)
    try:
        same = (root / source.facts_path).read_bytes() == encode(source)
    except OSError:
        same = False
    if not same:
        yield _damaged(root / source.facts_path, "it differs from what the state says of it")


def _member(root: Path, member: Member) -> Iterator[Problem]:
    where = f"{member.file_name} {member.member}".strip()
    if not member.adds_up:
        yield Problem(
            "records_do_not_add_up",
            "records differ from lines + rejected + skipped",
            where,
            f"{member.records} records in the state",
            "supersede the file by a fresh copy of it",
        )
    yield from _rows(root / member.lines_path, member.lines_sha256, member.lines, member.sum_pence)
    if member.rejects_sha256 is not None:
        path = root / member.rejects_path
        yield from _rows(path, member.rejects_sha256, member.rejected, None)


def _rows(path: Path, sha256: str, rows: int, sum_pence: int | None) -> Iterator[Problem]:
    if wrong := list(_hash(path, sha256)):
        # not opened: a damaged Parquet file can make a reader crash
        yield from wrong
        return
    total = 0
    try:
        with pq.ParquetFile(path) as file:
            found = file.metadata.num_rows
            if sum_pence is not None:
                for batch in file.iter_batches(columns=_summed_columns(file)):
                    total += pc.sum(_summed(batch)).as_py() or 0
    except (OSError, pa.ArrowException, LookupError, TypeError) as error:
        yield _damaged(path, f"it cannot be read as a file of lines: {error}")
        return
    if found != rows:
        yield _damaged(path, f"it holds {found} rows, the state says {rows}")
    if sum_pence is not None and total != sum_pence:
        yield _damaged(path, f"its lines sum to {total} pence, the state says {sum_pence}")


def _summed_columns(file: pq.ParquetFile) -> list[str]:
    return [name for name in ("amount_pence", "is_summed") if name in file.schema_arrow.names]


def _summed(batch: pa.RecordBatch) -> pa.Array:
    """The amounts that make up a member's sum: all, unless the dataset marks its own totals."""
    amounts = batch.column("amount_pence")
    return amounts.filter(batch.column("is_summed")) if batch.num_columns > 1 else amounts


def _hash(path: Path, sha256: str) -> Iterator[Problem]:
    try:
        found = _files.sha256_of(path)
    except PlaceError as error:
        yield from error.problems
        return
    if found != sha256:
        yield _damaged(path, f"its SHA-256 is {found}, expected {sha256}")


def _numbers(root: Path, decisions: tuple[Decision, ...]) -> Iterator[Problem]:
    for n, decision in enumerate(decisions, start=1):
        if decision.n != n:
            path = root / "decisions" / f"{n}.json"
            yield _damaged(path, f"it says that it is decision {decision.n}")


def _chain(
    root: Path, made: tuple[Snapshot, ...], decisions: tuple[Decision, ...], state: State
) -> Iterator[Problem]:
    known = state.files()
    previous = ""
    for n, snapshot in enumerate(made, start=1):
        path = root / "snapshots" / f"{n}.json"
        if snapshot.n != n:
            yield _damaged(path, f"it says that it is snapshot {snapshot.n}")
        if snapshot.previous != previous:
            yield _damaged(path, "the snapshot before it is not the one that it was made after")
        if snapshot.decisions > len(decisions):
            yield _damaged(path, f"it knows {snapshot.decisions} decisions, not all are there")
        elif snapshot.content_hash != content_hash(snapshot.state, decisions[: snapshot.decisions]):
            yield _damaged(path, "its content hash is not that of its members and decisions")
        if missing := sorted(snapshot.state.files() - known):
            yield _damaged(root / CHANGES, f"it no longer names {missing[0]} of {path.name}")
        previous = _files.sha256_of(path)
    last = str(len(made)) if made else ""
    current = root / CURRENT
    named = current.read_text("utf-8", "replace").strip() if current.is_file() else ""
    if named != last:
        yield Problem(
            "leftover_current",
            "the name of the current snapshot is out of date",
            str(current),
            f"it says {named or 'nothing'}, the last snapshot is {last or 'none'}",
            "nothing is lost: the next snapshot puts it right",
        )


def _leftovers(folder: Folder) -> Iterator[Problem]:
    root = folder.path
    there = [
        path
        for top in ("sources", "lines", "rejects", "reference")
        for path in sorted((root / top).rglob("*"))
        if not path.is_dir()
    ]
    workspaces = sorted((root / TMP).glob("*"))
    temporary = [path for top in _DOCUMENTS for path in sorted((root / top).glob(".*.tmp"))]
    # in this order, or what a running writer is just doing would pass for a leftover
    moving = {target for path in workspaces for target in noted_moves(path)}
    kept = folder.state().files() | moving
    for path in there:
        if path.relative_to(root) not in kept and path.exists():
            fix = "move it out of the place once you know what it is"
            yield _leftover(path, "no change names it", fix)
    approved = _kept.listed(root)
    if is_committing(root):
        return
    # who moved those here has decided by now
    for path in _kept.strays(root, approved, folder.all_decisions()) if approved else ():
        fix = "move it out of the place once you know what it is"
        yield _leftover(path, "no decision approves it", fix)
    dead = [path for path in workspaces if not is_alive(path) and not _is_empty(path)]
    for path in [*dead, *temporary]:
        if path.exists():
            yield _leftover(path, "a writer was killed here", "the next writer removes it")


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except NotADirectoryError:
        return False
    except OSError:
        # it has just gone, or is another user's
        return True


def _leftover(path: Path, why: str, fix: str) -> Problem:
    return Problem("leftover_file", "a file that is no part of the place", str(path), why, fix)


def _damaged(path: Path, why: str) -> Problem:
    return Problem(
        "damaged_file",
        "a file of the place is damaged",
        str(path),
        why,
        "put this file back from a backup, or supersede its source by a fresh copy",
    )
