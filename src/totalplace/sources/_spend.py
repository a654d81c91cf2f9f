"""Council spend: payments to suppliers, one file a month or a year, in any header dialect.

The records and their plain amounts are read by pyarrow where every reader sees the same in a file,
else by DuckDB; they then stay in columns. What these cannot decide (an amount in an odd form, a
date, a name, a record that is no line) is decided once for each different text in Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import duckdb

from totalplace.errors import FileRefused, Problem
from totalplace.place import Member
from totalplace.sources import _spend_lines, _spend_sql
from totalplace.sources._dates import Period, month_of_name
from totalplace.sources._delimited import Delimited, Regular, regularise
from totalplace.sources._format import Job, Reading
from totalplace.sources._payer import find_payer
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._spend_columns import SpendColumns, columns_of
from totalplace.sources._spend_known import Known, know
from totalplace.sources._spend_odd import Odd, Verdict, judge
from totalplace.sources._spend_plain import is_plain, read_plain
from totalplace.sources._spend_records import Records, read_records
from totalplace.sources._spend_totals import judge_totals
from totalplace.sources._steps import RecordSteps

__all__ = ["read_spend"]

_UNNAMED_COLUMNS_RECORDS = 20


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
    columns = columns_of(piece)
    findings = _Findings(piece.where)
    at = _fields_in_use(columns, job, findings)
    steps = RecordSteps(job.step, max(0, (piece.facts.records or 0) - piece.header_row))
    steps.read(0)
    scan, records, count = _read_records(piece, at, job, findings, steps.read)
    if not count:
        raise FileRefused(_no_records(piece))
    for kind, above in piece.preamble.items():
        findings.skipped[kind] += above
        count += above
    known = know(records)
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=piece.member,
        where=piece.where,
    ) as rejects:
        judging = _Judging(piece, columns, records, known, rejects, findings)
        not_lines = judging.not_lines(scan, job.connection)
    bodies = _find_payer(piece, records, not_lines, job, findings)
    month = _file_month(piece, records, known, not_lines, job, findings)
    lines = job.folder / f"lines-{index}.parquet"
    written = _spend_lines.write_lines(
        records,
        known,
        lines,
        not_lines=not_lines,
        bodies=bodies,
        source_id=job.source.sha256,
        member=piece.member,
        month=month,
        told=steps.written,
    )
    _tell_lines(written, findings)
    member = Member(
        sha256=job.source.sha256,
        member=piece.member,
        member_index=index,
        dataset="spend",
        format_id="spend",
        file_name=job.source.name,
        received=job.source.received,
        records=count,
        rejected=rejects.count,
        skipped=dict(findings.skipped),
        encoding=piece.encoding,
        dialect={"delimiter": piece.delimiter, "header_row": str(piece.header_row)},
        mapping=columns.mapping,
        **written.of_member(),
    )
    steps.end()
    warnings = (*findings.warnings, *rejects.warnings())
    return Reading(member, lines, rejects.path, warnings, piece.notes)


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
    piece: Delimited,
    at: Mapping[str, int],
    job: Job,
    findings: _Findings,
    told: Callable[[int], None],
) -> tuple[str, Records, int]:
    """Read the records: straight away if the file is regular, else made regular first.

    Args:
        told: told how many there are so far.

    Returns:
        The query that reads the file, its records, and how many an independent count finds.
    """
    width, header_row = len(piece.header), piece.header_row
    spill = job.folder / "records.arrow"
    if piece.facts.is_regular and piece.facts.records is not None:
        scan = _spend_sql.scan_csv(piece)
        if is_plain(piece):
            try:
                records = read_plain(job.connection, piece, spill, at=at, told=told)
            except (OSError, ValueError):
                # pa.ArrowInvalid is one: ragged, or a line of many megabytes
                records = Records(spill)
            if records.count == piece.facts.records - header_row:
                findings.skipped["blank"] = records.blank
                return scan, records, records.count
        try:
            records = read_records(
                job.connection, scan, spill, width=width, header_row=header_row, at=at, told=told
            )
        except (duckdb.Error, OSError):
            # ragged, stray quotes: whatever the strict reader does not take
            records = Records(spill)
        if records.count == piece.facts.records - header_row:
            findings.skipped["blank"] = records.blank
            return scan, records, records.count
    regular = regularise(piece, job.folder / "regular.parquet")
    scan = _spend_sql.scan_parquet(regular.path)
    records = read_records(
        job.connection, scan, spill, width=width, header_row=header_row, at=at, told=told
    )
    findings.skipped["blank"] = records.blank
    if unnamed := _unnamed_columns(regular, width):
        records.forget_extra()
        findings.warn(
            "unnamed_columns",
            f"{unnamed:,} records have cells under columns without a header",
            f"the header names {width} columns; the named ones are read, the others left out",
        )
    return scan, records, regular.records


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


@dataclass
class _Judging:
    """Tells faults from records that are no lines; both leave the lines."""

    piece: Delimited
    columns: SpendColumns
    records: Records
    known: Known
    rejects: RejectWriter
    findings: _Findings
    dropped: list[int] = field(default_factory=list)

    def not_lines(self, scan: str, connection: duckdb.DuckDBPyConnection) -> list[int]:
        """The rows of all records that are no lines, blank ones aside."""
        totals: dict[Odd, bool] = {}
        nameless = 0
        for odd in self._odd(scan, connection):
            verdict = judge(odd, self.columns)
            if verdict.kind in {"maybe_total", "total_row"}:
                totals[odd] = verdict.kind == "total_row"
            elif verdict.kind == "line":
                nameless += not odd.cells[self.columns.at["payee"]].strip()
            else:
                self._drop(odd, verdict)
        if totals:
            rows = [odd.row_no for odd in totals]
            above = _spend_lines.sums_above(self.records, self.known, rows, [*self.dropped, *rows])
            verdicts, warnings = judge_totals(totals, above, self.columns, where=self.piece.where)
            self.findings.warnings += warnings
            for odd, verdict in verdicts.items():
                if verdict.kind != "line":
                    self._drop(odd, verdict)
        if nameless:
            self.findings.warn("no_payee", f"{nameless:,} lines name no payee", "they are kept")
        return self.dropped

    def _odd(self, scan: str, connection: duckdb.DuckDBPyConnection) -> Iterator[Odd]:
        odd = _spend_lines.find_odd(self.records, self.known)
        if not odd.num_rows:
            return
        width = len(self.piece.header)
        for row in _spend_sql.odd_cells(connection, scan, odd, width=width):
            row_no, extra, pence, fault, is_bad_date, has_no_date, *cells = row
            has_date = not (is_bad_date or has_no_date)
            yield Odd(row_no, tuple(cells), extra, pence, fault, has_date=has_date)

    def _drop(self, odd: Odd, verdict: Verdict) -> None:
        self.dropped.append(odd.row_no)
        if verdict.kind != "rejected":
            self.findings.skipped[verdict.kind] += 1
            return
        titles, column = self.columns.titles, verdict.column_no
        self.rejects.add(
            odd.row_no,
            column,
            column=titles[column - 1] if column <= len(titles) else f"#{column}",
            code=verdict.code,
            message=verdict.message,
            raw=self.piece.delimiter.join(
                [*odd.cells[: len(odd.cells) - self.piece.added], *filter(None, [odd.extra])]
            ),
        )


def _tell_lines(written: _spend_lines.Lines, findings: _Findings) -> None:
    if written.bad_vat:
        findings.warn(
            "bad_vat", f"the VAT of {written.bad_vat:,} lines is no amount", "it is left out"
        )
    if rows := written.amounts_that_are_ids:
        shown = ", ".join(map(str, rows[:10])) + (" ..." if len(rows) > 10 else "")
        findings.warn(
            "amount_is_identifier",
            f"the amount of {len(rows):,} payments is their own transaction number",
            f"row {shown}: most likely a number typed into the wrong cell; they are counted",
            "ask the publisher; add a corrected file with --supersedes",
        )


def _find_payer(
    piece: Delimited, records: Records, not_lines: Sequence[int], job: Job, findings: _Findings
) -> dict[str, str]:
    """Whose payments the lines are: text of the payer's column -> body_id."""
    texts = _spend_lines.payers(records, not_lines) if "body" in records.texts else []
    file, member = Path(job.file), PurePosixPath(piece.member)
    names = [member.name, *(part.name for part in member.parents), file.name]
    names.append(file.absolute().parent.name)
    found, warnings = find_payer(texts, job=job, where=piece.where, names=names)
    findings.warnings += warnings
    return found


def _file_month(
    piece: Delimited,
    records: Records,
    known: Known,
    not_lines: Sequence[int],
    job: Job,
    findings: _Findings,
) -> Period | None:
    """The accounting month that the file's name states, if most of its payments fall in it.

    ``2011-12`` may be December 2011 or a financial year: the payments tell. A file of one month
    may hold a payment dated in another: the month is the accounting period, the date is kept.
    """
    if "effective_date" in records.texts:
        return None
    names = (PurePosixPath(piece.member).name, Path(job.file).name)
    month = next(filter(None, map(month_of_name, names)), None)
    if month is None:
        return None
    inside, dated = _spend_lines.payments_in(records, known, month, not_lines)
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
