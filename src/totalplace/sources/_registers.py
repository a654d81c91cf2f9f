"""A place's own registers: bodies, aliases, areas, keys, streams and more, as the model's CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import TABLES, area_register, body_register, read_table
from totalplace.place import Change, Folder
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Memo, Reading, no_match
from totalplace.sources._published import new_member, write

__all__ = ["REGISTERS", "refuse_unfit_registers", "register_of", "register_rank"]


def register_of(header: tuple[str, ...] | list[str]) -> str | None:
    """The register whose header this is exactly, if any.

    >>> register_of(["alias", "body_id", "source"])
    'body_alias'
    """
    names = list(header)
    return next(
        (table for table, spec in TABLES.items() if spec.is_shipped and list(spec.fields) == names),
        None,
    )


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


def register_rank(path: Path) -> int:
    """The order in which files are added: bodies and areas, what names them, all the rest."""
    try:
        with path.open("rb") as file:
            line = file.readline(4096).decode("utf-8-sig", "replace")
    except OSError:
        return 2
    table = register_of(line.strip().split(","))
    return 2 if table is None else int(table not in {"body", "area", "stream", "key", "theme"})


def refuse_unfit_registers(
    folder: Folder, change: Change, outcomes: Sequence[Reading | Memo], *, where: str
) -> None:
    """Refuse rows that contradict the registers of the place, before they are part of it.

    Raises:
        FileRefused: a body or area is there already, an alias means another body, or a row names
            one that is not known; all of them at once.
    """
    added: dict[str, list[pa.Table]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Reading) and outcome.member.is_register:
            added.setdefault(outcome.member.dataset, []).append(pq.read_table(outcome.lines))

    def rows(table: str) -> pa.Table | None:
        known = folder.reference(table, change.state)
        tables = [*([] if known is None else [known]), *added.get(table, [])]
        return pa.concat_tables(tables, promote_options="permissive") if tables else None

    checks: list[tuple[Callable[..., object], tuple[str, ...]]] = [
        (body_register, ("body", "body_alias", "body_area")),
        (area_register, ("area", "area_member")),
    ]
    problems: list[Problem] = []
    for build, tables in checks:
        if added.keys() & set(tables):
            try:
                build(*map(rows, tables))
            except RequestError as error:
                problems += [
                    Problem(one.code, one.what, f"{where}, {one.where}", one.why, one.fix)
                    for one in error.problems
                ]
    if problems:
        raise FileRefused(problems)


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
