"""The app of cases."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Cases"]


class Cases(AppConfig):
    """Cases and portfolios that are being written."""

    name = "totalplace.workbench.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
