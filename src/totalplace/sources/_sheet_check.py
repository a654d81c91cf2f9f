"""How large the sheets of a workbook are, told before a reader lays out their cells.

A file of a few bytes can declare cells that fill any memory, so each kind is walked once, in
pieces, for the last cell that holds something.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal
from xml.parsers import expat
from zipfile import ZipFile

from totalplace.errors import FileRefused, Problem
from totalplace.sources._archive import Unpacked, archive_workbook, member_chunks, open_archive

__all__ = ["OLD_EXCEL", "WorkbookKind", "check_workbook"]

WorkbookKind = Literal["xlsx", "xls", "ods"]

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of the compound file that an Excel workbook was until 2007."""

MAX_CELLS = 20_000_000
_MAX_TAG_BYTES = 1 << 16
"""Far more than a tag takes; what is longer hides something."""

_CELL = re.compile(
    rb"""<(?:[\w.-]+:)?(c|row)(?=[\s/>])"""
    rb"""(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*?\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,9})["'])?"""
)
"""The tag of a cell or a row: its kind, and the letters and digits of its reference, if any."""

_END_OF_CHAIN = 0xFFFFFFFA
"""The first of the sector numbers that are marks."""

_BOF, _EOF, _DIMENSIONS = (0x0009, 0x0209, 0x0409, 0x0809), 0x000A, 0x0200
_CELL_RECORDS = frozenset({0x0006, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, 0x027E, 0x00BD})
"""Formula, number, label, truth value, rich text, shared text, and one and several numbers."""


@dataclass
class _Extent:
    """The last row and column that hold something, from 1; 0 where nothing does."""

    rows: int = 0
    width: int = 0

    def grow(self, rows: int, width: int) -> None:
        self.rows = max(self.rows, rows)
        self.width = max(self.width, width)


def check_workbook(path: Path, *, where: str, so_far: Unpacked | None = None) -> WorkbookKind:
    """Refuse a workbook that would exhaust memory when its cells are laid out.

    Returns:
        What it is by its content; its name does not matter.

    Raises:
        FileRefused: it is damaged, unsafe, too large or no workbook.
    """
    with path.open("rb") as file:
        is_old = file.read(8) == OLD_EXCEL
    if is_old:
        _check_old(path.read_bytes(), where)
        return "xls"
    with open_archive(path, where=where, so_far=so_far) as archive:
        kind = archive_workbook(archive)
        if kind == "ods":
            _check_open_document(archive, where)
            return "ods"
        _check_sheets(archive, where)
        return "xlsx"


def _check_sheets(archive: ZipFile, where: str) -> None:
    for name in archive.namelist():
        # a workbook says itself where its sheets stand: not by their folder are they known
        if name.lower().endswith(".xml") or name.lower().startswith("xl/worksheets/"):
            sheet, tail = _Sheet(), b""
            for chunk in member_chunks(archive, name, where=where):
                text = tail + chunk
                cut = text.rfind(b"<")
                if len(text) - cut > _MAX_TAG_BYTES:
                    cut = len(text)
                sheet.see(_CELL.findall(text, 0, cut))
                tail = text[cut:]
            sheet.see(_CELL.findall(tail))
            _refuse_large(sheet.extent, where, name)


class _Sheet:
    """Where the last cell of a sheet stands; a cell without a reference follows the one before."""

    def __init__(self) -> None:
        self.extent = _Extent()
        self._row = self._column = 0

    def see(self, tags: Sequence[tuple[bytes, bytes, bytes]]) -> None:
        """Take up the tags of rows and cells, in their order."""
        if all(digits for _, _, digits in tags):
            # nearly every sheet: the order does not matter
            cells = [(letters, digits) for kind, letters, digits in tags if kind == b"c"]
            for letters in {letters for letters, _ in cells}:
                self.extent.grow(0, _number(letters))
            self.extent.grow(max((int(digits) for _, digits in cells), default=0), 0)
            if tags:
                self._row, self._column = int(tags[-1][2]), _number(tags[-1][1])
            return
        for kind, letters, digits in tags:
            if kind == b"row":
                self._row, self._column = int(digits) if digits else self._row + 1, 0
                continue
            if digits:
                self._row, self._column = int(digits), _number(letters)
            else:
                self._column += 1
            self.extent.grow(max(self._row, 1), self._column)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class _Table:
    """Counts the cells of the tables of an OpenDocument content as their tags go by."""

    def __init__(self, finished: Callable[[str, _Extent], None]) -> None:
        self._finished = finished
        self._name = ""
        self._extent = _Extent()
        self._rows_before = self._row_repeats = 0
        self._width = self._filled_width = 0
        self._cell_repeats = 0
        self._depth_in_cell = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._depth_in_cell:
            # whatever stands in a cell fills it: text, a note, a picture
            self._filled_width = self._width
            self._depth_in_cell += 1
        elif tag == "table:table":
            self._name = attributes.get("table:name", "")
            self._extent, self._rows_before = _Extent(), 0
        elif tag == "table:table-row":
            self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
            self._width = self._filled_width = 0
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self._width += _repeats(attributes, "table:number-columns-repeated")
            self._depth_in_cell = 1
            if any(name.startswith(("office:", "table:formula")) for name in attributes):
                self._filled_width = self._width

    def end(self, tag: str) -> None:
        if self._depth_in_cell:
            self._depth_in_cell -= 1
        elif tag == "table:table-row":
            self._rows_before += self._row_repeats
            if self._filled_width:
                self._extent.grow(self._rows_before, self._filled_width)
                # now and not at the end: nothing is gained by reading on
                self._finished(self._name, self._extent)


def _repeats(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdecimal() and len(text) < 12 else MAX_CELLS


def _check_open_document(archive: ZipFile, where: str) -> None:
    def refuse_doctype(*_: object) -> None:
        raise FileRefused(_damaged(where, "its content declares a document type of its own"))

    def check(name: str, extent: _Extent) -> None:
        _refuse_large(extent, where, name)

    table = _Table(check)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = table.start
    parser.EndElementHandler = table.end
    try:
        for chunk in member_chunks(archive, "content.xml", where=where):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefused(_damaged(where, f"content.xml: {error}")) from error


def _check_old(data: bytes, where: str) -> None:
    """Walk the records of an old workbook; all of its sheets are laid out at once."""
    try:
        streams = _streams(data)
    except (struct.error, IndexError, ValueError) as error:
        raise FileRefused(_damaged(where, f"its list of streams is damaged ({error})")) from error
    book = next((streams[name] for name in ("Workbook", "Book") if name in streams), None)
    if book is None:
        raise FileRefused(
            Problem(
                "not_a_table",
                "the file is no workbook",
                where,
                "it is an old Office file without a workbook in it",
                "ask the publisher for the figures as CSV",
            )
        )
    total = 0
    for number, extent in enumerate(_old_sheets(book), start=1):
        _refuse_large(extent, where, f"part {number}")
        total += extent.rows * extent.width
    if total > MAX_CELLS:
        raise FileRefused(
            Problem(
                "sheet_too_large",
                "the sheets of the workbook are too large to lay out together",
                where,
                f"{total:,} cells in all, and {MAX_CELLS:,} are allowed",
                "save each sheet as CSV, then add those",
            )
        )


def _old_sheets(book: bytes) -> Iterator[_Extent]:
    """The extent of each part of an old workbook, as declared or as found, the larger one."""
    at, extent = 0, _Extent()
    outer: list[_Extent] = []
    end = len(book) - 4
    while at <= end:
        kind, size = struct.unpack_from("<HH", book, at)
        at += 4
        if kind in _CELL_RECORDS and size >= 4:
            row, column = struct.unpack_from("<HH", book, at)
            if kind == 0x00BD and size >= 6:  # several numbers: the last column ends the record
                (column,) = struct.unpack_from("<H", book, at + size - 2)
            if row >= extent.rows:
                extent.rows = row + 1
            if column >= extent.width:
                extent.width = column + 1
        elif kind == _DIMENSIONS and size >= 12:
            _, last_row, _, last_column = struct.unpack_from("<IIHH", book, at)
            extent.grow(last_row, last_column)
        elif kind in _BOF:  # a chart stands inside its sheet
            outer.append(extent)
            extent = _Extent()
        elif kind == _EOF and outer:
            yield extent
            extent = outer.pop()
        at += size


def _streams(data: bytes) -> dict[str, bytes]:
    """The streams of a compound file ([MS-CFB]) by name; a chain that loops is a ValueError."""
    sector_bits, mini_bits = struct.unpack_from("<HH", data, 30)
    if sector_bits not in (9, 12) or mini_bits != 6:
        raise ValueError("unknown sector size")
    size = 1 << sector_bits
    first_directory, _, cutoff, first_mini, _, first_more, _ = struct.unpack_from("<7I", data, 48)

    def sector(number: int) -> bytes:
        return data[(number + 1) << sector_bits : (number + 2) << sector_bits]

    tables = list(struct.unpack_from("<109I", data, 76))
    seen = 0
    while first_more < _END_OF_CHAIN:
        more = struct.unpack(f"<{size // 4}I", sector(first_more))
        tables += more[:-1]
        first_more = more[-1]
        seen += 1
        if seen > len(data) >> sector_bits:
            raise ValueError("its list of sectors loops")
    following: list[int] = []
    for number in tables:
        if number < _END_OF_CHAIN:
            following += struct.unpack(f"<{size // 4}I", sector(number))

    def chain(first: int, links: list[int], piece: Callable[[int], bytes]) -> bytes:
        found: list[bytes] = []
        while first < _END_OF_CHAIN:
            if len(found) > len(links):
                raise ValueError("a chain of sectors loops")
            found.append(piece(first))
            first = links[first]
        return b"".join(found)

    directory = chain(first_directory, following, sector)
    mini_table = chain(first_mini, following, sector)
    mini_links = [link for (link,) in struct.iter_unpack("<I", mini_table)]
    streams: dict[str, bytes] = {}
    minis = b""
    for at in range(0, len(directory) - 127, 128):
        name_bytes = min(struct.unpack_from("<H", directory, at + 64)[0], 64)
        kind = directory[at + 66]
        first, length = struct.unpack_from("<II", directory, at + 116)
        name = directory[at : at + max(name_bytes - 2, 0)].decode("utf-16-le", "replace")
        if kind == 5:
            minis = chain(first, following, sector) if length else b""
        elif kind == 2 and length < cutoff:
            streams[name] = chain(first, mini_links, partial(_mini_sector, minis))[:length]
        elif kind == 2:
            streams[name] = chain(first, following, sector)[:length]
    return streams


def _mini_sector(minis: bytes, number: int) -> bytes:
    return minis[number << 6 : (number + 1) << 6]


def _refuse_large(extent: _Extent, where: str, sheet: str) -> None:
    rows, width = extent.rows, extent.width
    if rows * width <= MAX_CELLS:
        return
    raise FileRefused(
        Problem(
            "sheet_too_large",
            "a sheet of the workbook is too large to lay out",
            f"{where}, {sheet}",
            f"its last cell stands in row {rows:,}, column {width:,}: {rows * width:,} cells, and"
            f" {MAX_CELLS:,} are allowed",
            "delete the stray cells far from the data, save it, then add that",
        )
    )


def _damaged(where: str, why: str) -> Problem:
    return Problem(
        "damaged_workbook",
        "the workbook cannot be read",
        where,
        why,
        "open it in a spreadsheet, save it again as .xlsx, then add that",
    )
