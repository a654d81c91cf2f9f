"""Greater Manchester and its city region, counted from the real public files.

The expected figures are those published by the bodies themselves, or follow from them by the
arithmetic written beside each test. The files are never part of the product.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from totalplace.count import Counted, Request, count
from totalplace.count._evidence import gather
from totalplace.count._net import net
from totalplace.count._perspective import choose_key, perimeter_of
from totalplace.count._registers import registers
from totalplace.engine import Engine, duckdb_engine
from totalplace.model import area_register, body_register
from totalplace.place import Folder, create
from totalplace.sources import add

DATA = Path(os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real public data folder is not here"),
]
TODAY = date(2026, 11, 21)
CRA = DATA / "cra_pesa" / "PESAParser" / "Assets"
CRA_2010 = CRA / "pesa_2010_database_tables_chapter9.xlsx"
CRA_2018 = CRA / "CRA_2018_Database_for_Publication_rvsd.xlsx"
OUTTURN = DATA / "ro_outturn" / "RS_2017-18_data_by_LA.xlsx"
GREATER_MANCHESTER, WARRINGTON, NORTH_WEST = "E47000001", "E06000007", "E12000002"


def make(path: Path, areas: list[str], year: str, files: list[Path]) -> Folder:
    folder = create(path, name="A real place", areas=areas, year=year)
    report = add(folder, files, received="2026-11-21T00:00:00", registers=body_register())
    assert {one.status for one in report.files} == {"loaded"}
    return folder


def months(council: str, start: int) -> list[Path]:
    """The twelve monthly files of a financial year."""
    names = [f"{start}-{month:02d}" for month in range(4, 13)]
    names += [f"{start + 1}-{month:02d}" for month in range(1, 4)]
    return [DATA / f"gm_{council}_spend" / "clean" / f"{name}.csv" for name in names]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = duckdb_engine(threads=2)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def city_region(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    path = tmp_path_factory.mktemp("city") / "place"
    return make(path, [GREATER_MANCHESTER, WARRINGTON], "2008-09", [CRA_2010])


@pytest.fixture(scope="module")
def greater_manchester(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    path = tmp_path_factory.mktemp("gm") / "place"
    files = [CRA_2018, OUTTURN, *months("manchester", 2017), *months("salford", 2017)]
    return make(path, [GREATER_MANCHESTER], "2017-18", files)


@pytest.fixture(scope="module")
def counted(engine: Engine, greater_manchester: Folder) -> Counted:
    return count(engine, greater_manchester, Request("2017-18", by=("tier",)), today=TODAY)


def millions(pence: int) -> float:
    return round(pence / 1e8, 1)


def by_funder(counted: Counted) -> dict[str, float]:
    return {row.values["funder"]: millions(row.pence) for row in counted.rows}


HRA = "housing revenue account"


@pytest.mark.parametrize(
    ("key", "as_published", "local", "health", "benefits"),
    [
        # The whole region's identifiable spending, shared by people: 41.50% of 59,171.6.
        ("A", 24_557.7, 7_362.7, 5_300.3, 6_316.5),
        ("B", 23_917.7, 7_170.8, 5_162.1, 6_151.8),
    ],
)
def test_the_city_region_of_2008_09_from_the_regional_analysis(
    engine: Engine,
    city_region: Folder,
    key: str,
    as_published: float,
    local: float,
    health: float,
    benefits: float,
) -> None:
    request = Request("2008-09", by=("funder",), key=key)
    counted = count(engine, city_region, request, today=TODAY)
    # The headline leaves out the housing revenue account and site programmes held elsewhere;
    # with both it is the published regional analysis' own share.
    everything = counted.net_as_published_pence + counted.beside[HRA]
    assert millions(everything) == as_published
    if key == "A":
        assert everything == 2_455_772_498_325
    assert counted.net_pence < everything
    funders = by_funder(counted)
    assert funders["Department of Health (by construction)"] == health
    assert funders["Department for Work and Pensions (by construction)"] == benefits
    assert millions(counted.control["local"]) == local
    assert all(counted.identities.values())


def test_the_whole_region_of_2008_09_to_the_penny(engine: Engine, tmp_path: Path) -> None:
    folder = make(tmp_path / "place", [NORTH_WEST], "2008-09", [CRA_2010])
    counted = count(engine, folder, Request("2008-09"), today=TODAY)
    whole = counted.net_as_published_pence + counted.beside[HRA]
    assert whole == 5_917_158_785_638
    assert counted.net_as_published_pence == counted.net_pence  # the site lies in the region


@pytest.mark.long
@pytest.mark.parametrize(("year", "file"), [("2008-09", CRA_2010), ("2017-18", CRA_2018)])
def test_the_39_authorities_of_the_north_west_sum_to_the_region(
    engine: Engine, tmp_path: Path, year: str, file: Path
) -> None:
    folder = make(tmp_path / "place", [NORTH_WEST], year, [file])
    register = registers(folder, folder.state())
    evidence = gather(engine, folder, folder.state(), register, year=year)
    region = area_register().expand([NORTH_WEST])
    assert len(region) == 39
    key = choose_key(register, region, year, None)

    def net_of(lads: frozenset[str]) -> int:
        cube = net(
            engine, evidence.lines, evidence.counted, perimeter_of(register, lads, key)
        ).cube.to_pylist()
        signs = {"gross": 1, "eliminated": -1}
        return sum(signs.get(row["measure"], 0) * row["pence"] for row in cube)

    assert sum(net_of(frozenset({lad})) for lad in region) == net_of(region)


def test_the_returns_of_2017_18_land_on_their_own_totals(counted: Counted) -> None:
    statement = counted.outturn_statement
    assert statement is not None
    # 4,980.454 services + 916.522 housing benefit + 9.477 other levies, the two levies netted.
    assert statement.net_pence == 590_645_339_012
    assert counted.eliminated_pence == 35_136_600_000
    assert millions(statement.funder_view_pence) == 6_299.7
    assert statement.closes
    assert abs(statement.other_pence) < 100_000  # under £1k
    named = {row.label.partition(" ")[0]: row.pence for row in statement.rows}
    assert millions(-named["781"]) == 192.2
    assert millions(named["786"]) == 165.2
    assert millions(-named["773"]) == 131.5
    assert millions(-named["765"]) == 95.8
    reserves = sum(named[code] for code in ("811", "814", "815", "816"))
    assert millions(-reserves) == 141.8
    transit = [row.pence for row in statement.rows if row.kind == "in_transit"]
    assert sum(transit) == -20_100_000  # the £201k of levies paid and not booked


def test_the_bridge_reaches_both_totals_of_the_return(counted: Counted) -> None:
    steps = dict(counted.bridge)
    assert steps["service expenditure"] == steps["total service expenditure as published (699)"]
    assert steps["net current expenditure as published (749)"] == 587_119_939_012
    assert steps["difference"] == 0


def test_all_of_greater_manchester_in_2017_18(counted: Counted) -> None:
    tiers = {row.values["tier"]: row.pence for row in counted.rows}
    local = tiers.pop("local")
    sites = counted.net_as_published_pence - counted.net_pence
    underground = counted.beside["site programmes: London Underground"]
    # Central spending with site programmes shared as published: 52,767.3 x 38.66%.
    assert millions(sum(tiers.values()) + sites - underground) == 20_400.0
    assert millions(local) == 7_107.1  # 5,906.45 of the returns + 1,200.66 capital
    assert millions(counted.capital_pence) > 1_200.7
    assert 27.4e11 < counted.net_as_published_pence < 27.6e11
    assert counted.people.value == 2_848_286
    assert round(counted.net_as_published_pence / 100 / 2_848_286, -1) == 9_660
    assert counted.households.value is None
    assert "more than three years" in counted.households.why
    assert all(counted.identities.values())
    assert counted.statement.other_is_small


def test_the_regional_analysis_of_local_government_is_a_control(counted: Counted) -> None:
    control = counted.beside["local government, regional analysis"]
    assert millions(control) == 5_887.2
    # Outturn and regional analysis agree within 0.4%.
    assert counted.outturn_statement is not None
    assert abs(counted.outturn_statement.net_pence - control) < 0.004 * control


@pytest.mark.long
def test_payments_itemise_the_returns_and_never_change_the_headline(
    engine: Engine, counted: Counted, tmp_path: Path
) -> None:
    without = make(tmp_path / "place", [GREATER_MANCHESTER], "2017-18", [CRA_2018, OUTTURN])
    bare = count(engine, without, Request("2017-18"), today=TODAY)
    assert bare.net_pence == counted.net_pence
    assert bare.eliminated_pence == counted.eliminated_pence
    assert not bare.itemised
    rows = {(row.body_id, row.code): row for row in counted.itemised}
    assert millions(rows["manchester", "290"].placed_pence) == 36.0
    assert millions(rows["manchester", "290"].control_pence) == 0.7
    assert rows["manchester", "290"].over_itemised_pence > 0
    assert counted.not_itemised_pence == sum(r.not_itemised_pence for r in counted.itemised)
    # Every payment of the year is placed under a line or set apart: nothing is lost.
    assert (
        millions(sum(r.placed_pence for r in counted.itemised if r.body_id == "manchester"))
        == 833.1
    )
    assert (
        millions(sum(r.placed_pence for r in counted.itemised if r.body_id == "salford")) == 259.3
    )


@pytest.mark.slow
@pytest.mark.long
def test_the_ten_districts_counted_one_by_one_sum_to_the_city_region(
    engine: Engine, greater_manchester: Folder, counted: Counted
) -> None:
    folder = greater_manchester
    register = registers(folder, folder.state())
    evidence = gather(engine, folder, folder.state(), register, year="2017-18")
    districts = area_register().expand([GREATER_MANCHESTER])
    key = choose_key(register, districts, "2017-18", None)
    total = dict.fromkeys(("gross", "eliminated", "funding", "received", "financing"), 0)
    for lad in districts:
        perimeter = perimeter_of(register, frozenset({lad}), key)
        for row in net(engine, evidence.lines, evidence.counted, perimeter).cube.to_pylist():
            if row["measure"] in total:
                total[row["measure"]] += row["pence"]
    assert total["gross"] == counted.gross_pence
    assert total["eliminated"] == counted.eliminated_pence


@pytest.mark.long
def test_a_council_with_payments_alone(engine: Engine, tmp_path: Path) -> None:
    folder_path = DATA / "trafford_council" / "transparency_code" / "supplier_spend"
    file = folder_path / "trafford-supplier-spend-2024-25.zip"
    folder = make(tmp_path / "place", ["E08000009"], "2024-25", [file])
    counted = count(engine, folder, Request("2024-25"), today=TODAY)
    listed = sum(counted.listed.values())
    assert counted.gross_pence + listed == 56_521_957_374
    assert 31.0 < counted.listed["agency"] / 1e8 < 35.0  # precepts and Collection Fund shares
    assert counted.coverage_pct == 100.0
    assert counted.bodies["missing"] > 0
