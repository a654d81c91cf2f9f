"""Results as files: what the command line prints, and what the reports make of the same run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version

from django.utils.translation import gettext as _

from totalplace.cases import CaseResult, read_case_text, run_case
from totalplace.errors import Problem, RequestError
from totalplace.workbench.cases._text import laid_out, place_bodies, read_draft
from totalplace.workbench.cases.models import Draft, Run

__all__ = ["SUFFIXES", "as_of", "exported", "run_again"]

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "case": ("xlsx", "docx", "pdf", "html", "csv", "json"),
    "portfolio": ("json",),
}
"""What there is of each kind of draft: the workbook recalculates the case by formulas, the next
three are the written business case, and the CSV file is the register of assumptions."""

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def exported(run: Run, suffix: str) -> tuple[bytes, str]:
    """The content of a file of results, and its media type.

    Raises:
        RequestError: this version no longer comes to the figures of the run.
    """
    if suffix == "json":
        text = json.dumps(run.document, ensure_ascii=False, indent=1)
        return text.encode(), "application/json"
    from totalplace.reports.cases import case_bytes

    found = run_again(run)
    if found.run_hash != run.run_hash:
        raise RequestError(
            Problem(
                "run_differs",
                _("no file is made of this run"),
                f"run {run.pk}",
                _("it was made with another version, and its figures are not those of this one"),
                _("run the case again, and take the file from that run"),
            )
        )
    return case_bytes(found, f".{suffix}", software=version("totalplace")), _TYPES[suffix]


def run_again(run: Run) -> CaseResult:
    """The case of a run as it was then, run as it was then: the same figures.

    Raises:
        RequestError: every problem of the case.
    """
    draft = as_of(run)
    read = read_draft(draft)
    if read.problems:
        raise RequestError(list(read.problems))
    with laid_out(draft) as folder:
        bodies = place_bodies(read.data)
        case = read_case_text(draft.text, draft.file_name, folder=folder, bodies=bodies)
        return run_case(case, draws=run.draws, perspective=run.perspective or None)


def as_of(run: Run) -> Draft:
    """The draft of a run with what it said then."""
    draft = run.draft
    if run.revision != draft.revision:
        old = draft.revisions.filter(n=run.revision).first()
        if old is not None:
            draft.text, draft.files = old.text, old.files
    return draft
