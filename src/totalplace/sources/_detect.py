"""Which format a supplied file is of, and its reading, member by member."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from totalplace.errors import FileError, FileRefused, Problem
from totalplace.sources._archive import archive_workbook, open_archive, table_members
from totalplace.sources._benefits import BENEFITS
from totalplace.sources._cards import CARDS
from totalplace.sources._columns import spend_fields
from totalplace.sources._council_tax import COUNCIL_TAX
from totalplace.sources._cra import cra_formats
from totalplace.sources._cra_series import CRA_SERIES
from totalplace.sources._delimited import Delimited, open_delimited
from totalplace.sources._fdp import FDP, find_descriptor, read_package
from totalplace.sources._format import (
    Detection,
    Format,
    FormatInfo,
    Job,
    MembersRefused,
    Memo,
    Reading,
)
from totalplace.sources._giving import GIVING
from totalplace.sources._json_file import JsonFile, is_json, open_json
from totalplace.sources._known import (
    refuse_known_json,
    refuse_known_text,
    refuse_known_workbook,
)
from totalplace.sources._mapping import Mapper, UnknownLayout
from totalplace.sources._mapping_propose import Proposal
from totalplace.sources._mapping_read import (
    read_payments,
    read_settled,
    read_sheets,
    sniff_sheets,
)
from totalplace.sources._over25k import OVER_25K
from totalplace.sources._parts import file_parts
from totalplace.sources._population import POPULATION
from totalplace.sources._registers import REGISTERS
from totalplace.sources._return import RETURN
from totalplace.sources._ro import ro_formats
from totalplace.sources._sheet import sheet_piece, sheet_text
from totalplace.sources._sheet_check import OLD_EXCEL
from totalplace.sources._spend_columns import layout_problems, sniff_spend
from totalplace.sources._steps import MemberSteps
from totalplace.sources._supplement import read_supplement
from totalplace.sources._supplement_to import is_supplement
from totalplace.sources._text import refuse_other_kinds
from totalplace.sources._workbook import Workbook, open_workbook

__all__ = [
    "SPEND",
    "best_json",
    "best_text",
    "best_workbook",
    "format_ids",
    "formats",
    "kind_of",
    "no_table",
    "open_text",
    "read_file",
    "read_json",
    "read_text",
    "refuse_doubt",
    "sniff",
    "supplement_piece",
    "unknown_workbook",
    "wrong_format",
]


SPEND = Format(
    FormatInfo(
        "spend",
        "Council spend over £500: payments to suppliers (CSV, XLSX, XLS, ODS, or a zip of these)",
        "a header that names the payee, the amount and a date, or a mapping that says so",
        tuple(f"{field.name}: {', '.join(field.headers)}" for field in spend_fields()),
    ),
    sniff_text=sniff_spend,
    read_text=lambda piece, index, job: read_payments(piece, index, job, Mapper(job)),
    sniff_workbook=sniff_sheets,
    read_workbook=lambda book, job: read_sheets(book, job, Mapper(job)),
)
_FORMATS: tuple[Format, ...] = (
    SPEND,
    OVER_25K,
    CARDS,
    GIVING,
    FDP,
    *cra_formats(),
    CRA_SERIES,
    *ro_formats(),
    BENEFITS,
    COUNCIL_TAX,
    POPULATION,
    RETURN,
    REGISTERS,
)
_SURE, _NAMED = 0.5, 0.1
"""The least score of a format that is found, and of one that the user names."""


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
        kind = kind_of(path, where)
        if kind == "json":
            return best_json(open_json(path, where=where))[1]
        if kind == "zip":
            with open_archive(path, where=where) as archive:
                if find_descriptor(archive) is not None:
                    return Detection("fdp", 1.0, ("it holds a datapackage.json with measures",))
                if not archive_workbook(archive):
                    return _sniff_member(path, member, where, scratch)
        if kind != "text":
            book = open_workbook(path, where=where)
            return best_workbook(book)[1]
        return best_text(open_text(path, "", where, scratch))[1]


def read_file(path: Path, job: Job, *, format_id: str | None) -> list[Reading | Memo]:
    """Recognise and read all of a file.

    Raises:
        FileRefused: it, or one of its members, cannot be read.
    """
    kind = kind_of(path, job.file)
    if kind == "text":
        piece = open_text(path, "", job.file, job.folder)
        return [read_text(piece, 0, job, format_id)]
    if kind == "json":
        return read_json(open_json(path, where=job.file), job, format_id)
    if kind == "zip":
        with open_archive(path, where=job.file) as archive:
            descriptor = find_descriptor(archive)
            if descriptor is not None and format_id in {None, FDP.info.id}:
                return read_package(archive, descriptor, job)
            is_workbook = bool(archive_workbook(archive))
        if not is_workbook:
            return _read_members(path, job, format_id)
    book = open_workbook(path, where=job.file)
    return _read_workbook(book, job, format_id)


def kind_of(path: Path, where: str) -> Literal["text", "json", "zip", "old_workbook"]:
    """What a file is by its first bytes; a zip may be a workbook.

    Raises:
        FileRefused: it is nothing that can be read.
    """
    with path.open("rb") as file:
        head = file.read(64)
    refuse_other_kinds(head, where=where)
    if head.startswith(OLD_EXCEL):
        return "old_workbook"
    if is_json(head):
        return "json"
    return "zip" if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else "text"


def open_text(path: Path, member: str, where: str, scratch: Path) -> Delimited:
    """Look at a text file; see `open_delimited`."""
    return open_delimited(path, member=member, where=where, scratch=scratch / "utf8.csv")


def _sniff_member(path: Path, member: str, where: str, scratch: Path) -> Detection:
    for part in file_parts(path, where=where, scratch=scratch):
        if part.kind == "other" or member not in {"", part.member}:
            continue
        if part.problems:
            raise FileRefused(part.problems)
        if part.kind == "workbook":
            book = open_workbook(part.path, where=part.where, so_far=part.so_far)
            return best_workbook(book)[1]
        return best_text(open_text(part.path, part.member, part.where, scratch))[1]
    raise FileRefused(no_table(where))


def _read_members(path: Path, job: Job, format_id: str | None) -> list[Reading | Memo]:
    outcomes: list[Reading | Memo] = []
    others: list[str] = []
    faults: dict[str, Sequence[Problem]] = {}
    tables: list[str] = []
    mapper = Mapper(job)
    index = 0
    with open_archive(path, where=job.file) as archive:
        size = sum(archive.getinfo(name).file_size for name in table_members(archive)[0])
    steps = MemberSteps(job, size)
    for part in file_parts(path, where=job.file, scratch=job.folder):
        if part.kind == "other":
            others.append(part.member)
            continue
        tables.append(part.member)
        try:
            if part.problems:
                raise FileRefused(part.problems)
            own = steps.job(part.path.stat().st_size)
            if part.kind == "workbook":
                book = open_workbook(part.path, where=part.where, so_far=part.so_far)
                outcomes += _read_book_member(book, part.member, index, own, mapper, format_id)
                index += len(book.sheets)
                continue
            piece = open_text(part.path, part.member, part.where, job.folder)
            outcomes.append(read_text(piece, index, own, format_id, mapper))
            index += 1
        except FileError as error:
            faults[part.member] = error.problems
    if not tables:
        raise FileRefused(no_table(job.file))
    if faults:
        waiting = {member: (_waits(job.file, member, next(iter(faults))),) for member in tables}
        raise MembersRefused({**waiting, **faults})
    return outcomes + [Memo(other, 0, "it is no table") for other in others]


def _read_book_member(
    book: Workbook, member: str, index: int, job: Job, mapper: Mapper, format_id: str | None
) -> list[Reading | Memo]:
    best, detection = best_workbook(book, format_id)
    refuse_doubt(detection, format_id)
    if best is not None and best is not SPEND:
        raise FileRefused(
            Problem(
                "workbook_in_archive",
                "this workbook is not read inside an archive",
                book.where,
                f"it is of the format {best.info.id}; only payments are",
                "unpack it, then add the workbook itself",
            )
        )
    found = read_sheets(book, job, mapper, inside=member, first_index=index)
    if not found:
        raise FileRefused(unknown_workbook(book, detection))
    return found


def read_text(
    piece: Delimited, index: int, job: Job, format_id: str | None, mapper: Mapper | None = None
) -> Reading:
    """Recognise and read a delimited text.

    Raises:
        FileRefused: it is of no known format, or cannot be read.
    """
    if is_supplement(piece.header):
        return read_supplement(piece, index, job, _read_as)
    best, detection = best_text(piece, format_id)
    refuse_doubt(detection, format_id)
    if format_id is None and (best is None or best is SPEND):
        refuse_known_text(piece)
    if best is SPEND or (best is None and format_id in {None, SPEND.info.id}):
        return read_payments(piece, index, job, mapper or Mapper(job))
    if best is None or best.read_text is None:
        raise FileRefused(wrong_format(piece.where, str(format_id), detection))
    reading = best.read_text(piece, index, job)
    job.step("reading", reading.member.records, reading.member.records)
    return reading


def _read_as(piece: Delimited, index: int, job: Job, format_id: str) -> Reading:
    """Read a text that is known to be of a format; nothing is proposed for it."""
    if format_id == SPEND.info.id:
        settled = Mapper(job).settle(piece)
        if isinstance(settled, Proposal):
            raise UnknownLayout(settled)
        if settled is None:
            raise layout_problems(piece)
        return read_settled(settled, index, job)
    known = next(one for one in _FORMATS if one.info.id == format_id)
    if known.read_text is None or known.sniff_text is None:
        raise ValueError(f"{format_id} reads no text")
    detection = known.sniff_text(piece)
    if detection.score < _NAMED:
        raise FileRefused(wrong_format(piece.where, format_id, detection))
    return known.read_text(piece, index, job)


def refuse_doubt(detection: Detection, format_id: str | None) -> None:
    """Refuse what may be of two formats unless the user says which.

    Raises:
        FileRefused: the doubt.
    """
    if format_id is None and detection.doubt is not None:
        raise FileRefused(detection.doubt)


def best_text(piece: Delimited, format_id: str | None = None) -> tuple[Format | None, Detection]:
    """The format that a text fits best, if it fits one, and how well."""
    found = [
        (one, one.sniff_text(piece))
        for one in _FORMATS
        if one.sniff_text is not None and format_id in {None, one.info.id}
    ]
    return _best(found, format_id)


def read_json(file: JsonFile, job: Job, format_id: str | None) -> list[Reading | Memo]:
    """Recognise and read a JSON document.

    Raises:
        FileRefused: it is of no known layout, or cannot be read.
    """
    best, detection = best_json(file, format_id)
    if format_id is None and best is None:
        refuse_known_json(file)
    if best is None or best.read_json is None:
        if format_id is not None:
            raise FileRefused(wrong_format(file.where, format_id, detection))
        raise FileRefused(
            Problem(
                "unknown_layout",
                "the JSON is of no known layout",
                file.where,
                "; ".join(detection.reasons[:10]),
                "grants in the 360Giving standard are read; of a Fiscal Data Package add the"
                " folder, or a zip of it, and not datapackage.json alone",
            )
        )
    return list(best.read_json(file, job))


def best_json(file: JsonFile, format_id: str | None = None) -> tuple[Format | None, Detection]:
    """The format that a JSON document fits best, if it fits one, and how well."""
    found = [
        (one, one.sniff_json(file))
        for one in _FORMATS
        if one.sniff_json is not None and format_id in {None, one.info.id}
    ]
    return _best(found, format_id)


def _read_workbook(book: Workbook, job: Job, format_id: str | None) -> list[Reading | Memo]:
    supplement = supplement_piece(book, job)
    if supplement is not None:
        return [read_text(supplement, 0, job, format_id)]
    best, detection = best_workbook(book, format_id)
    refuse_doubt(detection, format_id)
    if format_id is None and (best is None or best is SPEND):
        refuse_known_workbook(book)
    if best is SPEND or (best is None and format_id in {None, SPEND.info.id}):
        found = read_sheets(book, job, Mapper(job))
        if not found:
            raise FileRefused(unknown_workbook(book, detection))
        return found
    if best is None or best.read_workbook is None:
        raise FileRefused(wrong_format(book.where, str(format_id), detection))
    return list(best.read_workbook(book, job))


def supplement_piece(book: Workbook, job: Job) -> Delimited | None:
    """The one sheet of a workbook as text, if it holds corrected rejects."""
    if len(book.sheets) != 1:
        return None
    (sheet,) = book.sheets
    rows = book.rows(sheet, limit=1)
    if not rows or not is_supplement([sheet_text(cell) for cell in rows[0]]):
        return None
    return sheet_piece(book, sheet, job.folder / "sheet.csv", member=sheet)


def best_workbook(book: Workbook, format_id: str | None = None) -> tuple[Format | None, Detection]:
    """The format that a workbook fits best, if it fits one, and how well."""
    found = [
        (one, one.sniff_workbook(book))
        for one in _FORMATS
        if one.sniff_workbook is not None and format_id in {None, one.info.id}
    ]
    return _best(found, format_id)


def _best(
    found: Sequence[tuple[Format, Detection]], format_id: str | None = None
) -> tuple[Format | None, Detection]:
    best, detection = max(
        found,
        key=lambda pair: pair[1].score,
        default=(None, Detection(None, 0.0, ("it is of a kind that no such format has",))),
    )
    # what any table of payments has is a sign only of the format that the user names
    if detection.score >= (_SURE if format_id is None else _NAMED):
        return best, detection
    reasons = tuple(reason for _, one in found for reason in one.reasons) or detection.reasons
    return None, Detection(None, 0.0, reasons)


def wrong_format(where: str, format_id: str, detection: Detection) -> Problem:
    """That a file is not of the format that the user names."""
    return Problem(
        "wrong_format",
        f"the file is not of the format {format_id}",
        where,
        "; ".join(detection.reasons[:10]),
        "leave --format out to have the format found",
    )


def unknown_workbook(book: Workbook, detection: Detection) -> Problem:
    """That no sheet of a workbook is of a known layout."""
    return Problem(
        "unknown_layout",
        "the workbook is of no known layout",
        book.where,
        f"sheets: {', '.join(book.sheets[:20])}; " + "; ".join(detection.reasons[:10]),
        "see `totalplace formats` for those that are read; or save the sheet with the data as CSV",
    )


def no_table(where: str) -> Problem:
    """That an archive holds no table."""
    return Problem(
        "no_table",
        "the archive holds no table",
        where,
        "no member ends in .csv, .tsv, .txt, .xlsx, .xls, .ods or .zip",
        "unpack it, and see whether there are tables inside in another form",
    )


def _waits(where: str, member: str, other: str) -> Problem:
    return Problem(
        "other_member_refused",
        "the member was not loaded, because another one was refused",
        f"{where}, member {member}",
        f"{other} cannot be read, and a file is loaded whole or not at all",
        f"mend or leave out {other}, or add the members one by one",
    )
