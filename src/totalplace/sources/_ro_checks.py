"""What is odd about the returns themselves: their arithmetic is told, never mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from totalplace.errors import Problem
from totalplace.money import format_gbp

__all__ = ["Key", "faults_of_returns", "gaps_to_grand_total", "unknown_authorities"]

Key = tuple[int, int]
"""A line of the return: its code, and which block of the sheet (911 stands there twice)."""

Amounts = Mapping[str, Mapping[Key, int]]
"""Authority (E-code) -> line -> pence."""

_TOLERANCE_PENCE = 100_000
"""A thousand pounds: the returns are made in whole thousands."""

_SHOWN = 5


def unknown_authorities(unknown: Sequence[str], where: str) -> list[Problem]:
    """Authorities that the register of bodies does not know."""
    if not unknown:
        return []
    return [
        Problem(
            "unknown_body",
            f"{len(unknown)} authorities are not in the register of bodies",
            where,
            ", ".join(unknown[:10]),
            "their lines are loaded without a body: add them to the place's registers",
        )
    ]


def gaps_to_grand_total(
    grand_total: Mapping[Key, int], amounts: Amounts, *, row: str, where: str
) -> list[Problem]:
    """Lines whose grand total, as published, is not the sum of the authorities."""
    sums: Counter[Key] = Counter()
    for theirs in amounts.values():
        sums.update(theirs)
    gaps = {key: stated - sums[key] for key, stated in grand_total.items()}
    gaps = {key: gap for key, gap in gaps.items() if abs(gap) > _TOLERANCE_PENCE}
    if not gaps:
        return []
    largest = sorted(gaps, key=lambda key: -abs(gaps[key]))[:_SHOWN]
    return [
        Problem(
            "total_row_differs",
            f"{len(gaps)} totals of the row {row!r} are not the sum of the rows",
            where,
            "; ".join(f"line {code}: {format_gbp(gaps[code, block])}" for code, block in largest),
            "nothing to do: the publisher's totals may hold estimates for bodies without a return",
        )
    ]


def faults_of_returns(
    checks: Sequence[Mapping[str, Any]],
    amounts: Amounts,
    *,
    columns: AbstractSet[Key],
    names: Mapping[str, str],
    where: str,
) -> list[Problem]:
    """Totals of returns that their own lines do not make: the bodies' arithmetic, not ours."""
    problems = []
    for check in checks:
        if (check["total"], 1) not in columns:
            continue
        gaps = {}
        for ecode, theirs in amounts.items():
            gap = theirs.get((check["total"], 1), 0) - _sum_of(theirs, check["parts"])
            if abs(gap) > _TOLERANCE_PENCE:
                gaps[ecode] = gap
        if gaps:
            largest = sorted(gaps, key=lambda ecode: (-abs(gaps[ecode]), ecode))[:_SHOWN]
            shown = "; ".join(f"{names[ecode]} {format_gbp(gaps[ecode])}" for ecode in largest)
            problems.append(
                Problem(
                    "return_does_not_add_up",
                    f"in {len(gaps)} returns the lines do not make line {check['total']}",
                    where,
                    f"the largest gaps: {shown}",
                    "nothing to do: the returns are kept as they are",
                )
            )
    return problems


def _sum_of(amounts: Mapping[Key, int], parts: Sequence[tuple[int, int]]) -> int:
    return sum(
        pence
        for (code, block), pence in amounts.items()
        if block == 1 and any(low <= code <= high for low, high in parts)
    )
