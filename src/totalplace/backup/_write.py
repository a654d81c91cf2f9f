"""Writing a backup: one file that is there whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import hashlib
import secrets
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from totalplace.backup._manifest import (
    FILES,
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    PARTS,
    Entry,
    Manifest,
    is_member_name,
    write_manifest,
)
from totalplace.backup._picture import Item, Picture, picture_of
from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.place import Folder, _files

__all__ = ["Backed", "Part", "Progress", "Sink", "back_up"]


class Sink(Protocol):
    """What a part is written to."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""


Part = Path | Callable[[Sink], None]
"""A file, a folder with all files below it as they are when it is its turn, or a function that
writes the bytes of a file."""

Progress = Callable[[str, str, int, int], None]
"""Told the file, the stage, the bytes done and the bytes that there are to do."""

_LEVEL = 1
"""Of compression: measured, the first takes nearly all that there is to take."""

_ATTEMPTS = 3


@dataclass(frozen=True)
class Backed:
    """A backup that was written.

    Attributes:
        path: the file.
        size_bytes: its size.
        manifest: what it holds.
        left_out: path from the place's folder -> why it was not taken.
    """

    path: Path
    size_bytes: int
    manifest: Manifest
    left_out: Mapping[str, str]


def back_up(
    folder: Folder,
    file: Path,
    *,
    made: str,
    made_by: str,
    parts: Mapping[str, Part],
    replace: bool,
    progress: Progress,
) -> Backed:
    """Write a place, as it is at one moment, into one file that only its owner may read.

    Nobody is kept waiting: no lock of the place is taken. When a file goes before it is read (its
    publication is withdrawn), all is begun anew. A file whose SHA-256 the place knows is verified.

    Args:
        file: a file in a folder that is there and is not of the place.
        made: ISO timestamp by the caller's clock.
        made_by: the version of totalplace.
        parts: name in the backup -> what is kept under it beside the place's files. They are taken
            first, so that the place has all that they say of it.
        replace: whether a file that is there is replaced.

    Raises:
        RequestError: the backup cannot be written there.
        PlaceError: the place is damaged, with every damage that was seen, or the disk cannot take
            it; nothing was written.
    """
    if bad := [name for name in parts if not is_member_name(name)]:
        raise ValueError(f"no names of parts: {bad}")
    _refuse(folder, file, replace=replace)
    _sweep(file)
    for is_last in [False] * (_ATTEMPTS - 1) + [True]:
        temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
        try:
            with (
                _files.told("write", file, "the backup"),
                _files.new_file(temporary) as stream,
                zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive,  # type: ignore[call-overload]
            ):
                given = _take_parts(archive, parts, progress)
                picture = picture_of(folder)
                taken, problems = _take_files(archive, picture, progress)
                manifest = Manifest(
                    format=FORMAT,
                    format_version=FORMAT_VERSION,
                    made=made,
                    made_by=made_by,
                    place_id=folder.id,
                    place_name=folder.name,
                    schema_version=picture.schema_version,
                    counts=picture.counts,
                    size_bytes=sum(entry.size_bytes for entry in (*given, *taken)),
                    files=taken,
                    parts=given,
                )
                with _member(archive, MANIFEST) as member:
                    member.write(write_manifest(manifest))
            if not problems:
                _refuse(folder, file, replace=replace)
                _appear(temporary, file, replace=replace)
                return Backed(file, file.stat().st_size, manifest, picture.left_out)
        finally:
            with contextlib.suppress(PlaceError):
                _files.remove_file(temporary)
        if is_last or picture_of(folder) == picture:
            break
    raise PlaceError(problems)


def _take_parts(
    archive: zipfile.ZipFile, parts: Mapping[str, Part], progress: Progress
) -> tuple[Entry, ...]:
    """Take what the caller gives, in its order; a file that goes meanwhile is not in it."""
    entries = []
    for name, part in parts.items():
        for below, content in _contents(name, part):
            if callable(content):
                writes = content
            else:
                chunks = _chunks(content)
                try:
                    first = next(chunks, b"")
                except PlaceError:
                    if content.exists():
                        raise
                    continue
                writes = _writing(first, chunks)
            progress(below, "taking", 0, 0)
            with _member(archive, PARTS + below) as member:
                counted = _Counted(member)
                writes(counted)
            entries.append(counted.entry(below))
    return tuple(entries)


def _contents(name: str, part: Part) -> Iterator[tuple[str, Part]]:
    if isinstance(part, Path) and part.is_dir():
        for path in sorted(part.rglob("*")):
            below = f"{name}/{path.relative_to(part).as_posix()}"
            if path.is_file() and not path.is_symlink() and is_member_name(below):
                yield below, path
    else:
        yield name, part


def _writing(first: bytes, rest: Iterator[bytes]) -> Callable[[Sink], None]:
    def write(sink: Sink) -> None:
        sink.write(first)
        for chunk in rest:
            sink.write(chunk)

    return write


def _take_files(
    archive: zipfile.ZipFile, picture: Picture, progress: Progress
) -> tuple[tuple[Entry, ...], list[Problem]]:
    """Take the files of a place; the entries, and all that is wrong with them."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    done, total = 0, sum(_size(item) for item in picture.items)
    for item in picture.items:
        with _member(archive, FILES + item.name) as member:
            counted = _Counted(member)
            try:
                for chunk in _chunks(item.content):
                    counted.write(chunk)
                    progress(item.name, "taking", done + counted.size_bytes, total)
            except PlaceError as error:
                problems += error.problems
                continue
        entry = counted.entry(item.name)
        if item.sha256 not in (None, entry.sha256):
            problems.append(_damaged(item, entry.sha256))
        done += entry.size_bytes
        entries.append(entry)
    return tuple(entries), problems


class _Counted:
    """A member of the archive that is written, its size and its SHA-256."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.size_bytes += len(data)
        return self._member.write(data)

    def entry(self, name: str) -> Entry:
        """What the manifest says of it, once all is written."""
        return Entry(name=name, size_bytes=self.size_bytes, sha256=self._digest.hexdigest())


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    return archive.open(name, "w", force_zip64=True)


def _chunks(content: Path | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with _files.told("read", content):
        source = content.open("rb")
    with source:
        while True:
            with _files.told("read", content):
                chunk = source.read(_files.CHUNK_BYTES)
            if not chunk:
                return
            yield chunk


def _size(item: Item) -> int:
    if isinstance(item.content, bytes):
        return len(item.content)
    # one that has gone is told when it is taken
    return item.content.stat().st_size if item.content.exists() else 0


def _refuse(folder: Folder, file: Path, *, replace: bool) -> None:
    where = file.resolve()
    if not file.parent.is_dir():
        code, why = "no_folder", f"there is no folder {file.parent}"
        fix = "make it first, or give another"
    elif where.is_relative_to(folder.path.resolve()):
        code, why = "backup_inside_place", "it would be a file of the place that it is a copy of"
        fix = "give a file outside the place's folder, on another disk if there is one"
    elif where.is_dir() or (where.exists() and not where.is_file()):
        code, why, fix = "not_a_file", "it is a folder or no plain file", "give the path of a file"
    elif where.exists() and not replace:
        code, why = "file_exists", "there is a file of this name"
        fix = "give another name, or --yes to replace it"
    else:
        return
    raise RequestError(Problem(code, "the backup cannot be written there", f"-o {file}", why, fix))


def _appear(temporary: Path, file: Path, *, replace: bool) -> None:
    """Give the finished file its name; what it replaces, if anything, then goes."""
    try:
        _files.move_file(temporary, file)
        _files.sync_folder(file.parent)
    except BaseException:
        # a rename that reports an error may yet have happened
        if not replace:
            with contextlib.suppress(PlaceError):
                _files.remove_file(file)
        raise


def _sweep(file: Path) -> None:
    """Remove what writers of the same backup have left who were killed."""
    for leftover in file.parent.glob(f".{glob.escape(file.name)}.*.tmp"):
        with contextlib.suppress(OSError, PlaceError), leftover.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _files.remove_file(leftover)


def _damaged(item: Item, found: str) -> Problem:
    return Problem(
        "damaged_file",
        "a file of the place is damaged",
        str(item.content),
        f"its SHA-256 is {found}, expected {item.sha256}",
        "put this file back from an earlier backup, or supersede its source by a fresh copy",
    )
