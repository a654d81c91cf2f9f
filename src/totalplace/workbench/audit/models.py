"""The rows of the audit, and the signed head of their chain."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

__all__ = ["Entry", "Head"]


class Entry(models.Model):
    """One decision about access, or what came of an act. Rows are only ever added.

    `when` is in UTC with microseconds, so that it sorts as text. `of_row` is the row of the
    decision that an outcome belongs to. `bodies_json` and `detail_json` are JSON as text: a
    database must not write it in another way, since it is sealed.
    """

    n = models.BigIntegerField(primary_key=True)
    when = models.CharField(max_length=40)
    who = models.CharField(max_length=120)
    address = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=20)
    data_class = models.CharField(max_length=20)
    thing = models.CharField(max_length=200, blank=True)
    bodies_json = models.TextField(default="[]")
    allowed = models.BooleanField()
    rule_id = models.CharField(max_length=60)
    because = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    detail_json = models.TextField(default="{}")
    of_row = models.BigIntegerField(null=True)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ("n",)
        indexes = (
            models.Index(fields=["when", "n"], name="audit_when"),
            models.Index(fields=["who", "when", "n"], name="audit_who"),
            models.Index(fields=["action", "when", "n"], name="audit_action"),
            models.Index(fields=["data_class", "when", "n"], name="audit_data_class"),
            models.Index(fields=["allowed", "when", "n"], name="audit_allowed"),
            models.Index(
                fields=["of_row"], name="audit_of_row", condition=models.Q(of_row__isnull=False)
            ),
        )

    @property
    def bodies(self) -> list[str]:
        """body_ids whose money it was about."""
        found: list[str] = json.loads(self.bodies_json)
        return found

    @property
    def detail(self) -> dict[str, Any]:
        """Facts of the act."""
        found: dict[str, Any] = json.loads(self.detail_json)
        return found


class Head(models.Model):
    """The last row of the chain, signed: the one row of its table."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    n = models.BigIntegerField()
    mac = models.CharField(max_length=64)
    when = models.CharField(max_length=40)
    signature = models.CharField(max_length=100)
