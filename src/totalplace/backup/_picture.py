"""What of a place belongs into a backup: one whole state of it, while others write.

No lock is taken. A document of a place is written once and names only what was there before it, so
what depends on others is listed first and what it depends on after it: publications and the cache,
then snapshots, decisions, and the row of changes last. Whatever is in the picture then finds in it
all that it names.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from totalplace.backup._manifest import is_member_name
from totalplace.disclosure._zone import MANIFEST, NOTICE, PUBLIC, Publication, Zone
from totalplace.errors import RequestError
from totalplace.place import Decision, Folder, State, _files, encode
from totalplace.place._create import PLACE, parse_place
from totalplace.place._documents import numbered
from totalplace.place._journal import CHANGES, WORKING, load_row
from totalplace.place._kept import APPROVAL, KEPT, kept
from totalplace.place._snapshots import CURRENT
from totalplace.place._workspace import LOCK, TMP, noted_moves

__all__ = ["Item", "Picture", "is_taken", "picture_of"]

WORKBENCH = "workbench"
"""Its database cannot be copied while it is in use: it is a part that the caller gives."""

_ROWS = ("sources", "lines", "rejects", "reference")
"""Where only what the state names is of the place."""

_NEVER = frozenset((TMP, LOCK, WORKBENCH))
_MAPPING = "mapping.toml"
_KNOWN = _NEVER | {
    *_ROWS, *KEPT.values(), CHANGES, CURRENT, _MAPPING, PLACE, PUBLIC, WORKING, "decisions",
    "snapshots", "tables"
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A file to be taken.

    Args:
        name: its path from the place's folder.
        content: where its bytes are, or the bytes.
        sha256: what they must be, where a document of the place says so.
    """

    name: str
    content: Path | bytes
    sha256: str | None = None


@dataclass(frozen=True)
class Picture:
    """One whole state of a place.

    Args:
        items: every file of it.
        counts: see `Manifest`.
        left_out: path from the place's folder -> why it is not taken.
    """

    items: tuple[Item, ...]
    counts: Mapping[str, int]
    schema_version: int
    left_out: Mapping[str, str]


def picture_of(folder: Folder) -> Picture:
    """The picture of a place as it is now.

    Raises:
        PlaceError: a document of it is missing or damaged.
    """
    root = folder.path
    left_out: dict[Path, str] = {}
    in_rows = [path for top in _ROWS for path in _files_below(root / top, left_out)]
    published, withdrawn = _public(Zone(root / PUBLIC))
    paths = [*_other_files(root, left_out), *_files_below(root / "tables", left_out)]
    items = [*_public_items(root, published, withdrawn)]
    snapshots, decisions = folder.snapshots(), folder.all_decisions()
    paths += numbered(root / "snapshots")[: len(snapshots)]
    paths += numbered(root / "decisions")[: len(decisions)]
    items += [*_kept_items(root, decisions)]
    moving = {move for path in (root / TMP).glob("*") for move in noted_moves(path)}
    last, state = load_row(root)
    paths += numbered(root / CHANGES)[:last]
    paths += [root / WORKING] if (root / WORKING).is_file() else []
    named = state.files() | moving
    left_out |= {
        path: "no document of the place names it"
        for path in in_rows
        if path.relative_to(root) not in named
    }
    items += [*_state_items(root, state)]
    items += [Item(path.relative_to(root).as_posix(), path) for path in paths]
    if snapshots:
        items.append(Item(CURRENT, f"{len(snapshots)}\n".encode()))
    if (root / _MAPPING).is_file():
        items.append(Item(_MAPPING, _bytes(root / _MAPPING)))
    # after the changes: an old place says that it is a new one before it has its first change
    toml = _bytes(root / PLACE)
    items.append(Item(PLACE, toml))
    return Picture(
        items=tuple(items),
        counts={
            "sources": len(state.sources),
            "members": len(state.members),
            "lines": sum(member.lines for member in state.members),
            "changes": last,
            "decisions": len(decisions),
            "snapshots": len(snapshots),
            "publications": len(published),
            "withdrawn": len(withdrawn),
        },
        schema_version=parse_place(toml, root / PLACE).schema_version,
        left_out={str(path.relative_to(root)): why for path, why in sorted(left_out.items())},
    )


def is_taken(name: str) -> bool:
    """Whether a file of a place, by its path from the folder, may be in a backup at all.

    >>> is_taken("place.toml"), is_taken("workbench/keys"), is_taken("tmp/ab/moves.json")
    (True, False, False)
    """
    top, _, _ = name.partition("/")
    return is_member_name(name) and top not in _NEVER and not _files.is_temporary(top)


def _state_items(root: Path, state: State) -> Iterator[Item]:
    for source in state.sources:
        yield Item(source.path.as_posix(), root / source.path, source.sha256)
        facts = hashlib.sha256(encode(source)).hexdigest()
        yield Item(source.facts_path.as_posix(), root / source.facts_path, facts)
    for one in state.members:
        yield Item(one.lines_path.as_posix(), root / one.lines_path, one.lines_sha256)
        if one.rejects_sha256 is not None:
            yield Item(one.rejects_path.as_posix(), root / one.rejects_path, one.rejects_sha256)


def _kept_items(root: Path, decisions: Sequence[Decision]) -> Iterator[Item]:
    """What was ever approved: its decision is there, so it is whole."""
    for one in (one for kind in KEPT for one in kept(root, decisions, kind)):
        yield Item((one.folder / APPROVAL).as_posix(), root / one.folder / APPROVAL)
        for name, sha256 in one.files.items():
            yield Item((one.folder / name).as_posix(), root / one.folder / name, sha256)


def _public(zone: Zone) -> tuple[list[Publication], list[Path]]:
    """The publications that can be read, and the notices of those that were withdrawn."""
    while True:
        # in this order: one that is withdrawn meanwhile is in both
        numbers = zone.numbers
        withdrawn = zone.withdrawn.keys()
        try:
            published = [zone.publication(n) for n in numbers if n not in withdrawn]
        except RequestError:
            if (zone.numbers, zone.withdrawn.keys()) == (numbers, withdrawn):
                raise
        else:
            return published, [zone.path / str(n) / NOTICE for n in withdrawn]


def _public_items(
    root: Path, published: list[Publication], withdrawn: list[Path]
) -> Iterator[Item]:
    for notice in withdrawn:
        yield Item(notice.relative_to(root).as_posix(), notice)
    for publication in published:
        below = publication.path.relative_to(root).as_posix()
        yield Item(f"{below}/{MANIFEST}", publication.path / MANIFEST)
        for name, facts in publication.manifest["files"].items():
            yield Item(f"{below}/{name}", publication.path / name, facts["sha256"])


def _other_files(root: Path, left_out: dict[Path, str]) -> Iterator[Path]:
    """What people have put beside the place's own files."""
    for entry in sorted(root.iterdir()):
        if entry.name not in _KNOWN and not _files.is_temporary(entry.name):
            yield from _files_below(entry, left_out)


def _files_below(top: Path, left_out: dict[Path, str]) -> Iterator[Path]:
    """The plain files of a folder, or a file itself; what is none is left out."""
    try:
        facts = top.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(facts.st_mode):
        for entry in sorted(top.iterdir()):
            yield from _files_below(entry, left_out)
    elif not stat.S_ISREG(facts.st_mode):
        left_out[top] = "it is a link or no plain file"
    elif not is_member_name(top.name):
        left_out[top] = "its name cannot be kept"
    else:
        yield top


def _bytes(path: Path) -> bytes:
    with _files.told("read", path):
        return path.read_bytes()
