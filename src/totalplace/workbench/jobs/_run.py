"""One job, from its row in the table to its result there."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import time
from collections.abc import Iterator
from typing import Any

from totalplace.errors import TotalplaceError

__all__ = ["run_job"]

_TOLD_EVERY_SECONDS = 0.3
_PATIENCE_MS = 200
_TRIES = 5
_LOG_LINES = 200
_LOG = logging.getLogger(__name__)


def run_job(job_id: int, attempt: int) -> None:
    """Do a job that the worker has taken, and write down what came of it.

    Args:
        attempt: which of its attempts this is: what another one writes stays as it is.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "totalplace.workbench.settings")
    import django

    django.setup()
    from django.db import close_old_connections
    from django.utils import timezone

    from totalplace.workbench.jobs._kinds import kind_of
    from totalplace.workbench.jobs.models import Job

    close_old_connections()
    own = Job.objects.filter(pk=job_id, status="running", attempts=attempt)
    job = own.first()
    if job is None:
        return
    told = _Told(own, job.log)
    ended: dict[str, Any]
    try:
        result = kind_of(job.kind).work(job.facts, told)
        ended = {"status": "done", "result": dict(result)}
    except TotalplaceError as error:
        ended = {"status": "failed", "problems": [one.as_dict() for one in error.problems]}
    except Exception:
        ended = {"status": "failed", "problems": [_fault(job_id, job.kind)]}
    # it is done now: whoever stops it comes too late
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ended |= {**told.left, "finished": timezone.now(), "stage": ""}
    _surely(lambda: own.update(**ended))


def _fault(job_id: int, kind: str) -> dict[str, str]:
    """What is told of a fault of ours; the log has the rest under its number."""
    number = secrets.token_hex(4)
    _LOG.exception("fault %s in job %s (%s)", number, job_id, kind)
    return {
        "code": "fault",
        "what": "the work failed by a fault of this software",
        "where": f"job {job_id}, fault {number}",
        "why": f"what went wrong stands in the log of the server under fault {number}",
        "fix": "nothing is half done: tell those who run the site the number of the fault",
    }


def _surely(write: Any) -> None:
    """Write even if the database is busy or away for a while."""
    from django.db import DatabaseError, connection

    for tries in range(_TRIES):
        try:
            write()
            return
        except DatabaseError:
            connection.close()
            if tries == _TRIES - 1:
                raise
            time.sleep(2**tries)


@contextlib.contextmanager
def _briefly() -> Iterator[None]:
    """Wait for other writers of SQLite but a moment."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    patience = int(connection.settings_dict["OPTIONS"]["timeout"] * 1_000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


class _Told:
    """Writes down how far a job is, not oftener than is worth it, and never so that it fails.

    Attributes:
        left: what was told and is not written yet.
    """

    def __init__(self, own: Any, log: list[list[str]]) -> None:
        self._own = own
        self._last = 0.0
        self._stage: str | None = None
        self._log = list(log)
        self.left: dict[str, Any] = {}

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        from django.utils import timezone

        self.left |= {"stage": stage[:200], "done": done, "total": total}
        if stage != self._stage:
            self._stage = stage
            moment = timezone.now()
            self._log = [*self._log, [moment.isoformat(timespec="seconds"), stage]][-_LOG_LINES:]
            self.left |= {"stage_began": moment, "log": self._log}
            self._last = 0.0
        if time.monotonic() - self._last >= _TOLD_EVERY_SECONDS:
            self._write()

    def _write(self) -> None:
        from django.db import DatabaseError

        self._last = time.monotonic()
        try:
            with _briefly():
                self._own.update(**self.left)
        except DatabaseError as error:
            # how far it is does not matter so much as that it goes on
            _LOG.info("not told: %s", error)
            return
        self.left = {}
