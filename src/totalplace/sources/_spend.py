"""Council spend: payments to suppliers, one file a month or a year, in any header dialect.

The plain records never leave DuckDB. What SQL cannot decide (an amount in an odd form, a date, a
name, a record that is no line) is decided once for each different text in Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pyarrow as pa

from totalplace.errors import FileRefused, Problem
from totalplace.model import is_withheld, normalise_payee
from totalplace.place import Member
from totalplace.sources import _spend_sql as sql
from totalplace.sources._amounts import read_amount
from totalplace.sources._dates import Period, month_of_name, parse_dates
from totalplace.sources._delimited import Delimited, Regular, regularise
from totalplace.sources._format import Job, Reading
from totalplace.sources._payer import find_payer
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._spend_columns import SpendColumns, find_spend_columns
from totalplace.sources._spend_odd import Odd, Verdict, is_total_text, judge
from totalplace.sources._spend_totals import judge_totals

__all__ = ["read_spend"]

_UNNAMED_COLUMNS_RECORDS = 20
_FAULTS = {fault: fault for fault in ("bad_amount", "third_decimal")}
"""What is wrong with an amount; that it is missing is no fault of the text."""

_REMEMBERED_NAMES = 100_000
"""The same suppliers are paid month after month."""


@dataclass
class _Findings:
    """What is told about a file besides its lines."""

    where: str
    skipped: Counter[str] = field(default_factory=Counter)
    warnings: list[Problem] = field(default_factory=list)

    def warn(self, code: str, what: str, why: str, fix: str = "nothing to do") -> None:
        self.warnings.append(Problem(code, what, self.where, why, fix))


def read_spend(piece: Delimited, index: int, job: Job) -> Reading:
    """Read one delimited file of council spend.

    Raises:
        FileRefused: it cannot be told whose payments they are, it has gross amounts only, or it
            holds no record; nothing is kept of it.
    """
    columns = find_spend_columns(piece.header, piece.following)
    findings = _Findings(piece.where)
    at = _fields_in_use(columns, job, findings)
    connection = job.connection
    job.step("reading", 0, 3)
    scan, records = _read_records(piece, at, job, findings)
    if not records:
        raise FileRefused(_no_records(piece))
    _read_texts(connection, at)
    job.step("cleaning", 1, 3)
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=piece.member,
        where=piece.where,
    ) as rejects:
        odd = sql.odd_records(connection, scan, len(piece.header))
        _judge_odd(piece, columns, odd, job, rejects=rejects, findings=findings)
    _find_payer(piece, at, job, findings)
    month = _file_month(piece, at, job, findings)
    job.step("writing", 2, 3)
    lines = job.folder / f"lines-{index}.parquet"
    sql.write_lines(
        connection, lines, at, source_id=job.source.sha256, member=piece.member, month=month
    )
    if bad_vat := sql.bad_vat_lines(connection):
        findings.warn("bad_vat", f"the VAT of {bad_vat:,} lines is no amount", "it is left out")
    member = Member(
        sha256=job.source.sha256,
        member=piece.member,
        member_index=index,
        dataset="spend",
        format_id="spend",
        file_name=job.source.name,
        received=job.source.received,
        records=records,
        rejected=rejects.count,
        skipped=dict(findings.skipped),
        encoding=piece.encoding,
        dialect={"delimiter": piece.delimiter, "header_row": str(piece.header_row)},
        mapping=columns.mapping,
        **sql.count_lines(connection, lines),
    )
    job.step("writing", 3, 3)
    return Reading(member, lines, rejects.path, (*findings.warnings, *rejects.warnings()))


def _fields_in_use(columns: SpendColumns, job: Job, findings: _Findings) -> dict[str, int]:
    """Field -> column, with the amount settled."""
    at = dict(columns.at)
    if columns.is_gross:
        at["amount"] = at["gross"]
        title = columns.titles[at["gross"]]
        if not job.yes:
            raise FileRefused(
                Problem(
                    "gross_only",
                    "the file has amounts with VAT only",
                    f"{findings.where}, column {title}",
                    "council spend is counted net of the VAT that is reclaimed",
                    "add it with --yes to take the gross amounts as they are",
                )
            )
        findings.warn("gross_only", "the amounts include VAT", f"{title!r} is the only amount")
    at.pop("gross", None)
    if columns.is_gross_by_second_header:
        title = columns.titles[at["amount"]]
        findings.warn(
            "amount_may_be_gross",
            f"the amounts of column {title!r} may include VAT",
            "the row below the header calls that column gross and another one net; the header"
            " itself is followed",
            "where net amounts are needed, take off the VAT shown beside each line",
        )
    return at


def _read_records(
    piece: Delimited, at: Mapping[str, int], job: Job, findings: _Findings
) -> tuple[str, int]:
    """Fill the table of records, in DuckDB alone if the file is regular.

    Returns:
        The query that reads the file, and how many records an independent count finds.
    """
    width = len(piece.header)
    if piece.facts.is_regular and piece.facts.records is not None:
        scan, records = sql.scan_csv(piece), piece.facts.records - piece.header_row
        try:
            read, blank = sql.create_raw(
                job.connection, scan, width=width, header_row=piece.header_row, at=at
            )
        except duckdb.Error:
            # ragged, stray quotes: whatever the strict reader does not take
            read, blank = -1, 0
        if read == records:
            findings.skipped["blank"] = blank
            return scan, records
    regular = regularise(piece, job.folder / "regular.parquet")
    scan = sql.scan_parquet(regular.path)
    _, blank = sql.create_raw(job.connection, scan, width=width, header_row=piece.header_row, at=at)
    findings.skipped["blank"] = blank
    if unnamed := _unnamed_columns(regular, width):
        sql.forget_extra(job.connection)
        findings.warn(
            "unnamed_columns",
            f"{unnamed:,} records have cells under columns without a header",
            f"the header names {width} columns; the named ones are read, the others left out",
        )
    return scan, regular.records


def _unnamed_columns(regular: Regular, width: int) -> int:
    """Records with cells beyond the header, if these are columns without a name.

    One comma too many makes a record one cell wider; a whole block of cells in many records, all
    of one width, is a spreadsheet's habit, and the named columns stand where they should.
    """
    widths = regular.extra_widths
    if len(widths) != 1:
        return 0
    [(wide, count)] = widths.items()
    return count if wide >= width + 2 and count >= _UNNAMED_COLUMNS_RECORDS else 0


def _read_texts(connection: duckdb.DuckDBPyConnection, at: Mapping[str, int]) -> None:
    """Read each different odd amount, date and name once."""
    amounts = sql.odd_amounts(connection, at)
    read = [read_amount(amount) for amount in amounts]
    columns = {
        "text": pa.array(amounts, pa.string()),
        "pence": pa.array([pence for pence, _ in read], pa.int64()),
        "fault": pa.array([_FAULTS.get(fault) for _, fault in read], pa.string()),
    }
    sql.use_rows(connection, "amount", columns)
    for name, of in (("payment_date", "payment_day"), ("effective_date", "effective_day")):
        texts = sql.different_texts(connection, name) if name in at else []
        periods = list(parse_dates(texts).values())
        columns = {"text": pa.array(texts, pa.string())}
        for part in ("day", "first", "last"):
            days = [None if period is None else getattr(period, part) for period in periods]
            columns[part] = pa.array(days, pa.date32())
        sql.use_rows(connection, of, columns)
    names = sql.different_texts(connection, "payee")
    payees = [_payee(name) for name in names]
    columns = {
        "text": pa.array(names, pa.string()),
        "key": pa.array([key for key, _, _ in payees], pa.string()),
        "is_redacted": pa.array([is_redacted for _, is_redacted, _ in payees], pa.bool_()),
        "is_total": pa.array([is_total for _, _, is_total in payees], pa.bool_()),
    }
    sql.use_rows(connection, "payee", columns)
    sql.create_every(connection, at, has_amounts=bool(amounts))


@lru_cache(maxsize=_REMEMBERED_NAMES)
def _payee(name: str) -> tuple[str, bool, bool]:
    """Key of a payee's name, whether it is withheld, and whether it announces a total."""
    return normalise_payee(name), is_withheld(name), is_total_text(name)


def _judge_odd(
    piece: Delimited,
    columns: SpendColumns,
    records: Iterable[tuple[Any, ...]],
    job: Job,
    *,
    rejects: RejectWriter,
    findings: _Findings,
) -> None:
    """Tell faults from records that are no lines; both leave the lines."""
    not_lines: list[int] = []
    totals: dict[Odd, bool] = {}
    nameless = 0

    def drop(odd: Odd, verdict: Verdict) -> None:
        not_lines.append(odd.row_no)
        if verdict.kind != "rejected":
            findings.skipped[verdict.kind] += 1
            return
        titles, column = columns.titles, verdict.column_no
        rejects.add(
            odd.row_no,
            column,
            column=titles[column - 1] if column <= len(titles) else f"#{column}",
            code=verdict.code,
            message=verdict.message,
            raw=piece.delimiter.join([*odd.cells, *filter(None, [odd.extra])]),
        )

    for row_no, extra, pence, fault, is_bad_date, has_no_date, *cells in records:
        odd = Odd(
            row_no, tuple(cells), extra, pence, fault, has_date=not (is_bad_date or has_no_date)
        )
        verdict = judge(odd, columns)
        if verdict.kind in {"maybe_total", "total_row"}:
            totals[odd] = verdict.kind == "total_row"
        elif verdict.kind == "line":
            nameless += not odd.cells[columns.at["payee"]].strip()
        else:
            drop(odd, verdict)
    if totals:
        above = sql.sums_above(
            job.connection,
            [odd.row_no for odd in totals],
            [*not_lines, *(odd.row_no for odd in totals)],
        )
        verdicts, warnings = judge_totals(totals, above, columns, where=piece.where)
        findings.warnings += warnings
        for odd, verdict in verdicts.items():
            if verdict.kind != "line":
                drop(odd, verdict)
    sql.use_rows(job.connection, "not_line", {"row_no": pa.array(not_lines, pa.int64())})
    if nameless:
        findings.warn("no_payee", f"{nameless:,} lines name no payee", "they are kept")


def _find_payer(piece: Delimited, at: Mapping[str, int], job: Job, findings: _Findings) -> None:
    """Whose payments the lines are, as the table ``body``."""
    texts = sql.payers_of_lines(job.connection) if "body" in at else []
    file, member = Path(job.file), PurePosixPath(piece.member)
    names = [member.name, *(part.name for part in member.parents), file.name]
    names.append(file.absolute().parent.name)
    found, warnings = find_payer(texts, job=job, where=piece.where, names=names)
    findings.warnings += warnings
    columns = {
        "text": pa.array(list(found), pa.string()),
        "body_id": pa.array(list(found.values()), pa.string()),
    }
    sql.use_rows(job.connection, "body", columns)


def _file_month(
    piece: Delimited, at: Mapping[str, int], job: Job, findings: _Findings
) -> Period | None:
    """The accounting month that the file's name states, if most of its payments fall in it.

    ``2011-12`` may be December 2011 or a financial year: the payments tell. A file of one month
    may hold a payment dated in another: the month is the accounting period, the date is kept.
    """
    if "effective_date" in at:
        return None
    names = (PurePosixPath(piece.member).name, Path(job.file).name)
    month = next(filter(None, map(month_of_name, names)), None)
    if month is None:
        return None
    inside, dated = sql.payments_in(job.connection, month)
    if inside * 2 <= dated:
        return None
    if dated > inside:
        findings.warn(
            "outside_period",
            f"{dated - inside:,} payments are dated outside the month of the file",
            f"the name of the file says {month.first:%B %Y}",
            "nothing to do: they count in the month of the file and keep their dates",
        )
    return month


def _no_records(piece: Delimited) -> Problem:
    return Problem(
        "no_records",
        "the file holds no record",
        piece.where,
        f"nothing stands below the header in row {piece.header_row}",
        "download it again from the publisher",
    )
