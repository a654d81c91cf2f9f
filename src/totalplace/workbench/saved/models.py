"""Saved views."""

from __future__ import annotations

from django.db import models

__all__ = ["SavedView"]


class SavedView(models.Model):
    """An address of the site under a name of the account's own; an address holds all of a view."""

    owner = models.CharField(max_length=60, db_index=True)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=2_000)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="one_view_of_a_name"),
        )
