"""Reading the CSV files of claims: a fixed header, one record a row, nothing guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from totalplace.errors import Problem, RequestError

__all__ = ["read_table"]


def read_table(name: str, text: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a CSV text with exactly these columns, cells stripped.

    Raises:
        RequestError: another header, a ragged row, or no valid CSV.
    """
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise RequestError(
            Problem("not_csv", "the file is no valid CSV", name, str(error), "save it as CSV again")
        ) from error
    header = rows[0] if rows else []
    problems = []
    if sorted(header) != sorted(columns):
        missing = ", ".join(c for c in columns if c not in header) or "none"
        repeated = ", ".join(sorted({c for c in header if header.count(c) > 1})) or "none"
        unknown = ", ".join(c for c in header if c not in columns) or "none"
        problems.append(
            Problem(
                "wrong_columns",
                "the header is not that of this kind of file",
                f"{name}, row 1",
                f"missing: {missing}; unknown: {unknown}; repeated: {repeated}",
                f"use the columns {', '.join(columns)}",
            )
        )
        raise RequestError(problems)
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            problems.append(
                Problem(
                    "ragged_row",
                    "the row has another number of cells than the header",
                    f"{name}, row {number}",
                    f"{len(row)} cells against {len(header)} columns",
                    "quote cells that hold commas or line breaks",
                )
            )
    if problems:
        raise RequestError(problems)
    return [dict(zip(header, (cell.strip() for cell in row), strict=True)) for row in rows[1:]]
