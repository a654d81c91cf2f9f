"""A place's own registers: bodies, aliases, areas, keys, streams and more, as the model's CSV."""

from __future__ import annotations

import csv

from totalplace.errors import FileRefused, Problem
from totalplace.model import TABLES, read_table
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Reading, no_match
from totalplace.sources._published import new_member, write
from totalplace.sources._register_rows import register_of

__all__ = ["REGISTERS"]


def _sniff(piece: Delimited) -> Detection:
    table = register_of(piece.header)
    if table is None:
        return no_match("register", "the header is not exactly that of a register")
    return Detection("register", 1.0, (f"its header is exactly that of the register {table}",))


def _read(piece: Delimited, index: int, job: Job) -> Reading:
    table = register_of(piece.header)
    if table is None:
        raise ValueError("the header was checked before")
    below = [cells for number, cells in records(piece) if number > piece.header_row]
    blank = sum(not cells for cells in below)
    try:
        with piece.path.open(encoding="utf-8-sig", newline="") as lines:
            rows = read_table(table, lines, where=piece.where)
    except csv.Error as error:
        raise FileRefused(
            Problem(
                "bad_row",
                "a row of the register cannot be read",
                piece.where,
                str(error),
                "write it as plain CSV: cells with a comma in quotes, a quote in a cell twice",
            )
        ) from error
    member = new_member(
        job,
        member=piece.member,
        index=index,
        dataset=table,
        format_id="register",
        records=len(below),
        lines=rows.num_rows,
        skipped={"blank": blank},
        is_register=True,
        encoding=piece.encoding,
    )
    return Reading(member, write(rows, job.folder / f"lines-{index}.parquet"))


REGISTERS = Format(
    FormatInfo(
        "register",
        "Registers of a place: bodies, aliases, areas, keys, streams, rules (CSV)",
        "exactly the header of the register: " + ", ".join(sorted(TABLES)),
        tuple(
            f"{table}: {','.join(spec.fields)}"
            for table, spec in sorted(TABLES.items())
            if spec.is_shipped
        ),
    ),
    sniff_text=_sniff,
    read_text=_read,
)
