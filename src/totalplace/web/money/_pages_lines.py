"""The explorer of single lines, and one line with its way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.disclosure import SUMMED_NAMES, Publication
from totalplace.errors import Problem
from totalplace.money import format_gbp, gbp
from totalplace.reports import SHEET_ROWS
from totalplace.web._page import Crumb, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web.money._lines_form import LinesParams, chips, error_words, form_of, tree_of
from totalplace.web.money._lines_query import (
    LinesPage,
    Totals,
    line_by_id,
    lines_beside,
    lines_page,
    read_cursor,
    totals,
)
from totalplace.web.money._lines_rows import (
    export_of,
    line_row,
    lines_table,
    payee_words,
    source_of,
)
from totalplace.web.money._lines_story import sections_of
from totalplace.web.money._lines_words import code_words

__all__: list[str] = []

_BESIDE = 2


class LineParams(Params):
    """What the page of one line takes."""

    line_id: str = Field(max_length=100, description="The line's id: 16 hexadecimal digits.")


def _form_again(query: Mapping[str, str], problems: Sequence[Problem]) -> Page:
    """The form with what is wrong in it; no lines."""
    at = query.get("at", "")
    one = publication(int(at) if at.isascii() and at.isdigit() and len(at) < 9 else None)
    errors: dict[str, str] = {}
    for problem in problems:
        name = problem.where.partition("=")[0]
        errors.setdefault(name, error_words(name, problem))
    return Page(
        title=_("Payments and other lines"),
        template="lines.html",
        publication=one,
        crumbs=[Crumb(_("Money"), "/money/")],
        context={"form": form_of(one, query, errors), "is_wrong": True},
        status=400,
    )


@page(
    "money-lines",
    "money/lines/",
    params=LinesParams,
    access="public",
    summary="Single lines of money, filtered, sorted, page by page; files hold all that match.",
    refused=_form_again,
)
def lines(params: Any) -> Page:
    """Single lines of money: organisations one by one, everybody else in sums.

    A page holds `rows` lines; the addresses of the pages around it stand in `document`.
    """
    one = publication(params.at)
    tree = tree_of(params, one)
    cursor = None if params.after is None else read_cursor(params.after, params.sort)
    found = totals(one, tree)
    part = lines_page(one, tree, sort=params.sort, rows=int(params.rows), cursor=cursor)
    at_query = _at(params)
    table = lines_table(
        "lines",
        _caption(part, found),
        [line_row(one, line, params.at) for line in part.rows],
        empty=_("No line matches. Take out a filter, or look for less of a name."),
    )
    return Page(
        title=_("Payments and other lines"),
        template="lines.html",
        publication=one,
        crumbs=[Crumb(_("Money"), f"/money/{at_query}")],
        lead=_(
            "Every published line of money: who paid it, to whom, when and what for. Each line"
            " leads to its file and row. Payments to individuals are shown only in sums."
        ),
        tables=[table],
        export=export_of(one, tree, found),
        document=_document(part, found, params),
        context={
            "form": form_of(one, _said(params), {}),
            "chips": chips(params, one),
            "totals": found,
            "summed": _summed(found),
            "pages": _pages(part, params),
            "shown": _shown(part, found),
            "is_too_wide": found.rows > SHEET_ROWS,
            "sheet_rows": SHEET_ROWS,
        },
    )


def _document(part: LinesPage, found: Totals, params: Any) -> dict[str, Any]:
    """What the API tells beside the lines of a page."""
    return {
        "rows": found.rows,
        "lines": found.lines,
        "out_gbp": gbp(found.out_pence),
        "in_gbp": gbp(found.in_pence),
        "summed_lines": dict(found.summed),
        "pages": {
            name: f"/api/v1/money/lines{'' if query == '?' else query}"
            for name, query in _pages(part, params).items()
        },
    }


def _at(params: Any) -> str:
    return "" if params.at is None else f"?at={params.at}"


def _said(params: Any) -> dict[str, str]:
    return {name: str(value) for name, value in params.model_dump().items() if value is not None}


def _caption(part: LinesPage, found: Totals) -> str:
    return _("Lines %(first)s to %(last)s of %(all)s, in £") % _shown(part, found)


def _shown(part: LinesPage, found: Totals) -> dict[str, str]:
    return {
        "first": f"{min(part.first + 1, found.rows):,}",
        "last": f"{part.first + len(part.rows):,}",
        "all": f"{found.rows:,}",
    }


def _summed(found: Totals) -> list[str]:
    told = {
        "individual": _("%(n)s lines to individuals are summed"),
        "redacted": _("%(n)s lines whose payee the publisher withheld are summed"),
        "unrecognised": _("%(n)s lines to payees not recognised as organisations are summed"),
    }
    return [told[kind] % {"n": f"{lines:,}"} for kind, lines in found.summed.items()]


def _pages(part: LinesPage, params: Any) -> dict[str, str]:
    """The addresses of the first page, those beside, and the last."""
    found = {}
    if part.before is not None:
        found["first"] = params.query(after=None) or "?"
        found["before"] = params.query(after=part.before.text)
    if part.after is not None:
        found["after"] = params.query(after=part.after.text)
    if part.last is not None:
        found["last"] = params.query(after=part.last.text)
    return found


@page(
    "money-line",
    "money/lines/<str:line_id>/",
    params=LineParams,
    access="public",
    summary="One line: what it says, its part in the count, and the way back to its file and row.",
)
def line(params: LineParams) -> Page:
    """One line with its way back to its file, row and column."""
    one = publication(params.at)
    found = line_by_id(one, params.line_id)
    at_query = _at(params)
    beside = lines_beside(one, found, rows=_BESIDE)
    row = line_row(one, found, params.at)
    return Page(
        title=payee_words(found),
        template="lines_one.html",
        publication=one,
        year=found["year"],
        crumbs=[
            Crumb(_("Money"), f"/money/?year={found['year']}" + at_query.replace("?", "&")),
            Crumb(_("Lines"), f"/money/lines/{at_query}"),
        ],
        tables=[
            lines_table("line", _("The line, in £"), [row]),
            _beside(one, found, beside, params.at),
        ],
        lead=_lead(one, found),
        context={
            "sections": sections_of(one, found, params.at),
            "is_sum": found["payee_kind"] in SUMMED_NAMES,
            "is_of_file": found["row_no"] is not None,
            "work_href": _work_href(one, found),
        },
    )


def _work_href(one: Publication, found: Mapping[str, Any]) -> str:
    """Where the workbench shows analysts the row behind a line, or its file; empty of several."""
    source = source_of(one, found["source_no"])
    if source is None:
        return ""
    if found["row_no"] is None:
        return f"/work/sources/{source['sha256']}/"
    row = f"{found['row_no']}/{found['column_no'] or 0}"
    return f"/work/public-lines/{source['sha256']}/{found['line_id']}/{row}/"


def _lead(one: Publication, found: Mapping[str, Any]) -> str:
    told = {
        "body": code_words(one, "body_id", found["body_id"]),
        "amount": format_gbp(found["amount_pence"]),
        "n": f"{found['lines']:,}",
    }
    if found["side"] == "in":
        return _("%(body)s received %(amount)s.") % told
    if found["payee_kind"] in SUMMED_NAMES:
        return _("%(body)s paid %(amount)s, in %(n)s lines that are shown only as a sum.") % told
    if found["payee"]:
        return _("%(body)s paid %(amount)s.") % told
    return _("%(body)s spent %(amount)s.") % told


def _beside(
    one: Publication,
    found: Mapping[str, Any],
    beside: Sequence[Mapping[str, Any]],
    at: int | None,
) -> Table:
    in_file = found["row_no"] is not None
    rows = []
    for other in beside:
        row = line_row(one, other, at)
        if other["line_no"] == found["line_no"]:
            row["_notes"] = {**row["_notes"], "payee": _("this line")}
        rows.append(row)
    caption = (
        _("The public lines around it in its file, in £")
        if in_file
        else _("The lines around it in this publication, in £")
    )
    return lines_table("beside", caption, rows)
