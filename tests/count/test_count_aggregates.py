"""Lines from the regional analysis and the revenue outturn, cell by cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from northland import ALDER, BIRCH, COAST, REGISTERS, TWINSHIRE, Row, cra, ro

from totalplace.count._aggregates import NOT_NAMED, SITES, cra_lines, ro_lines
from totalplace.count._editions import SERIES
from totalplace.count._match import SEVERAL
from totalplace.count._registers import Registers

EDUCATION = {("cra_function", "9. education"): {"09": 1_000_000}}
DIVIDED = {("cra_function", "9. education"): {"09.1": 666_667, "09.2": 333_333}}
SITE = {
    "segment_pattern": "*old dock*",
    "department": "Ministry of the North",
    "organisation": "Ministry of the North",
    "region_code": COAST,
    "site_area": BIRCH,
    "site_name": "Old Dock",
    "valid_from": None,
    "valid_to": None,
}


def cells(*rows: Row) -> list[Row]:
    """Rows as they come from the lines of one file."""
    return [
        {
            "source_id": "s",
            "member": "",
            "row_no": number,
            "column_no": 7,
            "org_text": None,
            "subfunction_text": None,
            **row,
        }
        for number, row in enumerate(rows, start=2)
    ]


def regional(*rows: Row, **options: Any) -> list[dict[str, Any]]:
    given = {"bodies": REGISTERS["cra_body"], "functions": {}, "local_only": [], "held": ()}
    return cra_lines(cells(*rows), **(given | options))


def only(lines: list[dict[str, Any]]) -> dict[str, Any]:
    [line] = lines
    return line


def test_a_cell_of_a_known_organisation() -> None:
    line = only(
        regional(
            cra("Ministry of the North", 500, half_unit=50, org_text="Harbour  agency"),
            functions=EDUCATION,
        )
    )
    expected = {
        "body_id": "harbour-agency",
        "tier": "quango",
        "control": "national",
        "zone": COAST,
        "role": "headline",
        "amount_pence": 500,
        "low_pence": 450,
        "high_pence": 550,
        "function": "09",
        "funder": "Ministry of the North",
        "grade": "E",
        "derivation": "apportioned",
        "piece": 0,
    }
    assert {name: line[name] for name in expected} == expected


def test_an_unknown_organisation_keeps_its_money_under_its_own_name() -> None:
    line = only(regional(cra("Board of Tides & Ebbs", 500)))
    assert (line["body_id"], line["tier"], line["control"]) == (
        "board-of-tides-ebbs",
        "national",
        "national",
    )
    assert "function" not in line
    assert only(regional(cra("?", 5, org_text=None)))["body_id"] == "organisation-not-named"


def test_cells_without_money_or_without_a_region_are_no_lines() -> None:
    assert regional(cra("Board", 0), cra("Board", 900, is_identifiable=False)) == []


@pytest.mark.parametrize(
    ("cap_rev", "held", "role", "funder"),
    [
        ("cur", (), "headline", "local government, not broken down"),
        ("cur", ("cur",), "control", "Local Government North"),
        ("cap", ("cur",), "headline", "capital financing, not published here"),
        ("cap", ("cap", "cur"), "control", "Local Government North"),
    ],
)
def test_local_government_is_a_control_where_accounts_are_held(
    cap_rev: str, held: tuple[str, ...], role: str, funder: str
) -> None:
    line = only(regional(cra("Local Government North", 500, cap_rev=cap_rev), held=held))
    assert (line["role"], line["funder"]) == (role, funder)


def test_council_housing_stands_apart() -> None:
    line = only(regional(cra("Housing North", 500), held=("cur",)))
    assert (line["role"], line["label"]) == ("apart", "housing revenue account")


def test_a_cell_is_divided_by_its_crosswalk_to_the_penny_and_rounded_outwards() -> None:
    found = regional(cra("Board", 100, half_unit=50), functions=DIVIDED)
    assert [(line["function"], line["amount_pence"], line["piece"]) for line in found] == [
        ("09.1", 67, 0),
        ("09.2", 33, 1),
    ]
    assert sum(line["low_pence"] for line in found) <= 50
    assert sum(line["high_pence"] for line in found) >= 150
    [minus, _] = regional(cra("Board", -100), functions=DIVIDED)
    assert minus["amount_pence"] == -67


def test_the_most_precise_label_known_decides_the_function() -> None:
    functions = EDUCATION | {
        ("cra_subfunction", "9.1 schools"): {"09.1": 1},
        ("cra_function", "9. all of it"): {"09.9": 1},
    }
    found = regional(
        cra("Board", 1, subfunction_text="9.1  Schools"),
        cra("Board", 2, subfunction_text="not known"),
        cra("Board", 3, function_text="not known", cofog0_text="9. ALL of it"),
        functions=functions,
    )
    assert [line["function"] for line in found] == ["09.1", "09", "09.9"]
    assert [line["class_code"] for line in found] == ["9.1  Schools", "not known", "not known"]
    assert [line["class_scheme"] for line in found] == [
        "cra_subfunction",
        "cra_subfunction",
        "cra_function",
    ]


def test_a_site_programme_stands_at_its_site_and_as_published_beside() -> None:
    found = regional(
        cra("Ministry of the North", 900, segment_name="The OLD dock, safety"), local_only=[SITE]
    )
    assert [(line["role"], line["zone"], line["amount_pence"]) for line in found] == [
        ("apart", COAST, 900),
        ("headline", BIRCH, 900),
    ]
    assert found[0]["label"] == f"{SITES}Old Dock"
    assert [line["derivation"] for line in found] == ["apportioned", "direct"]
    assert [line["piece"] for line in found] == [0, 1]  # one cell, two names


@pytest.mark.parametrize(
    "other",
    [
        {"segment_pattern": "*new dock*"},
        {"department": "Ministry of Tides"},
        {"organisation": "Harbour Agency"},
        {"region_code": TWINSHIRE},
        {"valid_from": date(2019, 4, 1)},
        {"valid_to": date(2016, 4, 1)},
    ],
)
def test_a_site_programme_of_something_else_is_shared_as_ever(other: dict[str, Any]) -> None:
    row = cra("Ministry of the North", 900, segment_name="the old dock")
    line = only(regional(row, local_only=[SITE | other]))
    assert (line["role"], line["zone"]) == ("headline", COAST)


def test_a_site_programme_may_be_of_a_whole_department() -> None:
    site = SITE | {"segment_pattern": None, "organisation": None, "region_code": None}
    site |= {"department": None, "valid_from": date(2018, 4, 1), "valid_to": date(2017, 6, 1)}
    assert len(regional(cra("Board", 900), local_only=[site])) == 2


# --- revenue outturn ---------------------------------------------------------------------------

_CODE = {
    "table": "RS",
    "block": 1,
    "nature": "own",
    "cap_rev": "cur",
    "stream_id": None,
    "funder_id": None,
    "funder_text": None,
    "control": "local",
    "cofog": None,
    "class_code": None,
    "service_code": None,
    "total_of": None,
    "sign": "positive_is_spend",
}
CODES = [
    _CODE | row
    for row in (
        {"code": 190, "label": "Education", "role": "service", "cofog": "09"},
        {"code": 601, "label": "Police", "role": "service", "cofog": "03.1"},
        {"code": 711, "label": "Benefit", "role": "benefit", "stream_id": "housing-benefit"},
        {
            "code": 724,
            "label": "Waste levy",
            "role": "levy",
            "stream_id": "waste-levy",
            "sign": "negative_is_receipt",
        },
        {"code": 728, "label": "Other levies", "role": "levy", "stream_id": "other-levy"},
        {"code": 731, "label": "Trading", "role": "bridge", "control": None, "cap_rev": None},
        {"code": 781, "label": "Interest", "role": "financing"},
        {
            "code": 804,
            "label": "Grants inside",
            "role": "funding",
            "stream_id": "grants-inside-aef",
            "sign": "negative_is_funding",
        },
        {
            "code": 890,
            "label": "Council tax",
            "role": "funding",
            "funder_text": "Council tax payers",
            "sign": "positive_is_funding",
        },
        {
            "code": 856,
            "label": "Police grant",
            "role": "funding",
            "service_code": "601",
            "sign": "negative_is_funding",
        },
        {"code": 699, "label": "Total", "role": "total"},
        {"code": 911, "label": "Reserves", "role": "reserve_level"},
    )
]
GRANTS: dict[str, Row] = {
    "102": {
        "role": "grant",
        "aef": "inside",
        "stream_id": "schools",
        "funder_id": "north-ministry",
        "funder_text": "Ministry of the North",
        "control": "ringfenced",
        "service_code": "190",
        "label": "Schools grant",
    },
    "406": {
        "role": "grant",
        "aef": "inside",
        "stream_id": None,
        "funder_id": None,
        "funder_text": None,
        "control": None,
        "service_code": None,
        "label": "Some grant",
    },
    "699": {"role": "total", "aef": "inside", "control": None},
}


def outturn(north: Registers, *rows: Row, **options: Any) -> list[dict[str, Any]]:
    given: dict[str, Any] = {"codes": CODES, "grants": GRANTS, "functions": {}}
    return ro_lines(cells(*rows), registers=north, **(given | options))


def test_services_benefits_totals_and_financing(north: Registers) -> None:
    found = outturn(
        north,
        ro("alder-council", 190, 5000),
        ro("alder-council", 711, 700),
        ro("alder-council", 731, -30),
        ro("alder-council", 781, 40),
        ro("alder-council", 699, 5000),
    )
    assert [(line["role"], line["nature"], line["amount_pence"]) for line in found] == [
        ("headline", "own", 5000),
        ("headline", "benefit", 700),
        ("financing", "financing", -30),
        ("financing", "financing", 40),
        ("total", "own", 5000),
    ]
    service, benefit, trading, *_ = found
    assert (service["function"], service["zone"], service["tier"]) == ("09", ALDER, "local")
    assert (service["class_scheme"], service["class_code"]) == ("ro_line", "190")
    assert (benefit["stream_id"], benefit["stream_kind"]) == ("housing-benefit", "benefit")
    assert (trading["control"], trading["cap_rev"]) == ("local", "cur")
    assert trading["label"] == "731 Trading"


def test_cells_that_are_no_lines(north: Registers) -> None:
    nothing = outturn(
        north,
        ro(None, 190, 5000),  # an authority that the register does not know
        ro("alder-council", 190, 0),
        ro("alder-council", 911, 77),  # a level of reserves
        ro("alder-council", 4711, 88),  # a code that the form of the year does not have
        ro("alder-council", 190, 99, block=2),
        ro("alder-council", 102, 10, form="RG"),  # grants only name the cells of form RS
    )
    assert nothing == []


def test_a_published_range_is_kept(north: Registers) -> None:
    line = only(outturn(north, ro("alder-council", 781, 40, low_pence=35, high_pence=45)))
    assert (line["low_pence"], line["high_pence"]) == (35, 45)


def test_a_levy_goes_to_the_receiver_that_serves_its_payer(north: Registers) -> None:
    found = outturn(
        north,
        ro("alder-council", 724, 60),
        ro("birch-council", 724, 40),
        ro("dale-council", 724, 9),  # outside the waste authority's area: nobody books it
        ro("coast-waste", 724, -98),
        ro("coast-police", 724, -1),  # serves Alder too, but a wider area
        ro("harbour-agency", 724, 5),  # has no area
        ro("alder-council", 728, 3),  # nobody reports its receipt
    )
    assert [line.get("counterparty_id") for line in found] == [
        "coast-waste",
        "coast-waste",
        None,
        SEVERAL,
        SEVERAL,
        None,
        None,
    ]
    receipt = found[3]
    assert (receipt["side"], receipt["role"], receipt["amount_pence"]) == ("in", "funding", 98)
    assert all(line["stream_kind"] == "levy" for line in found)
    assert found[0]["nature"] == "transfer"


def test_funding_is_positive_whatever_the_forms_sign(north: Registers) -> None:
    tax, grants = outturn(north, ro("alder-council", 890, 500), ro("alder-council", 804, -120))
    assert (tax["amount_pence"], tax["funder"]) == (500, "Council tax payers")
    assert (grants["amount_pence"], grants["funder"]) == (120, NOT_NAMED)
    assert {tax["side"], grants["side"]} == {"in"}


def test_grants_are_named_by_form_rg_and_the_rest_is_not(north: Registers) -> None:
    found = outturn(
        north,
        ro("alder-council", 804, -1000),
        ro("alder-council", 102, 600, form="RG"),
        ro("alder-council", 406, 100, form="RG"),
        ro("alder-council", 555, 50, form="RG"),  # in no list: inside, by its number
        ro("alder-council", 777, 20, form="RG"),  # the same, outside
        ro("alder-council", 699, 750, form="RG"),  # a total is never added
    )
    assert [(line["funder"], line["amount_pence"], line["row_no"]) for line in found] == [
        ("Ministry of the North", 600, 3),
        (NOT_NAMED, 100, 4),
        (NOT_NAMED, 50, 5),
        (NOT_NAMED, 250, 2),
    ]
    schools, other, unknown, rest = found
    assert (schools["control"], schools["class_code"]) == ("ringfenced", "102")
    assert schools["counterparty_id"] == "north-ministry"
    assert (other["control"], other["label"]) == ("national", "Some grant")
    assert unknown["label"] == "grant 555, not named"
    assert sum(line["amount_pence"] for line in found) == 1000
    assert rest["stream_id"] == "grants-inside-aef"


def test_grants_that_sum_to_their_cell_leave_nothing_unnamed(north: Registers) -> None:
    found = outturn(north, ro("alder-council", 804, -600), ro("alder-council", 102, 600, form="RG"))
    assert [line["funder"] for line in found] == ["Ministry of the North"]


@pytest.mark.parametrize(
    ("service", "grant", "expected"),
    [
        (1000, 600, [("ringfenced", 600), ("local", 400)]),
        (500, 600, [("ringfenced", 500)]),  # never more than the service
        (1000, -50, [("local", 1000)]),  # a grant paid back ties nothing
        (-30, 600, [("local", -30)]),
    ],
)
def test_ringfenced_grants_reach_the_service_they_are_for(
    north: Registers, service: int, grant: int, expected: list[tuple[str, int]]
) -> None:
    found = outturn(
        north, ro("alder-council", 190, service), ro("alder-council", 102, grant, form="RG")
    )
    assert [(line["control"], line["amount_pence"]) for line in found] == expected
    assert [line["piece"] for line in found] == list(range(len(expected)))


def test_police_grant_reaches_the_police(north: Registers) -> None:
    found = outturn(north, ro("coast-police", 601, 1000), ro("coast-police", 856, -700))
    assert [(line["role"], line["control"], line["amount_pence"]) for line in found] == [
        ("headline", "ringfenced", 700),
        ("headline", "local", 300),
        ("funding", "local", 700),
    ]


def test_a_ring_fence_keeps_the_published_range(north: Registers) -> None:
    found = outturn(
        north,
        ro("alder-council", 190, 600, low_pence=550, high_pence=650),
        ro("alder-council", 102, 600, form="RG"),
    )
    assert [sum(line[name] for line in found) for name in ("low_pence", "high_pence")] == [550, 650]


def test_a_service_is_divided_by_its_crosswalk(north: Registers) -> None:
    found = outturn(
        north,
        ro("alder-council", 190, 100),
        functions={("ro_line", "190"): {"09.1": 750_000, "09.2": 250_000}},
    )
    assert [(line["function"], line["amount_pence"]) for line in found] == [
        ("09.1", 75),
        ("09.2", 25),
    ]


def test_an_older_form_is_classed_as_the_newest_is(north: Registers) -> None:
    codes = [
        _CODE | {"code": 399, "label": "Adults", "role": "service", "class_code": "360"},
        _CODE | {"code": 390, "label": "Social care", "role": "service", "class_code": "330+360"},
    ]
    functions = {("ro_line", "330+360"): {"10.1": 400_000, "10.4": 600_000}}
    found = outturn(
        north,
        ro("alder-council", 399, 50),
        ro("birch-council", 390, 100),
        codes=codes,
        functions=functions,
    )
    assert [(line["class_code"], line["label"], line["amount_pence"]) for line in found] == [
        ("360", "399 Adults", 50),
        ("330+360", "390 Social care", 40),
        ("330+360", "390 Social care", 60),
    ]


def test_a_grant_that_no_list_names_stands_before_the_total_it_is_part_of(
    north: Registers,
) -> None:
    found = outturn(
        north,
        ro("alder-council", 804, -100),
        ro("alder-council", 698, 60, form="RG"),
        ro("alder-council", 700, 40, form="RG"),  # outside: after the total of those inside
    )
    assert [(line["label"], line["amount_pence"]) for line in found] == [
        ("grant 698, not named", 60),
        ("804 Grants inside", 40),
    ]


def test_pieces_of_a_funding_cell_keep_the_published_ranges(north: Registers) -> None:
    found = outturn(
        north,
        ro("alder-council", 804, -100, low_pence=-105, high_pence=-95),
        ro("alder-council", 102, 60, form="RG", low_pence=58, high_pence=62),
    )
    assert [(line["low_pence"], line["amount_pence"], line["high_pence"]) for line in found] == [
        (58, 60, 62),
        (35, 40, 45),
    ]


def test_a_series_without_departments_is_a_control_beside_accounts() -> None:
    row = cra(None, 900)
    alone, beside = only(regional(row)), only(regional(row, is_control=True))
    assert (alone["role"], alone["funder"]) == ("headline", SERIES)
    assert (beside["role"], beside["label"]) == ("control", SERIES)
