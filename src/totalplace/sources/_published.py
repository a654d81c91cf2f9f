"""Published aggregates: cells of money in thousands or millions, and the tables they become."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from totalplace.errors import Problem
from totalplace.money import MoneyError, published_pence
from totalplace.place import Member
from totalplace.sources._format import Job
from totalplace.sources._workbook import Cell

__all__ = [
    "COMMON_FIELDS",
    "PublishedCells",
    "financial_year",
    "line_table",
    "new_member",
    "rounding_notes",
    "with_range",
    "write",
]

COMMON_FIELDS = (
    ("source_id", pa.string()),
    ("member", pa.string()),
    ("row_no", pa.int64()),
    ("column_no", pa.int32()),
    ("raw", pa.string()),
)
"""The first columns of every dataset."""

_NEARLY_WHOLE = Decimal("0.000001")
_MAX_PENCE = 10**18


class PublishedCells:
    """Reads cells of one unit and keeps account of what rounding did to them.

    Attributes:
        rounded_cells: cells that had a fraction of a penny.
        rounding: the sum of what rounding added, in pence.
    """

    def __init__(self, *, unit_gbp: int) -> None:
        self.rounded_cells = 0
        self.rounding = Decimal(0)
        self._unit_gbp = unit_gbp
        self._is_whole = True

    @property
    def half_unit_pence(self) -> int:
        """Half of the published unit, if every cell so far is a whole number of units, else 0.

        A file of whole thousands was rounded to them; one that prints fractions was not.
        """
        return self._unit_gbp * 50 if self._is_whole else 0

    def half_of(self, pence: int) -> int:
        """Half of the published unit for an amount of whole units, else 0, cell by cell.

        Where some bodies of a file report in whole units and others to the penny.
        """
        return 0 if pence % (self._unit_gbp * 100) else self._unit_gbp * 50

    def read(self, cell: Cell) -> tuple[int | None, str | None]:
        """Pence, and the cell as published where rounding changed it; None if it is no amount."""
        if isinstance(cell, bool) or not isinstance(cell, int | float | str):
            return None, None
        try:
            pence = published_pence(cell, unit=self._unit_gbp)
            units = Decimal(str(cell).replace(",", "").strip())
        except (MoneyError, InvalidOperation):
            return None, None
        if abs(pence) >= _MAX_PENCE:
            return None, None
        if abs(units - units.to_integral_value()) > _NEARLY_WHOLE:
            self._is_whole = False
        change = pence - units * self._unit_gbp * 100
        if not change:
            return pence, None
        self.rounded_cells += 1
        self.rounding += change
        return pence, str(cell)


def financial_year(text: str) -> tuple[int, int] | None:
    """First and last calendar year of ``2017-18``; None if it is no financial year.

    >>> financial_year("1999-00"), financial_year("2017-19")
    ((1999, 2000), None)
    """
    first, dash, last = text.partition("-")
    if not (dash and first.isdigit() and last.isdigit() and len(first) == 4 and len(last) == 2):
        return None
    year = int(first)
    return (year, year + 1) if (year + 1) % 100 == int(last) else None


def line_table(
    schema: pa.Schema, rows: Sequence[Sequence[Any]], *, source_id: str, member: str
) -> pa.Table:
    """Rows (all fields after ``source_id`` and ``member``) as a table."""
    size = len(rows)
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(schema) - 2)
    arrays = [
        pa.array(list(column), field.type)
        for column, field in zip(columns, list(schema)[2:], strict=True)
    ]
    ids = [pa.array([source_id] * size, pa.string()), pa.array([member] * size, pa.string())]
    return pa.table([*ids, *arrays], schema=schema)


def with_range(table: pa.Table, half_unit_pence: int) -> pa.Table:
    """The table with ``low_pence`` and ``high_pence`` beside ``amount_pence``."""
    half = pa.scalar(half_unit_pence, pa.int64())
    low = pc.subtract(table["amount_pence"], half)
    high = pc.add(table["amount_pence"], half)
    return table.append_column("low_pence", low).append_column("high_pence", high)


def write(table: pa.Table, path: Path) -> Path:
    """Write a table of lines."""
    pq.write_table(table, path, compression="zstd")
    return path


def new_member(
    job: Job, *, member: str, index: int, dataset: str, format_id: str, **facts: Any
) -> Member:
    """A member of the job's source; `facts` are the other arguments of a `Member`."""
    return Member(
        sha256=job.source.sha256,
        member=member,
        member_index=index,
        dataset=dataset,
        format_id=format_id,
        file_name=job.source.name,
        received=job.source.received,
        **facts,
    )


def rounding_notes(cells: PublishedCells, where: str) -> tuple[Problem, ...]:
    """What rounding to the penny did, if it did anything."""
    if not cells.rounded_cells:
        return ()
    return (
        Problem(
            "rounded",
            f"{cells.rounded_cells:,} published amounts had a fraction of a penny",
            where,
            f"each is rounded half-even; together that adds {cells.rounding.normalize():f} pence",
            "nothing to do: the published text of each is kept",
        ),
    )
