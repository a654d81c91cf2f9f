"""Opening the CSV files that a case names beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from totalplace.cases._reader import Reader
from totalplace.cases._toml import MAX_BYTES

__all__ = ["SideFileError", "side_rows"]

_MAX_CELL = 100_000


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
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        rows = list(csv.reader(text, strict=True))
    except OSError as error:
        raise SideFileError(error.strerror or str(error)) from error
    except (ValueError, csv.Error) as error:
        raise SideFileError(str(error)) from error
    # csv's own limit is one for the whole process, and other readers of it have set it
    for number, row in enumerate(rows, start=1):
        if any(len(cell) > _MAX_CELL for cell in row):
            raise SideFileError(f"row {number} has a cell of more than {_MAX_CELL:,} characters")
    return rows
