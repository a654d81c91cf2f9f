"""Handing a case in, and approving it: a second person looks at it, and the place keeps it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.cases._about import (
    crumbs,
    draft_of_job,
    draft_thing,
    found_draft,
    job_thing,
)
from totalplace.workbench.cases._kept import is_taken_back, kept_case
from totalplace.workbench.cases._text import read_draft
from totalplace.workbench.cases._views_one import newest_run, one_page
from totalplace.workbench.cases._work import begin_keep
from totalplace.workbench.cases.models import Draft, Run

__all__: list[str] = []

_LONGEST = 1_000


def decided_thing(request: WorkRequest, id: str) -> Thing:  # noqa: A002
    """The draft of an address, to whoever would approve it: none of those who wrote it may."""
    return found_draft(id).thing_for(request.actor)


def kept_thing(request: HttpRequest, kind: str, slug: str, n: int) -> Thing:  # noqa: ARG001
    """An approved case or portfolio: it goes out with the next publication."""
    if kind not in {"case", "portfolio"} or kept_case(kind, slug, n) is None:
        raise not_there("release")
    return Thing("release", f"{kind} {slug} {n}")


@route(
    "case-submit",
    "work/cases/<str:id>/submit/",
    thing=draft_thing,
    get=("write", "case"),
    post=("write", "case"),
)
def submit(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Hand a case in for approval, as it is and with the figures of its last run."""
    draft = found_draft(id)
    run = newest_run(draft)
    lacking = _lacking(draft, run)
    why = request.POST.get("why", "").strip()
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        if lacking:
            errors = [("", lacking)]
        elif not _is_seen(request, draft, None if run is None else run.pk):
            errors = [("", _changed())]
        elif not why:
            errors = [("why", _("Say what the case is for, to whoever approves it"))]
        elif len(why) > _LONGEST:
            errors = [("why", _("Say it in 1,000 characters or fewer"))]
        else:
            assert run is not None  # nothing is lacking
            taken = Draft.objects.filter(
                pk=id, revision=draft.revision, status=draft.status
            ).update(
                status="submitted",
                submitted_by=request.actor.name,
                submitted=timezone.now(),
                why=why,
                run=run.pk,
                decided_by="",
                decided=None,
                reason="",
                problems=[],
            )
            if taken:
                record_outcome(
                    request.asked,
                    {"case": id, "revision": draft.revision, "run_hash": run.run_hash},
                )
                say(request, _("The case was handed in. Somebody else approves it."))
                return redirect(draft.page)
            errors = [("", _changed())]
    before = kept_case(draft.kind, draft.slug) if draft.slug else None
    context = {
        "title": _("Hand it in for approval"),
        "crumbs": crumbs(draft),
        "draft": draft,
        "run": run,
        "lacking": lacking,
        "before": before,
        "why": why,
        "errors": errors,
        "wrong": dict(errors),
    }
    return render(request, "workbench/cases/submit.html", context, status=400 if errors else 200)


def _lacking(draft: Draft, run: Run | None) -> str:
    """Why it cannot be handed in yet; empty if it can."""
    if draft.is_closed:
        return _("It waits for approval already")
    if draft.status == "kept" and not is_taken_back(draft):
        return _("It is approved as it is; change it to hand it in again")
    if read_draft(draft).problems:
        return _("Something in it is wrong still: mend that first")
    if run is None or run.revision != draft.revision:
        return _("Run it first: what is approved are its figures as it is now")
    return ""


@route(
    "case-take-back", "work/cases/<str:id>/take-back/", thing=draft_thing, post=("write", "case")
)
def take_back(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Take a case back that waits for approval, to change it."""
    taken = Draft.objects.filter(pk=id, status="submitted").update(status="draft")
    if not taken:
        return one_page(request, found_draft(id), [("", _("It waits for nobody now."))])
    record_outcome(request.asked, {"case": id, "taken_back": True})
    say(request, _("You have taken it back, and can change it."))
    return redirect("case", id=id)


@route(
    "case-approve", "work/cases/<str:id>/approve/", thing=decided_thing, post=("approve", "case")
)
def approve(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Approve a case that somebody else has written: the place keeps it with its figures."""
    draft = found_draft(id)
    if draft.status == "submitted" and not _is_seen(request, draft, draft.run):
        return one_page(request, draft, [("", _changed())])
    reason = request.POST.get("approval", "").strip()
    errors = []
    if request.POST.get("looked") != "yes":
        errors.append(("looked", _("Say that you have looked at its figures and its sources")))
    if not reason:
        errors.append(("approval", _("Say why it is approved")))
    if errors:
        return one_page(request, draft, errors)
    # of two who press at once, one approves
    with transaction.atomic():
        taken = _still_submitted(draft).update(
            status="keeping",
            decided_by=request.actor.name,
            decided=timezone.now(),
            reason=reason[:_LONGEST],
            problems=[],
        )
        job = begin_keep(draft, request.actor, asked=None) if taken else 0
    if not taken:
        return one_page(request, found_draft(id), [("", _("This was decided already."))])
    record_outcome(request.asked, {**_decided(draft), "approved": True, "job": job})
    return redirect("job", id=job)


@route("case-return", "work/cases/<str:id>/return/", thing=decided_thing, post=("approve", "case"))
def send_back(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Send a case back to those who wrote it, with the reason."""
    draft = found_draft(id)
    if draft.status == "submitted" and not _is_seen(request, draft, draft.run):
        return one_page(request, draft, [("", _changed())])
    reason = request.POST.get("objection", "").strip()
    if not reason:
        return one_page(request, draft, [("objection", _("Say what is to be changed"))])
    taken = _still_submitted(draft).update(
        status="returned",
        decided_by=request.actor.name,
        decided=timezone.now(),
        reason=reason[:_LONGEST],
    )
    if not taken:
        return one_page(request, found_draft(id), [("", _("This was decided already."))])
    record_outcome(request.asked, {**_decided(draft), "approved": False})
    say(request, _("The case was sent back."))
    return redirect("case", id=id)


def _is_seen(request: WorkRequest, draft: Draft, run: int | None) -> bool:
    """Whether the page that the form stood on was of the text and the figures that stand now."""
    seen = request.POST.get("revision"), request.POST.get("run")
    return seen == (str(draft.revision), str(run or ""))


def _changed() -> str:
    return _("It was changed meanwhile: look at it again")


def _still_submitted(draft: Draft) -> QuerySet[Draft]:
    """The draft, while it waits with the text and the figures that were looked at."""
    return Draft.objects.filter(
        pk=draft.pk, status="submitted", revision=draft.revision, run=draft.run
    )


def _decided(draft: Draft) -> dict[str, Any]:
    """What was decided on: which text with which figures."""
    run = None if draft.run is None else Run.objects.filter(pk=draft.run).first()
    return {
        "case": draft.pk,
        "revision": draft.revision,
        "run_hash": run.run_hash if run is not None else "",
    }


@route("case-of-job", "work/cases/job/<int:id>/", thing=job_thing, get=("see", "case"))
def of_job(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002, ARG001
    """What a job of a case has come to: the results of its run, or the case."""
    run = Run.objects.filter(job=id).exclude(document={}).first()
    if run is not None:
        return redirect("case-result", id=run.draft_id, run=run.pk)
    return redirect(draft_of_job(id).page)
