"""HM Treasury's Country and Regional Analysis: spending by region, a column a year.

One line is one filled year cell. Each is rounded half-even to the penny from the shortest decimal
text of the published number; where that changes it, the published text is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

import pyarrow as pa

from totalplace.sources._columns import read_columns
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Memo, Reading, no_match
from totalplace.sources._published import (
    COMMON_FIELDS,
    PublishedCells,
    line_table,
    new_member,
    rounding_notes,
    with_range,
    write,
)
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._workbook import Cell, Workbook, cell_text

__all__ = ["CRA_SCHEMA", "TEXT_FIELDS", "cra_formats"]

TEXT_FIELDS = (
    "dept_text",
    "org_text",
    "segment_code",
    "segment_name",
    "cofog0_text",
    "function_text",
    "cofog1_text",
    "subfunction_text",
)
_SCHEMA = pa.schema(
    [
        *COMMON_FIELDS,
        ("edition", pa.string()),
        ("financial_year", pa.string()),
        *((name, pa.string()) for name in TEXT_FIELDS),
        ("is_identifiable", pa.bool_()),
        ("cap_rev", pa.string()),
        ("sector", pa.string()),
        ("region_text", pa.string()),
        ("region_code", pa.string()),
        ("amount_pence", pa.int64()),
    ]
)
CRA_SCHEMA = pa.schema([*_SCHEMA, ("low_pence", pa.int64()), ("high_pence", pa.int64())])
"""The ``cra`` dataset: one filled amount of a year, region and function."""


@dataclass(frozen=True)
class _Layout:
    """One edition's sheet, as its column map says."""

    format_id: str
    title: str
    edition: str
    unit_gbp: int
    source: str
    headers: Mapping[str, str]
    organisation_from: Mapping[str, str] = field(default_factory=dict)
    """Department -> the field that tells its organisations, where no column does."""

    def columns(self, header: Sequence[str]) -> tuple[dict[str, int], dict[int, str]] | None:
        """Field -> column and column -> year, if the header is exactly this edition's."""
        pattern = read_columns("cra")["year_pattern"]
        years = {at: text for at, text in enumerate(header) if re.fullmatch(pattern, text)}
        others = [text for at, text in enumerate(header) if at not in years and text]
        if not years or sorted(others) != sorted(self.headers):
            return None
        return {self.headers[text]: header.index(text) for text in others}, years


def cra_formats() -> tuple[Format, ...]:
    """One format an edition."""
    return tuple(
        Format(
            FormatInfo(
                layout.format_id,
                layout.title,
                "a sheet whose headers are exactly those of the edition, and financial years",
                tuple(layout.headers),
            ),
            sniff_workbook=partial(_sniff, layout),
            read_workbook=partial(_read, layout),
        )
        for layout in _layouts()
    )


@cache
def _layouts() -> tuple[_Layout, ...]:
    return tuple(_Layout(**layout) for layout in read_columns("cra")["layout"])


def _header(book: Workbook, sheet: str) -> list[str]:
    return [cell_text(cell) for cell in next(iter(book.rows(sheet, limit=1)), [])]


def _sniff(layout: _Layout, book: Workbook) -> Detection:
    for sheet in book.sheets:
        if layout.columns(_header(book, sheet)) is not None:
            return Detection(layout.format_id, 1.0, (f"sheet {sheet!r} has exactly its headers",))
    return no_match(layout.format_id, f"no sheet has the headers of {layout.title}")


def _read(layout: _Layout, book: Workbook, job: Job) -> list[Reading | Memo]:
    outcomes: list[Reading | Memo] = []
    for index, sheet in enumerate(book.sheets):
        if layout.columns(_header(book, sheet)) is None:
            outcomes.append(Memo(sheet, len(book.rows(sheet)), "it has no year columns of money"))
        else:
            outcomes.append(_read_sheet(layout, book, sheet, index, job))
    return outcomes


def _read_sheet(layout: _Layout, book: Workbook, sheet: str, index: int, job: Job) -> Reading:
    job.step("reading", 0, 2)
    where = f"{job.file}, sheet {sheet}"
    rows = book.rows(sheet)
    at, years = layout.columns([cell_text(cell) for cell in rows[0]]) or ({}, {})
    cells = PublishedCells(unit_gbp=layout.unit_gbp)
    codes = _code_lists(layout.edition, job)
    lines: list[tuple[Any, ...]] = []
    skipped: Counter[str] = Counter()
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=sheet,
        where=where,
    ) as rejects:
        for row_no, row in enumerate(rows[1:], start=2):
            filled = [column for column in years if cell_text(row[column])]
            skipped["blank"] += len(years) - len(filled)
            facts, faults = _facts(layout, codes, at, row) if filled else ((), [])
            for column in filled:
                pence, raw = cells.read(row[column])
                found = list(faults)
                if pence is None:
                    found.append(("bad_amount", f"{cell_text(row[column])!r} is no amount"))
                if found:
                    rejects.add(
                        row_no,
                        column + 1,
                        column=years[column],
                        code=found[0][0],
                        message="; ".join(message for _, message in found),
                        raw=str(row[column]),
                    )
                else:
                    key = (row_no, column + 1, raw, layout.edition, years[column])
                    lines.append((*key, *facts, pence))
    job.step("writing", 1, 2)
    table = line_table(_SCHEMA, lines, source_id=job.source.sha256, member=sheet)
    table = with_range(table, cells.half_unit_pence)
    path = write(table, job.folder / f"lines-{index}.parquet")
    amounts = [line[-1] for line in lines]
    first, last = min(years.values()), max(years.values())
    member = new_member(
        job,
        member=sheet,
        index=index,
        dataset="cra",
        format_id=layout.format_id,
        records=(len(rows) - 1) * len(years),
        lines=len(lines),
        rejected=rejects.count,
        skipped=dict(skipped),
        sum_pence=sum(amounts),
        negative_lines=sum(amount < 0 for amount in amounts),
        rounded_cells=cells.rounded_cells,
        rounding_pence=str(cells.rounding),
        period_start=date(int(first[:4]), 4, 1),
        period_end=date(int(last[:4]) + 1, 3, 31),
        mapping={header: field for header, field in layout.headers.items() if field},
    )
    job.step("writing", 2, 2)
    notes = rounding_notes(cells, where)
    return Reading(member, path, rejects.path, rejects.warnings(), notes)


def _facts(
    layout: _Layout, codes: _CodeLists, at: Mapping[str, int], row: Sequence[Cell]
) -> tuple[tuple[Any, ...], list[tuple[str, str]]]:
    """What a row says besides money, in the order of the schema; and what is wrong with it."""
    text = {field: cell_text(row[column]) or None for field, column in at.items()}
    # before 2018 the department is the lowest organisation that is told, but for some
    told_by = layout.organisation_from.get(text["dept_text"] or "", "dept_text")
    text.setdefault("org_text", text[told_by])
    values = read_columns("cra")["values"]
    found = {
        "identifiable": codes.identifiable.get((text["identifiable"] or "").casefold()),
        "cap_rev": values["cap_rev"].get(text["cap_rev"]),
        "sector": values["sector"].get(text["sector"]),
        "region_text": codes.regions.get((text["region_text"] or "").casefold()),
    }
    faults = [
        ("unknown_value", f"{text[field]!r} is no known {field}")
        for field, value in found.items()
        if value is None
    ]
    texts = [text.get(name) for name in TEXT_FIELDS]
    return (
        *texts,
        found["identifiable"],
        found["cap_rev"],
        found["sector"],
        text["region_text"],
        found["region_text"],
    ), faults


@dataclass(frozen=True)
class _CodeLists:
    """Region label -> code, and ID label -> whether it is identifiable; labels without case."""

    regions: Mapping[str, str]
    identifiable: Mapping[str, bool]


def _code_lists(edition: str, job: Job) -> _CodeLists:
    rows = [row for row in job.codes("cra_region") if row["edition"] == edition]
    return _CodeLists(
        {row["label"].casefold(): row["region_code"] for row in rows if row["region_code"]},
        {
            row["label"].casefold(): row["is_identifiable"]
            for row in rows
            if row["kind"] == "identifiable"
        },
    )
