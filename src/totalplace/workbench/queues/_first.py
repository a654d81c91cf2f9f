"""The queues of a place that had lines before it had a workbench."""

from __future__ import annotations

from django.conf import settings

from totalplace.access import Actor
from totalplace.workbench.jobs._keep import hourly
from totalplace.workbench.jobs.models import Job
from totalplace.workbench.queues._ask_recount import RECOUNT, ask_recount
from totalplace.workbench.queues.models import Recount

__all__ = ["ask_first_recount"]

_SERVER = "the server"
"""Who asks for work that nobody has asked for."""


@hourly
def ask_first_recount() -> None:
    """Have them worked out, unless they were, or somebody has asked for it."""
    if Recount.objects.exists() or Job.objects.filter(kind=RECOUNT).exists():
        return
    if any((settings.TOTALPLACE_PLACE / "lines").glob("*")):
        ask_recount(Actor(_SERVER))
