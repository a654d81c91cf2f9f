"""Rejected records as a result, and as a file that a person corrects and adds again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from totalplace._api._result import NUMBER, TEXT, Result, table_of
from totalplace.errors import Problem, RequestError
from totalplace.place import Folder
from totalplace.sources import RejectedMember, Rejects, rejected_member, rejects_of
from totalplace.sources._supplement_to import REJECT_COLUMNS

__all__ = ["RejectsFile", "rejects_result", "write_rejects"]


@dataclass(frozen=True)
class RejectsFile:
    """A file of rejected records that was written.

    Attributes:
        path: the file.
        sha256, member_index: the member whose rejects they are.
        rows: how many records.
    """

    path: Path
    sha256: str
    member_index: int
    rows: int


def rejects_result(
    folder: Folder, *, source: str | None, at: int | None, limit: int | None, offset: int
) -> Result[Rejects]:
    """See `Place.rejects`; one row a record."""
    state = folder.state(at)
    sha256 = None if source is None else state.find_source(source).sha256
    found = rejects_of(folder, state, sha256=sha256, limit=limit, offset=offset)
    rows = [{**asdict(one), **asdict(reject)} for one in found.members for reject in one.rejects]
    texts = ("sha256", "file", "member", "column", "code", "message", "raw", "supplemented_by")
    columns = {
        **dict.fromkeys(texts[:3], TEXT),
        **dict.fromkeys(("member_index", "row_no"), NUMBER),
        **dict.fromkeys(texts[3:], TEXT),
    }
    members = [_plain(one) for one in found.members]
    return Result(
        facts=found,
        document={"rejected": found.rejected, "members": members},
        table=table_of(rows, columns),
        title="Rejected records",
    )


def _plain(one: RejectedMember) -> dict[str, object]:
    rejects = [{**asdict(reject), "cells": list(reject.cells)} for reject in one.rejects]
    return {
        **asdict(one),
        "codes": dict(one.codes),
        "header": list(one.header),
        "rejects": rejects,
    }


def write_rejects(
    folder: Folder, sha256: str, member_index: int, path: Path
) -> Result[RejectsFile]:
    """See `Place.rejects_file`."""
    from totalplace.reports import output_problems, write_table

    problems = output_problems(path)
    if not problems and path.suffix.lower() != ".csv":
        problems = [
            Problem(
                "unknown_suffix",
                "a file of rejects is a CSV file",
                f"-o {path}",
                f"it ends in {path.suffix!r}",
                "end it in .csv",
            )
        ]
    state = folder.state()
    source = state.find_source(sha256)
    if problems:
        raise RequestError(problems)
    one = rejected_member(folder, state, source.sha256, member_index)
    if not one.is_by_record:
        raise RequestError(
            Problem(
                "rejects_of_cells",
                "the rejected cells of this file cannot be corrected by themselves",
                f"{one.file} {one.member}".strip(),
                f"in the format {one.format_id} one record has many cells, and the others are in",
                "correct the file itself, then add it with --supersedes " + source.sha256[:12],
            )
        )
    write_table(_table(one), path)
    written = RejectsFile(path, one.sha256, one.member_index, len(one.rejects))
    document = {**asdict(written), "path": str(path)}
    columns = {"path": TEXT, "sha256": TEXT, "member_index": NUMBER, "rows": NUMBER}
    return Result(
        written, document, table_of([document], columns), f"Rejected records of {one.file}"
    )


def _table(one: RejectedMember) -> pa.Table:
    """The records under their header, and at the end where they are from and what is wrong."""
    width = len(one.header)
    key = f"{one.sha256}:{one.member_index}"
    columns = [
        [reject.cells[at] if at < len(reject.cells) else "" for reject in one.rejects]
        for at in range(width)
    ]
    told: Sequence[Sequence[str]] = [
        [key] * len(one.rejects),
        [str(reject.row_no) for reject in one.rejects],
        [reject.column for reject in one.rejects],
        [reject.message for reject in one.rejects],
        [" | ".join(filter(None, reject.cells[width:])) for reject in one.rejects],
    ]
    arrays = [pa.array(column, pa.string()) for column in (*columns, *told)]
    return pa.Table.from_arrays(arrays, names=[*one.header, *REJECT_COLUMNS])
