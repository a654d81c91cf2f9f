"""The one write seam: every byte that a place gains or loses goes through this module.

The seven primitives below (`_open` ... `_rmdir`) are the only calls that change the disk. Tests
make each of them fail or die in turn, so whatever is built on the seam is proved against a full
disk, a faulty disk, a short write, a failed fsync and a `kill -9`.

A file appears whole or not at all: it is written under a temporary name, synced, renamed, and its
folder synced. When the last of these steps fails, what stood there before is put back, so that an
error always means "nothing has changed".
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from totalplace.errors import PlaceError, Problem

__all__ = [
    "Stream",
    "copy_stream",
    "is_temporary",
    "make_folder",
    "move_file",
    "new_file",
    "remove_file",
    "remove_tree",
    "sha256_of",
    "sync_file",
    "sync_folder",
    "told",
    "write_bytes_atomic",
    "write_file",
]

CHUNK_BYTES = 1 << 20

_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP)
"""What some network shares answer to an fsync of a folder: they cannot, and nothing is lost."""


def _open(path: Path, flags: int, mode: int = 0o666) -> int:
    return os.open(path, flags | os.O_CLOEXEC, mode)


def _write(fd: int, data: memoryview) -> int:
    return os.write(fd, data)


def _fsync(fd: int) -> None:
    os.fsync(fd)


def _rename(source: Path, target: Path) -> None:
    source.replace(target)


def _mkdir(path: Path) -> None:
    path.mkdir()


def _unlink(path: Path) -> None:
    path.unlink()


def _rmdir(path: Path) -> None:
    path.rmdir()


_FIXES = {
    errno.ENOSPC: ("disk_full", "free some space on this disk, then run the same command again"),
    errno.EDQUOT: ("disk_full", "free some of your quota, then run the same command again"),
    errno.EFBIG: ("file_too_large", "raise the file size limit (ulimit -f), then run it again"),
    errno.EROFS: ("not_writable", "copy the place to a disk that you may write to"),
    errno.EACCES: ("not_writable", "ask the owner of the folder for the right to write to it"),
    errno.EPERM: ("not_writable", "ask the owner of the folder for the right to write to it"),
    errno.EIO: ("disk_fault", "copy the place to a sound disk, run `totalplace check` on the copy"),
    errno.ENOENT: ("vanished", "something else removed it: run `totalplace check` on the place"),
    errno.EMFILE: (
        "too_many_files",
        "raise the limit on open files (ulimit -n), then run it again",
    ),
}


@contextlib.contextmanager
def told(doing: str, path: Path, what: str = "a file of the place") -> Iterator[None]:
    """Turn an operating system's error into a `PlaceError` that says what, where, why and how.

    Args:
        doing: what was tried: ``read``, ``write``.
        path: the file or folder.
        what: what it is, in the user's words.

    >>> with told("read", Path("nowhere/place.toml")):
    ...     _ = Path("nowhere/place.toml").read_bytes()
    Traceback (most recent call last):
    totalplace.errors.PlaceError: could not read a file of the place
      where: nowhere/place.toml
      why:   No such file or directory
      fix:   something else removed it: run `totalplace check` on the place
    """
    try:
        yield
    except OSError as error:
        code, fix = _FIXES.get(
            error.errno or 0, ("disk_fault", "mend what the reason says, then run it again")
        )
        why = error.strerror or str(error)
        told_of = f"could not {doing} {what}"
        raise PlaceError(Problem(code, told_of, str(path), why, fix)) from error


def is_temporary(name: str) -> bool:
    """Whether a file name is one that `write_bytes_atomic` uses before its rename."""
    return name.startswith(".") and name.endswith(".tmp")


def write_bytes_atomic(path: Path, data: bytes) -> None:
    """Write a small document: whole and durable, or as if nothing had happened.

    The caller holds the place's lock (or owns the folder), so the temporary file of a writer that
    died is known to be dead by whoever next holds the lock.

    Raises:
        PlaceError: the disk did not take it; `path` holds what it held before.
    """
    with told("read", path):
        previous = path.read_bytes() if path.exists() else None
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with told("write", path):
            _write_new(temporary, data)
            _rename(temporary, path)
            _sync_folder(path.parent)
    except BaseException:
        # a rename that reports an error may yet have happened: look, do not assume
        with contextlib.suppress(OSError):
            _unlink(temporary)
        with contextlib.suppress(OSError):
            _put_back(path, temporary, previous)
        raise


def write_file(path: Path, data: bytes | memoryview) -> None:
    """Write and sync a new file in a writer's private folder; `move_file` then makes it visible."""
    with told("write", path):
        _write_new(path, data)


class Readable(Protocol):
    """What can be copied."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


def copy_stream(source: Readable, target: Path, *, mode: int = 0o666) -> tuple[str, int]:
    """Copy a supplied file into a new file, a megabyte at a time, and sync it.

    Args:
        mode: the rights of the new file, before the umask.

    Returns:
        The SHA-256 of what was stored, in hex, and its size in bytes.

    Raises:
        OSError: `source` cannot be read.
        PlaceError: `target` cannot be written; it is left for the caller's clean-up.
    """
    digest = hashlib.sha256()
    size_bytes = 0
    with told("write", target):
        fd = _open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            size_bytes += len(chunk)
            with told("write", target):
                _write_all(fd, chunk)
        with told("write", target):
            _fsync(fd)
    finally:
        os.close(fd)
    return digest.hexdigest(), size_bytes


class Stream:
    """What a new file is written to, in pieces of a megabyte; it has no way back."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes; all of them."""
        self._held += data
        if len(self._held) >= CHUNK_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Hand what is held to the disk."""
        held, self._held = self._held, bytearray()
        _write_all(self._fd, held)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Stream]:
    """Write a new file that only its owner may read, piece by piece; it is synced at the end.

    A lock is held on it meanwhile: whoever finds it and gets the lock knows its writer for dead.
    After an error it is left for the caller's clean-up.

    Raises:
        OSError: it cannot be written.
    """
    fd = _open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        stream = Stream(fd)
        yield stream
        stream.flush()
        _fsync(fd)
    finally:
        os.close(fd)


def move_file(source: Path, target: Path) -> None:
    """Rename a synced file into its place; the caller then syncs the folders it has moved into."""
    with told("move", target):
        _rename(source, target)


def make_folder(path: Path) -> None:
    """Make a folder and its missing parents, each synced into its own parent."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with told("make", path):
        with contextlib.suppress(FileExistsError):
            _mkdir(path)
        _sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make durable a file that another writer (DuckDB, pyarrow) has finished."""
    with told("sync", path):
        fd = _open(path, os.O_RDONLY)
        try:
            _fsync(fd)
        finally:
            os.close(fd)


def sync_folder(path: Path) -> None:
    """Make durable the names in a folder."""
    with told("sync", path):
        _sync_folder(path)


def remove_file(path: Path) -> None:
    """Remove one file; that it is already gone is no error."""
    with told("remove", path), contextlib.suppress(FileNotFoundError):
        _unlink(path)


def remove_tree(path: Path) -> bool:
    """Remove a folder of ours as far as can be; True when it is gone.

    Never an error: what stays is reported by `check` and tried again by the next writer.
    """
    try:
        # hidden names last: what shows that a writer lives goes when nothing else is left
        for entry in sorted(path.iterdir(), reverse=True):
            if entry.is_dir() and not entry.is_symlink():
                remove_tree(entry)
            else:
                _unlink(entry)
        _rmdir(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hex, read a piece at a time."""
    with told("read", path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put_back(path: Path, temporary: Path, previous: bytes | None) -> None:
    now = path.read_bytes() if path.exists() else None
    if now == previous:
        return
    if previous is None:
        _unlink(path)
    else:
        _write_new(temporary, previous)
        _rename(temporary, path)


def _write_new(path: Path, data: bytes | memoryview) -> None:
    fd = _open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        _write_all(fd, data)
        _fsync(fd)
    finally:
        os.close(fd)


def _write_all(fd: int, data: bytes | bytearray | memoryview) -> None:
    rest = memoryview(data)
    while rest:
        written = _write(fd, rest)
        if written <= 0:
            raise OSError(errno.EIO, "the disk took no more bytes and gave no reason")
        rest = rest[written:]


def _sync_folder(path: Path) -> None:
    fd = _open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _fsync(fd)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(fd)
