"""Long work: a table of jobs, a worker that does them, and pages on how far they are."""

from __future__ import annotations

from totalplace.workbench.jobs._kinds import JobKind, Progress, job_kind
from totalplace.workbench.jobs._queue import enqueue

__all__ = ["JobKind", "Progress", "enqueue", "job_kind"]
