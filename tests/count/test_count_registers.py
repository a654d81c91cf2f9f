"""Registers and keys: which zone a body has, and which key can serve a place."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from northland import (
    ALDER,
    BIRCH,
    CEDAR,
    COAST,
    COUNTRY,
    DALE,
    SOURCE,
    TWINSHIRE,
    YEAR,
    place,
)

from totalplace.count._perspective import choose_key, covered, keys_for_range, perimeter_of
from totalplace.count._registers import Key, Registers, registers, table
from totalplace.count._years import year_bounds, year_start
from totalplace.errors import RequestError

TWINS = frozenset({ALDER, BIRCH})
NORTH = frozenset({ALDER, BIRCH, CEDAR, DALE})


def with_key(north: Registers, key_id: str, is_complete: bool, **values: int) -> Registers:
    """Northland with one more key; areas are named by their place's name."""
    codes = {"alder": ALDER, "birch": BIRCH, "cedar": CEDAR, "dale": DALE, "coast": COAST}
    key = Key(
        key_id=key_id,
        measure="beds",
        unit="beds",
        year=2017,
        is_complete=is_complete,
        source=SOURCE,
        values={codes[name]: value for name, value in values.items()},
    )
    return dataclasses.replace(north, keys={**north.keys, key_id: key})


def test_a_body_of_one_area_has_its_zone_and_of_several_one_of_its_own(north: Registers) -> None:
    assert north.body_zone["alder-council"] == ALDER
    assert north.body_zone["north-ministry"] == COUNTRY
    assert north.body_zone["alder-college"] == ALDER  # located there only
    assert north.zones[north.body_zone["coast-waste"]] == TWINS
    assert "harbour-agency" not in north.body_zone


def test_a_body_serves_before_it_is_located(tmp_path: Path) -> None:
    folder = place(
        tmp_path / "place",
        more={
            "body_area": [
                {"body_id": "alder-college", "area": CEDAR, "role": "serves", "source": SOURCE},
                {"body_id": "tide-ministry", "area": "Z99", "role": "serves", "source": SOURCE},
            ]
        },
    )
    found = registers(folder, folder.state())
    assert found.body_zone["alder-college"] == CEDAR
    assert "tide-ministry" not in found.body_zone  # an area nobody knows


def test_names_and_tiers(north: Registers) -> None:
    assert north.name(None) == ""
    assert north.name("harbour-agency") == "Harbour Agency"
    assert north.name("nobody-we-know") == "nobody-we-know"
    assert north.tier("harbour-agency") == "quango"
    assert north.tier("nobody-we-know") is None
    assert north.stream_names["north grant"] == "north-grant"
    assert north.stream_names["north-grant"] == "north-grant"
    assert north.keys["N"].label == f"N: people 2017 ({SOURCE})"


def test_a_places_own_rows_come_after_the_shipped_ones(tmp_path: Path) -> None:
    folder = place(tmp_path / "place")
    rows = table(folder, folder.state(), "stream").to_pylist()
    assert [row["stream_id"] for row in rows][-3:] == [
        "north-grant",
        "north-schools",
        "north-benefit",
    ]
    assert len(rows) > 3


def test_the_key_is_the_complete_people_key_nearest_to_the_year(north: Registers) -> None:
    # W is nearer to 2018-19, and of people weighted by need: plain people come first.
    assert choose_key(north, TWINS, "2018-19", None).key_id == "N"
    assert choose_key(north, TWINS, YEAR, "W").key_id == "W"


def test_a_key_asked_for_must_exist_and_cover_the_place(north: Registers) -> None:
    with pytest.raises(RequestError) as error:
        choose_key(north, TWINS, YEAR, "Q")
    assert error.value.problems[0].code == "unknown_key"
    assert "A, B, C, N, W" in error.value.problems[0].why
    with pytest.raises(RequestError) as error:
        choose_key(north, frozenset({DALE}), YEAR, "C")
    [problem] = error.value.problems
    assert (problem.code, problem.why) == ("key_does_not_cover", "it has no value for Dale")
    six = north.areas.expand([COUNTRY]) | north.areas.expand(["E47000001"])
    with pytest.raises(RequestError, match="and others"):
        choose_key(north, six, YEAR, "C")


def test_a_place_that_no_complete_key_covers(north: Registers) -> None:
    strange = frozenset({ALDER, "E08000009"})
    with pytest.raises(RequestError) as error:
        choose_key(north, strange, YEAR, None)
    assert error.value.problems[0].code == "no_key"


def test_keys_for_the_range_are_near_in_time_and_serve_the_place(north: Registers) -> None:
    chosen = north.keys["N"]
    assert [key.key_id for key in keys_for_range(north, TWINS, YEAR, chosen)] == ["N", "C", "W"]
    # Alder alone cuts a cell of key C.
    assert [key.key_id for key in keys_for_range(north, frozenset({ALDER}), YEAR, chosen)] == [
        "N",
        "W",
    ]
    # In 2021-22 only W (2018) is within three years of the money.
    assert [key.key_id for key in keys_for_range(north, TWINS, "2021-22", chosen)] == ["N", "W"]
    assert [key.key_id for key in keys_for_range(north, TWINS, "2030-31", chosen)] == ["N"]


def test_a_key_of_wide_cells_is_spread_inside_them_and_goes_on_beyond(north: Registers) -> None:
    key = north.keys["C"]
    assert covered(key, north) == {ALDER: TWINSHIRE, BIRCH: TWINSHIRE, CEDAR: CEDAR}
    weights = perimeter_of(north, TWINS, key).weights
    # 75 over 60 and 20 people: 56.25 and 18.75, by largest remainder; Cedar is its own cell.
    assert (weights[ALDER], weights[BIRCH], weights[CEDAR]) == (56, 19, 25)
    # Dale is in no cell: its 100 people on the key's scale, where 100 people weigh 100.
    assert weights[DALE] == 100


def test_a_complete_key_that_lacks_authorities_does_not_swallow_their_money(
    north: Registers,
) -> None:
    """Marked complete, yet of Twinshire alone: the rest keeps its share by people."""
    more = with_key(north, "P", True, alder=3, birch=1)
    weights = perimeter_of(more, TWINS, more.keys["P"]).weights
    # 80 people weigh 4 here, so Cedar's 20 weigh 1 and Dale's 100 weigh 5.
    assert {lad: weights[lad] for lad in sorted(NORTH)} == {ALDER: 3, BIRCH: 1, CEDAR: 1, DALE: 5}


def test_a_key_nobody_else_knows_stands_alone(north: Registers) -> None:
    more = with_key(north, "P", True, alder=3, birch=1, cedar=1, dale=5)
    no_people = dataclasses.replace(more, keys={"P": more.keys["P"]})
    weights = perimeter_of(no_people, TWINS, more.keys["P"]).weights
    assert weights == more.keys["P"].values


def test_a_place_that_cuts_a_cell_is_refused(north: Registers) -> None:
    with pytest.raises(RequestError) as error:
        perimeter_of(north, frozenset({ALDER}), north.keys["C"])
    [problem] = error.value.problems
    assert problem.code == "key_cell_cut"
    assert "the key has 2 cells" in problem.why


def test_a_key_of_nothing_is_refused_before_it_divides_by_zero(north: Registers) -> None:
    more = with_key(north, "P", True, alder=0, birch=0, cedar=0, dale=0)
    with pytest.raises(RequestError) as error:
        perimeter_of(more, TWINS, more.keys["P"])
    assert error.value.problems[0].code == "key_is_zero"
    # One authority without any is no fault: its own money needs no key.
    more = with_key(north, "P", True, alder=0, birch=1, cedar=0, dale=0)
    assert perimeter_of(more, frozenset({ALDER}), more.keys["P"]).weights[ALDER] == 0


def test_a_cell_without_people_gets_nothing_to_spread(north: Registers) -> None:
    more = with_key(north, "P", False, coast=90)
    no_people = dataclasses.replace(more, keys={"P": more.keys["P"]})
    with pytest.raises(RequestError) as error:
        perimeter_of(no_people, north.zones[COAST], more.keys["P"])
    assert error.value.problems[0].code == "key_is_zero"


def test_an_area_that_cuts_authorities_is_placed_only_where_all_it_touches_is(
    tmp_path: Path,
) -> None:
    area = {"level": "park", "parent": COUNTRY, "valid_from": None, "valid_to": None}
    part = {"fit": "part", "source": SOURCE}
    own = {"role": "serves", "source": SOURCE}
    folder = place(
        tmp_path / "place",
        more={
            "area": [
                {"code": "ZPARK", "name": "Moor", "source": SOURCE, **area},
                {"code": "ZOLD", "name": "Old Birch", "source": SOURCE, **area},
            ],
            "area_member": [
                {"area": "ZPARK", "lad": BIRCH, **part},
                {"area": "ZPARK", "lad": CEDAR, **part},
                {"area": "ZOLD", "lad": BIRCH, **part},
            ],
            "body_area": [
                {"body_id": "harbour-agency", "area": "ZPARK", **own},
                {"body_id": "tide-ministry", "area": "ZOLD", **own},
            ],
        },
    )
    found = registers(folder, folder.state())
    assert found.body_zone["harbour-agency"] == "ZPARK"
    twins = perimeter_of(found, TWINS, found.keys["N"])
    coast = perimeter_of(found, found.zones[COAST], found.keys["N"])
    # No key tells how much of the park each holds; all of it lies in the region.
    assert (twins.status("ZPARK"), coast.status("ZPARK")) == ("none", "whole")
    assert (twins.status("ZOLD"), coast.status("ZOLD")) == ("whole", "whole")


@pytest.mark.parametrize(
    "text", ["2017", "2017-19", "2017/18", "17-18", "2017-2018", "20l7-18", "²017-18", "0000-01"]
)
def test_what_is_no_financial_year(text: str) -> None:
    with pytest.raises(RequestError) as error:
        year_start(text)
    assert error.value.problems[0].code == "bad_year"


def test_a_year_has_a_last_day() -> None:
    assert year_bounds("1999-00")[1].isoformat() == "2000-03-31"
    with pytest.raises(RequestError):
        year_bounds("9999-00")
