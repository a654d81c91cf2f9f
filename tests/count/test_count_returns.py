"""Lines from bodies' own returns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from northland import ALDER, YEAR, Row, returned

from totalplace.count._registers import Registers
from totalplace.count._returns import return_lines


def lines(north: Registers, *rows: Row, **options: Any) -> list[dict[str, Any]]:
    given: dict[str, Any] = {"payees": {}, "streams": {}}
    full = [
        {"source_id": "s", "member": "", "row_no": number, "column_no": 0}
        | dict.fromkeys(("stream_text", "function", "reference_id"))
        | row
        for number, row in enumerate(rows, start=2)
    ]
    return return_lines(full, year=YEAR, registers=north, **(given | options))


def test_a_payment_and_a_receipt(north: Registers) -> None:
    paid, booked = lines(
        north,
        returned(
            "north-ministry", "out", "transfer", 90, "Alder Council", stream_text="North  Grant"
        ),
        returned("alder-council", "in", "transfer", 80, "The Ministry", stream_text="NORTH GRANT"),
        payees={("north-ministry", "Alder Council"): "alder-council"},
        streams={"north  grant": "north-grant"},
    )
    assert (paid["counterparty_id"], paid["stream_id"]) == ("alder-council", "north-grant")
    assert (paid["role"], paid["control"], paid["funder"]) == ("headline", "national", None)
    assert (paid["stream_kind"], paid["label"]) == ("grant", "North  Grant")
    assert (booked["role"], booked["stream_id"], booked["zone"]) == (
        "funding",
        "north-grant",
        ALDER,
    )
    # Nobody known: the text names the funder.
    assert (booked["counterparty_id"], booked["funder"]) == (None, "The Ministry")


def test_a_payee_that_is_no_body_is_no_funder(north: Registers) -> None:
    [line] = lines(north, returned("alder-council", "out", "purchase", 5, "Acme Ltd"))
    assert (line["payee_text"], line["funder"]) == ("Acme Ltd", None)


@pytest.mark.parametrize(
    ("side", "nature", "role"),
    [
        ("out", "own", "headline"),
        ("out", "agency", "headline"),  # listed by its nature, later
        ("out", "financing", "financing"),
        ("in", "financing", "funding"),  # reserves drawn, money borrowed
        ("in", "transfer", "funding"),
        ("in", "recharge", "dropped"),
        ("in", "noncash", "dropped"),
    ],
)
def test_roles(north: Registers, side: str, nature: str, role: str) -> None:
    [line] = lines(north, returned("alder-council", side, nature, 5))
    assert line["role"] == role


@pytest.mark.parametrize(
    ("body_id", "nature", "stream", "control"),
    [
        ("alder-council", "own", None, "local"),
        ("alder-council", "own", "north-schools", "ringfenced"),
        ("alder-council", "own", "north-grant", "local"),
        ("alder-council", "benefit", None, "national_rules"),
        ("alder-council", "own", "north-benefit", "national_rules"),  # though its ring is hard
        ("alder-council", "transfer", "waste-levy", "local"),  # as in the outturn
        ("north-ministry", "own", None, "national"),
        ("harbour-agency", "own", None, "national"),
        ("harbour-agency", "own", "north-schools", "ringfenced"),
        ("alder-college", "own", None, "local"),
        ("nobody-known", "own", None, "local"),
    ],
)
def test_who_controls_it(
    north: Registers, body_id: str, nature: str, stream: str | None, control: str
) -> None:
    [line] = lines(north, returned(body_id, "out", nature, 5, stream_text=stream))
    assert line["control"] == control


def test_a_period_is_shared_over_years_and_keeps_its_sum(north: Registers) -> None:
    college = {"period_start": date(2016, 8, 1), "period_end": date(2017, 7, 31)}
    found = lines(north, returned("alder-college", "out", "own", -36_500, **college))
    assert [(line["year_offset"], line["amount_pence"], line["piece"]) for line in found] == [
        (-1, -24_300, 0),
        (0, -12_200, 1),
    ]
    assert all(line["low_pence"] == line["high_pence"] == line["amount_pence"] for line in found)


def test_other_years_budgets_and_parts_of_nothing_are_left_out(north: Registers) -> None:
    long_ago = {"period_start": date(2014, 4, 1), "period_end": date(2015, 3, 31)}
    spill = {"period_start": date(2017, 3, 31), "period_end": date(2018, 3, 31)}
    found = lines(
        north,
        returned("alder-council", "out", "own", 5, **long_ago),
        returned("alder-council", "out", "own", 6, phase="budget"),
        returned("alder-council", "out", "own", 0),
        returned("alder-council", "out", "own", 1, **spill),  # a day's share of a penny: none
    )
    assert [(line["amount_pence"], line["year_offset"]) for line in found] == [(1, 0)]


def test_what_names_a_line(north: Registers) -> None:
    rows = [
        returned("alder-council", "out", "own", 1, "Acme Ltd", stream_text="Roads"),
        returned("alder-council", "out", "own", 1, "Acme Ltd"),
        returned("alder-council", "out", "own", 1),
    ]
    assert [line["label"] for line in lines(north, *rows)] == ["Roads", "Acme Ltd", "own"]
    assert [line["row_no"] for line in lines(north, *rows)] == [2, 3, 4]
