"""Sessions in the database, each with its account: what `SESSION_ENGINE` names."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

__all__ = ["SessionStore"]


class SessionStore(DatabaseStore):
    """Django's own, whose rows also say whose they are."""

    @classmethod
    def get_model_class(cls) -> type:
        """The model of a session."""
        from totalplace.workbench.accounts.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row of a session, with its account and where it was begun."""
        from totalplace.workbench.accounts.models import Account

        row: Any = super().create_model_instance(data)
        row.account = Account.objects.filter(name=data.get("account", "")).first()
        row.address = data.get("address", "")
        return row
