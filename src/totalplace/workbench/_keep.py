"""What of the workbench belongs into a backup, and putting it back: as commands do it.

Each works with a process beside the command, in which Django is set up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from totalplace.backup import Part, Sink
from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.workbench._folder import FOLDER, UPLOADS, made_folder
from totalplace.workbench._outside import has_workbench
from totalplace.workbench._rows import REFUSED

__all__ = ["keys_elsewhere", "migrate_workbench", "parts_of", "put_back"]

_ROWS = f"{FOLDER}/database.jsonl"
_KEYS = f"{FOLDER}/keys"
_UPLOADS = f"{FOLDER}/{UPLOADS}"
_COPY_BYTES = 1 << 20


def parts_of(place: Path) -> dict[str, Part]:
    """The parts of a backup that are the workbench's: its rows, its keys and the files of uploads.

    The rows come first: what they name is then there. None of a place without a workbench.
    """
    if not has_workbench(place):
        return {}
    return {
        _ROWS: lambda sink: _dump(place, sink),
        _KEYS: place / _KEYS,
        _UPLOADS: place / _UPLOADS,
    }


def keys_elsewhere() -> Path | None:
    """The folder of keys outside the place, if there is one: it is in no backup."""
    folder = os.environ.get("TOTALPLACE_KEYS")
    return Path(folder) if folder else None


def put_back(parts: Mapping[str, Path], place: Path) -> dict[str, Any]:
    """Put the workbench of a backup into a place that is being restored.

    Args:
        parts: name -> the file of a part.

    Returns:
        How many rows there are, and what a proof of the audit has found; nothing where the backup
        has no workbench.

    Raises:
        RequestError: a part is none of a workbench.
        PlaceError: the database is not empty, or does not take the rows.
    """
    if not parts:
        return {}
    strange = [
        name
        for name in parts
        if name != _ROWS and not name.startswith((f"{_KEYS}/", f"{_UPLOADS}/"))
    ]
    if strange or _ROWS not in parts:
        raise RequestError(
            Problem(
                "bad_backup",
                "this is no whole backup",
                ", ".join(strange) or _ROWS,
                "it is no part of a workbench" if strange else "it is not there",
                "nothing was made: take another copy of it, or an earlier backup",
            )
        )
    made_folder(place)
    for name, file in parts.items():
        if name != _ROWS:
            (place / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.rename(place / name)
    with parts[_ROWS].open("rb") as rows:
        return _asked("load", place, rows)


def migrate_workbench(place: Path) -> bool:
    """Bring the database of a place's workbench to this version; False if it has none."""
    if not has_workbench(place):
        return False
    _asked("migrate", place, None)
    return True


def _dump(place: Path, sink: Sink) -> None:
    with (
        tempfile.TemporaryFile() as aside,
        subprocess.Popen(  # noqa: S603 - our own program
            _words("dump", place), stdout=subprocess.PIPE, stderr=aside
        ) as process,
    ):
        if process.stdout is not None:
            while chunk := process.stdout.read(_COPY_BYTES):
                sink.write(chunk)
        if process.wait():
            aside.seek(0)
            raise _failure(process.returncode, aside.read())


def _asked(what: str, place: Path, given: IO[bytes] | None) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own program
        _words(what, place), stdin=given or subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise _failure(done.returncode, done.stderr)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _words(what: str, place: Path) -> list[str]:
    return [sys.executable, "-m", "totalplace.workbench._rows", what, str(place)]


def _failure(code: int, told: bytes) -> PlaceError:
    """What is told of a process that has not done it."""
    lines = told.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
    if code == REFUSED:
        return PlaceError([Problem(**problem) for problem in json.loads(lines[-1])])
    return PlaceError(
        Problem(
            "workbench_not_started",
            "the database of the place's workbench cannot be used",
            os.environ.get("DATABASE_URL", "").rpartition("@")[2] or "its database",
            lines[-1],
            "mend that, then run the same command again",
        )
    )
