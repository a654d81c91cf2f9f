"""Sessions in the database, each with its account: what `SESSION_ENGINE` names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

if TYPE_CHECKING:
    from totalplace.workbench.accounts.models import Account, Session

__all__ = ["SessionStore", "end_sessions", "forget_sessions", "sessions_of"]

IDLE = timedelta(minutes=30)
"""A session that is not used for so long is over; see OWASP ASVS 5, V7.3."""
_TOUCH = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Django's own, whose rows also say whose they are, and which end when they are not used.

    A session lasts `SESSION_COOKIE_AGE` from its begin, however much it is used.
    """

    @classmethod
    def get_model_class(cls) -> type:
        """The model of a session."""
        from totalplace.workbench.accounts.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row of a session, with its account and where it was begun."""
        from totalplace.workbench.accounts.models import Account

        now = timezone.now()
        began = datetime.fromisoformat(data.setdefault("began", now.isoformat()))
        row: Any = super().create_model_instance(data)
        row.account = Account.objects.filter(name=data.get("account", "")).first()
        row.address = str(data.get("address", ""))[:60]
        row.began = began
        row.seen = now
        row.expire_date = began + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return row

    def _get_session_from_db(self) -> Any:
        row: Any = super()._get_session_from_db()  # type: ignore[misc]
        if row is None:
            return None
        now = timezone.now()
        if now - row.seen >= IDLE:
            row.delete()
            self._session_key = None
            return None
        if now - row.seen >= _TOUCH:
            type(row).objects.filter(pk=row.pk).update(seen=now)
        return row


def sessions_of(account: Account) -> list[Session]:
    """The sessions of an account that hold, the newest first."""
    from totalplace.workbench.accounts.models import Session

    now = timezone.now()
    held = Session.objects.filter(account=account, expire_date__gt=now, seen__gt=now - IDLE)
    return list(held.order_by("-began"))


def end_sessions(account: Account, *, but: str | None = None) -> int:
    """End the sessions of an account; how many.

    Args:
        but: the key of one that goes on.
    """
    from totalplace.workbench.accounts.models import Session

    return int(Session.objects.filter(account=account).exclude(pk=but or "").delete()[0])


def forget_sessions() -> None:
    """Remove the sessions that have run out."""
    from totalplace.workbench.accounts.models import Session

    now = timezone.now()
    Session.objects.filter(expire_date__lte=now).delete()
    Session.objects.filter(seen__lte=now - IDLE).delete()
