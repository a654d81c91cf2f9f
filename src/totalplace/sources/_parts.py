"""What a supplied file is made of: itself, or the members of an archive and of those inside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from zipfile import ZipFile

from totalplace.errors import FileRefused, Problem
from totalplace.sources._archive import (
    Unpacked,
    archive_workbook,
    open_archive,
    ratio_of,
    table_members,
    unpack,
)
from totalplace.sources._sheet_check import OLD_EXCEL
from totalplace.sources._text import refuse_other_kinds

__all__ = ["INSIDE", "Part", "file_parts"]

INSIDE = "!/"
"""Between an archive or workbook inside an archive and what it holds, as in ``a.zip!/b.csv``."""


@dataclass(frozen=True)
class Part:
    """One thing in a supplied file that may hold a table.

    Attributes:
        member: its way in, e.g. ``2024.zip!/april.csv``; empty for the file itself.
        where: for messages.
        path: its bytes; a member's are there until the next part is asked for.
        kind: ``text``, ``workbook``, or ``other`` for what holds no table.
        problems: why it cannot be read.
        so_far: what the archives around it hold.
    """

    member: str
    where: str
    path: Path
    kind: Literal["text", "workbook", "other"]
    so_far: Unpacked
    problems: tuple[Problem, ...] = ()


def file_parts(
    path: Path, *, where: str, scratch: Path, wanted: str | None = None
) -> Iterator[Part]:
    """The parts of a file, members unpacked one after the other; told by content, not by name.

    Args:
        wanted: a member, or what stands inside it: no other one is unpacked.

    Raises:
        FileRefused: the file itself is damaged, unsafe or no table. A member that is comes as a
            part with problems.
    """
    yield from _parts(path, "", where, scratch, Unpacked(), wanted)


def _parts(
    path: Path, member: str, where: str, scratch: Path, so_far: Unpacked, wanted: str | None
) -> Iterator[Part]:
    with path.open("rb") as file:
        head = file.read(64)
    refuse_other_kinds(head, where=where)
    if head.startswith(OLD_EXCEL):
        yield Part(member, where, path, "workbook", so_far)
    elif not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield Part(member, where, path, "text", so_far)
    else:
        # what a workbook holds is counted when it is opened
        looked_at = replace(so_far)
        with open_archive(path, where=where, so_far=looked_at) as archive:
            kind = archive_workbook(archive)
            if kind == "xlsb":
                raise FileRefused(_binary_workbook(where))
            if kind:
                yield Part(member, where, path, "workbook", so_far)
                return
            so_far.members, so_far.total_bytes = looked_at.members, looked_at.total_bytes
            yield from _members(archive, member, where, scratch, so_far, wanted)


def _members(
    archive: ZipFile,
    outer: str,
    where: str,
    scratch: Path,
    so_far: Unpacked,
    wanted: str | None,
) -> Iterator[Part]:
    tables, others = table_members(archive)
    unpacked = scratch / f"member-{so_far.depth}"
    for name in tables:
        member = f"{outer}{INSIDE}{name}" if outer else name
        if wanted is not None and wanted != member and not wanted.startswith(member + INSIDE):
            continue
        here = f"{where}{INSIDE}{name}" if outer else f"{where}, member {name}"
        inner = replace(
            so_far,
            depth=so_far.depth + 1,
            ratio=so_far.ratio * max(1.0, ratio_of(archive.getinfo(name))),
        )
        try:
            unpack(archive, name, unpacked, where=where)
            yield from _parts(unpacked, member, here, scratch, inner, wanted)
        except FileRefused as error:
            yield Part(member, here, unpacked, "text", inner, error.problems)
        finally:
            unpacked.unlink(missing_ok=True)
        so_far.members, so_far.total_bytes = inner.members, inner.total_bytes
    for name in others:
        member = f"{outer}{INSIDE}{name}" if outer else name
        yield Part(member, where, unpacked, "other", so_far)


def _binary_workbook(where: str) -> Problem:
    return Problem(
        "not_a_table",
        "the file is a binary Excel workbook (.xlsb)",
        where,
        "it holds xl/workbook.bin",
        "save it as .xlsx or CSV, then add that",
    )
