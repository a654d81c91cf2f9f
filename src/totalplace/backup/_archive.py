"""Reading a backup: every member of the archive against the manifest, before anything is made."""

from __future__ import annotations

import contextlib
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from totalplace.backup._manifest import (
    MANIFEST,
    Entry,
    Manifest,
    bad_backup,
    read_manifest,
)
from totalplace.backup._picture import is_taken
from totalplace.errors import FileRefused, Problem
from totalplace.place import _files

__all__ = ["Archive", "open_archive"]

MAX_MANIFEST_BYTES = 1 << 28
"""Of a manifest: it is read into memory. A million files have a manifest of this size."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of compression: those that are unpacked piece by piece, whatever they hold."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)
"""What reading an archive that somebody or something has altered can raise."""


@dataclass(frozen=True)
class Archive:
    """A backup that is open.

    Args:
        path: the file.
        manifest: what it says that it holds; the archive has exactly that.
    """

    path: Path
    manifest: Manifest
    _zip: zipfile.ZipFile

    def copy(self, name: str, entry: Entry, target: Path, *, mode: int) -> Problem | None:
        """Copy a member into a new file; what is wrong with it, if anything.

        No more is written than the manifest says, and one byte.

        Raises:
            PlaceError: the disk cannot take it.
        """
        try:
            with self._zip.open(name) as member:
                found, size = _files.copy_stream(
                    _Limited(member, entry.size_bytes), target, mode=mode
                )
        except _BROKEN as error:
            return bad_backup(self.path, f"it cannot be unpacked: {error}", member=name)
        if size != entry.size_bytes:
            more = "more" if size > entry.size_bytes else f"{size:,} bytes"
            why = f"it holds {more}, the manifest says {entry.size_bytes:,} bytes"
        elif found != entry.sha256:
            why = f"its SHA-256 is {found}, the manifest says {entry.sha256}"
        else:
            return None
        return bad_backup(self.path, why, member=name)


class _Limited:
    """A stream that ends one byte after the size that it should have."""

    def __init__(self, stream: IO[bytes], size_bytes: int) -> None:
        self._stream = stream
        self._left = size_bytes + 1

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup and set its list of members against its manifest.

    Raises:
        FileRefused: it is no backup, or a damaged one; everything that can be seen is told.
    """
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(zipfile.ZipFile(path))
            members = opened.infolist()
            manifest = read_manifest(_manifest_bytes(opened, path), path)
        except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
            raise FileRefused(_unreadable(path, error)) from error
        except _BROKEN as error:
            raise FileRefused(bad_backup(path, f"it is no ZIP archive: {error}")) from error
        if problems := list(_problems(path, members, manifest)):
            raise FileRefused(problems)
        yield Archive(path, manifest, opened)


def _manifest_bytes(opened: zipfile.ZipFile, path: Path) -> bytes:
    try:
        info = opened.getinfo(MANIFEST)
    except KeyError:
        raise FileRefused(bad_backup(path, "it has no manifest")) from None
    if info.file_size > MAX_MANIFEST_BYTES or info.compress_type not in _METHODS:
        raise FileRefused(bad_backup(path, "its manifest is too large or packed in another way"))
    with opened.open(info) as member:
        return member.read(MAX_MANIFEST_BYTES)


def _problems(
    path: Path, members: Sequence[zipfile.ZipInfo], manifest: Manifest
) -> Iterator[Problem]:
    wanted = manifest.members
    seen: set[str] = set()
    for info in members:
        name = info.filename
        kind = stat.S_IFMT(info.external_attr >> 16)
        if name in seen:
            why = "the archive has it twice"
        elif name != MANIFEST and name not in wanted:
            why = "the manifest does not name it"
        elif info.flag_bits & 1 or info.compress_type not in _METHODS:
            why = "it is encrypted or packed in another way than a backup is"
        elif kind not in (0, stat.S_IFREG):
            why = "it is a link or no plain file"
        elif name in wanted and info.file_size != wanted[name].size_bytes:
            said = wanted[name].size_bytes
            why = f"it is {info.file_size:,} bytes, the manifest says {said:,}"
        else:
            seen.add(name)
            continue
        seen.add(name)
        yield bad_backup(path, why, member=ascii(name))
    for name in sorted(wanted.keys() - seen):
        yield bad_backup(path, "the manifest names it, the archive lacks it", member=ascii(name))
    for entry in manifest.files:
        if not is_taken(entry.name):
            yield bad_backup(path, "no backup has such a file", member=ascii(entry.name))


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        "missing_file" if isinstance(error, FileNotFoundError) else "unreadable_file",
        "the backup cannot be read",
        str(path),
        error.strerror or str(error),
        "give the path of a backup that you may read",
    )
