"""The table of jobs."""

from __future__ import annotations

from django.db import models

__all__ = ["Job"]


class Job(models.Model):
    """A piece of long work.

    `status` is queued, running, done, failed or cancelled. `done` of `total` tells how far the
    `stage` is. `problems` are told as a page tells them; `result` is what the kind of job returns.
    `attempts` counts how often it was begun: a server that is killed begins it again. `asked` is
    the row of the audit that has allowed it; `is_recorded` tells that its end stands there too.
    """

    kind = models.CharField(max_length=40)
    lane = models.CharField(max_length=10)
    facts = models.JSONField(default=dict)
    owner = models.CharField(max_length=60, db_index=True)
    bodies = models.JSONField(default=list)
    status = models.CharField(max_length=10, default="queued", db_index=True)
    stage = models.CharField(max_length=200, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    stage_began = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    asked = models.BigIntegerField(null=True)
    is_recorded = models.BooleanField(default=False)
    is_cancelled = models.BooleanField(default=False)
    log = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=["id"], name="jobs_not_recorded", condition=models.Q(is_recorded=False)
            ),
        )

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in {"done", "failed", "cancelled"}
