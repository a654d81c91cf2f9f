"""Verbs about the whole of a place: backup, restore, migrate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._progress import growing_progress
from totalplace.errors import Problem, RequestError

if TYPE_CHECKING:
    from totalplace._api import Result
    from totalplace.backup import Backed, Restored

__all__: list[str] = []

_COUNTED = ("sources", "lines", "decisions", "snapshots", "publications")


@verb("backup", "backup gm -o /backups/gm-2026-11-21.zip", "backup gm -o /backups/gm.zip --yes")
def backup(
    folder: PLACE,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The backup to write, outside the place."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace a file that is there.")] = False,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Write a whole place into one file, as it is at one moment, while others use it.

    The file is there whole or not at all. It is a ZIP archive with a manifest of every file and its
    SHA-256, and only its owner may read it: it holds what the place holds. Exit code 2 with the
    damage named, and no file, when the place is damaged.
    """
    if output is None:
        raise RequestError(
            Problem(
                "missing_option",
                "-o FILE is missing",
                "-o FILE",
                "it has to be said where the backup is to go",
                "give -o FILE, outside the place and on another disk if there is one",
            )
        )
    with _api.open_place(folder) as place, growing_progress("backing up") as progress:
        made = place.backup(output, yes=yes, progress=progress)
    return Outcome(
        made.document,
        lambda: _backup_text(made),
        warnings=tuple(f"{name} is left out: {why}" for name, why in made.facts.left_out.items()),
    )


@verb("restore", "restore /backups/gm-2026-11-21.zip gm")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", show_default=False)],
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="The folder to make: one that does not exist, or an empty one.",
            show_default=False,
        ),
    ],
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Make the place that a backup holds. Every file is verified by its SHA-256 and the place is
    checked before it appears, whole or not at all.

    Exit code 1 when the backup is damaged: all that is wrong with it is told, and nothing is made.
    """
    with growing_progress("restoring") as progress:
        made = _api.restore_place(file, folder, progress=progress)
    return Outcome(
        made.document,
        lambda: _restore_text(made),
        warnings=tuple(f"{name} is left in the backup" for name in made.facts.parts_left),
    )


@verb("migrate", "migrate gm")
def migrate(folder: PLACE, as_json: JSON = False) -> Outcome:  # noqa: ARG001
    """Make a place that an older version of totalplace made one of this version.

    It is never necessary: an older place is read as it is, and becomes a new one with the first
    thing that is written to it. The older version then refuses it. Back it up before.
    """
    with _api.open_place(folder) as place:
        made = place.migrate()
    facts = made.facts
    return Outcome(
        made.document,
        lambda: (
            f"{place.name} is of schema {facts.now} already."
            if facts.before == facts.now
            else f"{place.name} was of schema {facts.before} and is now of schema {facts.now}."
        ),
    )


def _backup_text(made: Result[Backed]) -> str:
    return (
        f"Wrote {made.facts.path} ({made.facts.size_bytes:,} bytes).\n{_held(made.document)}\n"
        f"Next, to see that it is good: totalplace restore {made.facts.path} NEW-DIR"
    )


def _restore_text(made: Result[Restored]) -> str:
    return (
        f"Restored {made.document['place']} in {made.facts.path}; it is checked.\n"
        f"{_held(made.document)}\nBacked up {made.document['made']}."
    )


def _held(document: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{what} {document['counts'][what]:,}" for what in _COUNTED)
    return f"{document['files']:,} files, {document['place_bytes']:,} bytes: {counts}."
