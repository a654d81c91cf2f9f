"""Restoring a backup: a place that is there whole or not at all, and checked."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from totalplace.backup._archive import Archive, open_archive
from totalplace.backup._manifest import FILES, PARTS, Manifest, bad_backup
from totalplace.backup._picture import picture_of
from totalplace.backup._write import Progress
from totalplace.errors import FileRefused, PlaceError, Problem, RequestError
from totalplace.place import _files, check, open_folder
from totalplace.place._create import PLACE
from totalplace.place._journal import CHANGES

__all__ = ["ReadParts", "Restored", "restore"]

ReadParts = Callable[[Mapping[str, Path], Path], None]
"""Given the file of each part, which it may move, and the folder of the place in the making."""

ALIVE = ".alive"
_OWN_MODE, _MODE = 0o600, 0o666
_SPARE_BYTES = 16 << 20
"""Left free on the disk beside what is restored."""


@dataclass(frozen=True)
class Restored:
    """A place that was restored.

    Attributes:
        path: its folder.
        manifest: of the backup.
        parts_left: names of parts in the backup that nobody has read.
    """

    path: Path
    manifest: Manifest
    parts_left: tuple[str, ...]


def restore(
    file: Path, folder: Path, *, read_parts: ReadParts | None, progress: Progress
) -> Restored:
    """Make the place that a backup holds: verified, checked, and there whole or not at all.

    Args:
        folder: it does not exist yet, or is empty.
        read_parts: takes the parts; what it raises stops the restore, and no place is made.

    Raises:
        RequestError: the folder is in use, or the disk has no room for it.
        FileRefused: it is no backup or a damaged one; everything that is wrong with it.
        PlaceError: the disk cannot take it.
    """
    folder = folder.resolve()
    _refuse(folder)
    _sweep(folder)
    with open_archive(file) as archive, _staging(folder) as staged:
        _refuse_without_room(folder, archive.manifest)
        place, parts = staged / "place", staged / "parts"
        _unpack(archive, place, parts, progress, with_parts=read_parts is not None)
        _check(archive, place)
        if read_parts is not None:
            named = {entry.name: parts / entry.name for entry in archive.manifest.parts}
            read_parts(named, place)
        _sync_folders(place)
        _refuse(folder)
        _appear(place, folder)
        left = () if read_parts is not None else archive.manifest.parts
        return Restored(folder, archive.manifest, tuple(entry.name for entry in left))


def _unpack(
    archive: Archive, place: Path, parts: Path, progress: Progress, *, with_parts: bool
) -> None:
    manifest = archive.manifest
    wanted = [(FILES, entry, place, _MODE) for entry in manifest.files]
    if with_parts:
        wanted += [(PARTS, entry, parts, _OWN_MODE) for entry in manifest.parts]
    # a place that has had no change yet has the folder all the same
    _files.make_folder(place / CHANGES)
    problems = []
    done, total = 0, sum(entry.size_bytes for _, entry, _, _ in wanted)
    for below, entry, folder, mode in wanted:
        progress(entry.name, "unpacking", done, total)
        target = folder / entry.name
        _files.make_folder(target.parent)
        problem = archive.copy(below + entry.name, entry, target, mode=mode)
        if problem is not None:
            problems.append(problem)
            # nothing will be made: all that is still wanted is to see what else is wrong
            _files.remove_file(target)
        done += entry.size_bytes
    if problems:
        raise FileRefused(problems)


def _check(archive: Archive, place: Path) -> None:
    """Check a place in the making: its documents, rows and sums, and that it is the one meant."""
    manifest, path = archive.manifest, archive.path
    try:
        found = open_folder(place)
        picture = picture_of(found)
        problems = check(found)
    except PlaceError as error:
        problems = list(error.problems)
    if problems:
        raise FileRefused(
            bad_backup(path, problem.why, member=str(_below(problem.where, place)))
            for problem in problems
        )
    said = (manifest.place_id, manifest.schema_version, dict(manifest.counts))
    has = (found.id, picture.schema_version, dict(picture.counts))
    if said != has:
        raise FileRefused(bad_backup(path, f"its manifest says {said}, its files say {has}"))
    if picture.left_out or {i.name for i in picture.items} != {e.name for e in manifest.files}:
        raise FileRefused(bad_backup(path, "it holds files that are of no place"))


def _below(where: str, place: Path) -> str:
    return where.replace(f"{place}/", "")


def _refuse(folder: Path) -> None:
    if not folder.parent.is_dir():
        code, why = "no_folder", f"there is no folder {folder.parent}"
        fix = "make it first, or give another"
    else:
        code = "folder_in_use"
        fix = "give a folder that does not exist yet, or an empty one"
        if folder.exists() and not folder.is_dir():
            why = "it is a file"
        elif folder.exists() and any(folder.iterdir()):
            is_place = (folder / PLACE).exists()
            why = "it is a place already" if is_place else "it is not empty"
        elif folder.exists() and folder.is_mount():
            why = "a disk is mounted there"
            fix = "give a new folder on that disk"
        else:
            return
    raise RequestError(Problem(code, "a place cannot be restored here", str(folder), why, fix))


def _refuse_without_room(folder: Path, manifest: Manifest) -> None:
    free = shutil.disk_usage(folder.parent).free
    if free < manifest.size_bytes + _SPARE_BYTES:
        raise RequestError(
            Problem(
                "no_room",
                "the disk has no room for this place",
                str(folder),
                f"it needs {manifest.size_bytes:,} bytes, {free:,} are free",
                "free some space on this disk, or restore to a folder on another",
            )
        )


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder beside the one to be made, on the same disk; gone afterwards."""
    staged = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.restoring")
    try:
        _files.make_folder(staged)
        with _files.told("lock", staged):
            fd = _files._open(staged / ALIVE, os.O_RDWR | os.O_CREAT)  # noqa: SLF001 - the seam's own
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield staged
        finally:
            os.close(fd)
    finally:
        _files.remove_tree(staged)


def _sweep(folder: Path) -> None:
    """Remove what was left of restores to the same folder that were killed."""
    name = f".{glob.escape(folder.name)}.*.restoring"
    for leftover in folder.parent.glob(name):
        with contextlib.suppress(OSError):
            fd = os.open(leftover / ALIVE, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _files.remove_tree(leftover)
            finally:
                os.close(fd)


def _sync_folders(place: Path) -> None:
    for folder, _, _ in os.walk(place):
        _files.sync_folder(Path(folder))


def _appear(place: Path, folder: Path) -> None:
    """Rename the finished folder into its place, or leave no trace of it."""
    was_there = folder.exists()
    try:
        _files.move_file(place, folder)
        _files.sync_folder(folder.parent)
    except BaseException:
        # a rename that reports an error may yet have happened: look, do not assume
        if not place.exists():
            with contextlib.suppress(PlaceError):
                _files.move_file(folder, place)
            if was_there:
                with contextlib.suppress(PlaceError):
                    _files.make_folder(folder)
        raise
