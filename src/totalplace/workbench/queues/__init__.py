"""Queues: what the software cannot decide, people's choices, their effect, the decisions."""

from __future__ import annotations

from totalplace.workbench.queues._ask_recount import ask_recount

__all__ = ["ask_recount"]
