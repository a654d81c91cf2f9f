"""Card banks paid in bulk: every engine sets apart what the reference does, to the penny."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import bulk_apart

from counted import tried
from totalplace.count._bulk import set_bulk_apart
from totalplace.count._schema import LINE, line_table
from totalplace.engine import Engine

pytestmark = pytest.mark.slow

BANK = ("alder", "Barclaycard Commercial")
AMOUNTS = st.integers(-500, 500).filter(bool)


def lines(engine: Engine, amounts: list[int], payee: str) -> Any:
    rows: list[dict[str, object]] = [
        {
            "source_id": "a" * 64,
            "row_no": number,
            "dataset": "spend",
            "body_id": BANK[0],
            "payee_text": payee,
            "nature": "purchase",
            "amount_pence": amount,
        }
        for number, amount in enumerate(amounts, start=1)
    ]
    return engine.memory(line_table(rows)).select(*LINE.names)


@tried(20, 20)
@given(
    bulk=st.lists(AMOUNTS, min_size=1, max_size=6), items=st.lists(AMOUNTS, min_size=1, max_size=4)
)
def test_the_engine_is_the_reference(engine: Engine, bulk: list[int], items: list[int]) -> None:
    """As much leaves gross as the items account for; bulk and items never count twice."""
    paid = set_bulk_apart(
        engine, lines(engine, bulk, BANK[1]), lines(engine, items, "Shop"), [BANK]
    )
    rows = engine.to_arrow(paid.order_by("row_no", "piece")).to_pylist()
    assert [(row["row_no"], row["nature"], row["amount_pence"]) for row in rows] == bulk_apart(
        bulk, sum(items)
    )
    left = sum(row["amount_pence"] for row in rows if row["nature"] == "recharge")
    assert left == max(0, min(sum(bulk), max(0, sum(items))))
    assert sum(row["amount_pence"] for row in rows) == sum(bulk)
