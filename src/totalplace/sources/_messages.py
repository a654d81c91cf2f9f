"""What `add` and its worker say to each other: plain JSON documents, each led by its length.

Never pickle: a worker that a file has taken over can then say nothing but these documents, which
are checked field by field.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from totalplace.errors import FileError, FileRefused, Problem, Quarantined
from totalplace.place import Member, Source
from totalplace.sources._format import MembersRefused, Memo, Outcome, Reading
from totalplace.sources._looked import LookedColumn, LookedMember

__all__ = [
    "HEAD",
    "MAX_REPLY_BYTES",
    "Part",
    "Reply",
    "Request",
    "RowsOf",
    "Step",
    "error_reply",
    "frame",
    "looked_reply",
    "looks_of",
    "outcomes_of",
    "read_reply",
    "rows_of",
]

HEAD = struct.Struct(">I")
"""The length of a message, before it."""

MAX_REPLY_BYTES = 1 << 26

_MAX_CHARS = 1_500
"""Of each part of a problem: a header of a hundred columns, not one of a million."""


@dataclass(frozen=True)
class RowsOf:
    """Records of one member that are wanted as they stand in the file.

    Attributes:
        member: its name in the file.
        header_row: the record of its header.
        rejects: a Parquet file whose ``row_no`` names the records.
    """

    member: str
    header_row: int
    rejects: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """A file to be read.

    Attributes:
        want: ``load`` it, only ``look`` at it, or give back all cells of its ``sheets``.
        rows_of: records of it that are to be given back, and nothing else.
        path: where its bytes are.
        file: its name as given.
        folder: where the worker writes.
        format_id, body_id, yes: as the user said.
        registers: table -> Parquet files of the rows that the place adds to it.
        seconds: CPU time that it may take.
        most_cells, most_characters: of its sheets; a workbook with more is refused.
    """

    want: Literal["load", "look", "sheets"] = "load"
    rows_of: RowsOf | None = None
    path: str
    file: str
    source: Source
    folder: str
    format_id: str | None
    body_id: str | None
    yes: bool
    registers: Mapping[str, tuple[str, ...]]
    seconds: int
    most_cells: int = 0
    most_characters: int = 0


@dataclass(frozen=True)
class Step:
    """How far the reading is."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class _Lines:
    """A `Reading` whose files are named inside the folder of the request."""

    member: Member
    lines: str
    rejects: str | None
    warnings: tuple[Problem, ...]
    notes: tuple[Problem, ...]


@dataclass(frozen=True)
class Part:
    """A member: either its lines, or why there are none."""

    lines: _Lines | None
    memo: Memo | None


@dataclass(frozen=True)
class _Fault:
    """What is wrong with a member."""

    member: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Reply:
    """What a worker says.

    Attributes:
        kind: ``step`` (more follows), ``read``, ``looked``, ``rows``; ``refused``,
            ``members_refused``, ``quarantined``: the same as an error; ``disk``: the disk cannot
            take it; ``memory``: the file needs more than there may be; ``fault``: reading it failed
            by a fault of ours.
        why: of ``disk``, ``memory`` and ``fault``.
        header, rows: the header's cells, and the name of the Parquet file of the records.
    """

    kind: Literal[
        "step",
        "read",
        "looked",
        "rows",
        "refused",
        "members_refused",
        "quarantined",
        "disk",
        "memory",
        "fault",
    ]
    step: Step | None = None
    parts: tuple[Part, ...] = ()
    looks: tuple[LookedMember, ...] = ()
    header: tuple[str, ...] = ()
    rows: str = ""
    faults: tuple[_Fault, ...] = ()
    why: str = ""


def frame(document: bytes) -> bytes:
    """A message with its length before it."""
    return HEAD.pack(len(document)) + document


def read_reply(outcomes: Sequence[Outcome], folder: Path) -> Reply:
    """The reply of a file that was read."""
    return Reply("read", parts=tuple(_part(outcome, folder) for outcome in outcomes))


def looked_reply(members: Sequence[LookedMember]) -> Reply:
    """The reply of a file that was looked at; of what is said of it nobody sees a novel."""
    return Reply(
        "looked",
        looks=tuple(
            replace(
                one,
                member=_cut(one.member),
                reasons=_cut_all(one.reasons),
                columns=tuple(map(_cut_column, one.columns)),
                note=_cut(one.note),
                warnings=_short(one.warnings),
                notes=_short(one.notes),
                problems=_short(one.problems),
            )
            for one in members
        ),
    )


def _cut_column(column: LookedColumn) -> LookedColumn:
    return replace(column, reasons=_cut_all(column.reasons))


def _cut_all(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_cut, texts))


def error_reply(error: FileError) -> Reply:
    """The reply of a file that cannot be taken in."""
    faults = error.by_member if isinstance(error, MembersRefused) else {"": error.problems}
    kind: Literal["refused", "members_refused", "quarantined"] = "refused"
    if isinstance(error, Quarantined):
        kind = "quarantined"
    elif isinstance(error, MembersRefused):
        kind = "members_refused"
    return Reply(
        kind,
        faults=tuple(_Fault(member, _short(problems)) for member, problems in faults.items()),
    )


def outcomes_of(reply: Reply, folder: Path) -> list[Outcome]:
    """What was read.

    Raises:
        FileError: the file cannot be taken in.
        ValueError: the reply is none that an honest worker gives.
    """
    if reply.kind == "read":
        return [_outcome(part, folder) for part in reply.parts]
    raise _error(reply)


def looks_of(reply: Reply) -> tuple[LookedMember, ...]:
    """What was found by a look.

    Raises:
        FileError: the file cannot be opened.
        ValueError: the reply is none that an honest worker gives.
    """
    if reply.kind == "looked":
        return reply.looks
    raise _error(reply)


def rows_of(reply: Reply, folder: Path) -> tuple[tuple[str, ...], Path]:
    """The header, and the Parquet file of the records (``row_no``, ``cells``).

    Raises:
        FileError: the file cannot be read.
        ValueError: the reply is none that an honest worker gives.
    """
    if reply.kind == "rows":
        return reply.header, _inside(folder, reply.rows)
    raise _error(reply)


def _error(reply: Reply) -> FileError:
    """Why a file was not read; ValueError if no honest worker would say so."""
    by_member = {fault.member: fault.problems for fault in reply.faults}
    problems = [problem for fault in reply.faults for problem in fault.problems]
    if not problems:
        raise ValueError(f"a reply {reply.kind!r} without a reason")
    if reply.kind == "quarantined":
        return Quarantined(problems)
    if reply.kind == "members_refused":
        return MembersRefused(by_member)
    return FileRefused(problems)


def _part(outcome: Outcome, folder: Path) -> Part:
    if isinstance(outcome, Memo):
        return Part(None, outcome)
    rejects = outcome.rejects
    lines = _Lines(
        outcome.member,
        str(outcome.lines.relative_to(folder)),
        None if rejects is None else str(rejects.relative_to(folder)),
        _short(outcome.warnings),
        _short(outcome.notes),
    )
    return Part(lines, None)


def _short(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems of which nobody sees only the beginning because a file puts a novel into a cell."""
    return tuple(
        Problem(one.code, *(_cut(text) for text in (one.what, one.where, one.why, one.fix)))
        for one in problems
    )


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CHARS else f"{text[: _MAX_CHARS - 1]}…"


def _outcome(part: Part, folder: Path) -> Outcome:
    if part.memo is not None:
        return part.memo
    if part.lines is None:
        raise ValueError("a member is neither read nor told why not")
    told = part.lines
    return Reading(
        member=told.member,
        lines=_inside(folder, told.lines),
        rejects=None if told.rejects is None else _inside(folder, told.rejects),
        warnings=told.warnings,
        notes=told.notes,
    )


def _inside(folder: Path, name: str) -> Path:
    """The file of that name in the folder itself: no path out of it, no link, no device."""
    path = folder / name
    if path.parent != folder or name in {"", ".", ".."}:
        raise ValueError(f"{name!r} names no file of the folder")
    if path.is_symlink() or not path.is_file():
        raise ValueError(f"{name!r} is no file")
    return path
