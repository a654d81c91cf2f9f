"""The registers hold together, and hold what their sources publish."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from totalplace.model import area_register, body_register, load

BODIES = load("body").to_pylist()
AREAS = area_register()
IN_2017_18 = date(2017, 6, 1)


def returning_in_2017_18() -> list[str]:
    """Bodies with a code of the revenue outturn that existed in that year."""
    register = body_register()
    return [
        row["body_id"]
        for row in BODIES
        if "ecode:" in (row["org_ids"] or "")
        and register.bodies[row["body_id"]].is_alive(IN_2017_18)
    ]


def test_every_authority_of_the_2017_18_return_is_a_body() -> None:
    kinds = Counter(row["kind"] for row in BODIES if row["body_id"] in returning_in_2017_18())
    assert kinds == {
        "shire_district": 201,
        "unitary": 56,
        "metropolitan_district": 36,
        "london_borough": 33,
        "county": 27,
        "police": 37,
        "fire": 28,
        "combined_authority": 9,
        "park": 11,
        "waste": 6,
        "greater_london_authority": 1,
    }
    assert kinds.total() == 445


def test_every_returning_body_serves_an_area_that_has_members() -> None:
    areas: dict[str, list[str]] = {}
    for row in load("body_area").to_pylist():
        areas.setdefault(row["body_id"], []).append(row["area"])
    for body_id in returning_in_2017_18():
        assert [AREAS.members[code] for code in areas[body_id]], body_id


def test_codes_of_a_scheme_belong_to_one_body() -> None:
    codes = [code for row in BODIES for code in (row["org_ids"] or "").split(";") if code]
    assert max(Counter(codes).values()) == 1
    assert all(":" in code for code in codes)


def test_identifiers_are_slugs() -> None:
    for row in BODIES:
        assert row["body_id"] == "-".join(row["body_id"].split()), row
        assert row["body_id"].replace("-", "").isalnum(), row
        assert row["body_id"].islower(), row


@pytest.mark.parametrize("table", ["body_alias", "body_area"])
def test_every_row_names_a_known_body(table: str) -> None:
    known = {row["body_id"] for row in BODIES}
    assert {row["body_id"] for row in load(table).to_pylist()} <= known


def test_successors_are_known_and_never_run_in_a_circle() -> None:
    successor = {row["body_id"]: row["successor_id"] for row in BODIES}
    for start in successor:
        seen = [start]
        while (after := successor[seen[-1]]) is not None:
            assert after not in seen, seen
            seen.append(after)


def test_lives_are_not_backwards() -> None:
    for row in [*BODIES, *load("area").to_pylist()]:
        if row["valid_from"] and row["valid_to"]:
            assert row["valid_from"] < row["valid_to"], row


def test_a_body_that_ended_before_its_successor_began_is_named() -> None:
    by_id = {row["body_id"]: row for row in BODIES}
    gaps = {
        row["body_id"]
        for row in BODIES
        if row["successor_id"]
        and row["valid_to"]
        and (began := by_id[row["successor_id"]]["valid_from"])
        and row["valid_to"] < began
    }
    assert gaps == set()


def test_areas_of_bodies_are_known() -> None:
    assert {row["area"] for row in load("body_area").to_pylist()} <= set(AREAS.names)


def test_one_alias_has_one_spelling() -> None:
    folded = Counter(
        " ".join(row["alias"].casefold().split()) for row in load("body_alias").to_pylist()
    )
    assert max(folded.values()) == 1


def test_key_a_covers_every_authority_and_nothing_else() -> None:
    cells = [row["area"] for row in load("key_value").to_pylist() if row["key_id"] == "A"]
    assert Counter(cells) == Counter(AREAS.expand(["K02000001"]))


def test_key_b_divides_the_north_west_into_three_cells() -> None:
    cells = {
        row["area"]: row["value"] for row in load("key_value").to_pylist() if row["key_id"] == "B"
    }
    lads = [lad for area in cells for lad in AREAS.members[area]]
    assert Counter(lads) == Counter(AREAS.expand(["E12000002"]))
    assert sum(cells.values()) == 6_944_041
    assert cells["E47000001"] == 2_609_479
    assert cells["E06000007"] == 197_363
    people = {
        row["area"]: row["value"] for row in load("key_value").to_pylist() if row["key_id"] == "A"
    }
    # Warrington: the region's 2008 people by its share of the region's people in 2020.
    region = sum(people[lad] for lad in AREAS.expand(["E12000002"]))
    assert round(6_944_041 * people["E06000007"] / region) == 197_363
    share_pct = Decimal(2_609_479 + 197_363) * 100 / 6_944_041
    assert share_pct.quantize(Decimal("0.1")) == Decimal("40.4")


def test_households_of_greater_manchester_are_the_census_count() -> None:
    households = {
        row["area"]: row["value"]
        for row in load("denominator").to_pylist()
        if (row["kind"], row["year"]) == ("households", 2021)
    }
    assert sum(households[lad] for lad in AREAS.expand(["E47000001"])) == 1_178_246
    assert set(AREAS.expand(["K04000001"])) <= set(households)


def test_people_denominators_are_key_a() -> None:
    people = {
        row["area"]: row["value"]
        for row in load("denominator").to_pylist()
        if (row["kind"], row["year"]) == ("people", 2020)
    }
    key = {
        row["area"]: row["value"] for row in load("key_value").to_pylist() if row["key_id"] == "A"
    }
    assert people == key


def index(year: str, edition: str) -> Decimal:
    [row] = [
        row
        for row in load("deflator").to_pylist()
        if (row["year"], row["edition"]) == (year, edition)
    ]
    return Decimal(row["index"])


def test_one_deflator_a_year_is_the_default_and_its_base_is_100() -> None:
    rows = load("deflator").to_pylist()
    default = [row for row in rows if row["is_default"]]
    assert max(Counter(row["year"] for row in default).values()) == 1
    years = {row["year"] for row in default}
    assert {"2008-09", "2011-12", *(f"20{one}-{one + 1}" for one in range(17, 25))} <= years
    for row in rows:
        if row["year"] == row["base"]:
            assert row["index"] == 100, row
    outturn = [row["index"] for row in sorted(default, key=lambda row: row["year"])]
    assert outturn == sorted(outturn)


def test_the_two_editions_agree_on_outturn_years_within_a_few_per_cent() -> None:
    # 2008-09 to 2013-14: 170.65 to 190.03 in March 2015, 66.84 to 73.03 in March 2026; the
    # difference is the later national accounts' revision, not a slip of the pen.
    early = index("2013-14", "2015-03") / index("2008-09", "2015-03")
    late = index("2013-14", "2026-03") / index("2008-09", "2026-03")
    assert abs(early / late - 1) < Decimal("0.03")
