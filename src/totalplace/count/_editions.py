"""Which edition of an aggregate counts, and what an edition does not tell.

Later editions of the regional analysis revise the years of earlier ones: of several that hold one
year the latest counts. An edition without departments is made of the others; it counts only where
none of them, and no account of any body, is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from totalplace.count._registers import Registers
from totalplace.money import format_gbp

__all__ = ["SERIES", "is_series", "one_edition", "untold"]

Rows = list[dict[str, Any]]
SERIES = "regional analysis, departments not told apart"
"""Label of an edition without departments, beside the headline."""


def is_series(rows: Rows) -> bool:
    """Whether the rows tell no department: a series made of editions that do."""
    return bool(rows) and not any(row["dept_text"] for row in rows)


def one_edition(
    rows: Rows, *, year: str, place: frozenset[str], registers: Registers
) -> tuple[Rows, list[str]]:
    """The regional analysis' rows of a year by one edition, and what is told of the others."""
    by_edition: dict[str, Rows] = {}
    for row in rows:
        by_edition.setdefault(row["edition"], []).append(row)
    if len(by_edition) < 2:
        return rows, []
    regions = {
        row["region_code"]
        for row in rows
        if registers.zones.get(row["region_code"], frozenset()) & place
    }
    sums = {
        edition: sum(
            row["amount_pence"]
            for row in theirs
            if row["is_identifiable"] and row["region_code"] in regions
        )
        for edition, theirs in by_edition.items()
    }
    counts = max(by_edition, key=lambda edition: (not is_series(by_edition[edition]), edition))
    where = " and ".join(sorted(map(registers.areas.name, regions))) or "the place"
    told = [
        f"{year} stands in several editions of the regional analysis: edition {counts} counts"
        f" ({where} {format_gbp(sums[counts])}); edition {edition} is left aside: it says"
        f" {format_gbp(sums[edition])}, {format_gbp(sums[edition] - sums[counts])} off"
        for edition in sorted(by_edition)
        if edition != counts
    ]
    return by_edition[counts], told


def untold(
    outturn: Rows,
    codes: Iterable[Mapping[str, Any]],
    *,
    place: frozenset[str],
    registers: Registers,
) -> list[str]:
    """What the outturn's edition does not tell of the place's bodies.

    Args:
        outturn: rows of the ``ro`` dataset of one year.
        codes: the ``ro_line`` code list of its form.
    """
    here = [
        row
        for row in outturn
        if row["body_id"]
        and registers.zones.get(registers.body_zone.get(row["body_id"], ""), frozenset()) & place
    ]
    if not here:
        return []
    year = here[0]["financial_year"]
    known = {(row["table"], row["code"], row["block"]): row for row in codes}
    told: list[str] = []
    if not any(row["form"] == "RG" for row in outturn):
        pence = sum(
            -row["amount_pence"]
            for row in here
            if (code := known.get((row["form"], row["code"], row["block"]))) is not None
            and code["stream_id"] in {"grants-inside-aef", "grants-outside-aef"}
        )
        if pence:
            told.append(
                f"the revenue outturn of {year} names no grants: {format_gbp(pence)} of its bodies'"
                " grants are 'central government, not named', and of ring-fences only the police"
                " grant's is known"
            )
    for code in known.values():
        if "+" in (code["class_code"] or "") and any(row["code"] == code["code"] for row in here):
            apart = code["class_code"].replace("+", " and ")
            told.append(
                f"the revenue outturn of {year} holds in line {code['code']} {code['label']} what"
                f" later forms tell apart (lines {apart})"
            )
    return told
