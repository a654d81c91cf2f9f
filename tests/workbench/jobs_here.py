"""Jobs in tests: done in this process, as the worker's children do them."""

from __future__ import annotations

__all__ = ["run_jobs"]


def run_jobs(*kinds: str) -> list[str]:
    """Do what waits, of these kinds alone if any are named; the states that it came to."""
    from totalplace.workbench.jobs._run import run_job
    from totalplace.workbench.jobs.models import Job

    states = []
    while jobs := [
        one for one in Job.objects.filter(status="queued") if not kinds or one.kind in kinds
    ]:
        for job in jobs:
            Job.objects.filter(pk=job.pk).update(status="running", attempts=1)
            run_job(job.pk, 1)
            job.refresh_from_db()
            states.append(job.status)
    return states
