"""The bodies that an account can act for, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

import totalplace
from totalplace.access import EVERY_BODY
from totalplace.errors import Problem, RequestError
from totalplace.model import AreaRegister, BodyRegister, area_register
from totalplace.sources import bodies_of

__all__ = ["bodies_called", "bodies_here", "names_of", "place_name"]

Registers = tuple[BodyRegister, AreaRegister, tuple[str, ...]]
_BODIES, _AREAS = ("body", "body_alias", "body_area"), ("area", "area_member")


def place_name() -> str:
    """What the place is called."""
    with totalplace.open_place(settings.TOTALPLACE_PLACE) as place:
        return place.name


def bodies_here() -> Mapping[str, str]:
    """body_id -> name of the bodies that serve the place's areas or parts of them, by name."""
    bodies, areas, codes = _registers()
    inside = areas.expand(codes)
    found = {
        body_id: bodies.bodies[body_id].name
        for body_id, serves in bodies.serves.items()
        if body_id in bodies.bodies
        and any(areas.members.get(one, frozenset()) & inside for one in serves)
    }
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


def names_of(body_ids: Iterable[str]) -> list[str]:
    """Names of bodies, the whole place first."""
    wanted = sorted(set(body_ids))
    if EVERY_BODY in wanted:
        return [_("The whole place")]
    if not wanted:
        return []
    bodies = _registers()[0]
    return [one.name if (one := bodies.get(body_id)) else body_id for body_id in wanted]


def bodies_called(texts: Iterable[str]) -> list[str]:
    """The body_ids of bodies that are named by an identifier, a code, a name or an alias; `*` is
    the whole place.

    Raises:
        RequestError: nothing or several are known by such a name; all of them at once.
    """
    bodies = _registers()[0]
    found, problems = set[str](), list[Problem]()
    for text in texts:
        if text == EVERY_BODY:
            found.add(text)
            continue
        try:
            found.add(bodies.find(text).body_id)
        except RequestError as error:
            problems += error.problems
    if problems:
        raise RequestError(problems)
    return sorted(found)


def _registers() -> Registers:
    with totalplace.open_place(Path(settings.TOTALPLACE_PLACE)) as place:
        state = place.folder.state()
        files = (place.folder.reference_paths(table, state) for table in (*_BODIES, *_AREAS))
        return _read(place.path, tuple(chain.from_iterable(files)))


@lru_cache(maxsize=4)
def _read(path: Path, files: tuple[Path, ...]) -> Registers:  # noqa: ARG001 - read anew when others
    with totalplace.open_place(path) as place:
        folder, state = place.folder, place.folder.state()
        areas = area_register(*(folder.reference(table, state) for table in _AREAS))
        return bodies_of(folder), areas, place.areas
