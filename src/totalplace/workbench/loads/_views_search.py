"""Finding uploads, sources and rejected records by words, as far as the account may see them."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import Place, open_place
from totalplace.access import Actor
from totalplace.place import State
from totalplace.web._page import Column, Row, Table
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench.loads._bodies import Bodies
from totalplace.workbench.loads._sources import may_see_source, member_thing
from totalplace.workbench.loads._views_rows import rows_href
from totalplace.workbench.loads.models import Upload

__all__: list[str] = []

_SHOWN = 50
_SHORTEST, _LONGEST = 2, 100


@route("loads-search", "work/loads/search/", get=("search", "upload"))
def search(request: WorkRequest) -> HttpResponse:
    """Uploads, sources and rejected records that hold some words."""
    words = request.GET.get("q", "").strip()[:_LONGEST]
    errors = []
    tables: list[Table] = []
    if len(words) < _SHORTEST:
        errors.append(("q", _("Write at least two characters")))
    else:
        place = open_place(settings.TOTALPLACE_PLACE)
        bodies = Bodies(request.actor, place)
        tables = [
            _uploads(request.actor, bodies, words),
            _sources(request.actor, place.folder.state(), words),
            _rejects(request.actor, place, words),
        ]
    context = {
        "title": _("Find files and rejected records"),
        "crumbs": [(_("Files"), reverse("loads"))],
        "q": words,
        "errors": errors if "q" in request.GET else [],
        "tables": tables,
    }
    return render(request, "workbench/loads/search.html", context)


def _uploads(actor: Actor, bodies: Bodies, words: str) -> Table:
    key = words.casefold()
    rows: list[Row] = []
    for one in Upload.objects.defer("look", "checked", "result"):
        texts = (one.name, one.sha256, one.publisher, one.note, bodies.name(one.body_id))
        if not may(actor, "search", one.thing) or not any(key in t.casefold() for t in texts):
            continue
        rows.append(
            {
                "name": one.name,
                "body": bodies.name(one.body_id),
                "owner": one.owner,
                "_links": {"name": one.page},
            }
        )
    columns = (
        Column("name", _("File"), is_head=True),
        Column("body", _("Whose money")),
        Column("owner", _("By")),
    )
    return Table("uploads", _("Uploads"), columns, rows, empty=_("No upload."), limit=_SHOWN)


def _sources(actor: Actor, state: State, words: str) -> Table:
    key = words.casefold()
    rows: list[Row] = [
        {
            "name": one.name,
            "publisher": one.publisher or "",
            "sha256": one.sha256[:12],
            "_links": {"name": reverse("source", args=[one.sha256])},
        }
        for one in state.sources
        if any(key in text.casefold() for text in (one.name, one.sha256, one.publisher or ""))
        and may_see_source(actor, state, one.sha256, "search")
    ]
    columns = (
        Column("name", _("File"), is_head=True),
        Column("publisher", _("Publisher")),
        Column("sha256", _("SHA-256"), "code"),
    )
    empty = _("No source of the place.")
    return Table("sources", _("Sources of the place"), columns, rows, empty=empty, limit=_SHOWN)


def _rejects(actor: Actor, place: Place, words: str) -> Table:
    rows: list[Row] = []
    for row in _rejected(actor, place, words):
        rows.append(row)
        if len(rows) == _SHOWN:
            break
    columns = (
        Column("file", _("File"), is_head=True),
        Column("row_no", _("Row"), "number"),
        Column("message", _("Why")),
        Column("raw", _("What stands there")),
    )
    empty = _("No rejected record.")
    return Table("rejects", _("Rejected records"), columns, rows, empty=empty)


def _rejected(actor: Actor, place: Place, words: str) -> Iterator[Row]:
    names = ("row_no", "message", "raw")
    for member in place.folder.state().active:
        thing = member_thing(member, "upload")
        if member.rejects_sha256 is None or not may(actor, "search", thing):
            continue
        table = pq.ParquetFile(place.folder.path / member.rejects_path).read(columns=list(names))
        holds = [
            pc.match_substring(table[name], words, ignore_case=True) for name in ("message", "raw")
        ]
        for row in table.filter(pc.or_kleene(*holds)).to_pylist():
            href = rows_href(member.sha256, member.member, row["row_no"])
            yield {"file": member.file_name, **row, "_links": {"row_no": href}}
