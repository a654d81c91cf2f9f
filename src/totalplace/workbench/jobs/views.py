"""The pages of jobs: how far one is, and those that an account may see."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace.access import Actor, Thing
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._waiting import Line, waiting
from totalplace.workbench.jobs._kinds import KINDS
from totalplace.workbench.jobs._take import stop
from totalplace.workbench.jobs.models import Job

__all__ = ["eta_seconds", "job_thing", "percent", "time_left"]

_LISTED = 100
_REFRESH_SECONDS = 2
_MINUTE_SECONDS = 60
_LONG_MINUTES = 90


def job_thing(request: HttpRequest, id: int) -> Thing:  # noqa: A002, ARG001 - the address's own name
    """The job of an address, as the rules of access see it."""
    job = Job.objects.filter(pk=id).first()
    if job is None:
        raise not_there("job")
    return thing_of(job)


def thing_of(job: Job) -> Thing:
    """A job as the rules of access see it."""
    return Thing("job", str(job.pk), frozenset(job.bodies), job.owner)


def percent(job: Job) -> int | None:
    """How much of the stage is done; None if that is not known."""
    return min(100, int(100 * job.done // job.total)) if job.total > 0 else None


def eta_seconds(job: Job) -> int | None:
    """How long the stage will take still, at its pace so far; None if that is not known."""
    if not job.stage_began or job.done <= 0 or job.total <= 0 or job.is_over:
        return None
    passed = (timezone.now() - job.stage_began).total_seconds()
    return round(passed * (job.total - job.done) / job.done)


def time_left(job: Job) -> str:
    """How long the stage will take still, in words; empty if that is not known."""
    seconds = eta_seconds(job)
    if seconds is None:
        return ""
    if seconds < _MINUTE_SECONDS:
        return _("less than a minute left")
    minutes = -(-seconds // _MINUTE_SECONDS)
    if minutes < _LONG_MINUTES:
        words = ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes)
        return words % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("about %(n)s hour left", "about %(n)s hours left", hours) % {"n": hours}


def _facts(job: Job) -> dict[str, Any]:
    kind = KINDS.get(job.kind)
    return {
        "job": job,
        "label": job.kind if kind is None else kind.label,
        "percent": percent(job),
        "time_left": time_left(job),
        "result_page": reverse(kind.result_page, args=[job.pk])
        if kind and kind.result_page and job.status == "done"
        else "",
    }


@waiting
def open_jobs(actor: Actor) -> Sequence[Line]:
    """The jobs that wait or run, of those that the account may see."""
    going = Job.objects.filter(finished=None).defer("facts", "log", "result", "problems")
    lines = []
    for one in going:
        if may(actor, "see", thing_of(one)):
            facts = _facts(one)
            done = "" if facts["percent"] is None else f" {facts['percent']}%"
            state = _("waits") if one.status == "queued" else one.stage
            text = f"{facts['label']}: {state}{done}"
            lines.append(Line("jobs", text, reverse("job", args=[one.pk])))
    return lines


@route("jobs", "jobs/", get=("see", "job"))
def jobs(request: WorkRequest) -> HttpResponse:
    """The jobs that the account may see, the newest first."""
    newest = Job.objects.order_by("-id").defer("facts", "log", "result", "problems").iterator()
    seen = (job for job in newest if may(request.actor, "see", thing_of(job)))
    context = {"title": _("Jobs"), "rows": [_facts(job) for job in islice(seen, _LISTED)]}
    return render(request, "workbench/jobs/list.html", context)


@route("job", "jobs/<int:id>/", thing=job_thing, get=("see", "job"))
def job(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """One job: stage, percent, time left, log, result. It loads itself again until it is over."""
    one = Job.objects.get(pk=id)
    facts = _facts(one)
    context = facts | {
        "title": facts["label"],
        "crumbs": [(_("Jobs"), reverse("jobs"))],
        "refresh": None if one.is_over else _REFRESH_SECONDS,
        "may_cancel": not one.is_over and may(request.actor, "cancel", thing_of(one)),
    }
    return render(request, "workbench/jobs/one.html", context)


@route("job-json", "jobs/<int:id>.json", thing=job_thing, get=("see", "job"))
def job_json(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002, ARG001
    """The same as JSON."""
    one = Job.objects.get(pk=id)
    return JsonResponse(
        {
            "id": one.pk,
            "kind": one.kind,
            "status": one.status,
            "attempts": one.attempts,
            "stage": one.stage,
            "percent": percent(one),
            "eta_seconds": eta_seconds(one),
            "log": one.log,
            "result": one.result,
            "problems": one.problems,
        }
    )


@route("job-cancel", "jobs/<int:id>/cancel/", thing=job_thing, post=("cancel", "job"))
def job_cancel(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002, ARG001
    """Stop a job: what it had begun comes to nothing, what it had finished stays."""
    stop(id)
    return redirect("job", id=id)
