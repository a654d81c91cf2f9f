"""What an account sees of the queues: what was last worked out, of the bodies that it may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from totalplace import open_place
from totalplace.access import Actor, Thing
from totalplace.workbench._ask import may
from totalplace.workbench.jobs.models import Job
from totalplace.workbench.queues._ask_recount import RECOUNT
from totalplace.workbench.queues._recount import QUEUES
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.queues.models import Item, Recount, parted

__all__ = ["Group", "QueueSum", "Shown", "groups", "item_thing", "seen", "shown", "sums"]


@dataclass(frozen=True)
class Shown:
    """What was last worked out.

    Attributes:
        recount: it, or None if nothing was ever worked out.
        is_old: whether the place has changed since.
        job: the job that works it out again, waiting or running, or None.
    """

    recount: Recount | None
    is_old: bool
    job: Job | None


@dataclass(frozen=True)
class QueueSum:
    """How much of a queue an account sees: items, and money without its sign."""

    queue: str
    count: int
    pence: int


@dataclass(frozen=True)
class Group:
    """Items of one reason.

    Attributes:
        count, pence: of all of them.
        items: those that are shown, the largest first.
    """

    reason: str
    count: int
    pence: int
    items: Sequence[Item]


def shown() -> Shown:
    """What was last worked out, and whether it still holds."""
    recount = Recount.objects.last()
    with open_place(settings.TOTALPLACE_PLACE) as place:
        is_old = recount is None or recount.state != str(state_of(place))
    job = Job.objects.filter(kind=RECOUNT, status__in=("queued", "running")).last()
    return Shown(recount, is_old, job)


def item_thing(item: Item) -> Thing:
    """An item as the rules of access see it."""
    return Thing("queue", item.key, parted(item.bodies))


def seen(actor: Actor, recount: Recount, queue: str, *, body: str = "") -> QuerySet[Item]:
    """The items of a queue that an account may see and that nobody has settled yet.

    Args:
        body: only those that concern this body.
    """
    items = recount.items.filter(queue=queue, is_settled=False)
    every = list(items.order_by().values_list("bodies", flat=True).distinct())
    # one question for all items of the same bodies: a queue may hold thousands
    allowed = [text for text in every if may(actor, "see", Thing("queue", "any", parted(text)))]
    if body:
        allowed = [text for text in allowed if body in parted(text)]
    return items if len(allowed) == len(every) else items.filter(bodies__in=allowed)


def sums(actor: Actor, recount: Recount) -> list[QueueSum]:
    """How much an account sees of each queue."""
    found = []
    for queue in QUEUES:
        told = seen(actor, recount, queue).aggregate(n=Count("id"), pence=Sum("size_pence"))
        found.append(QueueSum(queue, told["n"], told["pence"] or 0))
    return found


def groups(items: QuerySet[Item], *, reason: str, first: int, most: int, each: int) -> list[Group]:
    """Items by reason, the reason with the most money first.

    Args:
        reason: only this one; empty for all.
        first, most: which of the items of that one reason.
        each: how many of each, where all reasons are shown.
    """
    told = list(
        items.order_by()
        .values("reason")
        .annotate(n=Count("id"), pence=Sum("size_pence"))
        .filter(Q(reason=reason) if reason else Q())
        .order_by("-pence", "reason")
    )
    part = slice(first, first + most) if reason or len(told) == 1 else slice(0, each)
    return [
        Group(one["reason"], one["n"], one["pence"], list(items.filter(reason=one["reason"])[part]))
        for one in told
    ]
