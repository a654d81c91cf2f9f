"""What the pages of transfers and of their evidence share: rows of a year, choices, paging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from totalplace.disclosure import Publication
from totalplace.web._figures import name_of
from totalplace.web._params import Params
from totalplace.web._scope import Scope
from totalplace.web.money._origins import has_figures, part_href

__all__ = [
    "A_PAGE",
    "body_choices",
    "body_href",
    "cash_unit",
    "choice_of",
    "chosen",
    "hidden_of",
    "page_links",
    "rows_of_year",
]

A_PAGE = 50
"""Rows that a page of them shows."""


@lru_cache(maxsize=16)
def rows_of_year(one: Publication, table: str, year: str) -> tuple[Mapping[str, Any], ...]:
    """Transfers or matches of a year, the largest first."""
    pence = "pence" if table == "transfers" else "paid_pence"
    found = [row for row in one.table(table).to_pylist() if row["year"] == year]
    return tuple(sorted(found, key=lambda row: -abs(row[pence] or row.get("received_pence", 0))))


def chosen(rows: Sequence[Mapping[str, Any]], **wanted: str | None) -> list[Mapping[str, Any]]:
    """Rows of a payer or payee, and with the values that are wanted; None wants any."""
    body = wanted.pop("body", None)
    return [
        row
        for row in rows
        if (body is None or body in (row["payer_id"], row["payee_id"]))
        and all(value is None or row[name] == value for name, value in wanted.items())
    ]


def cash_unit(scope: Scope) -> str:
    """What the amounts are in, for captions."""
    return _("%(year)s, £, in cash") % {"year": scope.year}


def body_href(scope: Scope, body: str, *, column: str | None = None) -> str:
    """The page of a body, or its lines where the count has no figure of it."""
    one = scope.publication
    if has_figures(one, "body", body, scope.year):
        return f"/money/bodies/{quote(body, safe='')}/{scope.query()}"
    return part_href(one, "body", body, scope.year, at=scope.params.at, column=column)


def body_choices(rows: Sequence[Mapping[str, Any]], one: Publication) -> list[tuple[str, str]]:
    """Payers and payees of rows, by name."""
    ids = {row[side] for row in rows for side in ("payer_id", "payee_id")}
    return sorted(((code, name_of(one, "body", code)) for code in ids), key=lambda pair: pair[1])


def choice_of(
    name: str, label: str, options: Sequence[tuple[str, str]], value: str | None
) -> dict[str, Any]:
    """A field to choose from; a value that is no choice is offered, for it is asked for."""
    options = [("", _("Any")), *options]
    if value is not None and value not in dict(options):
        options.append((value, value))
    return {"name": name, "label": label, "options": options, "value": value or ""}


def hidden_of(params: Params, shown: Sequence[str]) -> list[tuple[str, Any]]:
    """The parameters that a form keeps without showing them."""
    return [
        (name, value)
        for name, value in params.model_dump(exclude_defaults=True).items()
        if name not in shown
    ]


def page_links(params: Any, rows: int) -> dict[str, str]:
    """The addresses of the page of rows before and of the one after."""
    found = {}
    if params.first > 1:
        before = max(params.first - A_PAGE, 1)
        found["before"] = params.query(first=before if before > 1 else None) or "?"
    if params.first + A_PAGE <= rows:
        found["after"] = params.query(first=params.first + A_PAGE)
    return found
