"""Which edition of the regional analysis counts, and what an older outturn does not tell."""

from __future__ import annotations

from typing import Any

from northland import ALDER, COAST, Row, cra, ro

from totalplace.count._editions import is_series, one_edition, untold
from totalplace.count._registers import Registers

PLACE = frozenset({ALDER})


def cell(edition: str, pence: int, dept: str | None = "Ministry", **facts: Any) -> Row:
    return {**cra(dept, pence), "edition": edition, "region_code": COAST, **facts}


def test_the_latest_edition_counts_and_the_other_is_told(north: Registers) -> None:
    rows = [
        cell("2010", 700_00),
        cell("2014", 1_000_00),
        cell("2014", 50_00),
        cell("2010", 9_00, is_identifiable=False),
    ]
    kept, told = one_edition(rows, year="2010-11", place=PLACE, registers=north)
    assert [row["amount_pence"] for row in kept] == [1_000_00, 50_00]
    (one,) = told
    assert "edition 2014 counts" in one
    assert "£1,050.00" in one
    assert "edition 2010 is left aside: it says £700.00, -£350.00 off" in one


def test_an_edition_without_departments_never_counts_before_one_with(north: Registers) -> None:
    series, edition = [cell("harmonised", 5, None)], [cell("2010", 7)]
    assert is_series(series)
    assert not is_series(edition)
    assert not is_series([])
    kept, told = one_edition(series + edition, year="2008-09", place=PLACE, registers=north)
    assert kept == edition
    assert len(told) == 1
    assert one_edition(series, year="2001-02", place=PLACE, registers=north) == (series, [])


CODES = [
    {"table": "RS", "block": 1, "stream_id": None, "class_code": "190", "code": 190, "label": "E"},
    {
        "table": "RS",
        "block": 1,
        "stream_id": "grants-inside-aef",
        "class_code": "804",
        "code": 797,
        "label": "Grants",
    },
    {
        "table": "RS",
        "block": 1,
        "stream_id": None,
        "class_code": "330+360",
        "code": 390,
        "label": "Social care",
    },
]


def test_what_an_older_outturn_does_not_tell_is_said(north: Registers) -> None:
    rows = [
        ro("alder-council", 797, -123_00),
        ro("birch-council", 797, -900_00),  # not of the place
        ro("alder-council", 390, 10),
    ]
    grants, care = untold(rows, CODES, place=PLACE, registers=north)
    assert "names no grants: £123.00 of its bodies' grants" in grants
    assert "line 390 Social care" in care
    assert "330 and 360" in care


def test_an_outturn_that_tells_all_is_not_complained_of(north: Registers) -> None:
    rows = [
        ro("alder-council", 797, -123),
        ro("alder-council", 190, 10),
        ro("alder-council", 102, 123, form="RG"),
    ]
    assert untold(rows, CODES, place=PLACE, registers=north) == []
    elsewhere = [ro("birch-council", 797, -9)]
    assert untold(elsewhere, CODES, place=PLACE, registers=north) == []
