"""The table of uploads."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.urls import reverse

from totalplace.access import Thing

__all__ = ["Upload", "new_id"]


def new_id() -> str:
    """The id of an upload: not to be guessed, and telling nothing of how many others there are."""
    return secrets.token_hex(8)


class Upload(models.Model):
    """A file that somebody handed over, from its receipt until it is in the place.

    `body_id` is whose money it is; empty where the file says so itself, which whoever acts for the
    whole place may let it do. `look` is what the first look found, `checked` the last one, with
    `layouts`: each with its `state` (open, agreed, known) and the layout. `doubt` are the
    problems that a person may accept, `accepted` the reason of who did. `result` is what became of
    it. `corrects` is the SHA-256 of the source whose rejected rows it mends, `job_id` the last job.
    `is_return` tells a partner's return, `year` the financial year that it was handed over for.
    """

    id = models.CharField(primary_key=True, max_length=32, default=new_id)
    name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    body_id = models.CharField(max_length=200, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    is_return = models.BooleanField(default=False)
    year = models.CharField(max_length=7, blank=True)
    corrects = models.CharField(max_length=64, blank=True)
    owner = models.CharField(max_length=60, db_index=True)
    created = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=12, default="received", db_index=True)
    job_id = models.BigIntegerField(null=True)
    look = models.JSONField(default=dict)
    checked = models.JSONField(default=dict)
    layouts = models.JSONField(default=list)
    doubt = models.JSONField(default=list)
    accepted = models.TextField(blank=True)
    supersedes = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict)
    loaded = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created", "id")

    @property
    def bodies(self) -> frozenset[str]:
        """Whose it is; nobody's in particular means the whole place's."""
        return frozenset([self.body_id] if self.body_id else ())

    @property
    def thing(self) -> Thing:
        """The upload as the rules of access see it."""
        data_class = "return" if self.is_return else "upload"
        return Thing(data_class, self.pk, self.bodies, self.owner)

    @property
    def page(self) -> str:
        """The address of its page."""
        return reverse("upload", args=[self.pk])

    @property
    def open_layouts(self) -> list[int]:
        """The numbers of the layouts that a person has to settle."""
        return [at for at, one in enumerate(self.layouts) if one["state"] == "open"]

    @property
    def found(self) -> dict[str, Any]:
        """The newest look."""
        found: dict[str, Any] = self.checked or self.look
        return found
