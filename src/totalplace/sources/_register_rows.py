"""The rows that a place adds to the registers: which file is one, and whether its rows fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import TABLES, area_register, body_register
from totalplace.place import Change, Folder
from totalplace.sources._format import Memo, Reading

__all__ = ["refuse_unfit_registers", "register_of", "register_rank"]


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


def register_rank(path: Path) -> int:
    """The order in which files are added: bodies and areas, what names them, all the rest."""
    try:
        if not path.is_file():
            return 2
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
