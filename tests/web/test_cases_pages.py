"""The pages of cases: from the list to each step of the working, and what is said when none is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import small_zone

import totalplace

CASE = """
body = {{council = {{tier = "local", name = "The council"}}, health = {{tier = "national"}}}}
[case]
id = "{id}"
title = "{title}"
summary = "Visits at home for families with a first child."
edition = "greenbook-2026"
price_base = "2024-25"
base_year = 2024
horizon = 3
seed = 7
[[activity]]
id = "visits"
cost = {{value = 2, low = 1, high = 3, unit = "GBP m/year", price_year = "2024-25"}}
years = [0, 0]
payer = {{council = 1.0}}
grade = {{data = 1, effect = 1, age = 1}}
source = "the council"
owner = "Ann Example"
[[outcome]]
id = "care"
title = "Children who need no care"
benefit = {{value = {benefit}, low = 2, high = 9, unit = "GBP m/year", price_year = "2024-25"}}
years = [1, 1]
split = {{council = 0.5, health = 0.5}}
class = "fiscal"
cashable = {{share = 1.0}}
grade = {{data = 1, effect = 1, age = 1}}
source = "the council"
"""
PORTFOLIO = """
portfolio = {id = "toy", title = "A toy", years = 1, unit = "GBP m"}
stream = [
  {id = "health", body = "nhs", ringfence = "hard", budget = [8]},
  {id = "council", body = "council", ringfence = "hard", budget = [4]},
]
intervention = [
  {id = "A", cost = [4], npv = 6, streams = ["health"], gain = {nhs = 1.0}},
  {id = "B", cost = [4], npv = 10, streams = ["council"], gain = {council = 1.0}},
  {id = "C", cost = [4], npv = 9, streams = ["council"], gain = {council = 1.0}},
]
"""
SLUG = "early-years"
PAGES = ("", "results/", "who-gains/", "sensitivity/", "assumptions/", "audit/")


def write_cases(folder: Path) -> Path:
    """A place whose only publication holds two cases and a portfolio."""
    from totalplace._api._publish_cases import case_documents
    from totalplace.disclosure.publish import write_publication

    with totalplace.new_place(
        folder / "own", name="Eastwick", areas=["E08000009"], year="2017-18"
    ) as own:
        approval = {"who": "Jane Canary", "approved_by": "Bo", "why": "sound", "when": "2026-11-02"}
        for slug, title, benefit in ((SLUG, "Early <years>", 5), ("second", "Another", 3)):
            text = CASE.format(id=slug, title=title, benefit=benefit)
            own.keep_case(text, draws=64, **approval)
        own.keep_portfolio(PORTFOLIO, **approval)
        documents = case_documents(own.folder, at=own.snapshot().facts.n)
    write_publication(
        folder / "site" / "public",
        4,
        documents={f"{small_zone.YEAR}/count.json": small_zone._count(4, 100), **documents},
        tables=small_zone._tables(100, ["spend"], small_zone.PAYEES, 0),
        reports={},
        manifest=small_zone._manifest(4),
    )
    return folder / "site"


@pytest.fixture(scope="module")
def case_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cases(tmp_path_factory.mktemp("cases"))


@pytest.fixture
def told(site: None, case_site: Path) -> Iterator[Any]:
    from django.test import Client, override_settings

    with override_settings(TOTALPLACE_PLACES=[case_site]):
        yield Client(headers={"host": "127.0.0.1"})


def words(client: Any, address: str) -> str:
    """What a page says, without its tags."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    text = answer.content.decode()
    assert text.count("<h1") == 1
    assert "Canary" not in text
    assert "Ann Example" not in text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), address
    said = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)))
    assert "None" not in said.split(), address
    return said


def test_the_list_says_what_each_case_is_worth(told: Any) -> None:
    said = words(told, "/cases/")
    # 5 / 1.035 - 2 and 3 / 1.035 - 2, in millions
    assert "£2,830,918" in said
    assert "£898,551" in said
    assert "Visits at home for families with a first child." in said
    assert "2 Nov 2026" in said
    rows = told.get("/cases.json").json()["tables"]["cases"]["rows"]
    assert [row["case"] for row in rows] == [SLUG, "second"]
    assert set(rows[0]["links"].values()) == {f"/cases/{SLUG}/{below}" for below in PAGES}


@pytest.mark.parametrize("below", PAGES)
def test_each_page_of_a_case_is_there_with_its_data_and_charts(told: Any, below: str) -> None:
    said = words(told, f"/cases/{SLUG}/{below}")
    assert "Early <years>" in said
    stem = f"/cases/{SLUG}/{below}".rstrip("/")
    document = told.get(f"{stem}.json").json()
    assert document == told.get(f"/api/v1{stem}").json()
    assert "Canary" not in str(document)
    for name in document["charts"]:
        for variant in ("", ".narrow.dark"):
            picture = told.get(f"{stem}.{name}{variant}.svg")
            assert picture.content.startswith(b"<svg"), (stem, name)
    for suffix in ("csv", "xlsx", "parquet"):
        answer = told.get(f"{stem}.{suffix}")
        assert answer.status_code == 200
        answer.close()


def test_the_overview_says_it_to_somebody_who_knows_no_model(told: Any) -> None:
    said = words(told, f"/cases/{SLUG}/")
    assert "Net present value £2.83m seen by Everybody (society)" in said
    assert "Benefit for each £1 of cost £2.42" in said  # 4.830917... / 2
    assert "Public money saved or taken in £4.83m for a cost of £2.00m" in said
    assert "Worth to people and firms £0 never added to money of public bodies" in said
    assert "Paid back by 2025-26" in said
    assert "approved on 2 November 2026 by a person who did not write it" in said


def test_every_figure_leads_to_where_it_is_from(told: Any) -> None:
    document = told.get(f"/cases/{SLUG}.json").json()
    links = document["tables"]["perspectives"]["rows"][0]["links"]
    assert {link.removeprefix(f"/cases/{SLUG}/") for link in links.values()} == set(PAGES) - {""}


def test_who_pays_and_who_gains(told: Any) -> None:
    rows = told.get(f"/cases/{SLUG}/who-gains.json").json()["tables"]["matrix"]["rows"]
    found = {row["name"]: (row["pays_gbp"], row["gains_gbp"]) for row in rows}
    half = "2415458.94"  # 2.5 / 1.035
    assert found["The council"] == ("2000000.00", half)
    assert found["health"] == ("0.00", half)


def test_what_would_have_to_be_true_names_numbers_in_words(told: Any) -> None:
    said = words(told, f"/cases/{SLUG}/sensitivity/")
    assert "What it is worth: Children who need no care would have to be at least 2.07" in said
    assert "outcome.care" not in said
    assert "0: each moves on its own" in said


def test_the_working_and_what_it_is_bound_to(told: Any) -> None:
    said = words(told, f"/cases/{SLUG}/audit/")
    assert re.search(r"Hash of the run [0-9a-f]{64}", said)
    assert "sum of each year × its factor, standard schedule" in said


def test_the_register_has_grades_and_no_owner(told: Any) -> None:
    rows = told.get(f"/cases/{SLUG}/assumptions.json").json()["tables"]["register"]["rows"]
    assert rows[0]["number"] == "Cost: Visits"
    assert (rows[0]["grades"], rows[0]["worst_grade"]) == ("1 1 1", 1)
    assert {"owner"} & rows[0].keys() == set()


def test_two_cases_side_by_side(told: Any) -> None:
    said = words(told, f"/cases/compare/?a=second&b={SLUG}")
    assert "Another: net present value" in said
    rows = told.get(f"/cases/compare.json?a=second&b={SLUG}").json()["tables"]["beside"]["rows"]
    society = next(row for row in rows if row["perspective"] == "society")
    assert (society["a_npv_gbp"], society["b_npv_gbp"]) == ("898550.72", "2830917.87")
    # without a choice, the first two
    assert words(told, "/cases/compare/")
    assert words(told, "/cases/compare/?a=second&b=second")
    assert told.get("/cases/compare/?a=none").status_code == 404


def test_the_price_of_fences_is_a_sentence_for_a_minister(told: Any) -> None:
    said = words(told, "/cases/portfolio/")
    assert "it would buy £25.0m. The fences cost £9.00m." in said
    assert "To open the fence around Health alone brings £9.00m back, 100% of it." in said
    assert "no better set exists" in said
    rows = told.get("/cases/portfolio.json").json()["tables"]["bought"]["rows"]
    assert [(row["id"], row["is_chosen"], row["is_in_one_pot"]) for row in rows] == [
        ("A", "yes", "yes"),
        ("B", "yes", "yes"),
        ("C", "no", "yes"),
    ]
    assert told.get("/cases/portfolio.fences.svg").content.startswith(b"<svg")
    assert told.get("/cases/portfolio/?name=none").status_code == 404


def test_a_case_is_found_by_its_title_and_what_it_is_about(told: Any) -> None:
    for asked in ("early years", "first child"):
        rows = told.get(f"/search.json?q={asked}&kind=case").json()["tables"]["hits"]["rows"]
        assert "Early <years>" in {row["name"] for row in rows}, asked


def test_a_case_that_is_not_published_says_which_are(told: Any) -> None:
    for below in PAGES:
        answer = told.get(f"/cases/nothing/{below}")
        assert answer.status_code == 404
        assert "early-years, second" in answer.content.decode()


def test_a_place_without_cases_says_how_one_comes_here(small: Any) -> None:
    assert "No case of this place is published yet" in words(small, "/cases/")
    assert "No portfolio of this place is published yet" in words(small, "/cases/portfolio/")
    assert "Two cases are needed" in words(small, "/cases/compare/")
    assert small.get("/cases.csv").status_code == 200
