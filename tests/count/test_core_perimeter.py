"""Where money lands, and which receipts are in the payee's lines a second time."""

from __future__ import annotations

import pytest

from totalplace.count._perimeter import Perimeter, is_eliminated_to

ZONES = {
    "here": frozenset({"d1"}),
    "next": frozenset({"d2"}),
    "region": frozenset({"d1", "d2"}),
    "border": frozenset({"d2", "d3"}),
    "far": frozenset({"d3"}),
    "nation": frozenset({"d1", "d2", "d3"}),
    "nowhere": frozenset(),
}


def perimeter(*place: str) -> Perimeter:
    return Perimeter(
        place=frozenset(place),
        zones=ZONES,
        weights={"d1": 5, "d3": 2},
        body_zone={zone: zone for zone in ZONES},
    )


def test_status_and_tables_of_zones() -> None:
    found = perimeter("d1", "d2")
    status = dict(zip(*found.zone_table().to_pydict().values(), strict=True))
    assert status == {
        "here": "whole",
        "next": "whole",
        "region": "whole",
        "border": "part",
        "far": "none",
        "nation": "part",
        "nowhere": "none",
    }
    assert found.status("unheard of") == "none"
    assert found.weight_table(["border", "here"]).to_pylist() == [
        {"zone": "border", "area": "d2", "weight": 0},
        {"zone": "border", "area": "d3", "weight": 2},
        {"zone": "here", "area": "d1", "weight": 5},
    ]


@pytest.mark.parametrize(
    ("payer", "payee", "landing"),
    [
        ("here", "here", ("here", "here", True)),
        ("nation", "here", ("here", "here", True)),
        ("nation", "far", ("far", "far", True)),
        ("here", "nation", ("here", "nation", True)),
        ("far", "nation", ("far", "nation", True)),
        ("here", "next", ("here", "next", True)),
        ("here", "far", ("here", "far", False)),
        ("far", "here", ("far", "far", True)),
        ("region", "border", ("region", "border", True)),
        ("border", "region", ("border", "border", True)),
        ("border", "here", ("border", "border", True)),
        ("border", "nowhere", ("border", "border", False)),
        ("nowhere", "here", ("nowhere", "nowhere", False)),
        ("unheard of", "here", ("unheard of", "unheard of", False)),
        ("here", "unheard of", ("here", "here", False)),
    ],
)
def test_landing_in_the_region(payer: str, payee: str, landing: tuple[str, str, bool]) -> None:
    assert perimeter("d1", "d2").landing(payer, payee) == landing


def test_a_payee_partly_outside_takes_nothing_of_a_payer_partly_outside() -> None:
    assert perimeter("d1").landing("region", "border") == ("region", "region", False)


KINDS = ["grant", "benefit", "allocation", "precept", "levy", "contract", "fee", "pooled", None]


@pytest.mark.parametrize(
    ("basis", "kept"),
    [
        ("gross", []),
        ("net_income", ["contract", "fee", "pooled", None]),
        ("net_grant", ["grant", "benefit", "allocation", "pooled"]),
        ("net_all", KINDS),
    ],
)
def test_what_a_basis_is_net_of(basis: str, kept: list[str | None]) -> None:
    assert [kind for kind in KINDS if not is_eliminated_to(basis, kind)] == kept
