"""Queues, the effect of decisions before they are made, and several made at once.

Tinyshire with a ministry and a college more: every transfer here is left open by matching.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tiny_place
import totalplace
from totalplace import Choice, Place, RequestError
from totalplace._api import Queue, QueueItem
from totalplace.count import Desk, Request, count
from totalplace.engine import duckdb_engine
from totalplace.place import NewDecision

pytestmark = pytest.mark.slow

YEAR = tiny_place.YEAR
HEADER = (
    "Body Name,Service Area,Expenses Type,Payment Date,Transaction Number,Net Amount,Supplier Name"
)
PAID = [
    ("Care", "Fees", 900, "Eastwick Council"),
    ("Care", "Fees", 300, "Westwick Fire Authority"),
    ("Zorb", "Odd jobs", 70, "Zebra"),
    ("Zorb", "Odd jobs", 30, "A Example"),
    ("Zorb", "Trees", 55, "ZEBRA"),
    ("", "", 40, "Quince Partners"),
    ("", "", 8, "Mrs B Example"),
]
RETURNS = {
    "Ministry of Tinyland": [
        ("in", "Vote", "Parliament of Tinyland", "", "own", "100000.00"),
        ("out", "Tiny grant", "Eastwick Council", "", "transfer", "50000.00"),
        ("out", "Running costs", "", "10.9", "own", "50000.00"),
    ],
    "Agency of Tinyland": [
        ("in", "Vote", "Parliament of Tinyland", "", "own", "30000.00"),
        ("out", "Running costs", "", "10.9", "own", "30000.00"),
    ],
    "Eastwick Council": [
        ("in", "Tiny grant", "Ministry of Tinyland", "", "transfer", "47000.00"),
        ("in", "Second grant", "Agency of Tinyland", "", "transfer", "9000.00"),
        ("in", "Council tax", "Council tax payers", "", "own", "60000.00"),
        ("out", "Schools", "", "09.1", "own", "116000.00"),
    ],
}
GRANT = f"tiny-ministry | eastwick-council | tiny-grant | {YEAR}"
SECOND = f"tiny-agency | eastwick-council | second-grant | {YEAR}"


def _registers(folder: Path) -> list[Path]:
    paths = tiny_place.write_registers(folder)
    more = {
        "body": "tiny-agency,Agency of Tinyland,national,agency,,,,,",
        "body_area": "tiny-agency,Z92000001,serves,",
        "stream": "second-grant,Second grant,tiny-agency,grant,none,for a test,,,",
    }
    for path in paths:
        if row := more.get(path.stem):
            path.write_text(path.read_text() + row + tiny_place.SOURCE + "\n")
    return paths


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with open transfers and payments, never to be changed."""
    folder = tmp_path_factory.mktemp("settle")
    place = totalplace.new_place(
        folder / "place",
        name="Tinyshire",
        areas=[tiny_place.AREA],
        year=YEAR,
        registers=_registers(folder),
        clock=tiny_place.clock,
    )
    files = [
        tiny_place.write_return(folder / f"{name}.csv", name, rows)
        for name, rows in RETURNS.items()
    ]
    lines = [
        f"Westwick Council,{unit},{expense},03/05/2017,{at},{pounds}.00,{name}"
        for at, (unit, expense, pounds, name) in enumerate(PAID)
    ]
    files.append(folder / "spend.csv")
    files[-1].write_text("\n".join([HEADER, *lines, ""]))
    assert {one.status for one in place.add(*files).facts.files} == {"loaded"}
    return place.path


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Iterator[Place]:
    copy = shutil.copytree(made, tmp_path / "place")
    with totalplace.open_place(copy, clock=tiny_place.clock) as opened:
        yield opened


@pytest.fixture(scope="module")
def untouched(made: Path, as_made: dict[str, bytes]) -> Place:
    return totalplace.open_place(made, clock=tiny_place.clock)


@pytest.fixture(scope="module")
def as_made(made: Path) -> dict[str, bytes]:
    """The documents of the place before anything was asked of it."""
    return _documents(made)


def _documents(folder: Path) -> dict[str, bytes]:
    """Everything of a place but its derived tables."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "tables" not in path.relative_to(folder).parts
    }


def _codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(RequestError) as told:
        call()
    return [problem.code for problem in told.value.problems]


def _items(place: Place, kind: str, **more: Any) -> dict[str, QueueItem]:
    queue: Queue = place.queue(kind, **more).facts
    assert queue.count == len(queue.items)
    pence = [abs(one.pence) for one in queue.items]
    assert pence == sorted(pence, reverse=True)
    assert queue.pence == sum(pence)
    return {one.object_id: one for one in queue.items}


# --- transfers -----------------------------------------------------------------------------------


def test_open_transfers_are_listed_with_what_they_may_be(untouched: Place) -> None:
    items = _items(untouched, "transfers")
    grant, second = items[GRANT], items[SECOND]
    assert grant.reason == "both tell, and do not agree"
    assert (grant.pence, grant.lines) == (300_000, 2)
    assert grant.note == "paid £50,000.00 in 1 line; received £47,000.00 in 1 line"
    assert grant.title == "Ministry of Tinyland to Eastwick Council: Tiny grant"
    assert grant.body_ids == ("tiny-ministry", "eastwick-council")
    assert [one.value for one in grant.suggestions] == ["same"]
    assert second.reason == "only the payee tells, so that a payment is inferred"
    assert [one.value for one in second.suggestions] == ["not_paid"]
    purchase = items[f"westwick-council | eastwick-council | * | {YEAR}"]
    assert (purchase.pence, [one.value for one in purchase.suggestions]) == (90_000, ["purchase"])
    assert {one.what for one in items.values()} == {"match"}
    rows = untouched.lines("return")
    grants = rows.filter(rows.stream_text == "Tiny grant").to_pyarrow()["line_id"].to_pylist()
    assert sorted(grant.evidence) == sorted(grants)


@pytest.mark.parametrize(
    ("key", "value", "change", "unresolved"),
    [
        pytest.param(GRANT, "same", 0, 2, id="same"),
        pytest.param(SECOND, "not_paid", 900_000, 2, id="not paid"),
        pytest.param(SECOND, "same", 0, 3, id="one side alone is no transfer"),
        pytest.param(
            SECOND.replace(YEAR, "2018-19"), "not_paid", 0, 3, id="a decision of another year"
        ),
        pytest.param(
            SECOND.removesuffix(f" | {YEAR}"), "not_paid", 900_000, 2, id="one of every year"
        ),
    ],
)
def test_what_a_decision_would_do(
    untouched: Place, key: str, value: str, change: int, unresolved: int
) -> None:
    effect = untouched.effect([Choice(key, "match", value)]).facts
    assert (effect.before.unresolved, effect.before.unresolved_pence) == (3, 1_290_000)
    assert (effect.change_pence, effect.after.unresolved) == (change, unresolved)
    assert sum(one.change_pence for one in effect.changes) == change


def test_decisions_do_what_their_effect_said(place: Place) -> None:
    choices = [
        Choice(SECOND, "match", "not_paid", "a gift"),
        Choice(GRANT, "match", "same", "both agree"),
        Choice("Westwick Fire Authority", "alias", "eastwick-council", "its fund"),
    ]
    effect = place.effect(choices).facts
    before = place.count(by=["body"]).facts
    place.decide_all(choices, who="an analyst")
    after = place.count(by=["body"]).facts
    for told, counted in ((effect.before, before), (effect.after, after)):
        assert told.net_pence == counted.net_pence
        assert told.gross_pence == counted.gross_pence
        assert {one.body_id: one.net_pence for one in told.bodies} == {
            row.values["body"]: row.pence for row in counted.rows
        }
    assert effect.change_pence == 900_000 - 30_000
    assert [(one.body_id, one.change_pence) for one in effect.changes] == [
        ("tiny-agency", 900_000),
        ("westwick-council", -30_000),
    ]
    assert all(after.identities.values())
    rows = place.lines("return")
    paid = rows.filter(rows.side == "out", rows.nature == "transfer").to_pyarrow()
    [match] = place.explain(str(paid["line_id"][0])).document["transfer"]["matches"]
    assert (match["level"], match["decision"]) == ("decided", 2)
    assert match["object_id"] == "tiny-ministry | eastwick-council | tiny-grant"
    assert not {GRANT, SECOND} & set(_items(place, "transfers"))


def test_two_sides_under_two_streams_are_made_one(place: Place, tmp_path: Path) -> None:
    rows = [
        ("in", "Vote", "Parliament of Tinyland", "", "own", "30000.00"),
        ("out", "Tiny grant", "Eastwick Council", "", "transfer", "8800.00"),
        ("out", "Running costs", "", "10.9", "own", "21200.00"),
    ]
    old = [one for one in place.folder.state().sources if one.name.startswith("Agency")]
    agency = tiny_place.write_return(tmp_path / "Agency.csv", "Agency of Tinyland", rows)
    place.add(agency, supersedes=old[0].sha256)
    paid = f"tiny-agency | eastwick-council | tiny-grant | {YEAR}"
    items = _items(place, "transfers")
    plain = SECOND.removesuffix(f" | {YEAR}")
    assert items[paid].suggestions[0].value == plain
    assert items[SECOND].suggestions[0].value == paid.removesuffix(f" | {YEAR}")
    effects = [
        place.effect([Choice(key, "match", value)]).facts
        for key, value in ((paid, plain), (SECOND, paid.removesuffix(f" | {YEAR}")))
    ]
    # the agency's 9,000 are no second payment beside its 8,800
    assert [one.change_pence for one in effects] == [900_000, 900_000]
    assert {one.after.unresolved for one in effects} == {len(items) - 2}


def test_names_are_stored_as_identifiers(place: Place) -> None:
    place.decide(
        "Ministry of Tinyland | Eastwick Council | Tiny grant",
        what="match",
        value="agency of tinyland | eastwick council | SECOND GRANT",
        who="w",
        why="y",
    )
    [made] = place.folder.decisions()
    assert made.object_id == "tiny-ministry | eastwick-council | tiny-grant"
    assert made.value == "tiny-agency | eastwick-council | second-grant"


@pytest.mark.parametrize(
    ("key", "value", "codes"),
    [
        ("tiny-ministry | eastwick-council", "same", ["bad_transfer"]),
        ("tiny-ministry | * | *", "same", ["bad_transfer"]),
        ("tiny-ministry | eastwick-council | *", "perhaps", ["unknown_match_value"]),
        ("nobody | no one | no stream", "same", ["unknown_body", "unknown_body", "unknown_stream"]),
        ("tiny-ministry | eastwick-council | * | 2017", "same", ["bad_year"]),
        ("* | eastwick-council | *", "purchase", ["bad_transfer"]),
        (GRANT, "tiny-agency | westwick-council | *", ["bad_transfer"]),
        (GRANT, GRANT.removesuffix(f" | {YEAR}"), ["bad_transfer"]),
        (GRANT, SECOND, ["bad_transfer"]),
        (GRANT, None, ["no_value"]),
    ],
)
def test_what_cannot_be_said_of_a_transfer(
    untouched: Place, key: str, value: str | None, codes: list[str]
) -> None:
    assert _codes(lambda: untouched.effect([Choice(key, "match", value)])) == codes


# --- the effect of decisions ---------------------------------------------------------------------


def test_an_effect_is_that_of_all_its_choices(untouched: Place) -> None:
    alias = Choice("Westwick Fire Authority", "alias", "eastwick-council")
    unpaid = Choice(SECOND, "match", "not_paid")
    assert untouched.effect([alias]).facts.change_pence == -30_000
    assert untouched.effect([alias, unpaid]).facts.change_pence == -30_000 + 900_000


def test_what_is_counted_once_is_not_counted_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaid = Choice(SECOND, "match", "not_paid", "a test", "w")
    tried = place.effect([unpaid]).facts
    place.decide_all([unpaid, Choice("Zebra", "payee_kind", "organisation", "y")])

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr(Desk, "standing", refused)
    again = place.effect([Choice("* | Zorb | *", "class", "08")]).facts
    assert again.before == again.after == tried.after
    undone = place.effect([Choice("1", "undo")])
    assert undone.facts.after == tried.before
    assert undone.document["difference_gbp"] == "-9000.00"
    assert undone.document["changes"][0]["body_id"] == "tiny-agency"


def test_a_place_counted_as_if_keeps_nothing(place: Place) -> None:
    supposed = place.folder.supposing(
        [
            NewDecision(
                object_id=SECOND,
                what="match",
                value="not_paid",
                who="w",
                when="2026-11-21",
                why="y",
            )
        ]
    )
    assert [one.n for one in supposed.decisions()] == [1]
    assert place.folder.decisions() == ()
    engine = duckdb_engine(threads=1)
    counted = count(engine, supposed, Request(YEAR), today=date(2026, 11, 21))
    engine.close()
    effect = place.effect([Choice(SECOND, "match", "not_paid")]).facts
    assert counted.net_pence == effect.after.net_pence
    assert place.folder.snapshots() == ()
    assert not (place.path / "tables" / "figure").exists()


# --- several decisions at once -------------------------------------------------------------------


def test_several_are_made_in_order(place: Place) -> None:
    made = place.decide_all(
        [Choice("Zebra", "payee_kind", "organisation"), Choice(GRANT, "match", "same", "agreed")],
        why="looked up",
        who="an analyst",
    )
    assert [(one.n, one.what, one.why, one.who) for one in made.facts] == [
        (1, "payee_kind", "looked up", "an analyst"),
        (2, "match", "agreed", "an analyst"),
    ]
    assert made.document["made"] == [1, 2]
    assert place.folder.decisions() == made.facts


def test_all_problems_of_all_choices_are_told_and_nothing_is_done(place: Place) -> None:
    choices = [
        Choice("Zebra", "payee_kind", "organisation", "y"),
        Choice("Zebra", "payee_kind", "perhaps", "y"),
        Choice("x", "alias", "nobody", "y"),
        Choice("x", "guess", "y", "y"),
    ]
    told = ["unknown_payee_kind", "unknown_body", "unknown_decision"]
    assert _codes(lambda: place.decide_all(choices)) == told
    assert _codes(lambda: place.effect(choices)) == told
    undo = [Choice("7", "undo", why="y"), Choice("Zebra", "payee_kind", "organisation", "y")]
    assert (
        _codes(lambda: place.decide_all([*undo, Choice("8", "undo", why="y")]))
        == ["nothing_to_undo"] * 2
    )
    empty = [Choice("Zebra", "payee_kind", "organisation"), Choice(" ", "alias", "none", "y")]
    assert _codes(lambda: place.decide_all(empty)) == ["incomplete_decision"] * 2
    assert place.folder.all_decisions() == ()


def test_every_decision_ever_made_is_told(place: Place) -> None:
    place.decide("Zebra", what="payee_kind", value="organisation", who="one", why="a")
    place.decide("1", what="undo", who="other", why="b")
    told = place.decisions()
    assert [(one.decision.n, one.decision.who, one.undone_by) for one in told.facts] == [
        (1, "one", 2),
        (2, "other", None),
    ]
    assert told.document["decisions"][0]["undone_by"] == 2
    assert told.to_arrow().num_rows == 2


# --- the other queues ----------------------------------------------------------------------------


def test_payees_that_sound_public(place: Place) -> None:
    items = _items(place, "payees")
    assert list(items) == ["Westwick Fire Authority"]
    [item] = items.values()
    assert (item.what, item.pence, item.lines, item.body_ids) == (
        "alias",
        30_000,
        1,
        ("westwick-council",),
    )
    assert [place.explain(line).document["as_read"]["amount_gbp"] for line in item.evidence] == [
        "300.00"
    ]
    place.decide("WESTWICK FIRE AUTHORITY", what="alias", value="none", who="w", why="y")
    assert _items(place, "payees") == {}


def test_payees_of_whom_nothing_says_what_they_are(place: Place) -> None:
    items = _items(place, "payee_kinds")
    assert {"Zebra", "Mrs B Example"} <= set(items)
    assert "Eastwick Council" not in items
    zebra = items["Zebra"]
    assert (zebra.pence, zebra.lines, zebra.note) == (12_500, 2, "paid by 1 body, 2 spellings")
    assert len(zebra.evidence) == 2
    assert [one.value for one in items["Mrs B Example"].suggestions] == ["individual"]
    place.decide("ZEBRA", what="payee_kind", value="organisation", who="w", why="y")
    assert "Zebra" not in _items(place, "payee_kinds")


def test_payments_without_a_function_by_the_pattern_of_their_correction(place: Place) -> None:
    items = _items(place, "unclassified")
    parks = items["westwick-council | Zorb | Odd jobs"]
    assert (parks.what, parks.pence, parks.lines) == ("class", 10_000, 2)
    assert parks.title == "Westwick Council: Zorb / Odd jobs"
    assert len(parks.evidence) == 2
    assert "westwick-council | * | * | Quince Partners" in items
    # a person's name is no pattern, and without one nothing narrower than the body is left
    assert not any("Mrs B Example" in key for key in items)
    place.decide(parks.object_id, what="class", value="08", who="w", why="y")
    assert parks.object_id not in _items(place, "unclassified")


def test_every_item_can_be_decided(place: Place) -> None:
    values = {"match": "same", "alias": "none", "payee_kind": "organisation", "class": "08"}
    choices = [
        Choice(item.object_id, item.what, values[item.what])
        for kind in ("transfers", "payees", "payee_kinds", "unclassified")
        for item in place.queue(kind).facts.items
    ]
    place.decide_all(choices, why="a test")
    for kind in ("payees", "payee_kinds", "unclassified"):
        assert place.queue(kind).facts.items == ()


def test_a_queue_of_a_year_and_a_snapshot(place: Place) -> None:
    assert place.queue("payee_kinds", year="2018-19").facts.count == 0
    assert place.queue("payee_kinds", year=YEAR).facts.count == 4
    place.snapshot()
    place.decide("Zebra", what="payee_kind", value="organisation", who="w", why="y")
    assert place.queue("payee_kinds", at=1).facts.count == 4
    assert place.queue("payee_kinds").facts.count == 3
    assert len(place.queue("payee_kinds", top=1).facts.items) == 1


def test_no_such_queue(untouched: Place) -> None:
    assert _codes(lambda: untouched.queue("payee")) == ["unknown_queue"]
    assert _codes(lambda: untouched.queue("payees", year="2017")) == ["bad_year"]


def test_looking_and_trying_wrote_nothing_but_what_is_derived(
    untouched: Place, as_made: dict[str, bytes]
) -> None:
    untouched.queue("payees")
    untouched.effect([Choice("Zebra", "payee_kind", "individual")])
    assert _documents(untouched.path) == as_made
    assert not (untouched.path / "tables" / "figure").exists()
