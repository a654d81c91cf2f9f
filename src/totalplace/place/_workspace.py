"""The lock of a place, the private folders of its writers, and the sweeping up after dead ones.

Readers take no lock. A writer prepares its files in `tmp/<random>/`, where it keeps a file `.alive`
locked for as long as it lives, and holds the place's own lock only while it commits. Before it
moves files it notes in `moves.json` where they go; whoever writes next removes exactly what a dead
writer has noted and not committed, and nothing else: a file that nobody can account for is reported
by `check`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from totalplace.errors import PlaceError, Problem
from totalplace.place import _files
from totalplace.place._documents import encode
from totalplace.place._journal import load_state

__all__ = [
    "discard",
    "is_alive",
    "is_committing",
    "locked",
    "note_moves",
    "noted_moves",
    "workspace",
    "write_lock",
]

LOCK = "lock"
TMP = "tmp"
ALIVE = ".alive"
MOVES = "moves.json"
WAIT_SECONDS = 60.0


@contextlib.contextmanager
def write_lock(root: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the place's lock, alone among all processes and threads; sweep up first.

    Raises:
        PlaceError: another process held it all the while, or the folder cannot be written.
    """
    with locked(root / LOCK, wait_seconds=wait_seconds, busy=_busy(root, wait_seconds)):
        _sweep(root)
        yield


@contextlib.contextmanager
def locked(path: Path, *, wait_seconds: float, busy: Problem) -> Iterator[None]:
    """Hold a lock file, alone among all processes and threads.

    Args:
        busy: what is told if another process holds it all the while.

    Raises:
        PlaceError: that, or the file cannot be written.
    """
    with _files.told("lock", path):
        fd = _files._open(path, os.O_RDWR | os.O_CREAT)  # noqa: SLF001 - the seam's own
    try:
        deadline = time.monotonic() + wait_seconds
        while not _try_lock(fd, path):
            if time.monotonic() >= deadline:
                raise PlaceError(busy)
            time.sleep(0.01)
        yield
    finally:
        os.close(fd)


@contextlib.contextmanager
def workspace(root: Path) -> Iterator[Path]:
    """A private folder inside the place, on the same disk; gone afterwards, whatever happens."""
    path = root / TMP / secrets.token_hex(8)
    with write_lock(root):
        # under the lock, or a sweep could take it for dead before it is locked
        _files.make_folder(path)
        with _files.told("lock", path):
            fd = _files._open(path / ALIVE, os.O_RDWR | os.O_CREAT)  # noqa: SLF001
        _try_lock(fd, path / ALIVE)
    try:
        yield path
    finally:
        if not (path / MOVES).exists():
            _files.remove_tree(path)
        os.close(fd)


def note_moves(path: Path, targets: list[Path]) -> None:
    """Note in a workspace which files of the place (from its folder) a commit is about to make."""
    _files.write_bytes_atomic(path / MOVES, encode(sorted(map(str, targets))))


def noted_moves(path: Path) -> list[Path]:
    """What a workspace has noted that it moves, from the place's folder; none if it is gone."""
    try:
        names = json.loads((path / MOVES).read_bytes())
    except (OSError, ValueError):
        return []
    targets = [Path(name) for name in names if isinstance(name, str)]
    return [t for t in targets if not t.is_absolute() and ".." not in t.parts]


def discard(root: Path, path: Path) -> None:
    """Remove a workspace and whatever it has moved without committing it. The lock is held.

    Never an error: what cannot be removed now stays noted and is tried again by the next writer.
    """
    with contextlib.suppress(PlaceError):
        if targets := noted_moves(path):
            kept = load_state(root).files()
            for target in targets:
                if target not in kept:
                    _files.remove_file(root / target)
        _files.remove_tree(path)


def is_alive(path: Path) -> bool:
    """Whether the writer of a workspace still runs."""
    return _is_held(path / ALIVE)


def is_committing(root: Path) -> bool:
    """Whether a writer holds the place's lock at this moment."""
    return _is_held(root / LOCK)


def _is_held(path: Path) -> bool:
    try:
        fd = os.open(path, os.O_RDWR)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # another user's, or a read-only disk: not ours to judge
        return True
    try:
        return not _try_lock(fd, path)
    finally:
        os.close(fd)


def _try_lock(fd: int, path: Path) -> bool:
    with _files.told("lock", path):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _sweep(root: Path) -> None:
    # documents are written only under the lock, which we hold: their temporary files are dead
    for folder in (root, root / "decisions", root / "snapshots"):
        for leftover in folder.glob(".*.tmp"):
            with contextlib.suppress(PlaceError):
                _files.remove_file(leftover)
    for path in (root / TMP).glob("*"):
        if not is_alive(path):
            discard(root, path)


def _busy(root: Path, wait_seconds: float) -> Problem:
    return Problem(
        "place_busy",
        "the place is being written by another process",
        str(root / LOCK),
        f"it did not finish within {wait_seconds:g} seconds",
        "wait for it, or end it if it hangs, then run the same command again",
    )
