"""What a count answers: splits and their explanation, keys, prices, snapshots, refusals."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from northland import (
    ALDER,
    BIRCH,
    CEDAR,
    HILLS,
    TODAY,
    TWINSHIRE,
    YEAR,
    add,
    add_register,
    cra,
    paid,
    place,
    returned,
    ro,
)
from test_count_place import mixed

from totalplace.count import (
    BY,
    Counted,
    Request,
    count,
    diff,
    explain_figure,
    explain_line,
    trace_place,
    transfers,
)
from totalplace.count import _explain as explain_module
from totalplace.count._working import figure_id, work
from totalplace.engine import Engine, duckdb_engine
from totalplace.errors import RequestError
from totalplace.place import Folder, parse_line_id

Ask = Callable[..., Counted]

FIRST = {"tier", "body", "theme", "funder"}
"""Splits by a column of the line, of the body, of a register that overlaps, and by who paid."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return mixed(tmp_path_factory.mktemp("answers") / "place")


@pytest.fixture(scope="module")
def ask(folder: Folder) -> Ask:
    """Counts the mixed place, or another."""

    def one(where: Folder = folder, **asked: object) -> Counted:
        request = Request(YEAR, **asked)  # type: ignore[arg-type]
        with contextlib.closing(duckdb_engine(threads=1)) as engine:
            return count(engine, where, request, today=TODAY)

    return one


# --- splits, and the way back ------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "split", [one if one in FIRST else pytest.param(one, marks=pytest.mark.long) for one in BY]
)
def test_every_figure_of_every_split_is_the_sum_of_its_lines(
    engine: Engine, folder: Folder, ask: Ask, split: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain_module, "PAGE", 100)
    counted = ask(by=(split,))
    assert all(counted.identities.values())
    if split != "theme":
        assert sum(row.pence for row in counted.rows) == 206_600
    # A middle one: shares, refunds and eliminations are there.
    row = counted.rows[len(counted.rows) // 2]
    found = explain_figure(engine, folder, row.figure_id, today=TODAY)
    assert (found.pence, found.grade, found.values) == (row.pence, row.grade, row.values)
    assert found.gross_pence - found.eliminated_pence == found.pence
    ids = {(line.line_id, line.measure, line.body) for line in found.lines}
    assert len(ids) == found.line_count == len(found.lines)  # one page, each line once
    assert sum(line.pence for line in found.lines) == row.pence
    sizes = [abs(line.pence) for line in found.lines]
    assert sizes == sorted(sizes, reverse=True) or split in {"theme", "funder"}
    assert {source["sha256"] for source in found.sources} == {
        parse_line_id(line.line_id).source_id for line in found.lines
    }


@pytest.mark.slow
def test_pages_hold_each_line_once(
    engine: Engine, folder: Folder, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain_module, "PAGE", 5)
    ids, pence, offset = [], 0, 0
    figure = ask().figure_id
    while True:
        page = explain_figure(engine, folder, figure, today=TODAY, offset=offset)
        if not page.lines:
            break
        ids += [(line.line_id, line.measure, line.body) for line in page.lines]
        pence += sum(line.pence for line in page.lines)
        offset += 5
    assert len(ids) == page.line_count > 10
    assert len(set(ids)) == len(ids)
    assert pence == 206_600


@pytest.mark.slow
def test_a_share_of_a_line_is_what_explain_shows(engine: Engine, folder: Folder, ask: Ask) -> None:
    """Alder's schools: 60,000, of which 9.83% for under fives (theme register, line 190)."""
    [row] = [
        row
        for row in ask(by=("theme", "body")).rows
        if row.values == {"theme": "children-under-5: prevention", "body": "alder-council"}
    ]
    # 5,898 but for the rounding of each cell, by function and control.
    assert abs(row.pence - 5_898) <= 2
    found = explain_figure(engine, folder, row.figure_id, today=TODAY)
    [line] = found.lines
    assert (line.label, line.pence) == ("190 Education services", row.pence)


@pytest.mark.slow
def test_a_headline_is_the_same_whatever_it_is_split_by(ask: Ask) -> None:
    plain, by_area = ask(), ask(by=("area",))
    assert replace(by_area, request=plain.request, rows=(), themes_overlap=False) == plain
    assert sum(row.pence for row in by_area.rows) == plain.net_pence


@pytest.mark.slow
def test_splits_may_be_combined_and_authorities_told(ask: Ask) -> None:
    rows = {
        (row.values["area"], row.values["tier"]): row.pence for row in ask(by=("area", "tier")).rows
    }
    assert rows == {
        (ALDER, "quango"): 60_000,
        (BIRCH, "quango"): 20_000 + 2_000,
        (ALDER, "national"): 30_000,
        (BIRCH, "national"): 10_000,
        # The grant lands at Alder and leaves there; the waste authority by people, 60 to 20; the
        # levy leaves the two by the same share.
        (ALDER, "local"): 73_000 + 6_000 - 1_500 + 4_350 - 3_000,
        (BIRCH, "local"): 2_000 + 1_450 - 1_000,
        (ALDER, "provider"): 3_300,
    }


@pytest.mark.slow
def test_districts_counted_one_by_one_sum_to_the_place(
    engine: Engine, ask: Ask, tmp_path: Path
) -> None:
    parts = [ask(mixed(tmp_path / area, areas=(area,))) for area in (ALDER, BIRCH)]
    assert sum(one.net_pence for one in parts) == 206_600
    assert sum(one.gross_pence for one in parts) == 232_100
    assert sum(one.statement.funder_view_pence for one in parts) == 205_400


@pytest.mark.slow
def test_a_figure_of_other_registers_is_not_explained_as_if_it_were_ours(
    engine: Engine, folder: Folder, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = ask().figure_id
    monkeypatch.setattr("totalplace.count._working.data_edition", lambda: "another edition")
    with pytest.raises(RequestError) as error:
        explain_figure(engine, folder, figure, today=TODAY)
    assert error.value.problems[0].code == "outdated_figure"


@pytest.mark.slow
def test_figure_ids_are_of_content_and_question_alone(
    engine: Engine, ask: Ask, tmp_path: Path
) -> None:
    one, other = (mixed(tmp_path / name) for name in ("one", "other"))
    requests = [
        Request(YEAR),
        Request(YEAR, key="N", by=("tier",), per="head", at=1),
        Request(YEAR, real="2024-25"),
    ]
    first = work(engine, one, requests[0], today=TODAY)
    second = work(engine, other, requests[0], today=TODAY)
    ids = [figure_id(request, first, "net") for request in requests]
    assert ids == [figure_id(request, second, "net") for request in requests]
    assert ids[0] == ids[1] != ids[2]
    by_tier = figure_id(requests[0], first, "net", tier="local")
    assert len({*ids, by_tier, figure_id(requests[0], first, "gross")}) == 4
    add(other, "return", [returned("alder-ccg", "out", "own", 1)])
    third = work(engine, other, requests[0], today=TODAY)
    assert figure_id(requests[0], third, "net") != ids[0]


@pytest.mark.slow
def test_a_line_is_explained_with_its_readings_and_its_match(
    engine: Engine, folder: Folder
) -> None:
    [source] = [one.sha256 for one in folder.state().sources if one.name == "return.csv"]
    found = explain_line(engine, folder, f"{source}::3:0", year=YEAR, today=TODAY)
    assert found.source["name"] == "return.csv"
    [reading] = found.readings
    assert (reading["amount_pence"], reading["stream_id"]) == (20_000, "north-grant")
    assert found.transfer is not None
    assert (found.transfer["counterparty_id"], found.transfer["rule"]) == (
        "alder-council",
        "eliminate",
    )
    [match] = found.transfer["matches"]
    assert (match["paid_pence"], match["level"]) == (20_000, "payer_only")
    plain = explain_line(engine, folder, f"{source}::2:0", year=YEAR, today=TODAY)
    assert plain.transfer is None
    nothing = explain_line(engine, folder, f"{source}::99:0", year=YEAR, today=TODAY)
    assert nothing.readings == ()
    with pytest.raises(RequestError):
        explain_line(engine, folder, f"{'f' * 64}::2:0", year=YEAR, today=TODAY)


@pytest.mark.slow
def test_transfers_and_trace(engine: Engine, folder: Folder) -> None:
    found = transfers(engine, folder, year=YEAR, today=TODAY)
    assert [(one.payer, one.payee, one.rule, one.pence, one.lines) for one in found] == [
        ("Ministry of the North", "Alder Council", "eliminate", 20_000, 1),
        ("Alder Council", "Coast Waste Authority", "eliminate", 4_000, 1),
        ("Alder Council", "Alder College", "eliminate", 1_500, 1),
    ]
    traced = trace_place(engine, folder, year=YEAR, today=TODAY)
    assert traced.spent == {
        "alder-council": 67_500,
        "alder-college": 3_300,
        "coast-waste": 5_800,
        "north-ministry": 40_000,
    }
    for body, sources in traced.by_source.items():
        assert sum(sources.values()) == traced.spent[body]
    assert traced.by_source["north-ministry"] == {"Parliament": 40_000}
    assert traced.by_source["alder-college"] == {"funding not returned": 3_300}
    # 3,900 of the waste authority's 5,800 are Alder's money, whose taxes are 50,000 of 73,500.
    assert traced.by_source["coast-waste"]["Council tax payers"] > 1_900
    assert all(sum(shares.values()) == 10**12 for shares in traced.traced.shares.values())
    assert {(one.payer, one.payee, one.gap_pence) for one in traced.in_transit} == {
        ("several payers", "Coast Waste Authority", 100),
        ("Alder Council", "Alder College", 1_500),
    }


# --- keys, prices, denominators ----------------------------------------------------------------


@pytest.mark.slow
def test_the_range_holds_every_key_near_the_year_and_key_swaps_it(
    engine: Engine, ask: Ask, tmp_path: Path
) -> None:
    folder = place(
        tmp_path / "place",
        cra=[cra("Board", 1_000_00, half_unit=50), cra("Board", -100)],
        returns=[returned("north-ministry", "out", "own", 2_000)],
    )
    by_people = ask(folder, by=("body",))
    # Twinshire is 80 of 100 in Coast and 80 of 200 in the country. By need (W) 40 of 100 and 40 of
    # 200; by key C 75 of 100 and, with Dale's 100 people on its scale, 75 of 200.
    assert by_people.net_pence == 80_000 - 80 + 800
    assert by_people.net_low_pence == 40_000 - 40 + 400 - 40
    assert by_people.net_high_pence == 80_000 - 80 + 800 + 40
    by_need = ask(folder, key="W")
    assert (by_need.net_pence, by_need.key.key_id) == (40_000 - 40 + 400, "W")
    by_cells = ask(folder, key="C")
    assert by_cells.net_pence == 75_000 - 75 + 750
    board, ministry = by_people.rows
    assert (board.low_pence, board.high_pence) == (39_960 - 40, 79_920 + 40)
    assert (ministry.low_pence, ministry.high_pence) == (400, 800)


@pytest.mark.slow
def test_real_terms_by_the_deflator(ask: Ask) -> None:
    cash, real = ask(by=("cap_rev",)), ask(by=("cap_rev",), real="2024-25")
    factor = Fraction(real.net_pence, cash.net_pence)
    assert Fraction(12, 10) < factor < Fraction(14, 10)
    assert real.gross_pence - real.eliminated_pence == real.net_pence
    assert real.capital_pence + real.revenue_pence == real.net_pence
    assert real.price_base == "2024-25"
    assert [row.values for row in real.rows] == [row.values for row in cash.rows]
    assert abs(sum(row.pence for row in real.rows) - real.net_pence) <= 1
    assert real.figure_id != cash.figure_id
    assert all(real.identities.values())


@pytest.mark.slow
def test_a_price_year_nobody_knows(ask: Ask) -> None:
    with pytest.raises(RequestError) as error:
        ask(real="1901-02")
    [problem] = error.value.problems
    assert (problem.code, problem.where) == ("no_deflator", "--real 1901-02")
    assert "1901-02 not among" in problem.why


@pytest.mark.slow
def test_households_near_the_year_and_no_number_for_a_part_of_the_place(
    ask: Ask, tmp_path: Path
) -> None:
    rows = [
        {"area": area, "kind": "households", "year": 2020, "value": value, "source": "test"}
        for area, value in ((ALDER, 31), (BIRCH, 11))
    ]
    folder = place(
        tmp_path / "near", cra=[cra("Board", 100)], keys=("N",), more={"denominator": rows}
    )
    near = ask(folder, per="household")
    assert (near.households.value, near.households.year) == (42, 2020)
    files = (("old.csv", 43, "2026-11-23T10:00:00"), ("new.csv", 44, "2026-11-24T10:00:00"))
    for name, value, received in (*files, ("older.csv", 45, "2026-11-22T10:00:00")):
        rows = [
            {"area": ALDER, "year": 2020, "measure": "households", "value": value},
            {"area": BIRCH, "year": 2020, "measure": "households", "value": 0},
            {"area": CEDAR, "year": 2020, "measure": "households", "value": 1},
        ]
        add(folder, "population", rows, name=name, received=received)
    # Of several numbers the one received last holds, before the registers' own.
    assert ask(folder).households.value == 44
    far = ask(place(tmp_path / "far", areas=(ALDER, CEDAR), cra=[cra("Board", 100)], keys=("N",)))
    assert far.people.value is None
    assert far.people.why == "no number of people is loaded for the whole place"


# --- the place's other states ------------------------------------------------------------------


@pytest.mark.slow
def test_a_place_of_which_the_year_holds_nothing_here(
    engine: Engine, ask: Ask, tmp_path: Path
) -> None:
    folder = place(tmp_path / "place", cra=[cra("Board", 100, region_code=HILLS)], keys=("N",))
    counted = ask(folder, by=("tier",))
    assert (counted.net_pence, counted.rows, counted.coverage_pct) == (0, (), None)
    assert (counted.grade, counted.by_grade) == ("A", {})
    assert counted.bodies == {"returned": 0, "published": 0, "estimated": 0, "missing": 4}
    assert all(counted.identities.values())
    found = explain_figure(engine, folder, counted.figure_id, today=TODAY)
    assert (found.pence, found.lines, found.line_count, found.grade) == (0, (), 0, "A")


@pytest.mark.slow
def test_what_is_listed_bridged_or_left_out_is_told(ask: Ask, tmp_path: Path) -> None:
    area = {"level": "park", "parent": None, "valid_from": None, "valid_to": None}
    part = {"fit": "part", "source": "test"}
    folder = place(
        tmp_path / "place",
        keys=("N",),
        ro=[
            *(ro("alder-council", code, 10_000) for code in (190, 699)),
            ro("alder-council", 731, -30),
            ro("alder-council", 714, 7),
            ro("alder-council", 749, 9_977),
        ],
        returns=[
            returned("harbour-agency", "out", "own", 500),
            returned("alder-college", "out", "own", 60),
            returned("alder-college", "out", "agency", 11),
            returned("alder-college", "out", "noncash", 12),
            returned("alder-college", "in", "noncash", 12),
        ],
        more={
            "area": [{"code": "ZPARK", "name": "Moor", "source": "test", **area}],
            "area_member": [{"area": "ZPARK", "lad": lad, **part} for lad in (BIRCH, CEDAR)],
            "body_area": [
                {"body_id": "harbour-agency", "area": "ZPARK", "role": "serves", "source": "test"}
            ],
        },
    )
    counted = ask(folder)
    assert counted.net_pence == 10_060
    assert counted.listed == {"agency": 11, "noncash": 12}
    assert counted.bridge == (
        ("service expenditure", 10_000),
        ("total service expenditure as published (699)", 10_000),
        ("housing benefit", 0),
        ("levies paid", 0),
        ("levies received", 0),
        ("714 Housing benefits: subsidy limitation transfers from HRA", 7),
        ("731 External Trading Accounts net surplus(-)/ deficit(+)", -30),
        ("net current expenditure, bridged", 9_977),
        ("net current expenditure as published (749)", 9_977),
        ("difference", 0),
    )
    [warning] = counted.warnings
    assert warning.startswith("Harbour Agency: £5.00 is left out: its area cuts authorities")
    assert {row.kind for row in counted.statement.rows} == {"financing", "not_returned"}
    assert counted.statement.funder_view_pence == 0


@pytest.mark.slow
def test_snapshots_and_what_changed_between_them(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    folder = place(tmp_path / "place", keys=("N",))
    old = add(
        folder,
        "ro",
        [ro("alder-council", 190, 500), ro("birch-council", 190, 300)],
        name="outturn.xlsx",
    )
    spend = [paid("alder-college", "Shady Ltd", 40), paid("alder-college", "Acme", 60)]
    add(folder, "spend", spend, name="college.csv", body_id="alder-college")
    assert ask(folder).net_pence == 900
    new = [ro("alder-council", 190, 550), ro("birch-council", 190, 300)]
    add(folder, "ro", new, name="revised.xlsx", supersedes=old)
    told = {"who": "me", "when": "2026-11-21T10:00:00", "why": "known"}
    folder.decide(object_id="Shady Ltd", what="alias", value="birch-council", **told)
    extra = [paid("alder-ccg", "Acme", 7)]
    add(folder, "spend", extra, name="ccg.csv", body_id="alder-ccg")
    second = ask(folder)
    # Revised by 50, the decision makes 40 a purchase from a counted council, 7 more.
    assert second.net_pence == 900 + 50 + 7
    assert second.eliminated_pence == 0  # an outturn is net of what others pay the council
    assert (second.snapshot, ask(folder, at=1).net_pence) == (2, 900)
    found = diff(engine, folder, 1, 2, year=YEAR, today=TODAY)
    assert (found.before.net_pence, found.after.net_pence) == (900, 957)
    assert {one.body_id: one.change_pence for one in found.changes} == {
        "alder-council": 50,
        "alder-ccg": 7,
    }
    assert sum(one.change_pence for one in found.changes) == 57
    council, ccg = found.changes
    assert council.causes[0].startswith("outturn.xlsx superseded by ")
    assert council.causes[1] == "revised.xlsx added"
    assert council.causes[2].startswith("decision 1: alias Shady Ltd = birch-council (me: known)")
    assert ccg.causes == ("ccg.csv added",)
    assert set(found.causes) == {*council.causes, *ccg.causes}
    back = diff(engine, folder, 2, 1, year=YEAR, today=TODAY)
    assert {one.change_pence for one in back.changes} == {-50, -7}
    assert "revised.xlsx removed" in back.causes


@pytest.mark.slow
def test_a_register_added_is_a_cause(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    folder = place(tmp_path / "place", cra=[cra("Board", 1_000)], keys=("N",))
    ask(folder)
    key = {"measure": "people", "unit": "persons", "year": 2017, "is_complete": True}
    add_register(folder, "key", [{"key_id": "M", "source": "test", **key}])
    values = zip((ALDER, BIRCH, CEDAR), (10, 10, 80), strict=True)
    add_register(
        folder,
        "key_value",
        [{"key_id": "M", "area": area, "value": value, "source": "test"} for area, value in values],
    )
    ask(folder)
    found = diff(engine, folder, 1, 2, year=YEAR, today=TODAY)
    [change] = found.changes
    assert (change.before_pence, change.after_pence) == (800, 200)
    assert set(change.causes) == {"key.csv added", "key_value.csv added"}


def test_a_wrong_request_is_refused_whole(engine: Engine, folder: Folder) -> None:
    request = Request("2017-19", by=("tier", "colour"), per="cat", real="then")
    with pytest.raises(RequestError) as error:
        count(engine, folder, request, today=TODAY)
    assert [(problem.code, problem.where) for problem in error.value.problems] == [
        ("unknown_split", "--by colour"),
        ("unknown_denominator", "--per cat"),
        ("bad_year", "--year 2017-19"),
        ("bad_year", "--real then"),
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"key": "Q"}, "unknown_key"),
        ({"at": 99}, "unknown_snapshot"),
        ({"key": "B"}, "key_does_not_cover"),
    ],
)
def test_what_the_place_does_not_have(ask: Ask, asked: dict[str, object], code: str) -> None:
    with pytest.raises(RequestError) as error:
        ask(**asked)
    assert error.value.problems[0].code == code


def test_a_year_the_place_does_not_hold(engine: Engine, folder: Folder) -> None:
    with pytest.raises(RequestError) as error:
        count(engine, folder, Request("1999-00"), today=TODAY)
    assert error.value.problems[0].why == "its files are of 2017-18"


@pytest.mark.slow
def test_a_place_on_a_read_only_disk_is_counted_all_the_same(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place(tmp_path / "place", cra=[cra("Board", 100)], keys=("N",))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Folder, "write_derived", full)
    counted = ask(folder)
    assert counted.net_pence == 80
    assert not (folder.path / "tables" / "figure").exists()
    assert TWINSHIRE in folder.areas
