"""The two views of the same money, and the statement that closes the gap between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from totalplace.charts import Chart, Step, waterfall
from totalplace.disclosure import Publication
from totalplace.web._figures import names
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams
from totalplace.web._registry import page
from totalplace.web._scope import Scope, figure_href, scope_of, state_form
from totalplace.web._words import short_gbp
from totalplace.web.money._checks_words import identity_words, kind_words
from totalplace.web.money._origins import has_figures, part_href
from totalplace.web.money._splits import value_href

__all__: list[str] = []

_KINDS = ("in_transit", "financing", "not_returned", "return_fault", "other")
_SHOWN = 100
_OPEN = 10


def _pence(text: str) -> int:
    return int(Decimal(text) * 100)


@page(
    "money-reconcile",
    "money/reconcile/",
    params=MoneyParams,
    access="public",
    summary="Spending beside funding: the statement row by row, and the identities of the count.",
)
def reconcile(params: MoneyParams) -> Page:
    """What is spent beside what comes in, and every row of the difference."""
    scope = scope_of(params)
    document = scope.publication.document(scope.year, "reconcile")
    (headline,) = scope.rows("")
    residual = _pence(document["residual_gbp"])
    return Page(
        title=_("Spending and funding, reconciled"),
        template="reconcile.html",
        publication=scope.publication,
        year=scope.year,
        crumbs=[Crumb(_("Money"), f"/money/{scope.query()}")],
        lead=_(
            "The same money is counted twice: once by who spends it, and once by where it comes"
            " from. The two never agree quite. Every pound of the difference is a row here."
        ),
        tables=[
            _statement(scope, document),
            _kinds(scope, document),
            _identities(document),
            _outturn(scope, document),
            _bridge(scope, document),
            _itemised(scope, document),
        ],
        charts={"statement": _picture(scope, document)},
        context={
            "net": headline.pence,
            "net_href": figure_href(headline, scope),
            "funder_view": _pence(document["funder_view_gbp"]),
            "residual": residual,
            "residual_share": _share(residual, headline.pence),
            "parts": _parts(scope, document),
            "by_construction": _pence(document["by_construction_gbp"]),
            "outturn_counts": bool(document.get("outturn")),
            "warnings": document["warnings"],
            "evidence": f"/money/transfers/evidence/{scope.query()}",
            "state": state_form(scope, with_per=False),
            "is_other_key": scope.key_id != scope.default_key,
        },
    )


def _share(part: int, whole: int) -> float | None:
    return 100 * abs(part) / abs(whole) if whole else None


def _cash(scope: Scope) -> str:
    return _("%(year)s, £, in cash") % {"year": scope.year}


def _statement(scope: Scope, document: Mapping[str, Any]) -> Table:
    """Funding from outside, then every row of the difference, down to net."""
    rows = [
        _row(scope, "funding", label, _pence(text))
        for label, text in document["funding"].items()
        if _pence(text)
    ]
    funding = {
        "part": "funder_view",
        "label": _("Funder view: all that comes in"),
        "gbp": _pence(document["funder_view_gbp"]),
        "_words": {"part": _("Total")},
    }
    order = {kind: at for at, kind in enumerate(_KINDS)}
    explained = sorted(
        (_row(scope, one["kind"], one["label"], _pence(one["gbp"])) for one in document["rows"]),
        key=lambda row: (order.get(row["part"], len(order)), -abs(row["gbp"])),
    )
    net = {
        "part": "net",
        "label": _("Net: all that is spent"),
        "gbp": _pence(document["net_gbp"]),
    }
    return Table(
        "statement",
        _("The statement, row by row, %(unit)s") % {"unit": _cash(scope)},
        [
            Column("part", _("Part")),
            Column("label", _("Row"), is_head=True),
            Column("gbp", _("Amount"), "gbp"),
        ],
        [*rows, funding, *explained],
        total=net,
    )


def _parts(scope: Scope, document: Mapping[str, Any]) -> list[Table]:
    """The statement as the page shows it: part by part, each with its sum."""
    every = _statement(scope, document).rows
    told = []
    for kind in ("funding", *_KINDS):
        rows = [row for row in every if row["part"] == kind]
        if not rows:
            continue
        words, meaning = kind_words(kind)
        total = _("Funder view: all that comes in") if kind == "funding" else _("Together")
        told.append(
            Table(
                f"part-{kind}",
                _("%(part)s: %(meaning)s, %(unit)s")
                % {"part": words, "meaning": meaning, "unit": _cash(scope)},
                [Column("label", _("Row"), is_head=True), Column("gbp", _("Amount"), "gbp")],
                rows,
                total={"label": total, "gbp": sum(row["gbp"] for row in rows)},
                fold=_OPEN,
            )
        )
    return told


def _row(scope: Scope, kind: str, label: str, pence: int) -> dict[str, Any]:
    href = _origin(scope, kind, label)
    return {
        "part": kind,
        "label": label,
        "gbp": pence,
        "_words": {"part": kind_words(kind)[0], "label": _label(label)},
        "_links": {"label": href, "gbp": href} if href else {},
    }


def _label(label: str) -> str:
    """A label of the statement as a page says it."""
    if label == "passed on":
        return _("Passed on by a body that collects it for another")
    return (label[:1].upper() + label[1:]).replace(" -> ", " → ")


def _origin(scope: Scope, kind: str, label: str) -> str:
    """Where a row of the statement came from."""
    bodies, funders = _codes(scope.publication)
    at = {"at": scope.params.at} if scope.params.at else {}
    if kind == "funding":
        code = funders.get(label)
        known = {row.values["funder"] for row in scope.rows("funder")}
        found = value_href(scope, "funder", code) if code in known and code else None
        return found or "/money/lines/?" + urlencode({"year": scope.year, "role": "funding", **at})
    if kind == "in_transit":
        for name in label.split(" -> "):
            if name in bodies:
                query = scope.query()
                body = quote(bodies[name], safe="")
                return f"/money/transfers/evidence/{query}{'&' if query else '?'}body={body}"
    if kind == "financing":
        return "/money/lines/?" + urlencode({"year": scope.year, "role": "financing", **at})
    name = label.partition(": ")[0]
    return _body_href(scope, bodies[name]) if name in bodies else ""


def _body_href(scope: Scope, body: str) -> str:
    if has_figures(scope.publication, "body", body, scope.year):
        return value_href(scope, "body", body) or ""
    return part_href(scope.publication, "body", body, scope.year, at=scope.params.at)


@lru_cache(maxsize=8)
def _codes(one: Publication) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Name -> code, of bodies and of funders."""
    found: dict[str, dict[str, str]] = {"body": {}, "funder": {}}
    for (kind, code), row in names(one).items():
        if kind in found:
            found[kind][row["name"]] = code
    return found["body"], found["funder"]


def _sums(document: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Kind of row -> how many, and their sum."""
    found = {}
    for kind in _KINDS:
        pence = [_pence(row["gbp"]) for row in document["rows"] if row["kind"] == kind]
        if pence:
            found[kind] = len(pence), sum(pence)
    return found


def _kinds(scope: Scope, document: Mapping[str, Any]) -> Table:
    return Table(
        "kinds",
        _("What explains the difference, %(unit)s") % {"unit": _cash(scope)},
        [
            Column("kind", _("Kind"), is_head=True),
            Column("rows", _("Rows"), "number"),
            Column("gbp", _("Amount"), "gbp"),
        ],
        [
            {
                "kind": kind,
                "rows": count,
                "gbp": pence,
                "_words": {"kind": kind_words(kind)[0]},
                "_notes": {"kind": kind_words(kind)[1]},
                "_links": {"gbp": f"#table-part-{kind}"},
            }
            for kind, (count, pence) in _sums(document).items()
        ],
        empty=_("Spending and funding agree to the penny."),
        total={"kind": _("Net less funder view"), "gbp": _pence(document["residual_gbp"])},
    )


def _picture(scope: Scope, document: Mapping[str, Any]) -> Chart:
    """From nothing to the difference, by kind: beside the whole it would not be seen."""
    sums = _sums(document)
    residual = _pence(document["residual_gbp"])
    steps = [
        Step(kind, kind_words(kind)[0], pence, f"#table-part-{kind}")
        for kind, (_count, pence) in sums.items()
    ]
    return waterfall(
        [*steps, Step("residual", _("Net less funder view"), None)],
        title=_("Why spending and funding differ"),
        description=_(
            "Steps from nothing to the difference between what is spent and what comes in, which"
            " is %(amount)s."
        )
        % {"amount": short_gbp(residual)},
        caption=f"{_cash(scope)}. {scope.source}",
        heading=_("Kind of row"),
    )


def _identities(document: Mapping[str, Any]) -> Table:
    return Table(
        "identities",
        _("What must hold in every count"),
        [Column("identity", _("Identity"), is_head=True), Column("holds", _("Holds"))],
        [
            {
                "identity": identity_words(name),
                "holds": "yes" if holds else "no",
                "_words": {"holds": _("Yes") if holds else _("No")},
            }
            for name, holds in document["identities"].items()
        ],
    )


def _outturn(scope: Scope, document: Mapping[str, Any]) -> Table:
    """The statement of the revenue outturn alone: there both sides are from the returns."""
    part = document.get("outturn") or {}
    rows: list[dict[str, Any]] = []
    if part and (_pence(part["net_gbp"]) or _pence(part["funder_view_gbp"])):
        rows = [
            {"label": _("Funder view"), "gbp": _pence(part["funder_view_gbp"])},
            *(
                {
                    "label": one["label"],
                    "gbp": _pence(one["gbp"]),
                    "_words": {"label": _label(one["label"])},
                }
                for one in sorted(part["rows"], key=lambda one: -abs(_pence(one["gbp"])))
            ),
        ]
    return Table(
        "outturn",
        _("The revenue outturn alone, %(unit)s") % {"unit": _cash(scope)},
        [Column("label", _("Row"), is_head=True), Column("gbp", _("Amount"), "gbp")],
        rows,
        empty=_("No revenue outturn of this place and year is loaded."),
        total={"label": _("Net"), "gbp": _pence(part["net_gbp"])} if rows else None,
        fold=_OPEN,
    )


def _bridge(scope: Scope, document: Mapping[str, Any]) -> Table:
    return Table(
        "bridge",
        _("From services to the totals that the returns print, %(unit)s") % {"unit": _cash(scope)},
        [Column("label", _("Row"), is_head=True), Column("gbp", _("Amount"), "gbp")],
        [
            {
                "label": one["label"],
                "gbp": _pence(one["gbp"]),
                "_words": {"label": _label(one["label"])},
            }
            for one in document["bridge"]
        ],
        empty=_("No revenue outturn of this place and year is loaded."),
    )


def _itemised(scope: Scope, document: Mapping[str, Any]) -> Table:
    """What returns hold, beside the published payments that are placed under them."""
    bodies = names(scope.publication)
    rows: Sequence[Mapping[str, Any]] = sorted(
        document["itemised"], key=lambda one: -_pence(one["control_gbp"])
    )
    return Table(
        "itemised",
        _("Returns beside the payments published under them, %(unit)s") % {"unit": _cash(scope)},
        [
            Column("body_id", _("Body, code"), is_shown=False),
            Column("body", _("Body"), is_head=True),
            Column("code", _("Code"), is_shown=False),
            Column("label", _("Line of the return")),
            Column("control_gbp", _("In the return"), "gbp"),
            Column("placed_gbp", _("In payments"), "gbp"),
            Column("not_itemised_gbp", _("Not itemised"), "gbp"),
            Column("income_netted_gbp", _("Income in the return"), "gbp"),
            Column("lines", _("Payments"), "number"),
        ],
        [
            {
                "body_id": one["body_id"],
                "body": bodies.get(("body", one["body_id"]), {}).get("name", one["body_id"]),
                "code": one["code"],
                "label": one["label"],
                "control_gbp": _pence(one["control_gbp"]),
                "placed_gbp": _pence(one["placed_gbp"]),
                "not_itemised_gbp": _pence(one["not_itemised_gbp"]),
                "income_netted_gbp": _pence(one["income_netted_in_the_return_gbp"]),
                "lines": one["lines"],
                "_links": {
                    "body": _body_href(scope, one["body_id"]),
                    "placed_gbp": "/money/lines/?"
                    + urlencode(
                        {"year": scope.year, "body": one["body_id"], "role": "itemised"}
                        | ({"at": scope.params.at} if scope.params.at else {})
                    ),
                },
            }
            for one in rows
        ],
        empty=_("No return has published payments beside it."),
        limit=_SHOWN,
        fold=_OPEN,
    )
