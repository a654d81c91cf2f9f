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
from totalplace.errors import Problem, RequestError
from totalplace.web._figures import name_of
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams, Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web._scope import Scope, figure_href, scope_of, state_form
from totalplace.web._words import short_gbp
from totalplace.web.money._lines_query import lines_of_ids, paid_pairs
from totalplace.web.money._lines_rows import line_row, lines_table
from totalplace.web.money._lines_words import derivation_words, level_words, rule_words
from totalplace.web.money._origins import has_figures, part_href

__all__: list[str] = []

_A_PAGE = 50
_LARGEST = 12


class TransfersParams(MoneyParams):
    """What the list of transfers takes."""

    body: str | None = Field(None, max_length=100, description="Only of this payer or payee.")
    rule: str | None = Field(None, max_length=100, description="Only under this rule.")
    stream: str | None = Field(None, max_length=100, description="Only of this stream.")
    first: int = Field(1, ge=1, le=10**9, description="The row that the page begins with.")


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


@lru_cache(maxsize=16)
def _rows(one: Publication, table: str, year: str) -> tuple[Mapping[str, Any], ...]:
    """Transfers or matches of a year, the largest first."""
    pence = "pence" if table == "transfers" else "paid_pence"
    found = [row for row in one.table(table).to_pylist() if row["year"] == year]
    return tuple(sorted(found, key=lambda row: -abs(row[pence] or row.get("received_pence", 0))))


def _chosen(rows: Sequence[Mapping[str, Any]], **wanted: str | None) -> list[Mapping[str, Any]]:
    body = wanted.pop("body", None)
    return [
        row
        for row in rows
        if (body is None or body in (row["payer_id"], row["payee_id"]))
        and all(value is None or row[name] == value for name, value in wanted.items())
    ]


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
    every = _rows(scope.publication, "transfers", scope.year)
    rows = _chosen(every, body=params.body, rule=params.rule, stream=params.stream)
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
                _("Payments between public bodies, %(unit)s") % {"unit": _cash(scope)},
                _transfer_columns(),
                [_transfer_row(scope, row) for row in rows],
                empty=_("No payment between public bodies matches. Take out a filter."),
                limit=_A_PAGE,
                first=params.first - 1,
            ),
            _by_rule(scope, every, params),
        ],
        charts={"largest": _largest(scope, rows)} if rows else {},
        context={
            "state": state_form(scope, with_per=False),
            "choices": _choices(scope, every, params),
            "hidden": _hidden(params, ("body", "rule", "stream", "first")),
            "clear": f"/money/transfers/{scope.query()}",
            "pages": _pages(params, len(rows)),
            "evidence": f"/money/transfers/evidence/{_own(scope, body=params.body)}",
            "reconcile": f"/money/reconcile/{scope.query()}",
            "eliminated": headline.eliminated_pence,
            "headline_href": figure_href(headline, scope),
        },
    )


def _cash(scope: Scope) -> str:
    return _("%(year)s, £, in cash") % {"year": scope.year}


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
        "payer": _body_href(scope, row["payer_id"]),
        "payee": _body_href(scope, row["payee_id"], column="counterparty"),
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


def _body_href(scope: Scope, body: str, *, column: str | None = None) -> str:
    one = scope.publication
    if has_figures(one, "body", body, scope.year):
        return f"/money/bodies/{quote(body, safe='')}/{scope.query()}"
    return part_href(one, "body", body, scope.year, at=scope.params.at, column=column)


@lru_cache(maxsize=16)
def _matches_of_pairs(one: Publication, year: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Payer and payee -> the matches of what passes between them."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in _rows(one, "matches", year):
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
        _("By what the count does with them, %(unit)s") % {"unit": _cash(scope)},
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
        caption=f"{_cash(scope)}. {scope.source}",
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
        _choice("body", _("Payer or payee"), _bodies(rows, one), params.body),
        _choice("rule", _("What the count does"), rules, params.rule),
        _choice("stream", _("Stream"), named, params.stream),
    ]


def _bodies(rows: Sequence[Mapping[str, Any]], one: Publication) -> list[tuple[str, str]]:
    ids = {row[side] for row in rows for side in ("payer_id", "payee_id")}
    return sorted(((code, name_of(one, "body", code)) for code in ids), key=lambda pair: pair[1])


def _choice(
    name: str, label: str, options: Sequence[tuple[str, str]], value: str | None
) -> dict[str, Any]:
    options = [("", _("Any")), *options]
    if value is not None and value not in dict(options):
        options.append((value, value))
    return {"name": name, "label": label, "options": options, "value": value or ""}


def _hidden(params: Params, shown: Sequence[str]) -> list[tuple[str, Any]]:
    return [
        (name, value)
        for name, value in params.model_dump(exclude_defaults=True).items()
        if name not in shown
    ]


def _pages(params: TransfersParams | EvidenceParams, rows: int) -> dict[str, str]:
    found = {}
    if params.first > 1:
        before = max(params.first - _A_PAGE, 1)
        found["before"] = params.query(first=before if before > 1 else None) or "?"
    if params.first + _A_PAGE <= rows:
        found["after"] = params.query(first=params.first + _A_PAGE)
    return found


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
    every = _rows(scope.publication, "matches", scope.year)
    rows = _chosen(every, body=params.body, level=params.level)
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
                _("What both sides say, %(unit)s") % {"unit": _cash(scope)},
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
                limit=_A_PAGE,
                first=params.first - 1,
            )
        ],
        context={
            "choices": [
                _choice(
                    "body", _("Payer or payee"), _bodies(every, scope.publication), params.body
                ),
                _choice("level", _("How they belong together"), levels, params.level),
            ],
            "hidden": _hidden(params, ("body", "level", "first")),
            "clear": f"/money/transfers/evidence/{scope.query()}",
            "pages": _pages(params, len(rows)),
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
            "payer": _body_href(scope, row["payer_id"]),
            "payee": _body_href(scope, row["payee_id"], column="counterparty"),
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
