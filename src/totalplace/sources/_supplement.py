"""Rejected records, corrected and supplied again: a supplement to the source they came from.

A file of rejects has the header of that source, and at its end columns that say of each record
where it is from and why it was rejected. They are taken off before the records are read: by the
format, the layout and the body of the source, and under its name.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from totalplace.errors import FileRefused, Problem
from totalplace.sources._delimited import Delimited, open_delimited, records
from totalplace.sources._format import Job, Reading
from totalplace.sources._mapping_exchange import handed_down
from totalplace.sources._supplement_to import REJECT_COLUMNS, SupplementTo, own_width

__all__ = ["read_supplement"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def read_supplement(
    piece: Delimited, index: int, job: Job, read: Callable[[Delimited, int, Job, str], Reading]
) -> Reading:
    """Read corrected rejects as their source was read, whatever was accepted then too.

    Args:
        read: reads a piece by a format.

    Raises:
        FileRefused: the records do not say their source, or it does not count in the place.
    """
    known = {one.key: one for one in handed_down(job.folder).supplemented}
    plain, to = _taken_off(piece, known, job.folder / "supplement.csv")
    body = job.body if to.body_id is None else job.bodies.get(to.body_id)
    reading = read(plain, index, replace(job, file=to.file, body=body, yes=True), to.format_id)
    dialect = {**reading.member.dialect, "delimiter": piece.delimiter, "supplements": to.key}
    return replace(reading, member=replace(reading.member, dialect=dialect))


def _taken_off(
    piece: Delimited, known: Mapping[str, SupplementTo], target: Path
) -> tuple[Delimited, SupplementTo]:
    """The piece without the columns of a file of rejects, and the member that it supplements.

    Record for record: row numbers stay. An apostrophe that the file of rejects put before what a
    spreadsheet would take for a formula goes.

    Args:
        known: key -> the members that can be supplemented.
        target: where the records are written.

    Raises:
        FileRefused: ``mixed_rejects`` or ``unknown_rejects``.
    """
    width = own_width(piece.header)
    if width is None:
        raise ValueError("it is no file of rejects")
    found: dict[str, int] = {}
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for number, cells in records(piece):
            own = [_unescaped(cell) for cell in cells[:width]]
            if number > piece.header_row and any(cell.strip() for cell in own):
                found.setdefault(cells[width].strip() if width < len(cells) else "", number)
            writer.writerow(own or [""])
    if len(found) != 1:
        raise FileRefused(_mixed(piece, found))
    (key,) = found
    if key not in known:
        raise FileRefused(_unknown(piece, key))
    plain = open_delimited(
        target, member=piece.member, where=piece.where, scratch=target, delimiter=","
    )
    return replace(plain, encoding=piece.encoding), known[key]


def _unescaped(cell: str) -> str:
    """A cell as it was before the writer of exports made it harmless.

    >>> _unescaped("'-12.00"), _unescaped("'twas")
    ('-12.00', "'twas")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell


def _mixed(piece: Delimited, found: Mapping[str, int]) -> Problem:
    why = "it holds no record"
    if found:
        shown = ", ".join(f"{key[:16] or 'nothing'} in row {row}" for key, row in found.items())
        why = f"the column {REJECT_COLUMNS[0]!r} says {shown[:300]}"
    return Problem(
        "mixed_rejects",
        "the corrected records do not all say the one source that they are from",
        piece.where,
        why,
        "leave that column as it was written; add what is new as a file of its own",
    )


def _unknown(piece: Delimited, key: str) -> Problem:
    return Problem(
        "unknown_rejects",
        "the records were rejected from a source that does not count in this place",
        f"{piece.where}, column {REJECT_COLUMNS[0]}",
        f"{key[:80]!r} names no member with rejected records that counts now",
        "if the source was superseded or read anew, write its rejects again and correct those",
    )
