"""A look at a supplied file: what `add` would make of it, member by member, before it is asked to.

Nothing that is wrong with one member hides the others. A file that is short is read to the end, as
proposed where nobody has agreed to a layout yet: so lines, rejected records and sums are known too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from totalplace.errors import FileError, FileRefused
from totalplace.sources._archive import archive_workbook, open_archive
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._detect import (
    SPEND,
    best_text,
    best_workbook,
    kind_of,
    no_table,
    open_text,
    read_json,
    read_text,
    refuse_doubt,
    supplement_piece,
    unknown_workbook,
    wrong_format,
)
from totalplace.sources._fdp import FDP, find_descriptor, read_package
from totalplace.sources._format import Detection, Format, Job, Memo, Outcome, Reading
from totalplace.sources._json_file import open_json
from totalplace.sources._known import refuse_known_text, refuse_known_workbook
from totalplace.sources._looked import LookedColumn, LookedMember
from totalplace.sources._mapping import Mapper, Told
from totalplace.sources._mapping_layout import Layout, title_of
from totalplace.sources._mapping_propose import Proposal, columns_of_sample
from totalplace.sources._mapping_read import LEFT_OUT, read_settled, without_repeats
from totalplace.sources._parts import INSIDE, Part, file_parts
from totalplace.sources._return import RETURN
from totalplace.sources._sheet import sheet_piece, sheet_text
from totalplace.sources._spend_columns import layout_problems
from totalplace.sources._supplement_to import is_supplement
from totalplace.sources._workbook import Workbook, open_workbook

__all__ = ["look_file"]

_SHORT_BYTES, _SHORT_PACKED_BYTES = 100_000_000, 20_000_000
"""A file that is no longer is read to the end for a look; in seconds."""

_SAMPLE_RECORDS = 200
_MAX_COLUMNS = 1_000


def look_file(path: Path, job: Job, *, format_id: str | None) -> list[LookedMember]:
    """Look at all of a file.

    Raises:
        FileRefused: it cannot be opened at all, or holds no table.
    """
    kind = kind_of(path, job.file)
    most = _SHORT_BYTES if kind in {"text", "json"} else _SHORT_PACKED_BYTES
    look = _Look(job, format_id, Mapper(job), is_short=path.stat().st_size <= most)
    if kind == "text":
        return [look.text(open_text(path, "", job.file, job.folder), 0)]
    if kind == "json":
        document = open_json(path, where=job.file)
        return [_document(one) for one in read_json(document, job, format_id)]
    if kind == "zip":
        with open_archive(path, where=job.file) as archive:
            descriptor = find_descriptor(archive)
            if descriptor is not None and format_id in {None, FDP.info.id}:
                return [_document(one) for one in read_package(archive, descriptor, job)]
            is_workbook = bool(archive_workbook(archive))
        if not is_workbook:
            return look.parts(path)
    return look.workbook(open_workbook(path, where=job.file))


@dataclass(frozen=True)
class _Look:
    """One file being looked at."""

    job: Job
    format_id: str | None
    mapper: Mapper
    is_short: bool

    def parts(self, path: Path) -> list[LookedMember]:
        """The members of an archive."""
        found: list[LookedMember] = []
        others: list[LookedMember] = []
        for part in file_parts(path, where=self.job.file, scratch=self.job.folder):
            if part.kind == "other":
                others.append(LookedMember(member=part.member, kind="other", note="it is no table"))
                continue
            try:
                found += self._part(part, len(found))
            except FileError as error:
                found.append(LookedMember(member=part.member, kind="text", problems=error.problems))
        if not found:
            raise FileRefused(no_table(self.job.file))
        return found + others

    def _part(self, part: Part, index: int) -> list[LookedMember]:
        if part.problems:
            raise FileRefused(part.problems)
        if part.kind == "workbook":
            book = open_workbook(part.path, where=part.where, so_far=part.so_far)
            return self.workbook(book, part.member, index)
        piece = open_text(part.path, part.member, part.where, self.job.folder)
        return [self.text(piece, index)]

    def text(self, piece: Delimited, index: int) -> LookedMember:
        """One delimited text."""
        if is_supplement(piece.header):
            return self._supplement(piece, index)
        best, detection = best_text(piece, self.format_id)
        member = _plain(piece, best, detection)
        try:
            refuse_doubt(detection, self.format_id)
            if self.format_id is None and (best is None or best is SPEND):
                refuse_known_text(piece)
            if _is_payments(best, self.format_id):
                told = self.mapper.tell(piece)
                if told is None:
                    raise layout_problems(piece)
                return self._payments(told, piece, index)[0]
            if best is None or best.read_text is None:
                raise FileRefused(wrong_format(piece.where, str(self.format_id), detection))
            if self.is_short:
                reading = best.read_text(piece, index, self.job)
                return _with_reading(member, reading)
        except FileError as error:
            return replace(member, problems=error.problems)
        return member

    def _supplement(self, piece: Delimited, index: int) -> LookedMember:
        """Corrected rejects, which are read as their source was."""
        reasons = ("it holds records that were rejected from a file of the place, corrected",)
        member = _plain(piece, None, Detection(None, 0.0, reasons))
        try:
            reading = read_text(piece, index, self.job, None)
        except FileError as error:
            return replace(member, problems=error.problems)
        member = replace(member, format_id=reading.member.format_id, told_by="format")
        return _with_reading(member, reading)

    def workbook(self, book: Workbook, inside: str = "", first: int = 0) -> list[LookedMember]:
        """The sheets of a workbook."""
        supplement = None if inside else supplement_piece(book, self.job)
        if supplement is not None:
            return [replace(self._supplement(supplement, first), kind="sheet", delimiter="")]
        best, detection = best_workbook(book, self.format_id)
        refuse_doubt(detection, self.format_id)
        if self.format_id is None and (best is None or best is SPEND):
            refuse_known_workbook(book)
        if _is_payments(best, self.format_id):
            pairs = [
                self._sheet(book, sheet, inside, first + at) for at, sheet in enumerate(book.sheets)
            ]
            members = _repeats_told(pairs)
            if all(one.note for one in members):
                problem = unknown_workbook(book, detection)
                members = [replace(members[0], problems=(problem,)), *members[1:]]
            return members
        if best is None or best.read_workbook is None:
            raise FileRefused(wrong_format(book.where, str(self.format_id), detection))
        return [
            _of_sheet(book, outcome, detection) for outcome in best.read_workbook(book, self.job)
        ]

    def _sheet(
        self, book: Workbook, sheet: str, inside: str, index: int
    ) -> tuple[LookedMember, Outcome | None]:
        name = f"{inside}{INSIDE}{sheet}" if inside else sheet
        member = LookedMember(member=name, kind="sheet", encoding=book.kind)
        is_hidden = sheet in book.hidden and not self.mapper.names_sheet(sheet)
        try:
            piece = sheet_piece(book, sheet, self.job.folder / "sheet.csv", member=name)
            if piece is None:
                return replace(member, note="the sheet is empty"), None
            left_out = self.mapper.left_out(piece, sheet)
            if left_out is not None:
                records = piece.facts.records
                return replace(member, note=LEFT_OUT, layout=left_out, records=records), None
            told = self.mapper.tell(piece, sheet)
            if is_hidden or told is None:
                note = (
                    "it is hidden: unhide it, or name it in a mapping, to load it"
                    if is_hidden
                    else "it has no header above payments: notes, a form or a pivot table"
                )
                return replace(member, note=note, records=piece.facts.records), None
            return self._payments(told, piece, index, sheet, is_sheet=True)
        except FileError as error:
            return replace(member, problems=error.problems), None

    def _payments(
        self, told: Told, piece: Delimited, index: int, sheet: str = "", *, is_sheet: bool = False
    ) -> tuple[LookedMember, Outcome | None]:
        """A table of payments whose columns are told."""
        proposal = told.proposal
        member = LookedMember(
            member=piece.member,
            kind="sheet" if is_sheet else "text",
            format_id=SPEND.info.id if proposal is None or proposal.is_complete else None,
            told_by=told.how,
            encoding=piece.encoding,
            delimiter="" if is_sheet else piece.delimiter,
            header_row=told.piece.header_row,
            columns=_columns_told(told),
            layout=_layout(told),
            missing=() if proposal is None else proposal.missing,
            drift=() if proposal is None else proposal.drift,
            records=_below(piece, told.piece.header_row),
        )
        if proposal is not None and not proposal.is_complete:
            if is_sheet and not proposal.drift:
                # so says `add`, which reads the other sheets
                missing = "; ".join(map(str, proposal.missing))
                return replace(member, note=f"it does not read like payments: {missing}"), None
            return member, None
        if not self.is_short:
            return member, None
        if proposal is not None:
            self.mapper.suppose(proposal.layout)
        try:
            settled = self.mapper.settle(piece, sheet)
            if settled is None or isinstance(settled, Proposal):
                raise ValueError("the columns were told before")
            reading = read_settled(settled, index, self.job)
        except FileError as error:
            return replace(member, problems=error.problems), None
        return _with_reading(member, reading), reading


def _is_payments(best: Format | None, format_id: str | None) -> bool:
    return best is SPEND or (best is None and format_id in {None, SPEND.info.id})


def _plain(piece: Delimited, best: Format | None, detection: Detection) -> LookedMember:
    return LookedMember(
        member=piece.member,
        kind="text",
        format_id=None if best is None else best.info.id,
        told_by="nothing" if best is None else "format",
        reasons=detection.reasons,
        encoding=piece.encoding,
        delimiter=piece.delimiter,
        header_row=piece.header_row,
        columns=_columns(piece.header, _sample(piece, piece.header_row)),
        records=_below(piece, piece.header_row),
    )


def _with_reading(member: LookedMember, reading: Reading) -> LookedMember:
    columns = member.columns
    if member.told_by == "format":
        columns = tuple(_read_as(one, reading.member.mapping) for one in columns)
    return replace(
        member,
        columns=columns,
        reading=reading.member,
        years=_years(reading),
        warnings=reading.warnings,
        notes=reading.notes,
    )


def _years(reading: Reading) -> tuple[str, ...]:
    """The financial years of the lines of a return."""
    if reading.member.dataset != RETURN.info.id:
        return ()
    table = pq.read_table(reading.lines, columns=["financial_year"])
    return tuple(sorted(pc.unique(table["financial_year"]).to_pylist()))


def _document(outcome: Outcome) -> LookedMember:
    if isinstance(outcome, Memo):
        return LookedMember(member=outcome.member, kind="other", note=outcome.reason)
    member = outcome.member
    found = LookedMember(
        member=member.member, kind="document", format_id=member.format_id, told_by="format"
    )
    return _with_reading(found, outcome)


def _of_sheet(book: Workbook, outcome: Outcome, detection: Detection) -> LookedMember:
    """A sheet of a workbook that another format reads."""
    if isinstance(outcome, Memo):
        return LookedMember(
            member=outcome.member, kind="sheet", note=outcome.reason, records=outcome.records
        )
    member = outcome.member
    row = int(member.dialect.get("header_row", "0"))
    columns: tuple[LookedColumn, ...] = ()
    if row and member.member in book.sheets:
        rows = book.rows(member.member, limit=row + _SAMPLE_RECORDS)
        texts = [[sheet_text(cell) for cell in cells] for cells in rows]
        columns = _columns(texts[row - 1], texts[row:])
    found = LookedMember(
        member=member.member,
        kind="sheet",
        format_id=member.format_id,
        told_by="format",
        reasons=detection.reasons,
        encoding=book.kind,
        header_row=row,
        columns=columns,
    )
    return _with_reading(found, outcome)


def _repeats_told(pairs: Sequence[tuple[LookedMember, Outcome | None]]) -> list[LookedMember]:
    """The members, with a note at a sheet that holds the lines of all others once more."""
    kept = without_repeats([one for _, one in pairs if one is not None])
    repeats = {one.member: one.reason for one in kept if isinstance(one, Memo)}
    return [
        replace(member, reading=None, note=repeats[member.member])
        if member.member in repeats
        else member
        for member, _ in pairs
    ]


def _sample(piece: Delimited, header_row: int) -> list[Sequence[str]]:
    """The first records below the header that are not blank."""
    head = islice(records(piece), header_row + _SAMPLE_RECORDS)
    return [cells for number, cells in head if number > header_row and any(map(str.strip, cells))]


def _below(piece: Delimited, header_row: int) -> int | None:
    return None if piece.facts.records is None else max(0, piece.facts.records - header_row)


def _columns(header: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[LookedColumn, ...]:
    shown = header[:_MAX_COLUMNS]
    values = columns_of_sample(shown, below)
    return tuple(
        LookedColumn(
            number=index + 1,
            header=text.strip(),
            title=title_of(header, index),
            samples=values[index].samples(),
        )
        for index, text in enumerate(shown)
    )


def _read_as(column: LookedColumn, mapping: Mapping[str, str]) -> LookedColumn:
    field = mapping.get(column.header, "")
    if not field:
        return column
    return replace(column, field=field, confidence=1.0, reasons=("its header is a published one",))


def _columns_told(told: Told) -> tuple[LookedColumn, ...]:
    piece, proposal = told.piece, told.proposal
    columns = list(_columns(piece.header, _sample(piece, piece.header_row)))
    if proposal is not None:
        for choice in proposal.choices:
            columns[choice.index] = replace(
                columns[choice.index],
                field=choice.field,
                confidence=float(choice.confidence),
                reasons=choice.reasons,
            )
        for one in proposal.unused:
            columns[one.index] = replace(columns[one.index], reasons=(one.why,))
        return tuple(columns)
    reason = "its header is a published one"
    if told.layout is not None:
        reason = f"so says the mapping {told.layout.name!r}"
    for field, index in told.columns.items():
        if index < len(columns):
            columns[index] = replace(columns[index], field=field, confidence=1.0, reasons=(reason,))
    return tuple(columns)


def _layout(told: Told) -> Layout:
    """The layout by which a table is read, also where its headers are published."""
    if told.layout is not None:
        return told.layout
    if told.proposal is not None:
        return told.proposal.layout
    header = told.piece.header
    return Layout(
        name="published headers",
        headers=tuple(cell.strip() for cell in header),
        columns={field: title_of(header, index) for field, index in told.columns.items()},
        payee_shape=told.shape,
        header_row=told.piece.header_row if told.piece.header_row > 1 else 0,
    )
