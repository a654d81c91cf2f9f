"""Benefits, council tax and population files beside and under a count of a small place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from totalplace.count import Request, count
from totalplace.count._controls import _beside
from totalplace.count._population_keys import with_population_keys
from totalplace.count._registers import registers
from totalplace.engine import Engine, duckdb_engine
from totalplace.model import body_register
from totalplace.place import Folder, create
from totalplace.sources import add

TRAFFORD, SALFORD = "E08000009", "E08000006"
SERIES = (
    "FinancialYear,YearEnd,Geography,GeographyCode,Value,HMTFunction,HMTSubfunction,CAPorCUR,"
    "Value2015PerCapita,CPI2015,Population\n"
    "2017-18,2018,North West,UKD,1000000,10. Social protection,,CUR,,,\n"
)
TAX = (
    "code,name,country,band_d_amount,total_dwellings,has_council_tax,total_council_tax_net\n"
    f"{TRAFFORD},Trafford,ENGLAND,1,2,True,900\n"
)
RETURN = (
    "Body,Financial year,Side,Stream,Counterparty,Function,Nature,Capital or revenue,Period start,"
    "Period end,Phase,Basis,Amount,Reference,Note\n"
    "trafford,2017-18,out,Care,,10,own,cur,2017-04-01,2018-03-31,outturn,gross,5000.00,,\n"
)
BENEFITS = {
    "geography": "local-authority",
    "unit": "£ million / year",
    "year": "2017/18",
    "lines": [],
    "history": [{"year": "2017/18", "total_m": 6, "components": {"hb": 2}}],
    "sources": [{"label": f"row {TRAFFORD}"}],
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = duckdb_engine(threads=1)
    yield engine
    engine.close()


def place(path: Path, *areas: str, **files: str) -> Folder:
    folder = create(path / "place", name="Place", areas=list(areas), year="2017-18")
    paths = []
    for number, (name, text) in enumerate(files.items()):
        one = path / f"{name}-2017-18.{'json' if text.startswith('{') else 'csv'}"
        one.write_text(text)
        paths.append(one)
        report = add(
            folder, [one], received=f"2026-01-0{number + 1}T00:00", registers=body_register()
        )
        assert {row.status for row in report.files} == {"loaded"}, str(report.files[0].message)
    return folder


@pytest.mark.slow
def test_only_files_that_state_the_whole_place_stand_beside_it(
    engine: Engine, tmp_path: Path
) -> None:
    one = place(tmp_path, TRAFFORD, a=SERIES, b=json.dumps(BENEFITS), c=TAX)
    counted = count(engine, one, Request("2017-18"), today=date(2026, 1, 9))
    # the series tells no department, and no outturn has a council tax: nothing to stand beside
    assert counted.published == ()
    row = {"amount_pence": 5, "file": "b.json"}
    found = _beside("benefits", [row, {**row, "amount_pence": -2}], 10)
    assert (found.published_pence, found.difference_pence, found.source) == (3, 7, "b.json")


@pytest.mark.slow
def test_a_series_is_a_control_where_a_body_has_an_account(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    alone = place(tmp_path / "alone", TRAFFORD, a=SERIES)
    counted = count(engine, alone, Request("2017-18"), today=date(2026, 1, 9))
    assert counted.net_pence > 0
    both = place(tmp_path, TRAFFORD, a=SERIES, b=RETURN)
    counted = count(engine, both, Request("2017-18"), today=date(2026, 1, 9))
    assert counted.net_pence == 500_000
    assert "regional analysis, departments not told apart" in counted.beside


def test_a_population_file_is_a_key_in_the_regions_it_gives_whole(
    engine: Engine, tmp_path: Path
) -> None:
    empty = create(tmp_path / "empty", name="Empty", areas=[TRAFFORD], year="2017-18")
    known = registers(empty, empty.state())
    lads = sorted(known.zones["E12000002"])
    rows = [f"{lad},2019,{1000 if lad == TRAFFORD else 10}" for lad in lads]
    rows.append("E06000001,2019,7")  # one authority of the North East
    text = "area_code,year,people\n" + "\n".join(rows) + "\n"
    folder = place(tmp_path, TRAFFORD, a=text)
    found = with_population_keys(engine, folder, folder.state(), registers(folder, folder.state()))
    key = found.keys["people-2019"]
    assert (key.measure, key.year, key.is_complete) == ("people", 2019, True)
    assert set(key.values) == set(lads)
    assert key.values[TRAFFORD] == 1000
