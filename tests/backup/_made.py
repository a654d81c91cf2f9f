"""A small place that has one of everything a backup must hold."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from disclosure._made import publish
from place._made import NEW, NOW, OLD, TODAY, add, new_place, register_body, sha256
from totalplace.backup import Backed, Part, Restored, back_up, restore
from totalplace.disclosure.publish import withdraw_publication
from totalplace.place import Folder

__all__ = ["altered", "backed", "full_place", "restored", "taken"]

_NOT_TAKEN = ("lock", ".lock")


def full_place(path: Path) -> Folder:
    """A place with a correction, rejects, a register, a mapping, decisions, two snapshots, one of
    them published and one withdrawn, a derived table, and a file of its owner's."""
    folder = new_place(path)
    with folder.change() as change:
        add(change, OLD)
        register_body(change)
    folder.decide(object_id="a", what="alias", value="b", who="jo", when=NOW, why="same")
    folder.freeze("first", today=TODAY)
    with folder.change() as change:
        add(change, NEW)
        change.supersede(sha256(OLD), by=sha256(NEW))
    folder.decide(object_id="1", what="undo", value="1", who="jo", when=NOW, why="not the same")
    folder.freeze("second", today=TODAY)
    folder.edit_mapping(lambda _: "# agreed\n")
    folder.write_derived("net", "ab12", pa.table({"pence": [1]}))
    publish(path / "public", 1)
    publish(path / "public", 2)
    withdraw_publication(
        path / "public", 1, reason="wrong", when=NOW, place={"id": folder.id, "name": folder.name}
    )
    (path / "notes").mkdir()
    (path / "notes" / "méthode.txt").write_text("mine")
    return folder


def taken(root: Path) -> dict[str, bytes]:
    """Every file of a place that a backup holds."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and path.name not in _NOT_TAKEN
        and path.relative_to(root).parts[0] not in {"tmp", "workbench"}
    }


def backed(
    folder: Folder, file: Path, *, parts: Mapping[str, Part] | None = None, **given: Any
) -> Backed:
    """Back up a place with the arguments that do not matter to a test."""
    given = {"replace": False, "progress": _silent, "made": NOW, "made_by": "1.0"} | given
    return back_up(folder, file, parts=parts or {}, **given)


def restored(file: Path, folder: Path, **given: Any) -> Restored:
    """Restore a backup with the arguments that do not matter to a test."""
    return restore(file, folder, **{"read_parts": None, "progress": _silent} | given)


def altered(file: Path, to: Path, **change: bytes | None) -> Path:
    """The archive with members put in another's place, added, or (None) left out."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in change:
                new.writestr(name, old.read(name))
        for name, data in change.items():
            if data is not None:
                new.writestr(name, data)
    return to


def _silent(*_: object) -> None:
    return None
