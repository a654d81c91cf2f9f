"""A population file divides the place and its areas alike."""

from pathlib import Path

import pytest

import totalplace

pytestmark = pytest.mark.slow

SPEND = (
    "Body Name,Service Area,Expenses Type,Invoice Payment Date,Transaction Number,Net Amount,"
    "Supplier Name\nTrafford Council,Roads,Repairs,2017-04-03,1,5000.00,Acme Ltd\n"
)


def test_a_loaded_population_divides_the_headline_and_the_rows(tmp_path: Path) -> None:
    files = {
        "2017-04.csv": SPEND,
        "people.csv": "area,year,measure,value\nE08000009,2017,people,1000\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    place = totalplace.new_place(
        tmp_path / "place", name="Trafford", areas=["E08000009"], year="2017-18"
    )
    with place:
        place.add(*(tmp_path / name for name in files))
        document = place.count(by=["area"], per="head").document
    assert (document["people"], document["people_year"]) == (1000, 2017)
    assert document["per_head_gbp"] == "5.00"
    assert [row["per_head_gbp"] for row in document["rows"]] == ["5.00"]
