"""Which database a place's workbench is in, as a small file beside it says: never with a password.

Whoever works on a place from outside has the environment of their own shell. Without the setting of
the server they would work on another database than people do, and nothing would tell them.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from totalplace.errors import PlaceError, Problem
from totalplace.workbench._folder import DATABASE, FOLDER

__all__ = ["check_database", "mark_database"]

_MARKER = "database.json"
_PARTS = ("engine", "host", "name")
_PORT = 5432


def mark_database(place: Path) -> None:
    """Write down that the workbench of a place is in the database of this environment."""
    path = place / FOLDER / _MARKER
    own = path.with_name(f".{_MARKER}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(_of_environment(), indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    own.replace(path)


def check_database(place: Path) -> bool:
    """Whether the place says which database its workbench is in.

    Raises:
        PlaceError: it is another than that of this environment.
    """
    path = place / FOLDER / _MARKER
    try:
        marked = json.loads(path.read_text("utf-8"))
        said = {part: str(marked[part]) for part in _PARTS}
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlaceError(_unread(path, error)) from error
    here = _of_environment()
    if said == here:
        return True
    raise PlaceError(
        Problem(
            "other_database",
            "the workbench of the place is in another database than the one that is set here",
            str(place),
            f"it is in {_words(said)}, and DATABASE_URL "
            + (f"names {_words(here)}" if os.environ.get("DATABASE_URL") else "is not set"),
            "run the command with the DATABASE_URL that the server of the place has (unset for"
            f" SQLite); if the database was moved for good, remove {path} and serve the place",
        )
    )


def _of_environment() -> dict[str, str]:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {"engine": "sqlite3", "host": "", "name": DATABASE}
    import dj_database_url

    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError):
        # which is told with its reason by whoever opens it: here it is only none that is marked
        return {"engine": "unknown", "host": "", "name": ""}
    host, port = str(found.get("HOST") or ""), found.get("PORT") or _PORT
    return {
        "engine": str(found["ENGINE"]).rpartition(".")[2],
        "host": host if port == _PORT or not host else f"{host}:{port}",
        "name": str(found["NAME"]),
    }


def _words(database: dict[str, str]) -> str:
    if database["engine"] == "sqlite3":
        return f"the SQLite file {database['name']}"
    if database["engine"] == "unknown":
        return "no database that is known"
    at = f" at {database['host']}" if database["host"] else ""
    return f"the {database['engine']} database {database['name']}{at}"


def _unread(path: Path, error: Exception) -> Problem:
    return Problem(
        "other_database",
        "it cannot be read which database the workbench of the place is in",
        str(path),
        f"{type(error).__name__}: {error}",
        "remove the file and serve the place with its own DATABASE_URL: it is written anew",
    )
