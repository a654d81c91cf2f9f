"""Real published files land on the figures that were read from them by other means.

The independent reading is Python's own csv module over the raw bytes, and openpyxl for workbooks.
"""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from counted import how_many
from totalplace.model import body_register
from totalplace.place import Folder, create, line_id
from totalplace.sources import FileReport, add, source_row

DATA = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data folder is absent"),
]

TRAFFORD = DATA / "trafford_council" / "transparency_code" / "supplier_spend"
MANCHESTER = DATA / "gm_manchester_spend" / "clean"
SALFORD = DATA / "gm_salford_spend" / "clean"
CRA = DATA / "cra_pesa" / "PESAParser" / "Assets"
CRA_2010 = CRA / "pesa_2010_database_tables_chapter9.xlsx"
CRA_2018 = CRA / "CRA_2018_Database_for_Publication_rvsd.xlsx"
RS = DATA / "ro_outturn" / "RS_2017-18_data_by_LA.xlsx"

Loaded = tuple[Folder, dict[str, FileReport]]


def _load(tmp: Path, paths: Sequence[Path]) -> Loaded:
    folder = create(tmp / "place", name="Real", areas=["E08000009"], year="2017-18")
    report = add(folder, paths, received="2026-01-01T00:00:00", registers=body_register())
    assert report.exit_code == 0, [str(one.problems) for one in report.files if one.problems]
    return folder, {f"{one.file}|{one.member}": one for one in report.files}


def _query(folder: Folder, dataset: str, sql: str) -> list[tuple[Any, ...]]:
    paths = [str(path) for path in folder.lines_paths(dataset, folder.state())]
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW lines AS FROM read_parquet({paths})")
        rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return rows


@pytest.fixture(scope="module")
def trafford(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    names = ("2024-25", "2025-26")
    paths = [TRAFFORD / f"trafford-supplier-spend-{name}.zip" for name in names]
    return _load(tmp_path_factory.mktemp("trafford"), paths)


@pytest.fixture(scope="module")
def councils(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    paths = [*sorted(MANCHESTER.glob("*.csv")), *sorted(SALFORD.glob("*.csv"))]
    return _load(tmp_path_factory.mktemp("councils"), paths)


@pytest.fixture(scope="module")
def cra(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return _load(tmp_path_factory.mktemp("cra"), [CRA_2010, CRA_2018])


@pytest.fixture(scope="module")
def outturn(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return _load(tmp_path_factory.mktemp("ro"), [RS])


def _report(loaded: Loaded, year: str) -> FileReport:
    name = f"trafford-supplier-spend-{year}"
    return loaded[1][f"{TRAFFORD / name}.zip|{name}.csv"]


def test_trafford_2024_25(trafford: Loaded) -> None:
    report = _report(trafford, "2024-25")
    entry = report.as_dict()
    assert (entry["records"], entry["lines"], entry["rejected"]) == (210_068, 210_068, 0)
    assert set(entry["skipped"].values()) == {0}  # type: ignore[attr-defined]
    assert entry["sum_gbp"] == "565219573.74"
    assert entry["negative_lines"] == 25_107
    assert round(Decimal(str(entry["redacted_gbp"])) / 10**6, 1) == Decimal("92.9")
    assert entry["exact_duplicates"] == 50_470
    assert (entry["body_id"], entry["code"]) == ("trafford", None)
    assert (entry["period_start"], entry["period_end"]) == ("2024-04-01", "2025-03-31")
    [(negative,)] = _query(
        trafford[0],
        "spend",
        "SELECT sum(amount_pence) FROM lines WHERE amount_pence < 0 AND member LIKE '%2024-25%'",
    )
    assert round(negative / 10**8, 1) == -35.3


def test_trafford_2025_26_by_the_same_command(trafford: Loaded) -> None:
    report = _report(trafford, "2025-26")
    assert (report.records, report.lines, report.rejected) == (241_764, 241_764, 0)


@pytest.mark.parametrize("year", ["2024-25", "2025-26"])
def test_trafford_agrees_with_an_independent_reading(trafford: Loaded, year: str) -> None:
    """Every line: row number, payee, date and amount, in the order of the raw bytes."""
    with zipfile.ZipFile(TRAFFORD / f"trafford-supplier-spend-{year}.zip") as archive:
        text = archive.read(f"trafford-supplier-spend-{year}.csv").decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    at = {name: index for index, name in enumerate(header)}
    expected = [
        (
            number,
            row[at["BeneficiaryName"]].strip(" \u00a0") or None,
            row[at["PaymentDate"]],
            int(Decimal(row[at["Amount"]]) * 100),
            int(Decimal(row[at["IrrecoverableVATAmount"]]) * 100),
        )
        for number, row in enumerate(rows, start=2)
    ]
    lines = _query(
        trafford[0],
        "spend",
        "SELECT row_no, payee_text, strftime(payment_date, '%Y-%m-%d'), amount_pence, vat_pence"
        f" FROM lines WHERE member LIKE '%{year}%'",
    )
    assert lines == expected
    report = _report(trafford, year)
    counted = Counter(map(tuple, rows))
    assert report.exact_duplicates == sum(count - 1 for count in counted.values())


def test_a_line_of_trafford_leads_back_to_its_record(trafford: Loaded) -> None:
    report = _report(trafford, "2024-25")
    [(row_no, payee, pence)] = _query(
        trafford[0],
        "spend",
        "SELECT row_no, payee_text, amount_pence FROM lines WHERE member LIKE '%2024-25%'"
        " ORDER BY amount_pence DESC, row_no LIMIT 1",
    )
    assert report.sha256 is not None
    row = source_row(trafford[0], line_id(report.sha256, report.member, row_no, 0))
    cells = dict(zip(row.header, row.cells, strict=True))
    assert cells["BeneficiaryName"].strip() == payee
    assert int(Decimal(cells["Amount"]) * 100) == pence


BY_YEAR = {
    ("manchester", 2011): ("809.5", 43_972),
    ("manchester", 2017): ("833.1", 37_540),
    ("manchester", 2018): ("1009.3", 37_619),
    ("salford", 2011): ("202.79", 19_347),
    ("salford", 2017): ("259.26", 14_061),
    ("salford", 2018): ("265.29", 16_421),
}


def test_manchester_and_salford_by_financial_year(councils: Loaded) -> None:
    found = {
        (body, year): (pence, lines)
        for body, year, pence, lines in _query(
            councils[0],
            "spend",
            "SELECT body_id, year(period_start) - (month(period_start) < 4)::INTEGER AS year,"
            " sum(amount_pence)::BIGINT, count(*) FROM lines GROUP BY ALL",
        )
    }
    assert set(found) == {*BY_YEAR, ("manchester", 2010)}
    for key, (millions, lines) in BY_YEAR.items():
        pence, count = found[key]
        places = Decimal(millions)
        assert (Decimal(pence) / 10**8).quantize(places) == places, key
        assert count == lines, key


def test_nothing_of_the_monthly_files_is_dropped(councils: Loaded) -> None:
    """Records agree with a plain reading of the bytes; only second header rows are no lines."""
    skipped: Counter[str] = Counter()
    for path in (*MANCHESTER.glob("*.csv"), *SALFORD.glob("*.csv")):
        report = councils[1][f"{path}|"]
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
        assert (report.records, report.rejected) == (len(rows) - 1, 0), path
        skipped.update(report.skipped)
    assert +skipped == Counter(repeated_header=2)


def test_salfords_payment_dated_a_year_early_counts_in_its_files_month(councils: Loaded) -> None:
    [(day, start, pence)] = _query(
        councils[0],
        "spend",
        "SELECT payment_date, period_start, amount_pence FROM lines"
        " WHERE payment_date NOT BETWEEN period_start AND period_end AND body_id = 'salford'",
    )
    assert (str(day), str(start), pence) == ("2018-01-03", "2018-12-01", 675_842_600)


def test_salfords_two_months_of_one_amount_say_so(councils: Loaded) -> None:
    told = [
        Path(one.file).stem
        for one in councils[1].values()
        if "amount_may_be_gross" in {warning.code for warning in one.warnings}
    ]
    assert sorted(told) == ["2018-04", "2018-11"]


def test_the_north_west_in_both_editions(cra: Loaded) -> None:
    sums = dict(
        _query(
            cra[0],
            "cra",
            "SELECT financial_year, sum(amount_pence)::BIGINT FROM lines"
            " WHERE region_code = 'E12000002' GROUP BY ALL",
        )
    )
    assert sums["2008-09"] == 5_917_158_785_638
    assert sums["2017-18"] == 7_118_541_900_000


def test_the_united_kingdom_2017_18(cra: Loaded) -> None:
    [(all_of_it, identifiable)] = _query(
        cra[0],
        "cra",
        "SELECT sum(amount_pence), sum(amount_pence) FILTER (is_identifiable) FROM lines"
        " WHERE financial_year = '2017-18'",
    )
    assert (round(all_of_it / 1e11, 1), round(identifiable / 1e11, 1)) == (736.0, 644.1)


def test_the_functions_of_the_north_west_2017_18(cra: Loaded) -> None:
    sums = dict(
        _query(
            cra[0],
            "cra",
            "SELECT split_part(cofog0_text, '.', 1), sum(amount_pence) FROM lines WHERE"
            " financial_year = '2017-18' AND region_code = 'E12000002' GROUP BY ALL",
        )
    )
    assert [round(sums[code] / 10**8) for code in ("7", "10", "9")] == [16_969, 30_937, 9_063]


@pytest.mark.parametrize(("path", "sheet"), [(CRA_2010, 0), (CRA_2018, 1)])
def test_the_cells_agree_with_another_reader(cra: Loaded, path: Path, sheet: int) -> None:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = book.worksheets[sheet].iter_rows(values_only=True)
    header = next(rows)
    years = [at for at, text in enumerate(header) if re.fullmatch(r"\d{4}-\d{2}", str(text))]
    filled = blank = 0
    values: list[Decimal] = []
    for row in rows:
        for at in years:
            value = row[at] if at < len(row) else None
            if value is None or value == "":
                blank += 1
            else:
                filled += 1
                values.append(Decimal(str(value)))
    report = next(one for name, one in cra[1].items() if name.startswith(str(path)) and one.lines)
    assert (report.lines, report.skipped.get("blank", 0)) == (filled, blank)
    (member,) = (one for one in cra[0].state().members if one.sha256 == report.sha256)
    unit = 10**6 if sheet == 0 else 10**3
    with localcontext(prec=80):
        exact = sum(values, Decimal(0)) * unit * 100
        gap = Decimal(report.sum_pence or 0) - exact - Decimal(member.rounding_pence)
    assert abs(gap) < Decimal("1e-9")


def test_outturn_2017_18(outturn: Loaded) -> None:
    sums = dict(
        _query(
            outturn[0],
            "ro",
            "SELECT body_id, amount_pence FROM lines WHERE form = 'RS' AND code = 699",
        )
    )
    assert round(sums["manchester"] / 100_000) == 834_304
    assert round(sums["salford"] / 100_000) == 378_359


def test_the_levies_of_greater_manchester(outturn: Loaded) -> None:
    sums = dict(
        _query(
            outturn[0],
            "ro",
            "SELECT code, sum(amount_pence) FROM lines WHERE form = 'RS' AND code IN (722, 724)"
            " AND ecode BETWEEN 'E4201' AND 'E4210' AND amount_pence > 0 GROUP BY ALL",
        )
    )
    assert (round(sums[722] / 100_000), round(sums[724] / 100_000)) == (103_891, 247_475)


def test_every_authority_has_a_body_and_the_faults_of_returns_are_told(outturn: Loaded) -> None:
    counts = _query(
        outturn[0],
        "ro",
        "SELECT form, count(DISTINCT ecode), count(*) FILTER (body_id IS NULL),"
        " count(*) FILTER (label IS NULL) FROM lines GROUP BY ALL ORDER BY ALL",
    )
    # Copeland's row holds no figure; it stands in the table of grants
    assert counts == [("RG", 445, 0, 0), ("RS", 444, 0, 0)]
    report = outturn[1][f"{RS}|RS LA Data 2017-18"]
    (fault,) = (one for one in report.warnings if one.code == "return_does_not_add_up")
    assert "in 49 returns the lines do not make line 890" in fault.what
    assert Counter(report.skipped) == Counter(blank=1_553, memo=1_045, total_row=665)
    assert report.records == 44_555 == report.lines + sum(report.skipped.values())


def test_every_sheet_of_the_workbook_is_told(outturn: Loaded) -> None:
    with zipfile.ZipFile(RS) as archive:
        names = re.findall(r'<sheet [^>]*?name="([^"]+)"', archive.read("xl/workbook.xml").decode())
    assert [name.split("|")[1] for name in outturn[1]] == names
    loaded = [one.member for one in outturn[1].values() if one.lines]
    assert loaded == ["RS LA Data 2017-18", "Access (Col 99)"]


POPULATION: list[tuple[str, str, tuple[str, int, str, int]]] = [
    (
        "gm_assets/population/mid-year_population_estimates_local_authority.csv",
        "",
        ("E08000009", 2020, "people", 237_579),
    ),
    (
        "uk_la_codes/uk_local_authorities.csv",
        "",
        ("E06000007", 2020, "people", 209_397),
    ),
    (
        "la_targets/policyengine_uk_data/storage/la_count_households.xlsx",
        "Dataset",
        ("E08000009", 2021, "households", 96_269),
    ),
]


@pytest.mark.parametrize(("name", "member", "expected"), POPULATION)
def test_population_and_households(
    tmp_path: Path, name: str, member: str, expected: tuple[str, int, str, int]
) -> None:
    folder, reports = _load(tmp_path, [DATA / name])
    assert reports[f"{DATA / name}|{member}"].lines > 0
    rows = _query(folder, "population", "SELECT area, year, measure, value FROM lines")
    assert expected in rows


@pytest.mark.counted
def test_mutated_real_files_never_crash(tmp_path: Path) -> None:
    """Hundreds of broken copies of a real month: each is loaded or refused with a reason."""
    import random

    chance = random.Random(5)
    original = (SALFORD / "2018-04.csv").read_bytes()[:20_000]
    folder = create(tmp_path / "place", name="Broken", areas=["E08000006"], year="2018-19")
    mutations: list[Callable[[bytearray], None]] = [
        lambda data: data.__setitem__(chance.randrange(len(data)), chance.randrange(256)),
        lambda data: data.insert(chance.randrange(len(data)), chance.choice(b'",\n\r\0;')),
        lambda data: data.__delitem__(slice(chance.randrange(len(data)), None)),
        lambda data: data.__delitem__(chance.randrange(len(data))),
    ]
    statuses: Counter[str] = Counter()
    count = how_many(200, 20)
    for number in range(count):
        data = bytearray(original)
        for _ in range(chance.randrange(1, 6)):
            if data:
                chance.choice(mutations)(data)
        path = tmp_path / f"broken-{number}.csv"
        path.write_bytes(bytes(data))
        report = add(
            folder,
            [path],
            body="salford",
            received="2026-01-01T00:00:00",
            registers=body_register(),
        )
        for one in report.files:
            statuses[one.status] += 1
            assert one.records == one.lines + one.rejected + sum(one.skipped.values())
            assert one.status != "quarantined", one.message
            assert one.status != "refused" or all(problem.fix for problem in one.problems)
    assert statuses["loaded"] > count / 12
    assert statuses["refused"] > 0
