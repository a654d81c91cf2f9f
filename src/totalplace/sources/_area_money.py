"""Money by area and year that a publisher states as a sum: controls, never lines of a count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from totalplace.place import Member
from totalplace.sources._format import Job
from totalplace.sources._published import (
    COMMON_FIELDS,
    PublishedCells,
    financial_year,
    line_table,
    new_member,
    write,
)

__all__ = ["AREA_MONEY", "AreaLine", "area_member"]

AREA_MONEY = pa.schema(
    [
        *COMMON_FIELDS,
        ("financial_year", pa.string()),
        ("area", pa.string()),
        ("area_text", pa.string()),
        ("item", pa.string()),
        ("is_total", pa.bool_()),
        ("amount_pence", pa.int64()),
        ("low_pence", pa.int64()),
        ("high_pence", pa.int64()),
    ]
)
"""The ``benefit`` and ``council_tax`` datasets; items without `is_total` are parts of the total."""

AreaLine = tuple[int, int, str | None, str, str, str | None, str, bool, int, int, int]
"""A row of :data:`AREA_MONEY` after ``source_id`` and ``member``."""


def area_member(
    job: Job,
    lines: Sequence[AreaLine],
    cells: PublishedCells,
    *,
    member: str,
    index: int,
    **facts: Any,
) -> tuple[Member, Any]:
    """The member of these lines, and the file that they were written to.

    Its sum is of the totals alone, of which the other lines are parts.

    Args:
        facts: `dataset`, `format_id`, `records`, `rejected`, `skipped` and others of a member.
    """
    table = line_table(AREA_MONEY, lines, source_id=job.source.sha256, member=member)
    years = sorted({line[3] for line in lines})
    period: Mapping[str, Any] = {}
    if years:
        (first, _), (_, last) = (
            financial_year(years[0]) or (0, 0),
            financial_year(years[-1]) or (0, 0),
        )
        period = {"period_start": date(first, 4, 1), "period_end": date(last, 3, 31)}
    made = new_member(
        job,
        member=member,
        index=index,
        lines=len(lines),
        sum_pence=sum(line[8] for line in lines if line[7]),
        negative_lines=sum(line[8] < 0 for line in lines),
        rounded_cells=cells.rounded_cells,
        rounding_pence=str(cells.rounding),
        **period,
        **facts,
    )
    return made, write(table, job.folder / f"lines-{index}.parquet")
