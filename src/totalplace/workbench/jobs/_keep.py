"""What stays of jobs that are over: their facts in the audit, and for a month their pages."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from totalplace.workbench.audit import record_end, record_outcome
from totalplace.workbench.jobs.models import Job

__all__ = ["HOURLY", "KEPT_DAYS", "hourly", "record_ends", "remove_old"]

KEPT_DAYS = 30
HOURLY: list[Callable[[], object]] = []
"""What else the worker does each hour, in a moment: what an area keeps for a time, it sweeps."""

_LOG = logging.getLogger(__name__)
_HASH = re.compile(r"[0-9a-f]{8,64}")


def hourly(work: Callable[[], object]) -> Callable[[], object]:
    """Have the worker do something each hour."""
    HOURLY.append(work)
    return work


def record_ends(faulty: set[int]) -> None:
    """Write what became of jobs into the audit, once each.

    Args:
        faulty: jobs that are passed over; one whose end cannot be written is told and added.

    Raises:
        DatabaseError: the database is busy or away.
    """
    over = Job.objects.exclude(finished=None).filter(is_recorded=False).order_by("id")
    for job in over.exclude(pk__in=faulty).defer("facts", "log"):
        try:
            with transaction.atomic():
                # both or neither; and whoever comes second finds nothing to do
                if Job.objects.filter(pk=job.pk, is_recorded=False).update(is_recorded=True):
                    _record(job)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            _LOG.exception("the end of job %s is not in the audit; tried again in an hour", job.pk)
            faulty.add(job.pk)


def remove_old() -> None:
    """Remove jobs that are over for a month."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    Job.objects.filter(finished__lt=before, is_recorded=True).delete()


def _record(job: Job) -> None:
    facts = {
        "job": job.pk,
        "kind": job.kind,
        "status": job.status,
        "attempts": job.attempts,
        **_result(job.result),
    }
    if job.problems:
        facts["problems"] = [one["code"] for one in job.problems]
    if job.asked is not None:
        record_outcome(job.asked, facts)
    else:
        record_end(job.owner, "job", str(job.pk), bodies=job.bodies, detail=facts)


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    """What of a result is a fact and cannot be a name: numbers and hashes."""
    return {
        f"result_{name}": value
        for name, value in result.items()
        if isinstance(value, int) or (isinstance(value, str) and _HASH.fullmatch(value))
    }
