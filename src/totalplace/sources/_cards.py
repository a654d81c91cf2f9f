"""Purchase cards: what was bought with them, item by item, from the files that list it.

The same money leaves the body once more, in bulk, to the bank that issued the cards; the count
sees to that (`totalplace.count`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from totalplace.errors import FileRefused, Problem
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
from totalplace.sources._payment_lines import find_payers, is_local, payment_table
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

__all__ = ["CARDS"]

_EXTRA = ("merchant_category", "merchant_category_code")
_MERCHANT = re.compile(r"(?i)merchant")
_CARD = re.compile(r"(?i)(?<![a-z])cards?(?![a-z])")
_PAYMENTS = re.compile(r"(?i)supplier|creditor|vendor|spend|payments?(?![a-z])|expenditure|500")
"""What files of all payments are called."""


def _detection(rows: TextRows) -> Detection:
    found = find_header(rows, column_fields("cards"))
    if found is None:
        return no_match("cards", "no merchant, date and amount in its first rows")
    table, at = found
    told = [f"column {table.header[index]!r} is the {name}" for name, index in at.items()]
    has_name = re.search(read_columns("cards")["file_name"], Path(rows.where).name)
    if has_name:
        return Detection("cards", 0.97, ("its name says that it is of cards", *told))
    if "merchant_category" in at and _CARD.search(Path(rows.where).name):
        return Detection("cards", 0.97, ("its name says card", *told))
    if "merchant_category_code" in at or _MERCHANT.search(table.header[at["payee"]]):
        return Detection("cards", 0.97, tuple(told))
    if "merchant_category" in at and not _PAYMENTS.search(Path(rows.where).name):
        # the Transparency Code asks for it of payments over £500 too (paragraphs 28 and 30)
        return Detection("cards", 0.97, tuple(told), _cards_or_payments(rows, table.header, at))
    # any payment has these: enough only where the user names the format
    return Detection("cards", 0.3, ("no merchant category, and its name says nothing", *told))


def _cards_or_payments(rows: TextRows, header: Sequence[str], at: Mapping[str, int]) -> Problem:
    return Problem(
        "cards_or_payments",
        "it cannot be told whether these are purchase cards or payments to suppliers",
        rows.where,
        f"column {header[at['merchant_category']]!r} is published of both, and neither the name of"
        " the file nor the other columns say which it is",
        "add it with --format cards or with --format spend",
    )


def _sniff_text(piece: Delimited) -> Detection:
    return _detection(of_delimited(piece))


def _sheets(book: Workbook) -> Iterator[tuple[str, TextRows]]:
    for sheet in book.sheets:
        rows = of_sheet(book, sheet)
        if find_header(rows, column_fields("cards")) is not None:
            yield sheet, rows


def _sniff_workbook(book: Workbook) -> Detection:
    found = [_detection(rows) for _, rows in _sheets(book)]
    return max(
        found,
        key=lambda one: one.score,
        default=no_match("cards", "no sheet has merchant, date and amount"),
    )


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
    found = find_header(rows, column_fields("cards"))
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
    itself = read_columns("over25k")["the_department_itself"]
    payers, warnings = find_payers(paid.lines, table, job, itself=itself)
    if amount == "gross":
        warnings.append(
            _gross(table, at[amount], job, is_refused=is_local(payers.values(), job.bodies))
        )
    lines = write(
        payment_table(
            paid.lines, payers, source_id=job.source.sha256, member=table.member, extra=_EXTRA
        ),
        job.folder / f"lines-{index}.parquet",
    )
    bodies = set(payers.values())
    member = new_member(
        job,
        member=table.member,
        index=index,
        dataset="card",
        format_id="cards",
        rejected=rejects.count,
        body_id=next(iter(bodies)) if len(bodies) == 1 else None,
        encoding=table.encoding,
        dialect=table.dialect,
        mapping={table.header[column]: name for name, column in at.items()},
        **payment_facts(paid),
    )
    told = (*paid.warnings, *warnings, *rejects.warnings())
    return Reading(member, lines, rejects.path, told)


def _gross(table: TextRows, column: int, job: Job, *, is_refused: bool) -> Problem:
    """That the amounts include VAT: told, and refused of a body that reclaims it.

    Raises:
        FileRefused: it is a local authority's, and the user has not accepted the amounts.
    """
    problem = Problem(
        "gross_only",
        "the file has amounts with VAT only",
        f"{table.where}, column {table.header[column]}",
        "what a local authority buys is counted net of the VAT that it reclaims",
        "add it with --yes to take the gross amounts as they are",
    )
    if is_refused and not job.yes:
        raise FileRefused(problem)
    return problem


CARDS = Format(
    FormatInfo(
        "cards",
        read_columns("cards")["title"],
        "beside date and amount a merchant by that name, a merchant category code, or a file name"
        " that says card",
        tuple(f"{one.name}: {', '.join(one.headers)}" for one in column_fields("cards")),
    ),
    sniff_text=_sniff_text,
    read_text=_read_text,
    sniff_workbook=_sniff_workbook,
    read_workbook=_read_workbook,
)
