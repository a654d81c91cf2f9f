"""The live state of a place: a row of numbered changes, each written once and never again.

`changes/<n>.json` says what one commit has added: its cost does not grow with the place. A change
names the SHA-256 of the one before it, so none can be lost or altered unnoticed in the middle.
A place of schema 1 holds its state up to the first change in `working.json`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from totalplace.errors import PlaceError
from totalplace.place import _files
from totalplace.place._documents import damaged, decode, encode, numbered
from totalplace.place._state import Member, Source, State

__all__ = ["CHANGES", "WORKING", "append", "load_row", "load_state"]

CHANGES = "changes"
WORKING = "working.json"

_REMEMBERED_PLACES = 8

Mark = tuple[int, int, int] | None
"""What tells a file from another under the same name: inode, time and size; None for no file."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One commit.

    Args:
        n: its number, from 1 without gaps.
        previous: SHA-256 of the document before it: change n - 1, or `working.json`; else empty.
        sources: those that are new.
        members: those that are new or whose status has changed.
    """

    n: int
    previous: str
    sources: tuple[Source, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True)
class _Loaded:
    """A state, and where in the row of changes it stands."""

    n: int
    sha256: str
    sources: Mapping[str, Source]
    members: Mapping[tuple[str, int], Member]
    marks: tuple[Mark, Mark]
    state: State


_remembered: dict[Path, _Loaded] = {}


def load_state(root: Path, *, fresh: bool = False) -> State:
    """The live state. Each change is a whole document, so it is always a whole state.

    What this process has read of the row before is not read again.

    Args:
        fresh: read all of it all the same.

    Raises:
        PlaceError: a document is missing or damaged.
    """
    return _load(root, fresh=fresh).state


def load_row(root: Path) -> tuple[int, State]:
    """The number of the last change, and the state after it; all of it read anew."""
    loaded = _load(root, fresh=True)
    return loaded.n, loaded.state


def append(root: Path, after: State, scratch: Path) -> None:
    """Make `after` the live state by one rename. The place's lock is held.

    Args:
        scratch: a private folder inside the place.

    Raises:
        PlaceError: the disk did not take it; the state is what it was.
    """
    before = _load(root)
    entry = Entry(
        n=before.n + 1,
        previous=before.sha256,
        sources=tuple(s for s in after.sources if before.sources.get(s.sha256) != s),
        members=tuple(m for m in after.members if before.members.get(m.key) != m),
    )
    staged, target = scratch / "change.json", _path(root, entry.n)
    _files.write_file(staged, encode(entry))
    try:
        _files.move_file(staged, target)
        _files.sync_folder(target.parent)
    except BaseException:
        # a rename that reports an error may yet have happened
        with contextlib.suppress(PlaceError):
            _files.remove_file(target)
        raise


def _load(root: Path, *, fresh: bool = False) -> _Loaded:
    key = root.absolute()
    loaded = _remembered.get(key)
    if fresh or loaded is None or loaded.marks != _marks(root, loaded.n):
        # a document that is missing before the last is seen only in the whole row
        numbered(root / CHANGES)
        loaded = _base(root)
    read = _followed(root, loaded)
    _remembered.pop(key, None)
    _remembered[key] = read
    while len(_remembered) > _REMEMBERED_PLACES:
        with contextlib.suppress(KeyError, StopIteration, RuntimeError):
            # another thread may have done it
            del _remembered[next(iter(_remembered))]
    return read


def _base(root: Path) -> _Loaded:
    """What stands before the first change."""
    path = root / WORKING
    if (root / CHANGES).is_dir() and not path.exists():
        return _Loaded(0, "", {}, {}, (None, None), State())
    if not path.exists():
        path = root / CHANGES
    with _files.told("read", path):
        data = path.read_bytes()
    state = decode(data, State, path)
    sources = {source.sha256: source for source in state.sources}
    members = {member.key: member for member in state.members}
    sha256 = hashlib.sha256(data).hexdigest()
    return _Loaded(0, sha256, sources, members, (None, None), state)


def _followed(root: Path, loaded: _Loaded) -> _Loaded:
    """All changes that follow in the row applied."""
    n, sha256 = loaded.n, loaded.sha256
    sources, members = dict(loaded.sources), dict(loaded.members)
    while (path := _path(root, n + 1)).exists():
        with _files.told("read", path):
            data = path.read_bytes()
        entry = decode(data, Entry, path)
        if entry.n != n + 1:
            raise damaged(path, f"it says that it is change {entry.n}")
        if entry.previous != sha256:
            raise damaged(path, "the document before it is not the one that it was made after")
        n, sha256 = entry.n, hashlib.sha256(data).hexdigest()
        sources |= {source.sha256: source for source in entry.sources}
        members |= {member.key: member for member in entry.members}
    if n == loaded.n:
        return dataclasses.replace(loaded, marks=_marks(root, n))
    try:
        state = State(
            sources=tuple(sources[key] for key in sorted(sources)),
            members=tuple(members[key] for key in sorted(members)),
        )
    except ValueError as error:
        raise damaged(_path(root, n), str(error)) from error
    return _Loaded(n, sha256, sources, members, _marks(root, n), state)


def _marks(root: Path, n: int) -> tuple[Mark, Mark]:
    return _mark(root / WORKING), _mark(_path(root, n) if n else root / CHANGES)


def _mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except OSError:
        return None
    if path.is_dir():
        return found.st_ino, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size


def _path(root: Path, n: int) -> Path:
    return root / CHANGES / f"{n}.json"
