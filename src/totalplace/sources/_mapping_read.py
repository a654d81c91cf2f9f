"""Payments of any layout: one piece of text, or the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from totalplace.errors import FileError, FileRefused, Problem, RequestError
from totalplace.sources._delimited import Delimited
from totalplace.sources._format import Detection, Job, Memo, Reading, no_match
from totalplace.sources._mapping import Mapper, Settled, UnknownLayout
from totalplace.sources._mapping_header import find_header_row
from totalplace.sources._mapping_propose import Proposal
from totalplace.sources._parts import INSIDE
from totalplace.sources._sheet import sheet_piece, sheet_text
from totalplace.sources._spend import read_spend
from totalplace.sources._spend_columns import find_spend_columns, layout_problems
from totalplace.sources._steps import MemberSteps
from totalplace.sources._workbook import Workbook

__all__ = [
    "LEFT_OUT",
    "read_payments",
    "read_settled",
    "read_sheets",
    "sniff_sheets",
    "without_repeats",
]

LEFT_OUT = "a person has left it out"
"""Why nothing is read from a sheet that a saved mapping leaves out."""

_HEAD_ROWS = 60


def read_payments(piece: Delimited, index: int, job: Job, mapper: Mapper) -> Reading:
    """Read a delimited file of payments.

    Raises:
        FileRefused: nobody has agreed to what is proposed for its layout (`UnknownLayout`), it
            has no header, or it cannot be read.
    """
    settled = mapper.settle(piece)
    if isinstance(settled, Proposal):
        proposal = settled
        settled = mapper.take(proposal, piece)
        if settled is None:
            raise UnknownLayout(proposal)
    if settled is None:
        raise layout_problems(piece)
    return read_settled(settled, index, job)


def sniff_sheets(book: Workbook) -> Detection:
    """How well a workbook fits: whether a sheet has a header of payments that is published."""
    for sheet in book.sheets:
        if sheet in book.hidden:
            continue
        rows = [[sheet_text(cell) for cell in row] for row in book.rows(sheet, limit=_HEAD_ROWS)]
        number = find_header_row(list(enumerate(rows, start=1)))
        if number:
            following = rows[number] if number < len(rows) else ()
            columns = find_spend_columns(rows[number - 1], following)
            if not columns.missing:
                return Detection("spend", 0.8, (f"sheet {sheet!r} has columns of payments",))
    return no_match("spend", "no sheet has columns for the payee, the amount and a date")


def read_sheets(
    book: Workbook, job: Job, mapper: Mapper, *, inside: str = "", first_index: int = 0
) -> list[Reading | Memo]:
    """Read all sheets that hold payments; the others are memos with a reason.

    Args:
        inside: the member of an archive that the workbook is, or ''.
        first_index: the index of the first sheet among the members of the source.

    Returns:
        Nothing if no sheet holds payments.

    Raises:
        FileRefused: a sheet with payments cannot be read; every such sheet is told.
    """
    outcomes: list[Reading | Memo] = []
    problems: list[Problem] = []
    told: set[tuple[str, ...]] = set()
    steps = MemberSteps(job, len(book.sheets))
    for offset, sheet in enumerate(book.sheets):
        try:
            outcome = _sheet(book, sheet, steps.job(1), mapper, inside, first_index + offset)
        except UnknownLayout as error:
            # twelve months of one layout are one proposal
            if error.layout.headers not in told:
                problems += error.problems
            told.add(error.layout.headers)
        except FileError as error:
            problems += error.problems
        else:
            outcomes.append(outcome)
    if problems:
        raise FileRefused(problems)
    if not any(isinstance(one, Reading) for one in outcomes):
        return []
    return without_repeats(outcomes)


def _sheet(
    book: Workbook, sheet: str, job: Job, mapper: Mapper, inside: str, index: int
) -> Reading | Memo:
    member = f"{inside}{INSIDE}{sheet}" if inside else sheet
    if sheet in book.hidden and not mapper.names_sheet(sheet):
        count = sum(1 for _ in book.iter_rows(sheet))
        return Memo(member, count, "it is hidden: unhide it, or name it in a mapping, to load it")
    piece = sheet_piece(book, sheet, job.folder / "sheet.csv", member=member)
    if piece is None:
        return Memo(member, 0, "the sheet is empty")
    count = piece.facts.records or 0
    if mapper.left_out(piece, sheet) is not None:
        return Memo(member, count, LEFT_OUT)
    settled = mapper.settle(piece, sheet)
    if isinstance(settled, Proposal):
        if not settled.is_complete and not settled.drift:
            missing = "; ".join(map(str, settled.missing))
            return Memo(member, count, f"it does not read like payments: {missing}")
        proposal = settled
        settled = mapper.take(proposal, piece, sheet)
        if settled is None:
            raise UnknownLayout(proposal)
    if settled is None:
        return Memo(
            member, count, "it has no header above payments: notes, a form or a pivot table"
        )
    return read_settled(settled, index, job)


def read_settled(settled: Settled, index: int, job: Job) -> Reading:
    """Read a piece whose columns are told.

    Raises:
        FileRefused: it cannot be read.
    """
    if settled.body and job.body is None:
        try:
            job = replace(job, body=job.bodies.find(settled.body))
        except RequestError as error:
            raise FileRefused(error.problems) from error
    return read_spend(settled.piece, index, job)


def without_repeats(outcomes: Sequence[Reading | Memo]) -> list[Reading | Memo]:
    """The outcomes without a sheet that holds the lines of all others once more."""
    readings = [one.member for one in outcomes if isinstance(one, Reading)]
    lines = sum(member.lines for member in readings)
    pence = sum(member.sum_pence or 0 for member in readings)
    kept: list[Reading | Memo] = []
    for outcome in outcomes:
        member = outcome.member
        if isinstance(member, str) or len(readings) < 3:
            kept.append(outcome)
        elif (member.lines * 2, (member.sum_pence or 0) * 2) == (lines, pence):
            why = f"it repeats the other sheets: {member.lines:,} lines with the same sum"
            kept.append(Memo(member.member, member.records, why))
        else:
            kept.append(outcome)
    return kept
