"""The way back: from a line to the record it was read from, in the file as it was supplied."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.place import Folder, LineId, parse_line_id
from totalplace.sources._delimited import open_delimited, records
from totalplace.sources._giving import grant_rows
from totalplace.sources._json_file import is_json, open_json
from totalplace.sources._parts import INSIDE, file_parts
from totalplace.sources._sheet_check import OLD_EXCEL
from totalplace.sources._workbook import cell_text, open_workbook

__all__ = ["SourceRow", "source_records", "source_row"]


@dataclass(frozen=True)
class SourceRow:
    """A record as it stands in a stored source.

    Attributes:
        file: the name of the file when it was supplied.
        sha256: of the file.
        member: zip member or sheet, empty if there is none.
        row_no: the record's number, from 1.
        column_no: the column of the cell that the line is, from 1; 0 for a whole record.
        header: the cells of the header.
        cells: the cells of the record, as supplied.
    """

    file: str
    sha256: str
    member: str
    row_no: int
    column_no: int
    header: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def column(self) -> str:
        """The header over the line's cell, or '' for a whole record."""
        at = self.column_no - 1
        return self.header[at] if 0 <= at < len(self.header) else ""

    @property
    def cell(self) -> str:
        """The line's cell as supplied, or '' for a whole record."""
        at = self.column_no - 1
        return self.cells[at] if 0 <= at < len(self.cells) else ""


def source_row(folder: Folder, line_id: str) -> SourceRow:
    """The record of a line, read again from the stored source.

    Args:
        line_id: ``<source sha256>:<member>:<row>:<column>``.

    Raises:
        RequestError: it is no line_id, or the place has no such source, member or row.
        FileRefused: the stored file can no longer be read.
    """
    wanted = parse_line_id(line_id)
    state = folder.state()
    source = state.find_source(wanted.source_id)
    members = [one for one in state.members_of(source.sha256) if one.member == wanted.member]
    if not members:
        raise RequestError(_unknown(wanted, "the place has read no such member of that source"))
    # of several readings of the same bytes the one that counts
    header_row = int(max(members, key=lambda one: one.is_active).dialect.get("header_row", "1"))
    path = folder.source_path(source.sha256)
    header: tuple[str, ...] = ()
    with tempfile.TemporaryDirectory(prefix="totalplace-") as scratch:
        for number, cells in source_records(path, wanted.member, source.name, Path(scratch)):
            if number == header_row:
                header = tuple(cells)
            if number == wanted.row_no:
                return SourceRow(
                    file=source.name,
                    sha256=source.sha256,
                    member=wanted.member,
                    row_no=wanted.row_no,
                    column_no=wanted.column_no,
                    header=header,
                    cells=tuple(cells),
                )
    raise RequestError(_unknown(wanted, f"{source.name} has no row {wanted.row_no}"))


def source_records(
    path: Path, member: str, where: str, scratch: Path
) -> Iterator[tuple[int, Sequence[str]]]:
    """The records of a member of a stored source with their numbers, as supplied.

    Raises:
        FileRefused: the file can no longer be read.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head == OLD_EXCEL:
        yield from _sheet_records(path, member, where)
        return
    if is_json(head):
        yield from grant_rows(open_json(path, where=where))
        return
    if head.startswith(b"PK\x03\x04"):
        for part in file_parts(path, where=where, scratch=scratch, wanted=member):
            if part.problems:
                raise FileRefused(part.problems)
            if part.kind == "workbook":
                sheet = member.removeprefix(part.member + INSIDE) if part.member else member
                yield from _sheet_records(part.path, sheet, part.where)
                return
            if part.kind == "text" and part.member == member:
                piece = open_delimited(
                    part.path, member=member, where=part.where, scratch=scratch / "utf8.csv"
                )
                yield from records(piece)
                return
        return
    piece = open_delimited(path, member=member, where=where, scratch=scratch / "utf8.csv")
    yield from records(piece)


def _sheet_records(path: Path, sheet: str, where: str) -> Iterator[tuple[int, Sequence[str]]]:
    book = open_workbook(path, where=where)
    for number, row in enumerate(book.rows(sheet), start=1):
        yield number, [cell_text(cell) for cell in row]


def _unknown(wanted: LineId, why: str) -> Problem:
    return Problem(
        "unknown_line",
        "there is no such line in the place",
        str(wanted),
        why,
        "copy the line_id from `explain` or from an export",
    )
