"""The app of mistakes."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Mistakes"]


class Mistakes(AppConfig):
    """Reported mistakes and their answers."""

    name = "totalplace.workbench.mistakes"
    label = "mistakes"
    default_auto_field = "django.db.models.BigAutoField"
