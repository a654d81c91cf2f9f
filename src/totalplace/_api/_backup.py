"""A place into one file and back, and an old place made a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from totalplace._api._result import NUMBER, TEXT, Result, table_of
from totalplace.backup import Backed, Manifest, Part, Progress, ReadParts, Restored, back_up
from totalplace.backup import restore as restore_folder
from totalplace.place import Folder, migrate

__all__ = ["Migrated", "backup_result", "migrate_result", "restore_place"]


@dataclass(frozen=True)
class Migrated:
    """What a place was and is.

    Attributes:
        before: the `schema_version` that it had.
        now: the one that it has.
    """

    before: int
    now: int


def backup_result(
    folder: Folder,
    path: Path,
    *,
    made: str,
    yes: bool,
    parts: Mapping[str, Part] | None,
    progress: Progress | None,
) -> Result[Backed]:
    """Write a backup; see `Place.backup`."""
    backed = back_up(
        folder,
        path,
        made=made,
        made_by=version("totalplace"),
        parts=parts or {},
        replace=yes,
        progress=progress or _silent,
    )
    document = {
        "path": str(backed.path),
        "bytes": backed.size_bytes,
        **_told(backed.manifest),
        "left_out": dict(backed.left_out),
    }
    return Result(
        facts=backed,
        document=document,
        table=_files(backed.manifest),
        title=f"{folder.name}: backup",
    )


def restore_place(
    file: Path | str,
    folder: Path | str,
    *,
    read_parts: ReadParts | None = None,
    progress: Progress | None = None,
) -> Result[Restored]:
    """Make the place that a backup holds: every byte verified, checked, whole or not at all.

    Args:
        file: a backup.
        folder: a folder that does not exist yet, or an empty one.
        read_parts: takes what stands in the backup beside the place: given the file of each part
            by its name, and the folder of the place before it appears. Without it they are left
            in the backup, and told.
        progress: told the file, the stage, the bytes done and the bytes that there are to do.

    Raises:
        RequestError: the folder is in use, or the disk has no room; nothing was made.
        FileRefused: it is no backup or a damaged one, with everything that is wrong with it;
            nothing was made.
    """
    restored = restore_folder(
        Path(file), Path(folder), read_parts=read_parts, progress=progress or _silent
    )
    return Result(
        facts=restored,
        document={
            "path": str(restored.path),
            **_told(restored.manifest),
            "parts_left": list(restored.parts_left),
        },
        table=_files(restored.manifest),
        title=f"{restored.manifest.place_name}: restored",
    )


def migrate_result(folder: Folder) -> Result[Migrated]:
    """Make an old place one of this version; see `Place.migrate`."""
    facts = Migrated(*migrate(folder.path))
    document = {"place": folder.name, "before": facts.before, "now": facts.now}
    return Result(
        facts=facts,
        document=document,
        table=table_of([document], {"place": TEXT, "before": NUMBER, "now": NUMBER}),
        title=f"{folder.name}: schema",
    )


def _told(manifest: Manifest) -> dict[str, object]:
    return {
        "place": manifest.place_name,
        "id": manifest.place_id,
        "made": manifest.made,
        "made_by": manifest.made_by,
        "schema_version": manifest.schema_version,
        "counts": dict(manifest.counts),
        "files": len(manifest.files),
        "parts": [entry.name for entry in manifest.parts],
        "place_bytes": manifest.size_bytes,
    }


def _files(manifest: Manifest) -> object:
    rows = [
        {"file": name, "bytes": entry.size_bytes, "sha256": entry.sha256}
        for name, entry in manifest.members.items()
    ]
    return table_of(rows, {"file": TEXT, "bytes": NUMBER, "sha256": TEXT})


def _silent(*_: object) -> None:
    return None
