"""A worksheet as the same kind of piece as a delimited file: its rows written out as text."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

from totalplace.sources._delimited import Delimited, open_delimited
from totalplace.sources._workbook import Cell, Workbook

__all__ = ["sheet_piece", "sheet_text"]

_NOISE_PENCE = 1e-6
"""How far from a whole penny a number may be that was meant to be one: a real third decimal is
thousands of times further away."""


def sheet_piece(book: Workbook, sheet: str, target: Path, *, member: str) -> Delimited | None:
    """Write a sheet to a file, row for record, and look at that; None if it has no filled cell.

    Args:
        target: where the text goes.
        member: what the piece is called in the place.
    """
    is_empty = True
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for row in book.iter_rows(sheet):
            cells = [sheet_text(cell) for cell in row]
            is_empty = is_empty and not any(cells)
            writer.writerow(cells or [""])
    if is_empty:
        return None
    where = f"{book.where}, sheet {sheet}"
    return open_delimited(
        target, member=member, where=where, scratch=target, delimiter=",", kind=book.kind
    )


def sheet_text(cell: Cell) -> str:
    """A cell as a publisher would have typed it into a CSV.

    A date is ISO text. A number has the digits that were meant: noise of the binary form is
    rounded back to the penny, and a real fraction of a penny stays.

    >>> sheet_text(1234.5600000000001), sheet_text(1.005), sheet_text(3082.5), sheet_text(-0.0)
    ('1234.56', '1.005', '3082.5', '0')
    >>> sheet_text(datetime(2024, 4, 2)), sheet_text(190.0), sheet_text(" a ")
    ('2024-04-02', '190', 'a')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return _number_text(cell)
    return str(cell).strip().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _number_text(number: float) -> str:
    if number.is_integer():
        return str(int(number))
    pence = number * 100
    # beyond ten million pounds a double itself is less exact than that
    if abs(pence - round(pence)) <= max(_NOISE_PENCE, abs(pence) * 2**-50):
        return f"{round(number, 2):.2f}".removesuffix("0")
    return repr(number)
