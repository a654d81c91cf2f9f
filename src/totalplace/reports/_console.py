"""Tables as plain text: aligned, never cut off, alike on every terminal and in every pipe."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

__all__ = ["align_rows", "plain_table", "quantity"]

_GAP = "  "


def plain_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> str:
    """A table with a header and a rule below it.

    Args:
        header: the columns' titles.
        rows: cells as text, as many a row as there are titles.
        right: the columns to align at the right (numbers), by index.

    >>> print(plain_table(["body", "£"], [["Trafford", "1.50"], ["Salford", "12.00"]], right=[1]))
    body          £
    --------  -----
    Trafford   1.50
    Salford   12.00
    """
    cells = [[_one_line(cell) for cell in row] for row in (header, *rows)]
    widths = [max(cell_len(cell) for cell in column) for column in zip(*cells, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(row, widths, right) for row in (cells[0], rule, *cells[1:]))


def align_rows(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Rows in columns, without a header.

    >>> print(align_rows([["net", "1.50"], ["eliminated", "0.25"]], right=[1]))
    net         1.50
    eliminated  0.25
    """
    if not rows:
        return ""
    cells = [[_one_line(cell) for cell in row] for row in rows]
    widths = [max(cell_len(cell) for cell in column) for column in zip(*cells, strict=True)]
    return "\n".join(_line(row, widths, right) for row in cells)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    padded = [
        " " * (width - cell_len(cell)) + cell
        if index in right
        else cell + " " * (width - cell_len(cell))
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return _GAP.join(padded).rstrip()


def _one_line(text: str) -> str:
    """Text from a file cannot break the table, nor steer the terminal that shows it."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    plain = indent + " ".join(text.split())
    return "".join(char if char.isprintable() else "�" for char in plain)


def quantity(value: float) -> str:
    """A number to four significant figures; from a thousand on whole, and never with an exponent.

    >>> quantity(0.15), quantity(43_090.4), quantity(993.26)
    ('0.15', '43,090', '993.3')
    """
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
