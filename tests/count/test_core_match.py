"""Matching: which payment a receipt is taken for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from totalplace.count._match import Tolerance, match
from totalplace.count._schema import line_table
from totalplace.engine import Engine, duckdb_engine


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    one = duckdb_engine(threads=1)
    yield one
    one.close()


def paid(payee: str, pence: int, **more: Any) -> dict[str, Any]:
    return {
        "body_id": "payer",
        "counterparty_id": payee,
        "nature": "transfer",
        "amount_pence": pence,
        **more,
    }


def received(payee: str, pence: int, **more: Any) -> dict[str, Any]:
    return {
        "body_id": payee,
        "counterparty_id": "payer",
        "nature": "transfer",
        "side": "in",
        "role": "funding",
        "amount_pence": pence,
        **more,
    }


LINES = [
    # Of two payments near one receipt the nearer is it; the other is left to its own.
    *(paid("nearest", pence) for pence in (100_000, 100_030)),
    received("nearest", 100_020),
    # A neighbouring year's own pair is no late receipt of this year.
    paid("neighbour", 70_000, year_offset=-1),
    received("neighbour", 70_050, year_offset=-1),
    received("neighbour", 70_020),
    # Booked early, before the payer's year has begun.
    paid("early", 60_000, year_offset=1),
    received("early", 60_000),
    # An amount and its reversal are not near.
    paid("reversal", 40),
    received("reversal", -40),
    # A shared reference beats the equal amount.
    paid("reference", 500, reference_id="r", row_no=90),
    paid("reference", 700, row_no=91),
    received("reference", 700, reference_id="r"),
    # Neighbours among themselves are no match of this year.
    paid("other year", 11, year_offset=1),
    received("other year", 11, year_offset=1),
    # What is passed on and booked by nobody is no match at all.
    paid("tax office", 900, nature="payroll"),
    # Two receipts of one unnamed payment and a stranger's stream stay one question.
    paid("unnamed", 5_000, stream_id="a"),
    received("unnamed", 3_000, stream_id=None),
    # Both named, and differently: two questions.
    paid("named", 5_000, stream_id="a"),
    received("named", 3_000, stream_id="b"),
]


def found(engine: Engine, tolerance: Tolerance | None = None) -> set[tuple[str, str, int, int]]:
    lines = [{"source_id": "s", "row_no": number, **line} for number, line in enumerate(LINES)]
    matches = match(engine, engine.memory(line_table(lines)), tolerance=tolerance)
    return {
        (row["payee_id"], row["level"], row["paid_pence"], row["received_pence"])
        for row in engine.to_arrow(matches.match).to_pylist()
    }


def test_levels(engine: Engine) -> None:
    assert found(engine) == {
        ("nearest", "amount_near", 100_030, 100_020),
        ("nearest", "payer_only", 100_000, 0),
        ("neighbour", "payee_only", 0, 70_020),
        ("early", "year", 60_000, 60_000),
        ("reversal", "unmatched", 40, -40),
        ("reference", "reference", 500, 700),
        ("reference", "payer_only", 700, 0),
        ("unnamed", "unmatched", 5_000, 3_000),
        ("named", "payer_only", 5_000, 0),
        ("named", "payee_only", 0, 3_000),
    }


@pytest.mark.slow
def test_tolerance_is_the_larger_of_both(engine: Engine) -> None:
    strict = found(engine, Tolerance(pence=0, per_mille=0))
    assert ("nearest", "amount_near", 100_030, 100_020) not in strict
    # 2,000 pence apart: 400 thousandths of the 5,000 paid.
    for wide in (Tolerance(pence=0, per_mille=400), Tolerance(pence=2_000, per_mille=0)):
        assert ("unnamed", "amount_near", 5_000, 3_000) in found(engine, wide)
