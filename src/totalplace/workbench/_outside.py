"""A process that is none of the workbench's own works on it: commands."""

from __future__ import annotations

import os
from pathlib import Path

from totalplace.workbench._database import check_database
from totalplace.workbench._folder import DATABASE, FOLDER

__all__ = ["has_workbench", "set_up"]


def has_workbench(place: Path) -> bool:
    """Whether people have worked on the place: there is a database of it.

    Raises:
        PlaceError: the place says that it is another than that of this environment.
    """
    folder = place / FOLDER
    check_database(place)
    if os.environ.get("DATABASE_URL"):
        return folder.is_dir()
    return (folder / DATABASE).is_file()


def set_up(place: Path) -> None:
    """Have this process work on the workbench of a place."""
    os.environ["TOTALPLACE_PLACES"] = str(place.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "totalplace.workbench.settings"
    import django

    django.setup()
