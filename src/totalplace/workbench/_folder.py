"""The workbench's own folder in a place: its database, keys, uploads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from totalplace.errors import PlaceError, Problem

__all__ = ["DATABASE", "FOLDER", "UPLOADS", "key_of", "made_folder", "secret_in"]

FOLDER = "workbench"
DATABASE = "workbench.sqlite3"
UPLOADS = "uploads"
_KEYS = "keys"


def made_folder(place: Path) -> Path:
    """The folder, made with its parts if it is not there; nobody else may read it.

    Raises:
        PlaceError: the disk cannot take it.
    """
    folder = place / FOLDER
    try:
        for one in (folder, folder / _KEYS, folder / UPLOADS):
            one.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise PlaceError(
            Problem(
                "cannot_write",
                "the workbench's folder cannot be made",
                str(folder),
                error.strerror or str(error),
                "give the program the right to write there, or serve with --no-workbench",
            )
        ) from error
    return folder


def key_of(folder: Path, name: str) -> str:
    """A secret key of the workbench by its name, made when it is first asked for.

    Args:
        folder: the workbench's.
    """
    return secret_in(folder / _KEYS, name)


def secret_in(keys: Path, name: str) -> str:
    """A secret key by its name, made when it is first asked for.

    Args:
        keys: the folder of keys.
    """
    path = keys / name
    if not path.exists():
        # linked whole into its place: two processes that begin at once read the same key
        own = path.with_name(f".{name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_text()
