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


def ask_recount(actor: Actor) -> Job:
    """Have the headline and the queues worked out again; of jobs that wait there is one at most.

    Whatever changes a place asks for it: what is loaded, decided, undone.
    """
    from totalplace.workbench.jobs.models import Job

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE jobs_job IN SHARE ROW EXCLUSIVE MODE")
        found = Job.objects.filter(kind=RECOUNT, status="queued", is_cancelled=False).first()
        return found or enqueue(RECOUNT, {}, actor=actor)
