"""The writer of the public zone: a publication appears whole or not at all, and never changes.

It is prepared in a folder ``public/.new-<random>``, every file and folder synced, and then renamed.
Writers hold ``public/.lock`` for as long as they work, so that whatever unfinished folder a writer
finds was left by one that died, and is removed. Everything goes through the write seam of
:mod:`totalplace.place._files`.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.disclosure._zone import (
    MANIFEST,
    NOTICE,
    Publication,
    Zone,
    is_safe_name,
)
from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.place import _files
from totalplace.place._workspace import locked

__all__ = ["json_bytes", "withdraw_publication", "write_publication", "write_table"]

Content: TypeAlias = bytes | Mapping[str, Any]
TableContent: TypeAlias = pa.Table | Callable[[Path], None]

_LOCK = ".lock"
_NEW = ".new-"
_OLD = ".old-"
_WAIT_SECONDS = 60.0
_TOLD_OF_THE_DAY = ("published", "note")
"""What two publications of the same content may differ in."""


def write_publication(
    public_folder: Path,
    n: int,
    *,
    documents: Mapping[str, Content],
    tables: Mapping[str, TableContent],
    reports: Mapping[str, bytes],
    manifest: Mapping[str, Any],
    wait_seconds: float = _WAIT_SECONDS,
) -> Publication:
    """Write publication `n`, whole and durable, or not at all.

    Args:
        public_folder: ``DIR/public``; made if it is not there.
        n: the snapshot's number.
        documents: path below ``documents/``, such as ``2017-18/count.json`` -> bytes, or an object
            to be written as JSON.
        tables: name of a table -> the table, or a function that writes a Parquet file to the path
            that it is given.
        reports: path below ``reports/``, such as ``count-2017-18.pdf`` -> bytes.
        manifest: everything of ``publication.json`` but ``files``, which is added here.
        wait_seconds: how long to wait for another writer.

    Returns:
        The publication; where `n` is already published with the same content (whatever the day),
        that one, untouched.

    Raises:
        RequestError: `n` is published with other content (``already_published``) or was withdrawn
            (``withdrawn``).
        PlaceError: the disk cannot take it, or another process is publishing.
    """
    zone = Zone(public_folder)
    with _lock(public_folder, wait_seconds):
        _refuse_if_withdrawn(zone, n)
        new = public_folder / f"{_NEW}{secrets.token_hex(8)}"
        try:
            _files.make_folder(new)
            files = _write_files(new, documents=documents, tables=tables, reports=reports)
            whole = {**manifest, "n": n, "files": files}
            if (public_folder / str(n)).exists():
                return _same(zone, n, whole)
            _files.write_file(new / MANIFEST, json_bytes(whole))
            _sync_folders(new)
            _appear(new, public_folder / str(n))
        finally:
            _files.remove_tree(new)
    return zone.publication(n)


def withdraw_publication(
    public_folder: Path,
    n: int,
    *,
    reason: str,
    when: str,
    place: Mapping[str, Any],
    wait_seconds: float = _WAIT_SECONDS,
) -> dict[str, Any]:
    """Take publication `n` back: its contents go, a notice stays at its address.

    The notice stands first, so that no reader is served from then on whatever happens next. Done
    again, it finishes what was left undone and keeps the first notice.

    Args:
        reason: why, as the public is told it.
        when: ISO date, or date and time.
        place: the place's ``id`` and ``name``.

    Returns:
        The notice.

    Raises:
        RequestError: there is no such publication, or no reason is given.
        PlaceError: the disk cannot do it; when the notice stands already, do it again.
    """
    if not reason.strip():
        raise RequestError(
            Problem(
                "no_reason",
                "a publication is withdrawn for a reason, which the public is told",
                "--reason",
                "it is empty",
                "say in a sentence what was wrong",
            )
        )
    zone = Zone(public_folder)
    if not public_folder.is_dir():
        zone.publication(n)
    with _lock(public_folder, wait_seconds):
        folder = public_folder / str(n)
        notice = dict(zone.withdrawn.get(n, {}))
        if not notice:
            if not folder.is_dir():
                zone.publication(n)
            notice = {"n": n, "reason": reason.strip(), "when": when, "place": dict(place)}
            _files.write_bytes_atomic(folder / NOTICE, json_bytes(notice))
        _empty(folder)
    return notice


def write_table(path: Path, table: pa.Table) -> None:
    """A table as the Parquet file of the public zone: the same bytes for the same rows."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=131_072)
    _files.write_file(path, memoryview(sink.getvalue()))


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """A document as it is written: UTF-8, keys in the order given, a line feed at the end."""
    return (json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _write_files(
    new: Path,
    *,
    documents: Mapping[str, Content],
    tables: Mapping[str, TableContent],
    reports: Mapping[str, bytes],
) -> dict[str, dict[str, Any]]:
    """Write everything but the manifest; each file's facts by its path from the folder."""
    written: list[str] = []
    for folder, contents in (("documents", documents), ("reports", reports)):
        for name, content in contents.items():
            path = _path(new, f"{folder}/{name}")
            data = content if isinstance(content, bytes) else json_bytes(content)
            _files.write_file(path, data)
            written.append(f"{folder}/{name}")
    for name, table in tables.items():
        path = _path(new, f"tables/{name}.parquet")
        if isinstance(table, pa.Table):
            write_table(path, table)
        else:
            with _files.told("write", path):
                table(path)
            _files.sync_file(path)
        written.append(f"tables/{name}.parquet")
    facts = {}
    for name in sorted(written):
        path = new / name
        facts[name] = {"sha256": _files.sha256_of(path), "bytes": path.stat().st_size}
    return facts


def _path(new: Path, relative: str) -> Path:
    if not is_safe_name(relative):
        raise ValueError(f"no path of a publication: {relative!r}")
    path = new / relative
    _files.make_folder(path.parent)
    return path


def _sync_folders(new: Path) -> None:
    for folder, _, _ in os.walk(new):
        _files.sync_folder(Path(folder))


def _appear(new: Path, target: Path) -> None:
    """Rename the finished folder into its place, or leave no trace of it."""
    try:
        _files.move_file(new, target)
        _files.sync_folder(target.parent)
    except BaseException:
        # a rename that reports an error may yet have happened: look, do not assume
        if target.exists() and not new.exists():
            aside = target.with_name(f"{_OLD}{secrets.token_hex(8)}")
            with contextlib.suppress(PlaceError):
                _files.move_file(target, aside)
            _files.remove_tree(aside)
        raise


def _same(zone: Zone, n: int, whole: Mapping[str, Any]) -> Publication:
    """The publication that is there already, if it is the one that was to be written."""
    there = zone.publication(n)
    new = json.loads(json_bytes(whole))
    apart = sorted(
        key
        for key in {*there.manifest, *new}
        if key not in _TOLD_OF_THE_DAY and there.manifest.get(key) != new.get(key)
    )
    if not apart:
        return there
    if "files" in apart:
        old_files, new_files = there.manifest["files"], new["files"]
        names = {*old_files, *new_files}
        files = sorted(name for name in names if old_files.get(name) != new_files.get(name))
        apart = [key for key in apart if key != "files"] + files
    listed = ", ".join(apart[:5]) + (f" and {len(apart) - 5} more" if len(apart) > 5 else "")
    raise RequestError(
        Problem(
            "already_published",
            "this snapshot is published with other content, and a publication never changes",
            f"publication {n}",
            f"these differ: {listed}",
            "make a new snapshot and publish that; withdraw this one if it is wrong",
        )
    )


def _refuse_if_withdrawn(zone: Zone, n: int) -> None:
    notice = zone.withdrawn.get(n)
    if notice is not None:
        raise RequestError(
            Problem(
                "withdrawn",
                "this snapshot was published and withdrawn; it is not published again",
                f"publication {n}",
                str(notice.get("reason", "")),
                "make a new snapshot of the place (with a note) and publish that",
            )
        )


def _empty(folder: Path) -> None:
    """Remove everything of a withdrawn publication but its notice."""
    for entry in sorted(folder.iterdir()):
        if entry.name == NOTICE:
            continue
        if entry.is_dir() and not entry.is_symlink():
            _files.remove_tree(entry)
        else:
            _files.remove_file(entry)
    left = [entry.name for entry in folder.iterdir() if entry.name != NOTICE]
    if left:
        raise PlaceError(
            Problem(
                "not_removed",
                "the notice stands, but some of the withdrawn files could not be removed",
                str(folder),
                ", ".join(sorted(left)[:5]),
                "mend the disk or its rights, then run `totalplace withdraw` again",
            )
        )
    _files.sync_folder(folder)


@contextlib.contextmanager
def _lock(public_folder: Path, wait_seconds: float) -> Iterator[None]:
    """Be the only writer, after removing what dead ones left."""
    _files.make_folder(public_folder)
    path = public_folder / _LOCK
    busy = Problem(
        "place_busy",
        "another process is publishing this place",
        str(path),
        f"it did not finish within {wait_seconds:g} seconds",
        "wait for it, or end it if it hangs, then run the same command again",
    )
    with locked(path, wait_seconds=wait_seconds, busy=busy):
        _sweep(public_folder)
        yield


def _sweep(public_folder: Path) -> None:
    """Remove the folders of writers that died, and finish withdrawals that they began."""
    for entry in public_folder.iterdir():
        if entry.name.startswith((_NEW, _OLD)):
            _files.remove_tree(entry)
    for leftover in public_folder.glob("*/.*.tmp"):
        with contextlib.suppress(PlaceError):
            _files.remove_file(leftover)
    zone = Zone(public_folder)
    for n in zone.withdrawn:
        with contextlib.suppress(PlaceError):
            _empty(public_folder / str(n))
