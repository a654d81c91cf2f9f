"""The count of a place as a report that a board or the Treasury reads: what it is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from totalplace.errors import Problem
from totalplace.reports._files import output_problems

__all__ = ["REPORT_SPLITS", "REPORT_SUFFIXES", "CountReport", "report_bytes", "report_problems"]

REPORT_SPLITS = (
    "tier",
    "function",
    "cap_rev",
    "control",
    "funder",
    "stream",
    "body",
    "area",
)
"""The splits whose rows a report shows, in its order. One that is absent has no section."""

REPORT_SUFFIXES = (".docx", ".html", ".pdf", ".xlsx")
"""The endings of file names that say a kind of report."""

Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class CountReport:
    """Everything that a report of one count says, as plain facts. Nothing else is read for it.

    Attributes:
        document: what ``count --json`` prints for the year, without a split, in cash.
        rows: split -> its rows as ``count --by SPLIT --json`` prints them; see REPORT_SPLITS.
        reconcile: what ``reconcile --json`` prints for the year.
        sources: one entry a source: ``title``, ``publisher``, ``licence``, ``attribution``,
            ``received``, ``sha256``, ``records``, ``lines``, ``rejected``, and if known
            ``dataset``, ``period_start``, ``period_end``. Dates may be texts. What is not known
            is None or absent.
        attributions: the statements that the licences ask for, word for word.
        keys: ``count --json`` documents of the same year under the other keys of the range.
        areas: ``code`` and ``name`` of the areas of the place.
        created: the day on which the snapshot was made; the report is dated by it.
        content_hash: of the snapshot.
        software: version of totalplace.
    """

    document: Facts
    rows: Mapping[str, Sequence[Facts]]
    reconcile: Facts
    sources: Sequence[Facts]
    attributions: Sequence[str]
    keys: Sequence[Facts]
    areas: Sequence[Facts]
    created: date
    content_hash: str
    software: str


def report_bytes(report: CountReport, suffix: str) -> bytes:
    """The report as the content of one file. The same facts give the same bytes.

    Args:
        suffix: one of REPORT_SUFFIXES.
    """
    from totalplace.reports._count_report_content import report_content

    content = report_content(report)
    if suffix == ".docx":
        from totalplace.reports._report_docx import docx_bytes

        return docx_bytes(content)
    if suffix == ".pdf":
        from totalplace.reports._report_pdf import pdf_bytes

        return pdf_bytes(content)
    if suffix == ".xlsx":
        from totalplace.reports._report_xlsx import xlsx_bytes

        return xlsx_bytes(content)
    from totalplace.reports._report_html import html_bytes

    return html_bytes(content)


def report_problems(path: Path) -> list[Problem]:
    """What stands in the way of writing a report to this file; nothing is written.

    >>> [problem.code for problem in report_problems(Path("/no/such/folder/count.odt"))]
    ['no_folder', 'unknown_suffix']
    """
    problems = [one for one in output_problems(path) if one.code != "unknown_suffix"]
    if path.suffix.lower() not in REPORT_SUFFIXES:
        problems.append(
            Problem(
                "unknown_suffix",
                "the ending of the file's name says no known kind of report",
                f"-o {path}",
                f"it ends in {path.suffix!r}" if path.suffix else "its name has no ending",
                f"end it in {', '.join(REPORT_SUFFIXES)}",
            )
        )
    return problems
