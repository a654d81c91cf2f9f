"""What a format is: how it recognises a file, and what reading one gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.errors import FileRefused, Problem
from totalplace.model import Body, BodyRegister
from totalplace.place import Member, Source

if TYPE_CHECKING:
    # whoever adds files talks of them, and leaves the readers to its worker
    import duckdb

    from totalplace.sources._delimited import Delimited
    from totalplace.sources._json_file import JsonFile
    from totalplace.sources._workbook import Workbook

__all__ = [
    "Detection",
    "Format",
    "FormatInfo",
    "Job",
    "MembersRefused",
    "Memo",
    "Outcome",
    "Reading",
    "no_match",
]


@dataclass(frozen=True)
class FormatInfo:
    """A format for people.

    Attributes:
        id: what ``--format`` takes.
        title: one line.
        recognises: how a file is known to be of it.
        columns: the published columns or headers it reads.
    """

    id: str
    title: str
    recognises: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Detection:
    """How well a file fits a format.

    Attributes:
        format_id: the format, or None if no format fits.
        score: 0 (not at all) to 1 (certain).
        reasons: what was found, or what is missing.
        doubt: why the file is not taken as that format unless the user says that it is.
    """

    format_id: str | None
    score: float
    reasons: tuple[str, ...]
    doubt: Problem | None = None


@dataclass(frozen=True)
class Job:
    """One supplied file being read.

    Attributes:
        file: its name as given.
        source: the stored source.
        folder: where files in the making go.
        connection: an in-memory DuckDB that spills into `folder`.
        bodies: every body known to the place.
        codes: the rows of a code list, the shipped ones and then the place's own.
        body: the body that the user named, if any.
        yes: whether the user accepts what would otherwise be refused as doubtful.
        step: told the stage, what is done and what there is to do.
    """

    file: str
    source: Source
    folder: Path
    connection: duckdb.DuckDBPyConnection
    bodies: BodyRegister
    codes: Callable[[str], Sequence[Mapping[str, Any]]]
    body: Body | None
    yes: bool
    step: Callable[[str, int, int], None]


@dataclass(frozen=True)
class Reading:
    """The lines of one member, written and counted but not yet part of the place.

    Attributes:
        member: its counts.
        lines: a Parquet file, one row a line.
        rejects: the same, one row a rejected record; None when there is none.
        warnings: what a reader of the figures should know.
        notes: what was done as it always is.
    """

    member: Member
    lines: Path
    rejects: Path | None = None
    warnings: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Memo:
    """A member or sheet that holds no data: notes, metadata, working sheets, duplicates."""

    member: str
    records: int
    reason: str


Outcome = Reading | Memo
"""What became of one member of a file."""


class MembersRefused(FileRefused):
    """Some members of a file cannot be read, so none of it is taken in.

    Attributes:
        by_member: member -> its problems; the sound ones say that they wait for the others.
    """

    def __init__(self, by_member: Mapping[str, Sequence[Problem]]) -> None:
        super().__init__(problem for problems in by_member.values() for problem in problems)
        self.by_member = dict(by_member)


@dataclass(frozen=True)
class Format:
    """A published format. A format reads delimited text, or workbooks, or both.

    Attributes:
        info: for people.
        sniff_text, sniff_workbook: how well a file fits.
        read_text: the reading of one delimited file; the integer is its index in the source.
        read_workbook: the readings of the sheets, and memos of all other sheets, in sheet order.
        sniff_json, read_json: the same of a JSON document.
    """

    info: FormatInfo
    sniff_text: Callable[[Delimited], Detection] | None = None
    read_text: Callable[[Delimited, int, Job], Reading] | None = None
    sniff_workbook: Callable[[Workbook], Detection] | None = None
    read_workbook: Callable[[Workbook, Job], Sequence[Reading | Memo]] | None = None
    sniff_json: Callable[[JsonFile], Detection] | None = None
    read_json: Callable[[JsonFile, Job], Sequence[Reading | Memo]] | None = None


def no_match(format_id: str, *reasons: str) -> Detection:
    """The detection of a file that is not of a format."""
    return Detection(format_id, 0.0, reasons)
