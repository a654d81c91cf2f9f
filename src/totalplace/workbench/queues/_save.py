"""Saving choices as decisions: those whose effect was shown, and only if nobody was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
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
from totalplace.workbench.queues._saving import begin, close
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.queues.models import Choice, Saving

__all__ = ["Clash", "Saved", "clashes", "save", "stale"]


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


class _Stopped(Exception):  # noqa: N818 - it is no error of anybody's
    """Something stands against saving."""

    def __init__(self, saved: Saved) -> None:
        super().__init__()
        self.saved = saved


def save(
    actor: Actor,
    shown: Mapping[str, Any],
    why: str,
    reasons: Mapping[str, str],
    *,
    asked: int,
) -> Saved:
    """Make an account's choices the place's decisions; all of them or none.

    Args:
        shown: the result of the job that worked out their effect.
        why: the reason of those that have none of their own.
        reasons: by the choice's key.
        asked: the row of the audit that has allowed it; what came of it is recorded there.
    """
    begun: list[Saving] = []
    with open_place(settings.TOTALPLACE_PLACE) as place:
        choices = list(_basket.of(actor))

        def before(made: Sequence[Decision]) -> None:
            # nobody decides or loads now, by a page or by a command: it still stands as shown
            _check(actor, choices, shown, place)
            keyed = [(one, key_of(one.what, one.object_id)) for one in choices]
            begun.append(begin(actor, asked, keyed, made))

        try:
            _check(actor, choices, shown, place)
            wanted = [
                replace(made, why=reasons.get(one.key) or why)
                for one, made in zip(choices, _basket.as_choices(choices), strict=True)
            ]
            place.decide_all(wanted, who=actor.name, before=before)
        except _Stopped as stopped:
            return stopped.saved
        except TotalplaceError as error:
            codes = {"problems": [one.code for one in error.problems]}
            for one in begun:
                close(one, place.folder.all_decisions(), told=codes)
            return Saved(problems=tuple(error.problems))
        return Saved(close(begun[0], place.folder.all_decisions()))


def _check(actor: Actor, choices: Sequence[Choice], shown: Mapping[str, Any], place: Place) -> None:
    """Stop if the effect that was shown is no longer that of the choices, or they are another's."""
    told = stale(choices, shown, place)
    if not told and not all(may(actor, "settle", _basket.choice_thing(one)) for one in choices):
        told = _("Some of the choices are no longer yours to make.")
    if told:
        raise _Stopped(Saved(stale=told))
    found = clashes(choices, shown, place)
    if found:
        raise _Stopped(Saved(clashes=tuple(found)))


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
