"""The rejected records of a place's sources: what was wrong, and the cells as supplied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow.parquet as pq

from totalplace.errors import Problem, RequestError
from totalplace.place import Folder, Member, State
from totalplace.sources._sandbox import Sandbox
from totalplace.sources._source_rows import cells_of
from totalplace.sources._supplement_to import BY_RECORD, own_cells

__all__ = ["Reject", "RejectedMember", "Rejects", "rejected_member", "rejects_of"]


@dataclass(frozen=True, kw_only=True)
class Reject:
    """One rejected record; of a wide format, one rejected cell.

    Attributes:
        row_no: its number in the member, from 1.
        column_no, column: of the first cell that is wrong, from 1, and its header.
        code: a stable name of the first fault.
        message: everything that is wrong with it.
        raw: the record as one text.
        cells: as supplied; empty where they were not asked for.
    """

    row_no: int
    column_no: int
    column: str
    code: str
    message: str
    raw: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RejectedMember:
    """The rejected records of one member of a source.

    Attributes:
        sha256, member_index: what names it.
        file: the file's name.
        member: zip member or sheet, empty if there is none.
        format_id, dataset, body_id: how it was read.
        received: when, as an ISO timestamp.
        records, lines, rejected: how many.
        codes: code -> how many records have it as their first fault.
        header: the cells of its header, without those of a file of rejects; empty where the cells
            were not asked for.
        rejects: those that were asked for, in the order of the file.
        supplemented_by: SHA-256 of the source that holds its rejected records corrected, or None.
        is_by_record: whether its rejects can be corrected in a file of rejects. In a wide format
            they cannot: the sound cells of their records are in already.
    """

    sha256: str
    member_index: int
    file: str
    member: str
    format_id: str
    dataset: str
    body_id: str | None
    received: str
    records: int
    lines: int
    rejected: int
    codes: Mapping[str, int]
    header: tuple[str, ...] = ()
    rejects: tuple[Reject, ...] = ()
    supplemented_by: str | None = None
    is_by_record: bool = True

    @property
    def is_open(self) -> bool:
        """Whether nobody has supplied its rejected records corrected."""
        return self.supplemented_by is None


@dataclass(frozen=True)
class Rejects:
    """The members of a place with rejected records, the most of them first."""

    members: tuple[RejectedMember, ...]

    @property
    def rejected(self) -> int:
        """How many records, those that were supplied corrected aside."""
        return sum(one.rejected for one in self.members if one.is_open)


def rejects_of(
    folder: Folder, state: State, *, sha256: str | None, limit: int | None, offset: int
) -> Rejects:
    """The rejects of all members that count, or of one source with their cells.

    Args:
        sha256: a source of the state.
        limit: how many of each member at most; None for all.
        offset: how many of each to skip.
    """
    if sha256 is None:
        members = [one for one in state.active if one.rejected]
    else:
        latest = [one for one in state.members_of(sha256) if one.superseded_by != sha256]
        members = [one for one in latest if one.rejected]
    found = [_member(folder, state, one, limit=limit, offset=offset) for one in members]
    if sha256 is not None:
        with Sandbox(reads=[folder.path], writes=[folder.path / "tmp"]) as reader:
            found = [
                _with_cells(folder, state, one, rejected, reader)
                for one, rejected in zip(members, found, strict=True)
            ]
    return Rejects(tuple(sorted(found, key=lambda one: (-one.rejected, one.file, one.member))))


def rejected_member(folder: Folder, state: State, sha256: str, member_index: int) -> RejectedMember:
    """All rejects of one member with their cells.

    Raises:
        RequestError: it has none.
    """
    found = [one for one in state.members_of(sha256) if one.member_index == member_index]
    if not found or not found[0].rejected:
        raise RequestError(
            Problem(
                "no_rejects",
                "the member has no rejected records",
                f"{sha256[:12]}, member {member_index}",
                "all of its records were read" if found else "the place has no such member",
                "see `totalplace rejects PLACE` for those that have",
            )
        )
    rejected = _member(folder, state, found[0], limit=None, offset=0)
    with Sandbox(reads=[folder.path], writes=[folder.path / "tmp"]) as reader:
        return _with_cells(folder, state, found[0], rejected, reader)


def _member(
    folder: Folder, state: State, member: Member, *, limit: int | None, offset: int
) -> RejectedMember:
    table = pq.ParquetFile(folder.path / member.rejects_path).read()
    order = [("row_no", "ascending"), ("column_no", "ascending")]
    names = ("row_no", "column_no", "column", "code", "message", "raw")
    wanted = table.sort_by(order).select(list(names)).slice(offset, limit)
    by = next((one.sha256 for one in state.active if one.supplements == member.key), None)
    return RejectedMember(
        sha256=member.sha256,
        member_index=member.member_index,
        file=member.file_name,
        member=member.member,
        format_id=member.format_id,
        dataset=member.dataset,
        body_id=member.body_id,
        received=member.received,
        records=member.records,
        lines=member.lines,
        rejected=member.rejected,
        codes=dict(Counter(table["code"].to_pylist()).most_common()),
        rejects=tuple(Reject(**row) for row in wanted.to_pylist()),
        supplemented_by=by,
        is_by_record=member.format_id in BY_RECORD,
    )


def _with_cells(
    folder: Folder, state: State, member: Member, rejected: RejectedMember, reader: Sandbox
) -> RejectedMember:
    """The same with the header and the cells, read again from the source in a worker."""
    # only the records that are shown
    numbers = [one.row_no for one in rejected.rejects]
    header, cells = cells_of(folder, state, member, numbers, reader)
    return replace(
        rejected,
        header=own_cells(header, header),
        rejects=tuple(
            replace(one, cells=own_cells(header, cells.get(one.row_no, ())))
            for one in rejected.rejects
        ),
    )
