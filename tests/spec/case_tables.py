"""Spec tables about cases: Markdown with one table a section and the arithmetic written out.

The arithmetic is worked out when a table is read, so a figure and its explanation cannot part.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from spec_tables import arithmetic

__all__ = ["Row", "checked_pence", "files", "sections"]

Row = dict[str, str]


def files(folder: str) -> list[Path]:
    """The tables of a folder beside this file."""
    return sorted((Path(__file__).parent / folder).glob("*.md"))


def sections(path: Path) -> dict[str, list[Row]]:
    """Heading -> rows of the table below it, by the titles of its columns."""
    found: dict[str, list[Row]] = {}
    header: list[str] = []
    rows: list[Row] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            header, rows = [], found.setdefault(line[3:].strip(), [])
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip()[1:-1].split("|")]
            if not header:
                header = cells
            elif not re.fullmatch(r"[-: ]+", "".join(cells)):
                rows.append(dict(zip(header, cells, strict=True)))
    return found


def checked_pence(row: Row, column: str = "£") -> int:
    """The pounds of a row as pence, which must be what its arithmetic comes to, rounded."""
    pence = Fraction(row[column]) * 100
    assert pence.denominator == 1, row
    assert round(arithmetic(row["arithmetic"]) * 100) == pence, row
    return int(pence)
