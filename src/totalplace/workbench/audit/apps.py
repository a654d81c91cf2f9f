"""The app of the audit."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Audit"]


class Audit(AppConfig):
    """The audit."""

    name = "totalplace.workbench.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
