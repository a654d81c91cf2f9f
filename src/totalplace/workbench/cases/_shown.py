"""The sides of what a run has found: the same sections as on the public pages of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from totalplace.charts import Chart
from totalplace.web._page import Column, Table
from totalplace.web._words import short_gbp
from totalplace.web.cases import _portfolio, _show
from totalplace.web.cases._show import Figure, Section
from totalplace.web.cases._shown import ShownCase, money, pence

__all__ = ["Shown", "beside", "parts_of", "shown", "titles_in"]

_FIRST = "summary"
_VIEWS = ("society", "exchequer", "local", "national")


@dataclass(frozen=True)
class Shown:
    """One side of what a run has found.

    Attributes:
        figures: the few that come first, in large type; those of the first side alone.
        charts: name -> chart.
        facts: what the figures are bound to.
        lead: the result in a sentence or two.
    """

    title: str
    sections: Sequence[Section]
    figures: Sequence[Figure] = ()
    charts: Mapping[str, Chart] = field(default_factory=dict)
    facts: Sequence[tuple[str, Any]] = ()
    lead: str = ""


def parts_of(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The sides of a document, each with its title; the first is the one to begin with."""
    if "portfolio" in document:
        return [(_FIRST, _("In short"))]
    return [
        (_FIRST, _("In short")),
        ("results", _("Results")),
        ("who-gains", _("Who pays and who gains")),
        ("sensitivity", _("What it hangs on")),
        ("assumptions", _("Assumptions")),
        ("audit", _("Working and record")),
    ]


def titles_in(data: Mapping[str, Any]) -> dict[str, str]:
    """``outcome.<id>``, ``stream.<id>`` and so on -> the title that the text gives it."""
    found = {}
    for kind in ("activity", "outcome", "intervention", "stream"):
        held = data.get(kind)
        for one in held if isinstance(held, list) else []:
            if isinstance(one, Mapping) and isinstance(one.get("title"), str):
                found[f"{kind}.{one.get('id')}"] = one["title"]
    return found


def shown(document: Mapping[str, Any], part: str, titles: Mapping[str, str] | None = None) -> Shown:
    """A side of a document.

    Args:
        titles: ``outcome.<id>``, ``stream.<id>`` and so on -> title.
    """
    title = dict(parts_of(document))[part]
    if "portfolio" in document:
        return _shown_portfolio(title, document, titles or {})
    one = ShownCase(document, titles or {})
    found = _show.sections(one, "" if part == _FIRST else part)
    figures = _show.figures(one) if part == _FIRST else []
    return Shown(title, found, figures, _show.charts_of(found), _show.facts(one))


def _shown_portfolio(title: str, document: Mapping[str, Any], titles: Mapping[str, str]) -> Shown:
    one = _portfolio.ShownPortfolio(document, titles)
    found = _portfolio.portfolio_sections(one)
    figures = _portfolio.portfolio_figures(one)
    charts = _show.charts_of(found)
    return Shown(title, found, figures, charts, lead=_portfolio.portfolio_lead(one))


def beside(documents: Sequence[tuple[str, Mapping[str, Any]]]) -> Table:
    """Cases below each other: what each costs and is worth, by whoever looks at it."""
    rows = []
    for view in _VIEWS:
        for title, document in documents:
            told = document["perspectives"].get(view)
            if told is None:
                continue
            npv = told["npv_gbp"]
            ends = (short_gbp(pence(npv[end]) or 0) for end in ("p5", "p95"))
            rows.append(
                {
                    "view": ShownCase(document).view_name(view),
                    "case": title,
                    "price_base": document["price_base"],
                    "cost_gbp": pence(told["pv_cost_gbp"]),
                    "npv_gbp": pence(npv["point"]),
                    "range": " – ".join(ends),
                    "chance_pct": 100 * told["p_npv_positive"]["value"],
                }
            )
    return Table(
        "compared",
        _("Two cases side by side, present values in £"),
        [
            Column("view", _("Seen by"), is_head=True),
            Column("case", _("Case")),
            Column("price_base", _("Prices of")),
            money("cost_gbp", _("Costs")),
            money("npv_gbp", _("Net present value")),
            Column("range", _("In nine of ten draws")),
            Column("chance_pct", _("Chance that it is worth it"), "pct"),
        ],
        rows,
    )
