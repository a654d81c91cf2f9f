"""The pages of sources and loads: where everything comes from, and when it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from totalplace.errors import Problem, RequestError
from totalplace.web._page import Column, Crumb, Kind, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web.data._sources import Source, is_whole, source_href, sources_of
from totalplace.web.money._lines_query import codes_of

__all__: list[str] = []

_A_PAGE = 50
_HIDDEN: tuple[tuple[str, str, Kind], ...] = (
    ("source_no", gettext_noop("Number in this publication"), "number"),
    ("body_id", gettext_noop("Body"), "code"),
    ("dataset", gettext_noop("Kind of data"), "code"),
    ("format_id", gettext_noop("Format"), "code"),
    ("member_no", gettext_noop("Part of the file"), "number"),
    ("file_name", gettext_noop("File"), "text"),
    ("bytes", gettext_noop("Bytes of the file"), "number"),
    ("sha256", gettext_noop("SHA-256 of the file"), "code"),
    ("period_start", gettext_noop("First day"), "date"),
    ("period_end", gettext_noop("Last day"), "date"),
    ("warnings", gettext_noop("Warnings"), "number"),
    ("licence_id", gettext_noop("Licence id"), "code"),
    ("licence_url", gettext_noop("Text of the licence"), "code"),
    ("attribution", gettext_noop("What must be said"), "text"),
)
"""Columns that data files hold and the page does not show."""


class SourcesParams(Params):
    """What the list of sources takes."""

    body: str | None = Field(None, description="Only sources of this body, by its body_id.")
    first: int = Field(
        1, ge=1, le=10**9, description="The row that the page begins with; files hold all rows."
    )


class SourceParams(Params):
    """What the page of one source takes."""

    source: str = Field(
        description="SHA-256 of the file, or the number of the source in this publication."
    )


@page(
    "sources",
    "data/sources/",
    params=SourcesParams,
    access="public",
    summary="Every source: publisher, licence, when it was received, and what was read from it.",
)
def sources(params: SourcesParams) -> Page:
    one = publication(params.at)
    rows = sources_of(one)
    chosen = [row for row in rows if params.body in (None, row["body_id"])]
    bodies = sorted({(row["body"], row["body_id"]) for row in rows if row["body_id"]})
    begin = params.first - 1
    return Page(
        title=_("Sources"),
        template="data/sources.html",
        publication=one,
        crumbs=_crumbs(params),
        lead=_(
            "Every file that the figures rest on: who published it, under which licence, and"
            " what was read from it. Records are lines, rejected and skipped, and must add up."
        ),
        tables=[
            Table(
                "sources",
                _("Sources in the order of their numbers; sums in £"),
                _columns(),
                [_row(row, params) for row in chosen],
                empty=_("No source of this publication is of this body."),
                total=_total(chosen) if chosen else None,
                limit=_A_PAGE,
                first=begin,
            )
        ],
        context={
            "bodies": bodies,
            "chosen": params.body or "",
            "at": params.at,
            "pages": _pages(params, begin, len(chosen)),
            "count": len(chosen),
        },
    )


def _pages(params: SourcesParams, begin: int, rows: int) -> dict[str, str]:
    """The addresses of the page before and the one after."""
    found = {}
    if begin > 0:
        before = max(begin - _A_PAGE, 0) + 1
        found["before"] = params.query(first=before if before > 1 else None) or "?"
    if begin + _A_PAGE < rows:
        found["after"] = params.query(first=begin + _A_PAGE + 1)
    return found


@page(
    "source",
    "data/sources/<str:source>/",
    params=SourceParams,
    access="public",
    summary="One source file: publisher, licence, hash, and the account of its records.",
)
def source(params: SourceParams) -> Page:
    one = publication(params.at)
    rows = sources_of(one)
    wanted = params.source.casefold()
    members = [row for row in rows if row["sha256"] == wanted]
    if not members and wanted.isascii() and wanted.isdecimal():
        members = [row for row in rows if str(row["source_no"]) == wanted]
    if not members:
        raise RequestError(
            Problem(
                "unknown_source",
                "this publication rests on no such source",
                params.source[:100],
                "no source has this number or hash; a number holds for one publication alone",
                "find it in the list of sources, or open the publication that it is of with ?at=",
            )
        )
    first = members[0]
    return Page(
        title=first["title"] if len(members) == 1 else first["file_name"] or first["title"],
        template="data/source.html",
        publication=one,
        crumbs=[*_crumbs(params), Crumb(_("Sources"), f"/data/sources/{params.at_query()}")],
        tables=[
            Table(
                "members",
                _("What was read from it; sums in £"),
                _columns(),
                [_row(row, params, is_alone=True) for row in members],
                total=_total(members) if len(members) > 1 else None,
            )
        ],
        context={
            "source": first,
            "same_file": [row for row in rows if row["sha256"] == first["sha256"]],
            "all_add_up": all(map(is_whole, members)),
            "lines_hrefs": [
                {
                    "title": row["title"],
                    "href": f"/money/lines/?source={row['source_no']}"
                    + (f"&at={params.at}" if params.at else ""),
                    "lines": row["lines"],
                }
                for row in members
                if row["source_no"] in codes_of(one)["source_no"]
            ],
        },
    )


@page(
    "loads",
    "data/loads/",
    params=Params,
    access="public",
    summary="What was received, in order of receipt, with what was read from it.",
)
def loads(params: Params) -> Page:
    one = publication(params.at)
    rows = sorted(sources_of(one), key=lambda row: (row["received"] or date.min, row["source_no"]))
    days = [
        {
            "received": day,
            "files": len({row["sha256"] for row in group}),
            "bodies": len({row["body_id"] for row in group if row["body_id"]}),
            **_sums(group),
        }
        for day, group in (
            (day, list(found)) for day, found in groupby(rows, key=lambda row: row["received"])
        )
    ]
    return Page(
        title=_("Loads"),
        template="data/loads.html",
        publication=one,
        crumbs=_crumbs(params),
        lead=_("What came in, in the order in which it was received, and what each file brought."),
        tables=[
            Table(
                "files",
                _("Files in order of receipt; sums in £"),
                _columns(is_dated_first=True),
                [_row(row, params) for row in rows],
                total=_total(rows) if rows else None,
                fold=_A_PAGE // 2,
            ),
            Table(
                "days",
                _("By day of receipt; sums in £"),
                [
                    Column("received", _("Received"), "date", is_head=True),
                    Column("files", _("Files"), "number"),
                    Column("bodies", _("Bodies"), "number"),
                    *_record_columns(),
                ],
                days,
            ),
        ],
        context={"days": len(days), "files": len({row["sha256"] for row in rows})},
    )


def _crumbs(params: Params) -> list[Crumb]:
    at = params.at_query()
    return [Crumb(_("Home"), f"/{at}"), Crumb(_("Data"), f"/data/{at}")]


def _record_columns() -> list[Column]:
    return [
        Column("records", _("Records"), "number"),
        Column("lines", _("Lines"), "number"),
        Column("rejected", _("Rejected"), "number"),
        Column("skipped", _("Skipped"), "number"),
        Column("sum_gbp", _("Sum"), "gbp"),
    ]


def _columns(*, is_dated_first: bool = False) -> list[Column]:
    title = Column("title", _("Source"), is_head=True)
    received = Column("received", _("Received"), "date")
    return [
        *([received, title] if is_dated_first else [title, received]),
        Column("publisher", _("Publisher"), is_shown=False),
        Column("licence", _("Licence"), is_shown=False),
        *_record_columns(),
        *(Column(name, _(label), kind, is_shown=False) for name, label, kind in _HIDDEN),
    ]


def _row(row: Source, params: Params, *, is_alone: bool = False) -> dict[str, Any]:
    at = params.at_query()
    links = {} if is_alone else {"title": source_href(row, at)}
    # a title begins with the publisher where that is the body itself
    publisher = "" if row["title"].startswith(f"{row['publisher']}:") else row["publisher"]
    notes = {"title": " · ".join(filter(None, (publisher, row["licence"])))}
    if is_alone:
        notes = {}
    if not is_whole(row):
        notes["records"] = _("does not add up")
    return {
        **{name: value for name, value in row.items() if name not in ("sum_pence", "body")},
        "sum_gbp": row["sum_pence"],
        "_links": links,
        "_notes": notes,
    }


def _sums(rows: Sequence[Source]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: sum(row[name] for row in rows) for name in ("records", "lines", "rejected", "skipped")
    }
    found["sum_gbp"] = sum(row["sum_pence"] or 0 for row in rows)
    return found


def _total(rows: Sequence[Source]) -> dict[str, Any]:
    return {"title": _("All"), **_sums(rows)}
