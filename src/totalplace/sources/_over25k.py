"""Spend over £25,000 of departments, agencies and the NHS, in any dialect of the one layout.

The payer stands in the column *Entity*; *Department family* names the department it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from totalplace.errors import Problem
from totalplace.sources._columns import read_columns
from totalplace.sources._delimited import Delimited
from totalplace.sources._format import (
    Detection,
    Format,
    FormatInfo,
    Job,
    Memo,
    Reading,
    no_match,
)
from totalplace.sources._payment_lines import find_payers, payment_table
from totalplace.sources._payment_rows import (
    column_fields,
    find_header,
    payment_facts,
    read_payments,
)
from totalplace.sources._published import new_member, write
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._text_rows import TextRows, of_delimited, of_sheet
from totalplace.sources._workbook import Workbook

__all__ = ["OVER_25K"]

_DECISIVE = ("family", "body")


def _find(rows: TextRows) -> tuple[TextRows, dict[str, int]] | None:
    found = find_header(rows, column_fields("over25k"), _DECISIVE)
    # "Organisation" alone heads many a council's column; a family or an entity heads none
    if found is None or not ("family" in found[1] or _is_entity(found[0], found[1]["body"])):
        return None
    return found


def _is_entity(rows: TextRows, index: int) -> bool:
    return rows.header[index].casefold().startswith("entity")


def _detection(rows: TextRows) -> Detection:
    found = _find(rows)
    if found is None:
        return no_match("over_25k", "no columns Entity or Department family with a payment")
    table, at = found
    told = (f"column {table.header[index]!r} is the {name}" for name, index in at.items())
    return Detection("over_25k", 0.96, tuple(told))


def _sniff_text(piece: Delimited) -> Detection:
    return _detection(of_delimited(piece))


def _sheets(book: Workbook) -> Iterator[tuple[str, TextRows]]:
    for sheet in book.sheets:
        rows = of_sheet(book, sheet)
        if _find(rows) is not None:
            yield sheet, rows


def _sniff_workbook(book: Workbook) -> Detection:
    for _, rows in _sheets(book):
        return _detection(rows)
    return no_match("over_25k", "no sheet has columns Entity or Department family with a payment")


def _read_text(piece: Delimited, index: int, job: Job) -> Reading:
    return _read(of_delimited(piece), index, job)


def _read_workbook(book: Workbook, job: Job) -> Sequence[Reading | Memo]:
    found = dict(_sheets(book))
    outcomes: list[Reading | Memo] = []
    for index, sheet in enumerate(book.sheets):
        if sheet in found:
            outcomes.append(_read(found[sheet], index, job))
        else:
            outcomes.append(Memo(sheet, len(book.rows(sheet)), "it holds no table of payments"))
    return outcomes


def _read(rows: TextRows, index: int, job: Job) -> Reading:
    found = _find(rows)
    if found is None:
        raise ValueError("the columns were found before")
    table, at = found
    amount = "amount" if "amount" in at else "gross"
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=table.member,
        where=table.where,
    ) as rejects:
        paid = read_payments(table, at, amount=amount, rejects=rejects)
    facts = read_columns("over25k")
    payers, warnings = find_payers(paid.lines, table, job, itself=facts["the_department_itself"])
    lines = write(
        payment_table(paid.lines, payers, source_id=job.source.sha256, member=table.member),
        job.folder / f"lines-{index}.parquet",
    )
    bodies = set(payers.values())
    member = new_member(
        job,
        member=table.member,
        index=index,
        dataset="spend",
        format_id="over_25k",
        rejected=rejects.count,
        body_id=next(iter(bodies)) if len(bodies) == 1 else None,
        encoding=table.encoding,
        dialect=table.dialect,
        mapping={table.header[column]: name for name, column in at.items()},
        **payment_facts(paid),
    )
    note = Problem(
        "vat_included",
        "the amounts are taken as published, with VAT that is not reclaimed",
        f"{table.where}, column {table.header[at[amount]]}",
        f"{facts['vat']} ({facts['vat_source']})",
        "nothing to do; where a publisher includes all VAT its total is higher by that much",
    )
    return Reading(
        member,
        lines,
        rejects.path,
        (*paid.warnings, *warnings, *rejects.warnings()),
        (note,),
    )


OVER_25K = Format(
    FormatInfo(
        "over_25k",
        read_columns("over25k")["title"],
        "columns Entity or Department family beside payee, date and amount, within the first rows",
        tuple(f"{one.name}: {', '.join(one.headers)}" for one in column_fields("over25k")),
    ),
    sniff_text=_sniff_text,
    read_text=_read_text,
    sniff_workbook=_sniff_workbook,
    read_workbook=_read_workbook,
)
