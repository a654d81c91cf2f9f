"""A line's name: its source's hash, its member, its row and its column."""

from __future__ import annotations

import re
from dataclasses import dataclass

from totalplace.errors import Problem, RequestError

__all__ = ["LineId", "line_id", "parse_line_id"]

_LINE_ID = re.compile(r"([0-9a-f]{64}):(.*):([0-9]{1,18}):([0-9]{1,9})", re.DOTALL)


@dataclass(frozen=True)
class LineId:
    """The parts of a line_id.

    Args:
        source_id: SHA-256 of the source file.
        member: zip member or sheet, empty if there is none.
        row_no: record number from 1, a header on the first line being row 1.
        column_no: column from 1 for a line that is one cell; 0 for a whole row.
    """

    source_id: str
    member: str
    row_no: int
    column_no: int

    def __str__(self) -> str:
        return line_id(self.source_id, self.member, self.row_no, self.column_no)


def line_id(source_id: str, member: str, row_no: int, column_no: int) -> str:
    """The line_id as it is shown.

    >>> line_id("ab" * 32, "May: 2024.csv", 2, 0)[60:]
    'abab:May: 2024.csv:2:0'
    """
    return f"{source_id}:{member}:{row_no}:{column_no}"


def parse_line_id(text: str) -> LineId:
    """The parts of a line_id; a member's name may itself hold colons.

    Raises:
        RequestError: it is none.

    >>> parse_line_id("ab" * 32 + ":May: 2024.csv:2:0").member
    'May: 2024.csv'
    """
    found = _LINE_ID.fullmatch(text)
    if found is None:
        raise RequestError(
            Problem(
                "bad_line_id",
                "this is no line_id",
                text[:200],
                "a line_id is a SHA-256 in hex, a member, a row and a column, joined by colons",
                "copy the line_id from `explain` or from an export",
            )
        )
    source_id, member, row_no, column_no = found.groups()
    return LineId(source_id, member, int(row_no), int(column_no))
