"""Sources as they were supplied: their facts, their rows, and one line with the row behind it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace._api._explain import line_as_read
from totalplace.access import Thing
from totalplace.errors import RequestError
from totalplace.place import Decision, LineId, Member, State, parse_line_id
from totalplace.place import line_id as line_id_of
from totalplace.sources import SourceRows, source_rows
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.loads._line_decisions import decisions_about
from totalplace.workbench.loads._sources import member_thing
from totalplace.workbench.queues._basket import decision_thing

__all__ = ["member_of", "rows_href"]

_ROWS = 100
_MOST_ROWS = 10_000_000


def _state() -> State:
    return open_place(settings.TOTALPLACE_PLACE).folder.state()


def _rows_of(request: HttpRequest, sha256: str, member: str = "") -> Thing:  # noqa: ARG001
    """The member of an address: its rows are of the body whose money it is."""
    state = _state()
    one = _member(state, sha256, member)
    if one is None:
        raise not_there("rows")
    return member_thing(one)


def _line_of(request: HttpRequest, line_id: str) -> Thing:  # noqa: ARG001
    """The line of an address: of the body that it was read as."""
    try:
        wanted = parse_line_id(line_id)
    except RequestError as error:
        raise not_there("line") from error
    place = open_place(settings.TOTALPLACE_PLACE)
    one = _member(place.folder.state(), wanted.source_id, wanted.member)
    if one is None:
        raise not_there("line")
    if one.body_id is not None or one.is_register:
        return member_thing(one)
    # a table of many bodies: each line says whose it is
    try:
        read = line_as_read(place.folder, place.folder.state(), wanted)
    except RequestError as error:
        raise not_there("line") from error
    body_id = read.get("body_id")
    return Thing("line", line_id, frozenset([body_id] if isinstance(body_id, str) else ()))


def _member(state: State, sha256: str, name: str) -> Member | None:
    """The member of a name; of several readings of it the one that counts."""
    found = [one for one in state.members_of(sha256) if one.member == name]
    return max(found, key=lambda one: one.is_active, default=None)


def member_of(state: State, sha256: str, index: int) -> Member | None:
    """The member of a number."""
    return next((one for one in state.members_of(sha256) if one.member_index == index), None)


def rows_href(sha256: str, member: str, row_no: int | None = None) -> str:
    """The address of the rows of a member, at one of them."""
    href = reverse("rows-only", args=[sha256])
    if member:
        href += quote(member, safe="/!") + "/"
    if row_no is None:
        return href
    first = (row_no - 1) // _ROWS * _ROWS + 1
    return f"{href}?from={first}#r{row_no}" if first > 1 else f"{href}#r{row_no}"


@route("rows-only", "work/rows/<str:sha256>/", thing=_rows_of, get=("see", "line"))
def rows_only(request: WorkRequest, sha256: str) -> HttpResponse:
    """The rows of a source that is one table."""
    return _rows_page(request, sha256, "")


@route("rows", "work/rows/<str:sha256>/<path:member>/", thing=_rows_of, get=("see", "line"))
def rows(request: WorkRequest, sha256: str, member: str) -> HttpResponse:
    """The rows of a sheet, or of a file in an archive."""
    return _rows_page(request, sha256, member)


def _rows_page(request: WorkRequest, sha256: str, name: str) -> HttpResponse:
    place = open_place(settings.TOTALPLACE_PLACE)
    state = place.folder.state()
    member = _member(state, sha256, name)
    if member is None:
        raise ValueError("the thing was found before")
    first = _first(request)
    found = source_rows(place.folder, state, member, first=first, count=_ROWS)
    last = max(found.rows, default=first)
    base = rows_href(sha256, name)
    context = {
        "title": name or member.file_name,
        "lead": _("The rows as they were supplied."),
        "crumbs": [
            (_("Files"), reverse("loads")),
            (member.file_name, reverse("source", args=[sha256])),
        ],
        "found": found,
        "header": _padded(found),
        "first": first,
        "last": last,
        "before": f"{base}?from={max(1, first - _ROWS)}" if first > 1 else "",
        "after": f"{base}?from={first + _ROWS}" if len(found.rows) == _ROWS else "",
    }
    return render(request, "workbench/loads/rows.html", context)


def _padded(found: SourceRows) -> list[str]:
    """The header, with a cell over each of the widest row."""
    width = max((len(cells) for cells in found.rows.values()), default=0)
    return [*found.header, *[""] * (width - len(found.header))]


def _first(request: HttpRequest) -> int:
    text = request.GET.get("from", "1")
    is_number = text.isascii() and text.isdecimal() and len(text) < 9
    return min(max(1, int(text)), _MOST_ROWS) if is_number else 1


def _of_public_line(
    request: HttpRequest, sha256: str, public_id: str, row_no: int, column_no: int
) -> Thing:
    """The line that a public page shows, as the rules of access see it."""
    return _line_of(request, _line_id_of(sha256, public_id, row_no, column_no))


def _line_id_of(sha256: str, public_id: str, row_no: int, column_no: int) -> str:
    """The line_id that stands behind a public one, which does not name the member.

    Raises:
        LookupError: there is none.
    """
    for member in _state().members_of(sha256):
        text = line_id_of(sha256, member.member, row_no, column_no)
        if hashlib.sha256(text.encode()).hexdigest()[:16] == public_id:
            return text
    raise not_there("line")


@route(
    "public-line",
    "work/public-lines/<str:sha256>/<str:public_id>/<int:row_no>/<int:column_no>/",
    thing=_of_public_line,
    get=("see", "line"),
)
def public_line(
    request: WorkRequest,  # noqa: ARG001 - as views are called
    sha256: str,
    public_id: str,
    row_no: int,
    column_no: int,
) -> HttpResponse:
    """On from a line of the public pages to its row as it was supplied."""
    return redirect("line", line_id=_line_id_of(sha256, public_id, row_no, column_no))


@route("line", "work/lines/<path:line_id>/", thing=_line_of, get=("see", "line"))
def line(request: WorkRequest, line_id: str) -> HttpResponse:
    """One line: its row as supplied, what was read from it, and the decisions about it."""
    wanted = parse_line_id(line_id)
    place = open_place(settings.TOTALPLACE_PLACE)
    state = place.folder.state()
    read = line_as_read(place.folder, state, wanted)
    member = _member(state, wanted.source_id, wanted.member)
    if member is None:
        raise ValueError("the thing was found before")
    found = source_rows(place.folder, state, member, first=wanted.row_no, count=1)
    about = decisions_about(place.folder.decisions(), read, wanted.source_id)
    context = {
        "title": read.get("payee_text") or read.get("counterparty_text") or _("One line"),
        "lead": _("Row %(row)s of %(file)s")
        % {"row": f"{wanted.row_no:,}", "file": member.file_name},
        "crumbs": [
            (_("Files"), reverse("loads")),
            (member.file_name, reverse("source", args=[wanted.source_id])),
        ],
        "published": _published(found, wanted),
        "read": _read(read),
        "status": read["status"],
        "rows_page": rows_href(wanted.source_id, wanted.member, wanted.row_no),
        "decisions": [
            one for one in about if may(request.actor, "see", _decision_thing(one, member))
        ],
        "source": state.find_source(wanted.source_id),
        "public_id": hashlib.sha256(line_id.encode()).hexdigest()[:16],
    }
    return render(request, "workbench/loads/line.html", context)


def _decision_thing(one: Decision, member: Member) -> Thing:
    """A decision as the rules of access see it: of the bodies that it was about when it was made.

    One that was made elsewhere is of the line that rests on it.
    """
    thing = decision_thing(one.n)
    own = frozenset([member.body_id] if member.body_id else ())
    return replace(thing, bodies=thing.bodies or own)


def _published(found: SourceRows, wanted: LineId) -> list[tuple[str, str, bool]]:
    """Header, cell, and whether it is the line's own cell."""
    cells = found.rows.get(wanted.row_no, ())
    header = [*found.header, *[""] * (len(cells) - len(found.header))]
    return [
        (title or f"#{at}", cell, at == wanted.column_no)
        for at, (title, cell) in enumerate(zip(header, cells, strict=False), start=1)
    ]


_HIDDEN = {"status", "source_id", "member", "row_no", "column_no", "raw"}


def _read(read: Any) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " "), str(value))
        for name, value in read.items()
        if name not in _HIDDEN and value not in (None, "")
    ]
