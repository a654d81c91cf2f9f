"""What is being saved, written down before it is: a server that ends in between loses no trace.

First a row says which decisions are about to be made, with their numbers; then the place gets them;
then, in one transaction, whose money each is about, the outcome in the audit, and the row is gone.
A row that stays is finished from what the place holds: when the worker starts, each hour, and when
anybody opens a queue.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from totalplace.access import Actor
from totalplace.errors import PlaceError
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.jobs._keep import hourly
from totalplace.workbench.queues._ask_recount import ask_recount
from totalplace.workbench.queues.models import Choice, Item, Saving, Settled

if TYPE_CHECKING:
    from totalplace.place import Decision

__all__ = ["begin", "close", "finish_interrupted"]

_WAIT_SECONDS = 2.0
_OF_SETTLED = ("queue", "title", "label", "pence", "bodies")


def begin(
    actor: Actor,
    asked: int,
    choices: Sequence[tuple[Choice, str]],
    decisions: Sequence[Decision],
) -> Saving:
    """Write down what is about to be decided.

    Args:
        asked: the row of the audit that has allowed it.
        choices: each with the key of the thing that it is about, in the order of the decisions.
    """
    rows = [
        {
            "decision": asdict(decision),
            "choice": choice.pk,
            "choice_key": choice.key,
            "settled": {name: getattr(choice, name) for name in _OF_SETTLED} | {"key": key},
        }
        for (choice, key), decision in zip(choices, decisions, strict=True)
    ]
    return Saving.objects.create(account=actor.name, asked=asked, rows=rows)


def close(
    saving: Saving, decisions: Iterable[Decision], *, told: Mapping[str, Any] | None = None
) -> tuple[int, ...]:
    """Write down what came of it: the numbers of those that the place holds.

    Whoever comes second finds nothing to do. Choices that were not made stay among their owner's.

    Args:
        decisions: all of the place.
        told: more facts for the audit.
    """
    held = {one.n: asdict(one) for one in decisions}
    made = [one for one in saving.rows if held.get(one["decision"]["n"]) == one["decision"]]
    numbers = tuple(one["decision"]["n"] for one in made)
    with transaction.atomic():
        if not Saving.objects.filter(pk=saving.pk).delete()[0]:
            return numbers
        Settled.objects.bulk_create(
            [Settled(n=one["decision"]["n"], **one["settled"]) for one in made]
        )
        Item.objects.filter(key__in=[one["choice_key"] for one in made]).update(is_settled=True)
        Choice.objects.filter(
            account=saving.account, pk__in=[one["choice"] for one in made]
        ).delete()
        facts: dict[str, Any] = {"decisions": list(numbers), **(told or {})}
        if len(made) < len(saving.rows):
            facts["not_saved"] = len(saving.rows) - len(made)
        record_outcome(saving.asked, facts)
    return numbers


@hourly
def finish_interrupted() -> int:
    """Finish what a server had begun to save that ended; how many there were."""
    # first which there are: whoever began them has then decided, or never will
    left = list(Saving.objects.all())
    if not left:
        return 0
    from totalplace import open_place

    made: list[int] = []
    # somebody saves at this moment: it is for them to finish, or for the next who looks
    with contextlib.suppress(PlaceError):
        with open_place(settings.TOTALPLACE_PLACE) as place:
            decisions = place.folder.decisions_at_rest(wait_seconds=_WAIT_SECONDS)
        for one in left:
            made += close(one, decisions, told={"interrupted": True})
    if made:
        ask_recount(Actor(left[0].account))
    return len(left)
