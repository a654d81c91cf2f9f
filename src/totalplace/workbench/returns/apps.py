"""The app of returns."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Returns"]


class Returns(AppConfig):
    """Returns of partner bodies."""

    name = "totalplace.workbench.returns"
    label = "returns"
    default_auto_field = "django.db.models.BigAutoField"
