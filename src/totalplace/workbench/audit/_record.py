"""Adding a row to the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from totalplace.access import Decision

__all__ = ["record"]


def record(
    decision: Decision, *, address: str = "", detail: Mapping[str, Any] | None = None
) -> int:
    """Write down a decision, and what came of it.

    Args:
        address: from where it was asked.
        detail: facts of the act: counts, hashes, numbers of decisions; never a name of a person
            outside the accounts.

    Returns:
        The number of the row.
    """
    from totalplace.workbench.audit.models import Entry

    with transaction.atomic():
        last = Entry.objects.order_by("-n").first()
        entry = Entry(
            n=1 if last is None else last.n + 1,
            when=decision.when.isoformat(),
            who=decision.actor.name,
            address=address,
            action=decision.action,
            data_class=decision.thing.data_class,
            thing=decision.thing.id,
            bodies=sorted(decision.thing.bodies),
            allowed=decision.allowed,
            rule_id=decision.rule_id,
            because=decision.because,
            purpose=decision.purpose,
            detail=dict(detail or {}),
            mac="",
        )
        entry.save(force_insert=True)
    return int(entry.n)
