"""What the worker does each hour, hung on its list: the areas that keep something for a time."""

from __future__ import annotations

# light modules alone: the worker itself needs nothing of what its jobs need
from totalplace.workbench.loads import _store
from totalplace.workbench.mistakes import _contacts
from totalplace.workbench.queues import _first, _saving

__all__ = ["SWEEPS"]

SWEEPS = (
    _store.sweep,
    _contacts.forget_contacts,
    _saving.finish_interrupted,
    _first.ask_first_recount,
)
"""Each is on the list of :mod:`totalplace.workbench.jobs._keep` once its module is imported."""
