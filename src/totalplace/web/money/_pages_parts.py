"""Bodies, streams, functions and areas: the list of each, and one of them with its own figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.charts import Chart
from totalplace.errors import RequestError
from totalplace.web._figures import FigureRow, names
from totalplace.web._page import Crumb, Page, Table
from totalplace.web._params import MoneyParams
from totalplace.web._registry import page
from totalplace.web._scope import Scope, figure_href, scope_of, state_form
from totalplace.web.money._around import around
from totalplace.web.money._pictures import list_picture, part_picture
from totalplace.web.money._splits import (
    FOCUS_KINDS,
    PARTS,
    Part,
    split_words,
    unknown,
    value_words,
)
from totalplace.web.money._tables import cash_unit, figure_table, lines_href, transfers_href

__all__: list[str] = []

_SHOWN_BESIDE = 30


class BodyParams(MoneyParams):
    """A body."""

    body_id: str = Field(description="Identifier of the body, such as bury.")


class StreamParams(MoneyParams):
    """A stream of money."""

    stream_id: str = Field(description="Identifier of the stream.")


class FunctionParams(MoneyParams):
    """What money is for."""

    cofog: str = Field(description="Code of the function, such as 09.")


class AreaParams(MoneyParams):
    """An authority's area."""

    gss: str = Field(description="Code of the area, such as E08000002.")


@page(
    "money-bodies",
    "money/bodies/",
    params=MoneyParams,
    access="public",
    summary="Every body that spends money here, the largest first.",
)
def bodies(params: MoneyParams) -> Page:
    return _list(
        scope_of(params),
        PARTS["body"],
        title=_("Bodies that spend the money"),
        lead=_(
            "Each public body with what it spends here. What it passes to another body that is"
            " counted here is taken out, so that nothing counts twice."
        ),
    )


@page(
    "money-streams",
    "money/streams/",
    params=MoneyParams,
    access="public",
    summary="Every named stream of money: grants, benefits, allocations, levies.",
)
def streams(params: MoneyParams) -> Page:
    return _list(
        scope_of(params),
        PARTS["stream"],
        title=_("Streams of money"),
        lead=_(
            "Grants, benefits, allocations and levies by name. A stream that goes wholly to bodies"
            " that are counted here has no net of its own: what they spend of it is theirs."
        ),
    )


@page(
    "money-functions",
    "money/functions/",
    params=MoneyParams,
    access="public",
    summary="What the money is for, by the international classification of functions (COFOG).",
)
def functions(params: MoneyParams) -> Page:
    return _list(
        scope_of(params),
        PARTS["function"],
        title=_("What the money is for"),
        lead=_(
            "Spending by purpose, in the divisions of the United Nations' classification of the"
            " functions of government (COFOG)."
        ),
    )


@page(
    "money-areas",
    "money/areas/",
    params=MoneyParams,
    access="public",
    summary="The areas of the place, with what is spent in each and per head.",
)
def areas(params: MoneyParams) -> Page:
    return _list(
        scope_of(params),
        PARTS["area"],
        title=_("Areas of the place"),
        lead=_(
            "The place by local authority. Money of bodies that serve more than one is shared out"
            " by a key; its grade says so."
        ),
    )


@page(
    "money-body",
    "money/bodies/<str:body_id>/",
    params=BodyParams,
    access="public",
    summary="One body: what it spends on what, from whom it has it, and how well that is known.",
)
def body(params: BodyParams) -> Page:
    return _one(scope_of(params), PARTS["body"], params.body_id)


@page(
    "money-stream",
    "money/streams/<str:stream_id>/",
    params=StreamParams,
    access="public",
    summary="One stream: who spends it on what, and between whom it flows.",
)
def stream(params: StreamParams) -> Page:
    return _one(scope_of(params), PARTS["stream"], params.stream_id)


@page(
    "money-function",
    "money/functions/<str:cofog>/",
    params=FunctionParams,
    access="public",
    summary="One purpose: which bodies and tiers spend money on it, and where.",
)
def function(params: FunctionParams) -> Page:
    return _one(scope_of(params), PARTS["function"], params.cofog)


@page(
    "money-area",
    "money/areas/<str:gss>/",
    params=AreaParams,
    access="public",
    summary="One area: what is spent there, by whom and on what.",
)
def area(params: AreaParams) -> Page:
    return _one(scope_of(params), PARTS["area"], params.gss)


def _list(scope: Scope, part: Part, *, title: str, lead: str) -> Page:
    rows = sorted(scope.rows(part.split), key=lambda row: (-row.pence, -row.gross_pence))
    caption = _("Money by %(what)s, %(unit)s") % {
        "what": split_words(part.split).lower(),
        "unit": cash_unit(scope),
    }
    table = figure_table(
        scope,
        part.path,
        caption,
        [part.split],
        rows,
        with_gross=True,
        notes=_tier_note(scope, part),
    )
    charts: dict[str, Chart] = {}
    if any(row.gross_pence > 0 for row in rows):
        charts["largest"] = list_picture(scope, part, rows)
    return Page(
        title=title,
        lead=lead,
        template="money_list.html",
        publication=scope.publication,
        year=scope.year,
        tables=[table],
        charts=charts,
        crumbs=_crumbs(scope),
        context={
            "state": state_form(scope),
            "scope": scope,
            "is_real": scope.real is not None,
            "onward": scope.query(),
        },
    )


def _crumbs(scope: Scope, part: Part | None = None) -> list[Crumb]:
    query = scope.query()
    crumbs = [Crumb(_("Home"), f"/{query}"), Crumb(_("Money"), f"/money/{query}")]
    if part is not None:
        crumbs.append(Crumb(_PLURALS[part.split](), f"/money/{part.path}/{query}"))
    return crumbs


_PLURALS: dict[str, Callable[[], str]] = {
    "body": lambda: _("Bodies"),
    "stream": lambda: _("Streams"),
    "function": lambda: _("What it is for"),
    "area": lambda: _("Areas"),
}


def _tier_note(scope: Scope, part: Part) -> Callable[[FigureRow], str | None] | None:
    """Below the name of a body: its tier."""
    if part.split != "body":
        return None

    def note(row: FigureRow) -> str | None:
        known = names(scope.publication).get(("body", row.values["body"]))
        tier = known["tier"] if known else None
        return value_words(scope.publication, "tier", tier) if tier else None

    return note


def _one(scope: Scope, part: Part, code: str) -> Page:
    row = _figure_of(scope, part, code)
    name = value_words(scope.publication, part.split, code)
    more = around(scope, part, code)
    if row is None and not any(table.rows for table in more.tables):
        raise RequestError(unknown(scope, part.split, code, f"/money/{part.path}/{code}/"))
    tables: list[Table] = []
    charts: dict[str, Chart] = {}
    for split in part.beside:
        rows = _within(scope, part, split, code)
        if not rows or row is None:
            continue
        table = _beside(scope, part, split, rows, row.pence, name)
        tables.append(table)
        if len(charts) < _DRAWN and sum(one.pence > 0 for one in rows) > 1:
            charts[table.name] = part_picture(scope, part, split, rows, name)
    sections = [
        *({"title": _title(table), "table": table, "chart": table.name} for table in tables),
        *({"title": _TITLES[table.name](), "table": table, "chart": table.name}
          for table in more.tables),
    ]  # fmt: skip
    charts |= more.charts
    return Page(
        title=name,
        template="money_part.html",
        publication=scope.publication,
        year=scope.year,
        tables=[*tables, *more.tables],
        charts=charts,
        crumbs=_crumbs(scope, part),
        context={
            "scope": scope,
            "state": state_form(scope),
            "row": row,
            "row_href": figure_href(row, scope) if row else "",
            "per_pence": _per(scope, row),
            "is_real": scope.real is not None,
            "lines_href": lines_href(scope, {part.split: code}),
            "flows_href": f"/money/{scope.query(focus=f'{part.split}:{code}')}",
            "has_flows": part.split in FOCUS_KINDS and row is not None,
            "sections": sections,
            "transfers_href": transfers_href(scope, {part.split: code}),
            **more.facts,
        },
    )


_TITLES: dict[str, Callable[[], str]] = {
    "trace": lambda: _("Whose money it is in the end"),
    "paid": lambda: _("What it pays to other bodies"),
    "received": lambda: _("What it receives from other bodies"),
    "transfers": lambda: _("Between whom it flows"),
    "coverage": lambda: _("How well it is known"),
}


def _title(table: Table) -> str:
    """The heading of one split: what its rows are."""
    what = next(str(column.label) for column in table.columns if column.is_head)
    return _("By %(what)s") % {"what": what.lower()}


_DRAWN = 2


def _figure_of(scope: Scope, part: Part, code: str) -> FigureRow | None:
    for row in scope.rows(part.split):
        if row.values[part.split] == code:
            return row
    return None


def _within(scope: Scope, part: Part, split: str, code: str) -> list[FigureRow]:
    return [row for row in scope.rows(split) if row.values[part.split] == code]


def _beside(
    scope: Scope, part: Part, split: str, rows: Sequence[FigureRow], whole: int, name: str
) -> Table:
    (other,) = (name for name in split.split(",") if name != part.split)
    caption = _("%(name)s by %(what)s, %(unit)s") % {
        "name": name,
        "what": split_words(other).lower(),
        "unit": cash_unit(scope),
    }
    return figure_table(
        scope, f"by_{other}", caption, [other], rows, whole=whole, limit=_SHOWN_BESIDE
    )


def _per(scope: Scope, row: FigureRow | None) -> dict[str, Any] | None:
    if row is None or scope.per is None:
        return None
    (column,) = scope.per_columns()
    return {"label": column.label, "pence": scope.per_pence(row.pence, row.values.get("area"))}
