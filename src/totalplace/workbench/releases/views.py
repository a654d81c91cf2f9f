"""The pages of publishing: what is proposed, its difference, approval, what is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace import open_place
from totalplace.access import Actor, Thing
from totalplace.disclosure import open_zone
from totalplace.errors import TotalplaceError
from totalplace.web._page import Column, Table
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench._waiting import Line, waiting
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.jobs import enqueue
from totalplace.workbench.jobs.models import Job
from totalplace.workbench.releases._work import is_public, last_published, withdraw_corrected
from totalplace.workbench.releases.models import OPEN, Release

__all__: list[str] = []

_NOTE_LENGTH = 1_000
_SHOWN = 100
_PUBLICATIONS = "publications"
"""What a publication is of, among releases: its number follows."""


def release_thing(request: HttpRequest, id: int) -> Thing:  # noqa: A002, ARG001 - the address's name
    """The release of an address, as the rules of access see it."""
    return thing_of(_found(id))


def thing_of(release: Release) -> Thing:
    """A release as the rules of access see it."""
    return Thing("release", str(release.pk), owner=release.proposed_by)


def publication_thing(request: HttpRequest, n: int) -> Thing:  # noqa: ARG001
    """A publication that is to be taken back."""
    if n not in open_zone(settings.TOTALPLACE_PLACE).numbers:
        raise not_there("publication")
    return Thing("release", f"{_PUBLICATIONS} {n}")


def job_thing(request: HttpRequest, id: int) -> Thing:  # noqa: A002, ARG001
    """The release that a job was about."""
    return thing_of(_of_job(id))


def _found(id: int) -> Release:  # noqa: A002
    release = Release.objects.filter(pk=id).first()
    if release is None:
        raise not_there("release")
    return _loosened(release)


def _loosened(release: Release) -> Release:
    """The release; one whose work was ended before it was done can be gone on with.

    What was let out before the work was ended is public, and what it corrects is withdrawn.
    """
    before = release.status
    freed = {"preparing": "failed", "publishing": "proposed"}.get(before)
    if freed is None:
        return release
    job = None if release.job is None else Job.objects.filter(pk=release.job).first()
    if job is not None and job.status not in {"failed", "cancelled"}:
        return release
    problems = [] if job is None else job.problems
    if before == "publishing" and is_public(release):
        freed, problems = _finished(release)
    release.status, release.problems = freed, problems
    Release.objects.filter(pk=release.pk, status=before).update(status=freed, problems=problems)
    return release


def _finished(release: Release) -> tuple[str, list[dict[str, str]]]:
    """Withdraw what a public release corrects: its state then, and what stood in the way."""
    try:
        with open_place(settings.TOTALPLACE_PLACE) as place:
            withdraw_corrected(place, release)
    except TotalplaceError as error:
        return "publishing", [one.as_dict() for one in error.problems]
    return "published", []


def _of_job(id: int) -> Release:  # noqa: A002
    release = Release.objects.filter(job=id).first()
    if release is None:
        raise not_there("release")
    return release


@waiting
def open_releases(actor: Actor) -> Sequence[Line]:
    """What the account could approve now."""
    found = [
        one
        for one in map(_loosened, Release.objects.filter(status__in=OPEN))
        if one.status == "proposed" and may(actor, "approve", thing_of(one))
    ]
    if not found:
        return []
    words = ngettext("%(n)s publication to approve", "%(n)s publications to approve", len(found))
    href = reverse("release", args=[found[0].pk]) if len(found) == 1 else reverse("releases")
    return [Line("releases", words % {"n": f"{len(found):,}"}, href)]


@route("releases", "work/releases/", get=("see", "release"))
def releases(request: WorkRequest) -> HttpResponse:
    """What was proposed and what is public."""
    place = Thing("release")
    zone = open_zone(settings.TOTALPLACE_PLACE)
    context = {
        "title": _("Publishing"),
        "table": _list([_loosened(one) for one in Release.objects.all()[:_SHOWN]]),
        "may_draft": may(request.actor, "draft", place),
        "may_withdraw": may(request.actor, "withdraw", place),
        "numbers": list(reversed(zone.numbers)),
        "withdrawn": sorted(zone.withdrawn.items(), reverse=True),
    }
    return render(request, "workbench/releases/list.html", context)


def _list(found: list[Release]) -> Table:
    words = _status_words()
    rows = [
        {
            "id": one.pk,
            "note": one.note,
            "status": words[one.status],
            "proposed_by": one.proposed_by,
            "proposed": one.proposed.date(),
            "decided_by": one.decided_by,
            "_links": {"note": reverse("release", args=[one.pk])},
        }
        for one in found
    ]
    return Table(
        "releases",
        _("Proposed publications, the newest first"),
        [
            Column("note", _("What changes"), is_head=True),
            Column("status", _("State")),
            Column("proposed_by", _("Proposed by")),
            Column("proposed", _("On"), "date"),
            Column("decided_by", _("Decided by")),
        ],
        rows,
        empty=_("Nothing was proposed yet."),
    )


def _status_words() -> dict[str, str]:
    return {
        "preparing": _("being prepared"),
        "proposed": _("waits for approval"),
        "publishing": _("being published"),
        "published": _("published"),
        "refused": _("refused"),
        "failed": _("could not be published"),
    }


@route("release-new", "work/releases/new/", get=("draft", "release"), post=("draft", "release"))
def new(request: WorkRequest) -> HttpResponse:
    """Propose the place as it is now."""
    numbers = list(reversed(open_zone(settings.TOTALPLACE_PLACE).numbers))
    note, corrects = "", ""
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        note = request.POST.get("note", "").strip()
        corrects = request.POST.get("corrects", "")
        errors = _faults(note, corrects, [str(n) for n in numbers])
        if not errors:
            with transaction.atomic():
                release = Release.objects.create(
                    note=note,
                    corrects=int(corrects) if corrects else None,
                    proposed_by=request.actor.name,
                )
                release.job = enqueue("propose", {"release": release.pk}, actor=request.actor).pk
                release.save()
            record_outcome(request.asked, {"release": release.pk, "job": release.job})
            return redirect("job", id=release.job)
    context = {
        "title": _("Propose a publication"),
        "crumbs": _crumbs(),
        "errors": errors,
        "wrong": dict(errors),
        "note": note,
        "corrects": corrects,
        "numbers": numbers,
        "open": Release.objects.filter(status__in=OPEN).first(),
    }
    return render(request, "workbench/releases/new.html", context, status=400 if errors else 200)


def _faults(note: str, corrects: str, numbers: list[str]) -> list[tuple[str, str]]:
    found = []
    if not note:
        found.append(("note", _("Say what changes with this publication")))
    elif len(note) > _NOTE_LENGTH:
        found.append(("note", _("Say it in 1,000 characters or fewer")))
    if corrects and corrects not in numbers:
        found.append(("corrects", _("Choose a publication that can be read")))
    return found


@route("release", "work/releases/<int:id>/", thing=release_thing, get=("see", "release"))
def one(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """A release: what changes, by body and cause, and what can be done with it."""
    return _one(request, _found(id))


def _one(
    request: WorkRequest, release: Release, errors: list[tuple[str, str]] | None = None
) -> HttpResponse:
    context = {
        "title": _("Publication %(n)s") % {"n": release.snapshot or ""},
        "crumbs": _crumbs(),
        "release": release,
        "status": _status_words()[release.status],
        "years": [(year, _bodies(year)) for year in release.difference],
        "problems": release.problems,
        "errors": errors or [],
        "wrong": dict(errors or []),
        "is_open": release.status == "proposed",
        "may_approve": may(request.actor, "approve", thing_of(release)),
        "is_own": release.proposed_by == request.actor.name,
        "newer": _is_newer(release),
    }
    return render(request, "workbench/releases/one.html", context, status=400 if errors else 200)


def _is_newer(release: Release) -> bool:
    """Whether the place has changed since it was frozen for this release."""
    if release.status != "proposed" or release.snapshot is None:
        return False
    with open_place(settings.TOTALPLACE_PLACE) as place:
        folder = place.folder
        frozen = folder.snapshot(release.snapshot)
        return folder.state() != frozen.state or folder.decisions() != folder.decisions(frozen.n)


def _bodies(year: dict[str, Any]) -> Table:
    rows = [
        {
            "body": row["body"],
            "before_gbp": row["before_pence"],
            "after_gbp": row["after_pence"],
            "change_gbp": row["change_pence"],
            "causes": "; ".join(row["causes"]),
        }
        for row in year.get("rows", [])
    ]
    return Table(
        f"bodies-{year['year']}",
        _("What changes in %(year)s, by body and cause") % {"year": year["year"]},
        [
            Column("body", _("Body"), is_head=True),
            Column("before_gbp", _("Public now"), "gbp"),
            Column("after_gbp", _("Proposed"), "gbp"),
            Column("change_gbp", _("Change"), "gbp"),
            Column("causes", _("Because of")),
        ],
        rows,
        empty=_("No body's net changes."),
        fold=30,
    )


@route(
    "release-approve",
    "work/releases/<int:id>/approve/",
    thing=release_thing,
    post=("approve", "release"),
)
def approve(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """Publish what somebody else has proposed."""
    release = _found(id)
    if request.POST.get("looked") != "yes":
        told = _("Say that you have looked at what changes")
        return _one(request, release, [("looked", told)])
    if release.status == "proposed" and last_published() not in (release.before, release.snapshot):
        told = _(
            "Other publications can be read now than when this was compared: what changes is not"
            " what stands here. Refuse it, and have it proposed again."
        )
        return _one(request, release, [("looked", told)])
    # of two who press at once, one approves
    with transaction.atomic():
        taken = Release.objects.filter(pk=id, status="proposed").update(
            status="publishing", decided_by=request.actor.name, decided=timezone.now()
        )
        if taken:
            job = enqueue("publish", {"release": id}, actor=request.actor)
            Release.objects.filter(pk=id).update(job=job.pk)
    if not taken:
        return _one(request, _found(id), [("", _("This was decided already."))])
    record_outcome(request.asked, {"release": id, "approved": True, "job": job.pk})
    return redirect("job", id=job.pk)


@route(
    "release-refuse",
    "work/releases/<int:id>/refuse/",
    thing=release_thing,
    post=("approve", "release"),
)
def refuse(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """Send back what somebody else has proposed, with the reason."""
    release = _found(id)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _one(request, release, [("reason", _("Say why it is not published"))])
    taken = Release.objects.filter(pk=id, status="proposed").update(
        status="refused",
        decided_by=request.actor.name,
        decided=timezone.now(),
        reason=reason[:_NOTE_LENGTH],
    )
    if not taken:
        return _one(request, _found(id), [("", _("This was decided already."))])
    record_outcome(request.asked, {"release": id, "approved": False})
    say(request, _("The publication was refused."))
    return redirect("release", id=id)


@route("release-of-job", "work/releases/job/<int:id>/", thing=job_thing, get=("see", "release"))
def of_job(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002, ARG001
    """The release that a job was about."""
    return redirect("release", id=_of_job(id).pk)


@route(
    "publication-withdraw",
    "work/releases/publications/<int:n>/withdraw/",
    thing=publication_thing,
    get=("withdraw", "release"),
    post=("withdraw", "release"),
)
def withdraw(request: WorkRequest, n: int) -> HttpResponse:
    """Take a publication back: its files go at once, a notice with the reason stays."""
    errors: list[tuple[str, str]] = []
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST":
        if not reason:
            errors = [("reason", _("Say why, as the public is told it"))]
        else:
            try:
                with open_place(settings.TOTALPLACE_PLACE) as place:
                    place.withdraw(n, reason=reason[:_NOTE_LENGTH])
            except TotalplaceError as error:
                errors = [("reason", f"{one.what}: {one.why}") for one in error.problems]
            else:
                record_outcome(request.asked, {"withdrawn": n})
                say(request, _("Publication %(n)s was withdrawn.") % {"n": n})
                return redirect("releases")
    context = {
        "title": _("Withdraw publication %(n)s") % {"n": n},
        "crumbs": _crumbs(),
        "n": n,
        "reason": reason,
        "errors": errors,
        "wrong": dict(errors),
    }
    return render(
        request, "workbench/releases/withdraw.html", context, status=400 if errors else 200
    )


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Publishing"), reverse("releases"))]
