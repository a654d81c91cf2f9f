"""Every authority of the published return is a registered body, by code and by area."""

from __future__ import annotations

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from totalplace.model import area_register, body_register, load

DATA = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data folder is absent"),
]
OUTTURN = DATA / "ro_outturn"
# The 2017-18 file gives North Yorkshire the code of Northumberland's abolished county.
PUBLISHERS_SLIP = {"E2721": "E10000022"}


def rows_of(file: str, sheet: str) -> list[list[str]]:
    found = CalamineWorkbook.from_path(OUTTURN / file).get_sheet_by_name(sheet).to_python()
    rows = [[str(cell) for cell in row] for row in found]
    return [row for row in rows if len(row[0]) == 5 and row[0][0] == "E" and row[0][1:].isdigit()]


def test_every_row_of_2017_18_is_a_body_with_that_code() -> None:
    bodies, areas = body_register(), area_register()
    rows = rows_of("RS_2017-18_data_by_LA.xlsx", "RS LA Data 2017-18")
    assert len(rows) == 445
    for ecode, code, name, *_ in rows:
        body = bodies.by_org_id("ecode", ecode)
        assert body is not None, name
        if code and PUBLISHERS_SLIP.get(ecode) != code:
            assert bodies.by_org_id("gss", code) == body, name
            assert areas.lads(code), name


@pytest.mark.parametrize(
    ("file", "sheet"),
    [
        (
            "Revenue_Outturn_Summary__RS__data_2010-11_by_LA_-_27-Nov-2012-v2.xls",
            "RS LA Data 2010-11 (1)",
        ),
        (
            "Revenue_Outturn_Summary__RS__data_2011-12_by_LA_-_Revised_28-Nov-2013.xls",
            "RS LA Data 2011-12 (1)",
        ),
    ],
)
def test_every_row_of_earlier_years_is_a_body(file: str, sheet: str) -> None:
    rows = rows_of(file, sheet)
    unknown = [row[1] for row in rows if body_register().by_org_id("ecode", row[0]) is None]
    assert len(rows) == 444
    assert not unknown


def test_key_a_is_the_published_population() -> None:
    path = DATA / "uk_la_codes" / "uk_local_authorities.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        published = {
            row["gss-code"]: int(Decimal(row["pop-2020"]))
            for row in csv.DictReader(file)
            if row["pop-2020"]
        }
    key = {
        row["area"]: row["value"] for row in load("key_value").to_pylist() if row["key_id"] == "A"
    }
    assert len(key) == 374
    assert {area: published[area] for area in key} == key


def test_key_b_and_the_deflators_are_those_of_their_files() -> None:
    path = DATA / "cra_pesa" / "PESAParser" / "Assets" / "demo_r_d2jan_1_Data.csv"
    with path.open(encoding="cp1252", newline="") as file:
        people = {
            row["GEO"]: int(row["Value"].replace(",", ""))
            for row in csv.DictReader(file)
            if row["TIME"] == "2008" and row["GEO"] in ("UKD", "UKD3")
        }
    values = {
        row["area"]: row["value"] for row in load("key_value").to_pylist() if row["key_id"] == "B"
    }
    assert values["E47000001"] == people["UKD3"]
    assert sum(values.values()) == people["UKD"]

    workbook = DATA / "unit_costs" / "src" / "gmca-raw" / "unit-cost-database.xlsx"
    lookups = CalamineWorkbook.from_path(workbook).get_sheet_by_name("Lookups").to_python()
    published = {
        str(row[11]).replace("/", "-"): row[14] for row in lookups if "/" in str(row[11])[:5]
    }
    shipped = {
        row["year"]: float(row["index"])
        for row in load("deflator").to_pylist()
        if row["edition"] == "2015-03"
    }
    assert shipped == pytest.approx(published)
