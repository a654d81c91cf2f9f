"""Country and Regional Analysis: tiny workbooks of invented departments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from totalplace.place import Folder
from totalplace.sources import AddReport, sniff
from totalplace.sources._columns import read_columns
from totalplace.sources._published import PublishedCells

AddPaths = Callable[..., AddReport]
Rows = Callable[..., list[dict[str, Any]]]

HEADERS = {layout["edition"]: list(layout["headers"]) for layout in read_columns("cra")["layout"]}
ROW_2018 = ["Dept Z", "Org Z", "Z1-S1", "S1-Z", "7. Health", "7. Health", "7.1 M", "7.1 M; of"]
ROW_2018 += ["ID", "CUR", "CG", "DEPT", "ENGLAND_North West", "ENGLAND"]
ROW_2010 = ["D1", "Dept Z", "4. E", "4. E - of which: z", "P1", "P1 Z", "Non-ID", "CAP", "LA"]
ROW_2010 += ["Not Identifiable"]


def _write(path: Path, edition: str, years: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Metadata").write(0, 0, "Levels are in £'000s")
        sheet = book.add_worksheet("database")
        sheet.write_row(0, 0, [*HEADERS[edition], *years])
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
    return path


def test_one_line_a_filled_year_cell(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows, folder: Folder
) -> None:
    rows = [[*ROW_2018, 1000, 2000], [*ROW_2018, "", -3]]
    path = _write(tmp_path / "cra.xlsx", "2018", ["2016-17", "2017-18"], rows)
    notes, report = add_paths(path).files
    assert (notes.member, notes.status, notes.skipped) == ("Metadata", "loaded", {"memo": 1})
    assert (report.format, report.member) == ("cra-2018", "database")
    assert (report.records, report.lines, report.skipped) == (4, 3, {"blank": 1})
    assert (report.sum_pence, report.negative_lines) == (299_700_000, 1)
    assert (report.period_start, report.period_end) == (date(2016, 4, 1), date(2018, 3, 31))
    assert (report.code, report.redacted_pence) == (None, None)
    first, second, third = lines_of("cra")
    assert first == {
        "source_id": report.sha256,
        "member": "database",
        "row_no": 2,
        "column_no": 15,
        "raw": None,
        "edition": "2018",
        "financial_year": "2016-17",
        "dept_text": "Dept Z",
        "org_text": "Org Z",
        "segment_code": "Z1-S1",
        "segment_name": "S1-Z",
        "cofog0_text": "7. Health",
        "function_text": "7. Health",
        "cofog1_text": "7.1 M",
        "subfunction_text": "7.1 M; of",
        "is_identifiable": True,
        "cap_rev": "cur",
        "sector": "CG",
        "region_text": "ENGLAND_North West",
        "region_code": "E12000002",
        "amount_pence": 100_000_000,
        "low_pence": 99_950_000,
        "high_pence": 100_050_000,
    }
    assert (second["column_no"], second["financial_year"]) == (16, "2017-18")
    assert (third["row_no"], third["amount_pence"]) == (3, -300_000)


def test_millions_with_fractions_are_rounded_half_even_and_keep_their_text(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows, folder: Folder
) -> None:
    cells = [0.08214446287753811, 0.000000005, 0.000000015, 2.0]
    years = ["2004-05", "2005-06", "2006-07", "2007-08"]
    path = _write(tmp_path / "cra.xlsx", "2010", years, [[*ROW_2010, *cells]])
    report = add_paths(path).files[1]
    lines = lines_of("cra")
    assert [line["amount_pence"] for line in lines] == [8_214_446, 0, 2, 200_000_000]
    assert [line["raw"] for line in lines] == ["0.08214446287753811", "5e-09", "1.5e-08", None]
    assert all(line["low_pence"] == line["amount_pence"] == line["high_pence"] for line in lines)
    assert {line["org_text"] for line in lines} == {"Dept Z"}
    assert {(line["sector"], line["cap_rev"], line["is_identifiable"]) for line in lines} == {
        ("LG", "cap", False)
    }
    assert {line["region_code"] for line in lines} == {"ZZ_NONID"}
    assert report.code is None
    assert [note.code for note in report.notes] == ["rounded"]
    (member,) = (one for one in folder.state().members if one.dataset == "cra")
    exact = sum(Decimal(str(cell)) for cell in cells) * 100_000_000
    assert member.rounded_cells == 3
    assert Decimal(member.rounding_pence) == sum(line["amount_pence"] for line in lines) - exact


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (12, "ENGLAND_Nowhere", "unknown_value"),
        (8, "perhaps", "unknown_value"),
        (9, "", "unknown_value"),
        (10, "XX", "unknown_value"),
        (14, "n/a", "bad_amount"),
    ],
)
def test_a_faulty_cell_is_rejected_with_its_place(
    tmp_path: Path, add_paths: AddPaths, rejects_of: Rows, column: int, value: str, code: str
) -> None:
    row = [*ROW_2018, 1000]
    row[column] = value
    path = _write(tmp_path / "cra.xlsx", "2018", ["2017-18"], [[*ROW_2018, 5], row])
    report = add_paths(path).files[1]
    assert (report.lines, report.rejected, report.code) == (1, 1, code)
    (reject,) = rejects_of("cra")
    assert (reject["row_no"], reject["column_no"], reject["column"]) == (3, 15, "2017-18")


def test_labels_that_drift_in_case_mean_the_same_region(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows
) -> None:
    rows = []
    for label in ("ENGLAND_Yorkshire and the Humber", "ENGLAND_Yorkshire and The Humber"):
        rows.append([*ROW_2018[:12], label, "ENGLAND", 1])
    add_paths(_write(tmp_path / "cra.xlsx", "2018", ["2017-18"], rows))
    assert {line["region_code"] for line in lines_of("cra")} == {"E12000003"}


def test_another_header_is_another_layout(tmp_path: Path, add_paths: AddPaths) -> None:
    path = tmp_path / "cra.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("database")
        sheet.write_row(0, 0, [*HEADERS["2018"][:-1], "2017-18"])
    (report,) = add_paths(path).files
    assert (report.status, report.code) == ("refused", "unknown_layout")
    assert "database" in report.problems[0].why
    assert sniff(path).format_id is None


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 12)), max_size=20))
def test_rounding_is_accounted_for_exactly(values: list[float]) -> None:
    cells = PublishedCells(unit_gbp=1_000_000)
    read = [cells.read(value) for value in values]
    exact = sum((Decimal(repr(value)) for value in values), Decimal(0)) * 100_000_000
    assert sum(pence or 0 for pence, _ in read) == exact + cells.rounding
    assert cells.rounded_cells == sum(raw is not None for _, raw in read)


def test_local_government_of_2014_is_told_apart_by_its_segment(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows
) -> None:
    after = ["ID", "CUR", "LG", "ENGLAND_North West", "ENGLAND"]
    functions = ["10. Social protection"] * 2 + ["10.6 Housing"] * 2
    local = ["Local Government England", *functions, "S1", "S101A000-England Local Authorities "]
    central = ["Home Office", *functions, "S2", "S2-POLICE"]
    rows = [[*local, *after, 10.25], [*central, *after, 7]]
    path = _write(tmp_path / "cra.xlsx", "2014", ["2011-12"], rows)
    report = add_paths(path).files[1]
    assert (report.format, report.records, report.lines) == ("cra-2014", 2, 2)
    assert [(one["dept_text"], one["org_text"], one["edition"]) for one in lines_of("cra")] == [
        ("Local Government England", "S101A000-England Local Authorities", "2014"),
        ("Home Office", "Home Office", "2014"),
    ]


# --- the harmonised series ------------------------------------------------------------------------

SERIES_HEADER = ",".join(read_columns("cra_series")["headers"])
REGIONS = read_columns("cra_series")["totals"]["England"]


def _series(*rows: tuple[str, str, float | str, str, str]) -> str:
    """Rows of year, geography, value, function and subfunction; all current."""
    lines = [
        f"{year},{int(year[:4]) + 1},{place},,{value},{function},{subfunction},CUR,,72.7,1"
        for year, place, value, function, subfunction in rows
    ]
    return "\n".join([SERIES_HEADER, *lines]) + "\n"


def _early(england: int) -> list[tuple[str, str, float | str, str, str]]:
    """A year of whole millions: nine regions, their total, and those of the United Kingdom."""
    year, million = "1999-00", 1_000_000
    found = [(year, region, million, "7. Health", "") for region in REGIONS]
    for name, value in (
        ("England", england),
        ("Scotland", 3),
        ("Wales", 2),
        ("Northern Ireland", 1),
        ("UK current identifiable expenditure", 15),
        ("Outside UK", 1),
        ("Total current identifiable expenditure", 16),
        ("Not identifiable", 4),
        ("Total current expenditure on services", 20),
    ):
        found.append((year, name, value * million, "7. Health", ""))
    return [*found, (year, "Wales", "", "EU transactions", "")]


LATER: list[tuple[str, str, float | str, str, str]] = [
    *(("2008-09", region, 100.005, "9. Education", "") for region in REGIONS),
    ("2008-09", "England", 450.0225, "9. Education", "9.1 Primary"),
    ("2008-09", "England", 450.0225, "9. Education", "9.2 Secondary"),
    ("2008-09", "Wales", 50, "9. Education", ""),
    ("2008-09", "Wales", 30, "9. Education", "9.1 Primary"),
    ("2008-09", "Wales", 20, "9. Education", "9.2 Secondary"),
    # a later year has subfunctions in every region: nothing stands there twice
    ("2013-14", "East", 2_000, "9. Education", "9.1 Primary"),
    ("2013-14", "East", 1_000, "9. Education", ""),
    ("2013-14", "Wales", 7_000, "9. Education", "9.1 Primary"),
    ("2013-14", "Non-regional", 9_000, "2. Defence", "2.1 Military defence"),
]


def test_totals_and_money_given_twice_are_left_out_of_a_series(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows
) -> None:
    path = tmp_path / "series.csv"
    path.write_text(_series(*_early(9), *LATER))
    (report,) = add_paths(path).files
    assert (report.format, report.records, report.lines) == ("cra-harmonised", 37, 28)
    assert report.skipped == {"blank": 1, "total_row": 6, "memo": 2}
    assert [note.code for note in report.notes] == [
        "totals_left_out",
        "same_money_again",
        "rounded",
    ]
    assert report.code is None
    lines = lines_of("cra")
    assert sum(one["amount_pence"] for one in lines if one["financial_year"] == "1999-00") == (
        20 * 100_000_000
    )
    wales = [one for one in lines if one["region_text"] == "Wales"]
    assert [(one["financial_year"], one["amount_pence"]) for one in wales] == [
        ("1999-00", 200_000_000),
        ("2008-09", 5_000),
        ("2013-14", 700_000),
    ]
    # millions, then all decimals, then thousands
    assert [one["high_pence"] - one["amount_pence"] for one in wales] == [50_000_000, 0, 50_000]
    assert {one["dept_text"] for one in lines} == {None}
    unplaced = [one for one in lines if not one["is_identifiable"]]
    assert [one["region_code"] for one in unplaced] == ["ZZ_NONID", "ZZ_NONID"]


@pytest.mark.parametrize("england", [8, 15])
def test_a_total_that_its_parts_do_not_make_is_told(
    tmp_path: Path, add_paths: AddPaths, england: int
) -> None:
    path = tmp_path / "series.csv"
    path.write_text(_series(*_early(england)))
    (report,) = add_paths(path).files
    codes = {warning.code for warning in report.warnings}
    # nine regions and their total are each rounded: five millions either way are rounding
    assert ("total_row_differs" in codes) == (england == 15)


def test_what_is_wrong_in_a_series_is_rejected(tmp_path: Path, add_paths: AddPaths) -> None:
    path = tmp_path / "series.csv"
    path.write_text(
        _series(
            ("2013-14", "East", "x", "9. Education", ""),
            ("2013-14", "Atlantis", 1, "9. Education", ""),
            ("2013", "East", 1, "9. Education", ""),
            ("2013-14", "East", 1, "9. Education", ""),
        )
    )
    (report,) = add_paths(path).files
    assert (report.records, report.lines, report.rejected) == (4, 1, 3)
