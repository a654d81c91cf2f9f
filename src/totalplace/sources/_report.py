"""What `add` tells about each file: loaded or not, and where every record of it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from totalplace.errors import Problem
from totalplace.money import gbp
from totalplace.place import Member

__all__ = ["SKIPPED", "AddReport", "FileReport", "Status", "report_of_member"]

SKIPPED = ("blank", "repeated_header", "total_row", "total_column", "memo")
"""Kinds of records that are no lines and no faults, in the order they are shown."""

Status = Literal["loaded", "already_there", "quarantined", "refused"]


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """One file, or one member of a zip, or one sheet of a workbook.

    Always ``records = lines + rejected + sum of skipped``; in a wide format a record is a cell of
    a mapped column.

    Attributes:
        file: the name of the file as it was given.
        member: zip member or sheet, empty if there is none.
        status: ``loaded``, ``already_there``, ``quarantined`` or ``refused``.
        code: of the first problem or warning, if any.
        message: all problems, or all warnings and notes of a loaded file, as text.
        sum_pence: the sum of the lines; None where the dataset is no money.
        warnings: what a reader of the figures should know; nothing was left out because of it.
        notes: what was done as it always is, e.g. rounding of published aggregates.
        problems: why it was not loaded.
    """

    file: str
    member: str
    status: Status
    sha256: str | None = None
    format: str | None = None
    body_id: str | None = None
    records: int = 0
    lines: int = 0
    rejected: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    sum_pence: int | None = None
    negative_lines: int = 0
    redacted_pence: int | None = None
    exact_duplicates: int = 0
    period_start: date | None = None
    period_end: date | None = None
    warnings: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def code(self) -> str | None:
        """Stable name of the first problem, else of the first warning."""
        found = self.problems or self.warnings
        return found[0].code if found else None

    @property
    def message(self) -> str | None:
        """All problems, else all warnings and notes, each with what, where, why and fix."""
        found = self.problems or self.warnings + self.notes
        return "\n".join(str(problem) for problem in found) if found else None

    def as_dict(self) -> dict[str, object]:
        """The entry of ``add --json``; pounds are text with two decimals, dates ISO text."""
        return {
            "file": self.file,
            "member": self.member,
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "sha256": self.sha256,
            "format": self.format,
            "body_id": self.body_id,
            "records": self.records,
            "lines": self.lines,
            "rejected": self.rejected,
            "skipped": {kind: self.skipped.get(kind, 0) for kind in SKIPPED},
            "sum_gbp": None if self.sum_pence is None else gbp(self.sum_pence),
            "negative_lines": self.negative_lines,
            "redacted_gbp": None if self.redacted_pence is None else gbp(self.redacted_pence),
            "exact_duplicates": self.exact_duplicates,
            "period_start": self.period_start and self.period_start.isoformat(),
            "period_end": self.period_end and self.period_end.isoformat(),
        }


@dataclass(frozen=True)
class AddReport:
    """What became of every file that was to be added, in the order given."""

    files: tuple[FileReport, ...]

    @property
    def exit_code(self) -> int:
        """1 if a file was refused or quarantined, else 0; rejected records alone are no failure."""
        return int(any(report.status in {"refused", "quarantined"} for report in self.files))

    def as_dict(self) -> dict[str, object]:
        """The document of ``add --json``."""
        return {"files": [report.as_dict() for report in self.files]}


def report_of_member(member: Member, *, file: str, status: Status) -> FileReport:
    """The report of a member that a place holds."""
    return FileReport(
        file=file,
        member=member.member,
        status=status,
        sha256=member.sha256,
        format=member.format_id,
        body_id=member.body_id,
        records=member.records,
        lines=member.lines,
        rejected=member.rejected,
        skipped=member.skipped,
        sum_pence=member.sum_pence,
        negative_lines=member.negative_lines,
        redacted_pence=member.redacted_pence if member.dataset in {"spend", "card"} else None,
        exact_duplicates=member.exact_duplicates,
        period_start=member.period_start,
        period_end=member.period_end,
    )
