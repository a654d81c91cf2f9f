"""A harmonised series of the regional analyses: one row a region, function and year, in pounds.

It has no departments, and it mixes totals with their parts. Two structures say which rows are
money once more, and each is proved before a row is left out:

* a label that is the sum of others (England, the United Kingdom, all services): its amount of
  every year, function and capital or current is the sum of theirs;
* a year whose regions of England have no subfunction, but whose countries do, gives the countries
  twice, by function alone and by subfunction: both make the same sum.

Rows are read twice, so that memory stays small: once for the sums, once for the lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import Problem
from totalplace.money import format_gbp
from totalplace.sources._columns import read_columns
from totalplace.sources._cra import CRA_SCHEMA, TEXT_FIELDS
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Reading, no_match
from totalplace.sources._published import (
    PublishedCells,
    financial_year,
    line_table,
    new_member,
    rounding_notes,
)
from totalplace.sources._rejects import RejectWriter

__all__ = ["CRA_SERIES"]

_BATCH = 50_000
_SHOWN = 5
_PARTS_TOLERANCE_GBP = 1
"""Figures with all their decimals make their totals to the pound; rounded ones to their unit."""

Cell = tuple[str, str, str]
"""Year, function, and capital or current."""


@cache
def _map() -> Mapping[str, Any]:
    return read_columns("cra_series")


def _unit(year: str) -> int:
    """The unit in which a year's figures were published, in pounds; 0 if with all decimals."""
    for one in _map()["precision"]:
        if one["first"] <= year <= one["last"]:
            return int(one["unit_gbp"])
    return 0


@dataclass
class _Sums:
    """What the first reading finds: the series' own structure.

    Attributes:
        by_label: label -> cell -> pounds.
        plain, split: the same, of rows without and with a subfunction.
        english: years in which a region of England has a subfunction.
    """

    by_label: dict[str, dict[Cell, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    plain: dict[str, dict[Cell, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    split: dict[str, dict[Cell, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    english: set[str] = field(default_factory=set)

    def add(self, label: str, cell: Cell, subfunction: str, value: Decimal) -> None:
        kinds = (self.by_label, self.split if subfunction else self.plain)
        for kind in kinds:
            kind[label][cell] = kind[label].get(cell, Decimal(0)) + value
        if subfunction and label in _map()["totals"]["England"]:
            self.english.add(cell[0])

    def twice(self) -> frozenset[tuple[str, str]]:
        """(label, year) given by function alone and once more by subfunction."""
        return frozenset(
            (label, cell[0])
            for label, cells in self.split.items()
            for cell in cells
            if cell[0] not in self.english and any(one[0] == cell[0] for one in self.plain[label])
        )

    def once(self, label: str, twice: frozenset[tuple[str, str]]) -> dict[Cell, Decimal]:
        """The label's amounts, each once."""
        return {
            cell: self.plain[label].get(cell, Decimal(0)) if (label, cell[0]) in twice else value
            for cell, value in self.by_label[label].items()
        }


def _sniff(piece: Delimited) -> Detection:
    info = _map()
    missing = [header for header in info["headers"] if header not in piece.header]
    if missing:
        return no_match(info["format_id"], f"there is no column {missing[0]!r}")
    return Detection(info["format_id"], 1.0, ("it has exactly the columns of the series",))


def _rows(piece: Delimited) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and fields of each record below the header; missing cells are empty."""
    at = {name: piece.header.index(text) for text, name in _map()["headers"].items() if name}
    for number, cells in records(piece):
        if number > piece.header_row:
            yield (
                number,
                {
                    name: cells[index].strip() if index < len(cells) else ""
                    for name, index in at.items()
                },
            )


def _value(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _sums(piece: Delimited) -> _Sums:
    sums = _Sums()
    for _, row in _rows(piece):
        value = _value(row["amount"])
        if value is not None and value.is_finite():
            cell = row["financial_year"], row["function_text"], row["cap_rev"]
            sums.add(row["region_text"], cell, row["subfunction_text"], value)
    return sums


def _tolerance(year: str, parts: int) -> Decimal:
    return Decimal(_unit(year)) / 2 * (parts + 1) + _PARTS_TOLERANCE_GBP


def _proofs(sums: _Sums, twice: frozenset[tuple[str, str]]) -> list[tuple[str, str, Decimal]]:
    """(label, year, gap) of every amount that is not the sum that it should be."""
    gaps: list[tuple[str, str, Decimal]] = []
    for label, year in sorted(twice):
        if label in _map()["totals"]:
            continue
        for cell, value in sums.plain[label].items():
            gap = sums.split[label].get(cell, Decimal(0)) - value
            if cell[0] == year and abs(gap) > _tolerance(year, 1):
                gaps.append((label, year, gap))
    for label, parts in _map()["totals"].items():
        made: dict[Cell, Decimal] = {}
        for part in parts:
            for cell, value in sums.once(part, twice).items():
                made[cell] = made.get(cell, Decimal(0)) + value
        for cell, value in sums.by_label[label].items():
            gap = made.get(cell, Decimal(0)) - value
            if abs(gap) > _tolerance(cell[0], len(parts)):
                gaps.append((label, cell[0], gap))
    return gaps


def _read(piece: Delimited, index: int, job: Job) -> Reading:
    job.step("reading", 0, 2)
    sums = _sums(piece)
    twice = sums.twice()
    reader = _SeriesReader(piece, job, twice)
    job.step("reading", 1, 2)
    target = job.folder / f"lines-{index}.parquet"
    with (
        RejectWriter(
            job.folder / f"rejects-{index}.parquet",
            source_id=job.source.sha256,
            member=piece.member,
            where=piece.where,
        ) as rejects,
        pq.ParquetWriter(target, CRA_SCHEMA, compression="zstd") as writer,
    ):
        for number, row in _rows(piece):
            reader.read(number, row, rejects)
            if len(reader.batch) >= _BATCH:
                writer.write_table(reader.table())
        writer.write_table(reader.table())
    years = sorted(reader.years)
    bounds = [found for year in years if (found := financial_year(year))] or [(0, 0)]
    member = new_member(
        job,
        member=piece.member,
        index=index,
        dataset="cra",
        format_id=_map()["format_id"],
        records=reader.count,
        lines=reader.lines,
        rejected=rejects.count,
        skipped=dict(reader.skipped),
        sum_pence=reader.pence,
        negative_lines=reader.negative,
        rounded_cells=reader.cells.rounded_cells,
        rounding_pence=str(reader.cells.rounding),
        encoding=piece.encoding,
        dialect={"delimiter": piece.delimiter, "header_row": str(piece.header_row)},
        period_start=date(bounds[0][0], 4, 1) if years else None,
        period_end=date(bounds[-1][1], 3, 31) if years else None,
        mapping={header: name for header, name in _map()["headers"].items() if name},
    )
    job.step("writing", 2, 2)
    return Reading(
        member,
        target,
        rejects.path,
        (*_told_gaps(_proofs(sums, twice), piece.where), *rejects.warnings()),
        (
            *_told_totals(reader.skipped, twice, piece.where),
            *rounding_notes(reader.cells, piece.where),
        ),
    )


class _SeriesReader:
    """Reads records and keeps account of each.

    Attributes:
        batch: lines not yet written.
        count, lines, pence, negative: records, lines, their sum and the negative ones.
        skipped: records that are no lines, by kind.
        years: years that have lines.
    """

    def __init__(self, piece: Delimited, job: Job, twice: frozenset[tuple[str, str]]) -> None:
        edition = _map()["edition"]
        rows = [row for row in job.codes("cra_region") if row["edition"] == edition]
        self.batch: list[tuple[Any, ...]] = []
        self.count = self.lines = self.pence = self.negative = 0
        self.skipped: Counter[str] = Counter()
        self.years: set[str] = set()
        self.cells = PublishedCells(unit_gbp=1)
        self._piece, self._job, self._twice = piece, job, twice
        self._regions = {row["label"].casefold(): row for row in rows}
        self._column = piece.header.index("Value")

    def read(self, number: int, row: Mapping[str, str], rejects: RejectWriter) -> None:
        self.count += 1
        label, year = row["region_text"], row["financial_year"]
        if not row["amount"]:
            self.skipped["blank"] += 1
            return
        if label in _map()["totals"]:
            self.skipped["total_row"] += 1
            return
        if row["subfunction_text"] and (label, year) in self._twice:
            self.skipped["memo"] += 1
            return
        pence, raw = self.cells.read(row["amount"])
        region = self._regions.get(label.casefold())
        cap_rev = _map()["values"]["cap_rev"].get(row["cap_rev"])
        faults = [
            fault
            for is_wrong, fault in (
                (pence is None, ("bad_amount", f"{row['amount']!r} is no amount")),
                (region is None, ("unknown_value", f"{label!r} is no known region")),
                (cap_rev is None, ("unknown_value", f"{row['cap_rev']!r} is no known cap_rev")),
                (
                    financial_year(year) is None,
                    ("unknown_value", f"{year!r} is no known financial_year"),
                ),
            )
            if is_wrong
        ]
        if faults or pence is None or region is None:
            rejects.add(
                number,
                self._column + 1,
                column="Value",
                code=faults[0][0],
                message="; ".join(message for _, message in faults),
                raw=row["amount"],
            )
            return
        half = _unit(year) * 50
        texts = {name: row.get(name) or None for name in TEXT_FIELDS}
        facts = (region["is_identifiable"] is not False, cap_rev, None, label)
        self.batch.append(
            (
                number,
                self._column + 1,
                raw,
                _map()["edition"],
                year,
                *texts.values(),
                *facts,
                region["region_code"],
                pence,
                pence - half,
                pence + half,
            )
        )
        self.years.add(year)
        self.lines += 1
        self.pence += pence
        self.negative += pence < 0

    def table(self) -> pa.Table:
        """The batch as a table; the batch is empty after it."""
        rows, self.batch = self.batch, []
        return line_table(
            CRA_SCHEMA, rows, source_id=self._job.source.sha256, member=self._piece.member
        )


def _told_totals(
    skipped: Mapping[str, int], twice: frozenset[tuple[str, str]], where: str
) -> list[Problem]:
    problems = []
    if skipped.get("total_row"):
        problems.append(
            Problem(
                "totals_left_out",
                f"{skipped['total_row']:,} rows are totals of other rows",
                where,
                "; ".join(sorted(_map()["totals"])),
                "nothing to do: each was held against the sum of its parts",
            )
        )
    if skipped.get("memo"):
        years = sorted({year for _, year in twice})
        problems.append(
            Problem(
                "same_money_again",
                f"{skipped['memo']:,} rows give the money of other rows once more, by subfunction",
                where,
                f"countries of {years[0]} to {years[-1]} stand there twice; regions only once",
                "nothing to do: the rows by function count, and both make the same sum",
            )
        )
    return problems


def _told_gaps(gaps: Sequence[tuple[str, str, Decimal]], where: str) -> list[Problem]:
    if not gaps:
        return []
    largest = sorted(gaps, key=lambda gap: (-abs(gap[2]), gap))[:_SHOWN]
    return [
        Problem(
            "total_row_differs",
            f"{len(gaps)} totals of the series are not the sum of their parts",
            where,
            "; ".join(
                f"{label} {year}: {format_gbp(round(gap * 100))}" for label, year, gap in largest
            ),
            "nothing to do: totals are not loaded, and their parts are kept as they are",
        )
    ]


CRA_SERIES = Format(
    FormatInfo(
        "cra-harmonised",
        _map()["title"],
        "a header with the columns of the series",
        tuple(_map()["headers"]),
    ),
    sniff_text=_sniff,
    read_text=_read,
)
