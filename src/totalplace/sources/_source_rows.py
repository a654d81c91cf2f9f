"""Records of a stored source as they were supplied, read again in a sandboxed worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.place import Folder, Member, Source, State
from totalplace.sources._messages import Request, RowsOf
from totalplace.sources._sandbox import Sandbox, seconds_for

__all__ = ["SourceRows", "cells_of", "file_rows", "header_row_of", "source_rows"]


@dataclass(frozen=True)
class SourceRows:
    """Some records of a member, one after the other.

    Attributes:
        file: the name of the file when it was supplied.
        sha256, member: what they are of.
        header_row: the record of the header, from 1.
        header: its cells.
        rows: number of the record -> its cells, as supplied.
    """

    file: str
    sha256: str
    member: str
    header_row: int
    header: tuple[str, ...]
    rows: Mapping[int, Sequence[str]]


def source_rows(
    folder: Folder, state: State, member: Member, *, first: int, count: int
) -> SourceRows:
    """Records of a member of the place.

    Args:
        first: the number of the first, from 1.
        count: how many at most; fewer where the file ends.

    Raises:
        FileRefused: the stored file can no longer be read.
    """
    with Sandbox(reads=[folder.path], writes=[folder.path / "tmp"]) as reader:
        numbers = range(first, first + count)
        header, rows = cells_of(folder, state, member, numbers, reader)
    return SourceRows(
        member.file_name, member.sha256, member.member, header_row_of(member), header, rows
    )


def header_row_of(member: Member) -> int:
    """The record of a member's header, from 1."""
    return int(member.dialect.get("header_row", "1"))


def cells_of(
    folder: Folder, state: State, member: Member, numbers: Iterable[int], reader: Sandbox
) -> tuple[tuple[str, ...], dict[int, Sequence[str]]]:
    """The header of a member, and the cells of its records of some numbers.

    Raises:
        FileRefused: the stored file can no longer be read.
    """
    source = state.find_source(member.sha256)
    rows_of = (member.member, header_row_of(member), numbers)
    return _read(folder, folder.path / source.path, source, rows_of, reader)


def file_rows(
    folder: Folder, path: Path, source: Source, member: str, *, first: int, count: int
) -> tuple[Sequence[str], ...]:
    """Records of a file that is not in the place yet: before its layout is settled.

    Args:
        source: its facts.
        member: zip member or sheet, empty if there is none.
        first: the number of the first, from 1.
        count: how many at most; fewer where the file ends.

    Raises:
        FileRefused: it cannot be read.
    """
    reads, writes = [folder.path, path], [folder.path / "tmp"]
    with Sandbox(reads=reads, writes=writes) as reader:
        rows_of = (member, first, range(first, first + count))
        _, rows = _read(folder, path, source, rows_of, reader)
    return tuple(rows.values())


def _read(
    folder: Folder,
    path: Path,
    source: Source,
    rows_of: tuple[str, int, Iterable[int]],
    reader: Sandbox,
) -> tuple[tuple[str, ...], dict[int, Sequence[str]]]:
    member, header_row, numbers = rows_of
    with folder.change() as change:
        wanted = change.path / "wanted.parquet"
        pq.write_table(pa.table({"row_no": pa.array(numbers, pa.int64())}), wanted)
        request = Request(
            rows_of=RowsOf(member, header_row, str(wanted.absolute())),
            path=str(path.absolute()),
            file=source.name,
            source=source,
            folder=str(change.path.absolute()),
            format_id=None,
            body_id=None,
            yes=False,
            registers={},
            seconds=seconds_for(path),
        )
        header, rows = reader.rows(request, folder=change.path)
        table = pq.ParquetFile(rows).read()
    cells = zip(table["row_no"].to_pylist(), table["cells"].to_pylist(), strict=True)
    return header, dict(cells)
