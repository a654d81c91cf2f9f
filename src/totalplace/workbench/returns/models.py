"""What is known of returns beside the files: when they are due, what was asked, who has signed."""

from __future__ import annotations

from django.db import models

__all__ = ["Coverage", "Due", "Message", "SignOff"]


class Due(models.Model):
    """The last day on which the returns of a year are in time; of one body, or of all others."""

    year = models.CharField(max_length=7)
    body_id = models.CharField(max_length=200, blank=True)
    due = models.DateField()
    by = models.CharField(max_length=60)
    when = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint("year", "body_id", name="returns_one_due_date"),)


class Message(models.Model):
    """A question about a return, or an answer to one. Messages are only ever added."""

    year = models.CharField(max_length=7)
    body_id = models.CharField(max_length=200, db_index=True)
    is_answer = models.BooleanField()
    text = models.TextField()
    by = models.CharField(max_length=60)
    when = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)


class SignOff(models.Model):
    """Somebody of the body has stated that its return is complete and right.

    It holds for the sources that it names, and no longer than just these count. Signatures are
    only ever added.
    """

    year = models.CharField(max_length=7)
    body_id = models.CharField(max_length=200, db_index=True)
    sources = models.JSONField()
    out_pence = models.BigIntegerField()
    in_pence = models.BigIntegerField()
    statement = models.TextField()
    by = models.CharField(max_length=60)
    when = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)


class Coverage(models.Model):
    """What a count of the place used of each body, when it was last worked out.

    `bodies` is body_id -> gross_pence, returned_pence, and detail; `state` that of the place then.
    """

    year = models.CharField(max_length=7, unique=True)
    state = models.CharField(max_length=80)
    bodies = models.JSONField()
    when = models.DateTimeField(auto_now=True)
