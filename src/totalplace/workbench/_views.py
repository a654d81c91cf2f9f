"""Hangs every route on the map: the areas of the workbench, one a line."""

from __future__ import annotations

from totalplace.workbench import _home
from totalplace.workbench.accounts import views as _accounts
from totalplace.workbench.audit import views as _audit
from totalplace.workbench.jobs import views as _jobs

__all__ = ["AREAS"]

AREAS = (_home, _accounts, _audit, _jobs)
"""The modules whose routes there are."""
