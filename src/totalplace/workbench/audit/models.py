"""The rows of the audit."""

from __future__ import annotations

from django.db import models

__all__ = ["Entry"]


class Entry(models.Model):
    """One decision about access, or what came of an act. Rows are only ever added."""

    n = models.BigIntegerField(primary_key=True)
    when = models.CharField(max_length=40)
    who = models.CharField(max_length=60, db_index=True)
    address = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=20)
    data_class = models.CharField(max_length=20)
    thing = models.CharField(max_length=200, blank=True)
    bodies = models.JSONField(default=list)
    allowed = models.BooleanField()
    rule_id = models.CharField(max_length=60)
    because = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ("n",)
