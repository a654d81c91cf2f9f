"""A bad portfolio gets every problem, each with its line and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from totalplace.cases.portfolio import read_portfolio, run_portfolio, share_portfolio
from totalplace.errors import RequestError

GOOD = """\
portfolio = {id = "pool", years = 2, unit = "GBP k", discount = "none"}
body.nhs = {cash_limit = [9, 9]}
[[stream]]
id = "grant"
body = "council"
budget = [5, 5]
[[stream]]
id = "trust"
body = "nhs"
ringfence = "soft"
virement = 0.1
budget = [8, 8.5]
floor = [1, 0]
[[intervention]]
id = "A"
cost = [2, 3]
npv = 4
streams = ["grant"]
gain = {council = 0.3, nhs = 0.7}
[[intervention]]
id = "B"
cost = [1, 0]
benefit = [0, 7.25]
streams = ["trust"]
gain = {nhs = 1}
"""


def problems(text: str, tmp_path: Path) -> list[tuple[int, str]]:
    """(line, code) of everything found, in order."""
    path = tmp_path / "pool.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        read_portfolio(path)
    assert all(one.what and one.why and one.fix for one in caught.value.problems)
    assert all(one.where.startswith(f"{path}:") for one in caught.value.problems)
    return [(int(one.where.rpartition(":")[2]), one.code) for one in caught.value.problems]


def test_a_good_file_is_read_in_pence(tmp_path: Path) -> None:
    path = tmp_path / "pool.toml"
    path.write_text(GOOD, encoding="utf-8")
    found = read_portfolio(path)
    assert [one.budget for one in found.streams] == [(500_000, 500_000), (800_000, 850_000)]
    assert found.streams[1].open_budget == (80_000, 85_000)
    assert [one.npv_pence for one in found.interventions] == [400_000, 725_000 - 100_000]
    assert found.interventions[0].gain["council"] * 10 == 3
    assert found.bodies["nhs"].cash_limit == (900_000, 900_000)
    assert run_portfolio(path).document["chosen"] == ["A", "B"]


BAD = """\
portfolio = {id = "pool", years = 2, unit = "GBP bn", discont = "none"}
[[stream]]
id = "grant"
body = "council"
budget = [-5, 5]
[[stream]]
id = "trust"
body = "nhs"
ringfence = "firm"
budget = [
  8,
  8,
  8,
]
floor = [9, 0]
[[stream]]
body = "nhs"
budget = "8"
[[intervention]]
id = "A"
cost = [2]
npv = 4
streams = ["grnat"]
gain = {council = 0.3, nhs = 0.8}
requires = ["B"]
[[intervention]]
id = "B"
cost = [1, inf]
requires = ["A"]
gain = {polcie = 1}
[[intervention]]
id = "B"
cost = [1, 0]
npv = 1
benefit = [1, 1]
gain = {}
excludes = ["B"]
[[intervention]]
id = "C"
cost = [1, 0]
npv = true
gain = {nhs = 1}
requires = ["D"]
[[overlap]]
outcome = "care"
cohort = "all"
base = -1
effect = {A = 1.5, Z = 0.1}
gain = {nhs = 1}
"""


def test_every_problem_of_a_bad_file_is_told_with_its_line(tmp_path: Path) -> None:
    assert problems(BAD, tmp_path) == [
        (1, "unknown_key"),
        (1, "unknown_word"),
        (5, "negative_amount"),
        (9, "unknown_word"),
        (10, "wrong_number_of_years"),
        (15, "infeasible_floor"),
        (16, "missing_key"),
        (18, "wrong_kind"),
        (21, "wrong_number_of_years"),
        (23, "unknown_stream"),
        (24, "shares_not_one"),
        (25, "circular_prerequisite"),
        (26, "npv_or_benefit"),
        (27, "repeated_id"),
        (28, "not_a_number"),
        (30, "unknown_body"),
        (32, "repeated_id"),
        (34, "npv_or_benefit"),
        (36, "wrong_kind"),
        (37, "excludes_what_it_needs"),
        (41, "not_a_number"),
        (43, "unknown_intervention"),
        (47, "negative_amount"),
        (48, "out_of_range"),
        (48, "unknown_intervention"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "fix"),
    [
        ("years = 2", "years = 0", "out_of_range", "correct the number"),
        ("years = 2", "years = 1.5", "not_whole", "write it without a fraction"),
        ("years = 2", "years = 2, seed = 1.5", "not_whole", "write it without a fraction"),
        ("nhs = 0.7", "nhs = -1e300", "out_of_range", "correct the number"),
        ("[5, 5]", "[5]", "wrong_number_of_years", "give one amount a year"),
        ("[5, 5]", "[5, 1e30]", "out_of_range", "correct the number"),
        ("virement = 0.1\n", "", "missing_key", "add virement = 0.1"),
        ('ringfence = "soft"', 'ringfence = "hard"', "virement_without_soft", "take it away"),
        ("floor = [1, 0]", "floor = [8.5, 0]", "infeasible_floor", "lower the floor"),
        ("floor = [1, 0]", "floor = [2, 0]", "infeasible_floor", "name the stream"),
        ("nhs = 0.7", "nhs = 0.8", "shares_not_one", "correct one of them by -0.1"),
        ('["trust"]', '["trsut"]', "unknown_stream", "did you mean trust?"),
        ("nhs = 0.7", "nhss = 0.7", "unknown_body", "did you mean nhs?"),
        ("npv = 4", "npv = '4'", "not_a_number", "write digits alone"),
        ("npv = 4", "npv = 4\nmust = 1", "wrong_kind", "write true or false"),
        ('id = "A"', 'id = "A"\nrequires = ["A"]', "circular_prerequisite", "take one"),
        ('id = "A"', 'id = ""', "wrong_kind", "a text in quotes"),
        ('id = "A"', "id = 3", "wrong_kind", "a text in quotes"),
        ("[[intervention]]", "[[interventions]]", "unknown_key", "did you mean intervention?"),
        ("body.nhs = {", "body.nhs = 3 # {", "not_a_table", "write [name]"),
        ("[[intervention]]", "[[share]]\n[[intervention]]", "not_a_table", "write [name]"),
    ],
)
def test_one_problem_and_its_fix(old: str, new: str, code: str, fix: str, tmp_path: Path) -> None:
    path = tmp_path / "pool.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        read_portfolio(path)
    assert code in {one.code for one in caught.value.problems}
    assert any(fix in one.fix for one in caught.value.problems if one.code == code)


SHARE = """
[share]
method = "fixed"
fixed = {council = 0.5, nhs = 0.6}
[[share.coalition]]
bodies = ["council"]
value = 1
[[share.coalition]]
bodies = ["council"]
value = 1
[[share.coalition]]
bodies = []
[[contract]]
id = "results"
cohort_threshold = 10
price = 1
payer = {councl = 1}
[[contract.cohort]]
id = "one"
baseline = 0
observed = -1
"""


def test_problems_of_shares_and_contracts(tmp_path: Path) -> None:
    found = problems(GOOD + SHARE, tmp_path)
    first = GOOD.count("\n") + 1
    assert [(line - first, code) for line, code in found] == [
        (3, "shares_not_one"),
        (4, "missing_coalition"),
        (8, "repeated_coalition"),
        (10, "missing_key"),
        (11, "empty_coalition"),
        (12, "missing_key"),
        (14, "out_of_range"),
        (16, "unknown_body"),
        (19, "no_baseline"),
        (20, "negative_amount"),
    ]


def test_a_stated_total_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    groups = "".join(
        f"[[share.coalition]]\nbodies = {bodies}\nvalue = {value}\n"
        for bodies, value in (('["nhs"]', 10), ('["council"]', 10), ('["nhs", "council"]', 100))
    )
    path = tmp_path / "pool.toml"
    path.write_text(GOOD + '[share]\nmethod = "shapley"\n' + groups, encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        share_portfolio(path)
    [problem] = caught.value.problems
    line = path.read_text("utf-8").splitlines().index("value = 100") + 1
    assert (problem.code, problem.where) == ("not_the_total", f"{path}:{line}")
    # without it, one pot's own worth is what is shared
    path.write_text(path.read_text("utf-8").rpartition("[[share.coalition]]")[0], encoding="utf-8")
    document = share_portfolio(path).document
    assert document["total_gbp"] == "10250.00"
    assert sum(float(one["settlement_gbp"]) for one in document["bodies"]) == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing_key"),
        ("portfolio = 3\n", "not_a_table"),
        ("stream = 3\n", "missing_key"),
        ('portfolio = {id = "x", years = 1, unit = "GBP"}\nstream = [1]\n', "not_a_table"),
        ('portfolio = {id = "x", years = 1, unit = "GBP"}\n', "no_stream"),
        ('portfolio = {id = "x", years = 1, unit = "GBP"}\n', "number_of_interventions"),
    ],
)
def test_files_that_say_next_to_nothing(text: str, code: str, tmp_path: Path) -> None:
    assert code in {found for _, found in problems(text, tmp_path)}


def test_what_cannot_be_kept_together_is_told_in_words(tmp_path: Path) -> None:
    """Two things must be bought of money that pays for one; and another conflict beside it."""
    text = GOOD.replace('id = "A"', 'id = "A"\nmust = true').replace("[2, 3]", "[6, 0]")
    text = text.replace('id = "B"', 'id = "B"\nmust = true\nexcludes = ["C"]')
    text += '[[intervention]]\nid = "C"\nmust = true\ncost = [0, 0]\nnpv = 1\ngain = {nhs = 1}\n'
    path = tmp_path / "pool.toml"
    path.write_text(text, encoding="utf-8")
    for ask in (run_portfolio, share_portfolio):
        with pytest.raises(RequestError) as caught:
            ask(path)
        told = {one.why: one for one in caught.value.problems}
        assert all(one.code == "infeasible" for one in told.values())
        exclusion = next(one for why, one in told.items() if "B excludes C" in why)
        assert "B must be bought" in exclusion.why
        assert "C must be bought" in exclusion.why
        assert len(re.findall(r"pool\.toml:\d+", exclusion.fix)) == 3
    with pytest.raises(RequestError) as caught:
        run_portfolio(path)
    money = next(one for one in caught.value.problems if "A must be bought" in one.why)
    assert "grant has £5,000.00 in year 0, £5,000.00 in year 1" in money.why
    assert money.where == f"{path}:16"
    assert re.findall(r"pool\.toml:(\d+)", money.fix) == ["16", "6", "12"]
    assert "of the money of trust no more than £800.00 in year 0" in money.why
