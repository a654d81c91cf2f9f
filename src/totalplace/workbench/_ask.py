"""Asking whether something may be done: the decision, and its row in the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from totalplace.access import Actor, Decision, Thing, decide

if TYPE_CHECKING:
    from totalplace.workbench._route import WorkRequest

__all__ = ["ask", "may"]


def ask(request: WorkRequest, action: str, thing: Thing, *, purpose: str = "") -> Decision:
    """Decide whether the request may do something, and write down the decision.

    The number of its row in the audit then stands in `request.asked`.
    """
    # the models can be read only once Django is set up
    from totalplace.workbench.audit import record

    decision = decide(request.actor, action, thing, now=timezone.now(), purpose=purpose)
    request.asked = record(decision, address=request.META.get("REMOTE_ADDR", ""))
    return decision


def may(actor: Actor, action: str, thing: Thing) -> bool:
    """Whether an actor could do something: for what a page offers, and the rows of a list."""
    return decide(actor, action, thing, now=timezone.now()).allowed
