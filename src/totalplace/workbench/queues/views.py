"""The pages of what people decide, in three parts: queues, the effect of choices, decisions."""

from __future__ import annotations

from totalplace.workbench.queues import (
    _recount,
    _views_decisions,
    _views_effect,
    _views_queues,
)

__all__ = ["PARTS"]

PARTS = (_recount, _views_decisions, _views_effect, _views_queues)
"""The modules that hang routes and jobs on their maps."""
