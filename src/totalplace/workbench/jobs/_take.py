"""Jobs in the table, as the worker takes them and tells what became of them.

Each change is one statement that names the state it starts from, so that a page that stops a job,
the job's own process and the worker never write over one another. `attempts` tells the attempts of
one job apart.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from totalplace.workbench.jobs.models import Job

__all__ = ["close", "give_back", "is_cancelled", "stop", "take", "take_up_again"]

ATTEMPTS = 2


def take(lane: str) -> tuple[int, int] | None:
    """The job of a lane that has waited longest, for the caller alone: id and attempt."""
    if not Job.objects.filter(lane=lane, status="queued").exists():
        return None
    with transaction.atomic():
        rows = Job.objects.filter(lane=lane, status="queued", is_cancelled=False).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        job = rows.only("attempts").first()
        if job is None:
            return None
        # on SQLite the transaction is the only one that writes
        Job.objects.filter(pk=job.pk).update(
            status="running", started=timezone.now(), attempts=F("attempts") + 1
        )
    return int(job.pk), int(job.attempts) + 1


def take_up_again() -> None:
    """What to do with jobs that a worker had begun which is gone."""
    # none is stopped and waits: one that an older version has left so would wait for ever
    stuck = Job.objects.filter(status="queued", is_cancelled=True)
    stuck.update(status="cancelled", finished=timezone.now())
    for job in Job.objects.filter(status="running").only("pk", "attempts", "log", "is_cancelled"):
        if job.attempts < ATTEMPTS or job.is_cancelled:
            _queue(job, attempts=job.attempts)
        else:
            _fail(job.pk, job.attempts, "the server was stopped each time that it ran")


def give_back(job_id: int, attempt: int) -> None:
    """Put a job back into the queue because the worker is told to stop."""
    job = Job.objects.filter(pk=job_id, status="running", attempts=attempt).first()
    if job is not None:
        _queue(job, attempts=attempt - 1)


def stop(job_id: int) -> None:
    """Have a job stopped: one that waits is over at once, one that runs is ended by the worker."""
    # one statement: between two of them the job could be taken, or given back
    is_waiting = When(status="queued", then=Value("cancelled"))
    Job.objects.filter(pk=job_id, finished=None).update(
        is_cancelled=True,
        status=Case(is_waiting, default=F("status")),
        finished=Case(When(status="queued", then=Value(timezone.now())), default=F("finished")),
    )


def is_cancelled(job_id: int) -> bool:
    """Whether somebody has stopped it."""
    return Job.objects.filter(pk=job_id, is_cancelled=True).exists()


def close(job_id: int, attempt: int, exit_code: int | None) -> bool:
    """Say what became of a job whose process has ended.

    Returns:
        Whether the process has said so itself, or was stopped because somebody wanted it.
    """
    job = Job.objects.filter(pk=job_id, status="running", attempts=attempt).first()
    if job is None:
        return True
    if job.is_cancelled:
        _end(job_id, attempt, "cancelled")
        return True
    _fail(job_id, attempt, _why(exit_code))
    return False


def _line(text: str) -> list[str]:
    """A line of the log of a job: when, and what."""
    return [timezone.now().isoformat(timespec="seconds"), text]


def _queue(job: Job, *, attempts: int) -> None:
    """Put a job back into the queue, unless somebody has stopped it."""
    own = Job.objects.filter(pk=job.pk, status="running", attempts=job.attempts)
    is_queued = own.filter(is_cancelled=False).update(
        status="queued", stage="", done=0, total=0, stage_began=None, attempts=attempts,
        log=[*job.log, _line("the server was stopped; the work is begun again")],
    )  # fmt: skip
    if not is_queued:
        _end(job.pk, job.attempts, "cancelled")


def _end(job_id: int, attempt: int, status: str, **more: Any) -> None:
    Job.objects.filter(pk=job_id, status="running", attempts=attempt).update(
        status=status, finished=timezone.now(), stage="", **more
    )


def _fail(job_id: int, attempt: int, why: str) -> None:
    problem = {
        "code": "job_ended",
        "what": "the work was ended before it was done",
        "where": f"job {job_id}",
        "why": why,
        "fix": "nothing is half done: start it again, and tell those who run the site if it happens"
        " again",
    }
    _end(job_id, attempt, "failed", problems=[problem])


def _why(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"its process was ended by signal {-exit_code}: by hand, or for want of memory"
    return f"its process ended with exit code {exit_code}"
