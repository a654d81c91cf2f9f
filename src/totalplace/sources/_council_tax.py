"""Council tax by billing authority: one row an authority, the year in the file's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from totalplace.errors import FileRefused, Problem
from totalplace.sources._area_money import AreaLine, area_member
from totalplace.sources._columns import read_columns
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Reading, no_match
from totalplace.sources._published import PublishedCells, financial_year, rounding_notes
from totalplace.sources._rejects import RejectWriter

__all__ = ["COUNCIL_TAX"]

_ITEM = "Council tax"


@cache
def _map() -> Mapping[str, Any]:
    return read_columns("council_tax")


def _sniff(piece: Delimited) -> Detection:
    missing = [header for header in _map()["headers"] if header not in piece.header]
    if missing:
        return no_match("council-tax", f"there is no column {missing[0]!r}")
    return Detection("council-tax", 0.95, ("it has dwellings, rates and council tax by area",))


def _year(piece: Delimited) -> str:
    for text in (piece.member, Path(piece.where).name):
        match = re.search(_map()["year"], text)
        if match and financial_year(f"{match[1]}-{match[2]}"):
            return f"{match[1]}-{match[2]}"
    raise FileRefused(
        Problem(
            "no_year",
            "it cannot be told which financial year the council tax is of",
            piece.where,
            "no column and not the file's name says it",
            "put the year into the file's name, e.g. council-tax-2025-26.csv, then add it again",
        )
    )


def _read(piece: Delimited, index: int, job: Job) -> Reading:
    year = _year(piece)
    at = {name: piece.header.index(text) for text, name in _map()["headers"].items() if name}
    cells = PublishedCells(unit_gbp=1)
    lines: list[AreaLine] = []
    skipped: Counter[str] = Counter()
    seen: dict[str, int] = {}
    count = 0
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=piece.member,
        where=piece.where,
    ) as rejects:
        for number, found in records(piece):
            if number <= piece.header_row:
                continue
            count += 1
            row = {name: found[i].strip() if i < len(found) else "" for name, i in at.items()}
            if not row["amount"]:
                # Northern Ireland has rates and no council tax
                skipped["blank"] += 1
                continue
            pence, raw = cells.read(row["amount"])
            first = seen.setdefault(row["area"], number)
            fault = (
                ("bad_amount", f"{row['amount']!r} is no amount")
                if pence is None
                else ("no_area", "the row has no area code")
                if not row["area"]
                else ("repeated_area", f"row {first} gives the same area")
                if first != number
                else None
            )
            if fault or pence is None:
                code, message = fault or ("bad_amount", "")
                rejects.add(
                    number,
                    at["amount"] + 1,
                    column=piece.header[at["amount"]],
                    code=code,
                    message=message,
                    raw=",".join(found),
                )
                continue
            key = (number, at["amount"] + 1, raw, year, row["area"], row["area_text"] or None)
            lines.append((*key, _ITEM, True, pence, pence, pence))
    member, path = area_member(
        job,
        lines,
        cells,
        member=piece.member,
        index=index,
        dataset="council_tax",
        format_id="council-tax",
        records=count,
        rejected=rejects.count,
        skipped=dict(skipped),
        encoding=piece.encoding,
        dialect={"delimiter": piece.delimiter, "header_row": str(piece.header_row)},
        mapping={text: name for text, name in _map()["headers"].items() if name},
    )
    notes = rounding_notes(cells, piece.where)
    return Reading(member, path, rejects.path, rejects.warnings(), notes)


COUNCIL_TAX = Format(
    FormatInfo(
        "council-tax",
        _map()["title"],
        "a header with dwellings, the Band D rate and council tax by area code",
        tuple(_map()["headers"]),
    ),
    sniff_text=_sniff,
    read_text=_read,
)
