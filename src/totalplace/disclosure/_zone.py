"""The reader of the public zone: the only part of a place that public pages open.

A publication is a folder ``public/<n>/`` with a manifest that names every file of it, its size and
its SHA-256. Only files that the manifest names are opened, and only when their size is the
manifest's; no link is followed. After ``withdraw`` the folder holds a notice instead.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import PlaceError, Problem, RequestError

__all__ = [
    "LINES",
    "MANIFEST",
    "NOTICE",
    "PUBLIC",
    "Publication",
    "Zone",
    "is_safe_name",
    "open_zone",
]

PUBLIC = "public"
MANIFEST = "publication.json"
NOTICE = "withdrawn.json"
LINES = "lines"
"""The one table that is never read whole."""


@dataclass(frozen=True, eq=False)
class Publication:
    """One publication: the files that its manifest names, and nothing else.

    Args:
        n: the number of the snapshot that it shows.
        manifest: ``publication.json``.
        path: its folder.
    """

    n: int
    manifest: Mapping[str, Any]
    path: Path
    _documents: dict[str, Any] = field(default_factory=dict, init=False, repr=False)
    _tables: dict[str, pa.Table] = field(default_factory=dict, init=False, repr=False)

    @property
    def years(self) -> tuple[str, ...]:
        """Its financial years, the default one first."""
        return tuple(self.manifest["years"])

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of it, as a path from its folder."""
        return tuple(self.manifest["files"])

    def has(self, relative: str) -> bool:
        """Whether it holds a file of this path."""
        return relative in self.manifest["files"]

    def path_of(self, relative: str) -> Path:
        """Where a file of it stands, once its size is found to be the manifest's.

        Raises:
            RequestError: it holds no such file (``not_published``), or was withdrawn.
            PlaceError: the file is missing or altered (``public_damaged``).
        """
        _refuse_withdrawn(self.path, self.n)
        facts = self.manifest["files"].get(relative)
        if facts is None or not is_safe_name(relative):
            raise RequestError(
                Problem(
                    "not_published",
                    "the publication holds no such file",
                    f"publication {self.n}: {relative:.200}",
                    "its manifest does not name it",
                    "choose a year, key or table that this publication has",
                )
            )
        path = self.path / relative
        found = _size(self.path, relative)
        if found != facts["bytes"]:
            why = "it is missing or no plain file" if found is None else f"{found:,} bytes"
            raise _damaged(path, f"{why}; the manifest says {facts['bytes']:,} bytes")
        return path

    def document(self, year: str, name: str) -> Any:
        """A document of a year, parsed once: ``count``, ``reconcile``, ``trace``, ``themes``, ...

        Callers share it and must not change it.

        Raises:
            RequestError: there is none, or the publication was withdrawn.
            PlaceError: it is damaged.
        """
        relative = f"documents/{year}/{name}.json"
        path = self.path_of(relative)
        if relative not in self._documents:
            self._documents[relative] = _json(path)
        return self._documents[relative]

    def table(self, name: str) -> pa.Table:
        """A table, read once. ``lines`` is too large for that: query its file, see `path_of`.

        Raises:
            RequestError: there is none, or the publication was withdrawn.
            PlaceError: it is damaged.
            ValueError: the lines are asked for.
        """
        if name == LINES:
            raise ValueError(
                "the lines are never read whole: query path_of('tables/lines.parquet')"
            )
        path = self.path_of(f"tables/{name}.parquet")
        if name not in self._tables:
            try:
                with pq.ParquetFile(path) as file:
                    self._tables[name] = file.read()
            except (OSError, pa.ArrowInvalid) as error:
                raise _damaged(path, str(error)) from error
        return self._tables[name]

    def report_path(self, year: str, suffix: str) -> Path:
        """Where the report of a year stands, in the form of a suffix: html, docx, pdf or xlsx.

        Raises:
            RequestError: there is none, or the publication was withdrawn.
            PlaceError: it is damaged.
        """
        return self.path_of(f"reports/count-{year}.{suffix.removeprefix('.')}")


@dataclass(frozen=True, eq=False)
class Zone:
    """The publications of a place. What is published or withdrawn later is seen at once.

    Args:
        path: the public folder; it need not be there yet.
    """

    path: Path
    _open: dict[int, Publication] = field(default_factory=dict, init=False, repr=False)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the publications that can be read, newest last."""
        return tuple(n for n in self._folders if not _is_there(self._folder(n) / NOTICE))

    @property
    def withdrawn(self) -> Mapping[int, Mapping[str, Any]]:
        """The notices of those that were withdrawn, by number."""
        found = {n: self._folder(n) / NOTICE for n in self._folders}
        notices = {n: _json(path) for n, path in found.items() if _is_there(path)}
        return MappingProxyType(notices)

    @property
    def latest(self) -> Publication:
        """The newest publication that can be read.

        Raises:
            RequestError: nothing is published (``not_published``).
        """
        numbers = self.numbers
        if not numbers:
            raise RequestError(
                Problem(
                    "not_published",
                    "nothing of this place is published",
                    str(self.path),
                    "it holds no publication" + (" but withdrawn ones" * bool(self._folders)),
                    "run `totalplace publish` on the place",
                )
            )
        return self.publication(numbers[-1])

    def publication(self, n: int) -> Publication:
        """Publication number `n`.

        Raises:
            RequestError: there is none (``unknown_publication``), or it was withdrawn
                (``withdrawn``; the problem's why is the reason).
            PlaceError: its manifest is damaged.
        """
        folder = self._folder(n)
        if n not in self._folders:
            there = ", ".join(map(str, self.numbers)) or "none"
            raise RequestError(
                Problem(
                    "unknown_publication",
                    "the place has no such publication",
                    f"publication {n}",
                    f"published: {there}",
                    "give the number of one that it has, or publish this snapshot",
                )
            )
        try:
            _refuse_withdrawn(folder, n)
        except RequestError:
            self._open.pop(n, None)
            raise
        if n not in self._open:
            self._open[n] = Publication(n=n, manifest=_manifest(folder, n), path=folder)
        return self._open[n]

    @property
    def _folders(self) -> tuple[int, ...]:
        if not self.path.is_dir():
            return ()
        names = (
            entry.name for entry in os.scandir(self.path) if entry.is_dir(follow_symlinks=False)
        )
        return tuple(sorted(int(name) for name in names if _is_number(name)))

    def _folder(self, n: int) -> Path:
        return self.path / str(n)


def open_zone(path: Path) -> Zone:
    """The public zone of a place.

    Args:
        path: the place's folder, or its public folder itself.

    Raises:
        RequestError: there is no such folder (``not_published``).
    """
    if not path.is_dir():
        raise RequestError(
            Problem(
                "not_published",
                "there is no such folder",
                str(path),
                "a place, or the public folder of one, was expected",
                "give the folder of a place that was published",
            )
        )
    is_place = (path / "place.toml").exists() or (path / PUBLIC).is_dir()
    return Zone(path / PUBLIC if is_place else path)


def is_safe_name(relative: str) -> bool:
    """Whether a path stays below its folder: no ``..``, nothing absolute, nothing hidden.

    >>> is_safe_name("tables/lines.parquet"), is_safe_name("../state.json")
    (True, False)
    """
    if not relative or "\\" in relative or "\0" in relative:
        return False
    parts = relative.split("/")
    return str(PurePosixPath(relative)) == relative and not any(
        not part or part.startswith(".") for part in parts
    )


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and name[0] != "0"


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _size(root: Path, relative: str) -> int | None:
    """The size of a plain file that stands below the folder through no link; else None."""
    path = root
    try:
        for part in relative.split("/"):
            path /= part
            facts = path.lstat()
            if stat.S_ISLNK(facts.st_mode):
                return None
    except OSError:
        return None
    return facts.st_size if stat.S_ISREG(facts.st_mode) else None


def _refuse_withdrawn(folder: Path, n: int) -> None:
    path = folder / NOTICE
    if not _is_there(path):
        return
    notice = _json(path)
    raise RequestError(
        Problem(
            "withdrawn",
            f"this publication was withdrawn on {str(notice.get('when', ''))[:10]}",
            f"publication {n}",
            str(notice.get("reason", "")),
            "read a later publication of the place",
        )
    )


def _manifest(folder: Path, n: int) -> Mapping[str, Any]:
    path = folder / MANIFEST
    manifest = _json(path)
    files = manifest.get("files")
    whole = (
        manifest.get("n") == n
        and isinstance(files, dict)
        and all(
            is_safe_name(name) and isinstance(facts, dict) and isinstance(facts.get("bytes"), int)
            for name, facts in files.items()
        )
        and isinstance(manifest.get("years"), list)
    )
    if not whole:
        raise _damaged(path, "it is no manifest of this publication")
    return MappingProxyType(manifest)


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.is_symlink():
            raise _damaged(path, "it is a link")
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(found, dict):
        raise _damaged(path, "it is no JSON object")
    return found


def _damaged(path: Path, why: str) -> PlaceError:
    return PlaceError(
        Problem(
            "public_damaged",
            "a file of the public zone is damaged",
            str(path),
            why,
            "withdraw this publication, and publish a new snapshot of the place",
        )
    )
