"""Search by name or code: the best hits first, of everything that the publication shows."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.errors import RequestError
from totalplace.web._figures import figure_by_id
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web.home._search import KINDS, Hit, index_of, is_postcode

__all__: list[str] = []

_A_PAGE = 50
# kinds whose codes people use; the others' are for programs, and stand in the data files
_CODED = frozenset({"function", "area", "claim"})
_MOST = 1_000
_NOTE = 160


class SearchParams(Params):
    """What search takes."""

    q: str = Field("", max_length=200, description="What is sought: a name or part of it, a code.")
    kind: (
        Literal[
            "body",
            "stream",
            "function",
            "area",
            "theme",
            "case",
            "payee",
            "source",
            "claim",
            "definition",
            "term",
            "figure",
        ]
        | None
    ) = Field(None, description="Only hits of this kind.")
    first: int = Field(1, ge=1, le=_MOST, description="The hit that the page begins with.")


@page(
    "search",
    "search/",
    params=SearchParams,
    access="public",
    summary="Search by name or code in everything that the publication shows, the best first.",
)
def search(params: SearchParams) -> Page:
    one = publication(params.at)
    query = " ".join(params.q.split())
    hits, count = index_of(one).find(query, kind=params.kind, limit=_MOST)
    if params.kind in (None, "figure") and (figure := _figure(params, query)):
        hits, count = [figure, *hits], count + 1
    begin = params.first - 1
    return Page(
        title=_("Search"),
        template="home/search.html",
        publication=one,
        crumbs=[Crumb(_("Home"), f"/{params.at_query()}")],
        tables=[_hits(hits, params, query, count, begin)] if query else [],
        context={
            "query": query,
            "count": count,
            "most": _MOST if count > _MOST else None,
            "is_postcode": is_postcode(query),
            "kinds": KINDS.items(),
            "kind": params.kind or "",
            "at": params.at,
            "pages": _pages(params, begin, len(hits)),
            "areas_href": f"/money/{params.at_query()}",
        },
    )


def _figure(params: SearchParams, query: str) -> Hit | None:
    """The figure of this id, if that is what was asked for."""
    if not query or " " in query:
        return None
    try:
        figure = figure_by_id(publication(params.at), query)
    except RequestError:
        return None
    name = ", ".join([figure.year, *figure.values.values()]) or figure.year
    return Hit("figure", name, query, "", f"/money/figures/{figure.figure_id}/", "exact")


def _hits(hits: list[Hit], params: SearchParams, query: str, count: int, begin: int) -> Table:
    rows: list[dict[str, Any]] = []
    for hit in hits:
        note = hit.note if len(hit.note) <= _NOTE else hit.note[: _NOTE - 1].rstrip() + "…"
        rows.append(
            {
                "name": hit.name,
                "kind": hit.kind,
                "code": hit.code,
                "rank": hit.rank,
                "href": _at(hit.href, params.at),
                "_links": {"name": _at(hit.href, params.at)},
                "_words": {"kind": str(KINDS[hit.kind])}
                | ({} if hit.kind in _CODED else {"code": ""}),
                "_notes": {"name": note} if note else {},
            }
        )
    told = {"query": query, "count": f"{count:,}"}
    return Table(
        "hits",
        _("Found for “%(query)s”: %(count)s, the best first") % told,
        [
            Column("name", _("Name"), is_head=True),
            Column("kind", _("What it is")),
            Column("code", _("Code"), "code"),
            Column("rank", _("How it fits"), "code", is_shown=False),
            Column("href", _("Address"), "code", is_shown=False),
        ],
        rows,
        empty=_("Nothing that this publication shows has this name or code."),
        limit=_A_PAGE,
        first=begin,
    )


def _pages(params: SearchParams, begin: int, rows: int) -> dict[str, str]:
    found = {}
    if begin > 0:
        before = max(begin - _A_PAGE, 0) + 1
        found["before"] = params.query(first=before if before > 1 else None)
    if begin + _A_PAGE < rows:
        found["after"] = params.query(first=begin + _A_PAGE + 1)
    return found


def _at(address: str, at: int | None) -> str:
    """An address in the same publication; the part of a page stays at the end."""
    if at is None:
        return address
    path, hash_sign, part = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}at={at}{hash_sign}{part}"
