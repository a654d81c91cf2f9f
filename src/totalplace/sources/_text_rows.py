"""A table of texts, whichever kind of file it comes from: the rows of a CSV or of a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice, takewhile

from totalplace.sources._delimited import Delimited, records
from totalplace.sources._workbook import Cell, Workbook, cell_text

__all__ = ["TextRows", "cell_reference", "of_delimited", "of_sheet", "sheet_cell", "with_header"]

_HEADER_WITHIN_ROWS = 25
"""Publishers put a title, a note and a blank line above the header, hardly more."""


@dataclass(frozen=True)
class TextRows:
    """The rows of one table.

    Attributes:
        where: the file, and member or sheet, for messages.
        member: zip member or sheet, empty if there is none.
        encoding, delimiter: of delimited text; None of a sheet.
        header, header_row: the cells that name the columns, and the number of their row from 1;
            0 while the header has not been looked for.
        rows: all rows with their numbers from 1, read afresh at each call.
    """

    where: str
    member: str
    encoding: str | None
    delimiter: str | None
    header: tuple[str, ...]
    header_row: int
    rows: Callable[[], Iterator[tuple[int, list[str]]]]

    def below(self) -> Iterator[tuple[int, list[str]]]:
        """The rows under the header."""
        return ((number, cells) for number, cells in self.rows() if number > self.header_row)

    def above(self) -> Counter[str]:
        """What stands above the header: titles and notes (memo) and blank rows."""
        rows = takewhile(lambda row: row[0] < self.header_row, self.rows())
        return Counter(
            "memo" if any(cell.strip() for cell in cells) else "blank" for _, cells in rows
        )

    def place(self, row_no: int, column: int) -> str:
        """Where a cell stands, as its reader finds it: ``D7`` in a sheet, ``row 7`` in text."""
        if self.delimiter is None:
            return cell_reference(row_no, column)
        return f"row {row_no}"

    @property
    def dialect(self) -> dict[str, str]:
        """How it was read, as a member of a place keeps it."""
        told = {"header_row": str(self.header_row)}
        return told if self.delimiter is None else {"delimiter": self.delimiter} | told


def of_delimited(piece: Delimited) -> TextRows:
    """The rows of a delimited file."""
    return TextRows(
        where=piece.where,
        member=piece.member,
        encoding=piece.encoding,
        delimiter=piece.delimiter,
        header=(),
        header_row=0,
        rows=lambda: records(piece),
    )


def of_sheet(book: Workbook, sheet: str) -> TextRows:
    """The rows of a worksheet: dates as ISO text, numbers as a spreadsheet shows them."""
    return TextRows(
        where=f"{book.where}, {sheet}",
        member=sheet,
        encoding=None,
        delimiter=None,
        header=(),
        header_row=0,
        rows=lambda: (
            (number, [sheet_cell(cell) for cell in row])
            for number, row in enumerate(book.rows(sheet), start=1)
        ),
    )


def with_header(rows: TextRows, is_header: Callable[[Sequence[str]], bool]) -> TextRows | None:
    """The rows with the first one that `is_header` takes for the header, if one of the first is."""
    for number, cells in islice(rows.rows(), _HEADER_WITHIN_ROWS):
        if is_header(cells):
            return replace(rows, header=tuple(cell.strip() for cell in cells), header_row=number)
    return None


def sheet_cell(cell: Cell) -> str:
    """A cell as text, a date as ISO, a number with the 15 digits that a spreadsheet keeps.

    >>> sheet_cell(0.1 + 0.2), sheet_cell(25000.0), sheet_cell(datetime(2017, 4, 1))
    ('0.3', '25000', '2017-04-01')
    """
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell:.15g}"
    return cell_text(cell)


def cell_reference(row_no: int, column: int) -> str:
    """A cell's address; columns are counted from 0.

    >>> cell_reference(7, 0), cell_reference(7, 27)
    ('A7', 'AB7')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row_no}"
