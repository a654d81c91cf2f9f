"""The page of reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.errors import Problem, RequestError
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web.data._files import file_href

__all__: list[str] = []

_FORMS = ("html", "docx", "pdf", "xlsx")
_NAMES = {"html": "HTML", "docx": "Word", "pdf": "PDF", "xlsx": "Excel"}


class ReportsParams(Params):
    """What the page of reports takes."""

    year: str | None = Field(None, description="Only the report of this financial year.")


@page(
    "reports",
    "reports/",
    params=ReportsParams,
    access="public",
    summary="The reports of the publication: each year as HTML, docx, PDF and xlsx, with sizes.",
)
def reports(params: ReportsParams) -> Page:
    one = publication(params.at)
    if params.year is not None and params.year not in one.years:
        raise RequestError(
            Problem(
                "unknown_year",
                "this year is not published",
                f"year={params.year}"[:100],
                f"the publication has {', '.join(one.years)}",
                "choose one of these, or take it out of the address",
            )
        )
    words = {
        "html": _("A page to read and print"),
        "docx": _("A document to edit"),
        "pdf": _("A document to print, readable by a screen reader"),
        "xlsx": _("A workbook"),
    }
    rows: list[dict[str, Any]] = []
    for year in one.years:
        for suffix in _FORMS:
            name = f"reports/count-{year}.{suffix}"
            facts = one.manifest["files"].get(name)
            if facts is None or params.year not in (None, year):
                continue
            rows.append(
                {
                    "report": _("The count of %(year)s, %(form)s")
                    % {"year": year, "form": _NAMES.get(suffix, suffix)},
                    "year": year,
                    "form": suffix,
                    "bytes": facts["bytes"],
                    "sha256": facts["sha256"],
                    "_links": {"report": file_href(one, name)},
                    "_words": {"form": words[suffix]},
                }
            )
    at = params.at_query()
    return Page(
        title=_("Reports"),
        template="reporting/list.html",
        publication=one,
        crumbs=[Crumb(_("Home"), f"/{at}")],
        year=params.year,
        lead=_(
            "The count as a board reads it: the total with its range, who spends it and on what,"
            " transfers, reconciliation, method, sources and gaps. Every number is of publication"
            " %(n)s."
        )
        % {"n": one.n},
        tables=[
            Table(
                "reports",
                _("Reports of publication %(n)s") % {"n": one.n},
                [
                    Column("report", _("Report"), is_head=True),
                    Column("form", _("Form")),
                    Column("bytes", _("Bytes"), "number"),
                    Column("year", _("Year"), is_shown=False),
                    Column("sha256", _("SHA-256"), "code", is_shown=False),
                ],
                rows,
                empty=_("This publication holds no report."),
            )
        ],
    )
