"""Facts of the Unit Cost Database pass, and the same rows of the wrong copy are flagged."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_tables import Row, checked_pence, files, sections

from totalplace.cases.unit_costs import UnitCost, check_unit_costs, flag_unit_costs, in_prices
from totalplace.cases.unit_costs._checks import sums_of


def cost_of(row: Row) -> UnitCost:
    return UnitCost(
        book="gmca",
        code=row["code"],
        value_class="fiscal",
        sheet="Social Services",
        description=row["code"],
        unit=row["unit"],
        value_pence=checked_pence(row),
        price_year=row["year"],
        components=row["components"] or None,
        source="New Economy, Unit Cost Database v1.4 (CC BY 4.0)",
    )


@pytest.mark.parametrize("path", files("unit_costs"), ids=lambda path: path.stem)
def test_what_passes_and_what_is_flagged(path: Path) -> None:
    rows = sections(path)["Costs"]
    for name in {row["file"] for row in rows}:
        told = [row for row in rows if row["file"] == name]
        costs = [cost_of(row) for row in told]
        found = flag_unit_costs(costs, check_unit_costs(costs))
        assert {one.code: one.flag or "" for one in found} == {
            row["code"]: row["flags"] for row in told
        }


@pytest.mark.parametrize("path", files("unit_costs"), ids=lambda path: path.stem)
def test_the_sums_that_ship_are_those_of_the_tables(path: Path) -> None:
    told = {row["code"]: row["components"] for row in sections(path)["Costs"] if row["components"]}
    shipped = sums_of("gmca")
    assert {code: shipped[code, "fiscal"][0] for code in told} == told


@pytest.mark.parametrize("path", files("unit_costs"), ids=lambda path: path.stem)
def test_prices_of_another_year(path: Path) -> None:
    tables = sections(path)
    pence = {row["code"]: checked_pence(row) for row in tables["Costs"] if row["file"] != "copy"}
    for row in tables["Prices"]:
        assert in_prices(
            pence[row["code"]], row["from"], row["of"], edition=row["edition"] or None
        ) == checked_pence(row)
