"""Giving work to the worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from totalplace.access import Actor
from totalplace.workbench.jobs._kinds import kind_of

if TYPE_CHECKING:
    from totalplace.workbench.jobs.models import Job

__all__ = ["enqueue"]


def enqueue(
    kind: str,
    facts: Mapping[str, Any],
    *,
    actor: Actor,
    bodies: Iterable[str] = (),
    asked: int | None = None,
) -> Job:
    """Put a job into the queue.

    Args:
        kind: the name of a kind of job.
        facts: what its function is given; JSON.
        bodies: whose money it concerns.
        asked: the row of the audit that has allowed it: `request.asked` of a view. What becomes of
            the job is recorded as the outcome of that row.
    """
    from totalplace.workbench.jobs.models import Job

    return Job.objects.create(
        kind=kind,
        lane=kind_of(kind).lane,
        facts=dict(facts),
        owner=actor.name,
        bodies=sorted(bodies),
        asked=asked,
    )
