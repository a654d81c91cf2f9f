"""What bodies pay one another: the rule for each, and the evidence from both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.charts import Bar, Chart, bars
from totalplace.disclosure import Publication
from totalplace.web._figures import name_of
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams
from totalplace.web._registry import page
from totalplace.web._scope import Scope, figure_href, scope_of, state_form
from totalplace.web._words import short_gbp
from totalplace.web.money._lines_query import paid_pairs
from totalplace.web.money._lines_words import derivation_words, rule_words
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

_LARGEST = 12


class TransfersParams(MoneyParams):
    """What the list of transfers takes."""

    body: str | None = Field(None, max_length=100, description="Only of this payer or payee.")
    rule: str | None = Field(None, max_length=100, description="Only under this rule.")
    stream: str | None = Field(None, max_length=100, description="Only of this stream.")
    first: int = Field(1, ge=1, le=10**9, description="The row that the page begins with.")


@page(
    "money-transfers",
    "money/transfers/",
    params=TransfersParams,
    access="public",
    summary="What public bodies pay one another: payer, payee, stream, amount, and the rule.",
)
def transfers(params: TransfersParams) -> Page:
    """What public bodies pay one another, and what the count does with each payment."""
    scope = scope_of(params)
    every = rows_of_year(scope.publication, "transfers", scope.year)
    rows = chosen(every, body=params.body, rule=params.rule, stream=params.stream)
    (headline,) = scope.rows("")
    return Page(
        title=_("What public bodies pay one another"),
        template="transfers.html",
        publication=scope.publication,
        year=scope.year,
        crumbs=[Crumb(_("Money"), f"/money/{scope.query()}")],
        lead=_(
            "When one public body pays another and both are counted, the same pound would count"
            " twice. Such payments are taken out of net, at the payer's amount. Here is each, with"
            " the rule that it fell under."
        ),
        tables=[
            Table(
                "transfers",
                _("Payments between public bodies, %(unit)s") % {"unit": cash_unit(scope)},
                _transfer_columns(),
                [_transfer_row(scope, row) for row in rows],
                empty=_("No payment between public bodies matches. Take out a filter."),
                limit=A_PAGE,
                first=params.first - 1,
            ),
            _by_rule(scope, every, params),
        ],
        charts={"largest": _largest(scope, rows)} if rows else {},
        context={
            "state": state_form(scope, with_per=False),
            "choices": _choices(scope, every, params),
            "hidden": hidden_of(params, ("body", "rule", "stream", "first")),
            "clear": f"/money/transfers/{scope.query()}",
            "pages": page_links(params, len(rows)),
            "evidence": f"/money/transfers/evidence/{_own(scope, body=params.body)}",
            "reconcile": f"/money/reconcile/{scope.query()}",
            "eliminated": headline.eliminated_pence,
            "headline_href": figure_href(headline, scope),
        },
    )


def _own(scope: Scope, **wanted: str | None) -> str:
    """The query of another page of this count with a filter of its own."""
    query = scope.query()
    more = "&".join(
        f"{name}={quote(value, safe='')}" for name, value in wanted.items() if value is not None
    )
    if not more:
        return query
    return f"{query}&{more}" if query else f"?{more}"


def _transfer_columns() -> list[Column]:
    return [
        Column("payer_id", _("Payer, code"), is_shown=False),
        Column("payer", _("Payer"), is_head=True),
        Column("payee_id", _("Payee, code"), is_shown=False),
        Column("payee", _("Payee")),
        Column("stream_id", _("Stream, code"), is_shown=False),
        Column("stream", _("Stream")),
        Column("gbp", _("Amount"), "gbp"),
        Column("lines", _("Lines"), "number"),
        Column("rule", _("What the count does")),
        Column("derivation", _("How the amount was found")),
        Column("year", _("Year"), is_shown=False),
    ]


def _transfer_row(scope: Scope, row: Mapping[str, Any]) -> dict[str, Any]:
    one = scope.publication
    rule, why = rule_words(row["rule"])
    links = {
        "payer": body_href(scope, row["payer_id"]),
        "payee": body_href(scope, row["payee_id"], column="counterparty"),
    }
    pair = (scope.year, row["payer_id"], row["payee_id"])
    if pair in paid_pairs(one):
        links["gbp"] = links["lines"] = _lines_href(scope, row)
    else:
        # only the payee tells of it, or its single lines are not public
        links["gbp"] = f"/money/transfers/evidence/{_own(scope, body=row['payee_id'])}"
    links["derivation"] = _evidence_href(scope, row)
    stream = row["stream"] or ""
    if stream:
        links["stream"] = part_href(one, "stream", stream, scope.year, at=scope.params.at)
    return {
        "payer_id": row["payer_id"],
        "payer": row["payer"],
        "payee_id": row["payee_id"],
        "payee": row["payee"],
        "stream_id": stream,
        "stream": name_of(one, "stream", stream) if stream else "",
        "gbp": row["pence"],
        "lines": row["lines"],
        "rule": row["rule"],
        "derivation": row["derivation"],
        "year": row["year"],
        "_links": links,
        "_words": {"rule": rule, "derivation": derivation_words(row["derivation"])},
        # why most are taken out of net is told above the table
        "_notes": {"rule": why} if why and row["rule"] != "eliminate" else {},
    }


@lru_cache(maxsize=16)
def _matches_of_pairs(one: Publication, year: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Payer and payee -> the matches of what passes between them."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows_of_year(one, "matches", year):
        pair = (row["payer_id"], row["payee_id"])
        found[pair] = (*found.get(pair, ()), row["match_id"])
    return found


def _evidence_href(scope: Scope, row: Mapping[str, Any]) -> str:
    """The match of a transfer where there is one alone, else the matches of its payee."""
    pair = (row["payer_id"], row["payee_id"])
    matches = _matches_of_pairs(scope.publication, scope.year).get(pair, ())
    if len(matches) == 1:
        at = f"?at={scope.params.at}" if scope.params.at else ""
        return f"/money/transfers/{quote(matches[0], safe='')}/{at}"
    return f"/money/transfers/evidence/{_own(scope, body=row['payee_id'])}"


def _lines_href(scope: Scope, row: Mapping[str, Any]) -> str:
    at = f"&at={scope.params.at}" if scope.params.at else ""
    payer, payee = quote(row["payer_id"], safe=""), quote(row["payee_id"], safe="")
    return f"/money/lines/?year={scope.year}&body={payer}&counterparty={payee}{at}"


def _by_rule(scope: Scope, rows: Sequence[Mapping[str, Any]], params: TransfersParams) -> Table:
    sums: dict[str, list[int]] = {}
    for row in rows:
        held = sums.setdefault(row["rule"], [0, 0])
        held[0] += row["pence"]
        held[1] += 1
    told = []
    for rule, (pence, count) in sorted(sums.items(), key=lambda item: -item[1][0]):
        words, why = rule_words(rule)
        href = f"/money/transfers/{_own(scope, body=params.body, rule=rule)}"
        told.append(
            {
                "rule": rule,
                "gbp": pence,
                "transfers": count,
                "why": why,
                "_words": {"rule": words},
                "_notes": {"rule": why} if why else {},
                "_links": {"rule": href, "gbp": href},
            }
        )
    return Table(
        "rules",
        _("By what the count does with them, %(unit)s") % {"unit": cash_unit(scope)},
        [
            Column("rule", _("What the count does"), is_head=True),
            Column("why", _("Why"), is_shown=False),
            Column("transfers", _("Payers and payees"), "number"),
            Column("gbp", _("Amount"), "gbp"),
        ],
        told,
    )


def _largest(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> Chart:
    pairs: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        held = pairs.setdefault((row["payer_id"], row["payee_id"]), [0, row])
        held[0] += row["pence"]
    largest = sorted(pairs.items(), key=lambda item: (-item[1][0], item[0]))[:_LARGEST]
    items = [
        Bar(
            key=f"{payer}>{payee}",
            label=f"{row['payer']} → {row['payee']}",
            values=(pence,),
            href=f"/money/transfers/{_own(scope, body=payee)}",
        )
        for (payer, payee), (pence, row) in largest
    ]
    return bars(
        items,
        title=_("The largest payments between public bodies"),
        description=_(
            "Bars of the largest sums that one public body pays another. The largest is %(pair)s"
            " with %(amount)s."
        )
        % {"pair": items[0].label, "amount": short_gbp(largest[0][1][0])},
        caption=f"{cash_unit(scope)}. {scope.source}",
        heading=_("Payer → payee"),
    )


def _choices(
    scope: Scope, rows: Sequence[Mapping[str, Any]], params: TransfersParams
) -> list[dict[str, Any]]:
    one = scope.publication
    rules = sorted({(row["rule"], rule_words(row["rule"])[0]) for row in rows})
    streams = {row["stream"] for row in rows if row["stream"]}
    named = sorted(((code, name_of(one, "stream", code)) for code in streams), key=lambda p: p[1])
    same = {text for _, text in rules if sum(other == text for _, other in rules) > 1}
    rules = [
        (code, f"{text}: {rule_words(code)[1]}" if text in same else text) for code, text in rules
    ]
    return [
        choice_of("body", _("Payer or payee"), body_choices(rows, one), params.body),
        choice_of("rule", _("What the count does"), rules, params.rule),
        choice_of("stream", _("Stream"), named, params.stream),
    ]
