"""The returns of a place: who sent one, what changed, and what the count uses instead."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import tiny_place
import totalplace
from totalplace import Place, RequestError

pytestmark = pytest.mark.slow

ROWS = [
    ("in", "Tiny grant", "Ministry of Tinyland", "", "transfer", "90000.00"),
    ("in", "Council tax", "Council tax payers", "", "own", "65000.00"),
    ("out", "Schools", "", "09.1", "own", "155000.00"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Tinyshire; the council has revised its return two days later."""
    folder = tmp_path_factory.mktemp("returns")
    first = tiny_place.make_place(folder)
    sha256 = next(one.sha256 for one in first.folder.state().sources if "eastwick" in one.name)
    revised = tiny_place.write_return(folder / "eastwick-2.csv", "Eastwick Council", ROWS)
    later = totalplace.open_place(
        first.path, clock=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    )
    added = later.add(revised, supersedes=sha256)
    assert added.facts.files[0].status == "loaded"
    return later


def test_each_body_has_its_state_and_what_the_count_uses(place: Place) -> None:
    result = place.returns(due=date(2026, 11, 20))
    facts = result.facts
    found = {one.body_id: one for one in facts.bodies}
    assert {body_id: one.state for body_id, one in found.items()} == {
        "eastwick-council": "revised",
        "tiny-ministry": "late",
        "westwick-council": "none",
    }
    assert found["westwick-council"].is_overdue
    (missing,) = found["westwick-council"].counted
    assert (missing.status, missing.gross_pence) == ("missing", 0)
    east = found["eastwick-council"]
    new, old = east.sources
    assert (new.out_pence, new.in_pence, new.lines) == (15_500_000, 15_500_000, 3)
    assert (new.out_change_pence, new.in_change_pence) == (500_000, 500_000)
    assert (old.superseded_by, old.out_pence) == (new.sha256, 15_000_000)
    assert new.received.startswith("2026-11-23")
    assert (east.is_late, east.counts_twice) == (True, False)
    (part,) = east.counted
    assert (part.cap_rev, part.status, part.detail) == ("cur", "returned", "its own return")
    counted = place.count()
    assert facts.gross_pence == counted.facts.gross_pence
    assert facts.returned_pct == 100.0
    assert facts.states == {"none": 1, "late": 1, "revised": 1, "received": 0}
    assert result.document["bodies"][0]["sources"][0]["out_change_gbp"] == "5000.00"
    assert result.to_arrow().column("state").to_pylist() == ["revised", "late", "none"]


def test_in_time_and_as_of_a_snapshot(place: Place) -> None:
    in_time = {one.body_id: one.state for one in place.returns(due=date(2026, 11, 21)).facts.bodies}
    assert in_time["tiny-ministry"] == "received"
    assert not any(one.is_late for one in place.returns().facts.bodies)


def test_a_year_of_which_nothing_came_waits_for_everybody(place: Place) -> None:
    facts = place.returns("2019-20", due=date(2020, 9, 30)).facts
    assert (facts.snapshot, facts.returned_pct) == (None, None)
    assert [(one.body_id, one.state, one.is_overdue) for one in facts.bodies] == [
        ("eastwick-council", "none", True),
        ("westwick-council", "none", True),
    ]
    with pytest.raises(RequestError, match="financial year"):
        place.returns("2019")


def test_a_second_return_that_supersedes_nothing_is_told(tmp_path: Path) -> None:
    with tiny_place.make_place(tmp_path) as place:
        place.add(tiny_place.write_return(tmp_path / "again.csv", "Eastwick Council", ROWS))
        found = {one.body_id: one for one in place.returns().facts.bodies}
    assert found["eastwick-council"].counts_twice
    assert found["eastwick-council"].state == "received"
    assert found["eastwick-council"].out_pence == 30_500_000
