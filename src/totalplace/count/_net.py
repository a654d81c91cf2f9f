"""Gross, eliminations and net of a place: the fixed order of count.md, steps 4 to 7.

Match, eliminate payer-side, and *only then* share what is left of wider bodies by a key. The
steps are plain functions from tables to tables; a test can swap one and see the truth tests fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import ibis
import pyarrow as pa

from totalplace.count._funding import funding_lines
from totalplace.count._infer import inferred_payments
from totalplace.count._match import Matches, match
from totalplace.count._perimeter import Counted, Perimeter
from totalplace.count._placing import place_lines
from totalplace.count._schema import GROSS_NATURES
from totalplace.count._settle import settled_lines
from totalplace.count._transfers import (
    ELIMINATE,
    headline,
    pair_rules,
    payments,
    relanded,
    relocated,
    with_rules,
)
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table
from totalplace.place import Decision

__all__ = [
    "BESIDE_ROLES",
    "CUBE_DIMENSIONS",
    "Netted",
    "Spending",
    "net",
    "spending",
    "sums_by_body",
    "under",
]

BESIDE_ROLES = ("control", "apart", "total")
"""Roles shown beside the headline, never in it; each is a measure of the cube."""

CUBE_DIMENSIONS = (
    "measure",
    "body_id",
    "tier",
    "dataset",
    "counterparty_id",
    "stream_id",
    "function",
    "class_scheme",
    "class_code",
    "class_route",
    "funder",
    "nature",
    "cap_rev",
    "control",
    "grade",
    "derivation",
    "label",
    "area",
    "is_shared",
)


@dataclass(frozen=True)
class Netted:
    """The outcome of a count before it is named and laid out.

    Attributes:
        cube: one row a combination of CUBE_DIMENSIONS, with pence, low_pence, high_pence and
            lines. Measures: gross, eliminated, listed (agency, non-cash and recharges, outside
            gross), financing, funding, received (from counted bodies), and control, apart
            and total, which stand beside the headline.
        payments: payments to known bodies with their rule and zones, inferred ones included.
        matches: who was matched with whom.
        placed: the placed lines behind the cube, with their measure, as an expression.
        sources: the same lines before they are placed: no key has any part in them.
    """

    cube: pa.Table
    payments: Table
    matches: Matches
    placed: Table
    sources: Table


def net(
    engine: Engine,
    lines: Table,
    counted: Iterable[Counted],
    perimeter: Perimeter,
    *,
    by_area: bool = False,
    decisions: Sequence[Decision] = (),
    year: str | None = None,
) -> Netted:
    """Count one place in one year.

    Args:
        lines: canonical lines of the year and, for matching, its neighbours.
        counted: which bodies' spending is in the count, and on what basis.
        perimeter: the place, the zones and the key.
        by_area: keep every cell apart by authority.
        decisions: those that hold; of kind ``match`` they settle transfers.
        year: the year of the count, for decisions about one year.
    """
    bodies = tuple(counted)
    matches = match(engine, lines, decisions=decisions, year=year)
    spent = spending(engine, lines, matches, bodies, perimeter)
    lines, everything = spent.lines, spent.payments
    funding, received = funding_lines(engine, lines, everything, matches, bodies, perimeter)
    sources = stack(
        [
            spent.sources,
            _measured(_beside(lines)),
            *(
                table.select(*lines.columns).mutate(measure=ibis.literal(measure))
                for measure, table in (("funding", funding), ("received", received))
            ),
        ]
    )
    named = engine.view(sources)
    placed = _placed(engine, named, perimeter, by_area=by_area)
    return Netted(
        cube=_cube(engine, placed),
        payments=everything,
        matches=matches,
        placed=placed,
        sources=named,
    )


@dataclass(frozen=True)
class Spending:
    """The spender view of a count.

    Attributes:
        lines: the canonical lines, as decisions say they are.
        payments: payments to known bodies with their rule and zones, inferred ones included.
        sources: lines of gross, listed and eliminated money, with their measure, not yet placed.
    """

    lines: Table
    payments: Table
    sources: Table


def spending(
    engine: Engine,
    lines: Table,
    matches: Matches,
    bodies: tuple[Counted, ...],
    perimeter: Perimeter,
) -> Spending:
    """What is spent, and what of it counted bodies pay one another."""
    if matches.is_settled:
        lines = settled_lines(engine, lines, matches.match, matches.match_line)
    paid = payments(lines)
    rules = pair_rules(engine, paid, bodies, perimeter)
    ruled = engine.keep(with_rules(engine, paid, rules))
    inferred = payments(inferred_payments(engine, lines, ruled, matches, bodies, perimeter))
    inferred_rules = pair_rules(engine, inferred, bodies, perimeter)
    everything = engine.keep(stack([ruled, with_rules(engine, inferred, inferred_rules)]))
    sources = stack(
        [
            _measured(headline(lines, ruled)),
            *(
                table.select(*lines.columns).mutate(measure=ibis.literal(measure))
                for measure, table in (
                    ("gross", relocated(relanded(everything))),
                    ("eliminated", eliminations(everything)),
                )
            ),
        ]
    )
    return Spending(lines, everything, sources)


def sums_by_body(
    engine: Engine, spent: Spending, perimeter: Perimeter
) -> dict[str, dict[str, int]]:
    """Gross and eliminated money of each body in the place, in pence, as the cube has it."""
    sources = spent.sources.filter(spent.sources.measure.isin(["gross", "eliminated"]))
    placed = place_lines(engine, sources, perimeter, by_area=False)
    sums = placed.group_by(["measure", "body_id"]).agg(
        pence=placed.amount_pence.sum().cast("int64")
    )
    found: dict[str, dict[str, int]] = {"gross": {}, "eliminated": {}}
    for row in engine.to_arrow(sums.order_by("measure", "body_id")).to_pylist():
        found[row["measure"]][row["body_id"]] = row["pence"]
    return found


def under(engine: Engine, netted: Netted, perimeter: Perimeter, *, by_area: bool = False) -> Netted:
    """A count netted before, placed by another key of the same place, or by authority.

    Args:
        perimeter: differs from the one before in its weights only.
    """
    placed = _placed(engine, netted.sources, perimeter, by_area=by_area)
    return replace(netted, cube=_cube(engine, placed), placed=placed)


def _placed(engine: Engine, sources: Table, perimeter: Perimeter, *, by_area: bool) -> Table:
    return engine.view(place_lines(engine, sources, perimeter, by_area=by_area))


def _cube(engine: Engine, placed: Table) -> pa.Table:
    return engine.to_arrow(_cells(placed).order_by(*CUBE_DIMENSIONS))


def _beside(lines: Table) -> Table:
    return lines.filter(lines.year_offset == 0, lines.role.isin(["financing", *BESIDE_ROLES]))


def _measured(lines: Table) -> Table:
    """The measure of headline lines by their nature, and of all others by their role."""
    is_headline = lines.role == "headline"
    return lines.mutate(
        measure=ibis.cases(
            (is_headline & lines.nature.isin(list(GROSS_NATURES)), "gross"),
            (is_headline, "listed"),
            else_=lines.role,
        )
    )


def eliminations(ruled: Table) -> Table:
    """The payments to eliminate, at the payer's amount, each in its elimination zone."""
    kept = ruled.filter(ruled.rule == ELIMINATE)
    return kept.mutate(zone=kept.elimination_zone)


def _cells(placed: Table) -> Table:
    # Thousands of payees would make the cube as long as the lines.
    is_spending = placed.measure.isin(["gross", "listed"])
    cells = placed.mutate(
        counterparty_id=ibis.ifelse(is_spending, ibis.null("string"), placed.counterparty_id),
        label=ibis.ifelse(is_spending, ibis.null("string"), placed.label),
    )
    return cells.group_by(list(CUBE_DIMENSIONS)).agg(
        pence=cells.amount_pence.sum().cast("int64"),
        low_pence=cells.low_pence.sum().cast("int64"),
        high_pence=cells.high_pence.sum().cast("int64"),
        lines=cells.line_count.sum().cast("int64"),
    )
