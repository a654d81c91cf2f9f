"""The rules and the read sample hold together."""

from __future__ import annotations

from collections import Counter

from totalplace.model import load


def functions() -> set[str]:
    return set(load("cofog")["code"].to_pylist())


def test_rules_lead_to_functions_and_look_at_one_text() -> None:
    for rule in load("class_rule").to_pylist():
        assert rule["code"] in functions()
        patterns = [rule[f"{text}_pattern"] for text in ("unit", "expense", "payee")]
        assert sum(pattern != "*" for pattern in patterns) == 1, rule


def test_the_sample_is_large_stratified_and_holds_no_text() -> None:
    rows = load("class_sample").to_pylist()
    told = [row for row in rows if row["code"]]
    assert len(told) >= 200
    assert all(len(row["text_hash"]) == 16 and int(row["text_hash"], 16) >= 0 for row in rows)
    assert {row["code"] for row in told} <= functions()
    strata = Counter((row["body_id"], row["stratum"]) for row in rows)
    assert set(strata) == {(b, s) for b in ("manchester", "salford", "trafford") for s in range(4)}
    assert max(strata.values()) == 60


def test_a_code_names_a_service_or_what_was_bought_but_not_both() -> None:
    rows = load("crosswalk").to_pylist()
    service = {row["from_code"] for row in rows if row["from_scheme"] == "proclass"}
    bought = {row["from_code"] for row in rows if row["from_scheme"] == "proclass_input"}
    assert service & bought == set()
    assert len(service | bought) >= 150
