"""The pages between choosing and deciding: the choices, their effect, and saving them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace import open_place
from totalplace.access import Thing
from totalplace.web._page import Column, Table
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench.jobs import enqueue
from totalplace.workbench.jobs.models import Job
from totalplace.workbench.queues import _basket, ask_recount
from totalplace.workbench.queues._effect import EFFECT
from totalplace.workbench.queues._save import Saved, clashes, save, stale
from totalplace.workbench.queues._views_queues import crumbs, queue_context
from totalplace.workbench.queues._words import queue_words
from totalplace.workbench.queues.models import Choice

__all__: list[str] = []

_WHY_LENGTH = 1_000
_WHY = "why-"
_FOLD = 20


def effect_thing(request: WorkRequest, id: int) -> Thing:  # noqa: A002 - the address's own name
    """The job that has worked out an account's own effect."""
    job = _own_job(request, id)
    return Thing("job", str(job.pk), frozenset(job.bodies), job.owner)


def save_thing(request: WorkRequest, id: int) -> Thing:  # noqa: A002
    """What is saved: decisions, each of which is asked about by itself."""
    _own_job(request, id)
    return Thing("decision")


def _own_job(request: WorkRequest, id: int) -> Job:  # noqa: A002
    job = Job.objects.filter(pk=id, kind=EFFECT, status="done", owner=request.actor.name).first()
    if job is None:
        raise not_there("effect")
    return job


@route("choices", "work/queues/choices/", get=("see", "queue"))
def choices(request: WorkRequest) -> HttpResponse:
    """What the account has chosen and not saved."""
    with open_place(settings.TOTALPLACE_PLACE) as place:
        made = _basket.drop_made(request.actor, place)
    context = queue_context(request.actor) | {
        "title": _("Your choices"),
        "lead": _("They are no decisions yet, and nobody else sees them."),
        "crumbs": crumbs(),
        "choices": list(_basket.of(request.actor)),
        "made": made,
        "most": _basket.MOST,
    }
    return render(request, "workbench/queues/choices.html", context)


@route("choices-remove", "work/queues/choices/remove/", post=("settle", "queue"))
def remove(request: WorkRequest) -> HttpResponse:
    """Take choices back: those that are named, or all."""
    own = _basket.of(request.actor)
    keys = request.POST.getlist("key")
    count, _of = (own.filter(key__in=keys) if keys else own).delete()
    words = ngettext("%(n)s choice was taken back.", "%(n)s choices were taken back.", count)
    say(request, words % {"n": f"{count:,}"})
    return redirect("choices")


@route("effect", "work/queues/effect/", post=("settle", "queue"))
def effect(request: WorkRequest) -> HttpResponse:
    """Have the effect of the choices worked out."""
    with open_place(settings.TOTALPLACE_PLACE) as place:
        _basket.drop_made(request.actor, place)
    chosen = list(_basket.of(request.actor))
    if not chosen:
        say(request, _("There are no choices to save."))
        return redirect("choices")
    facts = {
        "fingerprint": _basket.fingerprint(chosen),
        "choices": [
            {"what": one.what, "object_id": one.object_id, "value": one.value} for one in chosen
        ],
    }
    job = enqueue(EFFECT, facts, actor=request.actor, asked=request.asked)
    return redirect("job", id=job.pk)


@route("queue-effect", "work/queues/effect/<int:id>/", thing=effect_thing, get=("see", "job"))
def shown(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """The headline before and after the choices, what changes by body, and the form to save."""
    return _shown(request, _own_job(request, id))


@route(
    "queue-save",
    "work/queues/effect/<int:id>/save/",
    thing=save_thing,
    post=("settle", "decision"),
)
def saved(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """Make the choices decisions, if the effect that was shown is theirs."""
    job = _own_job(request, id)
    why = request.POST.get("why", "").strip()
    reasons = {
        name.removeprefix(_WHY): text.strip()
        for name, text in request.POST.dict().items()
        if name.startswith(_WHY) and text.strip()
    }
    keys = set(_basket.of(request.actor).values_list("key", flat=True))
    if not why and not keys <= set(reasons):
        return _shown(request, job, errors=[("why", _("Say why you decide so"))])
    if any(len(text) > _WHY_LENGTH for text in (why, *reasons.values())):
        return _shown(request, job, errors=[("why", _("Say why in 1,000 characters or fewer"))])
    result = save(request.actor, job.result, why, reasons, asked=request.asked)
    if not result.numbers:
        return _shown(request, job, result=result)
    ask_recount(request.actor)
    count = len(result.numbers)
    words = ngettext("%(n)s decision is saved.", "%(n)s decisions are saved.", count)
    say(request, words % {"n": f"{count:,}"})
    return redirect("decisions")


def _shown(
    request: WorkRequest,
    job: Job,
    *,
    errors: list[tuple[str, str]] | None = None,
    result: Saved | None = None,
) -> HttpResponse:
    chosen = list(_basket.of(request.actor))
    with open_place(settings.TOTALPLACE_PLACE) as place:
        why_stale = (result.stale if result else "") or stale(chosen, job.result, place)
        found = list(result.clashes) if result else []
        if not why_stale and not found:
            found = clashes(chosen, job.result, place)
    told = list(errors or [])
    if why_stale:
        told.append(("", why_stale))
    for one in found:
        facts = {"title": one.choice.title, "who": one.decision.who, "n": one.decision.n}
        told.append(("", _("%(title)s: %(who)s has decided it meanwhile (decision %(n)s)") % facts))
    for problem in result.problems if result else ():
        told.append(("", f"{problem.what}: {problem.where}: {problem.why}"))
    count = len(chosen)
    words = ngettext("Save %(n)s decision", "Save %(n)s decisions", count)
    context = queue_context(request.actor) | {
        "title": _("What your choices change"),
        "crumbs": crumbs((_("Your choices"), reverse("choices"))),
        "job": job,
        "years": [_year(one) for one in job.result["years"]],
        "choices": chosen,
        "by_queue": _by_queue(chosen),
        "is_stale": bool(why_stale or found or not chosen),
        "clashes": found,
        "button": words % {"n": f"{count:,}"},
        "why": request.POST.get("why", ""),
        "errors": told if request.method == "POST" or found else [],
        "why_stale": why_stale,
        "wrong": dict(told),
    }
    status = 409 if found or (why_stale and result) else 400 if told and errors else 200
    return render(request, "workbench/queues/effect.html", context, status=status)


def _by_queue(chosen: list[Choice]) -> list[tuple[str, int]]:
    """How many things leave each queue."""
    counts = Counter(one.queue for one in chosen if one.what != _basket.UNDO)
    return [(queue_words(queue), count) for queue, count in counts.items()]


def _year(one: dict[str, Any]) -> dict[str, Any]:
    before, after = one["before"], one["after"]
    labels = {
        "gross_pence": _("Gross"),
        "eliminated_pence": _("Eliminated"),
        "net_pence": _("Net public money"),
    }
    rows = [
        {
            "what": label,
            "before_gbp": before[name],
            "after_gbp": after[name],
            "change_gbp": after[name] - before[name],
        }
        for name, label in labels.items()
    ]
    bodies = [
        {
            "what": row["body"],
            "before_gbp": row["before_pence"],
            "after_gbp": row["after_pence"],
            "change_gbp": row["after_pence"] - row["before_pence"],
        }
        for row in one["bodies"]
    ]
    year = one["year"]
    return {
        "year": year,
        "change_pence": after["net_pence"] - before["net_pence"],
        "fall_pence": before["net_pence"] - after["net_pence"],
        "unresolved": (before["unresolved"], after["unresolved"]),
        "headline": Table(
            f"headline-{year}",
            _("The headline of %(year)s before and after, in £") % {"year": year},
            _columns(_("Amount")),
            rows,
        ),
        "bodies": Table(
            f"bodies-{year}",
            _("Net by body in %(year)s, where it changes, in £") % {"year": year},
            _columns(_("Body")),
            bodies,
            empty=_("No body's net changes."),
            fold=_FOLD,
        ),
    }


def _columns(label: str) -> list[Column]:
    return [
        Column("what", label, is_head=True),
        Column("before_gbp", _("Before"), "gbp"),
        Column("after_gbp", _("After"), "gbp"),
        Column("change_gbp", _("Change"), "gbp"),
    ]
