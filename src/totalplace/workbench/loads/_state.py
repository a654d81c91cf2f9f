"""The state of an upload as people see it: what was found, or what is being done to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from totalplace.workbench.jobs.models import Job
from totalplace.workbench.loads.models import Upload

__all__ = ["STATES", "jobs_of", "state_of", "state_words"]

STATES = (
    "looking",
    "proposed",
    "ready",
    "refused",
    "loading",
    "not_loaded",
    "loaded",
    "stopped",
)
"""Every state, in the order of the way of a file."""


def state_words(state: str) -> str:
    """A state for people."""
    return {
        "looking": _("being looked at"),
        "proposed": _("mapping to be settled"),
        "ready": _("ready to load"),
        "refused": _("cannot be loaded"),
        "loading": _("being loaded"),
        "not_loaded": _("was not loaded"),
        "loaded": _("loaded"),
        "stopped": _("the work on it was stopped"),
    }[state]


def jobs_of(uploads: Iterable[Upload]) -> dict[int, Job]:
    """The last jobs of some uploads, by number."""
    ids = {one.job_id for one in uploads if one.job_id is not None}
    return Job.objects.in_bulk(ids)


def state_of(upload: Upload, jobs: Mapping[int, Job]) -> str:
    """The state of an upload."""
    job = jobs.get(upload.job_id or 0)
    if job is not None and not job.is_over:
        return "looking" if job.kind == "look" else "loading"
    if job is not None and job.status != "done" and upload.status not in {"not_loaded", "loaded"}:
        return "stopped"
    # it waits for a look that nobody will take
    return "stopped" if upload.status == "received" else upload.status
