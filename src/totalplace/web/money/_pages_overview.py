"""Where the money goes: the headline, the flows, and the table of any split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.charts import Chart
from totalplace.errors import Problem, RequestError
from totalplace.web._figures import FigureRow
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams
from totalplace.web._registry import page
from totalplace.web._scope import Scope, scope_of, state_form
from totalplace.web.money._count_document import count_document, has_document
from totalplace.web.money._flows import Flows, Focus, flows_of, focus_of
from totalplace.web.money._headline import headline_facts
from totalplace.web.money._pictures import (
    elimination_picture,
    flow_picture,
    function_picture,
    tier_picture,
)
from totalplace.web.money._splits import (
    PARTS,
    canonical,
    split_words,
    value_href,
    value_words,
)
from totalplace.web.money._tables import cash_unit, figure_table

__all__: list[str] = []


class OverviewParams(MoneyParams):
    """What the page of all money takes."""

    by: str | None = Field(
        None, description="What the table is split by: one of the publication's splits."
    )
    focus: str | None = Field(
        None,
        description="Narrow the flows to one funder, stream, body, function or tier, such as"
        " function:07.",
    )


@page(
    "money",
    "money/",
    params=OverviewParams,
    access="public",
    summary="Where the money goes: the headline, the flows, and the figures of a split.",
)
def money(params: OverviewParams) -> Page:
    """The count of a year. Its `.json` is the object of `totalplace count --json`."""
    scope = scope_of(params)
    focus = focus_of(scope, params.focus)
    by, rows = _split(scope, params.by)
    flows = flows_of(scope.publication, scope.year, scope.key_id, focus)
    place = scope.publication.manifest["place"]["name"]
    counted, nodes = _counted(scope, by, rows), _nodes(scope, flows)
    control = _control(scope)
    return Page(
        title=_title(scope, focus),
        template="money_overview.html",
        publication=scope.publication,
        year=scope.year,
        tables=[counted, nodes, control],
        charts=_charts(scope, flows, focus),
        document=_document(scope, by, rows),
        crumbs=_crumbs(scope, focus),
        context={
            **headline_facts(scope),
            "place": place,
            "state": state_form(scope, with_prices=True),
            "splits": _split_links(scope, params, by),
            "focus": _focus_facts(scope, focus),
            "negative_pence": flows.negative_pence,
            "count_table": counted,
            "flows_table": nodes,
            "control_table": control,
        },
    )


def _document(
    scope: Scope, by: Sequence[str], rows: Sequence[FigureRow]
) -> Callable[[], Mapping[str, Any]] | None:
    """The object of ``count --json``, where the publication has it."""
    if not has_document(scope):
        return None
    return partial(count_document, scope, by, rows if by else ())


def _title(scope: Scope, focus: Focus | None) -> str:
    if focus is None:
        return _("Where the money goes")
    name = value_words(scope.publication, focus.kind, focus.code)
    return _("Where the money goes: %(name)s") % {"name": name}


def _crumbs(scope: Scope, focus: Focus | None) -> list[Crumb]:
    query = scope.query()
    crumbs = [Crumb(_("Home"), f"/{query}")]
    return crumbs if focus is None else [*crumbs, Crumb(_("All the money"), f"/money/{query}")]


def _split(scope: Scope, by: str | None) -> tuple[tuple[str, ...], Sequence[FigureRow]]:
    """The names that were asked for, in their order, and their figures as a count sorts them."""
    if by is None:
        return (), (scope.headline,)
    found = canonical(scope.publication, by)
    if found is None:
        splits = scope.publication.manifest["splits"]
        raise RequestError(
            Problem(
                "unknown_split",
                "the publication has no figures split so",
                f"by={by}"[:200],
                "only some combinations are published",
                f"use one of {'; '.join(splits)}, or run `totalplace count --by`",
            )
        )
    names = tuple(by.split(","))
    rows = scope.rows(found)
    if found != by:
        rows = tuple(
            sorted(rows, key=lambda row: (-row.pence, *(row.values[name] for name in names)))
        )
    return names, rows


def _counted(scope: Scope, by: Sequence[str], rows: Sequence[FigureRow]) -> Table:
    """The rows of ``count -o``. In real terms only the headline is published."""
    is_real = bool(by) and scope.real is not None
    words = ", ".join(split_words(name) for name in by)
    if not by:
        caption = _("Net public money, %(unit)s") % {"unit": scope.unit}
    else:
        unit = cash_unit(scope) if is_real else scope.unit
        caption = _("Net public money by %(split)s, %(unit)s") % {
            "split": words.lower(),
            "unit": unit,
        }
    return figure_table(scope, "count", caption, by, rows)


def _control(scope: Scope) -> Table:
    """Who decides on the money."""
    caption = _("Net public money by who decides on it, %(unit)s") % {"unit": cash_unit(scope)}
    return figure_table(scope, "control", caption, ["control"], scope.rows("control"))


def _split_links(scope: Scope, params: OverviewParams, by: Sequence[str]) -> list[dict[str, Any]]:
    """Every split that is published, and the way to it."""
    links = []
    for split in scope.publication.manifest["splits"]:
        label = ", ".join(split_words(name) for name in split.split(","))
        links.append(
            {
                "label": label,
                "href": f"/money/{params.query(by=split)}#table-count",
                "is_current": frozenset(split.split(",")) == frozenset(by),
                "is_single": "," not in split,
            }
        )
    return links


def _focus_facts(scope: Scope, focus: Focus | None) -> dict[str, Any] | None:
    if focus is None:
        return None
    row = next(one for one in scope.rows(focus.kind) if one.values[focus.kind] == focus.code)
    return {
        "kind": split_words(focus.kind),
        "name": value_words(scope.publication, focus.kind, focus.code),
        "row": row,
        "href": f"/money/figures/{row.figure_id}/"
        + (f"?at={scope.params.at}" * bool(scope.params.at)),
        "page": value_href(scope, focus.kind, focus.code) if focus.kind in PARTS else None,
        "all": f"/money/{scope.query()}",
    }


def _nodes(scope: Scope, flows: Flows) -> Table:
    """What the flows pass through, so that each can be stepped into without the picture."""
    rows = []
    for node in flows.nodes:
        if node.code is None:
            name = _("Other (%(count)s)") % {"count": node.others}
            href = f"/money/{scope.query(by=node.level)}#table-count"
        else:
            name = value_words(scope.publication, node.level, node.code)
            href = f"/money/{scope.query(focus=f'{node.level}:{node.code}')}"
        rows.append(
            {
                "level": node.level,
                "code": node.code,
                "name": name,
                "gbp": node.pence,
                "_links": {"name": href},
                "_words": {"level": split_words(node.level)},
            }
        )
    return Table(
        "flows",
        _("What the flows pass through, %(year)s, £, in cash") % {"year": scope.year},
        [
            Column("level", _("Level")),
            Column("code", _("Code"), is_shown=False),
            Column("name", _("Name"), is_head=True),
            Column("gbp", _("Flow"), "gbp"),
        ],
        rows,
        _("No money above zero flows through this."),
    )


def _charts(scope: Scope, flows: Flows, focus: Focus | None) -> dict[str, Chart]:
    charts = {}
    if flows.links:
        charts["flows"] = flow_picture(scope, flows, focus)
    if focus is None:
        charts |= {
            "functions": function_picture(scope),
            "eliminated": elimination_picture(scope),
            "tiers": tier_picture(scope),
        }
    return charts
