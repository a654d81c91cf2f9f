"""A ladder file: read as it says, or every problem in it with its line and what to do."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from totalplace.cases._edition import edition
from totalplace.cases.ladder import Ladder, _file, read_ladder, run_ladder
from totalplace.cases.unit_costs._years import deflators
from totalplace.errors import Problem, RequestError

GOOD = """\
ladder = {id = "families", title = "Families", price_base = "2024-25", horizon = 2, source = "us"}
[[rung]]
id = "chaotic"
number = 12
[[rung]]
id = "coping"
title = "Coping families"
number = 100
source = "a count"
[[cost]]
rung = "coping"
body = "council"
unit_cost = "invented:family-coping"
[[cost]]
rung = "chaotic"
body = "council"
times = 70
of = "coping"
source = "claim PET"
[[cost]]
rung = "chaotic"
body = "nhs"
value = 1.5
unit = "GBP k/family/year"
price_year = "2024-25"
source = "us"
[transition]
chaotic = {chaotic = 0.9, coping = 0.1}
coping = {coping = 1}
[[move]]
id = "help"
number = 3
from = "chaotic"
to = "coping"
year = 1
cost = {value = 900, unit = "GBP/family", price_year = "2024-25", body = "council"}
"""


def read(tmp_path: Path, text: str) -> Ladder:
    path = tmp_path / "ladder.toml"
    path.write_text(text, encoding="utf-8")
    return read_ladder(path)


def problems(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    with pytest.raises(RequestError) as refused:
        read(tmp_path, text)
    assert all(one.fix and one.why for one in refused.value.problems)
    return [(_line(one), one.code) for one in refused.value.problems]


def _line(problem: Problem) -> int:
    return int(problem.where.rpartition(":")[2])


def test_a_file_is_read_as_it_says(tmp_path: Path) -> None:
    ladder = read(tmp_path, GOOD)
    assert (ladder.unit, ladder.horizon, ladder.schedule) == ("families", 2, "standard")
    first, second = ladder.rungs
    assert (first.title, first.number, first.source) == ("chaotic", 12, "us")
    assert (second.title, second.source) == ("Coping families", "a count")
    assert ladder.matrix == ((Fraction(9, 10), Fraction(1, 10)), (0, 1))
    # 400.00 of 2023-24 in prices of 2024-25
    coping = second.cost_pence["council"]
    assert round(coping) == round(40_000 * 100 / 96.1117)
    assert first.cost_pence["council"] == 70 * coping
    assert first.cost_pence["nhs"] == 150_000
    assert ladder.times == ("chaotic costs council 70 times what coping does",)
    (move,) = ladder.moves
    assert (move.number, move.start, move.end, move.year) == (3, 0, 1, 1)
    assert (dict(move.cost_pence), move.source) == ({"council": 90_000}, "us")


def test_without_transitions_everybody_stays(tmp_path: Path) -> None:
    text = GOOD.replace("[transition]\nchaotic = {chaotic = 0.9, coping = 0.1}\n", "")
    ladder = read(tmp_path, text.replace("coping = {coping = 1}\n", ""))
    assert ladder.is_still
    assert ladder.matrix == ((1, 0), (0, 1))


def test_own_tables_are_beside_the_file(tmp_path: Path) -> None:
    from totalplace.cases.unit_costs import invented_unit_costs, table_of
    from totalplace.reports import write_table

    write_table(table_of(invented_unit_costs()), tmp_path / "own.csv")
    text = GOOD.replace('source = "us"}', 'source = "us", unit_costs = {ours = "own.csv"}}', 1)
    ladder = read(tmp_path, text.replace("invented:family-coping", "ours:family-coping"))
    assert ladder.rungs == read(tmp_path, GOOD).rungs


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ('id = "families", ', "", 1, "value_missing"),
        ("2024-25", "2024", 1, "value_missing"),
        ("horizon = 2", "horizon = 61", 1, "bad_value"),
        ('source = "us"}', 'source = "us", colour = 1}', 1, "unknown_key"),
        ('source = "us"}', 'source = "us", edition = "x"}', 1, "unknown_edition"),
        ('source = "us"}', 'source = "us", edition = ["a"]}', 1, "value_missing"),
        ('source = "us"}', 'source = "us", schedule = "x"}', 1, "unknown_schedule"),
        ('source = "us"}', 'source = "us", unit_costs = 3}', 1, "bad_unit_costs"),
        ('source = "us"}', 'source = "us", unit_costs = {invented = "a.csv"}}', 0, "repeated_book"),
        ("number = 12", "number = -1", 4, "bad_value"),
        ("number = 12", 'number = "many"', 4, "bad_value"),
        ("number = 12", "number = true", 4, "bad_value"),
        ('id = "coping"', 'id = "chaotic"', 6, "repeated"),
        ('rung = "coping"', 'rung = "well"', 11, "unknown_rung"),
        ("family-coping", "family-copying", 13, "unknown_unit_cost"),
        ("family-coping", "home-care", 13, "not_yearly"),
        ("times = 70", "times = -7", 17, "bad_value"),
        ('of = "coping"', 'of = "chaotic"', 18, "no_cost"),
        ('source = "claim PET"\n', "", 14, "value_missing"),
        ('body = "nhs"', 'body = "council"', 20, "repeated"),
        ("GBP k/family/year", "GBP k/family", 24, "bad_unit"),
        ("GBP k/family/year", "families", 24, "bad_unit"),
        ("chaotic = 0.9", "chaotic = 0.8", 28, "not_one"),
        ("chaotic = 0.9", "calm = 0.9", 28, "unknown_rung"),
        ("chaotic = 0.9", "chaotic = 1.9", 28, "bad_value"),
        ("coping = {coping = 1}\n", "", 27, "no_transition"),
        ("coping = {coping = 1}", "coping = 1", 29, "no_transition"),
        ("coping = {coping = 1}", "coping = {coping = 1}\ncalm = {}", 30, "unknown_rung"),
        ('to = "coping"', 'to = "chaotic"', 34, "no_move"),
        ("year = 1\n", "year = 3\n", 35, "bad_value"),
        ("year = 1\n", "year = 0.5\n", 35, "bad_value"),
        ('GBP/family"', 'family"', 36, "bad_unit"),
        (', body = "council"}', "}", 36, "value_missing"),
        ("[[move]]", "[[moves]]", 30, "unknown_key"),
    ],
)
def test_each_problem_has_its_line(
    tmp_path: Path, old: str, new: str, line: int, code: str
) -> None:
    assert old in GOOD
    if line == 0:
        with pytest.raises(RequestError, match="is the table of the fictional place"):
            read(tmp_path, GOOD.replace(old, new, 1))
    else:
        assert (line, code) in problems(tmp_path, GOOD.replace(old, new, 1))


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("number = 12", "number = -1").replace("chaotic = 0.9", "chaotic = 0.5")
    assert problems(tmp_path, text) == [(4, "bad_value"), (28, "not_one")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ladder = 3",
        "rung = 3\ncost = []\nmove = {}\ntransition = 4",
        "[[rung]]\n[[rung]]\n[[cost]]\n[[move]]\n[move.cost]",
        "ladder = {}\n[[cost]]\nrung = 4",
    ],
)
def test_hopeless_files_are_told(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


def test_a_rung_cannot_give_more_than_it_has(tmp_path: Path) -> None:
    ladder = read(tmp_path, GOOD.replace("number = 3", "number = 11"))
    with pytest.raises(RequestError) as refused:
        run_ladder(ladder)
    (problem,) = refused.value.problems
    assert problem.code == "too_many_moved"
    # 12 x 0.9 = 10.8 are left in year 1
    assert (problem.where, problem.why) == ("year 1, moves help", "0.2 too many")


def test_prices_are_brought_to_one_year_by_the_deflators_of_the_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All editions that ship have one series: here one follows the deflators of March 2015."""
    old = replace(edition("greenbook-2003"), deflator="2015-03")
    monkeypatch.setattr(_file, "edition", lambda name: old if name else edition())
    text = GOOD.replace('source = "us"}', 'source = "us", edition = "greenbook-2003"}', 1)
    text = text.replace('"2024-25"', '"2013-14"')
    stated = 'value = 400\nunit = "GBP/family/year"\nprice_year = "2010-11"\nsource = "us"'
    text = text.replace('unit_cost = "invented:family-coping"', stated)
    coping = read(tmp_path, text).rungs[1].cost_pence["council"]
    levels = deflators("2015-03")
    assert coping == 40_000 * Fraction(levels["2013-14"]) / Fraction(levels["2010-11"])
    # 2024-25 is after its last year, for a stated price and for one of a table
    with pytest.raises(RequestError) as refused:
        read(
            tmp_path,
            GOOD.replace('source = "us"}', 'source = "us", edition = "greenbook-2003"}', 1),
        )
    codes = {one.code for one in refused.value.problems}
    assert codes == {"value_missing", "no_deflator"}
