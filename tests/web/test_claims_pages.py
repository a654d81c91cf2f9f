"""The pages of claims: all of them, as the ledger computes them."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any

import pytest

from totalplace.claims import VERDICTS, evaluate, load_claims

RESULTS = evaluate(load_claims())


def test_all_claims_stand_on_the_page(small: Any) -> None:
    rows = small.get("/claims.json").json()["tables"]["claims"]["rows"]
    assert {row["id"]: row["verdict"] for row in rows} == {one.id: one.verdict for one in RESULTS}
    assert {row["id"]: row["computed"] for row in rows} == {one.id: one.computed for one in RESULTS}
    assert len(rows) == 43


@pytest.mark.parametrize("verdict", VERDICTS)
def test_claims_are_filtered_by_verdict(small: Any, verdict: str) -> None:
    rows = small.get(f"/claims.json?verdict={verdict}").json()["tables"]["claims"]["rows"]
    assert len(rows) == Counter(one.verdict for one in RESULTS)[verdict]
    assert {row["verdict"] for row in rows} == {verdict}


def test_claims_are_filtered_by_document(small: Any) -> None:
    rows = small.get("/claims.json?document=003").json()["tables"]["claims"]["rows"]
    assert {row["id"] for row in rows} == {
        one.id for one in RESULTS if "003" in one.document.split("; ")
    }
    none = small.get("/claims/?document=004&verdict=conflict")
    assert "No claim has this verdict in this document" in none.content.decode()


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: one.id)
def test_each_claim_has_a_page_with_quote_numbers_and_verdict(small: Any, result: Any) -> None:
    answer = small.get(f"/claims/{result.id}/")
    assert answer.status_code == 200
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())))
    for passage in result.quote.split(" | "):
        assert re.sub(r"\s+", " ", passage.strip()) in text
    for number in result.numbers:
        assert number.raw in text
    assert result.verdict.replace("_", " ") in text
    assert re.sub(r"\s+", " ", result.reason) in text
    for interval in result.intervals:
        assert str(interval) in text
    document = small.get(f"/claims/{result.id}.json").json()
    assert set(document["tables"]) >= {"numbers"}


def test_a_claim_is_found_in_any_case_and_a_wrong_one_is_told(small: Any) -> None:
    assert small.get("/claims/lac-x/").status_code == 200
    assert small.get("/claims/NONE/").status_code == 404
    assert small.get("/claims/?verdict=true").status_code == 400
    assert small.get("/claims/?document=9").status_code == 404


def test_what_was_published_of_the_place_stands_beside_the_count(small: Any) -> None:
    (row,) = small.get("/claims.json").json()["tables"]["published"]["rows"]
    assert (row["published_gbp"], row["counted_gbp"], row["difference_gbp"]) == (
        "2000.00",
        "1234.56",
        "-765.44",
    )
    assert row["links"]["claim_id"] == "/claims/AGM/"
    assert "published" in small.get("/claims/AGM.json").json()["tables"]
    assert "published" not in small.get("/claims/LAC-X.json").json()["tables"]
