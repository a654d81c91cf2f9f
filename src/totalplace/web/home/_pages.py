"""The first page: the place, its total, the doors, what changed, and how well it is known."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from totalplace.charts import Bar, Chart, bars
from totalplace.disclosure import Publication
from totalplace.money import parse_pence
from totalplace.web._figures import name_of, rows_of
from totalplace.web._page import Column, Page, Table
from totalplace.web._params import MoneyParams, Params
from totalplace.web._places import zone
from totalplace.web._registry import page
from totalplace.web._scope import Scope, figure_href, scope_of, state_form
from totalplace.web._words import status_words

__all__: list[str] = []

_SHOWN_CHANGES = 10


@page(
    "home",
    "",
    params=MoneyParams,
    access="public",
    summary="The place: its total, what changed, and how well it is known.",
)
def home(params: MoneyParams) -> Page:
    scope = scope_of(params)
    place = scope.publication.manifest["place"]["name"]
    return Page(
        title=_("All public money in %(place)s") % {"place": place},
        template="home.html",
        publication=scope.publication,
        year=scope.year,
        tables=[_tiers(scope), _changes(scope), _health(scope)],
        charts={"tiers": _tier_chart(scope)},
        context={
            "scope": scope,
            "headline": scope.headline,
            "headline_href": figure_href(scope.headline, scope),
            "per_head": _pence(scope.document["per_head_gbp"]),
            "per_household": _pence(scope.document["per_household_gbp"]),
            "doors": _doors(scope),
            "state": state_form(scope),
            "at_query": params.at_query(),
            "health": _health_facts(scope),
        },
    )


def _pence(text: str | None) -> int | None:
    return None if text is None else parse_pence(text)


def _tiers(scope: Scope) -> Table:
    rows = []
    for row in scope.rows("tier"):
        tier = row.values["tier"]
        rows.append(
            {
                "tier": name_of(scope.publication, "tier", tier),
                "net_gbp": row.pence,
                f"per_{scope.per}_gbp": scope.per_pence(row.pence),
                "share_pct": row.share_pct,
                "grade": row.grade,
                "figure_id": row.figure_id,
                "_links": {"net_gbp": figure_href(row, scope)},
            }
        )
    return Table(
        "tiers",
        _("Net public money by tier of the body that spends it, %(unit)s") % {"unit": scope.unit},
        [
            Column("tier", _("Tier"), is_head=True),
            Column("net_gbp", _("Net"), "gbp", definition="net"),
            *scope.per_columns(),
            Column("share_pct", _("Share"), "pct"),
            Column("grade", _("How it is placed"), "grade"),
            Column("figure_id", _("Figure"), "code", is_shown=False),
        ],
        rows,
    )


def _tier_chart(scope: Scope) -> Chart:
    items = [
        Bar(
            row.figure_id,
            name_of(scope.publication, "tier", row.values["tier"]),
            (row.pence,),
            row.low_pence,
            row.high_pence,
            figure_href(row, scope),
        )
        for row in scope.rows("tier")
    ]
    largest = items[0].label if items else ""
    return bars(
        items,
        title=_("Net public money by tier"),
        description=_(
            "Bars of net public money by tier of the body that spends it. The largest is %(tier)s."
        )
        % {"tier": largest},
        caption=f"{scope.unit}. {scope.source}",
    )


def _earlier(scope: Scope) -> Publication | None:
    """The publication before this one that holds the same year, if there is one."""
    numbers = [n for n in zone().numbers if n < scope.publication.n]
    for n in reversed(numbers):
        one = zone().publication(n)
        if scope.year in one.years:
            return one
    return None


def _changes(scope: Scope) -> Table:
    """What changed since the publication before, by body, the largest first."""
    columns = [
        Column("body", _("Body"), is_head=True),
        Column("before_gbp", _("Before"), "gbp"),
        Column("after_gbp", _("Now"), "gbp"),
        Column("change_gbp", _("Change"), "gbp"),
    ]
    earlier = _earlier(scope)
    if earlier is None:
        return Table(
            "changes",
            _("What changed"),
            columns,
            [],
            _("This is the first publication of this year."),
        )
    after = {row.values["body"]: row.pence for row in scope.rows("body")}
    before = {
        row.values["body"]: row.pence
        for row in rows_of(earlier, scope.year, scope.default_key, "body")
    }
    changed: list[dict[str, Any]] = [
        {
            "body": name_of(scope.publication, "body", body),
            "before_gbp": before.get(body, 0),
            "after_gbp": after.get(body, 0),
            "change_gbp": after.get(body, 0) - before.get(body, 0),
            "_links": {"body": f"/money/bodies/{body}/{scope.query()}"},
        }
        for body in {*after, *before}
        if after.get(body, 0) != before.get(body, 0)
    ]
    changed.sort(key=lambda row: (-abs(row["change_gbp"]), row["body"]))
    return Table(
        "changes",
        _("Net by body, publication %(before)s and this one") % {"before": earlier.n},
        columns,
        changed[:_SHOWN_CHANGES],
        _("No body's net changed since publication %(before)s.") % {"before": earlier.n},
    )


def _health(scope: Scope) -> Table:
    bodies = scope.document["bodies"]
    rows = [{"status": status_words(status), "bodies": count} for status, count in bodies.items()]
    return Table(
        "health",
        _("How the money of each body is known"),
        [Column("status", _("Bodies"), is_head=True), Column("bodies", _("Number"), "number")],
        rows,
    )


def _health_facts(scope: Scope) -> dict[str, Any]:
    return {
        "coverage": scope.document["coverage_pct"],
        "sources": scope.publication.table("sources").num_rows,
        "warnings": len(scope.document["warnings"]),
    }


def _doors(scope: Scope) -> list[dict[str, str]]:
    query, at = scope.query(), scope.params.at
    # lines are what was paid: no key, prices or number of people changes them
    lines = {"year": scope.year} | ({"at": at} if at else {})
    return [
        {
            "href": f"/money/{query}",
            "title": _("Where the money goes"),
            "text": _("From who funds it, through streams and bodies, to what it is for."),
        },
        {
            "href": f"/money/lines/?{urlencode(lines)}",
            "title": _("Look at single payments"),
            "text": _("Every published line, with filters, and the way back to its file and row."),
        },
        {
            "href": f"/money/transfers/{query}",
            "title": _("What bodies pay one another"),
            "text": _("The transfers that are taken out, so that nothing counts twice."),
        },
        {
            "href": f"/money/compare/{query}",
            "title": _("Compare"),
            "text": _("With other areas, with other places, and with published figures."),
        },
        {
            "href": f"/money/reconcile/{query}",
            "title": _("Check it"),
            "text": _("Spending beside funding, row by row, and the quality of the data."),
        },
        {
            "href": f"/cases/{scope.params.at_query()}",
            "title": _("Cases for change"),
            "text": _("What it would cost to prevent or redesign, who gains, and how sure it is."),
        },
        {
            "href": f"/reports/{scope.params.at_query()}",
            "title": _("The report"),
            "text": _("The count for a board, as a document, a workbook or a page to print."),
        },
    ]


@page(
    "accessibility",
    "accessibility/",
    params=Params,
    access="public",
    summary="How accessible the site is.",
    has_endpoint=False,
)
def accessibility(params: Params) -> Page:  # noqa: ARG001
    return Page(title=_("Accessibility"), template="accessibility.html", publication=None)
