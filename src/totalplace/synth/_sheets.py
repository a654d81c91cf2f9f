"""Published files in memory: records that still know which lines of the truth they show."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["NO_LINE", "Fault", "Placed", "Record", "TextFile", "write_text_file"]

NO_LINE = -1
_ZIP_DAY = (2018, 6, 1, 0, 0, 0)


@dataclass
class Record:
    """One record of a text file.

    Attributes:
        cells: as published.
        line: index of the line of the truth that it shows, or NO_LINE.
        pence: the amount as published; differs from the truth where somebody mistyped.
        is_rejected: no reader can take it (a date that is none).
    """

    cells: list[str]
    line: int = NO_LINE
    pence: int = 0
    is_rejected: bool = False


@dataclass
class TextFile:
    """One CSV file to publish, alone or as the only member of a zip.

    Attributes:
        path: below the folder; ``member`` names the file inside a zip.
        format_id, body_id: hints for adding it.
        supersedes: path of the file it replaces.
    """

    path: str
    header: list[str]
    records: list[Record] = field(default_factory=list)
    member: str = ""
    encoding: str = "utf-8"
    format_id: str = ""
    body_id: str = ""
    supersedes: str = ""


@dataclass(frozen=True)
class Placed:
    """Where a line of the truth stands in the published files.

    Attributes:
        row, column: 1-based, the header being row 1; column 0 stands for the whole row.
    """

    line: int
    path: str
    member: str
    row: int
    column: int
    pence: int
    is_rejected: bool = False


@dataclass(frozen=True)
class Fault:
    """One thing a publisher got wrong.

    Attributes:
        kind: what.
        path: in which file; ``line`` of the truth, or NO_LINE.
        effect: pence by which net rises (or falls) if nobody notices.
        note: in words.
    """

    kind: str
    path: str
    line: int
    effect: int
    note: str


def write_text_file(folder: Path, file: TextFile) -> Iterator[Placed]:
    """Write one file and say where its lines stand."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n" if file.encoding == "cp1252" else "\n")
    writer.writerow(file.header)
    for record in file.records:
        writer.writerow(record.cells)
    data = text.getvalue().encode(file.encoding)
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if file.member:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            # A fixed date, so that the same seed gives the same bytes.
            archive.writestr(zipfile.ZipInfo(file.member, _ZIP_DAY), data, zipfile.ZIP_DEFLATED)
    else:
        path.write_bytes(data)
    for row, record in enumerate(file.records, start=2):
        if record.line != NO_LINE:
            yield Placed(
                record.line, file.path, file.member, row, 0, record.pence, record.is_rejected
            )
