"""The app of accounts."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["Accounts"]


class Accounts(AppConfig):
    """Accounts, sessions and what limits guessing."""

    name = "totalplace.workbench.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
