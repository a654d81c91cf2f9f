"""The app of loads."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Loads"]


class Loads(AppConfig):
    """Files on their way into the place."""

    name = "totalplace.workbench.loads"
    label = "loads"
    default_auto_field = "django.db.models.BigAutoField"
