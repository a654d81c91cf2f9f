"""Delimited text: its delimiter, its header, and its records made regular where they are not."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import FileRefused, Problem
from totalplace.sources._text import TextFacts, scan_text, to_utf8

__all__ = ["Delimited", "Regular", "open_delimited", "records", "regularise"]

_DELIMITERS = (",", ";", "\t", "|")
_HEAD_RECORDS = 40
_TITLE_CELLS = 2
"""A first line of no more cells may be a title with a comma in it."""

_MAX_COLUMNS = 16_384
_BATCH_RECORDS = 20_000
_END = "\x1e"
_MAX_CELL_CHARS = 1_000_000
_MAX_CELL_LINES = 100
"""A cell of more lines than this is a quote that nobody closed, not an address."""


@dataclass(frozen=True)
class Delimited:
    """A delimited text file that is ready to be read.

    Attributes:
        where: the file (and member) for messages.
        member: the zip member, empty if there is none.
        path: the text as UTF-8.
        encoding: how it was encoded when supplied.
        facts: of the UTF-8 text.
        delimiter: one character.
        header: the cells of the first record that is not blank.
        header_row: its number, from 1.
        following: the cells of the record below the header, if there is one.
        at: field -> index of its column, where the header's own words do not say it.
        preamble: records above the header by the kind they are skipped as.
        added: columns at the end that the supplied file has not: what was read out of its cells.
        notes: what is told about how it is read.
    """

    where: str
    member: str
    path: Path
    encoding: str
    facts: TextFacts
    delimiter: str
    header: tuple[str, ...]
    header_row: int
    following: tuple[str, ...]
    at: Mapping[str, int] | None = None
    added: int = 0
    preamble: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Regular:
    """A delimited file written again as Parquet with columns ``row_no``, ``c0`` ..., ``extra``.

    Attributes:
        records: records below the header.
        extra_widths: number of cells -> records that have a filled cell beyond the header.
    """

    path: Path
    records: int
    extra_widths: Counter[int]


def open_delimited(
    path: Path, *, member: str, where: str, scratch: Path, delimiter: str = "", kind: str = ""
) -> Delimited:
    """Look at a text file: encoding, delimiter, header.

    Args:
        scratch: a path to write the text to if it has to be transcoded.
        delimiter: if it is known.
        kind: the kind of workbook that the text was written from.

    Raises:
        FileRefused: it is no text, or has no record.
    """
    facts = scan_text(path, where=where)
    encoding = facts.encoding
    if encoding not in {"utf-8", "utf-8-sig"}:
        to_utf8(path, scratch, encoding)
        path, facts = scratch, scan_text(scratch, where=where)
    delimiter = delimiter or _delimiter(path, where)
    piece = Delimited(where, member, path, kind or encoding, facts, delimiter, (), 0, ())
    header: tuple[str, ...] = ()
    header_row = 0
    following: tuple[str, ...] = ()
    for number, cells in records(piece):
        if not any(cell.strip() for cell in cells):
            if number >= 1_000:
                break
        elif header:
            following = tuple(cells)
            break
        else:
            header, header_row = tuple(cells), number
    if not header:
        raise FileRefused(
            Problem(
                "empty_file",
                "the file holds no record",
                where,
                "every line is blank",
                "download it again from the publisher",
            )
        )
    if len(header) > _MAX_COLUMNS:
        raise FileRefused(
            Problem(
                "too_many_columns",
                "a row of the file has more cells than a spreadsheet has columns",
                f"{where} row {header_row}",
                f"{len(header):,} cells, and {_MAX_COLUMNS:,} are allowed",
                "look at what is in it; keep the columns that are needed, then add that",
            )
        )
    return replace(piece, header=header, header_row=header_row, following=following)


def records(piece: Delimited) -> Iterator[tuple[int, list[str]]]:
    """All records with their numbers from 1; a blank line is a record without cells.

    Raises:
        FileRefused: ``unclosed_quote`` or ``not_a_table``, with the row.
    """
    csv.field_size_limit(_MAX_CELL_CHARS)
    number = 0
    with piece.path.open(encoding="utf-8-sig", newline="") as lines:
        # a line of our own at the end: if it does not come back alone, a quote swallowed it
        reader = csv.reader(itertools.chain(lines, [_END]), delimiter=piece.delimiter)
        try:
            for number, cells in enumerate(reader, start=1):
                if cells == [_END]:
                    return
                if max(map(len, cells), default=0) > 200 and any(
                    cell.count("\n") > _MAX_CELL_LINES for cell in cells
                ):
                    raise _unclosed(piece.where, number, f"a cell of over {_MAX_CELL_LINES} lines")
                if cells and cells[-1].endswith(_END):
                    raise _unclosed(piece.where, number, "the file ends inside a quoted cell")
                yield number, cells
        except csv.Error as error:
            raise _unclosed(piece.where, number + 1, str(error)) from error


def regularise(piece: Delimited, target: Path) -> Regular:
    """Read a file record by record and write it as a regular table, cells as they are.

    Cells beyond the header go, where one is filled, into ``extra``, with the delimiter between.
    """
    width = len(piece.header)
    names = ["row_no", *(f"c{index}" for index in range(width)), "extra"]
    schema = pa.schema([(n, pa.int64() if n == "row_no" else pa.string()) for n in names])
    widths: Counter[int] = Counter()
    count = 0
    with pq.ParquetWriter(target, schema, compression="none", use_dictionary=False) as writer:
        batch: list[list[str | int | None]] = []
        for number, cells in records(piece):
            if number <= piece.header_row:
                continue
            count += 1
            extra = None
            if any(cell.strip() for cell in cells[width:]):
                extra = piece.delimiter.join(cells[width:])
                widths[len(cells)] += 1
            padded = [cell or None for cell in cells[:width]]
            padded += [None] * (width - len(padded))
            batch.append([number, *padded, extra])
            if len(batch) == _BATCH_RECORDS:
                _write(writer, schema, batch)
                batch = []
        _write(writer, schema, batch)
    return Regular(target, count, widths)


def _write(writer: pq.ParquetWriter, schema: pa.Schema, batch: Sequence[Sequence[object]]) -> None:
    if batch:
        columns = [list(column) for column in zip(*batch, strict=True)]
        writer.write_table(pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema))


def _delimiter(path: Path, where: str) -> str:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        head = [line for line in (lines.readline(100_000) for _ in range(_HEAD_RECORDS)) if line]
    filled = [line for line in head if line.strip(" \t\r\n,;|")]
    try:
        widths = {mark: [_width(line, mark) for line in filled] for mark in _DELIMITERS}
    except csv.Error as error:
        raise _unclosed(where, 1, str(error)) from error
    first = max(_DELIMITERS, key=lambda mark: max(widths[mark][:1], default=0))
    if not filled or widths[first][0] > _TITLE_CELLS:
        return first
    # the first line is a title: the mark that cuts most lines alike, and into most cells
    common = {mark: Counter(found).most_common(1)[0] for mark, found in widths.items()}
    best = max(
        _DELIMITERS,
        key=lambda mark: (common[mark][0] > 1) * common[mark][1] * 100 + common[mark][0],
    )
    return best if common[best][0] > 1 else first


def _width(line: str, mark: str) -> int:
    return len(next(csv.reader([line], delimiter=mark), []))


def _unclosed(where: str, row: int, why: str) -> FileRefused:
    return FileRefused(
        Problem(
            "unclosed_quote",
            "a quoted cell is never closed",
            f"{where} row {row}",
            why,
            'close the quote in this row, or write a quote inside a cell twice: ""',
        )
    )
