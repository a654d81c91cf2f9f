"""Opening the CSV files that a case names beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from totalplace.cases._reader import Reader
from totalplace.cases._toml import MAX_BYTES

__all__ = ["SideFileError", "side_rows"]


class SideFileError(ValueError):
    """The file cannot be read; the message says why."""


def side_rows(reader: Reader, file: Path) -> list[list[str]]:
    """The rows of a CSV file; the reader remembers that it was opened.

    Raises:
        SideFileError: there is no such file, it is too large, or it is no CSV in UTF-8.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
        reader.opened.add(file)
        if len(content) > MAX_BYTES:
            raise SideFileError(f"it has more than {MAX_BYTES:,} bytes")
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except OSError as error:
        raise SideFileError(error.strerror or str(error)) from error
    except (ValueError, csv.Error) as error:
        raise SideFileError(str(error)) from error
