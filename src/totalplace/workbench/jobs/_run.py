"""One job, from its row in the table to its result there."""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from totalplace.errors import TotalplaceError

__all__ = ["run_job"]

_TOLD_EVERY_SECONDS = 0.3
_LOG_LINES = 200
_LOG = logging.getLogger(__name__)


def run_job(job_id: int) -> None:
    """Do a job that the worker has taken, and write down what came of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "totalplace.workbench.settings")
    import django

    django.setup()
    from django.db import close_old_connections
    from django.utils import timezone

    from totalplace.workbench import _views  # noqa: F401 - hangs every kind of job on the list
    from totalplace.workbench.jobs._kinds import KINDS
    from totalplace.workbench.jobs.models import Job

    close_old_connections()
    job = Job.objects.get(pk=job_id)
    told = _Told(job)
    ended: dict[str, Any]
    try:
        result = KINDS[job.kind].work(job.facts, told)
        ended = {"status": "done", "result": dict(result)}
    except TotalplaceError as error:
        ended = {"status": "failed", "problems": [one.as_dict() for one in error.problems]}
    except Exception:
        _LOG.exception("job %s (%s)", job_id, job.kind)
        problem = {
            "code": "fault",
            "what": "the work failed by a fault of this software",
            "where": f"job {job_id}",
            "why": "what went wrong stands in the log of the server",
            "fix": "tell those who run the site; nothing was half done",
        }
        ended = {"status": "failed", "problems": [problem]}
    told.now()
    Job.objects.filter(pk=job_id).update(finished=timezone.now(), stage="", **ended)


class _Told:
    """Writes down how far a job is, not oftener than is worth it."""

    def __init__(self, job: Any) -> None:
        self._job = job
        self._last = 0.0
        self._facts: dict[str, Any] = {}
        self._log: list[list[str]] = list(job.log)

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        from django.utils import timezone

        facts: dict[str, Any] = {"stage": stage[:200], "done": done, "total": total}
        if self._facts.get("stage") != facts["stage"]:
            moment = timezone.now()
            facts["stage_began"] = moment
            self._log.append([moment.isoformat(timespec="seconds"), stage])
            self._log = self._log[-_LOG_LINES:]
            self._last = 0.0
        self._facts |= facts
        if time.monotonic() - self._last >= _TOLD_EVERY_SECONDS:
            self.now()

    def now(self) -> None:
        """Write down what was told last."""
        from totalplace.workbench.jobs.models import Job

        self._last = time.monotonic()
        if self._facts:
            Job.objects.filter(pk=self._job.pk).update(log=self._log, **self._facts)
