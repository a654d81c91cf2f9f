"""What people settle: random worlds hold it, and the grant rows of an outturn heed it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from random_worlds import worlds
from reference import Row
from spec_tables import figure
from worlds import World, by_engine, by_reference

from totalplace.count._perimeter import Counted, Perimeter
from totalplace.engine import duckdb_engine

pytestmark = pytest.mark.slow


def test_random_worlds_hold_what_people_decide() -> None:
    levels: set[str] = set()

    @settings(
        max_examples=150,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(world=worlds())
    def look(world: World) -> None:
        levels.update(match.level for match in by_reference(world).matches)

    look()
    assert levels >= {"decided", "decided_purchase", "decided_not_paid"}


def _town(decided: tuple[tuple[str, str], ...]) -> World:
    """A department whose two grants stand in a council's outturn: one under another's name, one
    in a row that names nobody."""
    grant: Row = {"stream_kind": "grant", "cap_rev": "cur"}
    paid = grant | {"body_id": "department", "nature": "transfer", "counterparty_id": "council"}
    booked = grant | {"body_id": "council", "side": "in", "role": "funding", "dataset": "ro"}
    rows: list[Row] = [
        paid | {"stream_id": "roads", "amount_pence": 4_000},
        paid | {"stream_id": "arts", "amount_pence": 1_000},
        booked
        | {"stream_id": "highways", "amount_pence": 4_000, "counterparty_id": "old-department"},
        booked | {"stream_id": "other", "amount_pence": 9_000},
        {"body_id": "council", "amount_pence": 13_000, "dataset": "ro"},
    ]
    return World.of(
        [
            {**row, "source_id": "one", "row_no": number, "zone": "place"}
            for number, row in enumerate(rows)
        ],
        [
            Counted("department", "cur", "return", "gross", "returned"),
            Counted("council", "cur", "ro", "net_income", "returned"),
        ],
        Perimeter(
            place=frozenset({"place"}),
            zones={"place": frozenset({"place"})},
            weights={"place": 1},
            body_zone={"department": "place", "council": "place"},
        ),
        decided,
    )


def test_a_grant_that_a_person_has_matched_is_not_sought_in_unnamed_rows() -> None:
    key = "department | council | roads", "old-department | council | highways"
    engine = duckdb_engine(threads=1)
    plain, settled = by_engine(engine, [_town(()), _town((key,))])
    engine.close()
    # without it both grants are taken out of the rows that name no counted payer
    assert (figure(plain, "received"), figure(plain, "funder view")) == (5_000, 8_000)
    # with it the first has a receipt of its own, and the second is still sought in the rest
    assert (figure(settled, "received"), figure(settled, "funder view")) == (5_000, 8_000)
    assert figure(settled, "received", stream_id="highways") == 4_000
    assert figure(settled, "funder view", stream_id="highways") == 0
    assert figure(settled, "funder view", stream_id="other") == 8_000
    assert figure(settled, "eliminated") == figure(plain, "eliminated") == 5_000
