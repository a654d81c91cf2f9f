"""Records of a council's file that are no plain line: which are faults, and which are no records.

Only records that the fast path could not take come here: a few in a clean file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from totalplace.sources._spend_columns import SpendColumns, is_header_row

__all__ = ["Odd", "Verdict", "is_total_text", "judge", "judge_total"]

_TOTAL = re.compile(
    r"(?:(?:grand|sub|overall|net|gross|report|page|month(?:ly)?|annual|file)[\s-]*)*totals?"
    r"(?:\s*[:=(].*|\s+(?:amount|spend|spent|expenditure|payments?|paid|value|net|gross|vat|for|of"
    r"|to)\b.*)?|sum(?:\s+of\b.*|\s*[:=].*)?"
)


@dataclass(frozen=True)
class Odd:
    """A record that is no plain line.

    Attributes:
        cells: its cells under the header, blanks as ''.
        extra: the filled cells beyond the header, or ''.
        pence: its amount, if it has one that could be read.
        amount_fault: code of what is wrong with the amount, or ''.
        has_date: whether a date could be read.
    """

    row_no: int
    cells: Sequence[str]
    extra: str
    pence: int | None
    amount_fault: str
    has_date: bool


@dataclass(frozen=True)
class Verdict:
    """What an odd record is.

    Attributes:
        kind: ``line``, ``rejected``, ``maybe_total``, or a kind of skipped records.
        code, column_no, message: of a rejected record.
    """

    kind: str
    code: str = ""
    column_no: int = 0
    message: str = ""


def is_total_text(text: str) -> bool:
    """Whether a cell announces a total, as a whole cell: a company may be called Total Gas.

    >>> [is_total_text(text) for text in ("Grand Total", "Total Gas & Power", "Sum of Net Amount")]
    [True, False, True]
    """
    return _TOTAL.fullmatch(" ".join(text.casefold().split())) is not None


def judge(odd: Odd, columns: SpendColumns) -> Verdict:
    """What a record is, as far as it can be told without the sum of the lines above it."""
    filled = [(index, cell) for index, cell in enumerate(odd.cells) if cell.strip()]
    if not filled and not odd.extra:
        return Verdict("blank")
    if is_header_row(odd.cells) or _repeats_header(filled, columns):
        return Verdict("repeated_header")
    date_text = _cell(odd, columns.at, "payment_date") or _cell(odd, columns.at, "effective_date")
    payee = _cell(odd, columns.at, "payee")
    is_total = is_total_text(payee) or (bool(filled) and is_total_text(filled[0][1]))
    if is_total and not date_text:
        return Verdict("total_row")
    is_bare = not date_text and not payee
    if odd.pence is not None and (is_total or is_bare):
        return Verdict("maybe_total")
    if len(filled) == 1 and odd.pence is None and not (odd.amount_fault or odd.extra):
        # a single cell that is no amount: a footnote, wherever it stands
        return Verdict("memo")
    return _fault(odd, columns)


def judge_total(odd: Odd, columns: SpendColumns, sums_above: Sequence[int]) -> Verdict:
    """What a record is that may be a total: it is one if its amount is the sum of what is above."""
    return Verdict("total_row") if odd.pence in sums_above else _fault(odd, columns)


def _repeats_header(filled: Sequence[tuple[int, str]], columns: SpendColumns) -> bool:
    titles = columns.titles
    return bool(filled) and all(
        index < len(titles) and titles[index].casefold() == cell.strip().casefold()
        for index, cell in filled
    )


def _fault(odd: Odd, columns: SpendColumns) -> Verdict:
    """All that is wrong with a record, under the code of the first fault; or that it is a line."""
    amount_at = columns.at.get("amount", columns.at.get("gross", 0))
    date_at = columns.at.get("payment_date", columns.at.get("effective_date", 0))
    amount, day = (odd.cells[at].strip() for at in (amount_at, date_at))
    faults: list[tuple[str, int, str]] = []
    if odd.extra:
        message = f"cells beyond the last header: {odd.extra!r}"
        faults.append(("extra_field", len(columns.titles) + 1, message))
    if odd.amount_fault == "third_decimal":
        message = f"{amount!r} has a fraction of a penny, which no payment has"
        faults.append(("third_decimal", amount_at + 1, message))
    elif odd.amount_fault:
        faults.append(("bad_amount", amount_at + 1, f"{amount!r} is no amount"))
    elif odd.pence is None:
        faults.append(("missing_amount", amount_at + 1, "the amount is blank"))
    if not odd.has_date:
        if day:
            faults.append(("bad_date", date_at + 1, f"{day!r} is no date (day before month)"))
        else:
            faults.append(("missing_date", date_at + 1, "the date is blank"))
    if not faults:
        return Verdict("line")
    code, column_no, _ = faults[0]
    return Verdict("rejected", code, column_no, "; ".join(message for _, _, message in faults))


def _cell(odd: Odd, at: Mapping[str, int], field: str) -> str:
    index = at.get(field)
    return "" if index is None else odd.cells[index].strip()
