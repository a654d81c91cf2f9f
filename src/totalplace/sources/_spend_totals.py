"""Total rows: a total is recognised by what it says, or by being the sum of what is above it."""

from __future__ import annotations

from collections.abc import Mapping

from totalplace.errors import Problem
from totalplace.money import format_gbp
from totalplace.sources._spend_columns import SpendColumns
from totalplace.sources._spend_odd import Odd, Verdict, judge_total

__all__ = ["judge_totals"]


def judge_totals(
    candidates: Mapping[Odd, bool],
    above: Mapping[int, int],
    columns: SpendColumns,
    *,
    where: str,
) -> tuple[dict[Odd, Verdict], list[Problem]]:
    """Decide, top down, on records that are or may be totals.

    Args:
        candidates: record -> whether it is a total for certain.
        above: row -> sum of the plain lines above it, in pence.

    Returns:
        What each is, and what is told about them.
    """
    verdicts: dict[Odd, Verdict] = {}
    warnings: list[Problem] = []
    found: list[int] = []
    kept_pence = at_last_total = 0
    for odd in sorted(candidates, key=lambda one: one.row_no):
        so_far = above[odd.row_no] + kept_pence
        sums = (so_far, so_far - at_last_total)
        here = f"{where} row {odd.row_no}"
        if candidates[odd]:
            verdicts[odd] = Verdict("total_row")
            if odd.pence is not None and odd.pence not in sums:
                warnings.append(_gap(here, odd.pence, so_far))
        else:
            verdicts[odd] = judge_total(odd, columns, sums)
        if verdicts[odd].kind == "total_row":
            found.append(odd.row_no)
            at_last_total = so_far
        elif verdicts[odd].kind == "line":
            kept_pence += odd.pence or 0
            warnings.append(_kept(here, odd.cells[columns.at["payee"]]))
    if len(found) > 1:
        warnings.insert(0, _several(where, found))
    return verdicts, warnings


def _gap(where: str, stated: int, so_far: int) -> Problem:
    return Problem(
        "total_row_differs",
        "a total row differs from the lines above it",
        where,
        f"it says {format_gbp(stated)}, the lines make {format_gbp(so_far)}: a gap of"
        f" {format_gbp(stated - so_far)}",
        "ask the publisher which is right; the lines are counted, the total is not",
    )


def _kept(where: str, payee: str) -> Problem:
    return Problem(
        "total_kept_as_line",
        "a record that reads like a total is kept as a payment",
        where,
        f"its payee is {payee!r}, but it has a date and its amount is not the sum of the lines"
        " above",
        "if it is a total, delete the row and add the file again with --supersedes",
    )


def _several(where: str, rows: list[int]) -> Problem:
    shown = ", ".join(map(str, rows[:10])) + (" ..." if len(rows) > 10 else "")
    return Problem(
        "two_total_rows" if len(rows) == 2 else "several_total_rows",
        f"the file has {len(rows)} total rows",
        f"{where} rows {shown}",
        "a total is no payment: none of them is loaded",
        "check that the file is not two files in one; if it is right, there is nothing to do",
    )
