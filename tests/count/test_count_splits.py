"""One year counted once in many splits: each figure is that of the count it stands for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from northland import ALDER, BIRCH, TODAY, TWINSHIRE, YEAR
from test_count_place import mixed

from totalplace.count import (
    BY,
    Counted,
    KeyCount,
    Request,
    YearCount,
    area_money,
    count,
    count_year,
    explain_figure,
    price_years,
)
from totalplace.engine import Engine
from totalplace.errors import RequestError
from totalplace.place import Folder

pytestmark = pytest.mark.slow

SPLITS = (
    *((name,) for name in BY),
    ("tier", "function"),
    ("body", "stream"),
    ("area", "body"),
    ("funder", "stream", "body", "function"),
)
REAL = "2019-20"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return mixed(tmp_path_factory.mktemp("splits") / "place", keys=("N", "W"))


@pytest.fixture(scope="module")
def year(shared_engine: Engine, folder: Folder) -> YearCount:
    folder.freeze(today=TODAY)
    return count_year(shared_engine, folder, YEAR, at=1, today=TODAY, splits=SPLITS, real=(REAL,))


def _asked(engine: Engine, folder: Folder, **asked: object) -> Counted:
    return count(engine, folder, Request(YEAR, at=1, **asked), today=TODAY)  # type: ignore[arg-type]


def _key(year: YearCount, key_id: str) -> KeyCount:
    (found,) = [one for one in year.keys if one.counted.key.key_id == key_id]
    return found


def test_every_key_of_the_range_is_counted_the_default_one_first(year: YearCount) -> None:
    assert [one.counted.key.key_id for one in year.keys] == ["N", "W"]
    nets = {one.counted.net_pence for one in year.keys}
    assert len(nets) == 2


@pytest.mark.parametrize(("key_id", "asked"), [("N", None), ("W", "W")])
def test_the_headline_is_that_of_a_count(
    engine: Engine, folder: Folder, year: YearCount, key_id: str, asked: str | None
) -> None:
    assert _key(year, key_id).counted == _asked(engine, folder, key=asked)


@pytest.mark.parametrize("by", [("tier",), ("area", "body")])
def test_rows_are_those_of_a_count(
    engine: Engine, folder: Folder, year: YearCount, by: tuple[str, ...]
) -> None:
    for key_id in ("N", "W"):
        assert _key(year, key_id).rows[by] == _asked(engine, folder, key=key_id, by=by).rows


@pytest.mark.parametrize(
    "by",
    [
        one if at % 5 == 0 else pytest.param(one, marks=pytest.mark.long)
        for at, one in enumerate(SPLITS)
    ],
)
def test_every_split_under_every_key_is_that_of_a_count(
    engine: Engine, folder: Folder, year: YearCount, by: tuple[str, ...]
) -> None:
    for key_id, asked in (("N", None), ("W", "W")):
        counted = _asked(engine, folder, key=asked, by=by)
        rows = _key(year, key_id).rows[by]
        assert rows == counted.rows
        assert len({row.figure_id for row in rows}) == len(rows)


def test_every_row_is_gross_less_eliminated_and_each_split_sums_to_the_headline(
    year: YearCount,
) -> None:
    for key in year.keys:
        counted = key.counted
        for by, rows in key.rows.items():
            assert all(row.gross_pence - row.eliminated_pence == row.pence for row in rows)
            if "theme" not in by:
                assert sum(row.pence for row in rows) == counted.net_pence, by
                assert sum(row.gross_pence for row in rows) == counted.gross_pence, by
                assert sum(row.eliminated_pence for row in rows) == counted.eliminated_pence, by
        assert counted.identities["rows_sum_to_net"]


@pytest.mark.long
def test_real_terms_are_those_of_a_count(engine: Engine, folder: Folder, year: YearCount) -> None:
    for key_id, asked in (("N", None), ("W", "W")):
        real = _key(year, key_id).real[REAL]
        assert real == _asked(engine, folder, key=asked, real=REAL)
        assert real.figure_id != _key(year, key_id).counted.figure_id
    # rows in real terms too, where they are asked for
    cash = _asked(engine, folder, by=("body",))
    told = _asked(engine, folder, by=("body",), real=REAL)
    assert [row.values for row in told.rows] == [row.values for row in cash.rows]
    assert all(row.gross_pence - row.eliminated_pence == row.pence for row in told.rows)


@pytest.mark.long
def test_its_figures_are_explained(engine: Engine, folder: Folder, year: YearCount) -> None:
    for key in year.keys:
        for by in (("funder", "stream", "body", "function"), ("area", "body")):
            row = key.rows[by][0]
            found = explain_figure(engine, folder, row.figure_id, today=TODAY)
            assert (found.pence, found.values) == (row.pence, row.values)
            assert (found.gross_pence, found.eliminated_pence) == (
                row.gross_pence,
                row.eliminated_pence,
            )


def test_what_no_theme_takes_is_the_rest(year: YearCount) -> None:
    first = year.keys[0]
    (row,) = first.rows["theme",]
    # one theme alone: what it takes and the rest are the whole, but for the rounding of each cell
    assert abs(row.pence + first.unthemed_pence - first.counted.net_pence) <= 2
    assert 0 < row.pence < first.counted.net_pence


def test_an_unknown_split_is_refused_before_anything_is_counted(
    engine: Engine, folder: Folder
) -> None:
    with pytest.raises(RequestError) as refused:
        count_year(engine, folder, YEAR, at=1, today=TODAY, splits=[("colour",)])
    assert refused.value.problems[0].code == "unknown_split"


def test_price_years_are_the_newest_and_the_others_of_the_place(folder: Folder) -> None:
    state = folder.snapshot(1).state
    newest = price_years(folder, state, YEAR, [])
    assert len(newest) == 1
    assert newest[0] > YEAR
    assert price_years(folder, state, YEAR, ["2016-17", "1801-02"]) == [*newest, "2016-17"]
    assert price_years(folder, state, "1801-02", ["2016-17"]) == []


def test_areas_are_set_beside_one_another(engine: Engine, folder: Folder, year: YearCount) -> None:
    found = area_money(engine, folder, year.working)
    sums: dict[tuple[str, str, str], int] = {}
    for one in found:
        key = (one.dataset, one.level, one.area)
        sums[key] = sums.get(key, 0) + one.pence
    alder = sums["ro", "authority", ALDER]
    assert alder > 0
    inside = sum(
        pence
        for (dataset, level, area), pence in sums.items()
        if dataset == "ro" and level != "place" and area in (ALDER, BIRCH, TWINSHIRE)
    )
    assert sums["ro", "place", TWINSHIRE] >= inside
    (people,) = {one.people for one in found if one.area == ALDER}
    assert people == 60
    assert {one.level for one in found if one.dataset == "cra"} == {"region"}


def test_a_year_of_nothing_is_told(engine: Engine, folder: Folder, year: YearCount) -> None:
    with pytest.raises(RequestError) as refused:
        count_year(engine, folder, "1999-00", at=1, today=TODAY)
    assert refused.value.problems[0].code == "no_such_year"
    assert replace(year).working.year == YEAR
