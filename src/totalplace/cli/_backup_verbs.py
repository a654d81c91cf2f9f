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
    """Write a whole place and its workbench into one file, as they are at one moment, while others
    use them.

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
    from totalplace.workbench._keep import keys_elsewhere, parts_of

    with _api.open_place(folder) as place, growing_progress("backing up") as progress:
        parts = parts_of(place.path)
        made = place.backup(output, yes=yes, parts=parts, progress=progress)
    warnings = [f"{name} is left out: {why}" for name, why in made.facts.left_out.items()]
    if parts and (keys := keys_elsewhere()):
        warnings.append(f"the keys in {keys} are not in it: keep a copy of them elsewhere")
    return Outcome(made.document, lambda: _backup_text(made), warnings=tuple(warnings))


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
    from totalplace.workbench._keep import put_back

    workbench: dict[str, Any] = {}
    with growing_progress("restoring") as progress:
        made = _api.restore_place(
            file,
            folder,
            read_parts=lambda parts, place: workbench.update(put_back(parts, place)),
            progress=progress,
        )
    audit = workbench.get("audit", {"is_whole": True})
    return Outcome(
        {**made.document, "workbench": workbench or None},
        lambda: _restore_text(made, workbench),
        exit_code=int(not audit["is_whole"]),
        warnings=tuple(Problem(**problem) for problem in audit.get("problems", ())),
    )


@verb("migrate", "migrate gm")
def migrate(folder: PLACE, as_json: JSON = False) -> Outcome:  # noqa: ARG001
    """Make a place that an older version of totalplace made one of this version, and the database
    of its workbench.

    It is never necessary: an older place is read as it is, and becomes a new one with the first
    thing that is written to it; `serve` brings the database to this version. The older version then
    refuses both. Back the place up before.
    """
    from totalplace.workbench._keep import migrate_workbench

    with _api.open_place(folder) as place:
        made = place.migrate()
    facts = made.facts
    has_workbench = migrate_workbench(folder)
    return Outcome(
        {**made.document, "workbench": has_workbench},
        lambda: (
            (
                f"{place.name} is of schema {facts.now} already."
                if facts.before == facts.now
                else f"{place.name} was of schema {facts.before} and is now of schema {facts.now}."
            )
            + (" The database of its workbench is of this version." if has_workbench else "")
        ),
    )


def _backup_text(made: Result[Backed]) -> str:
    return (
        f"Wrote {made.facts.path} ({made.facts.size_bytes:,} bytes).\n{_held(made.document)}\n"
        f"Next, to see that it is good: totalplace restore {made.facts.path} NEW-DIR"
    )


def _restore_text(made: Result[Restored], workbench: Mapping[str, Any]) -> str:
    lines = [
        f"Restored {made.document['place']} in {made.facts.path}; every file is verified.",
        _held(made.document),
        f"Backed up {made.document['made']} by totalplace {made.document['made_by']}.",
    ]
    if workbench:
        audit = workbench["audit"]
        state = f"whole ({audit['rows']:,} rows)" if audit["is_whole"] else "not proved"
        lines.append(f"Its workbench: {workbench['rows']:,} rows; the audit is {state}.")
    return "\n".join(lines)


def _held(document: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{what} {document['counts'][what]:,}" for what in _COUNTED)
    return f"{document['files']:,} files, {document['place_bytes']:,} bytes: {counts}."
