"""Every spec table on every engine and on the reference, to the penny."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
import reference
from reference import Result
from spec_tables import Expected, Spec, figure, specs
from worlds import World, by_engine, by_reference, same

from totalplace.count._funders import flows
from totalplace.count._net import CUBE_DIMENSIONS
from totalplace.count._trace import trace
from totalplace.engine import Engine

SPECS = {spec.name: spec for spec in specs()}
CASES = [(spec.name, place) for spec in SPECS.values() for place in spec.places]
IDS = [f"{name}[{'+'.join(sorted(place))}]" for name, place in CASES]

Case = tuple[str, frozenset[str]]
Outcomes = Mapping[Case, Result]


def _worlds() -> list[World]:
    return [SPECS[name].world(place) for name, place in CASES]


@pytest.fixture(scope="module")
def outcomes(engine: Engine) -> Outcomes:
    """Every table counted for every place that it names."""
    return dict(zip(CASES, by_engine(engine, _worlds()), strict=True))


@pytest.fixture(scope="module")
def outcomes_by_area(engine: Engine) -> Outcomes:
    """The same, every cell apart by authority."""
    return dict(zip(CASES, by_engine(engine, _worlds(), by_area=True), strict=True))


def _wanted(row: Expected) -> dict[str, Any]:
    named = {
        "body_id": row.body,
        "funder": row.funder,
        "cap_rev": row.cap_rev,
        "area": row.area,
    }
    return {name: value for name, value in named.items() if value is not None}


def _assert_figures(spec: Spec, place: frozenset[str], whole: Result, by_area: Result) -> None:
    got, expected = {}, {}
    for row in spec.expected:
        if row.place != place or row.figure == "unexplained":
            continue
        key = row.figure, *_wanted(row).items()
        got[key] = figure(whole if row.area is None else by_area, row.figure, **_wanted(row))
        expected[key] = row.pence
    assert got == expected


def _unexplained(spec: Spec, place: frozenset[str]) -> int:
    return sum(
        row.pence for row in spec.expected if row.place == place and row.figure == "unexplained"
    )


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_expected_figures_on_the_engine(
    case: Case, outcomes: Outcomes, outcomes_by_area: Outcomes
) -> None:
    _assert_figures(SPECS[case[0]], case[1], outcomes[case], outcomes_by_area[case])


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_expected_figures_on_the_reference(case: Case) -> None:
    world = SPECS[case[0]].world(case[1])
    _assert_figures(SPECS[case[0]], case[1], by_reference(world), by_reference(world, by_area=True))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_engine_and_reference_agree_on_every_cell(
    case: Case, outcomes: Outcomes, outcomes_by_area: Outcomes
) -> None:
    world = SPECS[case[0]].world(case[1])
    same(outcomes[case], by_reference(world))
    same(outcomes_by_area[case], by_reference(world, by_area=True))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_residual_is_transit_and_financing(case: Case, outcomes: Outcomes) -> None:
    """The reconciliation: no other row than those the table names."""
    name, place = case
    result = outcomes[case]
    named = -figure(result, "in transit") - figure(result, "financing")
    assert figure(result, "residual") == named + _unexplained(SPECS[name], place)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_areas_sum_to_the_place(case: Case, outcomes: Outcomes, outcomes_by_area: Outcomes) -> None:
    for name in ("gross", "eliminated", "funding", "received", "listed", "financing"):
        parts = sum(figure(outcomes_by_area[case], name, area=area) for area in case[1])
        assert parts == figure(outcomes[case], name)


@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if spec.matches is not None])
def test_matches(name: str, outcomes: Outcomes) -> None:
    spec = SPECS[name]
    for place in spec.places:
        got = sorted(
            (
                item.level,
                "several" if item.payer_id == "*" else item.payer_id,
                item.payee_id,
                item.paid_pence,
                item.received_pence,
            )
            for item in outcomes[name, place].matches
        )
        assert got == sorted(spec.matches or ())


@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if spec.whose])
def test_whose_money(name: str, outcomes: Outcomes) -> None:
    spec = SPECS[name]
    cube = pa.Table.from_pylist(
        [
            {**dict(zip(CUBE_DIMENSIONS, key, strict=True)), "pence": values[0]}
            for key, values in outcomes[name, spec.places[0]].cube.items()
        ]
    )
    found = flows(cube)
    plain = reference.trace((flow.payee, flow.source, flow.pence) for flow in found)
    for body, spent, source, pence in spec.whose:
        assert trace(found).sources_of(body, spent)[source] == pence
        assert round(plain[body][source] * spent) == pence


def _districts(spec: Spec) -> list[frozenset[str]]:
    return [frozenset([area]) for area in sorted(spec.weights)]


def _all_nested(spec: Spec) -> bool:
    """Whether every payment is between areas of which one holds the other."""
    pairs = {
        (spec.zones[spec.body_zone[row["body_id"]]], spec.zones[spec.body_zone[other]])
        for row in spec.rows
        if (other := row.get("counterparty_id")) not in {None, "*"}
        and row["body_id"] in spec.body_zone
    }
    return all(one <= other or other <= one for one, other in pairs)


def test_districts_sum_to_the_region(engine: Engine) -> None:
    """A place counted district by district sums to itself, to the penny."""
    chosen = [spec for spec in SPECS.values() if len(spec.weights) > 1 and _all_nested(spec)]
    assert {"worked-7-national-grants", "edge-levy-of-ten-districts", "edge-police"} <= {
        spec.name for spec in chosen
    }
    worlds = [
        spec.world(place)
        for spec in chosen
        for place in (frozenset(spec.weights), *_districts(spec))
    ]
    results = iter(by_engine(engine, worlds))
    for spec in chosen:
        whole = next(results)
        parts = [next(results) for _ in _districts(spec)]
        for name in ("gross", "eliminated", "net", "funder view", "received", "listed"):
            assert sum(figure(part, name) for part in parts) == figure(whole, name), spec.name


EDGE_CASES = {
    "commissioner-pays-provider",
    "benefit-subsidy",
    "school-grants",
    "precept-and-levy",
    "pooled-fund-gross",
    "police",
    "payroll",
    "purchase-card",
    "vat",
    "pfi-charge",
    "bodies-merged-mid-year",
    "grant-with-two-names",
    "negative-lines",
    "revised-return",
    "circular-purchase",
    "amount-equal-to-its-identifier",
    "totals-row",
    "levy-of-ten-districts",
    "payee-counted-nowhere",
    "net-of-the-grant",
    "capital-grant",
    "one-sided-payer",
    "inferred-payment",
    "inferred-payment-capped",
    "late-receipt",
    "college-year",
}
"""What the design asks for, by file; others came up on the way."""


def test_all_worked_examples_and_edge_cases_are_there() -> None:
    worked = sorted(name.split("-")[1] for name in SPECS if name.startswith("worked-"))
    assert worked == ["1", "2", "3", "4", "5", "6", "7"]
    edge = {name.removeprefix("edge-") for name in SPECS if name.startswith("edge-")}
    assert edge >= EDGE_CASES
    assert len(worked) + len(edge) == len(SPECS)
