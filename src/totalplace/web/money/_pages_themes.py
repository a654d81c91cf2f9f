"""Local priorities: what is spent on each, beside what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.charts import Chart
from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._figures import FigureRow
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams
from totalplace.web._registry import page
from totalplace.web._scope import Scope, figure_href, scope_of, state_form
from totalplace.web.money._pictures import outcome_picture, theme_picture
from totalplace.web.money._splits import near_names
from totalplace.web.money._tables import cash_unit

__all__: list[str] = []

KINDS = ("prevention", "reaction", "other")


class ThemesParams(MoneyParams):
    """What the page of priorities takes."""

    theme: str | None = Field(None, description="Show the outcomes of this theme over the years.")


@page(
    "money-themes",
    "money/themes/",
    params=ThemesParams,
    access="public",
    summary="Local priorities: spending on each by kind, beside its outcomes and targets.",
)
def themes(params: ThemesParams) -> Page:
    """Spend by theme and kind beside outcomes. Themes overlap and are never added up."""
    scope = scope_of(params)
    document = scope.publication.document(scope.year, "themes")
    known = document["themes"]
    chosen = _chosen(scope, known, params.theme)
    outcomes = _outcomes(scope.publication)
    spent = _spent(scope)
    charts: dict[str, Chart] = {}
    if known:
        charts["spend"] = theme_picture(scope, known, spent, KINDS)
    shown = [one for one in outcomes if chosen and one[0]["theme_id"] == chosen["theme_id"]]
    for number, rows in enumerate(shown, 1):
        charts[f"outcome_{number}"] = outcome_picture(rows)
    spending = _theme_table(scope, known, spent, outcomes)
    became = _outcome_table(scope, known, outcomes)
    over = _over_years(chosen, shown) if chosen else None
    return Page(
        title=_("Priorities: spending and outcomes"),
        lead=_(
            "What is spent on each local priority, whether to prevent or to react, beside what"
            " became of it. Money may serve several priorities: they overlap and are never added"
            " up."
        ),
        template="money_themes.html",
        publication=scope.publication,
        year=scope.year,
        tables=[spending, became, *([over] if over else [])],
        charts=charts,
        crumbs=[
            Crumb(_("Home"), f"/{scope.query()}"),
            Crumb(_("Money"), f"/money/{scope.query()}"),
            *([Crumb(_("Priorities"), f"/money/themes/{scope.query()}")] if chosen else []),
        ],
        context={
            "scope": scope,
            "state": state_form(scope),
            "none_pence": document["none_pence"],
            "net_pence": document["net_pence"],
            "none_pct": _percent(document["none_pence"], document["net_pence"]),
            "is_default_key": scope.key_id == scope.default_key,
            "chosen": chosen,
            "chosen_charts": [
                {"name": name, "title": one.title}
                for name, one in charts.items()
                if name.startswith("outcome_")
            ],
            "is_real": scope.real is not None,
            "has_themes": bool(known),
            "themes_table": spending,
            "outcomes_table": became,
            "over_table": over,
            "onward": scope.query(),
        },
    )


def _chosen(
    scope: Scope, known: Sequence[Mapping[str, Any]], theme_id: str | None
) -> Mapping[str, Any] | None:
    if theme_id is None:
        return None
    for theme in known:
        if theme["theme_id"] == theme_id:
            return theme
    near = near_names(theme_id, [(one["theme_id"], one["name"]) for one in known])
    raise RequestError(
        Problem(
            "unknown_theme",
            "the place has no theme of this code",
            f"theme={theme_id}"[:200],
            f"publication {scope.publication.n} has {len(known)} themes in {scope.year}",
            f"did you mean {' or '.join(near)}?" if near else "choose one from the page",
        )
    )


def _spent(scope: Scope) -> Mapping[tuple[str, str], FigureRow]:
    """(theme, kind) -> its figure."""
    found = {}
    for row in scope.rows("theme"):
        theme, _sep, kind = row.values["theme"].rpartition(": ")
        found[theme, kind] = row
    return found


@lru_cache(maxsize=8)
def _outcomes(publication: Publication) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """The values of each indicator, the earliest year first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in publication.table("indicators").to_pylist():
        found.setdefault(row["indicator_id"], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row["year"])
    ordered = sorted(found.values(), key=lambda rows: (rows[0]["theme_id"], rows[0]["name"]))
    return tuple(tuple(rows) for rows in ordered)


def _theme_table(
    scope: Scope,
    known: Sequence[Mapping[str, Any]],
    spent: Mapping[tuple[str, str], FigureRow],
    outcomes: Sequence[Sequence[Mapping[str, Any]]],
) -> Table:
    rows = []
    for theme in known:
        theme_id = theme["theme_id"]
        cells = {kind: spent.get((theme_id, kind)) for kind in KINDS}
        whole = sum(row.pence for row in cells.values() if row is not None)
        before = cells["prevention"]
        mine = [one for one in outcomes if one[0]["theme_id"] == theme_id]
        met = sum(_is_met(one[-1]) is True for one in mine)
        aimed = sum(_is_met(one[-1]) is not None for one in mine)
        rows.append(
            {
                "theme_id": theme_id,
                "theme": theme["name"],
                "gbp": whole,
                **{f"{kind}_gbp": row.pence if row else 0 for kind, row in cells.items()},
                "prevention_pct": _percent(before.pence if before else 0, whole),
                f"per_{scope.per}_gbp": scope.per_pence(whole),
                "targets_met": f"{met} / {aimed}" if aimed else None,
                "_links": {
                    "theme": f"/money/themes/{scope.query(theme=theme_id)}#outcomes",
                    **{
                        f"{kind}_gbp": figure_href(row, scope)
                        for kind, row in cells.items()
                        if row is not None
                    },
                },
                "_notes": {"theme": theme["definition"]} if theme["definition"] else {},
            }
        )
    rows.sort(key=lambda row: (-row["gbp"], row["theme_id"]))
    return Table(
        "themes",
        _("Net public money by priority and kind, %(unit)s; priorities overlap")
        % {"unit": cash_unit(scope)},
        [
            Column("theme_id", _("Code"), "code", is_shown=False),
            Column("theme", _("Priority"), is_head=True),
            Column("gbp", _("Spent on it"), "gbp"),
            Column("prevention_gbp", _("To prevent"), "gbp"),
            Column("reaction_gbp", _("To react"), "gbp"),
            Column("other_gbp", _("Neither"), "gbp"),
            Column("prevention_pct", _("Share to prevent"), "pct"),
            *scope.per_columns(),
            Column("targets_met", _("Targets met")),
        ],
        rows,
        _("This place has no priorities: no rule leads money to a theme."),
    )


def _outcome_table(
    scope: Scope,
    known: Sequence[Mapping[str, Any]],
    outcomes: Sequence[Sequence[Mapping[str, Any]]],
) -> Table:
    names = {theme["theme_id"]: theme["name"] for theme in known}
    rank = {theme_id: at for at, theme_id in enumerate(names)}
    rows = []
    # in the order of the priorities
    for values in sorted(outcomes, key=lambda one: rank.get(one[0]["theme_id"], len(rank))):
        last, first = values[-1], values[0]
        theme = last["theme_id"]
        row: dict[str, Any] = {
            **{name: last[name] for name in _TOLD},
            "theme": names.get(theme, theme),
            "change": _change(first, last) if len(values) > 1 else None,
            "target_met": _met_words(last),
            "_notes": {
                "name": last["unit"],
                "value": _("in %(year)s") % {"year": last["year"]},
                **(
                    {"target": _("by %(year)s") % {"year": last["target_year"]}}
                    if last["target_year"]
                    else {}
                ),
            },
        }
        if theme in names:
            row["_links"] = {"theme": f"/money/themes/{scope.query(theme=theme)}#outcomes"}
        rows.append(row)
    return Table(
        "outcomes",
        _("What became of it: the latest value of each indicator, beside its target"),
        [
            Column("theme_id", _("Code of the priority"), "code", is_shown=False),
            Column("theme", _("Priority")),
            Column("indicator_id", _("Code"), "code", is_shown=False),
            Column("name", _("Indicator"), is_head=True),
            Column("unit", _("Unit"), is_shown=False),
            Column("year", _("Year"), is_shown=False),
            Column("value", _("Latest")),
            Column("change", _("Since the first year")),
            Column("target", _("Target")),
            Column("target_year", _("By"), is_shown=False),
            Column("target_met", _("Target met")),
            Column("source", _("Source"), is_shown=False),
        ],
        rows,
        _("No outcome indicators are loaded for this place."),
    )


_TOLD = (
    "theme_id",
    "indicator_id",
    "name",
    "unit",
    "year",
    "value",
    "target",
    "target_year",
    "source",
)


def _over_years(chosen: Mapping[str, Any], shown: Sequence[Sequence[Mapping[str, Any]]]) -> Table:
    rows = [
        {name: row[name] for name in ("indicator_id", "name", "year", "value", "unit", "source")}
        for values in shown
        for row in values
    ]
    return Table(
        "over_years",
        _("Outcomes over the years: %(theme)s") % {"theme": chosen["name"]},
        [
            Column("indicator_id", _("Code"), "code", is_shown=False),
            Column("name", _("Indicator"), is_head=True),
            Column("year", _("Year")),
            Column("value", _("Value")),
            Column("unit", _("Unit")),
            Column("source", _("Source")),
        ],
        rows,
        _("No outcome indicators are loaded for this priority."),
    )


def _is_met(row: Mapping[str, Any]) -> bool | None:
    """Whether a value has reached its target; None where nothing is aimed at."""
    if row["target"] is None:
        return None
    value, target = Decimal(row["value"]), Decimal(row["target"])
    return value >= target if row["direction"] == "up" else value <= target


def _met_words(row: Mapping[str, Any]) -> str:
    met = _is_met(row)
    if met is None:
        return _("no target")
    if not met and row["target_year"] and row["year"] < row["target_year"]:
        return _("not yet")
    return _("met") if met else _("not met")


def _change(first: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """Better or worse since the first year, and by how much."""
    change = Decimal(last["value"]) - Decimal(first["value"])
    if change == 0:
        return _("the same as in %(year)s") % {"year": first["year"]}
    is_better = (change > 0) == (last["direction"] == "up")
    words = (
        _("better than in %(year)s (%(change)s)")
        if is_better
        else _("worse than in %(year)s (%(change)s)")
    )
    return words % {"year": first["year"], "change": f"{change:+f}"}


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
