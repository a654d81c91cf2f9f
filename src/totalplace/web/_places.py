"""The places of the site: their public zones, opened again when something is published."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from totalplace.disclosure import Publication, Zone, open_zone
from totalplace.errors import Problem, RequestError

__all__ = ["other_zones", "publication", "zone", "zones_state"]

Changed = tuple[tuple[str, int], ...]
"""The folders of a zone, and when each was changed."""


def zone() -> Zone:
    """The zone of the place that the site shows.

    Raises:
        RequestError: the site has no place, or its folder no public zone.
    """
    places = settings.TOTALPLACE_PLACES
    if not places:
        raise RequestError(
            Problem(
                "no_place",
                "the site was started without a place",
                "TOTALPLACE_PLACES",
                "the setting is empty",
                "start it with `totalplace serve DIR`, or name the place's folder in the setting",
            )
        )
    return _open(places[0])


def other_zones() -> tuple[Zone, ...]:
    """The zones of the places to compare with."""
    return tuple(_open(path) for path in settings.TOTALPLACE_PLACES[1:])


def publication(at: int | None) -> Publication:
    """A publication of the site's place by its number; the latest by default.

    Raises:
        RequestError: `not_published`, `unknown_publication` or `withdrawn`.
    """
    one = zone()
    return one.latest if at is None else one.publication(at)


def zones_state() -> tuple[tuple[Path, Changed], ...]:
    """Changes whenever something is published or withdrawn: what is kept of pages hangs on it."""
    return tuple((path, _changed(path)) for path in settings.TOTALPLACE_PLACES)


def _open(path: Path) -> Zone:
    return _zone(path, _changed(path))


@lru_cache(maxsize=16)
def _zone(path: Path, changed: Changed) -> Zone:  # noqa: ARG001 - opened anew when it has changed
    return open_zone(path)


def _changed(path: Path) -> Changed:
    """Of each folder, not the latest of all: a copied one may bear a time that is yet to come."""
    folder = path / "public" if (path / "public").is_dir() else path
    try:
        found = [folder, *folder.iterdir()]
        return tuple(sorted((one.name, one.stat().st_mtime_ns) for one in found))
    except OSError:
        return ()
