"""A case as files: a workbook with live formulas, a written business case, a register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from totalplace.cases import CaseResult, Cashable, Number
from totalplace.errors import Problem
from totalplace.reports._files import output_problems, table_bytes

__all__ = ["CASE_SUFFIXES", "case_bytes", "case_problems", "form_bytes"]

CASE_SUFFIXES = (".csv", ".docx", ".html", ".pdf", ".xlsx")
"""The endings of file names that say what of a case is written."""
_TEXTS = (
    "key", "value", "unit", "range", "price_year", "source", "grade_data", "grade_effect",
    "grade_age", "worst_grade", "bias_grade", "owner", "reviewed", "sensitivity_rank",
    "swing_gbp", "where",
)  # fmt: skip


def case_bytes(
    result: CaseResult, suffix: str, *, software: str, with_owners: bool = True
) -> bytes:
    """The content of one file. The same run gives the same bytes.

    Args:
        result: a full run of a case.
        suffix: one of ``CASE_SUFFIXES``: the workbook with formulas is ``.xlsx``, the register of
            assumptions alone ``.csv``, and the others are the written business case.
        software: version of totalplace.
        with_owners: whether the people who answer for numbers are named, as they are not where a
            case is published and has not said that they may be.
    """
    if not with_owners:
        result = _without_owners(result)
    if suffix == ".xlsx":
        from totalplace.reports.cases._workbook import case_workbook_bytes

        return case_workbook_bytes(result, software=software)
    if suffix == ".csv":
        return _register(result)
    from totalplace.reports.cases._business_case import business_case

    content = business_case(result, software=software)
    if suffix == ".docx":
        from totalplace.reports._report_docx import docx_bytes

        return docx_bytes(content)
    if suffix == ".pdf":
        from totalplace.reports._report_pdf import pdf_bytes

        return pdf_bytes(content)
    from totalplace.reports._report_html import html_bytes

    return html_bytes(content)


def form_bytes(data: Mapping[str, Any], *, software: str) -> bytes:
    """A case as a workbook to fill in. The same values give the same bytes.

    Args:
        data: what a case file without problems says.
        software: version of totalplace.
    """
    from totalplace.reports.cases._form_workbook import form_workbook_bytes

    return form_workbook_bytes(data, software=software)


def case_problems(path: Path) -> list[Problem]:
    """What stands in the way of writing a case to this file; nothing is written.

    >>> [problem.code for problem in case_problems(Path("/no/such/folder/case.odt"))]
    ['no_folder', 'unknown_suffix']
    """
    problems = [one for one in output_problems(path) if one.code != "unknown_suffix"]
    if path.suffix.lower() not in CASE_SUFFIXES:
        problems.append(
            Problem(
                "unknown_suffix",
                "the ending of the file's name says no known kind of file of a case",
                f"-o {path}",
                f"it ends in {path.suffix!r}" if path.suffix else "its name has no ending",
                f"end it in {', '.join(CASE_SUFFIXES)}",
            )
        )
    return problems


def _without_owners(result: CaseResult) -> CaseResult:
    """The same run without the names of people."""
    case = result.case
    register = [{**row, "owner": None} for row in result.document["register"]]
    return replace(
        result,
        case=replace(
            case,
            activities=tuple(_unnamed(one) for one in case.activities),
            outcomes=tuple(_unnamed(one) for one in case.outcomes),
        ),
        document={**result.document, "register": register},
    )


def _unnamed(item: Any) -> Any:
    """A row whose numbers name nobody; cash has a number of its own."""
    changed: dict[str, Any] = {"owner": ""}
    for one in fields(item):
        value = getattr(item, one.name)
        if isinstance(value, Number):
            changed[one.name] = replace(value, owner="")
        elif isinstance(value, Cashable):
            changed[one.name] = replace(value, share=replace(value.share, owner=""))
    return replace(item, **changed)


def _register(result: CaseResult) -> bytes:
    """The register of assumptions as CSV; each row ends with the run that it is of."""
    rows = []
    for one in result.document["register"]:
        grade = {f"grade_{axis}": value for axis, value in one["grade"].items()}
        told = {**one, **grade}
        rows.append({name: None if told[name] is None else str(told[name]) for name in _TEXTS})
    table = pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in _TEXTS]))
    run = pa.array([result.run_hash] * len(rows), pa.string())
    return table_bytes(table.append_column("run_hash", run), ".csv", notes={})
