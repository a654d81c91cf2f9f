"""What every form of a report is made of: sections of paragraphs, lists, tables and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from totalplace.charts import Chart

__all__ = [
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "Content",
    "KeyFigures",
    "Kind",
    "Paragraph",
    "Picture",
    "Section",
    "Table",
]

Kind = Literal["text", "million", "pounds", "number", "pct", "grade", "id", "day"]
"""How a column is shown: money is whole pence, in millions or to the penny. ``grade`` is one
letter, ``id`` is small."""

Cell = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        heading: without its unit, which the writer adds: printed reports and workbooks differ.
        kind: what its cells are.
        width: how much of the line it takes, relative to the other columns of text.
        is_printed: whether printed forms show it; a workbook has every column.
    """

    heading: str
    kind: Kind = "text"
    width: float = 1.0
    is_printed: bool = True


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. ``lead`` is larger, ``small`` is small print."""

    text: str
    style: Literal["body", "lead", "small"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list; numbered where the order matters."""

    items: Sequence[str]
    is_numbered: bool = False


@dataclass(frozen=True)
class KeyFigures:
    """The few figures that a reader takes away: label, value, and what stands below it."""

    caption: str
    items: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: an identifier, unique in the report.
        caption: says what it shows.
        rows: every row; a workbook holds them all.
        limit: how many a printed report shows, largest first; None shows all.
        rest: a row for those beyond the limit.
        total: a row below, set apart.
        has_row_headings: whether the first column names the row.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    limit: int | None = None
    rest: Sequence[Cell] | None = None
    total: Sequence[Cell] | None = None
    has_row_headings: bool = True

    @property
    def printed(self) -> Sequence[Column]:
        """The columns of a printed report."""
        return [column for column in self.columns if column.is_printed]

    @property
    def shown(self) -> Sequence[Sequence[Cell]]:
        """The rows of a printed report."""
        rows = self.rows if self.limit is None else self.rows[: self.limit]
        return [self._printed(row) for row in rows]

    @property
    def last(self) -> Sequence[Sequence[Cell]]:
        """The rows below: those beyond the limit as one, and the total."""
        return [self._printed(row) for row in (self.rest, self.total) if row is not None]

    def _printed(self, row: Sequence[Cell]) -> Sequence[Cell]:
        return [cell for cell, column in zip(row, self.columns, strict=True) if column.is_printed]

    @property
    def left_out(self) -> int:
        """How many rows a printed report leaves to the workbook."""
        return len(self.rows) - len(self.shown)


@dataclass(frozen=True)
class Picture:
    """A chart; the table beside it says the same in figures."""

    name: str
    chart: Chart


Block = Paragraph | Bullets | KeyFigures | Table | Picture


@dataclass(frozen=True)
class Section:
    """A part of the report under a heading.

    Attributes:
        name: an identifier, unique in the report.
        level: 1, or 2 below the last of level 1.
        starts_page: whether print begins a page with it.
    """

    name: str
    title: str
    blocks: Sequence[Block]
    level: Literal[1, 2] = 1
    starts_page: bool = False


@dataclass(frozen=True)
class Content:
    """A whole report, in no form yet.

    Attributes:
        title, subtitle: of the title page.
        facts: label and text, below them.
        notice: one line on what it is, for the title page and the workbook's notes.
        running: the line that stands on every page.
        created: the day of the snapshot, by which every file is dated.
    """

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    notice: str
    running: str
    sections: Sequence[Section]
    created: date
    software: str

    @property
    def tables(self) -> Iterator[Table]:
        """Every table, in order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Table))
