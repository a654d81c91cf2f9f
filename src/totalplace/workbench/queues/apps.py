"""The app of queues."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Queues"]


class Queues(AppConfig):
    """What people decide, and what they have decided."""

    name = "totalplace.workbench.queues"
    label = "queues"
    default_auto_field = "django.db.models.BigAutoField"
