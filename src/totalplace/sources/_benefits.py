"""Benefits paid by the Department for Work and Pensions, by authority and year.

Two forms: the Department's own workbook (a sheet a year, a row an authority, a column a benefit)
and one authority's years handed on as JSON. A line is one amount; the total of an area and year is
a line of its own, and the benefits beside it are parts of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from totalplace.errors import FileRefused, Problem
from totalplace.sources._area_money import AreaLine, area_member
from totalplace.sources._columns import header_key, read_columns
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Memo, Reading, no_match
from totalplace.sources._json_file import JsonFile
from totalplace.sources._published import PublishedCells, financial_year, rounding_notes
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._workbook import Cell, Workbook, cell_text

__all__ = ["BENEFITS"]

_AREA = re.compile(r"[EWSNK][0-9]{8}")


@cache
def _map() -> Mapping[str, Any]:
    return read_columns("benefit")


@dataclass(frozen=True)
class _Sheet:
    """Where the amounts of one year's sheet stand; rows and columns count from 0.

    Attributes:
        items: column -> benefit, the total among them.
        parts: columns that are part of the one before them.
    """

    header_row: int
    area: int
    name: int | None
    items: Mapping[int, str]
    parts: Sequence[int]


def _is_total(item: str) -> bool:
    return header_key(item) in {header_key(total) for total in _map()["totals"]}


def _layout(rows: Sequence[Sequence[Cell]]) -> _Sheet | None:
    """The header row with the total and several known benefits, and a column of area codes."""
    known = {header_key(item) for item in _map()["workbook"]["known_items"]}
    begins = tuple(header_key(text) for text in _map()["parts_begin"])
    for number, row in enumerate(rows[: _map()["workbook"]["header_within_rows"]]):
        texts = [cell_text(cell) for cell in row]
        keys = [header_key(text) for text in texts]
        if not any(map(_is_total, texts)) or len(known & set(keys)) < 3:
            continue
        codes = Counter(
            column
            for below in rows[number + 1 :]
            for column, cell in enumerate(below)
            if _AREA.fullmatch(cell_text(cell))
        )
        if not codes:
            return None
        area = codes.most_common(1)[0][0]
        first = next(column for column, text in enumerate(texts) if _is_total(text))
        items = {at: text for at, text in enumerate(texts) if at >= first and text}
        parts = [at for at, text in items.items() if header_key(text).startswith(begins)]
        names = [at for at in range(first) if at != area and texts[at]]
        kept = {at: text for at, text in items.items() if at not in parts}
        return _Sheet(number, area, names[-1] if names else None, kept, parts)
    return None


def _year_sheets(book: Workbook) -> dict[str, _Sheet]:
    found = {}
    for sheet in book.sheets:
        if re.fullmatch(_map()["workbook"]["sheet"], sheet.strip()) and (
            layout := _layout(book.rows(sheet))
        ):
            found[sheet] = layout
    return found


def _sniff_workbook(book: Workbook) -> Detection:
    sheets = _year_sheets(book)
    if sheets:
        reason = f"{len(sheets)} sheets named by a year have area codes, a total and benefits"
        return Detection("dwp-benefits", 0.95, (reason,))
    return no_match("dwp-benefits", "no sheet named by a year has area codes and benefits")


def _read_workbook(book: Workbook, job: Job) -> list[Reading | Memo]:
    sheets = _year_sheets(book)
    words = tuple(_map()["workbook"]["unit_words"])
    outcomes: list[Reading | Memo] = []
    for index, sheet in enumerate(book.sheets):
        rows = book.rows(sheet)
        if sheet not in sheets:
            outcomes.append(Memo(sheet, len(rows), "it is no sheet of one year's benefits"))
            continue
        job.step("reading", index, len(book.sheets))
        layout = sheets[sheet]
        above = " ".join(cell_text(cell) for row in rows[: layout.header_row + 1] for cell in row)
        if not any(word.casefold() in above.casefold() for word in words):
            raise FileRefused(_no_unit(f"{job.file}, sheet {sheet}"))
        outcomes.append(_read_sheet(rows, layout, sheet, index, job))
    return outcomes


def _read_sheet(
    rows: Sequence[Sequence[Cell]], layout: _Sheet, sheet: str, index: int, job: Job
) -> Reading:
    where = f"{job.file}, sheet {sheet}"
    cells = PublishedCells(unit_gbp=_map()["unit_gbp"])
    lines: list[AreaLine] = []
    skipped: Counter[str] = Counter()
    width = len(layout.items) + len(layout.parts)
    with _rejects(job, index, sheet, where) as rejects:
        for number, row in enumerate(rows[layout.header_row + 1 :], start=layout.header_row + 2):
            area = cell_text(row[layout.area])
            if not _AREA.fullmatch(area):
                skipped["memo" if any(map(cell_text, row)) else "blank"] += width
                continue
            if re.fullmatch(_map()["total_areas"], area):
                skipped["total_row"] += width
                continue
            skipped["total_column"] += len(layout.parts)
            name = cell_text(row[layout.name]) if layout.name is not None else ""
            for column, item in layout.items.items():
                text = cell_text(row[column])
                if not text:
                    skipped["blank"] += 1
                    continue
                pence, raw = cells.read(row[column])
                if pence is None:
                    rejects.add(
                        number,
                        column + 1,
                        column=item,
                        code="bad_amount",
                        message=f"{text!r} is no amount",
                        raw=text,
                    )
                    continue
                half = cells.half_of(pence)
                amounts = (pence, pence - half, pence + half)
                key = (number, column + 1, raw, sheet.strip(), area, name or None)
                lines.append((*key, item, _is_total(item), *amounts))
    member, path = area_member(
        job,
        lines,
        cells,
        member=sheet,
        index=index,
        dataset="benefit",
        format_id="dwp-benefits",
        records=(len(rows) - layout.header_row - 1) * width,
        rejected=rejects.count,
        skipped=dict(skipped),
        dialect={"header_row": str(layout.header_row + 1)},
    )
    return Reading(member, path, rejects.path, rejects.warnings(), rounding_notes(cells, where))


def _sniff_json(file: JsonFile) -> Detection:
    form, content = _map()["json"], file.content
    if not isinstance(content, dict):
        return no_match("dwp-benefits", "the JSON is no object")
    for name in ("geography", "unit"):
        if content.get(name) != form[name]:
            return no_match("dwp-benefits", "it is no benefit spending of a local authority")
    if not all(isinstance(content.get(name), list) for name in ("lines", "history", "sources")):
        return no_match("dwp-benefits", "it has no 'lines', 'history' and 'sources'")
    return Detection("dwp-benefits", 0.95, ("it has an authority's benefits by year",))


@dataclass(frozen=True)
class _Amount:
    """One amount of the JSON, in document order.

    Attributes:
        kind: why it is no line, or ''.
    """

    year: str
    item: str
    value: Any
    kind: str = ""


def _amounts(content: Mapping[str, Any]) -> Iterator[_Amount]:
    """Every amount of the document; the newest year's benefits stand there twice."""
    newest, names = str(content.get("year")), _map()["json"]["items"]
    if "total_m" in content:
        yield _Amount(newest, "Total", content["total_m"], "memo")
    for line in content["lines"]:
        yield _Amount(newest, line.get("label", ""), line.get("amount_m"))
    for past in content["history"]:
        year = str(past.get("year"))
        yield _Amount(year, "Total", past.get("total_m"))
        if "gb_total_m" in past:
            # of Great Britain, beside the authority's
            yield _Amount(year, "Total", past["gb_total_m"], "total_row")
        for item, value in (past.get("components") or {}).items():
            yield _Amount(year, names.get(item, item), value, "memo" if year == newest else "")


def _read_json(file: JsonFile, job: Job) -> list[Reading | Memo]:
    form, content = _map()["json"], file.content
    area = _area_of(content)
    if area is None:
        raise FileRefused(_no_area(file.where))
    cells = PublishedCells(unit_gbp=_map()["unit_gbp"])
    half = form["precision_gbp"] * 50
    lines: list[AreaLine] = []
    skipped: Counter[str] = Counter()
    count = 0
    with _rejects(job, 0, "", file.where) as rejects:
        for number, amount in enumerate(_amounts(content), start=1):
            count = number
            match = re.fullmatch(form["year"], amount.year)
            year = f"{match[1]}-{match[2]}" if match else ""
            if amount.kind:
                skipped[amount.kind] += 1
                continue
            if amount.value is None:
                skipped["blank"] += 1
                continue
            pence, raw = cells.read(amount.value)
            if pence is None or financial_year(year) is None:
                code, what = (
                    ("bad_year", amount.year) if pence is not None else ("bad_amount", amount.value)
                )
                rejects.add(
                    number,
                    0,
                    column=amount.item,
                    code=code,
                    message=f"{what!r} is no {code.removeprefix('bad_')}",
                    raw=str(amount.value),
                )
                continue
            key = (number, 0, raw, year, area, None, amount.item, _is_total(amount.item))
            lines.append((*key, pence, pence - half, pence + half))
    member, path = area_member(
        job,
        lines,
        cells,
        member="",
        index=0,
        dataset="benefit",
        format_id="dwp-benefits",
        records=count,
        rejected=rejects.count,
        skipped=dict(skipped),
    )
    notes = rounding_notes(cells, file.where)
    return [Reading(member, path, rejects.path, rejects.warnings(), notes)]


def _area_of(content: Mapping[str, Any]) -> str | None:
    for source in content["sources"]:
        match = re.search(_map()["json"]["area"], str(source.get("label", "")))
        if match:
            return match[1]
    return None


def _rejects(job: Job, index: int, member: str, where: str) -> RejectWriter:
    return RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=member,
        where=where,
    )


def _no_unit(where: str) -> Problem:
    return Problem(
        "no_unit",
        "it cannot be told in what unit the benefits are",
        where,
        "no cell above the header says £ million",
        "write `£ million` into a cell above the header, if that is what they are",
    )


def _no_area(where: str) -> Problem:
    return Problem(
        "no_area",
        "it cannot be told whose benefits these are",
        where,
        "no source in it names the row by an area code, e.g. `row E08000025`",
        "add the Department's own workbook, benefit expenditure by local authority",
    )


BENEFITS = Format(
    FormatInfo(
        "dwp-benefits",
        "DWP benefit spending by authority and year (xlsx, ods, JSON; £ million)",
        "sheets named by a year with area codes, a total and benefits; or JSON of one authority",
        ("area code", "Total", *_map()["workbook"]["known_items"]),
    ),
    sniff_workbook=_sniff_workbook,
    read_workbook=_read_workbook,
    sniff_json=_sniff_json,
    read_json=_read_json,
)
