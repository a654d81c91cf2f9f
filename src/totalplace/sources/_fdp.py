"""Fiscal Data Packages as lines: budgets and outturn as a body's return, transactions as payments.

A package is a descriptor and its CSV files, supplied as a zip. Its model says which column is an
amount, in which currency and times what, and which columns describe it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import load
from totalplace.sources._archive import unpack
from totalplace.sources._columns import read_columns
from totalplace.sources._dates import parse_date
from totalplace.sources._delimited import open_delimited
from totalplace.sources._fdp_model import (
    Attribute,
    Dimension,
    Measure,
    Package,
    read_package_model,
)
from totalplace.sources._format import Format, FormatInfo, Job, Memo, Reading
from totalplace.sources._json_file import parse_json
from totalplace.sources._payment_lines import payment_table
from totalplace.sources._payment_rows import Payment
from totalplace.sources._published import (
    PublishedCells,
    financial_year,
    line_table,
    new_member,
    rounding_notes,
    write,
)
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._return import RETURN_SCHEMA
from totalplace.sources._text_rows import TextRows, of_delimited, with_header

__all__ = ["FDP", "find_descriptor", "read_package"]

DESCRIPTOR = "datapackage.json"
_YEAR = re.compile(r"(?:19|20)\d{2}")
_COFOG = re.compile(r"\d{1,2}(?:\.\d+)*")


def find_descriptor(archive: ZipFile) -> str | None:
    """The descriptor of a fiscal data package in a zip; None where it is some other archive."""
    names = [name for name in archive.namelist() if PurePosixPath(name).name == DESCRIPTOR]
    for name in sorted(names, key=lambda one: one.count("/")):
        head = archive.read(name)
        if b'"measures"' in head or b'"fiscal"' in head:
            return name
    return None


@dataclass
class _Reader:
    """A package being read.

    Attributes:
        tables: resource -> its rows, the header found.
        lookups: (resource, key column) -> key -> row.
        unknown: functions that are no COFOG code -> how many lines.
    """

    package: Package
    job: Job
    where: str
    tables: dict[str, TextRows] = field(default_factory=dict)
    lookups: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    assumed: set[str] = field(default_factory=set)

    def column(self, resource: str, name: str) -> int:
        return self.tables[resource].header.index(name)

    def value(self, attribute: Attribute, measure: Measure, cells: Sequence[str]) -> str:
        """An attribute's value for a row of a measure's resource."""
        if attribute.column is None:
            return attribute.constant or ""
        if attribute.resource == measure.resource:
            return _cell(cells, self.column(attribute.resource, attribute.column))
        keys = self.package.resources[measure.resource].foreign_keys
        for here, (resource, there) in keys.items():
            if resource == attribute.resource:
                key = _cell(cells, self.column(measure.resource, here))
                row = self._lookup(resource, there).get(key, [])
                return _cell(row, self.column(resource, attribute.column))
        return ""

    def _lookup(self, resource: str, column: str) -> dict[str, list[str]]:
        if (resource, column) not in self.lookups:
            table = self.tables[resource]
            at = self.column(resource, column)
            self.lookups[resource, column] = {
                _cell(cells, at): cells for _, cells in table.below() if any(cells)
            }
        return self.lookups[resource, column]

    def text(self, name: str, wanted: str, measure: Measure, cells: Sequence[str]) -> str:
        dimension = self.package.dimension(name)
        return "" if dimension is None else self.value(dimension.pick(wanted), measure, cells)

    def body(self, measure: Measure, cells: Sequence[str]) -> str | None:
        """Whose money it is: named by the user, or by the dimension of the payer."""
        if self.job.body is not None:
            return self.job.body.body_id
        texts = [self.text("payer", wanted, measure, cells) for wanted in ("id", "name")]
        key = "\t".join(texts)
        if key not in self.bodies and key not in self.problems:
            for text in texts:
                try:
                    self.bodies[key] = self.job.bodies.find(text).body_id
                    break
                except RequestError as error:
                    self.problems[key] = error.problems[0]
            else:
                one = self.problems[key]
                self.problems[key] = Problem(
                    "unknown_body",
                    "it cannot be told whose money this is",
                    f"{self.where}, dimension of the payer",
                    one.why if any(texts) else "the package has no dimension that names the payer",
                    "give --body with the payer's identifier, ONS code or name",
                )
            if key in self.bodies:
                self.problems.pop(key, None)
        return self.bodies.get(key)

    def function(self, measure: Measure, cells: Sequence[str]) -> str | None:
        """The COFOG code; one of another list is told, and left out."""
        text = self.text("function", "id", measure, cells)
        if not text:
            return None
        code = ".".join(
            part.zfill(2) if at == 0 else part for at, part in enumerate(text.split("."))
        )
        if _COFOG.fullmatch(text) and code in _cofog():
            return code
        self.unknown[text] += 1
        return None

    def period(self, measure: Measure, cells: Sequence[str]) -> tuple[date, date, str] | None:
        """First and last day, and the financial year that a line is filed under."""
        dimension = self.package.dimension("date")
        texts = [] if dimension is None else _filled(self, dimension, measure, cells)
        for text in texts:
            if (years := financial_year(text)) is not None:
                return date(years[0], 4, 1), date(years[1], 3, 31), text
            if (day := parse_date(text)) is not None:
                return day, day, _year_of(day)
        if texts and _YEAR.fullmatch(texts[0]) is None:
            return None
        fiscal = self.package.fiscal_period
        days = [parse_date(text) for text in fiscal or ()]
        if len(days) == 2 and days[0] and days[1]:
            return days[0], days[1], _year_of(days[0])
        if not texts:
            return None
        year = int(texts[0])
        self.assumed.add("calendar_year")
        return date(year, 1, 1), date(year, 12, 31), _year_of(date(year, 4, 1))


def read_package(
    archive: ZipFile, descriptor: str, job: Job, index: int = 0
) -> list[Reading | Memo]:
    """Read a package in a zip: one reading a file that holds amounts.

    Raises:
        FileRefused: the descriptor is wrong, a column it names is not there, or it cannot be told
            whose money it is; all of it at once.
    """
    where = f"{job.file}, {descriptor}"
    package = read_package_model(parse_json(archive.read(descriptor), where=where), where=where)
    base = PurePosixPath(descriptor).parent
    reader = _Reader(package, job, where)
    problems: list[Problem] = []
    paths: dict[str, str] = {}
    for number, resource in enumerate(package.resources.values()):
        member = (base / resource.path).as_posix()
        paths[resource.name] = member
        if member not in archive.namelist():
            problems.append(
                Problem(
                    "missing_resource",
                    "a file of the package is not there",
                    f"{where}, resource {resource.name}",
                    f"the archive has no {member}",
                    "put the file beside datapackage.json, then add the package",
                )
            )
            continue
        unpacked = job.folder / f"resource-{number}.csv"
        unpack(archive, member, unpacked, where=job.file)
        piece = open_delimited(
            unpacked,
            member=member,
            where=f"{job.file}, {member}",
            scratch=job.folder / f"resource-{number}.utf8.csv",
        )
        table = with_header(of_delimited(piece), lambda cells: any(cell.strip() for cell in cells))
        if table is not None:
            reader.tables[resource.name] = table
    if not problems:
        problems = _missing_columns(reader)
    problems = [*package.refusals, *problems]
    if problems:
        raise FileRefused(problems)
    with_amounts = list(dict.fromkeys(one.resource for one in package.measures))
    outcomes: list[Reading | Memo] = []
    for number, name in enumerate(with_amounts):
        measures = [one for one in package.measures if one.resource == name]
        outcomes.append(_read_resource(reader, name, measures, index + number))
    read = {paths[name] for name in with_amounts}
    reason = "it describes or explains the amounts"
    outcomes += [
        Memo(name, 0, reason)
        for name in archive.namelist()
        if name not in read and not name.endswith("/")
    ]
    return outcomes


def _missing_columns(reader: _Reader) -> list[Problem]:
    """Columns that the model names and the files do not have, each once."""
    wanted: dict[tuple[str, str], str] = {}
    for measure in reader.package.measures:
        wanted[measure.resource, measure.column] = f"measure {measure.name}"
    for dimension in reader.package.dimensions.values():
        for attribute in dimension.attributes:
            if attribute.column is not None:
                key = attribute.resource, attribute.column
                wanted.setdefault(key, f"dimension {dimension.name}")
    problems = []
    for (resource, column), at in wanted.items():
        table = reader.tables.get(resource)
        header = () if table is None else table.header
        if column not in header:
            problems.append(
                Problem(
                    "missing_column",
                    "the model names a column that the file does not have",
                    f"{reader.where}, {at}",
                    f"{column!r} is none of {', '.join(map(repr, header)) or 'no columns at all'}",
                    "correct the source in datapackage.json; amounts spread over several columns"
                    " have to be put one a row first, with a column that says which it is",
                )
            )
    return problems


def _read_resource(reader: _Reader, name: str, measures: Sequence[Measure], index: int) -> Reading:
    table, job = reader.tables[name], reader.job
    is_payments = reader.package.is_transactional
    lines: list[tuple[Any, ...]] = []
    payments: list[Payment] = []
    skipped: Counter[str] = Counter()
    cells_read = {measure: PublishedCells(unit_gbp=measure.factor) for measure in measures}
    count = 0
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=table.member,
        where=table.where,
    ) as rejects:
        for row_no, cells in table.below():
            count += len(measures)
            if not any(cell.strip() for cell in cells):
                skipped["blank"] += len(measures)
                continue
            for measure in measures:
                column = reader.column(name, measure.column)
                text = _cell(cells, column)
                pence, raw = cells_read[measure].read(text.replace("£", ""))
                period = reader.period(measure, cells)
                if pence is None or period is None:
                    rejects.add(
                        row_no,
                        column + 1,
                        column=measure.column,
                        code="bad_amount"
                        if pence is None and text
                        else "missing_amount"
                        if pence is None
                        else "bad_date",
                        message=f"{text!r} is no amount" if pence is None else "it has no date",
                        raw=(table.delimiter or ",").join(cells),
                    )
                    continue
                body_id = reader.body(measure, cells)
                if is_payments and measure.side == "out" and measure.phase != "budget":
                    payments.append(
                        _payment(reader, measure, cells, row_no, pence, raw, period, body_id)
                    )
                else:
                    lines.append(
                        _line(reader, measure, cells, row_no, column, pence, raw, period, body_id)
                    )
    if reader.problems:
        raise FileRefused(reader.problems.values())
    if is_payments and lines:
        raise FileRefused(
            Problem(
                "mixed_package",
                "transactions can only be money spent",
                table.where,
                "a measure of a package of transactions is revenue or a budget",
                "put budgets and revenue into a package of their own, aggregated",
            )
        )
    return _reading(
        reader,
        table,
        measures,
        index,
        lines=lines,
        payments=payments,
        count=count,
        skipped=skipped,
        rejects=rejects,
        cells=cells_read.values(),
    )


def _line(
    reader: _Reader,
    measure: Measure,
    cells: Sequence[str],
    row_no: int,
    column: int,
    pence: int,
    raw: str | None,
    period: tuple[date, date, str],
    body_id: str | None,
) -> tuple[Any, ...]:
    payee = reader.text("payee", "name", measure, cells)
    natures = load("nature")["nature"].to_pylist()
    nature = reader.text("nature", "id", measure, cells)
    if nature not in natures:
        nature = "purchase" if payee and measure.side == "out" else "own"
    cap = reader.text("cap_rev", "id", measure, cells).casefold()
    stream = reader.text("stream", "name", measure, cells)
    step = reader.text("step", "id", measure, cells)
    if measure.phase is None:
        reader.assumed.add("phase")
    return (
        row_no,
        column + 1,
        raw,
        body_id,
        period[2],
        measure.side,
        stream or reader.package.title,
        payee or None,
        reader.function(measure, cells),
        nature,
        "cap" if cap.startswith("cap") else "cur",
        period[0],
        period[1],
        measure.phase or "outturn",
        "gross",
        pence,
        None,
        step or None,
    )


def _payment(
    reader: _Reader,
    measure: Measure,
    cells: Sequence[str],
    row_no: int,
    pence: int,
    raw: str | None,
    period: tuple[date, date, str],
    body_id: str | None,
) -> Payment:
    texts = {
        "body": body_id or "",
        "payee": reader.text("payee", "name", measure, cells),
        "unit": reader.text("function", "name", measure, cells),
        "expense": reader.text("stream", "name", measure, cells),
    }
    return Payment(
        row_no=row_no,
        pence=pence,
        raw_amount=raw,
        day=period[0] if period[0] == period[1] else None,
        period=(period[0], period[1]),
        texts={name: text for name, text in texts.items() if text},
    )


def _reading(
    reader: _Reader,
    table: TextRows,
    measures: Sequence[Measure],
    index: int,
    *,
    lines: Sequence[tuple[Any, ...]],
    payments: Sequence[Payment],
    count: int,
    skipped: Counter[str],
    rejects: RejectWriter,
    cells: Iterable[PublishedCells],
) -> Reading:
    job = reader.job
    source_id, member_name = job.source.sha256, table.member
    at = {name: column - 2 for column, name in enumerate(RETURN_SCHEMA.names)}
    amounts = [line[at["amount_pence"]] for line in lines] + [one.pence for one in payments]
    firsts = [line[at["period_start"]] for line in lines] + [one.period[0] for one in payments]
    lasts = [line[at["period_end"]] for line in lines] + [one.period[1] for one in payments]
    bodies = {line[at["body_id"]] for line in lines} | {one.texts["body"] for one in payments}
    read = list(cells)
    member = new_member(
        job,
        member=member_name,
        index=index,
        dataset="spend" if payments else "return",
        format_id="fdp",
        records=count,
        lines=len(amounts),
        rejected=rejects.count,
        skipped=dict(skipped),
        body_id=next(iter(bodies)) if len(bodies) == 1 else None,
        sum_pence=sum(amounts),
        negative_lines=sum(amount < 0 for amount in amounts),
        rounded_cells=sum(one.rounded_cells for one in read),
        rounding_pence=f"{sum(one.rounding for one in read):f}",
        period_start=min(firsts, default=None),
        period_end=max(lasts, default=None),
        encoding=table.encoding,
        dialect=table.dialect,
        mapping={one.column: one.name for one in measures},
    )
    target = job.folder / f"lines-{index}.parquet"
    if payments:
        payers = {(body, ""): body for body in bodies}
        rows = payment_table(payments, payers, source_id=source_id, member=member_name)
    else:
        rows = line_table(RETURN_SCHEMA, lines, source_id=source_id, member=member_name)
    notes = [note for one in read for note in rounding_notes(one, table.where)]
    return Reading(
        member,
        write(rows, target),
        rejects.path,
        (*rejects.warnings(), *_warnings(reader, table.where)),
        tuple(notes),
    )


def _warnings(reader: _Reader, where: str) -> list[Problem]:
    found = []
    if reader.unknown:
        codes = ", ".join(f"{code!r}" for code, _ in reader.unknown.most_common(5))
        found.append(
            Problem(
                "unknown_function",
                f"{sum(reader.unknown.values()):,} lines have a function of another list",
                where,
                f"{codes} are no codes of COFOG; the lines are kept without a function",
                "state the COFOG code in a dimension named cofog",
            )
        )
    if "phase" in reader.assumed:
        found.append(
            Problem(
                "phase_assumed",
                "the amounts are taken as outturn",
                where,
                "the package does not say in which phase of the budget they are",
                "state phase: executed, or proposed, approved or adjusted, in datapackage.json",
            )
        )
    if "calendar_year" in reader.assumed:
        found.append(
            Problem(
                "calendar_year",
                "a year alone is taken as the calendar year",
                where,
                "the package has neither days nor a fiscalPeriod",
                "state fiscalPeriod, or years such as 2017-18",
            )
        )
    return found


def _filled(
    reader: _Reader, dimension: Dimension, measure: Measure, cells: Sequence[str]
) -> list[str]:
    texts = (reader.value(one, measure, cells) for one in dimension.attributes)
    return [text for text in texts if text]


def _year_of(day: date) -> str:
    start = day.year if day.month >= 4 else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


@cache
def _cofog() -> frozenset[str]:
    return frozenset(load("cofog")["code"].to_pylist())


FDP = Format(
    FormatInfo(
        "fdp",
        read_columns("fdp")["title"],
        "a zip (or folder) with a datapackage.json whose model has measures",
        tuple(
            f"{name}: dimension {', '.join(names)}"
            for name, names in read_columns("fdp")["dimensions"].items()
        ),
    ),
)
