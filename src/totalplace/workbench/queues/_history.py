"""What was decided: every decision with what it is about, who made it, and what undid it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from totalplace import open_place
from totalplace._api import DecisionMade
from totalplace.access import Actor, Thing
from totalplace.place import Decision
from totalplace.place._kept import KEPT
from totalplace.workbench._ask import may
from totalplace.workbench.queues._basket import UNDO
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.queues._words import about_words, decision_words
from totalplace.workbench.queues.models import Settled, parted

__all__ = ["Made", "history", "history_of", "who_made"]


@dataclass(frozen=True)
class Made:
    """A decision as people read it.

    Attributes:
        about: what it is about, in words where it was made here.
        said: what was decided, in words.
        bodies: whose money it is about.
        undone_by: the number of the decision that took it back, or None.
    """

    decision: Decision
    about: str
    said: str
    bodies: frozenset[str]
    undone_by: int | None

    @property
    def thing(self) -> Thing:
        """The decision as the rules of access see it."""
        return Thing("decision", str(self.decision.n), self.bodies)

    @property
    def holds(self) -> bool:
        """Whether it can be undone."""
        return self.undone_by is None and self.decision.what != UNDO


def history(actor: Actor) -> list[Made]:
    """Every decision that an account may see, the newest first."""
    with open_place(settings.TOTALPLACE_PLACE) as place:
        made = _all(place.path, state_of(place).decisions)
    known = {one.n: one for one in Settled.objects.all()}
    found = [
        _made(one.decision, known.get(one.decision.n), one.undone_by) for one in reversed(made)
    ]
    return [one for one in found if may(actor, "see", one.thing)]


@lru_cache(maxsize=2)
def _all(path: Path, count: int) -> tuple[DecisionMade, ...]:  # noqa: ARG001 - of so many
    """Every decision; they are only ever added, so that as many are the same."""
    with open_place(path) as place:
        return place.decisions().facts


def history_of(actor: Actor, what: str, object_id: str) -> list[Made]:
    """The decisions about one thing, those that undid them too, the newest first."""
    every = history(actor)
    about = {
        one.decision.n
        for one in every
        if (one.decision.what, one.decision.object_id) == (what, object_id)
    }
    return [
        one
        for one in every
        if one.decision.n in about
        or (one.decision.what == UNDO and one.decision.value in {str(n) for n in about})
    ]


def _made(decision: Decision, known: Settled | None, undone_by: int | None) -> Made:
    said = f"{decision_words(decision.what)} {known.label if known else decision.value}"
    if decision.what == UNDO:
        said = f"{decision_words(UNDO)} {decision.value}"
    elif decision.what in KEPT:
        said = f"{decision_words(decision.what)} {decision.value.partition(' ')[0]}"
    return Made(
        decision,
        known.title if known else about_words(decision.object_id),
        said,
        parted(known.bodies) if known else frozenset(),
        undone_by,
    )


def who_made(made: Iterable[Made]) -> list[str]:
    """Everybody who has made one of the decisions."""
    return sorted({one.decision.who for one in made})
