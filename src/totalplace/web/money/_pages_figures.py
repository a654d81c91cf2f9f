"""One figure: what it is, how it is made up, and the way to its lines and their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.charts import Chart
from totalplace.web._figures import FigureRow, figure_by_id, rows_of
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams, Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web._scope import Scope, figure_href, scope_of
from totalplace.web._words import grade_words
from totalplace.web.money._largest import largest_lines
from totalplace.web.money._pictures import made_of_picture
from totalplace.web.money._splits import PARTS, split_words, value_href, value_words
from totalplace.web.money._tables import figure_table, lines_href, transfers_href

__all__: list[str] = []

_SHOWN = 20
_OF_ALL = ("tier", "function", "cap_rev", "control", "funder", "grade")
"""By what the headline is shown to be made up."""


class FigureParams(Params):
    """A figure holds for one snapshot, year, key and split: its id says all of it."""

    figure_id: str = Field(description="Identifier of the figure, from a page.")


@page(
    "money-figure",
    "money/figures/<str:figure_id>/",
    params=FigureParams,
    access="public",
    summary="One figure: what it is, how it is made up, its largest lines and their sources.",
)
def figure(params: FigureParams) -> Page:
    """The way from a total down to the files: total, stream, body, line, source."""
    one = publication(params.at)
    row = figure_by_id(one, params.figure_id)
    scope = _scope(row, params)
    splits = _finer(scope, row)
    tables = [_part_table(scope, row, split, rows) for split, rows in splits if rows]
    charts: dict[str, Chart] = {}
    if tables and sum(part.pence > 0 for part in splits[0][1]) > 1:
        charts["parts"] = made_of_picture(scope, row, _more_names(row, splits[0][0]), splits[0][1])
    largest = largest_lines(scope, row.values)
    return Page(
        title=_title(scope, row),
        template="money_figure.html",
        publication=one,
        year=row.year,
        tables=[_facts_table(scope, row), *tables, largest.lines, largest.sources],
        charts=charts,
        crumbs=_crumbs(scope, row),
        context={
            "scope": scope,
            "row": row,
            "key": _key_of(scope, row),
            "what": [
                {
                    "label": split_words(split),
                    "name": value_words(one, split, code),
                    "href": value_href(scope, split, code),
                }
                for split, code in row.values.items()
            ],
            "part_tables": tables,
            "largest": largest,
            "lines_href": lines_href(scope, row.values, role="headline"),
            "explain": f"totalplace explain DIR {row.figure_id}",
            "is_real": row.price_base != "cash",
            "transfers_href": transfers_href(scope, row.values),
            "grade_meaning": grade_words(row.grade)[1],
            "apart": ", ".join(split_words(split) for split in largest.apart).lower(),
        },
    )


def _scope(row: FigureRow, params: FigureParams) -> Scope:
    """The count that the figure is of, so that links onward keep to it."""
    scope = scope_of(MoneyParams.model_validate({"year": row.year, "at": params.at}))
    changes: dict[str, str] = {}
    if row.key_id != scope.key_id:
        changes["key"] = row.key_id
    if row.price_base != "cash":
        changes["real"] = row.price_base
    return scope_of(scope.params.model_copy(update=changes)) if changes else scope


def _title(scope: Scope, row: FigureRow) -> str:
    names = [value_words(scope.publication, split, code) for split, code in row.values.items()]
    what = ", ".join(names) or scope.publication.manifest["place"]["name"]
    return _("Net public money: %(what)s, %(year)s") % {"what": what, "year": row.year}


def _crumbs(scope: Scope, row: FigureRow) -> list[Crumb]:
    query = scope.query()
    crumbs = [Crumb(_("Home"), f"/{query}"), Crumb(_("Money"), f"/money/{query}")]
    for split, code in row.values.items():
        if split in PARTS:
            href = value_href(scope, split, code) or ""
            crumbs.append(Crumb(value_words(scope.publication, split, code), href))
    return crumbs


def _finer(scope: Scope, row: FigureRow) -> list[tuple[str, Sequence[FigureRow]]]:
    """The published splits that this figure is made up of: one name more, or the nearest more."""
    if row.price_base != "cash":
        return []
    own = frozenset(row.values)
    wider = [
        split for split in scope.publication.manifest["splits"] if own < frozenset(split.split(","))
    ]
    if not own:
        wider = [split for split in _OF_ALL if split in wider]
    fewest = min((split.count(",") for split in wider), default=0)
    return [(split, _parts(scope, row, split)) for split in wider if split.count(",") == fewest]


def _parts(scope: Scope, row: FigureRow, split: str) -> Sequence[FigureRow]:
    rows = rows_of(scope.publication, row.year, row.key_id, split)
    wanted = row.values.items()
    return [one for one in rows if all(one.values[name] == code for name, code in wanted)]


def _more_names(row: FigureRow, split: str) -> list[str]:
    return [name for name in split.split(",") if name not in row.values]


def _part_table(scope: Scope, row: FigureRow, split: str, rows: Sequence[FigureRow]) -> Table:
    more = _more_names(row, split)
    words = ", ".join(split_words(name) for name in more)
    caption = _("%(what)s, %(unit)s") % {"what": words, "unit": scope.unit}
    return figure_table(
        scope, f"by_{'_'.join(more)}", caption, more, rows, whole=row.pence, limit=_SHOWN
    )


def _facts_table(scope: Scope, row: FigureRow) -> Table:
    """The figure itself: what the data files of this page begin with."""
    values: dict[str, Any] = {
        "figure_id": row.figure_id,
        "split": row.split,
        **row.values,
        "year": row.year,
        "key_id": row.key_id,
        "price_base": row.price_base,
        "gross_gbp": row.gross_pence,
        "eliminated_gbp": row.eliminated_pence,
        "net_gbp": row.pence,
        "low_gbp": row.low_pence,
        "high_gbp": row.high_pence,
        "share_pct": row.share_pct,
        "grade": row.grade,
        "coverage_pct": row.coverage_pct,
    }
    values["_links"] = {"net_gbp": figure_href(row, scope)}
    return Table(
        "figure",
        _("The figure, %(unit)s") % {"unit": scope.unit},
        [
            Column("figure_id", _("Figure"), "code", is_head=True),
            Column("split", _("Split")),
            *(Column(split, split_words(split)) for split in row.values),
            Column("year", _("Year")),
            Column("key_id", _("Key"), "code"),
            Column("price_base", _("Prices")),
            Column("gross_gbp", _("Gross"), "gbp"),
            Column("eliminated_gbp", _("Eliminated"), "gbp"),
            Column("net_gbp", _("Net"), "gbp"),
            Column("low_gbp", _("Low"), "gbp"),
            Column("high_gbp", _("High"), "gbp"),
            Column("share_pct", _("Share"), "pct"),
            Column("grade", _("How it is placed"), "grade"),
            Column("coverage_pct", _("Known"), "pct"),
        ],
        [values],
    )


def _key_of(scope: Scope, row: FigureRow) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        key for key in scope.publication.manifest["keys"][row.year] if key["key_id"] == row.key_id
    )
    return found
