"""Transfers, reconciliation, quality and comparison: the same figures as the publication's."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest


@pytest.fixture(scope="session")
def public(published: Path) -> Path:
    return published / "public" / "1"


@pytest.fixture(scope="session")
def reconciled(public: Path) -> Any:
    year = json.loads((public / "publication.json").read_text())["years"][0]
    return json.loads((public / "documents" / year / "reconcile.json").read_text())


def _rows(path: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path / "tables" / f"{name}.parquet").to_pylist()
    return found


def _tables(client: Any, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:500]
    return answer.json()["tables"]


def test_transfers_are_those_of_the_publication(client: Any, public: Path) -> None:
    told = _tables(client, "/api/v1/money/transfers")
    rows = _rows(public, "transfers")
    assert len(told["transfers"]["rows"]) == len(rows)
    assert sum(Decimal(row["gbp"]) for row in told["transfers"]["rows"]) * 100 == sum(
        row["pence"] for row in rows
    )
    by_rule = {row["rule"]: Decimal(row["gbp"]) for row in told["rules"]["rows"]}
    for rule, gbp in by_rule.items():
        assert gbp * 100 == sum(row["pence"] for row in rows if row["rule"] == rule)
        some = _tables(client, f"/api/v1/money/transfers?rule={rule}")["transfers"]["rows"]
        assert {row["rule"] for row in some} == {rule}
        assert sum(Decimal(row["gbp"]) for row in some) == gbp


def test_transfers_of_one_body(client: Any, public: Path) -> None:
    body = _rows(public, "transfers")[0]["payee_id"]
    some = _tables(client, f"/api/v1/money/transfers?body={body}")["transfers"]["rows"]
    assert some
    assert all(body in (row["payer_id"], row["payee_id"]) for row in some)
    text = client.get("/money/transfers/?body=nobody").content.decode()
    assert "No payment between public bodies matches" in text


def test_the_next_page_of_transfers_goes_on(client: Any, public: Path) -> None:
    count = len(_rows(public, "matches"))
    assert count > 100
    first = client.get("/money/transfers/evidence/").content.decode()
    assert "?first=51" in first
    second = client.get("/money/transfers/evidence/?first=51").content.decode()
    assert f"Rows 51 to {min(100, count)} of {count}" in second


def test_a_match_shows_both_sides_line_by_line(client: Any, public: Path) -> None:
    matches = _rows(public, "matches")
    known = {row["line_id"] for row in _rows(public, "lines")}
    one = next(row for row in matches if row["payer_lines"] and row["payee_lines"])
    told = _tables(client, f"/api/v1/money/transfers/{one['match_id']}")
    for side, name in (("paid", "payer_lines"), ("received", "payee_lines")):
        ids = {row["line_id"] for row in told[side]["rows"]}
        assert ids == set(one[name]) & known
    paid, received = (Decimal(row["gbp"]) * 100 for row in told["match"]["rows"])
    assert (paid, received) == (one["paid_pence"], one["received_pence"])
    alone = next(row for row in matches if not row["payee_lines"])
    text = client.get(f"/money/transfers/{alone['match_id']}/").content.decode()
    assert "This side does not tell of the payment" in text
    assert client.get("/money/transfers/1066-67-1/").status_code == 404


def test_the_statement_closes_on_the_page(client: Any, reconciled: Any) -> None:
    rows = _tables(client, "/api/v1/money/reconcile")["statement"]["rows"]
    parts: dict[str, Decimal] = {}
    for row in rows:
        parts[row["part"]] = parts.get(row["part"], Decimal(0)) + Decimal(row["gbp"])
    funder_view = parts.pop("funder_view")
    assert parts.pop("funding") == funder_view == Decimal(reconciled["funder_view_gbp"])
    assert funder_view + sum(parts.values()) == Decimal(reconciled["net_gbp"])
    kinds = _tables(client, "/api/v1/money/reconcile")["kinds"]["rows"]
    assert sum(Decimal(row["gbp"]) for row in kinds) == Decimal(reconciled["residual_gbp"])


def test_the_open_rows_and_the_fold_of_a_part_add_up(client: Any, reconciled: Any) -> None:
    """The page folds most rows away; a row tells their sum, so that what stands open adds up."""
    text = client.get("/money/reconcile/").content.decode()
    part = text.partition('id="table-part-in_transit"')[2].partition("</table>")[0]
    amounts = [
        Decimal(found.replace("£", "").replace(",", ""))
        for found in re.findall(r"-?£[\d,]+\.\d\d", part)
    ]
    kind = [row for row in reconciled["rows"] if row["kind"] == "in_transit"]
    assert len(kind) > len(amounts) == 12
    assert sum(amounts[:-1]) == amounts[-1] == sum(Decimal(row["gbp"]) for row in kind)
    assert f"The other {len(kind) - 10} rows" in part
    folded = text.partition('id="table-part-in_transit-rest"')[2].partition("</table>")[0]
    assert folded.count("<tr") == len(kind) - 10 + 1


def test_the_place_stands_beside_something_until_a_choice(client: Any, public: Path) -> None:
    told = client.get("/api/v1/money/compare").json()
    assert told["charts"] == ["compare"]
    largest = max(
        (row for row in _rows(public, "compare") if row["dataset"] == "cra" and row["people"]),
        key=lambda row: row["people"],
    )
    text = client.get("/money/compare/").content.decode()
    assert f"the largest area that is loaded, {largest['name']}" in text
    assert "ZZ_OUTSIDE" not in text.replace('value="cra:ZZ_OUTSIDE"', "")


def test_every_identity_is_told(client: Any, reconciled: Any) -> None:
    rows = _tables(client, "/api/v1/money/reconcile")["identities"]["rows"]
    assert len(rows) == len(reconciled["identities"])
    assert {row["holds"] for row in rows} == {"yes"}
    from totalplace.web.money._checks_words import identity_words

    for name in reconciled["identities"]:
        assert identity_words(name) != name.replace("_", " ").capitalize(), "no sentence for it"


def test_quality_tells_every_body_and_every_record(client: Any, public: Path) -> None:
    told = _tables(client, "/api/v1/money/quality")
    assert len(told["coverage"]["rows"]) == len(_rows(public, "bodies"))
    sources = _rows(public, "sources")
    assert len(told["records"]["rows"]) == len(sources)
    for row in told["records"]["rows"]:
        assert row["adds_up"] == "yes"
        assert row["records"] == row["lines"] + row["rejected"] + row["skipped"]
    withheld = json.loads((public / "publication.json").read_text())["withheld"]
    for row in told["withheld"]["rows"]:
        assert row["lines"] == withheld[row["kind"]]["lines"]
        assert Decimal(row["gbp"]) * 100 == withheld[row["kind"]]["pence"]
    assert {row["kind"] for row in told["withheld"]["rows"]} == withheld.keys() - {"texts"}


def test_quality_tells_what_is_not_itemised(client: Any, reconciled: Any) -> None:
    rows = _tables(client, "/api/v1/money/quality")["not_itemised"]["rows"]
    assert sum(Decimal(row["not_itemised_gbp"]) for row in rows) == sum(
        Decimal(row["not_itemised_gbp"]) for row in reconciled["itemised"]
    )


def test_a_region_beside_the_place(client: Any, public: Path) -> None:
    rows = [row for row in _rows(public, "compare") if row["dataset"] == "cra"]
    area = rows[0]["area"]
    wanted = {row["function"]: row["pence"] for row in rows if row["area"] == area}
    answer = client.get(f"/api/v1/money/compare?with=cra:{area}").json()
    told = answer["tables"]["beside"]["rows"]
    theirs = {
        row["function"]: Decimal(row["theirs_gbp"]) * 100
        for row in told
        if row["theirs_gbp"] is not None
    }
    assert theirs == wanted
    people = rows[0]["people"]
    assert people
    for row in told:
        if row["theirs_gbp"] is not None:
            exact = Decimal(row["theirs_gbp"]) / people
            assert abs(exact - Decimal(row["theirs_per_head_gbp"])) <= Decimal("0.005")
    assert answer["charts"] == ["compare"]


def test_the_place_beside_an_area_is_its_count(client: Any) -> None:
    area = _tables(client, "/api/v1/money/compare")["options"]["rows"][0]["with"]
    told = _tables(client, f"/api/v1/money/compare?with={area}")["beside"]["rows"]
    ours = sum(Decimal(row["ours_gbp"]) for row in told if row["ours_gbp"] is not None)
    net = Decimal(client.get("/money.json").json()["net_gbp"])
    assert area.startswith("ro:") or ours == net


def test_the_list_to_compare_with_is_searched(client: Any, public: Path) -> None:
    options = _tables(client, "/api/v1/money/compare")["options"]["rows"]
    name = options[0]["name"]
    found = _tables(client, f"/api/v1/money/compare?find={name.upper()}")["options"]["rows"]
    assert name in {row["name"] for row in found}
    assert all(name.casefold() in row["name"].casefold() for row in found)
    assert client.get("/money/compare/?find=zzzz").status_code == 200
    assert "Look for less of it" in client.get("/money/compare/?find=zzzz").content.decode()


@pytest.mark.parametrize("value", ["cra:nowhere", "place:nowhere", "x", "ro:place", ":"])
def test_nothing_of_that_name_to_compare_with(value: str, client: Any) -> None:
    answer = client.get(f"/money/compare/?with={value}")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "There is a problem with the choice" in text
    assert 'id="compare-with"' in text, "the form stands there again"
    assert client.get(f"/money/compare.json?with={value}").status_code == 404


def test_another_place_beside_this_one(client: Any, published: Path) -> None:
    from django.test import override_settings

    with override_settings(TOTALPLACE_PLACES=[published, published]):
        options = _tables(client, "/api/v1/money/compare")["options"]["rows"]
        (place,) = [row["with"] for row in options if row["with"].startswith("place:")]
        told = _tables(client, f"/api/v1/money/compare?with={place}")["beside"]["rows"]
        assert all(row["ours_gbp"] == row["theirs_gbp"] for row in told)
        chart = client.get(f"/money/compare.compare.svg?with={place}")
        assert chart.status_code == 200


@pytest.mark.parametrize(
    ("address", "chart"),
    [
        ("/money/transfers", "largest"),
        ("/money/reconcile", "statement"),
        ("/money/quality", "statuses"),
    ],
)
def test_pages_are_drawn_with_their_charts(address: str, chart: str, client: Any) -> None:
    text = client.get(f"{address}/").content.decode()
    assert f"{address}.{chart}.svg" in text
    answer = client.get(f"{address}.{chart}.svg")
    assert answer.status_code == 200
    assert b'role="img"' in answer.content
    for suffix in ("csv", "xlsx", "parquet", "json"):
        assert client.get(f"{address}.{suffix}").status_code == 200
