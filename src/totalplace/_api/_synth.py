"""The fictional place: written as published files, made into a place, and added."""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from totalplace._api._add import add_files
from totalplace._api._open import new_place, now, open_place
from totalplace._api._place import Place, Progress
from totalplace._api._small import AddResult, add_result
from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.place._user import system_user
from totalplace.sources import AddReport, FileReport, sandbox_of
from totalplace.synth import DEFAULT_DIRT, LICENCE, PLACE_AREA, generate

__all__ = ["is_fictional_place", "make_fictional_place", "reopen_fictional_place"]

PUBLISHED = "published"
"""Folder of the published files inside the place's folder; ``truth/`` stands in it."""


def make_fictional_place(
    path: Path | str,
    *,
    people: int = 240_000,
    seed: int = 1,
    dirt: float = DEFAULT_DIRT,
    progress: Progress | None = None,
    clock: Callable[[], datetime] = now,
) -> tuple[Place, AddResult]:
    """Make a fictional place: its published files, with the truth beside them, and a place that
    holds them. The same arguments give the same files, byte for byte.

    Args:
        path: a folder that does not exist yet, or an empty one; the files go to ``published/``.
        people: of the place.
        seed: of everything that is left to chance.
        dirt: how badly the files are kept, 0 to 1.
        progress: told the file, the stage, how many files are done and how many there are.
        clock: tells the time.

    Returns:
        The open place, and what became of each file.

    Raises:
        RequestError: too few people, dirt outside 0 to 1, or a folder that is in use.
    """
    folder = Path(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(
            Problem(
                "folder_in_use",
                "a place cannot be made here",
                str(folder),
                "it is not empty" if folder.is_dir() else "it is a file",
                "give a folder that does not exist yet, or an empty one",
            )
        )
    if not folder.parent.is_dir():
        raise RequestError(
            Problem(
                "no_folder",
                "the folder to make it in is missing",
                str(folder),
                f"there is no folder {folder.parent}",
                "make it first, or give another",
            )
        )
    with tempfile.TemporaryDirectory(prefix=".totalplace-", dir=folder.parent) as scratch:
        written = Path(scratch) / PUBLISHED
        if progress is not None:
            progress("", "inventing the place", 0, 0)
        made = generate(written, people=people, seed=seed, dirt=dirt)
        registers = [file for file in made.files if file.format_id == "register"]
        new_place(
            folder,
            name=made.name,
            areas=[made.area],
            year=made.year,
            registers=[file.path for file in registers],
            publisher=registers[0].publisher,
            licence=LICENCE,
            clock=clock,
        )
        try:
            written.rename(folder / PUBLISHED)
        except BaseException:
            shutil.rmtree(folder)
            raise
    return reopen_fictional_place(folder, progress=progress, clock=clock)


def is_fictional_place(place: Place) -> bool:
    """Whether it is of the invented area that has no code in the real world, and has the files that
    were invented for it beside it."""
    try:
        manifest = json.loads((place.path / PUBLISHED / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return False
    return bool(list(place.areas) == [PLACE_AREA] == manifest.get("area"))


def reopen_fictional_place(
    path: Path | str,
    *,
    progress: Progress | None = None,
    clock: Callable[[], datetime] = now,
) -> tuple[Place, AddResult]:
    """Open a fictional place made before, and add whatever of its files it lacks.

    Raises:
        PlaceError: the folder is no place, or none that was made as a fictional one.
    """
    place = open_place(path, clock=clock)
    folder = place.path / PUBLISHED
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        files = [_File(**{name: entry[name] for name in _FIELDS}) for entry in manifest["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlaceError(
            Problem(
                "not_fictional",
                "this place was not made as a fictional one",
                str(place.path),
                f"{folder / 'manifest.json'} cannot be read: {type(error).__name__}",
                "give another folder with --dir",
            )
        ) from error
    reports: list[FileReport] = []
    # one reader for all of them: each takes a moment to begin
    with sandbox_of(place.folder) as reader:
        for group in _groups(files):
            added = add_files(
                place.folder,
                [folder / file.path for file in group],
                body=group[0].body,
                format_id=None,
                supersedes=group[0].supersedes,
                yes=False,
                who=system_user(),
                received=clock().isoformat(timespec="seconds"),
                publisher=group[0].publisher,
                licence=group[0].licence,
                progress=None if progress is None else _of_all(progress, files, folder),
                reader=reader,
            )
            reports += added.files
    return place, add_result(AddReport(tuple(reports)))


_FIELDS = ("path", "body", "supersedes", "publisher", "licence")


@dataclass(frozen=True)
class _File:
    path: str
    body: str | None
    supersedes: str | None
    publisher: str
    licence: str


def _of_all(progress: Progress, files: Sequence[_File], folder: Path) -> Progress:
    """Progress over all files, where each `add` knows only its own."""
    at = {str(folder / file.path): number for number, file in enumerate(files)}
    return lambda file, stage, *_: progress(file, stage, at[file], len(files))


def _groups(files: Sequence[_File]) -> Iterator[list[_File]]:
    """Files that one `add` can take together, in order: a correction stands alone."""
    numbered = enumerate(files)

    def together(item: tuple[int, _File]) -> tuple[Any, ...]:
        at, file = item
        return (file.body, file.publisher, at if file.supersedes else None)

    for _, group in itertools.groupby(numbered, key=together):
        yield [file for _, file in group]
