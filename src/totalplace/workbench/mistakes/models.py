"""Reported mistakes, their answers, and who has sent how many."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

__all__ = ["CONTACT_DAYS", "Answer", "Mistake", "Sent", "new_reference"]

CONTACT_DAYS = 90
"""For so long after the last answer the address of a reporter is kept."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is easily read as another."""


def new_reference() -> str:
    """A reference that nobody guesses, and that can be read out: 79 bits in four groups."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


class Mistake(models.Model):
    """What somebody says is wrong on a public page.

    `page` is the address of the page with its query, `publication` what it showed. `figure` names
    the figure or line that the page is of; `seen` is the number in the reporter's words.
    `amount_pence` and `bodies` are those of the figure, as the publication has it.
    """

    reference = models.CharField(max_length=24, unique=True, default=new_reference)
    page = models.CharField(max_length=1000)
    publication = models.BigIntegerField(null=True)
    figure = models.CharField(max_length=200, blank=True)
    seen = models.CharField(max_length=200, blank=True)
    amount_pence = models.BigIntegerField(null=True)
    bodies = models.JSONField(default=list)
    text = models.TextField()
    contact = models.CharField(max_length=254, blank=True)
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ("-id",)

    @property
    def answer(self) -> Answer | None:
        """The answer that holds: the last."""
        return self.answers.last()

    @property
    def contact_until(self) -> datetime | None:
        """When the reporter's address is deleted; None before there is an answer."""
        answer = self.answer
        return None if answer is None else answer.when + timedelta(days=CONTACT_DAYS)


class Answer(models.Model):
    """What was found of a mistake. A later answer takes the place of an earlier one.

    `is_accepted` says that there is a mistake; `mended_by` then names the decision or the file
    that mends it.
    """

    mistake = models.ForeignKey(Mistake, on_delete=models.CASCADE, related_name="answers")
    is_accepted = models.BooleanField()
    text = models.TextField()
    mended_by = models.CharField(max_length=80, blank=True)
    who = models.CharField(max_length=60)
    when = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)


class Sent(models.Model):
    """That something was sent, from an address of which only a keyed hash is kept, for a day."""

    who = models.CharField(max_length=64, db_index=True)
    when = models.DateTimeField(auto_now_add=True, db_index=True)
