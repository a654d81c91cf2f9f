"""Rejected records of a source: why each, as a page and as a file that a person corrects."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Thing
from totalplace.sources import RejectedMember
from totalplace.web._page import Column, Row, Table
from totalplace.workbench._ask import ask, may
from totalplace.workbench._denied import denied
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.loads._receive import received_files, taken_in
from totalplace.workbench.loads._sources import member_thing
from totalplace.workbench.loads._views_rows import member_of, rows_href
from totalplace.workbench.loads.models import Upload

__all__: list[str] = []

_ROWS = 50


def _rejects_thing(request: HttpRequest, sha256: str, index: int) -> Thing:  # noqa: ARG001
    """The rejects of an address, as the rules of access see them."""
    state = open_place(settings.TOTALPLACE_PLACE).folder.state()
    member = member_of(state, sha256, index)
    if member is None or not member.rejected:
        raise not_there("rejects")
    return member_thing(member, "upload")


@route(
    "rejects",
    "work/sources/<str:sha256>/rejects/<int:index>/",
    thing=_rejects_thing,
    get=("see", "upload"),
    post=("load", "upload"),
)
def rejects(request: WorkRequest, sha256: str, index: int) -> HttpResponse:
    """The rejected records, some at a time; corrected ones are handed over here."""
    if request.method == "POST":
        return _corrected(request, sha256, index)
    return _page(request, sha256, index)


def _corrected(request: WorkRequest, sha256: str, index: int) -> HttpResponse:
    """Take in a file of corrected rejects: it says itself which source it supplements."""
    state = open_place(settings.TOTALPLACE_PLACE).folder.state()
    member, source = member_of(state, sha256, index), state.find_source(sha256)
    if member is None:
        raise ValueError("the thing was found before")
    files, errors = received_files(request, most=1)
    if errors:
        return _page(request, sha256, index, errors=errors)
    upload = Upload(
        name=str(files[0].name)[:255],
        body_id="" if member.is_register else member.body_id or "",
        publisher=source.publisher or "",
        licence=source.licence or "",
        corrects=sha256,
        owner=request.actor.name,
    )
    decision = ask(request, "load", upload.thing)
    if not decision.allowed:
        return denied(request, decision)
    return redirect("job", id=taken_in(request, files[0], upload))


def _page(
    request: WorkRequest,
    sha256: str,
    index: int,
    *,
    errors: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    text = request.GET.get("from", "1")
    is_number = text.isascii() and text.isdecimal() and len(text) < 9
    first = max(1, int(text)) if is_number else 1
    place = open_place(settings.TOTALPLACE_PLACE)
    found = place.rejects(sha256, limit=_ROWS, offset=first - 1).facts
    one = next(member for member in found.members if member.member_index == index)
    thing = _rejects_thing(request, sha256, index)
    here = reverse("rejects", args=[sha256, index])
    context: dict[str, Any] = {
        "title": _("Rejected records"),
        "lead": " ".join(filter(None, (one.file, one.member))),
        "crumbs": [
            (_("Files"), reverse("loads")),
            (one.file, reverse("source", args=[sha256])),
        ],
        "one": one,
        "table": _table(one, first),
        "before": f"{here}?from={max(1, first - _ROWS)}" if first > 1 else "",
        "after": f"{here}?from={first + _ROWS}" if first + _ROWS <= one.rejected else "",
        "download": reverse("rejects-file", args=[sha256, index]),
        "may_load": may(request.actor, "load", thing),
        "errors": errors or [],
        "error": dict(errors or []),
    }
    status = 400 if errors else 200
    return render(request, "workbench/loads/rejects.html", context, status=status)


def _table(one: RejectedMember, first: int) -> Table:
    rows: list[Row] = [
        {
            "row_no": f"{reject.row_no:,}",
            "column": reject.column,
            "message": reject.message,
            "cells": " | ".join(cell for cell in reject.cells if cell) or reject.raw,
            "_links": {"row_no": rows_href(one.sha256, one.member, reject.row_no)},
        }
        for reject in one.rejects
    ]
    told = {"first": f"{first:,}", "last": f"{first + len(rows) - 1:,}", "all": f"{one.rejected:,}"}
    return Table(
        "rejects",
        _("Rejected records %(first)s to %(last)s of %(all)s") % told,
        (
            Column("row_no", _("Row"), is_head=True),
            Column("column", _("Column")),
            Column("message", _("Why")),
            Column("cells", _("What stands there")),
        ),
        rows,
        empty=_("There are no more."),
    )


@route(
    "rejects-file",
    "work/sources/<str:sha256>/rejects/<int:index>.csv",
    thing=_rejects_thing,
    get=("export", "upload"),
)
def rejects_file(request: WorkRequest, sha256: str, index: int) -> HttpResponse:  # noqa: ARG001
    """The rejected records as a CSV file that a person corrects and hands over again."""
    name = f"rejects-{sha256[:12]}-{index}.csv"
    with tempfile.TemporaryDirectory(prefix="totalplace-") as folder:
        path = Path(folder) / name
        open_place(settings.TOTALPLACE_PLACE).rejects_file(sha256, index, path)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
