"""What the spec's figures rest on: break one rule of the count, and they are missed.

Each rule is broken by swapping one step of the count. The tables say what then comes out, so these
tests show both that a wrong rule is seen and that the right answer is not reached by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import ibis
import pyarrow as pa
import pytest
from spec_tables import figure, specs
from worlds import by_engine

from totalplace.count import _net
from totalplace.count._match import Matches
from totalplace.count._perimeter import Counted, Perimeter
from totalplace.count._schema import LINE_KEY
from totalplace.engine import Engine

pytestmark = pytest.mark.slow

SPECS = [spec for spec in specs() if spec.broken]
PairRules = Callable[[Engine, Any, Iterable[Counted], Perimeter], pa.Table]


def _nothing_is_eliminated(patch: pytest.MonkeyPatch) -> None:
    right = _net.eliminations
    patch.setattr(_net, "eliminations", lambda ruled: right(ruled).filter(ibis.literal(False)))


def _the_smaller_of_both(patch: pytest.MonkeyPatch) -> None:
    right, find = _net.eliminations, _net.match
    found: list[Matches] = []

    def match(engine: Engine, lines: Any, **more: Any) -> Matches:
        found.append(find(engine, lines, **more))
        return found[-1]

    def eliminations(ruled: Any) -> Any:
        kept, matches = right(ruled), found[-1]
        paid = matches.match_line.filter(matches.match_line.side == "paid")
        alone = matches.match.filter(matches.match.paid_lines == 1)
        booked = paid.inner_join(alone, "match_id").select(*LINE_KEY, "received_pence")
        capped = kept.left_join(booked, list(LINE_KEY))
        smaller = ibis.least(capped.amount_pence, capped.received_pence.fill_null(2**62))
        return capped.mutate(amount_pence=smaller).select(*kept.columns)

    patch.setattr(_net, "match", match)
    patch.setattr(_net, "eliminations", eliminations)


def _with_gross_zones(
    patch: pytest.MonkeyPatch, is_moved: Callable[[dict[str, Any], Perimeter], bool]
) -> None:
    right: PairRules = _net.pair_rules

    def pair_rules(
        engine: Engine, paid: Any, counted: Iterable[Counted], perimeter: Perimeter
    ) -> pa.Table:
        table = right(engine, paid, counted, perimeter)
        rows = [
            pair if is_moved(pair, perimeter) else {**pair, "gross_zone": pair["zone"]}
            for pair in table.to_pylist()
        ]
        return pa.Table.from_pylist(rows, schema=table.schema)

    patch.setattr(_net, "pair_rules", pair_rules)


def _shared_first(patch: pytest.MonkeyPatch) -> None:
    _with_gross_zones(patch, lambda pair, perimeter: False)


def _left_in(patch: pytest.MonkeyPatch) -> None:
    def is_here(pair: dict[str, Any], perimeter: Perimeter) -> bool:
        return perimeter.status(perimeter.body_zone[pair["counterparty_id"]]) != "none"

    _with_gross_zones(patch, is_here)


BREAK = {
    "nothing is eliminated": _nothing_is_eliminated,
    "the smaller of paid and received is eliminated": _the_smaller_of_both,
    "spending is shared before eliminating": _shared_first,
    "grants to other places are left in": _left_in,
}


@pytest.mark.parametrize("rule", BREAK)
def test_a_broken_rule_gives_the_wrong_figure(
    rule: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [(spec, row) for spec in SPECS for row in spec.broken if row.rule_broken == rule]
    assert cases, f"no table says what comes of it when {rule}"
    BREAK[rule](monkeypatch)
    results = by_engine(engine, [spec.world(row.place) for spec, row in cases])
    for (spec, row), result in zip(cases, results, strict=True):
        (right,) = [
            other.pence
            for other in spec.expected
            if (other.figure, other.place) == (row.figure, row.place)
            and (other.body, other.funder, other.cap_rev, other.area) == (None, None, None, None)
        ]
        assert figure(result, row.figure) == row.pence, spec.name
        assert row.pence != right, spec.name


def test_every_rule_that_a_table_breaks_is_known() -> None:
    assert {row.rule_broken for spec in SPECS for row in spec.broken} == set(BREAK)
