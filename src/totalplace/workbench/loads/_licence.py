"""The licence of a source of the place, as people have decided it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

from totalplace import Place, open_place
from totalplace._api import Choice as PlaceChoice
from totalplace.access import Actor
from totalplace.errors import TotalplaceError
from totalplace.place import Decision, Source
from totalplace.workbench.loads._sources import source_thing
from totalplace.workbench.loads._upload_form import licences
from totalplace.workbench.queues import ask_recount
from totalplace.workbench.queues._recount import key_of
from totalplace.workbench.queues._saving import begin, close
from totalplace.workbench.queues.models import Choice, Saving, joined

__all__ = ["decide_licence", "licence_decided", "licences_decided"]

_WHAT = "licence"
_read: list[tuple[Path, int, Mapping[str, str]]] = []
"""What was read last: of which place, after how many decisions, what they say."""


def licence_decided(place: Place, source: Source) -> Decision | None:
    """The decision that holds about this very source, or None."""
    found = [
        one
        for one in place.folder.decisions()
        if one.what == _WHAT and one.object_id == source.sha256
    ]
    return found[-1] if found else None


def licences_decided(place: Place) -> Mapping[str, str]:
    """What decisions say of licences, as `licence_of` takes it.

    A decision is never changed, only added: what was read is read again once there is another.
    """
    n = sum(1 for _ in (place.path / "decisions").glob("*.json"))
    for path, known_n, known in _read:
        if (path, known_n) == (place.path, n):
            return known
    made = place.folder.decisions()
    found = {one.object_id: one.value for one in made if one.what == _WHAT}
    _read[:] = [(place.path, n, found)]
    return found


def decide_licence(actor: Actor, sha256: str, licence: str, why: str, *, asked: int) -> int:
    """Decide under which licence a source was published; the decision's number.

    Args:
        licence: a licence_id.
        asked: the row of the audit that has allowed it; what came of it is recorded there.

    Raises:
        RequestError: there is no such source or licence.
        PlaceError: the place cannot be written now.
    """
    begun: list[Saving] = []
    with open_place(settings.TOTALPLACE_PLACE) as place:
        state = place.folder.state()
        # what the row of the decision keeps beside it
        about = Choice(
            key=key_of(_WHAT, sha256),
            title=state.find_source(sha256).name,
            label=dict(licences())[licence],
            bodies=joined(source_thing(state, sha256).bodies),
        )

        def before(made: Sequence[Decision]) -> None:
            begun.append(begin(actor, asked, [(about, about.key)], made))

        choice = PlaceChoice(sha256, _WHAT, licence)
        try:
            place.decide_all([choice], why=why, who=actor.name, before=before)
        except TotalplaceError as error:
            for one in begun:
                codes = {"problems": [problem.code for problem in error.problems]}
                close(one, place.folder.all_decisions(), told=codes)
            raise
        (n,) = close(begun[0], place.folder.all_decisions())
    ask_recount(actor)
    return n
