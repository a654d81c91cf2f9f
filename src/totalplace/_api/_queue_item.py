"""One thing to decide, and a queue of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["EVIDENCE_LINES", "Queue", "QueueItem", "Suggestion"]

EVIDENCE_LINES = 5
"""How many lines of an item are named, the largest first."""


@dataclass(frozen=True)
class Suggestion:
    """What the software guesses; a person decides.

    Attributes:
        value: what `Place.decide` takes.
        label: the same in words.
        why: what the guess rests on.
    """

    value: str
    label: str
    why: str


@dataclass(frozen=True)
class QueueItem:
    """One thing to decide.

    Attributes:
        what: the kind of decision: match, alias, payee_kind or class.
        object_id: what `Place.decide` takes for it.
        title: what it is about, in words; of payee_kind it may be a person's name.
        reason: why it is here; items of one reason can be decided together.
        note: what else is known of it.
        pence: the money in question.
        lines: how many lines hold it.
        body_ids: whose money it is: the bodies concerned.
        evidence: line_ids of its largest lines.
        suggestions: the likeliest first; none where there is no guess.
    """

    what: str
    object_id: str
    title: str
    reason: str
    note: str
    pence: int
    lines: int
    body_ids: tuple[str, ...]
    evidence: tuple[str, ...]
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True)
class Queue:
    """What is to be decided, the largest money first.

    Attributes:
        year: of its money; None is every year.
        items: those asked for.
        count, pence: of all items, shown or not; money without sign.
        names: body_id -> name, of the items' bodies.
    """

    kind: str
    year: str | None
    items: tuple[QueueItem, ...]
    count: int
    pence: int
    names: Mapping[str, str]
