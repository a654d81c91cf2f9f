"""What is proposed for publication, and what became of it."""

from __future__ import annotations

from django.db import models

__all__ = ["OPEN", "Release"]

OPEN = ("preparing", "proposed", "publishing")
"""The states of a release that still goes on."""


class Release(models.Model):
    """A frozen state of the place on its way to the public.

    `status` is preparing, proposed, publishing, published, refused or failed. `snapshot` is its
    number and later the publication's. `before` is the publication that it was compared with;
    `difference` has, for each year, the headline of both and what changed by body, with causes.
    `corrects` is the publication that is withdrawn once this one is public.
    """

    note = models.TextField()
    corrects = models.BigIntegerField(null=True)
    proposed_by = models.CharField(max_length=60)
    proposed = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=10, default="preparing", db_index=True)
    snapshot = models.BigIntegerField(null=True)
    before = models.BigIntegerField(null=True)
    difference = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    decided_by = models.CharField(max_length=60, blank=True)
    decided = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    job = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-id",)
