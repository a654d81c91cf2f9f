"""How well the money is known: body by body, file by file, and what is not shown and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from totalplace.charts import Bar, Chart, bars
from totalplace.disclosure import Publication
from totalplace.web._figures import name_of
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams
from totalplace.web._registry import page
from totalplace.web._scope import Scope, figure_href, scope_of, state_form
from totalplace.web._words import grade_words, short_gbp, status_words
from totalplace.web.data._sources import is_whole, source_href, sources_of
from totalplace.web.money._checks_words import basis_words, withheld_words
from totalplace.web.money._lines_words import code_words
from totalplace.web.money._origins import part_href
from totalplace.web.money._splits import value_href, value_words

__all__: list[str] = []

_STATUSES = ("returned", "published", "estimated", "missing")
_SHOWN = 100
_OPEN = 15


@page(
    "money-quality",
    "money/quality/",
    params=MoneyParams,
    access="public",
    summary="Coverage body by body, records of every source, what is withheld and not itemised.",
)
def quality(params: MoneyParams) -> Page:
    """How well the money of each body is known, and what is not shown."""
    scope = scope_of(params)
    coverage = _coverage_rows(scope)
    document = scope.document
    return Page(
        title=_("Coverage and quality of the data"),
        template="quality.html",
        publication=scope.publication,
        year=scope.year,
        crumbs=[Crumb(_("Money"), f"/money/{scope.query()}")],
        lead=_(
            "Some bodies send a return, of some the published payments are read, of others only a"
            " share of a national figure is known. Here is which, and what the publishers' own"
            " files left out."
        ),
        tables=[
            _coverage(scope, coverage),
            _grades(scope),
            _records(scope),
            _withheld(scope),
            _warnings(document["warnings"]),
            _not_itemised(scope),
        ],
        charts={"statuses": _picture(scope, coverage)} if coverage else {},
        context={
            "coverage_pct": document["coverage_pct"],
            "not_itemised": _pence(document["not_itemised_gbp"]),
            "not_itemised_href": f"/money/reconcile/{scope.query()}#table-itemised",
            "bodies": [
                {"words": status_words(status), "count": document["bodies"].get(status, 0)}
                for status in _STATUSES
            ],
            "withheld_texts": scope.publication.manifest["withheld"]["texts"],
            "sources": scope.publication.table("sources").num_rows,
            "state": state_form(scope, with_per=False),
        },
    )


def _pence(text: str) -> int:
    return int(Decimal(text) * 100)


def _cash(scope: Scope) -> str:
    return _("%(year)s, £, in cash") % {"year": scope.year}


@lru_cache(maxsize=16)
def _bodies(one: Publication, year: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(row for row in one.table("bodies").to_pylist() if row["year"] == year)


def _coverage_rows(scope: Scope) -> list[dict[str, Any]]:
    """The coverage of each body, with its net; the largest first."""
    figures = {
        (row.values["body"], row.values["cap_rev"]): row for row in scope.rows("body,cap_rev")
    }
    rows = []
    for row in _bodies(scope.publication, scope.year):
        figure = figures.get((row["body_id"], row["cap_rev"]))
        links = {}
        if any(body == row["body_id"] for body, _cap in figures):
            links["body"] = value_href(scope, "body", row["body_id"]) or ""
        if figure is not None:
            links["net_gbp"] = figure_href(figure, scope)
        rows.append(
            {
                "body_id": row["body_id"],
                "body": row["name"],
                "tier": row["tier"],
                "cap_rev": row["cap_rev"],
                "status": row["status"],
                "basis": row["basis"],
                "detail": row["detail"],
                "net_gbp": None if figure is None else figure.pence,
                "year": row["year"],
                "_links": links,
                "_words": {
                    "tier": name_of(scope.publication, "tier", row["tier"]),
                    "cap_rev": value_words(scope.publication, "cap_rev", row["cap_rev"])
                    if row["cap_rev"]
                    else "",
                    "status": status_words(row["status"]),
                    "basis": basis_words(row["basis"]),
                },
                "_notes": {"body": name_of(scope.publication, "tier", row["tier"])},
            }
        )
    return sorted(rows, key=lambda row: (-abs(row["net_gbp"] or 0), row["body"]))


def _coverage(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        "coverage",
        _("How the money of each body is known, %(unit)s") % {"unit": _cash(scope)},
        [
            Column("body_id", _("Body, code"), is_shown=False),
            Column("body", _("Body"), is_head=True),
            Column("tier", _("Tier"), is_shown=False),
            Column("cap_rev", _("Capital or revenue")),
            Column("net_gbp", _("Net"), "gbp"),
            Column("status", _("Known from")),
            Column("basis", _("Its account holds")),
            Column("detail", _("Detail"), is_shown=False),
            Column("year", _("Year of the data")),
        ],
        rows,
        limit=_SHOWN,
        fold=_OPEN,
    )


def _picture(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> Chart:
    sums = dict.fromkeys(_STATUSES, 0)
    for row in rows:
        sums[row["status"]] = sums.get(row["status"], 0) + (row["net_gbp"] or 0)
    items = [
        Bar(key=status, label=status_words(status), values=(pence,), href="#table-coverage")
        for status, pence in sums.items()
        if pence or status in {row["status"] for row in rows}
    ]
    largest = max(items, key=lambda item: abs(int(item.values[0] or 0)))
    return bars(
        items,
        title=_("Net money by how it is known"),
        description=_(
            "Bars of net public money by how the money of its bodies is known. Most is known from:"
            " %(what)s (%(amount)s)."
        )
        % {"what": largest.label, "amount": short_gbp(int(largest.values[0] or 0))},
        caption=f"{_cash(scope)}. {scope.source}",
        heading=_("Known from"),
    )


def _grades(scope: Scope) -> Table:
    return Table(
        "grades",
        _("How well the place of the money is known, %(unit)s") % {"unit": _cash(scope)},
        [
            Column("grade", _("Grade"), "grade", is_head=True),
            Column("meaning", _("What it means")),
            Column("net_gbp", _("Net"), "gbp"),
            Column("share_pct", _("Share"), "pct"),
        ],
        [
            {
                "grade": row.values["grade"],
                "meaning": grade_words(row.values["grade"])[1],
                "net_gbp": row.pence,
                "share_pct": row.share_pct,
                "_links": {"net_gbp": figure_href(row, scope)},
            }
            for row in sorted(scope.rows("grade"), key=lambda row: row.values["grade"])
        ],
    )


def _records(scope: Scope) -> Table:
    """Every record of every file is a line, rejected, or skipped with a reason."""
    at = f"?at={scope.params.at}" if scope.params.at else ""
    rows = []
    sums = {"records": 0, "lines": 0, "rejected": 0, "skipped": 0}
    # what was rejected or warned of first: whole files are the rule
    order = sorted(
        sources_of(scope.publication),
        key=lambda one: (is_whole(one), -one["rejected"], -one["warnings"], one["source_no"]),
    )
    for one in order:
        for name in sums:
            sums[name] += one[name]
        rows.append(
            {
                "source": one["title"],
                "dataset": one["dataset"],
                "records": one["records"],
                "lines": one["lines"],
                "rejected": one["rejected"],
                "skipped": one["skipped"],
                "adds_up": "yes" if is_whole(one) else "no",
                "warnings": one["warnings"],
                "_words": {
                    "dataset": code_words(scope.publication, "dataset", one["dataset"]),
                    "adds_up": _("Yes") if is_whole(one) else _("No"),
                },
                "_links": {"source": source_href(one, at)},
            }
        )
    return Table(
        "records",
        _("Records of every source: lines, rejected and skipped"),
        [
            Column("source", _("Source"), is_head=True),
            Column("dataset", _("Kind of data")),
            Column("records", _("Records"), "number"),
            Column("lines", _("Lines"), "number"),
            Column("rejected", _("Rejected"), "number"),
            Column("skipped", _("Skipped"), "number"),
            Column("adds_up", _("Adds up")),
            Column("warnings", _("Warnings"), "number"),
        ],
        rows,
        total={"source": _("All sources"), **sums},
        limit=_SHOWN,
        fold=_OPEN,
    )


def _withheld(scope: Scope) -> Table:
    told = scope.publication.manifest["withheld"]
    at = {"at": scope.params.at} if scope.params.at else {}
    return Table(
        "withheld",
        _("Lines that are shown only in sums, all years, in £"),
        [
            Column("kind", _("Payees"), is_head=True),
            Column("why", _("Why")),
            Column("lines", _("Lines"), "number"),
            Column("gbp", _("Sum"), "gbp"),
        ],
        [
            {
                "kind": kind,
                "why": withheld_words(kind)[1],
                "lines": told[kind]["lines"],
                "gbp": told[kind]["pence"],
                "_words": {"kind": withheld_words(kind)[0]},
                "_links": {"gbp": f"/money/lines/?{urlencode({'payee_kind': kind, **at})}"}
                if told[kind]["lines"]
                else {},
            }
            for kind in ("individual", "redacted", "unrecognised")
        ],
    )


def _warnings(warnings: Sequence[str]) -> Table:
    return Table(
        "warnings",
        _("Faults of the publishers, told and kept"),
        [Column("warning", _("Warning"), is_head=True)],
        [{"warning": text} for text in warnings],
        empty=_("The count of this year warns of nothing."),
        fold=_OPEN,
    )


def _not_itemised(scope: Scope) -> Table:
    """By body, how much of its return no published payment itemises."""
    sums: dict[str, list[int]] = {}
    for one in scope.publication.document(scope.year, "reconcile")["itemised"]:
        held = sums.setdefault(one["body_id"], [0, 0])
        held[0] += _pence(one["control_gbp"])
        held[1] += _pence(one["not_itemised_gbp"])
    return Table(
        "not_itemised",
        _("What returns hold beyond the published payments, %(unit)s") % {"unit": _cash(scope)},
        [
            Column("body_id", _("Body, code"), is_shown=False),
            Column("body", _("Body"), is_head=True),
            Column("control_gbp", _("In its return"), "gbp"),
            Column("not_itemised_gbp", _("Not itemised"), "gbp"),
        ],
        [
            {
                "body_id": body,
                "body": name_of(scope.publication, "body", body),
                "control_gbp": control,
                "not_itemised_gbp": rest,
                "_links": {
                    "body": part_href(
                        scope.publication, "body", body, scope.year, at=scope.params.at
                    ),
                    "not_itemised_gbp": f"/money/reconcile/{scope.query()}#table-itemised",
                },
            }
            for body, (control, rest) in sorted(sums.items(), key=lambda item: -item[1][1])
        ],
        empty=_("No body has both a return and published payments."),
        limit=_SHOWN,
        fold=_OPEN,
    )
