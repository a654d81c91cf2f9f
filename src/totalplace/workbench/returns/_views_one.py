"""The return of one body: its files, questions and answers, signature, revisions."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Thing
from totalplace.errors import Problem, RequestError
from totalplace.sources import bodies_of
from totalplace.web._page import Column, Row, Table
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.loads._receive import received_files, taken_in
from totalplace.workbench.loads._state import jobs_of, state_of, state_words
from totalplace.workbench.loads.models import Upload
from totalplace.workbench.returns._found import (
    Returned,
    found_returns,
    return_thing,
    sources_of,
)
from totalplace.workbench.returns._words import state_words as words_of_return
from totalplace.workbench.returns.models import Message, SignOff

__all__: list[str] = []

_LONGEST = 4_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _thing(request: HttpRequest, year: str, body_id: str) -> Thing:  # noqa: ARG001
    """The return of an address, as the rules of access see it."""
    with open_place(settings.TOTALPLACE_PLACE) as place:
        if year not in place.years or bodies_of(place.folder).get(body_id) is None:
            raise not_there("return")
    return return_thing(year, body_id)


@route(
    "return",
    "work/returns/<str:year>/<str:body_id>/",
    thing=_thing,
    get=("see", "return"),
    post=("load", "return"),
)
def one_return(request: WorkRequest, year: str, body_id: str) -> HttpResponse:
    """The return of a body: what came, is asked and signed; a file is handed over here."""
    if request.method != "POST":
        return _page(request, year, body_id)
    files, errors = received_files(request, most=1)
    if errors:
        return _page(request, year, body_id, errors=errors)
    with open_place(settings.TOTALPLACE_PLACE) as place:
        name = bodies_of(place.folder).bodies[body_id].name
    upload = Upload(
        name=str(files[0].name)[:255],
        body_id=body_id,
        publisher=name,
        is_return=True,
        year=year,
        owner=request.actor.name,
    )
    return redirect("job", id=taken_in(request, files[0], upload))


@route(
    "return-template",
    "work/returns/<str:year>/<str:body_id>/template.xlsx",
    thing=_thing,
    get=("export", "return"),
)
def return_template(request: WorkRequest, year: str, body_id: str) -> HttpResponse:  # noqa: ARG001
    """The workbook that the body fills in."""
    name = f"return-{body_id}-{year}.xlsx"
    with (
        tempfile.TemporaryDirectory(prefix="totalplace-") as folder,
        open_place(settings.TOTALPLACE_PLACE) as place,
    ):
        path = Path(folder) / name
        place.template(path, body=body_id, year=year)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=_XLSX, headers=headers)


@route(
    "return-message",
    "work/returns/<str:year>/<str:body_id>/messages/",
    thing=_thing,
    post=("ask", "return"),
)
def return_message(request: WorkRequest, year: str, body_id: str) -> HttpResponse:
    """Put a question about a return, or answer one."""
    text = request.POST.get("text", "").strip()
    error = ""
    if not text:
        error = _("Write your question or answer")
    elif len(text) > _LONGEST:
        error = _("Write at most %(n)s characters") % {"n": f"{_LONGEST:,}"}
    if error:
        return _page(request, year, body_id, errors=[("text", error)])
    # whoever may sign for the body speaks for it: what they write answers
    is_answer = may(request.actor, "sign_off", return_thing(year, body_id))
    made = Message.objects.create(
        year=year, body_id=body_id, is_answer=is_answer, text=text, by=request.actor.name
    )
    record_outcome(request.asked, {"message": made.pk, "is_answer": is_answer})
    say(request, _("Your answer was sent") if is_answer else _("Your question was sent"))
    return redirect("return", year=year, body_id=body_id)


@route(
    "return-sign-off",
    "work/returns/<str:year>/<str:body_id>/sign-off/",
    thing=_thing,
    post=("sign_off", "return"),
)
def return_sign_off(request: WorkRequest, year: str, body_id: str) -> HttpResponse:
    """State that a return is complete and right, as somebody of that body."""
    one = _returned(request, year, body_id)
    statement = request.POST.get("statement", "").strip()[:_LONGEST]
    error = ""
    if one is None or not one.of.active:
        raise RequestError(_nothing_to_sign(year, body_id))
    if request.POST.get("sources", "") != ",".join(sources_of(one.of)):
        error = _("The return has changed since this page was loaded: look at it once more")
    elif request.POST.get("agree") != "yes":
        error = _("Say that the return is complete and right, if it is")
    if error:
        return _page(request, year, body_id, errors=[("agree", error)])
    SignOff.objects.create(
        year=year,
        body_id=body_id,
        sources=sources_of(one.of),
        out_pence=one.of.out_pence,
        in_pence=one.of.in_pence,
        statement=statement or _statement(one, year),
        by=request.actor.name,
    )
    told = {"sources": sources_of(one.of), "out_pence": one.of.out_pence}
    record_outcome(request.asked, told | {"in_pence": one.of.in_pence})
    say(request, _("The return is signed off"))
    return redirect("return", year=year, body_id=body_id)


def _nothing_to_sign(year: str, body_id: str) -> Problem:
    return Problem(
        "nothing_to_sign",
        _("there is no return that could be signed off"),
        f"{body_id} {year}",
        _("none has been loaded, or none counts"),
        _("load the return first"),
    )


def _statement(one: Returned, year: str) -> str:
    told = {"name": one.of.name, "year": year}
    return _("The return of %(name)s for %(year)s is complete and right.") % told


def _returned(request: WorkRequest, year: str, body_id: str) -> Returned | None:
    with open_place(settings.TOTALPLACE_PLACE) as place:
        found = found_returns(place, request.actor, year, only=body_id)
    return found.bodies[0] if found.bodies else None


def _page(
    request: WorkRequest,
    year: str,
    body_id: str,
    *,
    errors: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    with open_place(settings.TOTALPLACE_PLACE) as place:
        name = bodies_of(place.folder).bodies[body_id].name
    one = _returned(request, year, body_id)
    thing = return_thing(year, body_id)
    uploads = list(
        Upload.objects.defer("look", "checked", "result")
        .filter(is_return=True, body_id=body_id, year__in=("", year))
        .exclude(status="loaded")
    )
    jobs = jobs_of(uploads)
    signatures = SignOff.objects.filter(year=year, body_id=body_id).order_by("-id")
    context = {
        "title": name,
        "lead": _("Its return for %(year)s") % {"year": year},
        "crumbs": [(_("Returns"), f"{reverse('returns')}?year={year}")],
        "year": year,
        "body_id": body_id,
        "one": one,
        "words": words_of_return(one.state if one else "missing"),
        "table": _files(one) if one and one.of.sources else None,
        "sources": ",".join(sources_of(one.of)) if one else "",
        "statement": _statement(one, year) if one else "",
        "signatures": list(signatures),
        "messages": list(Message.objects.filter(year=year, body_id=body_id)),
        "waiting": [(upload, state_words(state_of(upload, jobs))) for upload in uploads],
        "may_load": may(request.actor, "load", thing),
        "may_ask": may(request.actor, "ask", thing),
        "may_sign": may(request.actor, "sign_off", thing),
        "errors": errors or [],
        "error": dict(errors or []),
        "posted": request.POST,
    }
    status = 400 if errors else 200
    return render(request, "workbench/returns/one.html", context, status=status)


def _files(one: Returned) -> Table:
    """The files of a return, the latest first, with what each changed."""
    rows: list[Row] = []
    for source in one.of.sources:
        if source.superseded_by is not None:
            state = _("replaced")
        elif source.supplements is not None:
            state = _("counts: corrected records")
        else:
            state = _("counts")
        rows.append(
            {
                "file": source.file,
                "received": date.fromisoformat(source.received[:10]),
                "state": state,
                "lines": source.lines,
                "out_pence": source.out_pence,
                "out_change_pence": source.out_change_pence,
                "in_pence": source.in_pence,
                "in_change_pence": source.in_change_pence,
                "_links": {"file": reverse("source", args=[source.sha256])},
            }
        )
    return Table(
        "files",
        _("What was sent, the latest first, in £"),
        (
            Column("file", _("File"), is_head=True),
            Column("received", _("Received"), "date"),
            Column("state", _("State")),
            Column("lines", _("Lines"), "number"),
            Column("out_pence", _("Money out"), "gbp"),
            Column("out_change_pence", _("Out, changed by"), "gbp"),
            Column("in_pence", _("Money in"), "gbp"),
            Column("in_change_pence", _("In, changed by"), "gbp"),
        ),
        rows,
    )
