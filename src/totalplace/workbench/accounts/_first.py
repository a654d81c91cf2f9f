"""The first account of a workbench."""

from __future__ import annotations

__all__ = ["first_admin"]


def first_admin() -> dict[str, str] | None:
    """Make the first admin where there is no account yet: its name and one-time password."""
    from totalplace.workbench.accounts._change import Facts, make_account
    from totalplace.workbench.accounts._operator import as_operator
    from totalplace.workbench.accounts.models import Account

    if Account.objects.exists():
        return None
    row = as_operator("manage", "admin")
    given = make_account("admin", Facts("", ["admin"], [], None), asked=row)
    return {"name": given.account.name, "password": given.password}
