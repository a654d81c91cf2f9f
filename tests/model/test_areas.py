"""Areas are whole numbers of authorities, and say so when they are not."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from totalplace.errors import RequestError
from totalplace.model import area_register, load, schema

GREATER_MANCHESTER = {f"E080000{number:02d}" for number in range(1, 11)}
AREAS = area_register()
PEOPLE = {
    row["area"]: row["value"] for row in load("key_value").to_pylist() if row["key_id"] == "A"
}


def england() -> frozenset[str]:
    return AREAS.expand(["E92000001"])


def members(prefix: str, *, on_2020: bool = True) -> list[str]:
    """Authorities of all areas whose code starts so and that existed in 2020, with repeats."""
    ended = {
        row["code"]
        for row in load("area").to_pylist()
        if on_2020 and row["valid_to"] and row["valid_to"].year < 2020
    }
    return [
        lad
        for code, lads in AREAS.members.items()
        if code.startswith(prefix) and code not in ended
        for lad in lads
    ]


def test_england_has_309_authorities_in_nine_regions() -> None:
    regions = [code for code in AREAS.names if code.startswith("E12")]
    assert len(england()) == 309
    assert len(regions) == 9
    assert Counter(members("E12")) == Counter(england())
    assert len(AREAS.expand(["E12000002"])) == 39


@pytest.mark.parametrize("prefix", ["E23", "E31"])
def test_every_english_authority_is_in_one_police_and_one_fire_area(prefix: str) -> None:
    assert Counter(members(prefix)) == Counter(england())


def test_a_county_and_a_unitary_never_share_an_authority() -> None:
    alive = [
        row["code"]
        for row in load("area").to_pylist()
        if row["code"].startswith("E10")
        and (row["valid_to"] is None or row["valid_to"].year >= 2021)
    ]
    lads = [lad for code in alive for lad in AREAS.members[code]]
    shire = {code for code in england() if AREAS.levels[code] == "shire_district"}
    northamptonshire = {"E06000061", "E06000062"}
    assert max(Counter(lads).values()) == 1
    assert set(lads) == shire | northamptonshire


@pytest.mark.parametrize(
    ("code", "lads"),
    [
        ("E47000001", GREATER_MANCHESTER),
        ("E23000005", GREATER_MANCHESTER),
        ("E31000040", GREATER_MANCHESTER),
        ("E11000001", GREATER_MANCHESTER),
        ("E50000005", GREATER_MANCHESTER - {"E08000010"}),
        ("E23000006", {"E06000006", "E06000007", "E06000049", "E06000050"}),
        ("E23000004", {"E08000011", "E08000012", "E08000013", "E08000014", "E08000015"}),
        ("E06000063", {"E07000026", "E07000028", "E07000029"}),
        ("E10000002", {"E06000060"}),
    ],
)
def test_areas_are_made_of_the_right_authorities(code: str, lads: set[str]) -> None:
    assert AREAS.expand([code]) == lads


def test_lancashire_police_has_14_and_cumbria_6_authorities() -> None:
    assert len(AREAS.expand(["E23000003"])) == 14
    assert len(AREAS.expand(["E23000002"])) == 6


def test_combined_authorities_lie_in_police_areas_that_contain_or_are_contained() -> None:
    # The South Yorkshire, West Yorkshire and West Midlands authorities are police areas too.
    for authority, police in [
        ("E47000002", "E23000011"),
        ("E47000003", "E23000010"),
        ("E47000007", "E23000014"),
    ]:
        assert AREAS.expand([authority]) == AREAS.expand([police])


def test_population_sums_are_those_published() -> None:
    def people(code: str) -> int:
        return sum(PEOPLE[lad] for lad in AREAS.expand([code]))

    assert people("E47000001") == 2_848_286
    assert PEOPLE["E06000007"] == 209_397
    assert people("E12000002") == 7_367_456
    assert people("E92000001") == 56_550_138
    assert people("K02000001") == 56_550_138 + 3_169_586 + 5_466_000 + 1_895_510


def test_several_areas_count_each_authority_once() -> None:
    assert AREAS.expand(["E47000001", "E08000009"]) == GREATER_MANCHESTER


def test_every_member_is_an_authority_of_its_own() -> None:
    for code, lads in AREAS.members.items():
        assert lads, code
        assert all(AREAS.members[lad] == {lad} for lad in lads), code


def test_regions_are_found_from_any_level() -> None:
    assert AREAS.region_of("E07000026") == "E12000002"
    assert AREAS.region_of("E47000001") == "E12000002"
    assert AREAS.region_of("S12000033") == "S92000003"
    assert AREAS.region_of("E12000002") == "E12000002"


def test_names_levels_and_touched_authorities() -> None:
    assert AREAS.name("E06000023") == "Bristol"
    assert AREAS.level("E06000007") == "unitary"
    assert AREAS.lads("E07000004") == {"E06000060"}


def test_every_unknown_code_is_told_with_its_nearest() -> None:
    with pytest.raises(RequestError) as caught:
        AREAS.expand(["E0800009", "Trafford", "E08000009"])
    first, second = caught.value.problems
    assert first.code == second.code == "unknown_area"
    assert "E08000009 (Trafford)" in first.fix
    assert second.fix.startswith("use one of E08000009 (Trafford)")


@pytest.mark.parametrize("code", ["E07000004", "E10000009", "E26000006"])
def test_an_area_that_is_part_of_an_authority_cannot_be_a_place(code: str) -> None:
    with pytest.raises(RequestError) as caught:
        AREAS.expand([code])
    [problem] = caught.value.problems
    assert problem.code == "area_not_whole"


def added(table: str, *rows: dict[str, str | None]) -> pa.Table:
    empty = dict.fromkeys(schema(table).names)
    return pa.Table.from_pylist([{**empty, **row, "source": "test"} for row in rows])


def test_a_place_adds_its_own_areas() -> None:
    areas = added(
        "area",
        {"code": "T12000001", "name": "Westmarch", "level": "region"},
        {"code": "T08000001", "name": "Marlbrook", "level": "unitary", "parent": "T12000001"},
        {"code": "T08000002", "name": "Ashwick", "level": "unitary", "parent": "T12000001"},
        {"code": "T23000001", "name": "Westmarch", "level": "police", "parent": "T12000001"},
    )
    members = added(
        "area_member",
        *(
            {"area": area, "lad": lad, "fit": "exact"}
            for area in ("T12000001", "T23000001")
            for lad in ("T08000001", "T08000002")
        ),
    )
    own = area_register(areas, members)
    assert own.expand(["T08000001"]) == {"T08000001"}
    assert own.expand(["T23000001"]) == {"T08000001", "T08000002"}
    assert own.region_of("T08000002") == "T12000001"
    assert own.name("E08000009") == "Trafford"
    assert "T08000001" not in area_register().names


def test_rows_that_do_not_fit_are_all_told() -> None:
    areas = added(
        "area",
        {"code": "E08000009", "name": "Trafford again", "level": "unitary"},
        {"code": "T1", "name": "Orphan", "level": "police", "parent": "T9"},
    )
    members = added("area_member", {"area": "T1", "lad": "T2"}, {"area": "T7", "lad": "E08000009"})
    with pytest.raises(RequestError) as caught:
        area_register(areas, members)
    told = " ".join(problem.where + problem.why for problem in caught.value.problems)
    assert len(caught.value.problems) == 4
    assert "already in use" in told
    assert "T9" in told
    assert "T2" in told
    assert "T7" in told
