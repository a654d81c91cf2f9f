"""The public pages of cases: what was approved and published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web.cases._pictures import compare_picture
from totalplace.web.cases._portfolio import (
    ShownPortfolio,
    portfolio_figures,
    portfolio_lead,
    portfolio_sections,
)
from totalplace.web.cases._published import published_cases, published_portfolios
from totalplace.web.cases._show import charts_of, facts, figures, sections, tables_of
from totalplace.web.cases._shown import SOCIETY, ShownCase, money, pence
from totalplace.web.cases._tables import ratio

__all__: list[str] = []


class CaseParams(Params):
    """What the pages of one case take."""

    slug: str = Field(description="Identifier of the case, such as early-years.")


class CompareParams(Params):
    """What the comparison of two cases takes."""

    a: str | None = Field(None, description="Identifier of a case; by default the first.")
    b: str | None = Field(None, description="Identifier of another; by default the second.")


class PortfolioParams(Params):
    """What the page of portfolios takes."""

    name: str | None = Field(None, description="Identifier of a portfolio; by default the first.")


def _document(one: Publication, slug: str) -> Mapping[str, Any]:
    known = published_cases(one)
    if slug not in known:
        raise RequestError(
            Problem(
                "unknown_case",
                "no case of this name is published",
                slug[:100],
                f"published: {', '.join(known) or 'none'}",
                "choose one from the list of cases",
            )
        )
    return known[slug]


def _shown(one: Publication, slug: str, at: str) -> ShownCase:
    document = _document(one, slug)
    return ShownCase(
        document["result"], document["titles"], f"/cases/{slug}/", at, _source(one, document)
    )


def _source(one: Publication, document: Mapping[str, Any]) -> str:
    return _("Source: %(place)s, publication %(n)s, approved %(when)s.") % {
        "place": one.manifest["place"]["name"],
        "n": one.n,
        "when": _day(document["approved"]),
    }


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j F Y")


def _crumbs(at: str, *more: Crumb) -> list[Crumb]:
    return [Crumb(_("Home"), f"/{at}"), Crumb(_("Cases"), f"/cases/{at}"), *more]


@page(
    "cases",
    "cases/",
    params=Params,
    access="public",
    summary="Approved cases: what each costs, is worth, and how sure that is.",
)
def cases(params: Params) -> Page:
    one, at = publication(params.at), params.at_query()
    slugs = list(published_cases(one))
    listed = _list(one, slugs, at)
    return Page(
        title=_("Cases for change"),
        template="cases/list.html",
        publication=one,
        crumbs=[Crumb(_("Home"), f"/{at}")],
        lead=_(
            "What it would cost to prevent or redesign something, what that would save, and what it"
            " would be worth to people. Each case was approved by a second person before it came"
            " here."
        ),
        tables=[listed],
        context={
            "doors": [
                {"href": row["_links"]["title"], "title": row["title"], "text": row["summary"]}
                for row in listed.rows
            ],
            "has_two": len(slugs) > 1,
            "at_query": at,
        },
    )


def _list(one: Publication, slugs: Sequence[str], at: str) -> Table:
    rows = []
    for slug in slugs:
        document = _document(one, slug)
        result = document["result"]
        views = result["perspectives"]
        society = views[SOCIETY]
        bcr = society["bcr"]
        rows.append(
            {
                "case": slug,
                "title": document["title"],
                "summary": result["summary"],
                "society_npv_gbp": pence(society["npv_gbp"]["point"]),
                "society_npv_p5_gbp": pence(society["npv_gbp"]["p5"]),
                "society_npv_p95_gbp": pence(society["npv_gbp"]["p95"]),
                "p_npv_positive_pct": 100 * society["p_npv_positive"]["value"],
                "bcr": ratio(bcr and bcr["point"]),
                "exchequer_npv_gbp": pence(views["exchequer"]["npv_gbp"]["point"]),
                "local_npv_gbp": pence(views["local"]["npv_gbp"]["point"]),
                "price_base": result["price_base"],
                "approved": date.fromisoformat(document["approved"]),
                "_links": {
                    name: f"/cases/{slug}/{below}{at}"
                    for name, below in (
                        ("title", ""),
                        ("society_npv_gbp", "results/"),
                        ("p_npv_positive_pct", "sensitivity/"),
                        ("exchequer_npv_gbp", "who-gains/"),
                        ("price_base", "assumptions/"),
                        ("approved", "audit/"),
                    )
                },
                "_words": {} if bcr else {"bcr": _("n/a")},
            }
        )
    return Table(
        "cases",
        _("Approved cases, £, present value"),
        [
            Column("title", _("Case"), is_head=True),
            Column("case", _("Id"), "code", is_shown=False),
            Column("summary", _("What it is about"), is_shown=False),
            money("society_npv_gbp", _("Worth to everybody"),
                   definition="net-present-value"),
            money("society_npv_p5_gbp", _("Low (5 in 100)")),
            money("society_npv_p95_gbp", _("High (95 in 100)")),
            Column("p_npv_positive_pct", _("Chance that it is worth it"), "pct"),
            Column("bcr", _("Benefit for each £1"), "decimal", definition="benefit-cost-ratio"),
            money("exchequer_npv_gbp", _("Worth to all public bodies")),
            money("local_npv_gbp", _("Worth to local bodies")),
            Column("price_base", _("Prices of")),
            Column("approved", _("Approved by a second person"), "date"),
        ],
        rows,
        empty=_("No case of this place is published yet. One comes here once a second person has"
                " approved it and it is published."),
    )  # fmt: skip


@page(
    "cases-compare",
    "cases/compare/",
    params=CompareParams,
    access="public",
    summary="Two cases side by side, for each who looks at both.",
)
def compare(params: CompareParams) -> Page:
    one, at = publication(params.at), params.at_query()
    slugs = list(published_cases(one))
    first = params.a or next(iter(slugs), None)
    second = params.b or next((slug for slug in slugs if slug != first), None)
    tables: list[Table] = []
    charts = {}
    if first is not None and second is not None:
        pair = [_shown(one, slug, at) for slug in (first, second)]
        views = [view for view in pair[0].views if view in pair[1].views]
        tables = [_beside(pair[0], pair[1], views)]
        charts = {"compare": compare_picture(pair[0], pair[1], views)}
    names = [(slug, _document(one, slug)["title"]) for slug in slugs]
    return Page(
        title=_("Compare two cases"),
        template="cases/compare.html",
        publication=one,
        crumbs=_crumbs(at),
        lead=_(
            "Each case keeps its own prices and first year. Two cases that change the same thing"
            " for the same people cannot be added up: a portfolio does that."
        ),
        tables=tables,
        charts=charts,
        context={
            "choices": [
                {"name": "a", "label": _("Case"), "value": first, "options": names},
                {"name": "b", "label": _("Beside"), "value": second, "options": names},
            ],
            "at": params.at,
            "has_two": bool(tables),
        },
    )


def _beside(one: ShownCase, other: ShownCase, views: Sequence[str]) -> Table:
    def of(shown: ShownCase, view: str, name: str) -> dict[str, Any]:
        told = shown.result["perspectives"][view]
        return {
            f"{name}_npv_gbp": pence(told["npv_gbp"]["point"]),
            f"{name}_p_npv_positive_pct": 100 * told["p_npv_positive"]["value"],
            f"{name}_bcr": ratio(told["bcr"] and told["bcr"]["point"]),
        }

    rows = []
    for view in views:
        row = {"perspective": view, **of(one, view, "a"), **of(other, view, "b")}
        words = {name: _("n/a") for name in ("a_bcr", "b_bcr") if row[name] is None}
        rows.append({**row, "_words": {"perspective": one.view_name(view), **words}})
    columns = [Column("perspective", _("Seen by"), is_head=True)]
    for name, shown in (("a", one), ("b", other)):
        title = shown.result["title"]
        columns += [
            money(f"{name}_npv_gbp", _("%(title)s: net present value") % {"title": title}),
            Column(
                f"{name}_p_npv_positive_pct",
                _("%(title)s: chance that it is worth it") % {"title": title},
                "pct",
            ),
            Column(
                f"{name}_bcr", _("%(title)s: benefit for each £1") % {"title": title}, "decimal"
            ),
        ]
    return Table("beside", _("Two cases side by side, £, present value"), columns, rows)


@page(
    "cases-portfolio",
    "cases/portfolio/",
    params=PortfolioParams,
    access="public",
    summary="What a pooled budget should buy, what its ring-fences cost, and how the gain is"
    " shared.",
)
def portfolio(params: PortfolioParams) -> Page:
    one, at = publication(params.at), params.at_query()
    documents = published_portfolios(one)
    slugs = list(documents)
    if params.name is not None and params.name not in slugs:
        raise RequestError(
            Problem(
                "unknown_portfolio",
                "no portfolio of this name is published",
                params.name[:100],
                f"published: {', '.join(slugs) or 'none'}",
                "choose one of these, or take the name out of the address",
            )
        )
    chosen = params.name or next(iter(slugs), None)
    found, told, lead = [], [], ""
    if chosen is not None:
        document = documents[chosen]
        shown = ShownPortfolio(document["result"], document["titles"], _source(one, document))
        found, told = portfolio_sections(shown), portfolio_figures(shown)
        lead = portfolio_lead(shown)
    return Page(
        title=_("What a pooled budget should buy"),
        template="cases/portfolio.html",
        publication=one,
        crumbs=_crumbs(at),
        lead=lead,
        tables=tables_of(found),
        charts=charts_of(found),
        context={
            "sections": found,
            "figures": told,
            "choices": [
                {
                    "name": "name",
                    "label": _("Portfolio"),
                    "value": chosen,
                    "options": [(slug, documents[slug]["title"]) for slug in slugs],
                }
            ],
            "many": len(slugs) > 1,
            "at": params.at,
        },
    )


def _case_page(params: CaseParams, below: str) -> Page:
    one, at = publication(params.at), params.at_query()
    document = _document(one, params.slug)
    shown = _shown(one, params.slug, at)
    found = sections(shown, below)
    first = f"/cases/{params.slug}/"
    names = _names()
    title = document["title"]
    return Page(
        title=title if not below else f"{title}: {names[below].lower()}",
        template="cases/page.html",
        publication=one,
        crumbs=_crumbs(at, *([Crumb(title, f"{first}{at}")] if below else [])),
        lead="" if below else document["result"]["summary"],
        tables=tables_of(found),
        charts=charts_of(found),
        context={
            "sections": found,
            "figures": [] if below else figures(shown),
            "facts": facts(shown) if below == "audit" else [],
            "approved": _day(document["approved"]),
            "revision": document["revision"],
            "pages": [
                {
                    "href": f"{first}{name}{'/' if name else ''}{at}",
                    "name": words,
                    "is_here": name == below,
                }
                for name, words in names.items()
            ],
        },
    )


def _names() -> dict[str, str]:
    """What stands behind the address of a case -> the page in words."""
    return {
        "": _("Overview"),
        "results": _("Results"),
        "who-gains": _("Who pays and who gains"),
        "sensitivity": _("What it hangs on"),
        "assumptions": _("Assumptions"),
        "audit": _("Working and audit"),
    }


@page(
    "case",
    "cases/<str:slug>/",
    params=CaseParams,
    access="public",
    summary="One case: what it costs, is worth, to whom, and how sure that is.",
)
def case(params: CaseParams) -> Page:
    return _case_page(params, "")


@page(
    "case-results",
    "cases/<str:slug>/results/",
    params=CaseParams,
    access="public",
    summary="The results of a case: by perspective, cash by year, with and without bias, options.",
)
def results(params: CaseParams) -> Page:
    return _case_page(params, "results")


@page(
    "case-who-gains",
    "cases/<str:slug>/who-gains/",
    params=CaseParams,
    access="public",
    summary="Who pays and who gains in a case, body by body.",
)
def who_gains(params: CaseParams) -> Page:
    return _case_page(params, "who-gains")


@page(
    "case-sensitivity",
    "cases/<str:slug>/sensitivity/",
    params=CaseParams,
    access="public",
    summary="What a case hangs on: tornado, switching values, what would have to be true.",
)
def sensitivity(params: CaseParams) -> Page:
    return _case_page(params, "sensitivity")


@page(
    "case-assumptions",
    "cases/<str:slug>/assumptions/",
    params=CaseParams,
    access="public",
    summary="Every assumption of a case with its range, source, grade and review date.",
)
def assumptions(params: CaseParams) -> Page:
    return _case_page(params, "assumptions")


@page(
    "case-audit",
    "cases/<str:slug>/audit/",
    params=CaseParams,
    access="public",
    summary="How a case was worked out: run hash, editions, every step, approval.",
)
def audit(params: CaseParams) -> Page:
    return _case_page(params, "audit")
