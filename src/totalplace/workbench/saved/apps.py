"""The app of saved views."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Saved"]


class Saved(AppConfig):
    """Views that an account has saved."""

    name = "totalplace.workbench.saved"
    label = "saved"
    default_auto_field = "django.db.models.BigAutoField"
