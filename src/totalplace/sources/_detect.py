"""Which format a supplied file is of, and its reading, member by member."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from zipfile import ZipFile

from totalplace.errors import FileError, FileRefused, Problem
from totalplace.sources._archive import archive_workbook, open_archive, table_members, unpack
from totalplace.sources._cards import CARDS
from totalplace.sources._columns import spend_fields
from totalplace.sources._cra import cra_formats
from totalplace.sources._delimited import Delimited, open_delimited
from totalplace.sources._format import (
    Detection,
    Format,
    FormatInfo,
    Job,
    MembersRefused,
    Memo,
    Reading,
)
from totalplace.sources._over25k import OVER_25K
from totalplace.sources._population import POPULATION
from totalplace.sources._registers import REGISTERS
from totalplace.sources._return import RETURN
from totalplace.sources._ro import ro_formats
from totalplace.sources._sheet_check import OLD_EXCEL
from totalplace.sources._spend import read_spend
from totalplace.sources._spend_columns import layout_problems, sniff_spend
from totalplace.sources._text import refuse_other_kinds
from totalplace.sources._workbook import Workbook, open_workbook

__all__ = ["format_ids", "formats", "read_file", "sniff"]


SPEND = Format(
    FormatInfo(
        "spend",
        "Council spend over £500: payments to suppliers (CSV, or a zip of CSV)",
        "a header that names the payee, the amount and a date, on the first line that is not blank",
        tuple(f"{field.name}: {', '.join(field.headers)}" for field in spend_fields()),
    ),
    sniff_text=sniff_spend,
    read_text=read_spend,
)
_FORMATS: tuple[Format, ...] = (
    SPEND,
    OVER_25K,
    CARDS,
    *cra_formats(),
    *ro_formats(),
    POPULATION,
    RETURN,
    REGISTERS,
)


def formats() -> list[FormatInfo]:
    """Every format that can be read."""
    return [one.info for one in _FORMATS]


def format_ids() -> list[str]:
    """What ``--format`` takes."""
    return [one.info.id for one in _FORMATS]


def sniff(path: Path, member: str = "") -> Detection:
    """Which format a file is of, or a member of a zip.

    Raises:
        FileRefused: it cannot be opened: damaged, unsafe, empty, or no table at all.
    """
    where = str(path)
    with tempfile.TemporaryDirectory(prefix="totalplace-") as folder:
        scratch = Path(folder)
        kind = _kind(path, where)
        if kind == "zip":
            with open_archive(path, where=where) as archive:
                if not _is_workbook(archive, where):
                    members, _ = table_members(archive)
                    name = member or next(iter(members), "")
                    if name not in members:
                        raise FileRefused(_no_table(where))
                    piece = _open_member(archive, name, where, scratch)
                    return _best_text(piece)[1]
        if kind != "text":
            book = open_workbook(path, where=where)
            return _best_workbook(book)[1]
        return _best_text(_open_text(path, "", where, scratch))[1]


def read_file(path: Path, job: Job, *, format_id: str | None) -> list[Reading | Memo]:
    """Recognise and read all of a file.

    Raises:
        FileRefused: it, or one of its members, cannot be read.
    """
    kind = _kind(path, job.file)
    if kind == "text":
        piece = _open_text(path, "", job.file, job.folder)
        return [_read_text(piece, 0, job, format_id)]
    if kind == "zip":
        with open_archive(path, where=job.file) as archive:
            if not _is_workbook(archive, job.file):
                return _read_members(archive, job, format_id)
    book = open_workbook(path, where=job.file)
    return _read_workbook(book, job, format_id)


def _kind(path: Path, where: str) -> Literal["text", "zip", "old_workbook"]:
    with path.open("rb") as file:
        head = file.read(64)
    refuse_other_kinds(head, where=where)
    if head.startswith(OLD_EXCEL):
        return "old_workbook"
    return "zip" if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else "text"


def _is_workbook(archive: ZipFile, where: str) -> bool:
    kind = archive_workbook(archive)
    if kind == "xlsb":
        raise FileRefused(
            Problem(
                "not_a_table",
                "the file is a binary Excel workbook (.xlsb)",
                where,
                "it holds xl/workbook.bin",
                "save it as .xlsx or CSV, then add that",
            )
        )
    return bool(kind)


def _open_text(path: Path, member: str, where: str, scratch: Path) -> Delimited:
    return open_delimited(path, member=member, where=where, scratch=scratch / "utf8.csv")


def _open_member(archive: ZipFile, member: str, where: str, scratch: Path) -> Delimited:
    unpacked = scratch / "member.csv"
    unpack(archive, member, unpacked, where=where)
    return _open_text(unpacked, member, f"{where}, member {member}", scratch)


def _read_members(archive: ZipFile, job: Job, format_id: str | None) -> list[Reading | Memo]:
    tables, others = table_members(archive)
    if not tables:
        raise FileRefused(_no_table(job.file))
    outcomes: list[Reading | Memo] = []
    faults: dict[str, Sequence[Problem]] = {}
    for index, member in enumerate(tables):
        try:
            piece = _open_member(archive, member, job.file, job.folder)
            outcomes.append(_read_text(piece, index, job, format_id))
        except FileError as error:
            faults[member] = error.problems
    if faults:
        waiting = {member: (_waits(job.file, member, next(iter(faults))),) for member in tables}
        raise MembersRefused({**waiting, **faults})
    return outcomes + [Memo(other, 0, "it is no delimited text") for other in others]


def _read_text(piece: Delimited, index: int, job: Job, format_id: str | None) -> Reading:
    best, detection = _best_text(piece, format_id)
    if best is None or best.read_text is None:
        if format_id is None:
            raise layout_problems(piece)
        raise FileRefused(_wrong_format(piece.where, format_id, detection))
    return best.read_text(piece, index, job)


def _best_text(piece: Delimited, format_id: str | None = None) -> tuple[Format | None, Detection]:
    found = [
        (one, one.sniff_text(piece))
        for one in _FORMATS
        if one.sniff_text is not None and format_id in {None, one.info.id}
    ]
    return _best(found)


def _read_workbook(book: Workbook, job: Job, format_id: str | None) -> list[Reading | Memo]:
    best, detection = _best_workbook(book, format_id)
    if best is None or best.read_workbook is None:
        if format_id is None:
            raise FileRefused(_unknown_workbook(book, detection))
        raise FileRefused(_wrong_format(book.where, format_id, detection))
    return list(best.read_workbook(book, job))


def _best_workbook(book: Workbook, format_id: str | None = None) -> tuple[Format | None, Detection]:
    found = [
        (one, one.sniff_workbook(book))
        for one in _FORMATS
        if one.sniff_workbook is not None and format_id in {None, one.info.id}
    ]
    return _best(found)


def _best(found: Sequence[tuple[Format, Detection]]) -> tuple[Format | None, Detection]:
    best, detection = max(
        found,
        key=lambda pair: pair[1].score,
        default=(None, Detection(None, 0.0, ("it is of a kind that no such format has",))),
    )
    if detection.score > 0:
        return best, detection
    reasons = tuple(reason for _, one in found for reason in one.reasons) or detection.reasons
    return None, Detection(None, 0.0, reasons)


def _wrong_format(where: str, format_id: str, detection: Detection) -> Problem:
    return Problem(
        "wrong_format",
        f"the file is not of the format {format_id}",
        where,
        "; ".join(detection.reasons[:10]),
        "leave --format out to have the format found",
    )


def _unknown_workbook(book: Workbook, detection: Detection) -> Problem:
    return Problem(
        "unknown_layout",
        "the workbook is of no known layout",
        book.where,
        f"sheets: {', '.join(book.sheets[:20])}; " + "; ".join(detection.reasons[:10]),
        "see `totalplace formats` for those that are read; or save the sheet with the data as CSV",
    )


def _no_table(where: str) -> Problem:
    return Problem(
        "no_table",
        "the archive holds no delimited text",
        where,
        "no member ends in .csv, .tsv or .txt",
        "unpack it, then add the workbooks or tables inside one by one",
    )


def _waits(where: str, member: str, other: str) -> Problem:
    return Problem(
        "other_member_refused",
        "the member was not loaded, because another one was refused",
        f"{where}, member {member}",
        f"{other} cannot be read, and a file is loaded whole or not at all",
        f"mend or leave out {other}, or add the members one by one",
    )
