"""Published aggregates of older editions, and controls by authority, land on known figures.

The independent reading is python_calamine or Python's own csv and json over the raw bytes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import python_calamine

from totalplace.count import Request, count
from totalplace.engine import Engine, duckdb_engine
from totalplace.model import body_register
from totalplace.place import Folder, create
from totalplace.sources import FileReport, add

DATA = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data folder is absent"),
]

ASSETS = DATA / "cra_pesa" / "PESAParser" / "Assets"
CRA_2010 = ASSETS / "pesa_2010_database_tables_chapter9.xlsx"
CRA_2014 = ASSETS / "CRA_2014_Combined_Database_for_Publication.xlsx"
CRA_2018 = ASSETS / "CRA_2018_Database_for_Publication_rvsd.xlsx"
SERIES = DATA / "cra_pesa" / "ParsedCombinedPESA.zip"
OUTTURN = DATA / "ro_outturn"
RS_2010 = OUTTURN / "Revenue_Outturn_Summary__RS__data_2010-11_by_LA_-_27-Nov-2012-v2.xls"
RS_2011 = OUTTURN / "Revenue_Outturn_Summary__RS__data_2011-12_by_LA_-_Revised_28-Nov-2013.xls"
RS_2017 = OUTTURN / "RS_2017-18_data_by_LA.xlsx"
BENEFITS = DATA / "birmingham_dwp" / "proposals" / "benefits-bill.proposal.json"
TARGETS = DATA / "la_targets" / "policyengine_uk_data"
GREATER_MANCHESTER, BIRMINGHAM, NORTH_WEST = "E47000001", "E08000025", "E12000002"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = duckdb_engine(threads=2)
    yield engine
    engine.close()


def loaded(path: Path, files: list[Path], *areas: str) -> tuple[Folder, list[FileReport]]:
    folder = create(path / "place", name="Real", areas=list(areas), year="2011-12")
    report = add(folder, files, received="2026-01-01T00:00:00", registers=body_register())
    assert {one.status for one in report.files} == {"loaded"}, [one.message for one in report.files]
    for one in report.files:
        assert one.records == one.lines + one.rejected + sum(one.skipped.values())
    return folder, [one for one in report.files if one.lines]


def lines(engine: Engine, folder: Folder, dataset: str) -> list[dict[str, object]]:
    paths = folder.lines_paths(dataset, folder.state())
    return engine.to_arrow(engine.read_parquet(paths)).to_pylist()


@pytest.mark.parametrize(
    ("file", "year", "width"), [(RS_2010, "2010-11", 96), (RS_2011, "2011-12", 79)]
)
def test_the_older_outturns_hold_every_cell(
    engine: Engine, tmp_path: Path, file: Path, year: str, width: int
) -> None:
    folder, (report, charges, both) = loaded(tmp_path, [file], GREATER_MANCHESTER)
    assert charges.lines == both.lines == 444 * width
    book = python_calamine.CalamineWorkbook.from_path(str(file))
    rows = book.get_sheet_by_name(f"RS LA Data {year} (1)").to_python(skip_empty_area=False)
    data = [row for row in rows if str(row[0])[:1] == "E" and str(row[0])[1:].isdigit()]
    assert len(data) == 444
    assert report.records == (len(rows) - 6) * width
    # 444 answers of yes and no in 2011-12 are no money
    assert report.lines == 444 * width - (444 if year == "2011-12" else 0)
    found = {
        (row["ecode"], row["column_no"]): row["amount_pence"]
        for row in lines(engine, folder, "ro")
        if row["form"] == "RS"
    }
    for row in data:
        for column, cell in enumerate(row[5:], start=6):
            if cell != "Yes":
                assert found[str(row[0]), column] == round(Decimal(str(cell)) * 100_000)
    assert not [row for row in lines(engine, folder, "ro") if row["body_id"] is None]


def test_total_service_expenditure_of_2011_12(engine: Engine, tmp_path: Path) -> None:
    folder, _ = loaded(tmp_path, [RS_2011], GREATER_MANCHESTER)
    totals = {
        row["body_id"]: row["amount_pence"]
        for row in lines(engine, folder, "ro")
        if row["code"] == 699 and row["form"] == "RS-NTC"
    }
    # With capital charges: book entries, so the count takes the form's first column without them.
    thousand = 100_000
    assert totals["manchester"] == 994_563 * thousand
    assert totals["salford"] == 464_853 * thousand
    assert totals["trafford"] == 319_877 * thousand


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "year", "eliminated", "net"),
    [(RS_2010, "2010-11", 283.5, 6_385.4), (RS_2011, "2011-12", 307.9, 6_016.0)],
)
def test_greater_manchester_of_an_older_outturn_closes(
    engine: Engine, tmp_path: Path, file: Path, year: str, eliminated: float, net: float
) -> None:
    folder, _ = loaded(tmp_path, [CRA_2014, file], GREATER_MANCHESTER)
    counted = count(engine, folder, Request(year), today=TODAY)
    statement = counted.outturn_statement
    assert statement is not None
    assert statement.closes
    assert abs(statement.other_pence) < 100_000
    assert round(counted.eliminated_pence / 1e8, 1) == eliminated
    assert round(statement.net_pence / 1e8, 1) == net
    bridge = dict(counted.bridge)
    # each cell is rounded to the thousand
    assert abs(bridge["difference"]) < 13 * 100_000
    assert bridge["service expenditure"] == pytest.approx(
        bridge["total service expenditure as published (699)"], abs=13 * 100_000
    )
    assert any("names no grants" in one for one in counted.warnings)
    assert any("line 390" in one for one in counted.warnings) == (year == "2010-11")
    assert all(counted.identities.values())
    assert counted.net_low_pence < counted.net_pence < counted.net_high_pence


def test_the_regional_analysis_of_2014(engine: Engine, tmp_path: Path) -> None:
    folder, (report,) = loaded(tmp_path, [CRA_2014], NORTH_WEST)
    assert (report.records, report.lines) == (112_345, 112_345)
    counted = count(engine, folder, Request("2011-12"), today=TODAY)
    everything = counted.beside["regional analysis, everything identifiable"]
    assert round(everything / 1e8, 1) == 62_945.8
    bodies = [row for row in lines(engine, folder, "cra") if row["dept_text"] == "Home Office"]
    assert {row["org_text"] for row in bodies} == {"Home Office"}


def test_the_harmonised_series_holds_its_money_once(engine: Engine, tmp_path: Path) -> None:
    folder, (report,) = loaded(tmp_path, [SERIES], GREATER_MANCHESTER)
    assert (report.records, report.lines) == (401_482, 272_616)
    assert report.skipped == {"blank": 54_298, "memo": 26_514, "total_row": 48_054}
    assert report.warnings == ()  # every total is the sum of its parts
    with zipfile.ZipFile(SERIES) as archive, archive.open("ParsedCombinedPESA.csv") as file:
        raw = [
            Decimal(row["Value"])
            for row in csv.DictReader(io.TextIOWrapper(file, "utf-8-sig"))
            if row["Value"]
            and row["Geography"] == "North West"
            and row["FinancialYear"] == "2008-09"
        ]
    theirs = [
        row["amount_pence"]
        for row in lines(engine, folder, "cra")
        if row["region_code"] == NORTH_WEST and row["financial_year"] == "2008-09"
    ]
    assert len(theirs) == len(raw)
    assert sum(theirs) == pytest.approx(int(sum(raw) * 100), abs=len(raw))  # type: ignore[arg-type]
    assert round(sum(raw) / 10**6, 1) == Decimal("59171.6")
    counted = count(engine, folder, Request("2001-02"), today=TODAY)
    assert round(counted.net_pence / 1e8, 1) == 14_713.0  # 38.66% of 38,057


@pytest.mark.long
def test_the_later_edition_counts_and_the_earlier_is_told(engine: Engine, tmp_path: Path) -> None:
    folder, _ = loaded(tmp_path, [CRA_2010, CRA_2014], NORTH_WEST)
    counted = count(engine, folder, Request("2009-10"), today=TODAY)
    told = [one for one in counted.warnings if "edition 2014 counts" in one]
    assert len(told) == 1
    assert "North West" in told[0]
    everything = counted.beside["regional analysis, everything identifiable"]
    assert round(everything / 1e8, 1) == 62_953.4


@pytest.mark.long
def test_benefits_of_birmingham_stand_beside_the_count(engine: Engine, tmp_path: Path) -> None:
    folder, reports = loaded(tmp_path, [CRA_2018, RS_2017, BENEFITS], BIRMINGHAM)
    (report,) = [one for one in reports if one.format == "dwp-benefits"]
    raw = json.loads(BENEFITS.read_text())
    history = raw["history"]
    parts = sum(len(one["components"] or {}) for one in history)
    assert report.records == 1 + len(raw["lines"]) + 2 * len(history) + parts
    totals = {
        row["financial_year"]: row["amount_pence"]
        for row in lines(engine, folder, "benefit")
        if row["is_total"]
    }
    assert len(totals) == 23
    assert totals["2024-25"] == 541_440_000_000
    assert report.sum_pence == round(sum(one["total_m"] for one in history) * 10) * 10_000_000
    counted = count(engine, folder, Request("2017-18"), today=TODAY)
    others, housing = counted.published
    assert round(others.published_pence / 1e8, 1) == 2_279.7
    assert round(housing.published_pence / 1e8, 1) == 554.7
    assert round(housing.counted_pence / 1e8, 1) == 521.6
    assert others.source == BENEFITS.name


@pytest.mark.long
def test_households_and_people_are_keys(engine: Engine, tmp_path: Path) -> None:
    people = tmp_path / "age-2023.csv"
    shutil.copy(TARGETS / "datasets/local_areas/local_authorities/targets/age.csv", people)
    files = [CRA_2018, people, TARGETS / "storage/la_count_households.xlsx"]
    folder, _ = loaded(tmp_path, files, GREATER_MANCHESTER)
    by_people = count(engine, folder, Request("2017-18"), today=TODAY)
    assert by_people.key.key_id == "A"
    by_households = count(engine, folder, Request("2017-18", key="households-2021"), today=TODAY)
    assert sum(by_households.key.values.values()) == 24_783_192  # England and Wales, Census 2021
    assert by_households.net_pence != by_people.net_pence
    later = count(engine, folder, Request("2017-18", key="people-2023"), today=TODAY)
    assert sum(later.key.values.values()) == 60_854_727  # England and Wales, mid-2023


def test_council_tax_of_318_authorities(tmp_path: Path) -> None:
    tax = tmp_path / "council-tax-2025-26.csv"
    shutil.copy(TARGETS / "storage" / "la_council_tax.csv", tax)
    _, (report,) = loaded(tmp_path, [tax], GREATER_MANCHESTER)
    rows = list(csv.DictReader(io.StringIO(tax.read_text(encoding="utf-8"))))
    filled = [row["total_council_tax_net"] for row in rows if row["total_council_tax_net"]]
    assert (report.records, report.lines) == (len(rows), len(filled)) == (360, 318)
    assert report.sum_pence == sum(round(Decimal(text) * 100) for text in filled)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (ASSETS / "pesa_2010_database_tables_chapter10.xlsx", "same_money_again"),
        (ASSETS / "pesa2005_chapter8_tablesv3.xls", "tables_for_people"),
        (DATA / "cra_pesa" / "GeographyGroupings.xlsx", "no_amounts"),
        (TARGETS / "storage" / "la_tenure.xlsx", "no_amounts"),
        (TARGETS / "storage" / "la_council_tax.csv", "no_year"),
        (DATA / "unit_costs" / "src" / "gmca-raw" / "unit-cost-database.xlsx", "unit_costs"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_what_is_no_evidence_is_refused_with_a_reason(
    tmp_path: Path, file: Path, code: str
) -> None:
    folder = create(tmp_path / "place", name="Real", areas=[BIRMINGHAM], year="2011-12")
    report = add(folder, [file], received="2026-01-01T00:00:00", registers=body_register())
    assert [(one.status, one.code) for one in report.files] == [("refused", code)]
