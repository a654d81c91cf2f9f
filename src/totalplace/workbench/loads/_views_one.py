"""The pages of one upload: what was found, what is to be settled, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Thing
from totalplace.errors import Problem, RequestError
from totalplace.workbench._ask import ask, may
from totalplace.workbench._denied import denied
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.jobs.models import Job
from totalplace.workbench.jobs.views import job_thing
from totalplace.workbench.loads._bodies import Bodies
from totalplace.workbench.loads._header import is_without_header
from totalplace.workbench.loads._load import begin_load
from totalplace.workbench.loads._look import begin_look
from totalplace.workbench.loads._page_words import for_page
from totalplace.workbench.loads._sources import replaceable
from totalplace.workbench.loads._state import jobs_of, state_of, state_words
from totalplace.workbench.loads._store import megabytes, remove
from totalplace.workbench.loads._upload_form import UploadForm, licences
from totalplace.workbench.loads._upload_tables import (
    compared,
    mapped,
    result_table,
    tables_found,
)
from totalplace.workbench.loads.models import Upload

__all__ = ["changeable", "changing", "state_now", "upload_thing"]

_SETTLED = ("ready", "not_loaded")


def upload_thing(request: HttpRequest, id: str, **_parts: Any) -> Thing:  # noqa: A002, ARG001
    """The upload of an address, as the rules of access see it."""
    upload = Upload.objects.filter(pk=id).first()
    if upload is None:
        raise not_there("upload")
    return upload.thing


def state_now(upload: Upload) -> str:
    """The state of one upload."""
    return state_of(upload, jobs_of([upload]))


@route("upload", "work/loads/<str:id>/", thing=upload_thing, get=("see", "upload"))
def upload(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """One file: its state, what was found, and the next step."""
    return _page(request, Upload.objects.get(pk=id))


@route("upload-of-job", "work/loads/of-job/<int:id>/", thing=job_thing, get=("see", "job"))
def upload_of_job(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002, ARG001
    """Where the result of a job about an upload is shown."""
    upload_id = Job.objects.get(pk=id).facts.get("upload", "")
    one = Upload.objects.filter(pk=upload_id).first()
    if one is None:
        return redirect("loads")
    return redirect(one.page)


@route(
    "upload-details",
    "work/loads/<str:id>/details/",
    thing=upload_thing,
    get=("load", "upload"),
    post=("load", "upload"),
)
def details(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Change what was said of a file; it is then looked at again."""
    one = changeable(Upload.objects.get(pk=id))
    bodies = Bodies(request.actor)
    form = UploadForm(
        body=bodies.name(one.body_id),
        publisher=one.publisher,
        licence=one.licence,
        note=one.note,
    )
    if request.method == "POST":
        form = UploadForm.posted(request.POST, bodies)
        if not form.errors:
            one.body_id = form.body_id
            decision = ask(request, "load", one.thing)
            if not decision.allowed:
                return denied(request, decision)
            job = _described(request, id, form)
            record_outcome(request.asked, {"upload": one.pk, "body": one.body_id})
            return redirect(one.page) if job is None else redirect("job", id=job)
    context = {
        "title": _("What this file is"),
        "crumbs": [(_("Files"), reverse("loads")), (one.name, one.page)],
        "form": form,
        "errors": form.errors,
        "bodies": bodies,
        "licences": licences(),
        "submit": _("Save"),
    }
    return render(request, "workbench/loads/new.html", context, status=400 if form.errors else 200)


def _described(request: WorkRequest, upload_id: str, form: UploadForm) -> int | None:
    """Keep what was said of a file; the number of the look that another body needs."""
    with changing(upload_id) as one:
        is_other = one.body_id != form.body_id
        one.body_id, one.publisher = form.body_id, form.publisher
        one.licence, one.note = form.licence, form.note
        if is_other:
            one.accepted, one.supersedes, one.doubt = "", "", []
            one.status = "received"
        one.save()
        return begin_look(one, request.actor, asked=request.asked) if is_other else None


@route("upload-look", "work/loads/<str:id>/look/", thing=upload_thing, post=("load", "upload"))
def look_again(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Look at a file once more, such as after the work was stopped."""
    with changing(id) as one:
        job = begin_look(one, request.actor, asked=request.asked)
    return redirect("job", id=job)


@route("upload-load", "work/loads/<str:id>/load/", thing=upload_thing, post=("load", "upload"))
def load(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Load a file that was checked, by a job."""
    one = changeable(Upload.objects.get(pk=id))
    reason = request.POST.get("accepted", "").strip()
    replaced = request.POST.get("supersedes", "")
    with open_place(settings.TOTALPLACE_PLACE) as place:
        offered = replaceable(place.folder.state(), request.actor, one)
    errors: list[tuple[str, str]] = []
    with changing(id) as one:
        if one.status not in _SETTLED:
            raise RequestError(_not_ready(one))
        if one.doubt and not reason:
            errors.append(("accepted", _("Say why it is right to load it all the same")))
        if replaced and replaced not in {earlier.sha256 for earlier in offered}:
            errors.append(("supersedes", _("Choose one of the files of the list")))
        if not errors:
            one.accepted = reason[:2_000] if one.doubt else ""
            one.supersedes = replaced
            one.save(update_fields=["accepted", "supersedes"])
            return redirect("job", id=begin_load(one, request.actor, asked=request.asked))
    return _page(request, one, errors=errors, answers=request.POST)


@route("upload-remove", "work/loads/<str:id>/remove/", thing=upload_thing, post=("load", "upload"))
def remove_upload(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Remove a file that was not loaded."""
    with changing(id) as one:
        told = {"upload": one.pk, "sha256": one.sha256, "removed": True}
        remove(one)
    record_outcome(request.asked, told)
    say(request, _("%(name)s was removed") % {"name": one.name})
    return redirect("returns" if one.is_return else "loads")


def changeable(one: Upload) -> Upload:
    """The upload, if nothing is being done to it and it is not loaded.

    Raises:
        RequestError: it is not to be changed now.
    """
    state = state_now(one)
    if state in {"looking", "loading", "loaded"}:
        raise RequestError(
            Problem(
                "upload_busy",
                _("this file cannot be changed now"),
                one.name,
                state_words(state),
                _("wait until that is done, or stop it")
                if state != "loaded"
                else _("upload a corrected file, and say that it replaces this one"),
            )
        )
    return one


@contextmanager
def changing(upload_id: str) -> Iterator[Upload]:
    """The upload as it is now, for the caller alone until it is changed.

    Raises:
        RequestError: it is not to be changed now.
    """
    with transaction.atomic():
        # on SQLite the transaction is the only one that writes
        one = Upload.objects.select_for_update().filter(pk=upload_id).first()
        if one is None:
            raise not_there("upload")
        yield changeable(one)


def _not_ready(one: Upload) -> Problem:
    return Problem(
        "upload_not_ready",
        _("this file cannot be loaded yet"),
        one.name,
        state_words(state_now(one)),
        _("settle what its page asks first"),
    )


def _told(part: Mapping[str, Any]) -> dict[str, Any]:
    """A table of a file with its problems in the words of a page."""
    return {
        **part,
        **{name: for_page(part[name]) for name in ("warnings", "notes", "problems")},
    }


def _page(
    request: WorkRequest,
    one: Upload,
    *,
    errors: list[tuple[str, str]] | None = None,
    answers: Mapping[str, str] | None = None,
) -> HttpResponse:
    jobs = jobs_of([one])
    state = state_of(one, jobs)
    bodies = Bodies(request.actor)
    found = one.found
    answered = set() if one.checked else {kept["member"] for kept in one.layouts}
    context: dict[str, Any] = {
        "title": one.name,
        "crumbs": [(_("Returns"), reverse("returns"))]
        if one.is_return
        else [(_("Files"), reverse("loads"))],
        "upload": one,
        "state": state,
        "words": state_words(state),
        "job": jobs.get(one.job_id or 0),
        "body": bodies.name(one.body_id),
        "licence": dict(licences()).get(one.licence, ""),
        "size": megabytes(one.size_bytes),
        "may_load": may(request.actor, "load", one.thing),
        "errors": errors or [],
        "error": dict(reversed(errors or [])),
        "answers": answers or {},
        "members": [
            # what a person has answered by saying where the header is stands there no more
            _told(member | {"problems": []} if at in answered else member)
            for at, member in enumerate(found.get("members", []))
        ],
        "unheaded": [
            (at, member["member"] or one.name)
            for at, member in enumerate(one.look.get("members", []))
            if is_without_header(member)
        ],
        "left_off": found.get("members_left_off", 0),
        "file_problems": for_page(found.get("problems", [])),
        "doubt": for_page(one.doubt),
        "files": [_told(file) for file in one.result.get("files", [])],
        "layouts": [
            {**kept, "n": at, "mapped": mapped(one, at)} for at, kept in enumerate(one.layouts)
        ],
    }
    if state == "loaded" or one.result:
        context["result"] = result_table(one)
    if state in {"proposed", "ready", "refused", "not_loaded"}:
        with open_place(settings.TOTALPLACE_PLACE) as place:
            place_state = place.folder.state()
        context |= {
            "tables": tables_found(one),
            "compared": compared(place_state, one),
            "replaceable": replaceable(place_state, request.actor, one)
            if state in _SETTLED
            else [],
        }
    status = 400 if errors else 200
    return render(request, "workbench/loads/one.html", context, status=status)
