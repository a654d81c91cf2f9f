"""What was last worked out of a place, choices that are not saved, and what decisions are of."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

__all__ = ["Choice", "Item", "Recount", "Saving", "Settled", "joined", "parted"]

_SEPARATOR = "|"


def joined(bodies: Iterable[str]) -> str:
    """Bodies as one text, by which items of the same bodies are found at once."""
    return _SEPARATOR.join(sorted(bodies))


def parted(text: str) -> frozenset[str]:
    """The bodies that a text joins."""
    return frozenset(filter(None, text.split(_SEPARATOR)))


class Recount(models.Model):
    """The headline and the queues of a place as it was at one moment.

    `state` is that of the place, see `_state`. `headlines` are by year: gross, eliminated and net
    in pence, and how many transfers are matched and unresolved. `reasons` say of a queue (or of
    the headline) why it could not be worked out.
    """

    state = models.CharField(max_length=80)
    when = models.DateTimeField(auto_now_add=True)
    headlines = models.JSONField(default=dict)
    names = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)


class Item(models.Model):
    """One thing to decide.

    `queue` is the queue's kind and `key` names the item in addresses, for as long as it is there.
    `size_pence` is the money without its sign. `bodies` joins whose money it is. `alike` is the
    same for items of one reason with the same first suggestion; empty without one. `is_settled`
    says that it was decided since the queue was worked out.
    """

    recount = models.ForeignKey(Recount, on_delete=models.CASCADE, related_name="items")
    queue = models.CharField(max_length=20)
    key = models.CharField(max_length=16)
    what = models.CharField(max_length=20)
    object_id = models.TextField()
    title = models.TextField()
    reason = models.TextField()
    note = models.TextField(blank=True)
    pence = models.BigIntegerField()
    size_pence = models.BigIntegerField()
    lines = models.BigIntegerField()
    bodies = models.TextField(blank=True)
    evidence = models.JSONField(default=list)
    suggestions = models.JSONField(default=list)
    alike = models.CharField(max_length=16, blank=True)
    is_settled = models.BooleanField(default=False)

    class Meta:
        ordering = ("-size_pence", "id")
        indexes = (
            models.Index(fields=("recount", "queue", "-size_pence"), name="item_of_queue"),
            models.Index(fields=("recount", "key"), name="item_by_key"),
        )


class Choice(models.Model):
    """What an account has chosen and not saved: its next decisions.

    `what` may be ``undo``; `object_id` is then the number of the decision to be undone.
    """

    account = models.CharField(max_length=60)
    queue = models.CharField(max_length=20)
    key = models.CharField(max_length=16)
    what = models.CharField(max_length=20)
    object_id = models.TextField()
    value = models.TextField()
    label = models.TextField()
    title = models.TextField()
    pence = models.BigIntegerField(default=0)
    bodies = models.TextField(blank=True)
    when = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("account", "key"), name="one_choice_of_a_thing"),
        )


class Settled(models.Model):
    """Whose money a decision is about, as it was when it was made here."""

    n = models.BigIntegerField(primary_key=True)
    queue = models.CharField(max_length=20)
    key = models.CharField(max_length=16, db_index=True)
    title = models.TextField()
    label = models.TextField()
    pence = models.BigIntegerField(default=0)
    bodies = models.TextField(blank=True)


class Saving(models.Model):
    """Choices that are being saved as decisions: written down before the place is told of them.

    The row is gone once what came of it is written down. One that stays is of a server that ended
    in between: `_saving` then finds out from the place which of them were made.

    `asked` is the row of the audit that has allowed it. `rows` are the decisions with their
    numbers, and beside each what `Settled` keeps of it and the `choice` that it was.
    """

    account = models.CharField(max_length=60)
    asked = models.BigIntegerField()
    when = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField()

    class Meta:
        ordering = ("id",)
