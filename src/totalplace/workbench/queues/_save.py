"""Saving choices as decisions: those whose effect was shown, and only if nobody was before."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace._api import Place
from totalplace.access import Actor
from totalplace.errors import TotalplaceError
from totalplace.place import Decision
from totalplace.workbench._ask import may
from totalplace.workbench.queues import _basket
from totalplace.workbench.queues._basket import UNDO
from totalplace.workbench.queues._recount import key_of
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.queues.models import Choice, Item, Settled

__all__ = ["Clash", "Saved", "clashes", "save", "stale"]

_LOCK = "deciding.lock"


@dataclass(frozen=True)
class Clash:
    """A choice about a thing that somebody has decided since its effect was shown."""

    choice: Choice
    decision: Decision


@dataclass(frozen=True)
class Saved:
    """What came of saving.

    Attributes:
        numbers: of the decisions that were made.
        stale: why nothing was saved, if the effect that was shown is not that of now; or empty.
        clashes: what somebody else has decided meanwhile; then nothing was saved.
        problems: what the place says against it.
    """

    numbers: tuple[int, ...] = ()
    stale: str = ""
    clashes: tuple[Clash, ...] = ()
    problems: tuple[Any, ...] = ()


def save(actor: Actor, shown: Mapping[str, Any], why: str, reasons: Mapping[str, str]) -> Saved:
    """Make an account's choices the place's decisions; all of them or none.

    Args:
        shown: the result of the job that worked out their effect.
        why: the reason of those that have none of their own.
        reasons: by the choice's key.
    """
    with _one_at_a_time(), open_place(settings.TOTALPLACE_PLACE) as place:
        choices = list(_basket.of(actor))
        told = stale(choices, shown, place)
        if told:
            return Saved(stale=told)
        if not all(may(actor, "settle", _basket.choice_thing(one)) for one in choices):
            return Saved(stale=_("Some of the choices are no longer yours to make."))
        found = clashes(choices, shown, place)
        if found:
            return Saved(clashes=tuple(found))
        wanted = [
            replace(made, why=reasons.get(one.key) or why)
            for one, made in zip(choices, _basket.as_choices(choices), strict=True)
        ]
        try:
            made = place.decide_all(wanted, who=actor.name).facts
        except TotalplaceError as error:
            return Saved(problems=tuple(error.problems))
    numbers = tuple(one.n for one in made)
    _note(actor, choices, numbers)
    return Saved(numbers)


def stale(choices: Sequence[Choice], shown: Mapping[str, Any], place: Place) -> str:
    """Why an effect is no longer that of the choices; empty if it is."""
    if _basket.fingerprint(choices) != shown["fingerprint"]:
        return _("Your choices have changed since their effect was worked out.")
    if state_of(place).files != shown["files"]:
        return _("Files were loaded since the effect was worked out.")
    return ""


def clashes(choices: Sequence[Choice], shown: Mapping[str, Any], place: Place) -> list[Clash]:
    """The choices about things that were decided since their effect was worked out.

    Decisions about other things may have been made meanwhile: they do not stand against these.
    """
    about = {_about(one.what, one.object_id, one.value): one for one in choices}
    return [
        Clash(about[thing], one)
        for one in place.folder.all_decisions()[shown["decisions"] :]
        if (thing := _about(one.what, one.object_id, one.value)) in about
    ]


def _about(what: str, object_id: str, value: str) -> tuple[str, str]:
    return (what, value) if what == UNDO else (what, object_id)


def _note(actor: Actor, choices: Sequence[Choice], numbers: Sequence[int]) -> None:
    """Write down whose money each decision is about, and take the choices out."""
    with transaction.atomic():
        Settled.objects.bulk_create(
            [
                Settled(
                    n=n,
                    queue=one.queue,
                    key=key_of(one.what, one.object_id),
                    title=one.title,
                    label=one.label,
                    pence=one.pence,
                    bodies=one.bodies,
                )
                for one, n in zip(choices, numbers, strict=True)
            ]
        )
        Item.objects.filter(key__in=[one.key for one in choices]).update(is_settled=True)
        _basket.of(actor).filter(pk__in=[one.pk for one in choices]).delete()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Of two who save at once, the second is told what the first has decided."""
    with (settings.TOTALPLACE_FOLDER / _LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
