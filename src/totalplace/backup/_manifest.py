"""What a backup says of itself: what it was made from, and every file of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from totalplace.errors import FileRefused, PlaceError, Problem
from totalplace.place import decode, encode

__all__ = [
    "FILES",
    "FORMAT",
    "MANIFEST",
    "PARTS",
    "Entry",
    "Manifest",
    "bad_backup",
    "is_member_name",
    "read_manifest",
    "write_manifest",
]

FORMAT = "totalplace backup"
FORMAT_VERSION = 1

MANIFEST = "manifest.json"
FILES = "place/"
"""What the names of the place's own files begin with in the archive."""

PARTS = "parts/"
"""What the names of files that a caller has given begin with."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of a backup.

    Args:
        name: its path from the place's folder, or the name that the caller gave a part.
    """

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All that a backup says of itself.

    Args:
        made: when, as an ISO timestamp by the caller's clock.
        made_by: the version of totalplace.
        schema_version: of the place.
        counts: sources, members, lines, changes, decisions, snapshots, publications, withdrawn.
        size_bytes: the sum over all files and parts.
        files: of the place.
        parts: that the caller has given.
    """

    format: str
    format_version: int
    made: str
    made_by: str
    place_id: str
    place_name: str
    schema_version: int
    counts: Mapping[str, int]
    size_bytes: int
    files: tuple[Entry, ...]
    parts: tuple[Entry, ...]

    def __post_init__(self) -> None:
        datetime.fromisoformat(self.made)
        if self.size_bytes != sum(entry.size_bytes for entry in (*self.files, *self.parts)):
            raise ValueError("its size is not the sum of its files")

    @property
    def members(self) -> dict[str, Entry]:
        """Name in the archive -> what it must be."""
        members = {FILES + entry.name: entry for entry in self.files}
        return members | {PARTS + entry.name: entry for entry in self.parts}


def write_manifest(manifest: Manifest) -> bytes:
    """A manifest as it stands in the archive."""
    return encode(manifest)


def read_manifest(data: bytes, where: Path) -> Manifest:
    """The manifest of a backup.

    Args:
        where: the backup, for the messages.

    Raises:
        FileRefused: it is none, is damaged, or a later version made it; everything wrong with it.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FileRefused(bad_backup(where, f"its manifest cannot be read: {error}")) from error
    version = found.get("format_version") if isinstance(found, dict) else None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise FileRefused(bad_backup(where, "its manifest is none of a backup"))
    if type(version) is int and version > FORMAT_VERSION:
        raise FileRefused(
            Problem(
                "newer_backup",
                "a later version of totalplace made this backup",
                str(where),
                f"format_version {version}; this version reads {FORMAT_VERSION}",
                "install the newest totalplace, then run the same command again",
            )
        )
    try:
        manifest = decode(data, Manifest, where)
    except PlaceError as error:
        why = f"its manifest is damaged: {error.problems[0].why}"
        raise FileRefused(bad_backup(where, why)) from error
    if wrong := list(_wrong(manifest)):
        raise FileRefused(bad_backup(where, why) for why in wrong)
    return manifest


def _wrong(manifest: Manifest) -> Iterable[str]:
    names = [*(e.name for e in manifest.files), *(e.name for e in manifest.parts)]
    yield from (
        f"{name!r} is no name of a file of a backup" for name in names if not is_member_name(name)
    )
    for entries in (manifest.files, manifest.parts):
        seen = {entry.name for entry in entries}
        if len(seen) != len(entries):
            yield "its manifest names a file twice"
        for name in sorted(seen):
            if above := seen & {str(parent) for parent in PurePosixPath(name).parents}:
                yield f"{sorted(above)[0]!r} is a file and a folder"
    for entry in (*manifest.files, *manifest.parts):
        if entry.size_bytes < 0:
            yield f"{entry.name!r} has a size below 0"


def is_member_name(name: str) -> bool:
    """Whether a name may be that of a file of a backup: it stays below its folder.

    >>> is_member_name("changes/1.json"), is_member_name("../x"), is_member_name("/etc/x")
    (True, False, False)
    """
    return (
        bool(name)
        and name.isprintable()
        and "\\" not in name
        and name.isascii() | _is_utf8(name)
        and str(PurePosixPath(name)) == name
        and not name.startswith("/")
        and not {".", ".."} & set(name.split("/"))
    )


def bad_backup(where: Path, why: str, *, member: str = "") -> Problem:
    """The problem of a file that is no whole backup."""
    return Problem(
        "bad_backup",
        "this is no whole backup",
        f"{where}: {member}" if member else str(where),
        why,
        "nothing was made: take another copy of it, or an earlier backup",
    )


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
