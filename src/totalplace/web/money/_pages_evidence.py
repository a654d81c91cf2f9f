"""Payments between bodies told by both sides: all of a year, and one line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._figures import name_of
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams, Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web._scope import Scope, scope_of
from totalplace.web.money._lines_query import lines_of_ids
from totalplace.web.money._lines_rows import line_row, lines_table
from totalplace.web.money._lines_words import level_words
from totalplace.web.money._origins import part_href
from totalplace.web.money._transfers import (
    A_PAGE,
    body_choices,
    body_href,
    cash_unit,
    choice_of,
    chosen,
    hidden_of,
    page_links,
    rows_of_year,
)

__all__: list[str] = []


class EvidenceParams(MoneyParams):
    """What the list of evidence takes."""

    body: str | None = Field(None, max_length=100, description="Only of this payer or payee.")
    level: str | None = Field(
        None, max_length=100, description="Only where both ends belong together in this way."
    )
    first: int = Field(1, ge=1, le=10**9, description="The row that the page begins with.")


class MatchParams(Params):
    """What the page of one match takes."""

    match_id: str = Field(max_length=100, description="The match, such as 2017-18-12.")


@page(
    "money-evidence",
    "money/transfers/evidence/",
    params=EvidenceParams,
    access="public",
    summary="What payer and payee each say of the payments between them, and the difference.",
)
def evidence(params: EvidenceParams) -> Page:
    """Both sides of the payments between bodies: paid, received, and what is in transit."""
    scope = scope_of(params)
    every = rows_of_year(scope.publication, "matches", scope.year)
    rows = chosen(every, body=params.body, level=params.level)
    levels = sorted({(row["level"], level_words(row["level"])) for row in every})
    return Page(
        title=_("Payments told by both sides"),
        template="transfers_evidence.html",
        publication=scope.publication,
        year=scope.year,
        crumbs=[
            Crumb(_("Money"), f"/money/{scope.query()}"),
            Crumb(_("Payments between bodies"), f"/money/transfers/{scope.query()}"),
        ],
        lead=_(
            "What the payer says it paid, beside what the payee says it received. The payer's"
            " amount is taken out of net whatever the payee says; the difference is money in"
            " transit."
        ),
        tables=[
            Table(
                "matches",
                _("What both sides say, %(unit)s") % {"unit": cash_unit(scope)},
                [
                    Column("match_id", _("Match"), "code", is_shown=False),
                    Column("payer_id", _("Payer, code"), is_shown=False),
                    Column("payer", _("Payer"), is_head=True),
                    Column("payee_id", _("Payee, code"), is_shown=False),
                    Column("payee", _("Payee")),
                    Column("paid_gbp", _("Paid"), "gbp"),
                    Column("received_gbp", _("Received"), "gbp"),
                    Column("difference_gbp", _("Difference"), "gbp"),
                    Column("level", _("How they belong together")),
                    Column("year", _("Year"), is_shown=False),
                ],
                [_match_row(scope, row) for row in rows],
                empty=_("No payment matches. Take out a filter."),
                limit=A_PAGE,
                first=params.first - 1,
            )
        ],
        context={
            "choices": [
                choice_of(
                    "body", _("Payer or payee"), body_choices(every, scope.publication), params.body
                ),
                choice_of("level", _("How they belong together"), levels, params.level),
            ],
            "hidden": hidden_of(params, ("body", "level", "first")),
            "clear": f"/money/transfers/evidence/{scope.query()}",
            "pages": page_links(params, len(rows)),
        },
    )


def _match_row(scope: Scope, row: Mapping[str, Any]) -> dict[str, Any]:
    one = scope.publication
    at = f"?at={scope.params.at}" if scope.params.at else ""
    href = f"/money/transfers/{quote(row['match_id'], safe='')}/{at}"
    return {
        "match_id": row["match_id"],
        "payer_id": row["payer_id"],
        "payer": name_of(one, "body", row["payer_id"]),
        "payee_id": row["payee_id"],
        "payee": name_of(one, "body", row["payee_id"]),
        "paid_gbp": row["paid_pence"],
        "received_gbp": row["received_pence"],
        "difference_gbp": row["gap_pence"],
        "level": row["level"],
        "year": row["year"],
        "_words": {"level": level_words(row["level"])},
        "_links": {
            "match_id": href,
            "paid_gbp": href,
            "received_gbp": href,
            "difference_gbp": href,
            "payer": body_href(scope, row["payer_id"]),
            "payee": body_href(scope, row["payee_id"], column="counterparty"),
        },
    }


@page(
    "money-match",
    "money/transfers/<str:match_id>/",
    params=MatchParams,
    access="public",
    summary="One payment between bodies: the lines of the payer, those of the payee, the gap.",
)
def match(params: MatchParams) -> Page:
    """One payment between bodies, line by line on both sides."""
    one = publication(params.at)
    found = next(
        (row for row in one.table("matches").to_pylist() if row["match_id"] == params.match_id),
        None,
    )
    if found is None:
        raise RequestError(
            Problem(
                "unknown_match",
                "this publication has no such payment between bodies",
                params.match_id[:100],
                "a match is numbered anew in every publication",
                "look for it in the list, or open the publication that it is of with ?at=",
            )
        )
    at = "" if params.at is None else f"?at={params.at}"
    year = f"?year={found['year']}" + at.replace("?", "&")
    payer, payee = (name_of(one, "body", found[side]) for side in ("payer_id", "payee_id"))
    sides = [
        _side(one, "paid", _("What %(body)s paid, in £") % {"body": payer}, found, params.at),
        _side(
            one, "received", _("What %(body)s received, in £") % {"body": payee}, found, params.at
        ),
    ]
    return Page(
        title=_("%(payer)s to %(payee)s") % {"payer": payer, "payee": payee},
        template="transfers_match.html",
        publication=one,
        year=found["year"],
        crumbs=[
            Crumb(_("Money"), f"/money/{year}"),
            Crumb(_("Payments between bodies"), f"/money/transfers/{year}"),
            Crumb(_("Both sides"), f"/money/transfers/evidence/{year}"),
        ],
        tables=[
            Table(
                "match",
                _("What both sides say, %(year)s, £") % {"year": found["year"]},
                [
                    Column("side", _("Side"), is_head=True),
                    Column("body", _("Body")),
                    Column("gbp", _("Amount"), "gbp"),
                    Column("public_lines", _("Public lines"), "number"),
                ],
                [
                    {
                        "side": "paid",
                        "body": payer,
                        "gbp": found["paid_pence"],
                        "public_lines": len(sides[0].rows),
                        "_words": {"side": _("Paid")},
                        "_links": {
                            "body": part_href(
                                one, "body", found["payer_id"], found["year"], at=params.at
                            ),
                            "gbp": "#table-paid",
                        },
                    },
                    {
                        "side": "received",
                        "body": payee,
                        "gbp": found["received_pence"],
                        "public_lines": len(sides[1].rows),
                        "_words": {"side": _("Received")},
                        "_links": {
                            "body": part_href(
                                one, "body", found["payee_id"], found["year"], at=params.at
                            ),
                            "gbp": "#table-received",
                        },
                    },
                ],
                total={"side": _("Difference"), "gbp": found["gap_pence"]},
            ),
            *sides,
        ],
        context={"level": level_words(found["level"]), "match": found},
    )


def _side(
    one: Publication, side: str, caption: str, found: Mapping[str, Any], at: int | None
) -> Table:
    ids = found["payer_lines" if side == "paid" else "payee_lines"]
    rows = [line_row(one, line, at) for line in lines_of_ids(one, ids)]
    empty = (
        _("No line of this side is public one by one: its lines stand in sums.")
        if ids
        else _("This side does not tell of the payment.")
    )
    return lines_table(side, caption, rows, empty=empty)
