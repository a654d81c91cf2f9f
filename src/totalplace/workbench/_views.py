"""Hangs every route on the map: the areas of the workbench, one a line."""

from __future__ import annotations

from totalplace.workbench import _home
from totalplace.workbench.accounts import views as _accounts
from totalplace.workbench.audit import views as _audit
from totalplace.workbench.cases import views as _cases
from totalplace.workbench.jobs import views as _jobs
from totalplace.workbench.loads import views as _loads
from totalplace.workbench.mistakes import views as _mistakes
from totalplace.workbench.queues import views as _queues
from totalplace.workbench.releases import views as _releases
from totalplace.workbench.returns import views as _returns
from totalplace.workbench.saved import views as _saved

__all__ = ["AREAS"]

AREAS = (
    _home,
    _accounts,
    _audit,
    _cases,
    _jobs,
    _loads,
    _mistakes,
    _queues,
    _releases,
    _returns,
    _saved,
)
"""The modules whose routes there are."""
