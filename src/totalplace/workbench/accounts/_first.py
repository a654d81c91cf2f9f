"""The first account of a workbench."""

from __future__ import annotations

import secrets

__all__ = ["first_admin"]


def first_admin() -> dict[str, str] | None:
    """Make the first admin where there is no account yet: its name and one-time password."""
    from totalplace.workbench.accounts.models import Account

    if Account.objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    account = Account(name="admin", roles=["admin"], must_change_password=True)
    account.set_password(password)
    account.save()
    return {"name": account.name, "password": password}
