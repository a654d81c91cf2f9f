"""The pages of accounts, by area."""

from __future__ import annotations

from totalplace.workbench.accounts import (
    _views_admin,
    _views_oidc,
    _views_own,
    _views_sign_in,
)
from totalplace.workbench.accounts._pages import own

__all__ = ["PAGES", "own"]

PAGES = (_views_sign_in, _views_own, _views_admin, _views_oidc)
"""The modules whose routes there are."""
