"""The pages of the money: the same figures as the command line, and the way down from each."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import totalplace
from totalplace.disclosure import Publication, open_zone
from totalplace.money import format_gbp

FIGURE = re.compile(r"/money/figures/([0-9a-f]{16})/")


@pytest.fixture(scope="module")
def publication(published: Path) -> Publication:
    return open_zone(published).latest


@pytest.fixture(scope="module")
def place(published: Path) -> Iterator[totalplace.Place]:
    with totalplace.open_place(published) as place:
        yield place


def figures(publication: Publication, split: str, **values: str) -> list[dict[str, Any]]:
    """Rows of the published figures under the default key, in cash."""
    year = publication.years[0]
    key = next(k["key_id"] for k in publication.manifest["keys"][year] if k["is_default"])
    wanted = {"year": year, "key_id": key, "price_base": "cash", "split": split, **values}
    rows: list[dict[str, Any]] = publication.table("figures").to_pylist()
    return [row for row in rows if all(row[name] == one for name, one in wanted.items())]


def text_of(answer: Any) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


OPTIONS: list[dict[str, str]] = [
    {},
    {"by": "body"},
    {"by": "function,tier", "per": "head"},
    {"by": "area", "per": "household"},
    {"key": "U", "by": "function"},
    {"real": "2024-25", "per": "head"},
]
MORE: list[dict[str, str]] = [
    {"by": "tier"},
    {"by": "stream"},
    {"by": "funder"},
    {"by": "theme"},
    {"by": "body,function"},
    {"by": "area,tier", "per": "head"},
    {"key": "U"},
    {"key": "T"},
    {"real": "2024-25"},
]
"""The same again by other splits: counting each anew takes a while."""


@pytest.mark.parametrize(
    "options",
    [*OPTIONS, *(pytest.param(one, marks=pytest.mark.long) for one in MORE)],
    ids=lambda one: urlencode(one) or "plain",
)
def test_the_document_and_the_rows_are_those_of_the_command(
    client: Any, place: totalplace.Place, publication: Publication, options: Mapping[str, str]
) -> None:
    by = tuple(options["by"].split(",")) if "by" in options else ()
    counted = place.count(
        by=by,
        per=options.get("per"),
        key=options.get("key"),
        real=options.get("real"),
        at=publication.n,
    )
    query = "?" + urlencode(options)
    answer = client.get(f"/money.json{query}")
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(counted.document))
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"/money.csv{query}").content.decode("utf-8-sig")))
    )
    # a file of the site says whose data it is of; the rest is what the command writes
    assert list(rows[0]) == [*counted.table.column_names, "attribution"]
    assert all(row.pop("attribution") for row in rows)
    expected = [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in counted.table.to_pylist()
    ]
    assert rows == expected


def test_rows_in_real_terms_are_not_made_up(client: Any) -> None:
    document = client.get("/money.json?real=2024-25&by=tier").json()
    assert document["rows"] == []
    assert "only the headline" in document["reasons"]["rows"]
    answer = client.get("/money/?real=2024-25&by=tier")
    assert "Only the headline is published in the prices of 2024-25" in text_of(answer)
    assert "in cash" in text_of(answer)


def test_the_headline_stands_with_range_grade_and_coverage(
    client: Any, publication: Publication
) -> None:
    (net,) = figures(publication, "")
    said = text_of(client.get("/money/"))
    assert format_gbp(net["pence"]) in said
    assert f"{net['coverage_pct']:.1f}% known" in said
    assert "apportioned" in said
    assert f"/money/figures/{net['figure_id']}/" in client.get("/money/").content.decode()


def test_a_swapped_key_shows_before_after_and_the_difference(
    client: Any, publication: Publication
) -> None:
    (before,) = figures(publication, "")
    (after,) = figures(publication, "", key_id="U")
    said = text_of(client.get("/money/?key=U"))
    assert before["pence"] != after["pence"]
    for pence in (before["pence"], after["pence"], after["pence"] - before["pence"]):
        assert format_gbp(pence) in said
    assert "What another key changes" not in text_of(client.get("/money/"))


def test_flows_add_up_and_are_few_enough_to_draw(client: Any, publication: Publication) -> None:
    page = client.get("/api/v1/money").json()
    nodes = page["tables"]["flows"]["rows"]
    assert len(nodes) <= 60
    drawn = sum(row["pence"] for row in _cells(publication) if row["pence"] > 0)
    for level in ("funder", "stream", "body", "function"):
        told = [row for row in nodes if row["level"] == level]
        assert sum(round(float(row["gbp"]) * 100) for row in told) == drawn


def _cells(publication: Publication) -> list[dict[str, Any]]:
    return figures(publication, "funder,stream,body,function")


def test_a_focus_keeps_only_what_flows_through_it(client: Any, publication: Publication) -> None:
    body = figures(publication, "body")[0]["body"]
    page = client.get(f"/api/v1/money?focus=body:{body}").json()
    nodes = page["tables"]["flows"]["rows"]
    through = sum(r["pence"] for r in _cells(publication) if r["body"] == body and r["pence"] > 0)
    (only,) = [row for row in nodes if row["level"] == "body"]
    assert only["code"] == body
    assert round(float(only["gbp"]) * 100) == through
    answer = client.get(f"/money/?focus=body:{body}").content.decode()
    assert "Step out to all the money" in answer
    assert client.get("/money/?focus=tier:local").status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/money.json?by=tier,tier", 404, "unknown_split"),
        ("/money.json?by=colour", 404, "unknown_split"),
        ("/money.json?focus=colour:red", 400, "bad_focus"),
        ("/money.json?focus=body:nobody", 404, "unknown_body"),
        ("/money.json?focus=tier:nobody", 404, "unknown_tier"),
        ("/money.json?focus=funder:nobody", 404, "unknown_funder"),
        ("/money/bodies/nobody.json", 404, "unknown_body"),
        ("/money/streams/nobody.json", 404, "unknown_stream"),
        ("/money/functions/99.json", 404, "unknown_function"),
        ("/money/areas/E99999999.json", 404, "unknown_area"),
        ("/money/figures/0000000000000000.json", 404, "unknown_figure"),
        ("/money/themes.json?theme=nothing", 404, "unknown_theme"),
    ],
)
def test_what_is_not_there_is_told(client: Any, address: str, status: int, code: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert [one["code"] for one in answer.json()["problems"]] == [code]


def test_a_code_that_is_nearly_right_is_told_the_right_one(
    client: Any, publication: Publication
) -> None:
    body = figures(publication, "body")[0]["body"]
    answer = client.get(f"/money/bodies/{body[:-1]}/")
    assert answer.status_code == 404
    assert f"({body})" in text_of(answer)


PARTS = [
    ("body", "bodies"),
    ("stream", "streams"),
    ("function", "functions"),
    ("area", "areas"),
]


@pytest.mark.parametrize(("split", "path"), PARTS)
def test_a_list_has_every_part_and_leads_to_it(
    client: Any, publication: Publication, split: str, path: str
) -> None:
    rows = figures(publication, split)
    table = client.get(f"/api/v1/money/{path}").json()["tables"][path]
    assert {row[split] for row in table["rows"]} == {row[split] for row in rows}
    for row in table["rows"]:
        net = round(float(row["gross_gbp"]) * 100) - round(float(row["eliminated_gbp"]) * 100)
        assert net == round(float(row["gbp"]) * 100)
        assert FIGURE.search(row["links"]["gbp"])


@pytest.mark.parametrize(("split", "path"), PARTS)
def test_every_part_has_a_page_whose_splits_add_up(
    client: Any, publication: Publication, split: str, path: str
) -> None:
    for row in figures(publication, split):
        answer = client.get(f"/api/v1/money/{path}/{row[split]}")
        assert answer.status_code == 200, row[split]
        tables = answer.json()["tables"]
        apart = [name for name in tables if name.startswith("by_")]
        assert apart
        for name in apart:
            told = sum(round(float(one["gbp"]) * 100) for one in tables[name]["rows"])
            assert told == row["pence"], (row[split], name)


def test_a_body_shows_its_transfers_trace_and_coverage(
    client: Any, publication: Publication
) -> None:
    year = publication.years[0]
    trace = publication.document(year, "trace")["bodies"]
    one = next(body for body in trace if len(body["sources"]) > 2)
    tables = client.get(f"/api/v1/money/bodies/{one['body_id']}").json()["tables"]
    assert [row["gbp"] for row in tables["trace"]["rows"]] == [s["gbp"] for s in one["sources"]]
    paid = [
        row
        for row in publication.table("transfers").to_pylist()
        if row["payer_id"] == one["body_id"] and row["year"] == year
    ]
    assert len(tables["paid"]["rows"]) == len(paid) > 0
    covered = publication.document(year, "count")["coverage"]
    mine = [row for row in covered if row["body_id"] == one["body_id"]]
    assert [row["status"] for row in tables["coverage"]["rows"]] == [r["status"] for r in mine]


def test_a_missing_body_has_a_page_that_says_so(client: Any, publication: Publication) -> None:
    year = publication.years[0]
    covered = publication.document(year, "count")["coverage"]
    counted = {row["body"] for row in figures(publication, "body")}
    missing = [r["body_id"] for r in covered if r["body_id"] not in counted]
    assert missing
    said = text_of(client.get(f"/money/bodies/{missing[0]}/"))
    assert "No money of its own is counted here" in said
    assert "Nothing that can be counted" in said


def test_from_the_total_to_the_file(client: Any, publication: Publication) -> None:
    """Total, body, body and purpose, line, file: each leads to the next."""
    (net,) = figures(publication, "")
    whole = client.get(f"/api/v1/money/figures/{net['figure_id']}").json()["tables"]
    tier = whole["by_tier"]["rows"][0]
    assert sum(round(float(row["gbp"]) * 100) for row in whole["by_tier"]["rows"]) == net["pence"]
    assert client.get(tier["links"]["gbp"]).status_code == 200
    row = next(r for r in figures(publication, "body,function") if r["figure_grade"] == "A")
    body = client.get(f"/api/v1/money/bodies/{row['body']}").json()["tables"]["by_function"]
    (cell,) = [one for one in body["rows"] if one["function"] == row["function"]]
    found = FIGURE.search(cell["links"]["gbp"])
    assert found is not None
    assert found[1] == row["figure_id"]
    figure = client.get(f"/api/v1/money/figures/{row['figure_id']}").json()["tables"]
    assert figure["lines"]["rows"]
    assert figure["sources"]["rows"]
    shown = client.get(f"/money/figures/{row['figure_id']}/").content.decode()
    assert f"/money/lines/{figure['lines']['rows'][0]['line_id']}/" in shown
    assert f"/data/sources/{figure['sources']['rows'][0]['sha256']}/" in shown
    onward = re.search(r'"(/money/lines/\?[^"]*role=headline[^"]*)"', shown)
    assert onward is not None
    explorer = client.get(onward[1].replace("&amp;", "&"))
    assert explorer.status_code == 200
    assert figure["lines"]["rows"][0]["line_id"] in explorer.content.decode()


@pytest.mark.parametrize(
    "split", ["", "tier", "area", "theme", "route", "area,body", "funder,stream,body,function"]
)
def test_every_kind_of_figure_has_a_page(client: Any, publication: Publication, split: str) -> None:
    row = figures(publication, split)[0]
    said = text_of(client.get(f"/money/figures/{row['figure_id']}/"))
    assert format_gbp(row["pence"]) in said
    assert format_gbp(row["low_pence"]) in said
    assert row["figure_id"] in said


def test_a_figure_of_another_key_keeps_to_it(client: Any, publication: Publication) -> None:
    (row,) = figures(publication, "", key_id="U")
    answer = client.get(f"/money/figures/{row['figure_id']}/").content.decode()
    assert "key U" in text_of(client.get(f"/money/figures/{row['figure_id']}/"))
    assert "/money/?" in answer
    assert "key=U" in answer


def test_priorities_are_beside_their_outcomes_and_never_summed(
    client: Any, publication: Publication
) -> None:
    year = publication.years[0]
    known = publication.document(year, "themes")
    tables = client.get("/api/v1/money/themes").json()["tables"]
    for theme, row in zip(
        sorted(known["themes"], key=lambda one: (-one["pence"], one["theme_id"])),
        tables["themes"]["rows"],
        strict=True,
    ):
        assert row["theme_id"] == theme["theme_id"]
        assert round(float(row["gbp"]) * 100) == theme["pence"]
        for kind, pence in theme["by_kind"].items():
            assert round(float(row[f"{kind}_gbp"]) * 100) == pence
    said = text_of(client.get("/money/themes/"))
    assert format_gbp(known["none_pence"]) in said
    assert "never added up" in said
    assert "<tfoot" not in client.get("/money/themes/").content.decode()
    outcomes = tables["outcomes"]["rows"]
    assert outcomes
    latest = {
        row["indicator_id"]: row["value"]
        for row in sorted(
            publication.table("indicators").to_pylist(), key=lambda row: str(row["year"])
        )
    }
    assert {row["indicator_id"]: row["value"] for row in outcomes} == latest


@pytest.mark.parametrize(
    ("direction", "value", "target", "year", "words"),
    [
        ("up", "76.4", "80", "2017-18", "not yet"),
        ("up", "80", "80", "2017-18", "met"),
        ("down", "80", "80.1", "2017-18", "met"),
        ("down", "81", "80", "2019-20", "not met"),
        ("down", "81", None, "2019-20", "no target"),
    ],
)
def test_whether_a_target_is_met(
    site: None, direction: str, value: str, target: str | None, year: str, words: str
) -> None:
    from totalplace.web.money._pages_themes import _met_words

    row = {
        "direction": direction,
        "value": value,
        "target": target,
        "target_year": "2019-20",
        "year": year,
    }
    assert _met_words(row) == words


def test_charts_are_drawn_and_say_what_they_show(client: Any, publication: Publication) -> None:
    page = client.get("/api/v1/money").json()
    assert page["charts"] == ["eliminated", "flows", "functions", "tiers"]
    for row in figures(publication, "body")[:3]:
        body = row["body"]
        for name in client.get(f"/api/v1/money/bodies/{body}").json()["charts"]:
            for variant in ("", ".dark", ".narrow", ".narrow.dark"):
                address = f"/money/bodies/{body}.{name}{variant}.svg"
                assert client.get(address).status_code == 200, address
    drawn = client.get("/money.flows.svg").content.decode()
    assert "<svg" in drawn
    assert "The largest funder is" in client.get("/money/").content.decode()
