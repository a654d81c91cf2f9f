"""The app of releases."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Releases"]


class Releases(AppConfig):
    """Publications from proposal to notice."""

    name = "totalplace.workbench.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"
