"""Asking for the headline and the queues to be worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from totalplace.access import Actor
from totalplace.workbench.jobs import enqueue

if TYPE_CHECKING:
    from totalplace.workbench.jobs.models import Job

__all__ = ["RECOUNT", "ask_recount"]

RECOUNT = "recount"


def ask_recount(actor: Actor, *, is_forced: bool = False) -> Job:
    """Have the headline and the queues worked out again; of jobs that wait there is one at most.

    Whatever changes a place asks for it: what is loaded, decided, undone.

    Args:
        is_forced: also where the place is as it was when they were worked out last.
    """
    from totalplace.workbench.jobs.models import Job

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE jobs_job IN SHARE ROW EXCLUSIVE MODE")
        found = Job.objects.filter(kind=RECOUNT, status="queued", is_cancelled=False).first()
        if found is None:
            return enqueue(RECOUNT, {"is_forced": is_forced}, actor=actor)
        if is_forced:
            found.facts = {"is_forced": True}
            found.save(update_fields=["facts"])
        return found
