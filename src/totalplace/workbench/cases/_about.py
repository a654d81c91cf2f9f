"""What pages of a draft have in common: finding it, its state in words, the way to it."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.workbench._route import not_there
from totalplace.workbench.cases.models import Draft, Run
from totalplace.workbench.jobs.models import Job

__all__ = [
    "crumbs",
    "draft_of_job",
    "draft_thing",
    "found_draft",
    "found_run",
    "job_thing",
    "run_thing",
    "status_words",
]


def found_draft(id: str) -> Draft:  # noqa: A002 - the address's own name
    """The draft of an address; one whose work was ended before it was done is as it was before."""
    draft = Draft.objects.filter(pk=id).first()
    if draft is None:
        raise not_there("case")
    if draft.status == "keeping" and draft.job is not None:
        job = Job.objects.filter(pk=draft.job, status__in=("failed", "cancelled")).first()
        if job is not None:
            draft.status, draft.problems = "submitted", job.problems
            draft.save()
    return draft


def draft_thing(request: HttpRequest, id: str, **_parts: object) -> Thing:  # noqa: A002, ARG001
    """The draft of an address, as the rules of access see it."""
    return found_draft(id).thing


def found_run(id: str, run: int) -> Run:  # noqa: A002
    """A run of a draft that has found something."""
    one = Run.objects.filter(pk=run, draft_id=id).first()
    if one is None or not one.document:
        raise not_there("run")
    return one


def run_thing(request: HttpRequest, id: str, run: int, **_parts: object) -> Thing:  # noqa: A002, ARG001
    """The draft that a run is of."""
    return found_run(id, run).draft.thing


def draft_of_job(id: int) -> Draft:  # noqa: A002
    """The draft that a job was about."""
    run = Run.objects.filter(job=id).select_related("draft").first()
    draft = run.draft if run is not None else Draft.objects.filter(job=id).first()
    if draft is None:
        raise not_there("case")
    return draft


def job_thing(request: HttpRequest, id: int) -> Thing:  # noqa: A002, ARG001
    """The draft that a job was about, as the rules of access see it."""
    return draft_of_job(id).thing


def status_words(draft: Draft) -> str:
    """The state of a draft for people."""
    return {
        "draft": _("being written"),
        "submitted": _("waits for approval"),
        "keeping": _("being kept"),
        "kept": _("approved"),
        "returned": _("sent back"),
    }[draft.status]


def crumbs(draft: Draft | None = None) -> list[tuple[str, str]]:
    """The way to a page of a draft."""
    way = [(_("Cases"), reverse("cases"))]
    return way if draft is None else [*way, (draft.title, draft.page)]
