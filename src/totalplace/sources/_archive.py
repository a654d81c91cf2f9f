"""Zip archives: checked before anything in them is read, and unpacked a piece at a time."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from totalplace.errors import FileRefused, Problem

__all__ = [
    "Unpacked",
    "archive_workbook",
    "check_archive",
    "member_chunks",
    "open_archive",
    "ratio_of",
    "table_members",
    "unpack",
]

MAX_MEMBERS = 2_000
MAX_TOTAL_BYTES = 500_000_000
MAX_RATIO = 100
_SMALL_BYTES = 1_000_000
"""Below this size a high ratio is harmless: it is an empty form, or a repeated line."""

_CHUNK_BYTES = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""All that the reader of archives raises on bytes that are none, or no longer."""

MAX_DEPTH = 3
"""Archives inside archives: deeper than this nobody publishes."""

_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".zip"})


@dataclass
class Unpacked:
    """What the archives of one supplied file hold, over all levels.

    Attributes:
        depth: how many archives stand around the one at hand.
        ratio: how many times its size the archive at hand has grown already.
    """

    members: int = 0
    total_bytes: int = 0
    depth: int = 0
    ratio: float = 1.0


@contextmanager
def open_archive(
    path: Path, *, where: str, so_far: Unpacked | None = None
) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive that has passed every check.

    Args:
        so_far: what the archives around it hold; it grows by what this one holds.

    Raises:
        FileRefused: it is cut short or damaged, encrypted, too large, or has unsafe paths; every
            fault that can be seen.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise FileRefused(
            Problem(
                "damaged_archive",
                "the archive cannot be opened",
                where,
                f"its list of members, which stands at the end, is missing or damaged ({error})",
                "it may have been cut short: download it again from the publisher",
            )
        ) from error
    with archive:
        check_archive(archive, where=where, so_far=so_far or Unpacked())
        yield archive


def check_archive(archive: zipfile.ZipFile, *, where: str, so_far: Unpacked) -> None:
    """Refuse an archive that could harm the reader, before any of it is unpacked."""
    members = archive.infolist()
    problems = []
    if so_far.depth > MAX_DEPTH:
        problems.append(("too_deep", f"it stands inside {so_far.depth} others"))
    so_far.members += len(members)
    if so_far.members > MAX_MEMBERS:
        problems.append(
            ("too_many_members", f"{so_far.members} members; {MAX_MEMBERS} are allowed")
        )
    so_far.total_bytes += sum(member.file_size for member in members)
    if so_far.total_bytes > MAX_TOTAL_BYTES:
        total = so_far.total_bytes
        problems.append(("too_large", f"{total:,} bytes unpacked; {MAX_TOTAL_BYTES:,} are allowed"))
    for member in members:
        ratio = so_far.ratio * ratio_of(member)
        if ratio > MAX_RATIO and member.file_size > _SMALL_BYTES:
            problems.append(
                ("suspicious_ratio", f"{member.filename} unpacks to {ratio:.0f} times its size")
            )
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", member.filename):
            problems.append(("unsafe_path", f"a member is named {member.filename!r}"))
        if member.flag_bits & 1:
            problems.append(("encrypted", f"{member.filename} needs a password"))
    if problems:
        raise FileRefused(
            Problem(
                code,
                "the archive is not safe to unpack",
                where,
                why,
                "unpack it yourself, look at what is inside, then add the files one by one",
            )
            for code, why in problems[:20]
        )


def ratio_of(member: zipfile.ZipInfo) -> float:
    """How many times its packed size a member is."""
    return member.file_size / max(member.compress_size, 1)


def archive_workbook(archive: zipfile.ZipFile) -> str:
    """Which workbook an archive is by what it holds: ``xlsx``, ``ods``, ``xlsb``, or ``''``."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    return "ods" if {"content.xml", "META-INF/manifest.xml"} <= names else ""


def table_members(archive: zipfile.ZipFile) -> tuple[list[str], list[str]]:
    """Names of the members that may be tables, and of all others but folders, both in order."""
    tables: list[str] = []
    others: list[str] = []
    for member in archive.infolist():
        if member.is_dir():
            continue
        path = PurePosixPath(member.filename)
        is_table = path.suffix.lower() in _TABLES and not path.name.startswith((".", "~"))
        is_table = is_table and path.parts[0] != "__MACOSX" and not _is_note(path)
        (tables if is_table else others).append(member.filename)
    return tables, others


def _is_note(path: PurePosixPath) -> bool:
    return path.suffix.lower() == ".txt" and "readme" in path.stem.lower()


def member_chunks(archive: zipfile.ZipFile, member: str, *, where: str) -> Iterator[bytes]:
    """One member's bytes, a piece at a time; its checksum is checked on the way.

    Raises:
        FileRefused: the member is cut short or damaged.
    """
    try:
        with archive.open(member) as source:
            while chunk := source.read(_CHUNK_BYTES):
                yield chunk
    except _DAMAGE as error:
        raise FileRefused(
            Problem(
                "damaged_member",
                "a member of the archive cannot be unpacked",
                f"{where}, member {member}",
                str(error) or type(error).__name__,
                "it may have been cut short: download it again from the publisher",
            )
        ) from error


def unpack(archive: zipfile.ZipFile, member: str, target: Path, *, where: str) -> None:
    """Write one member to a file.

    Raises:
        FileRefused: the member is cut short or damaged.
    """
    with target.open("wb") as out:
        for chunk in member_chunks(archive, member, where=where):
            out.write(chunk)
