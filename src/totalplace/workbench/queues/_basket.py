"""An account's choices that are not saved: in the database, so that a lost session loses none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from totalplace import open_place
from totalplace._api import Choice as PlaceChoice
from totalplace._api import Place
from totalplace.access import Actor, Thing
from totalplace.place import Decision
from totalplace.workbench._ask import may
from totalplace.workbench.queues._lists import item_thing, seen
from totalplace.workbench.queues._recount import key_of
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.queues.models import Choice, Item, Settled, joined, parted

__all__ = [
    "MOST",
    "UNDO",
    "as_choices",
    "choice_thing",
    "choose",
    "choose_alike",
    "choose_undo",
    "decision_thing",
    "decisions_made",
    "drop_made",
    "fingerprint",
    "of",
]

MOST = 500
"""So many choices are saved together at most."""

UNDO = "undo"


def of(actor: Actor) -> QuerySet[Choice]:
    """The choices of an account, in the order in which they were made."""
    return Choice.objects.filter(account=actor.name)


def choice_thing(choice: Choice) -> Thing:
    """What a choice is about, as the rules of access see it."""
    return Thing("decision" if choice.what == UNDO else "queue", choice.key, parted(choice.bodies))


def decision_thing(n: int) -> Thing:
    """A decision as the rules of access see it: of the bodies that it was about when it was made.

    One that was made elsewhere is the whole place's.
    """
    known = Settled.objects.filter(n=n).first()
    return Thing("decision", str(n), parted(known.bodies) if known else frozenset())


def decisions_made() -> int:
    """How many decisions were ever made: the number of the last."""
    with open_place(settings.TOTALPLACE_PLACE) as place:
        return state_of(place).decisions


def choose(actor: Actor, chosen: Iterable[tuple[Item, str, str]]) -> int:
    """Keep choices: item, value and its words; an earlier choice about the same item gives way.

    An item that the account may not settle is passed over, and so is what is more than `MOST`.

    Returns:
        How many are kept.
    """
    kept = 0
    with transaction.atomic():
        count = of(actor).count()
        for item, value, label in chosen:
            if not may(actor, "settle", item_thing(item)):
                continue
            held = of(actor).filter(key=item.key)
            if not held.exists():
                if count >= MOST:
                    break
                count += 1
            held.delete()
            Choice.objects.create(
                account=actor.name,
                queue=item.queue,
                key=item.key,
                what=item.what,
                object_id=item.object_id,
                value=value,
                label=label,
                title=item.title,
                pence=item.pence,
                bodies=item.bodies,
            )
            kept += 1
    return kept


def choose_alike(actor: Actor, item: Item) -> tuple[int, int]:
    """Keep the first suggestion of an item for it and all of the same reason and suggestion.

    Those that have a choice already keep it.

    Returns:
        How many are kept, and how many are left since there may be no more.
    """
    if not item.alike:
        return 0, 0
    held = set(of(actor).values_list("key", flat=True))
    alike = [
        one
        for one in seen(actor, item.recount, item.queue).filter(alike=item.alike)
        if one.key == item.key or one.key not in held
    ]
    # the item at hand is among those that are kept
    alike.sort(key=lambda one: one.key != item.key)
    kept = choose(
        actor, ((one, one.suggestions[0]["value"], one.suggestions[0]["label"]) for one in alike)
    )
    return kept, len(alike) - kept


def choose_undo(actor: Actor, decision: Decision) -> bool:
    """Keep the choice to undo a decision; whether there was room for it."""
    known = Settled.objects.filter(n=decision.n).first()
    key = key_of(UNDO, str(decision.n))
    with transaction.atomic():
        if not of(actor).filter(key=key).exists() and of(actor).count() >= MOST:
            return False
        of(actor).filter(key=key).delete()
        Choice.objects.create(
            account=actor.name,
            queue=known.queue if known else "",
            key=key,
            what=UNDO,
            object_id=str(decision.n),
            value=str(decision.n),
            label=known.label if known else decision.value,
            title=known.title if known else decision.object_id,
            pence=known.pence if known else 0,
            bodies=known.bodies if known else joined(()),
        )
    return True


def drop_made(actor: Actor, place: Place) -> int:
    """Take out the choices that hold in the place already; how many there were.

    They were saved, and the server ended before it could say so; or somebody else has chosen the
    same.
    """
    holding = {(one.what, one.object_id): one.value for one in place.folder.decisions()}
    undone = {one.value for one in place.folder.all_decisions() if one.what == UNDO}
    made = [
        one.pk
        for one in of(actor)
        if (one.what == UNDO and one.object_id in undone)
        or holding.get((one.what, one.object_id)) == one.value
    ]
    of(actor).filter(pk__in=made).delete()
    return len(made)


def as_choices(choices: Iterable[Choice]) -> list[PlaceChoice]:
    """The choices as the place takes them."""
    return [PlaceChoice(one.object_id, one.what, one.value) for one in choices]


def fingerprint(choices: Sequence[Choice]) -> str:
    """The same for the same choices, and for no others."""
    parts = sorted((one.what, one.object_id, one.value) for one in choices)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
