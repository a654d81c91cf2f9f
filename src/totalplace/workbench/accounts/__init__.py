"""Accounts: signing in with a second factor, roles, bodies, sessions, one's own settings."""

from __future__ import annotations

from totalplace.workbench.accounts._first import first_admin

__all__ = ["first_admin"]
