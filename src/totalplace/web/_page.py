"""What a page is before it is drawn: facts, tables and charts, and the publication they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from totalplace.charts import Chart
from totalplace.disclosure import Publication

__all__ = ["Column", "Crumb", "Export", "Kind", "Page", "Row", "Table"]

Kind = Literal["text", "code", "gbp", "number", "decimal", "pct", "grade", "date"]
"""How a value is shown and what it is in a data file; ``gbp`` is whole pence, ``decimal`` an exact
number as text."""

Row = Mapping[str, Any]
"""Values by column name. ``_links`` may map a column to the address that its value leads to,
``_notes`` a column to a word shown below the value, and ``_words`` a column to what the page says
for a value that data files hold as a code."""


Document = Mapping[str, Any] | Sequence[Any]
"""What a page's .json holds where that is not its tables."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: of the field in data files: lower case, its unit in it.
        label: the heading that people read.
        is_head: the cells name their rows.
        is_shown: whether the page shows it; data files hold every column.
        is_whole: of money: the page leaves the pence away, data files have them.
        definition: of which measure it is, by the id of its page of definitions, if of any.
    """

    name: str
    label: str
    kind: Kind = "text"
    is_head: bool = False
    is_shown: bool = True
    is_whole: bool = False
    definition: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether it is set flush right."""
        return self.kind in {"gbp", "number", "decimal", "pct"}


@dataclass(frozen=True)
class Table:
    """Rows with their columns.

    Attributes:
        name: of the table among those of its page; of the sheet in a workbook.
        caption: what it shows, with unit and year.
        empty: what is said when there are no rows.
        more: address and words of where the rest is, when only some rows are shown.
        limit: how many of the rows the page shows at most; data files hold all of them.
        fold: how many of them stand open; the page folds the others away below.
        first: the row that a page of many begins with.
        total: a row below the others.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: str = ""
    more: tuple[str, str] | None = None
    total: Row | None = None
    limit: int | None = None
    fold: int | None = None
    first: int = 0

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)):
            raise ValueError(f"two columns of one name in table {self.name}: {names}")

    @property
    def shown(self) -> list[Column]:
        """The columns that a page shows."""
        return [column for column in self.columns if column.is_shown]

    @property
    def seen(self) -> Sequence[Row]:
        """The rows that a page shows."""
        last = None if self.limit is None else self.first + self.limit
        return self.rows[self.first : last]


@dataclass(frozen=True)
class Export:
    """All rows of a page's first table, where they are too many to be held at once.

    Attributes:
        rows: how many there are.
        schema: of the batches.
        batches: reads them, a part at a time.
    """

    rows: int
    schema: pa.Schema
    batches: Callable[[], Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class Crumb:
    """A step of the way from the first page."""

    label: str
    href: str


@dataclass(frozen=True)
class Page:
    """A page before it is drawn.

    Attributes:
        title: its heading.
        template: the template below ``totalplace/``.
        publication: what its figures are of; None of a page without figures.
        tables: those it shows; the first is what its .csv and .parquet hold.
        charts: those it shows, by the name in their addresses.
        context: what else the template needs.
        document: what its .json holds, or what makes it when it is asked for; by default its
            tables.
        crumbs: the way to it.
        year: the financial year that its figures are of.
        status: of the answer.
        export: what its data files hold instead of the first table.
    """

    title: str
    template: str
    publication: Publication | None
    tables: Sequence[Table] = ()
    charts: Mapping[str, Chart] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    document: Document | Callable[[], Document] | None = None
    crumbs: Sequence[Crumb] = ()
    year: str | None = None
    lead: str = ""
    status: int = 200
    export: Export | None = None

    @property
    def own_document(self) -> Document | None:
        """What its .json holds, if that is not its tables."""
        return self.document() if callable(self.document) else self.document
