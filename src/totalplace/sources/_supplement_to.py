"""What a file of rejects says at its end, and of which member of the place it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from totalplace.place import Member

__all__ = [
    "BY_RECORD",
    "REJECT_COLUMNS",
    "SupplementTo",
    "is_supplement",
    "own_cells",
    "own_width",
    "supplement_to",
]

REJECT_COLUMNS = (
    "Rejected from",
    "Rejected row",
    "Rejected column",
    "Rejected because",
    "Cells beyond the header",
)
"""What a file of rejects has at its end: the source and member, then what was wrong."""

BY_RECORD = frozenset({"spend", "over_25k", "cards", "giving", "return"})
"""Formats in which a record is a line: in a wide one the sound cells of a record are in already."""


@dataclass(frozen=True)
class SupplementTo:
    """A member with rejected records, as whoever reads their corrections must know it.

    Attributes:
        key: what the file of rejects names it by.
        format_id: the format that read it.
        body_id: whose money it is; None where its own columns say it.
        file: its file's name, and its name in that.
    """

    key: str
    format_id: str
    body_id: str | None
    file: str


def supplement_to(member: Member) -> SupplementTo:
    """How a member of a place is named and read by a supplement to it."""
    file = f"{member.file_name}/{member.member}" if member.member else member.file_name
    key = f"{member.sha256}:{member.member_index}"
    return SupplementTo(key, member.format_id, member.body_id, file)


def is_supplement(header: Sequence[str]) -> bool:
    """Whether a header is that of a file of rejects.

    >>> is_supplement(["Payee", "Amount", *REJECT_COLUMNS, ""]), is_supplement(["Payee", "Amount"])
    (True, False)
    """
    return own_width(header) is not None


def own_cells(header: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    """The cells of a record without those that a file of rejects has at its end."""
    width = own_width(header)
    return tuple(cells) if width is None else tuple(cells[:width])


def own_width(header: Sequence[str]) -> int | None:
    """How many columns of its source a file of rejects has; None of any other file."""
    texts = [cell.strip() for cell in header]
    while texts and not texts[-1]:
        texts.pop()
    width = len(texts) - len(REJECT_COLUMNS)
    return width if width > 0 and tuple(texts[width:]) == REJECT_COLUMNS else None
