"""A cell divided into pieces is still split over authorities once, to the penny."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.count._perimeter import Perimeter
from totalplace.count._placing import place_lines
from totalplace.count._schema import line_table
from totalplace.engine import Engine, duckdb_engine
from totalplace.money import split

WEIGHTS = {"a": 80_252, "b": 65_661, "c": 54_123, "d": 39_964, "e": 7}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = duckdb_engine(threads=1)
    yield engine
    engine.close()


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=4), max_size=5))
def test_pieces_of_a_cell_sum_to_the_cells_own_split(
    engine: Engine, cells: list[list[int]]
) -> None:
    rows = [
        {
            "source_id": "s",
            "row_no": row_no,
            "piece": piece,
            "body_id": "police",
            "zone": "wide",
            "amount_pence": pence,
        }
        for row_no, pieces in enumerate(cells)
        for piece, pence in enumerate(pieces)
    ]
    perimeter = Perimeter(
        place=frozenset("abc"),
        zones={"wide": frozenset(WEIGHTS)},
        weights=WEIGHTS,
        body_zone={"police": "wide"},
    )
    placed = engine.to_arrow(place_lines(engine, engine.memory(line_table(rows)), perimeter))
    got: dict[tuple[int, str], int] = defaultdict(int)
    for row in placed.to_pylist():
        got[row["row_no"], row["area"]] += row["amount_pence"]
    for row_no, pieces in enumerate(cells):
        expected = split(sum(pieces), WEIGHTS)
        assert {area: got[row_no, area] for area in "abc"} == {a: expected[a] for a in "abc"}
