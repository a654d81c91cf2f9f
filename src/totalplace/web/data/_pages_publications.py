"""The page of publications: all of them, what changed between two, and what was withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.disclosure import Publication
from totalplace.web._figures import FigureRow, name_of, rows_of
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication, zone
from totalplace.web._registry import page
from totalplace.web.data._sources import source_href, sources_of

__all__: list[str] = []

_SHOWN = 50


class PublicationsParams(Params):
    """What the page of publications takes."""

    before: int | None = Field(
        None, ge=1, le=10**9, description="Number of the earlier of two publications to compare."
    )
    after: int | None = Field(
        None, ge=1, le=10**9, description="Number of the later one; by default the latest."
    )


@page(
    "publications",
    "data/publications/",
    params=PublicationsParams,
    access="public",
    summary="Every publication with its date, what changed between two, and what was withdrawn.",
)
def publications(params: PublicationsParams) -> Page:
    here = publication(params.at)
    numbers = zone().numbers
    after = zone().publication(params.after) if params.after else here
    earlier = [n for n in numbers if n < after.n]
    before = zone().publication(params.before or earlier[-1]) if params.before or earlier else None
    tables = [_list(numbers)]
    if before is not None:
        tables += [_totals(before, after), _bodies(before, after), _sources(before, after)]
    tables.append(_withdrawn())
    at = params.at_query()
    return Page(
        title=_("Publications"),
        template="data/publications.html",
        publication=here,
        crumbs=[Crumb(_("Home"), f"/{at}"), Crumb(_("Data"), f"/data/{at}")],
        lead=_(
            "Each publication shows one frozen state of the place, under its number, and is never"
            " changed. One that turns out to be wrong is withdrawn, and says why."
        ),
        tables=tables,
        context={"numbers": numbers, "before": before, "after": after, "at": params.at},
    )


def _list(numbers: Sequence[int]) -> Table:
    rows = []
    for n in reversed(numbers):
        one = zone().publication(n)
        manifest = one.manifest
        (headline,) = _headline(one, one.years[0])
        rows.append(
            {
                "n": n,
                "published": date.fromisoformat(manifest["published"][:10]),
                "snapshot_created": date.fromisoformat(manifest["snapshot_created"][:10]),
                "note": manifest.get("note") or "",
                "year": one.years[0],
                "net_gbp": headline.pence,
                "years": ", ".join(one.years),
                "content_hash": manifest["content_hash"],
                "software": manifest["software"],
                "_links": {
                    "n": f"/?at={n}",
                    "net_gbp": f"/money/figures/{headline.figure_id}/?at={n}",
                },
            }
        )
    return Table(
        "publications",
        _("Publications, the newest first; net of the newest year in £"),
        [
            Column("n", _("Number"), "code", is_head=True),
            Column("published", _("Published"), "date"),
            Column("snapshot_created", _("Snapshot of"), "date"),
            Column("year", _("Year")),
            Column("net_gbp", _("Net"), "gbp"),
            *([Column("note", _("Note"))] if any(row["note"] for row in rows) else []),
            Column("years", _("Years"), is_shown=False),
            Column("content_hash", _("Hash"), "code", is_shown=False),
            Column("software", "totalplace", is_shown=False),
        ],
        rows,
        limit=_SHOWN,
    )


def _totals(before: Publication, after: Publication) -> Table:
    rows = []
    for year in sorted({*before.years, *after.years}, reverse=True):
        old, new = (
            _headline(one, year)[0] if year in one.years else None for one in (before, after)
        )
        rows.append(
            {
                "year": year,
                **_change(old.pence if old else None, new.pence if new else None),
                "_links": {
                    column: f"/money/figures/{row.figure_id}/?at={one.n}"
                    for column, row, one in (
                        ("before_gbp", old, before),
                        ("after_gbp", new, after),
                    )
                    if row
                },
            }
        )
    return Table(
        "totals",
        _("Net by year in publications %(before)s and %(after)s, £, in cash")
        % _both(before, after),
        [Column("year", _("Year"), is_head=True), *_change_columns()],
        rows,
    )


def _bodies(before: Publication, after: Publication) -> Table:
    rows: list[dict[str, Any]] = []
    for year in (year for year in after.years if year in before.years):
        old, new = (
            {row.values["body"]: row for row in rows_of(one, year, _key(one, year), "body")}
            for one in (before, after)
        )
        for body in {*old, *new}:
            pence = [rows_by[body].pence if body in rows_by else None for rows_by in (old, new)]
            if pence[0] == pence[1]:
                continue
            links = {
                column: f"/money/figures/{rows_by[body].figure_id}/?at={one.n}"
                for column, rows_by, one in (
                    ("before_gbp", old, before),
                    ("after_gbp", new, after),
                )
                if body in rows_by
            }
            if body in new:
                links["body"] = f"/money/bodies/{body}/?year={year}&at={after.n}"
            rows.append(
                {
                    "year": year,
                    "body": name_of(after, "body", body),
                    "body_id": body,
                    **_change(*pence),
                    "_links": links,
                }
            )
    rows.sort(key=lambda row: (-abs(row["change_gbp"]), row["body_id"], row["year"]))
    return Table(
        "bodies",
        _("Bodies whose net changed between publications %(before)s and %(after)s, £, in cash")
        % _both(before, after),
        [
            Column("body", _("Body"), is_head=True),
            Column("year", _("Year")),
            *_change_columns(),
            Column("body_id", _("Body id"), "code", is_shown=False),
        ],
        rows,
        empty=_("No body's net changed."),
        limit=_SHOWN,
    )


def _sources(before: Publication, after: Publication) -> Table:
    old, new = ({row["sha256"]: row for row in sources_of(one)} for one in (before, after))
    came = [(row, after, _("came in")) for key, row in new.items() if key not in old]
    left = [(row, before, _("no longer counts")) for key, row in old.items() if key not in new]
    return Table(
        "sources",
        _("Sources that differ between publications %(before)s and %(after)s")
        % _both(before, after),
        [
            Column("title", _("Source"), is_head=True),
            Column("what", _("What became of it")),
            Column("lines", _("Lines"), "number"),
            Column("sha256", _("SHA-256"), "code", is_shown=False),
        ],
        [
            {
                "title": row["title"],
                "what": what,
                "lines": row["lines"],
                "sha256": row["sha256"],
                "_links": {"title": source_href(row, f"?at={one.n}")},
            }
            for row, one, what in came + left
        ],
        empty=_("They rest on the same sources."),
        limit=_SHOWN,
    )


def _withdrawn() -> Table:
    notices = zone().withdrawn
    return Table(
        "withdrawn",
        _("Publications that were withdrawn"),
        [
            Column("n", _("Number"), "code", is_head=True),
            Column("when", _("Withdrawn"), "date"),
            Column("reason", _("Reason")),
        ],
        [
            {
                "n": n,
                "when": date.fromisoformat(str(notice["when"])[:10]),
                "reason": notice.get("reason", ""),
            }
            for n, notice in sorted(notices.items(), reverse=True)
        ],
        empty=_("No publication was withdrawn."),
    )


def _headline(one: Publication, year: str) -> tuple[FigureRow, ...]:
    return rows_of(one, year, _key(one, year), "")


def _key(one: Publication, year: str) -> str:
    keys = one.manifest["keys"][year]
    return str(next(key["key_id"] for key in keys if key["is_default"]))


def _change(old: int | None, new: int | None) -> dict[str, Any]:
    return {"before_gbp": old, "after_gbp": new, "change_gbp": (new or 0) - (old or 0)}


def _change_columns() -> list[Column]:
    return [
        Column("before_gbp", _("Before"), "gbp"),
        Column("after_gbp", _("After"), "gbp"),
        Column("change_gbp", _("Change"), "gbp"),
    ]


def _both(before: Publication, after: Publication) -> dict[str, int]:
    return {"before": before.n, "after": after.n}
