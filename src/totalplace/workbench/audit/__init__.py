"""The audit: who did, saw and was denied what, in a chain that nobody can change unseen."""

from __future__ import annotations

from totalplace.workbench.audit._record import record

__all__ = ["record"]
