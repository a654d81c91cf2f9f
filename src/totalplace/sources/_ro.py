"""MHCLG Revenue Outturn: one row an authority, one column a line of the return.

One line is one filled cell of an authority. The rows of England and of the classes, footnotes and
the pivot's grand totals are recognised and not loaded. The return's own totals (699, 749, ...) are
lines, because the count needs them as controls; by the role in the code list they are kept out of
the sum that is printed. Until 2011-12 the sheets of data print no codes: a sheet for people lists
each code with the column that holds it, and a column is read only if its heading is that line's.
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

from totalplace.model import load
from totalplace.sources._columns import header_key, read_columns
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Memo, Reading, no_match
from totalplace.sources._published import (
    COMMON_FIELDS,
    PublishedCells,
    financial_year,
    line_table,
    new_member,
    rounding_notes,
    write,
)
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._ro_checks import (
    Key,
    faults_of_returns,
    gaps_to_grand_total,
    unknown_authorities,
)
from totalplace.sources._workbook import Cell, Workbook, cell_text

__all__ = ["ro_formats"]

_ECODE = re.compile(r"[Ee][0-9]{4}")
_SCHEMA = pa.schema(
    [
        *COMMON_FIELDS,
        ("edition", pa.string()),
        ("financial_year", pa.string()),
        ("form", pa.string()),
        ("ecode", pa.string()),
        ("ons_code", pa.string()),
        ("body_text", pa.string()),
        ("body_id", pa.string()),
        ("class", pa.string()),
        ("code", pa.int32()),
        ("block", pa.int16()),
        ("label", pa.string()),
        ("amount_pence", pa.int64()),
        ("low_pence", pa.int64()),
        ("high_pence", pa.int64()),
    ]
)


@dataclass(frozen=True)
class _Sheet:
    """Where the data of one sheet stand; see ``columns/ro.toml``.

    Attributes:
        codes_from: where the codes of the columns stand, if not over them: a sheet, its columns.
    """

    name: str
    form: str
    codes_row: int
    labels_row: int
    ecode_column: int
    ons_column: int
    name_column: int
    class_column: int
    first_code_column: int
    total_rows: Sequence[str]
    grand_total: str
    total_columns: Sequence[str]
    codes_from: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Layout:
    """One edition's workbook.

    Attributes:
        others: sheet that is not loaded -> why not.
    """

    format_id: str
    title: str
    edition: str
    unit_gbp: int
    source: str
    sheets: tuple[_Sheet, ...]
    others: Mapping[str, str]
    checks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class _Column:
    index: int
    key: Key
    label: str | None


def ro_formats() -> tuple[Format, ...]:
    """One format an edition."""
    return tuple(
        Format(
            FormatInfo(
                layout.format_id,
                layout.title,
                "a sheet " + " and a sheet ".join(repr(sheet.name) for sheet in layout.sheets),
                tuple(f"form {sheet.form}: a column a line code" for sheet in layout.sheets),
            ),
            sniff_workbook=partial(_sniff, layout),
            read_workbook=partial(_read, layout),
        )
        for layout in _layouts()
    )


@cache
def _layouts() -> tuple[_Layout, ...]:
    return tuple(
        _Layout(
            format_id=book["format_id"],
            title=book["title"],
            edition=book["edition"],
            unit_gbp=book["unit_gbp"],
            source=book["source"],
            sheets=tuple(_Sheet(**sheet) for sheet in book["sheet"]),
            others=book.get("others", {}),
            checks=tuple(book["check"]),
        )
        for book in read_columns("ro")["workbook"]
    )


def _sniff(layout: _Layout, book: Workbook) -> Detection:
    missing = [sheet.name for sheet in layout.sheets if sheet.name not in book.sheets]
    if missing:
        return no_match(layout.format_id, *(f"there is no sheet {name!r}" for name in missing))
    for sheet in layout.sheets:
        rows = book.rows(sheet.name, limit=sheet.codes_row)
        if len(rows) < sheet.codes_row or not _columns(layout, sheet, book, rows):
            told = "headings that the list of codes names" if sheet.codes_from else "codes"
            return no_match(
                layout.format_id, f"sheet {sheet.name!r} has no {told} in row {sheet.codes_row}"
            )
    names = tuple(f"sheet {sheet.name!r} with its line codes" for sheet in layout.sheets)
    return Detection(layout.format_id, 1.0, names)


def _read(layout: _Layout, book: Workbook, job: Job) -> list[Reading | Memo]:
    outcomes: list[Reading | Memo] = []
    known = {sheet.name: sheet for sheet in layout.sheets}
    authorities = _authorities(layout.sheets[0], book)
    for index, name in enumerate(book.sheets):
        job.step("reading", index, len(book.sheets))
        if name in known:
            outcomes.append(
                _read_sheet(layout, known[name], book, index, job, authorities=authorities)
            )
        else:
            kind = "a hidden working sheet" if name in book.hidden else "a sheet for people"
            reason = layout.others.get(name, f"{kind}: the data sheets hold its figures")
            outcomes.append(Memo(name, len(book.rows(name)), reason))
    return outcomes


@dataclass(frozen=True)
class _Authority:
    name: str | None
    ons_code: str | None
    class_: str | None


def _authorities(sheet: _Sheet, book: Workbook) -> dict[str, _Authority]:
    """E-code -> who it is; the sheet of grants gives codes alone."""
    found = {}
    for row in book.rows(sheet.name)[sheet.codes_row :]:
        ecode = cell_text(row[sheet.ecode_column - 1])
        if _ECODE.fullmatch(ecode):
            found[ecode.upper()] = _Authority(
                *(
                    (cell_text(row[column - 1]) or None) if column else None
                    for column in (sheet.name_column, sheet.ons_column, sheet.class_column)
                )
            )
    return found


def _columns(
    layout: _Layout, sheet: _Sheet, book: Workbook, rows: Sequence[Sequence[Cell]]
) -> list[_Column]:
    """The columns that are lines of the return; a code that comes again is the next block."""
    if sheet.codes_from:
        return _columns_by_list(sheet, book, rows[sheet.labels_row - 1])
    codes = rows[sheet.codes_row - 1]
    labels = rows[sheet.labels_row - 1] if 0 < sheet.labels_row <= len(rows) else None
    grants = _grant_labels(layout.edition) if labels is None else {}
    blocks: Counter[int] = Counter()
    columns = []
    for index in range(sheet.first_code_column - 1, len(codes)):
        text = cell_text(codes[index])
        if text.isdecimal():
            code = int(text)
            blocks[code] += 1
            label = cell_text(labels[index]) if labels is not None else grants.get(code)
            columns.append(_Column(index, (code, blocks[code]), label or None))
    return columns


def _columns_by_list(sheet: _Sheet, book: Workbook, header: Sequence[Cell]) -> list[_Column]:
    """The columns by the codes that another sheet lists; none at all if one heading differs."""
    listed = sheet.codes_from
    if listed["sheet"] not in book.sheets:
        return []
    columns = []
    for row in book.rows(listed["sheet"]):
        code, label, place = (
            cell_text(row[listed[name] - 1]) if len(row) >= listed[name] else ""
            for name in ("code", "label", "place")
        )
        if not (code.isdecimal() and place.isdecimal() and int(place) < len(header)):
            continue
        heading = cell_text(header[int(place)])
        if header_key(heading) != header_key(listed["headings"].get(code, label)):
            return []
        columns.append(_Column(int(place), (int(code), 1), heading))
    return columns


class _SheetReader:
    """Reads one sheet row by row and keeps account of every cell of a mapped column.

    Attributes:
        lines: rows of the dataset.
        skipped: cells that are no lines, by kind.
        amounts: authority -> (code, block) -> pence.
        grand_total: (code, block) -> pence of the sheet's own grand total.
        unknown: authorities that the register of bodies does not know.
    """

    def __init__(
        self,
        layout: _Layout,
        sheet: _Sheet,
        book: Workbook,
        rows: Sequence[Sequence[Cell]],
        authorities: Mapping[str, _Authority],
        job: Job,
    ) -> None:
        self.columns = _columns(layout, sheet, book, rows)
        header = rows[sheet.codes_row - 1]
        self.extra = sum(cell_text(cell) in sheet.total_columns for cell in header)
        self.cells = PublishedCells(unit_gbp=layout.unit_gbp)
        self.lines: list[tuple[Any, ...]] = []
        self.skipped: Counter[str] = Counter()
        self.amounts: dict[str, dict[Key, int]] = {}
        self.grand_total: dict[Key, int] = {}
        self.unknown: list[str] = []
        self._layout, self._sheet, self._authorities, self._job = layout, sheet, authorities, job
        self._no_figure = frozenset(read_columns("ro")["no_figure"])
        self._marks = frozenset(read_columns("ro")["marks"])

    def read(self, row_no: int, row: Sequence[Cell], rejects: RejectWriter) -> None:
        sheet = self._sheet
        first = cell_text(row[sheet.ecode_column - 1])
        name = cell_text(row[sheet.name_column - 1]) if sheet.name_column else first
        width = len(self.columns) + self.extra
        if _ECODE.fullmatch(first):
            self.skipped["total_column"] += self.extra
            self._read_authority(first.upper(), row_no, row, rejects)
        elif name in sheet.total_rows:
            self.skipped["total_row"] += width
            if name == sheet.grand_total:
                cells = PublishedCells(unit_gbp=self._layout.unit_gbp)
                for column in self.columns:
                    self.grand_total[column.key] = cells.read(row[column.index])[0] or 0
        else:
            is_blank = not any(map(cell_text, row))
            self.skipped["blank" if is_blank else "memo"] += width

    def _read_authority(
        self, ecode: str, row_no: int, row: Sequence[Cell], rejects: RejectWriter
    ) -> None:
        who = self._authorities.get(ecode, _Authority(None, None, None))
        bodies = self._job.bodies
        body = bodies.by_org_id("ecode", ecode) or bodies.by_org_id("gss", who.ons_code or "")
        if body is None:
            self.unknown.append(f"{ecode} {who.name or ''}".strip())
        year = self._layout.edition
        facts = (who.ons_code, who.name, body and body.body_id, who.class_)
        found = self.amounts.setdefault(ecode, {})
        for column in self.columns:
            cell = row[column.index]
            text = cell_text(cell)
            if not text or text in self._no_figure:
                self.skipped["blank"] += 1
                continue
            if text in self._marks:
                self.skipped["memo"] += 1
                continue
            pence, raw = self.cells.read(cell)
            if pence is None:
                rejects.add(
                    row_no,
                    column.index + 1,
                    column=str(column.key[0]),
                    code="bad_amount",
                    message=f"{text!r} is no amount",
                    raw=text,
                )
                continue
            found[column.key] = pence
            line = (row_no, column.index + 1, raw, year, year, self._sheet.form, ecode, *facts)
            half = self.cells.half_of(pence)
            amounts = (pence, pence - half, pence + half)
            self.lines.append((*line, *column.key, column.label, *amounts))


def _read_sheet(
    layout: _Layout,
    sheet: _Sheet,
    book: Workbook,
    index: int,
    job: Job,
    *,
    authorities: Mapping[str, _Authority],
) -> Reading:
    where = f"{job.file}, sheet {sheet.name}"
    rows = book.rows(sheet.name)
    first_row = max(sheet.codes_row, sheet.labels_row)
    reader = _SheetReader(layout, sheet, book, rows, authorities, job)
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=sheet.name,
        where=where,
    ) as rejects:
        for row_no, row in enumerate(rows[first_row:], start=first_row + 1):
            reader.read(row_no, row, rejects)
    table = line_table(_SCHEMA, reader.lines, source_id=job.source.sha256, member=sheet.name)
    roles = _roles(layout.edition, sheet.form, job)
    summed = frozenset(read_columns("ro")["summed_roles"])
    # kept with each line, so that `check` can make the sum of the sheet again
    keys = zip(table["code"].to_pylist(), table["block"].to_pylist(), strict=True)
    is_summed = pa.array([roles.get(key) in summed for key in keys], pa.bool_())
    table = table.append_column("is_summed", is_summed)
    first, last = financial_year(layout.edition) or (0, 0)
    member = new_member(
        job,
        member=sheet.name,
        index=index,
        dataset="ro",
        format_id=layout.format_id,
        records=(len(rows) - first_row) * (len(reader.columns) + reader.extra),
        lines=len(reader.lines),
        rejected=rejects.count,
        skipped=dict(reader.skipped),
        sum_pence=sum(
            pence
            for amounts in reader.amounts.values()
            for key, pence in amounts.items()
            if roles.get(key) in summed
        ),
        negative_lines=sum(line[-3] < 0 for line in reader.lines),
        rounded_cells=reader.cells.rounded_cells,
        rounding_pence=str(reader.cells.rounding),
        dialect={"header_row": str(sheet.labels_row or sheet.codes_row)},
        period_start=date(first, 4, 1),
        period_end=date(last, 3, 31),
    )
    warnings = unknown_authorities(reader.unknown, where)
    warnings += gaps_to_grand_total(
        reader.grand_total, reader.amounts, row=sheet.grand_total, where=where
    )
    if sheet.form == "RS":
        names = {ecode: who.name or ecode for ecode, who in authorities.items()}
        columns = {column.key for column in reader.columns}
        warnings += faults_of_returns(
            layout.checks, reader.amounts, columns=columns, names=names, where=where
        )
    return Reading(
        member,
        write(table, job.folder / f"lines-{index}.parquet"),
        rejects.path,
        (*warnings, *rejects.warnings()),
        rounding_notes(reader.cells, where),
    )


def _roles(edition: str, form: str, job: Job) -> dict[Key, str]:
    """(code, block) -> its role in the code list of the form."""
    # the other columns of form RS (capital charges, net total cost) have the same lines
    form = "RS" if form.startswith("RS") else form
    table = "ro_line" if form == "RS" else "ro_grant"
    return {
        (int(row["code"]), int(row.get("block") or 1)): row["role"]
        for row in job.codes(table)
        if row["edition"] == edition and row["table"] == form
    }


@cache
def _grant_labels(edition: str) -> dict[int, str]:
    rows = load("ro_grant").to_pylist()
    return {int(row["code"]): row["label"] for row in rows if row["edition"] == edition}
