"""A file that a person names, before anything of it is read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from totalplace.errors import FileRefused, Problem

__all__ = ["digest_of"]


def digest_of(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file.

    Raises:
        FileRefused: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
    except OSError as error:
        raise FileRefused(
            Problem(
                "unreadable_file",
                "the file cannot be read",
                str(path),
                error.strerror or str(error),
                "give the path of a file that you may read",
            )
        ) from error
