"""The app of jobs."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Jobs"]


class Jobs(AppConfig):
    """Jobs."""

    name = "totalplace.workbench.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
