"""Snapshots: what a published figure was computed from, numbered, chained and never changed."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.place import _files
from totalplace.place._create import renew
from totalplace.place._decisions import Decision, all_decisions, effective
from totalplace.place._documents import encode, numbered, read_document
from totalplace.place._journal import load_state
from totalplace.place._state import Member, Source, State
from totalplace.place._workspace import write_lock

__all__ = ["CURRENT", "Snapshot", "content_hash", "freeze", "snapshot", "snapshots", "unkept"]

CURRENT = "current"

_CIRCUMSTANCES = {"received", "file_name", "lines_sha256", "rejects_sha256", "superseded_by"}
"""Fields of a member that may differ while every figure stays the same."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A state of the place that figures are bound to.

    Args:
        n: its number, from 1 without gaps.
        note: why it was made; None for those that a count made.
        content_hash: SHA-256 of what a figure can depend on: active members (registers among
            them) and the decisions that hold.
        previous: SHA-256 of the document of snapshot n - 1, empty for the first: a chain, so that
            no earlier one can be changed unnoticed.
        decisions: the highest number of a decision that it knows.
    """

    n: int
    note: str | None
    created: date
    content_hash: str
    previous: str
    decisions: int
    sources: tuple[Source, ...]
    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        State(sources=self.sources, members=self.members)  # refuses what no state can be

    @property
    def state(self) -> State:
        """The state of the place as it was."""
        return State(sources=self.sources, members=self.members)


def content_hash(state: State, decisions: tuple[Decision, ...]) -> str:
    """SHA-256 of what a figure can depend on. A choice made and undone leaves it as it was."""
    members = [asdict(member) for member in state.active]
    content = {
        "members": [{k: m[k] for k in m.keys() - _CIRCUMSTANCES} for m in members],
        "decisions": [(d.object_id, d.what, d.value) for d in effective(decisions)],
    }
    return hashlib.sha256(encode(content)).hexdigest()


def freeze(root: Path, note: str | None, *, today: date) -> Snapshot:
    """Make a snapshot, or return the last one; see `Folder.freeze`."""
    if note is None and (same := _unchanged(root)) is not None:
        return same
    with write_lock(root):
        if note is None and (same := _unchanged(root)) is not None:
            return same
        made = replace(unkept(root, (), today=today), note=note)
        renew(root)
        _files.make_folder(root / "snapshots")
        path = root / "snapshots" / f"{made.n}.json"
        _files.write_bytes_atomic(path, encode(made))
        try:
            _files.write_bytes_atomic(root / CURRENT, f"{made.n}\n".encode())
        except BaseException:
            with contextlib.suppress(PlaceError):
                _files.remove_file(path)
            raise
    return made


def unkept(root: Path, pending: tuple[Decision, ...], *, today: date) -> Snapshot:
    """The snapshot that the place would have with more decisions; it is not written."""
    state, decisions = load_state(root), (*all_decisions(root), *pending)
    earlier = numbered(root / "snapshots")
    return Snapshot(
        n=len(earlier) + 1,
        note=None,
        created=today,
        content_hash=content_hash(state, decisions),
        previous=_files.sha256_of(earlier[-1]) if earlier else "",
        decisions=len(decisions),
        sources=state.sources,
        members=state.members,
    )


def snapshot(root: Path, n: int) -> Snapshot:
    """One snapshot by its number.

    Raises:
        RequestError: there is none of this number; the message says which there are.
        PlaceError: it is damaged.
    """
    there = numbered(root / "snapshots")
    if not 1 <= n <= len(there):
        raise RequestError(
            Problem(
                "unknown_snapshot",
                "the place has no such snapshot",
                f"snapshot {n}",
                f"it has {f'1 to {len(there)}' if there else 'none yet'}",
                "make one with `totalplace snapshot` or a count, or give a number that it has",
            )
        )
    return read_document(there[n - 1], Snapshot)


def snapshots(root: Path) -> tuple[Snapshot, ...]:
    """All snapshots by number."""
    return tuple(read_document(path, Snapshot) for path in numbered(root / "snapshots"))


def _unchanged(root: Path) -> Snapshot | None:
    there = numbered(root / "snapshots")
    if not there:
        return None
    last = read_document(there[-1], Snapshot)
    same = last.content_hash == content_hash(load_state(root), all_decisions(root))
    return last if same else None
