"""The list of files on their way into the place, and the page on which they are handed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace import open_place
from totalplace.access import Actor
from totalplace.workbench._ask import ask, may
from totalplace.workbench._denied import denied
from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench._say import say
from totalplace.workbench._waiting import Line, waiting
from totalplace.workbench.loads import (
    _load,
    _views_header,
    _views_mapping,
    _views_one,
    _views_rejects,
    _views_rows,
    _views_search,
    _views_source,
)
from totalplace.workbench.loads._bodies import Bodies
from totalplace.workbench.loads._in_place import SHOWN, held_by, table_of
from totalplace.workbench.loads._receive import all_taken_in, received_files
from totalplace.workbench.loads._state import STATES, jobs_of, state_of, state_words
from totalplace.workbench.loads._store import megabytes
from totalplace.workbench.loads._upload_form import UploadForm, licences
from totalplace.workbench.loads.models import Upload
from totalplace.workbench.queues._paging import page_of

__all__ = ["PARTS"]

PARTS = (
    _load,
    _views_header,
    _views_mapping,
    _views_one,
    _views_rejects,
    _views_rows,
    _views_search,
    _views_source,
)
"""The other modules of the area."""

_LISTED = 200


@route("loads", "work/loads/", get=("see", "upload"))
def loads(request: WorkRequest) -> HttpResponse:
    """The files that the account may see, the newest first, by body and state."""
    place = open_place(settings.TOTALPLACE_PLACE)
    bodies = Bodies(request.actor, place)
    body_id, state = request.GET.get("body", ""), request.GET.get("state", "")
    uploads = [
        one
        for one in Upload.objects.defer("look", "checked", "result")
        if may(request.actor, "see", one.thing)
    ]
    jobs = jobs_of(uploads)
    rows = [(one, state_of(one, jobs)) for one in uploads]
    # only what is on its way has a state
    held = [] if state else held_by(place.folder.state(), request.actor, body_id)
    in_place = {one.source.sha256 for one in held}
    shown = [
        row
        for row in rows
        if (not body_id or row[0].body_id == body_id)
        and (not state or row[1] == state)
        and not (row[1] == "loaded" and row[0].sha256 in in_place)
    ]
    context = {
        "title": _("Files"),
        "lead": _("What bodies have published or returned: on its way into the place, and in it."),
        "rows": [
            {
                "upload": one,
                "state": found,
                "words": state_words(found),
                "body": bodies.name(one.body_id),
                "size": megabytes(one.size_bytes),
            }
            for one, found in shown[:_LISTED]
        ],
        "all": len(rows),
        "states": [(one, state_words(one)) for one in STATES],
        "bodies": sorted(
            {(one.body_id, bodies.name(one.body_id)) for one in uploads if one.body_id},
            key=lambda pair: pair[1].casefold(),
        ),
        "body": body_id,
        "state": state,
        "held": len(held),
    }
    if held:
        first = (page_of(request.GET.get("page", "")) - 1) * SHOWN
        context["table"] = table_of(place, bodies, held, first)
        context |= _beside(request, first, len(held))
    return render(request, "workbench/loads/list.html", context)


def _beside(request: WorkRequest, first: int, held: int) -> dict[str, str]:
    """The addresses of the parts before and after that of what the place holds."""
    query = request.GET.copy()

    def href(first: int) -> str:
        query["page"] = str(first // SHOWN + 1)
        return f"?{query.urlencode()}#in-place"

    return {
        "before": href(first - SHOWN) if first else "",
        "after": href(first + SHOWN) if first + SHOWN < held else "",
    }


@waiting
def open_uploads(actor: Actor) -> Sequence[Line]:
    """The account's own files that wait for it."""
    uploads = [
        one
        for one in Upload.objects.defer("look", "checked", "result").filter(owner=actor.name)
        if one.status != "loaded" and may(actor, "load", one.thing)
    ]
    jobs = jobs_of(uploads)
    states = Counter(state_of(one, jobs) for one in uploads)
    told: Mapping[str, Callable[[int], str]] = {
        "proposed": lambda n: ngettext(
            "%(n)s file whose mapping is to be settled",
            "%(n)s files whose mapping is to be settled",
            n,
        ),
        "ready": lambda n: ngettext(
            "%(n)s file that is ready to load", "%(n)s files that are ready to load", n
        ),
        "refused": lambda n: ngettext(
            "%(n)s file that cannot be loaded as it is",
            "%(n)s files that cannot be loaded as they are",
            n,
        ),
        "not_loaded": lambda n: ngettext(
            "%(n)s file that was not loaded", "%(n)s files that were not loaded", n
        ),
    }
    return [
        Line(
            "loads",
            words(states[state]) % {"n": states[state]},
            f"{reverse('loads')}?state={state}",
        )
        for state, words in told.items()
        if states[state]
    ]


@route("upload-new", "work/loads/new/", get=("load", "upload"), post=("load", "upload"))
def upload_new(request: WorkRequest) -> HttpResponse:
    """Hand over one or several files."""
    bodies = Bodies(request.actor)
    if request.method != "POST":
        only = bodies.offered[0][1] if len(bodies.offered) == 1 and not bodies.is_any else ""
        asked = UploadForm(body=request.GET.get("body", only))
        return _new_page(request, bodies, asked)
    form = UploadForm.posted(request.POST, bodies)
    files, errors = received_files(request)
    form.errors = [*errors, *form.errors]
    if form.errors:
        return _new_page(request, bodies, form, status=400)
    uploads = [
        Upload(
            name=str(file.name)[:255],
            body_id=form.body_id,
            publisher=form.publisher or bodies.name(form.body_id),
            licence=form.licence,
            note=form.note,
            owner=request.actor.name,
        )
        for file in files
    ]
    taken = []
    for file, upload in zip(files, uploads, strict=True):
        # the list may be used by all analysts; the file is of a body
        decision = ask(request, "load", upload.thing)
        if not decision.allowed:
            return denied(request, decision)
        taken.append((file, upload, request.asked))
    jobs = all_taken_in(request, taken)
    if len(jobs) == 1:
        return redirect("job", id=jobs[0])
    say(request, _("%(n)s files were received and are being looked at") % {"n": len(uploads)})
    return redirect("loads")


def _new_page(
    request: WorkRequest, bodies: Bodies, form: UploadForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "title": _("Upload files"),
        "crumbs": [(_("Files"), reverse("loads"))],
        "form": form,
        "errors": form.errors,
        "bodies": bodies,
        "licences": licences(),
        "most": megabytes(settings.TOTALPLACE_UPLOAD_MB * 1_000_000),
        "submit": _("Upload"),
        "with_files": True,
    }
    return render(request, "workbench/loads/new.html", context, status=status)
