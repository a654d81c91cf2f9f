"""What is known around one part of the money: coverage, transfers in and out, ultimate funders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow.compute as pc
from django.utils.translation import gettext as _

from totalplace.charts import Chart
from totalplace.disclosure import Publication
from totalplace.web._figures import name_of
from totalplace.web._page import Column, Table
from totalplace.web._scope import Scope
from totalplace.web._words import status_words
from totalplace.web.money._checks_words import basis_words
from totalplace.web.money._lines_words import derivation_words, rule_words
from totalplace.web.money._pictures import funder_picture
from totalplace.web.money._splits import Part, value_href
from totalplace.web.money._tables import cash_unit

__all__ = ["Around", "around"]

_SHOWN = 30


@dataclass(frozen=True)
class Around:
    """Tables, charts and facts that a part's page shows beside its figures."""

    tables: Sequence[Table] = ()
    charts: Mapping[str, Chart] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def around(scope: Scope, part: Part, code: str) -> Around:
    """What the page of one body, stream, function or area shows beside its figures."""
    if part.split == "body":
        trace = _trace(scope, code)
        charts = {"trace": funder_picture(scope, trace)} if len(trace) > 1 else {}
        tables = [
            _trace_table(scope, trace),
            _transfers(scope, "paid", code),
            _transfers(scope, "received", code),
            _coverage(scope, code),
        ]
        return Around(tables, charts)
    if part.split == "stream":
        return Around([_transfers(scope, "stream", code)])
    if part.split == "area":
        return Around(facts={"people": _people(scope, code)})
    return Around()


def _trace(scope: Scope, body_id: str) -> Sequence[Mapping[str, Any]]:
    for one in scope.publication.document(scope.year, "trace")["bodies"]:
        if one["body_id"] == body_id:
            found: Sequence[Mapping[str, Any]] = one["sources"]
            return found
    return ()


def _trace_table(scope: Scope, trace: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        {
            "source": one["source"],
            "gbp": int(Decimal(one["gbp"]) * 100),
            "share_pct": one["share_pct"],
            "_words": {"source": name_of(scope.publication, "funder", one["source"])},
        }
        for one in trace
    ]
    return Table(
        "trace",
        _("Whose money it is in the end, followed through every transfer, %(unit)s")
        % {"unit": cash_unit(scope)},
        [
            Column("source", _("Ultimate funder"), is_head=True),
            Column("gbp", _("Amount"), "gbp"),
            Column("share_pct", _("Share"), "pct"),
        ],
        rows,
        _("How this body is funded is not known in this year."),
        limit=_SHOWN,
    )


@lru_cache(maxsize=16)
def _by_side(
    publication: Publication, year: str
) -> Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]:
    """(paid, received or stream; code) -> the transfers, the largest first."""
    table = publication.table("transfers")
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in table.filter(pc.field("year") == year).to_pylist():
        for side, name in (("paid", "payer_id"), ("received", "payee_id"), ("stream", "stream")):
            if row[name]:
                found.setdefault((side, row[name]), []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (-abs(row["pence"]), row["payer"], row["payee"]))
    return found


def _transfers(scope: Scope, side: str, code: str) -> Table:
    captions = {
        "paid": _("Paid to other known bodies, %(unit)s"),
        "received": _("Received from other known bodies, %(unit)s"),
        "stream": _("Between whom it flows, %(unit)s"),
    }
    empty = {
        "paid": _("No payment of this body to another known body is in the sources."),
        "received": _("No payment of another known body to this one is in the sources."),
        "stream": _("No payment of this stream between known bodies is in the sources."),
    }
    rows = [
        {
            **{name: row[name] for name in _TOLD},
            "gbp": row["pence"],
            "lines": row["lines"],
            "_links": _transfer_links(scope, row),
            "_words": {
                "stream": name_of(scope.publication, "stream", row["stream"] or None),
                "rule": rule_words(row["rule"])[0],
                "derivation": derivation_words(row["derivation"]),
            },
        }
        for row in _by_side(scope.publication, scope.year).get((side, code), ())
    ]
    shows_payer, shows_payee = side != "paid", side != "received"
    return Table(
        side if side != "stream" else "transfers",
        captions[side] % {"unit": cash_unit(scope)},
        [
            Column("payer", _("Payer"), is_head=shows_payer, is_shown=shows_payer),
            Column("payer_id", _("Payer, code"), is_shown=False),
            Column("payee", _("Payee"), is_head=not shows_payer, is_shown=shows_payee),
            Column("payee_id", _("Payee, code"), is_shown=False),
            Column("stream", _("Stream"), is_shown=side != "stream"),
            Column("gbp", _("Amount"), "gbp"),
            Column("lines", _("Lines"), "number"),
            Column("rule", _("What the count does with it")),
            Column("derivation", _("How it is known")),
        ],
        rows,
        empty[side],
        limit=_SHOWN,
    )


_TOLD = ("payer", "payer_id", "payee", "payee_id", "stream", "rule", "derivation")


def _transfer_links(scope: Scope, row: Mapping[str, Any]) -> dict[str, str]:
    found = {
        "payer": value_href(scope, "body", row["payer_id"]) if row["payer_id"] else None,
        "payee": value_href(scope, "body", row["payee_id"]) if row["payee_id"] else None,
        "stream": value_href(scope, "stream", row["stream"]) if row["stream"] else None,
    }
    return {name: href for name, href in found.items() if href is not None}


def _coverage(scope: Scope, body_id: str) -> Table:
    money = {"cap": _("Capital"), "cur": _("Revenue")}
    rows = [
        {
            **{name: row[name] for name in ("cap_rev", "status", "basis", "detail")},
            "_words": {
                "cap_rev": money.get(row["cap_rev"], row["cap_rev"]),
                "status": status_words(row["status"]),
                "basis": basis_words(row["basis"]),
            },
        }
        for row in scope.document["coverage"]
        if row["body_id"] == body_id
    ]
    return Table(
        "coverage",
        _("How the money of this body is known, %(year)s") % {"year": scope.year},
        [
            Column("cap_rev", _("Money"), is_head=True),
            Column("status", _("How it is known")),
            Column("basis", _("Net of what")),
            Column("detail", _("From")),
        ],
        rows,
        _("This body is not among those that were counted in this year."),
    )


def _people(scope: Scope, area: str) -> Mapping[str, Any] | None:
    for row in scope.publication.table("areas").to_pylist():
        if row["year"] == scope.year and row["area"] == area:
            found: Mapping[str, Any] = row
            return found
    return None
