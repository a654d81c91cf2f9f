"""The worker: takes jobs from the table and does each in a process of its own.

The process of a job ends with the worker, and may be ended at any time: what it changes of a place
it changes whole or not at all. A job that a dead worker had begun is begun again, once.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from totalplace.workbench.jobs._run import run_job

__all__ = ["LANES", "work"]

LANES = ("long", "quick")
ATTEMPTS = 2
_POLL_SECONDS = 0.2
_GRACE_SECONDS = 5.0
_LOG = logging.getLogger(__name__)
_PRELOADED = ["totalplace._api", "totalplace.count", "totalplace.workbench.jobs._run"]


@dataclass
class _Running:
    job_id: int
    process: BaseProcess
    ended_at: float | None = None


def work(stopped: Callable[[], bool]) -> None:
    """Do jobs until told to stop.

    Args:
        stopped: asked a few times a second.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    running: dict[str, _Running] = {}
    _take_up_again()
    try:
        while not stopped():
            for lane in LANES:
                _look_after(lane, running, context)
            # no read stays open, or the database could never be tidied
            connection.close_if_unusable_or_obsolete()
            time.sleep(_POLL_SECONDS)
    finally:
        for one in running.values():
            one.process.kill()
            one.process.join()


def _look_after(lane: str, running: dict[str, _Running], context: BaseContext) -> None:
    one = running.get(lane)
    if one is None:
        job_id = _next(lane)
        if job_id is not None:
            process = context.Process(target=_child, args=(job_id,), name=f"job-{job_id}")  # type: ignore[attr-defined]
            process.start()
            running[lane] = _Running(job_id, process)
        return
    if not one.process.is_alive():
        one.process.join()
        del running[lane]
        _close(one.job_id, one.process.exitcode)
        return
    if one.ended_at is None:
        if _is_cancelled(one.job_id):
            one.process.terminate()
            one.ended_at = time.monotonic()
    elif time.monotonic() - one.ended_at > _GRACE_SECONDS:
        one.process.kill()


def _child(job_id: int) -> None:
    """The process of a job: it ends when the worker does."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        watch = threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True)
        watch.start()
    run_job(job_id)


def _end_with(sentinel: Any) -> None:
    wait([sentinel])
    os._exit(1)


def _take_up_again() -> None:
    from totalplace.workbench.jobs.models import Job

    for job in Job.objects.filter(status="running"):
        if job.attempts < ATTEMPTS and not job.is_cancelled:
            job.status, job.stage = "queued", ""
            job.log = [*job.log, _line("the server was stopped; the job is begun again")]
            job.save()
        else:
            _fail(job, "the server was stopped while it ran")


def _next(lane: str) -> int | None:
    """The job that waited longest, taken by this worker."""
    from totalplace.workbench.jobs.models import Job

    if not Job.objects.filter(lane=lane, status="queued").exists():
        return None
    with transaction.atomic():
        rows = Job.objects.filter(lane=lane, status="queued").order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        job = rows.first()
        if job is None:
            return None
        if job.is_cancelled:
            job.status, job.finished = "cancelled", timezone.now()
            job.save()
            return None
        job.status, job.started = "running", timezone.now()
        job.attempts += 1
        job.save()
    return int(job.pk)


def _is_cancelled(job_id: int) -> bool:
    from totalplace.workbench.jobs.models import Job

    return Job.objects.filter(pk=job_id, is_cancelled=True).exists()


def _close(job_id: int, exit_code: int | None) -> None:
    """Say what became of a job whose process has ended without saying so itself."""
    from totalplace.workbench.jobs.models import Job

    with contextlib.suppress(Job.DoesNotExist):
        job = Job.objects.get(pk=job_id)
        if job.is_over:
            return
        if job.is_cancelled:
            job.status, job.finished = "cancelled", timezone.now()
            job.save()
            return
        _LOG.error("job %s (%s) ended with exit code %s", job_id, job.kind, exit_code)
        _fail(job, f"its process ended with exit code {exit_code}")


def _fail(job: Any, why: str) -> None:
    job.status, job.finished = "failed", timezone.now()
    job.problems = [
        {
            "code": "job_ended",
            "what": "the work was ended before it was done",
            "where": f"job {job.pk}",
            "why": why,
            "fix": "nothing was half done; start it again, and tell those who run the site if it"
            " happens again",
        }
    ]
    job.save()


def _line(text: str) -> list[str]:
    return [timezone.now().isoformat(timespec="seconds"), text]
