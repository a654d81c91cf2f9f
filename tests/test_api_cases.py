"""Cases that a second person has approved, kept by the place."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import tiny_place
import totalplace
from totalplace import Place, RequestError
from totalplace._api._publish_cases import case_documents

CASE = """
{side}
body = {{council = {{tier = "local"}}}}

[case]
id = "{id}"
title = "Early years"
edition = "greenbook-2026"
price_base = "2024-25"
base_year = 2024
horizon = 2
seed = 7
{more}

[[activity]]
id = "visits"
cost = {{value = 2, low = 1, high = 3, unit = "GBP m/year", price_year = "2024-25"}}
years = [0, 0]
payer = {{council = 1.0}}
source = "the council"
owner = "Ann Example"

[[outcome]]
owner = "Finance officer of the Council"
id = "care"
benefit = {{value = 5, unit = "GBP m/year", price_year = "2024-25"}}
years = [1, 1]
split = {{council = 1.0}}
class = "fiscal"
source = "the council"
"""
APPROVED = {"who": "Ann", "approved_by": "Bo", "why": "sound", "draws": 16}


def case_text(case_id: str = "early-years", *, side: str = "", more: str = "") -> str:
    return CASE.format(id=case_id, side=side, more=more)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with totalplace.new_place(
        tmp_path / "place", name="Marlbrook", areas=["E08000009"], year="2017-18"
    ) as made:
        yield made


def codes(error: pytest.ExceptionInfo[RequestError]) -> list[str]:
    return [one.code for one in error.value.problems]


def test_an_approved_case_is_kept_with_its_files_and_figures(place: Place, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text(
        "id,benefit.value,benefit.unit,benefit.price_year,years,split.council,class,source\n"
        'school,1,GBP m/year,2024-25,"[1, 1]",1.0,fiscal,the school\n'
    )
    file = tmp_path / "any name.toml"
    file.write_text(case_text(side='table = {outcome = "more.csv"}'))
    made = place.keep_case(file, **APPROVED).facts
    assert (made.slug, made.revision, made.who, made.approved_by) == ("early-years", 1, "Ann", "Bo")
    assert sorted(made.files) == ["case.toml", "more.csv", "result.json"]
    assert made.text == file.read_text()
    own = totalplace.run_case(file, draws=16).document
    # a message names the file, not the folder in which it stood
    assert {one.pop("where").rpartition("/")[2] for one in own["warnings"]} == {
        one["where"] for one in made.result["warnings"]
    }
    assert [one | {"where": ""} for one in made.result["warnings"]] == [
        one | {"where": ""} for one in own["warnings"]
    ]
    assert {**made.result, "warnings": []} == {**own, "warnings": []}
    assert made.run_hash == own["run_hash"]
    by_text = place.keep_case(
        made.text, files={"more.csv": made.files["more.csv"]}, **APPROVED
    ).facts
    assert (by_text.revision, by_text.run_hash) == (2, made.run_hash)
    assert place.check().facts.problems == place.check().facts.leftovers == ()


def test_the_latest_revision_whose_approval_holds_counts(place: Place) -> None:
    place.keep_case(case_text(), **APPROVED)
    place.keep_case(case_text("another"), **APPROVED)
    last = place.keep_case(case_text(), **APPROVED)
    assert last.document["revision"] == 2
    assert [(one.slug, one.revision) for one in place.cases().facts] == [
        ("another", 1),
        ("early-years", 2),
    ]
    frozen = place.snapshot().facts.n
    place.decide("3", what="undo", why="a source was withdrawn")
    assert place.case("early-years").facts.revision == 1
    assert [one.revision for one in place.cases(at=frozen).facts] == [1, 2]
    assert [one.is_in_force for one in place.cases(every=True).facts] == [True, False, True]
    assert not place.case("early-years", 2).facts.is_in_force
    assert place.keep_case(case_text(), **APPROVED).facts.revision == 3
    with pytest.raises(RequestError, match="another, early-years"):
        place.case("early")


@pytest.mark.parametrize(
    ("text", "changed", "expected"),
    [
        (case_text(), {"approved_by": " ann "}, ["approved_by_oneself"]),
        (case_text(), {"why": " "}, ["incomplete_approval"]),
        (case_text("Early years"), {}, ["bad_case_id"]),
        (case_text("x" * 61), {}, ["bad_case_id"]),
        (case_text("portfolio"), {}, ["bad_case_id"]),
        (case_text(side='table = {outcome = "/etc/passwd"}'), {}, ["side_file_elsewhere"]),
        (case_text(more='unit_costs = {own = "../own.csv"}'), {}, ["side_file_elsewhere"]),
        (case_text(side='table = {outcome = "lost.csv"}'), {}, ["bad_side_file"]),
        (case_text().replace("council = 1.0", "council = 1.1"), {}, ["bad_share"] * 2),
    ],
    ids=["own", "no reason", "no address", "long", "a page", "root", "above", "lost", "split"],
)
def test_what_cannot_be_kept_is_told_and_nothing_is(
    place: Place, text: str, changed: dict[str, str], expected: list[str]
) -> None:
    with pytest.raises(RequestError) as told:
        place.keep_case(text, **{**APPROVED, **changed})
    assert codes(told) == expected
    assert place.cases(every=True).facts == ()
    assert not (place.path / "cases").exists()


def test_an_approval_moves_no_figure_and_no_id_of_one(tmp_path: Path) -> None:
    with totalplace.new_place(
        tmp_path / "place",
        name="Tinyshire",
        areas=[tiny_place.AREA],
        year=tiny_place.YEAR,
        registers=tiny_place.write_registers(tmp_path),
        publisher="Tinyshire",
        licence="own",
        clock=tiny_place.clock,
    ) as place:
        files = tiny_place.write_returns(tmp_path)
        place.add(*files, publisher="Westwick", licence="OGL-UK-3.0")
        before = place.count(by=("tier",)).document
        place.keep_case(case_text(), **APPROVED)
        after = place.count(by=("tier",)).document
        assert after["snapshot"] == before["snapshot"] + 1
        assert after["figure_id"] == before["figure_id"]
        assert [one["figure_id"] for one in after["rows"]] == [
            one["figure_id"] for one in before["rows"]
        ]
        assert place.explain(before["figure_id"]).document["figure_id"] == before["figure_id"]


def test_files_named_by_a_side_table_are_confined_too(place: Place) -> None:
    side = b"id,effect\nschool,\"{csv = '/etc/hostname'}\"\n"
    with pytest.raises(RequestError) as told:
        place.keep_case(
            case_text(side='table = {outcome = "more.csv"}'), files={"more.csv": side}, **APPROVED
        )
    assert codes(told) == ["side_file_elsewhere"]
    assert "more.csv:2" in told.value.problems[0].where


def test_a_changed_or_a_strange_file_is_found_by_check(place: Place) -> None:
    made = place.keep_case(case_text(), **APPROVED).facts
    (made.path.parent / "2").mkdir()
    (made.path.parent / "2" / "case.toml").write_text("x")
    (made.path / "notes.txt").write_text("x")
    assert {Path(one.where).name for one in place.check().facts.leftovers} == {"2", "notes.txt"}
    assert place.check().facts.problems == ()
    # what a killed writer left there is in nobody's way
    assert place.keep_case(case_text(), **APPROVED).facts.revision == 2
    (made.path / "result.json").write_text("{}")
    (problem,) = place.check().facts.problems
    assert problem.where.endswith("cases/early-years/1/result.json")
    with pytest.raises(RequestError, match="not what was approved"):
        _ = place.case("early-years", 1).facts.result
    (made.path / "approval.json").write_text("{}")
    with pytest.raises(RequestError, match="damaged"):
        place.cases(every=True)


def test_a_backup_carries_approved_cases_alone(place: Place, tmp_path: Path) -> None:
    place.keep_case(case_text(), **APPROVED)
    (place.path / "cases" / "early-years" / "2").mkdir()
    (place.path / "cases" / "early-years" / "2" / "case.toml").write_text("x")
    place.backup(tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        names = sorted(one for one in archive.namelist() if "cases/" in one)
    below = "place/cases/early-years/1"
    assert names == [f"{below}/approval.json", f"{below}/case.toml", f"{below}/result.json"]
    totalplace.restore_place(tmp_path / "backup.zip", tmp_path / "again")
    with totalplace.open_place(tmp_path / "again") as again:
        assert again.cases().document == place.cases().document
        assert again.case("early-years").facts.result == place.case("early-years").facts.result


PORTFOLIO = """
portfolio = {id = "one-pot", years = 2, unit = "GBP m"}
stream = [
  {id = "health", body = "health", ringfence = "hard", budget = [8, 0]},
  {id = "council", body = "council", ringfence = "hard", budget = [4, 0]},
]
[[intervention]]
id = "early"
case = "early.toml"
streams = ["council"]
[[intervention]]
id = "other"
cost = [3, 0]
npv = 1
streams = ["council"]
gain = {health = 1.0}
"""


def test_a_portfolio_is_kept_with_the_cases_that_it_names(place: Place, tmp_path: Path) -> None:
    (tmp_path / "pool.toml").write_text(PORTFOLIO)
    (tmp_path / "early.toml").write_text(case_text().replace("value = 5", "value = 9"))
    approval = {name: APPROVED[name] for name in ("who", "approved_by", "why")}
    made = place.keep_portfolio(tmp_path / "pool.toml", **approval).facts
    assert (made.slug, made.revision) == ("one-pot", 1)
    assert sorted(made.files) == ["early.toml", "portfolio.toml", "result.json"]
    assert made.result["chosen"] == ["early"]
    assert (made.result["fence_price_gbp"], made.result["share"]) == ("1000000.00", None)
    assert [one.slug for one in place.portfolios().facts] == ["one-pot"]
    assert place.cases().facts == ()
    again = place.keep_portfolio(
        PORTFOLIO, files={"early.toml": made.files["early.toml"]}, **approval
    ).facts
    assert (again.revision, again.run_hash) == (2, made.run_hash)
    assert place.check().facts.problems == place.check().facts.leftovers == ()
    with pytest.raises(RequestError) as told:
        place.keep_portfolio(PORTFOLIO.replace("early.toml", "../early.toml"), **approval)
    assert codes(told) == ["side_file_elsewhere"]
    with pytest.raises(RequestError) as told:
        place.keep_portfolio(PORTFOLIO, files={}, **approval)
    assert all(str(tmp_path.parent) not in one.where for one in told.value.problems)


def test_what_is_published_of_a_case_names_nobody(place: Place) -> None:
    text = case_text().replace(
        'source = "the council"', 'source = "asked Ann Example, the council"'
    )
    place.keep_case(text, who="Jane Canary", approved_by="John Canary", why="Jane Canary", draws=8)
    documents = case_documents(place.folder, at=place.snapshot().facts.n)
    (document,) = documents.values()
    assert list(documents) == ["cases/early-years.json"]
    told = json.dumps(document)
    assert not {"canary", "example"} & set(told.casefold().replace('"', " ").split())
    assert {row["source"] for row in document["result"]["register"]} == {
        "asked (name withheld), the council"
    }
    assert {row["owner"] for row in document["result"]["register"]} == {None, "council"}
    kept = place.case("early-years").facts.result
    assert document["result"]["perspectives"] == kept["perspectives"]
    # the file may say that owners can be named; who wrote and approved it never is
    named = text.replace("seed = 7", "seed = 7\nowners_public = true")
    place.keep_case(named, who="Jane Canary", approved_by="John Canary", why="fine", draws=8)
    (document,) = case_documents(place.folder, at=place.snapshot().facts.n).values()
    told = json.dumps(document)
    assert "asked Ann Example" in told
    assert "Canary" not in told


def test_a_name_in_the_id_of_a_case_is_not_published(place: Place) -> None:
    place.keep_case(case_text("ann-example"), **APPROVED)
    with pytest.raises(RequestError) as told:
        case_documents(place.folder, at=place.snapshot().facts.n)
    assert set(codes(told)) == {"would_disclose"}


def test_a_snapshot_has_the_cases_that_were_approved_by_then(place: Place) -> None:
    empty = place.snapshot("before").facts.n
    place.keep_case(case_text(), **APPROVED)
    first = place.snapshot().facts.n
    place.decide("1", what="undo", why="withdrawn")
    assert first > empty
    assert case_documents(place.folder, at=empty) == {}
    assert list(case_documents(place.folder, at=first)) == ["cases/early-years.json"]
    assert case_documents(place.folder, at=place.snapshot().facts.n) == {}
