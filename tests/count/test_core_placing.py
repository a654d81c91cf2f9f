"""Placing lines: ranges rounded outwards, and lines that share their key."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pytest

from totalplace.count._perimeter import Perimeter
from totalplace.count._placing import place_lines
from totalplace.count._schema import line_table
from totalplace.engine import Engine, duckdb_engine
from totalplace.money import split

WEIGHTS = {"d1": 2_812_569, "d2": 197_363, "d3": 4_400_001}
PLACE = Perimeter(
    place=frozenset({"d1", "d2"}),
    zones={"nation": frozenset(WEIGHTS), "here": frozenset({"d1"})},
    weights=WEIGHTS,
    body_zone={},
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    one = duckdb_engine(threads=1)
    yield one
    one.close()


def test_amounts_and_ranges_are_exact_at_any_size(engine: Engine) -> None:
    """The range of an inferred payment is its whole amount: times a weight that passes 2**63."""
    rows = [
        {"source_id": "s", "row_no": number, "zone": "nation", "amount_pence": amount, **more}
        for number, (amount, more) in enumerate(
            [
                (10**13 + 1, {"low_pence": 0, "high_pence": 2 * 10**13}),
                (-(10**12), {"low_pence": -(10**12) - 7, "high_pence": -(10**12) + 7}),
                (0, {"low_pence": -50_000, "high_pence": 50_000}),
            ]
        )
    ]
    placed = engine.to_arrow(place_lines(engine, engine.memory(line_table(rows)), PLACE))
    got = {
        (row["row_no"], row["area"]): (row["amount_pence"], row["low_pence"], row["high_pence"])
        for row in placed.to_pylist()
    }
    total, expected = sum(WEIGHTS.values()), {}
    for row in rows:
        amount = row["amount_pence"]
        for area, part in split(amount, WEIGHTS).items():
            if area in PLACE.place:
                below, above = amount - row["low_pence"], row["high_pence"] - amount
                expected[row["row_no"], area] = (
                    part,
                    part - -(-below * WEIGHTS[area] // total),
                    part + -(-above * WEIGHTS[area] // total),
                )
    assert got == expected


def test_lines_of_one_key_keep_their_own_amounts(engine: Engine) -> None:
    """A grant passed on is a minus and a plus of the same line."""
    line = {"source_id": "s", "row_no": 1, "zone": "nation"}
    amounts = [1_000, -1_000, 777, -777, 12_345_678, -12_345_678]
    table = engine.memory(line_table([{**line, "amount_pence": amount} for amount in amounts] * 50))
    placed = place_lines(engine, table, PLACE)
    rows = engine.to_arrow(
        placed.group_by("area").agg(
            pence=placed.amount_pence.sum(),
            narrow=(
                (placed.low_pence != placed.amount_pence)
                | (placed.high_pence != placed.amount_pence)
            ).any(),
        )
    ).to_pylist()
    assert {row["area"]: (row["pence"], row["narrow"]) for row in rows} == {
        "d1": (0, False),
        "d2": (0, False),
    }


def test_zones_whole_single_and_outside(engine: Engine) -> None:
    rows = [
        {"source_id": "s", "row_no": number, "zone": zone, "amount_pence": 100}
        for number, zone in enumerate(["here", "nation", "unheard of"])
    ]
    table = engine.memory(line_table(rows))
    nation = Perimeter(place=frozenset(WEIGHTS), zones=PLACE.zones, weights=WEIGHTS, body_zone={})

    def found(by_area: bool) -> list[tuple[str, str | None, int, bool]]:
        placed = place_lines(engine, table, nation, by_area=by_area)
        got = engine.to_arrow(placed.order_by("zone", ibis._.area.fill_null("")))
        return [
            (row["zone"], row["area"], row["amount_pence"], row["is_shared"])
            for row in got.to_pylist()
        ]

    assert found(by_area=False) == [
        ("here", "d1", 100, False),
        ("nation", None, 100, False),
    ]
    assert found(by_area=True) == [
        ("here", "d1", 100, False),
        ("nation", "d1", 38, True),
        ("nation", "d2", 3, True),
        ("nation", "d3", 59, True),
    ]
