"""Publishing stops at a source without a licence until somebody confirms one."""

from __future__ import annotations

import pytest

from totalplace.disclosure.publish import (
    LicensedSource,
    attributions,
    known_licences,
    licence_decision,
    licence_of,
    licence_problems,
)
from totalplace.model import load

A, B, C = "a" * 64, "b" * 64, "c" * 64


def source(sha256: str = A, **facts: object) -> LicensedSource:
    return LicensedSource(sha256=sha256, **facts)


def licence_id(one: LicensedSource, **decisions: str) -> str | None:
    found = licence_of(one, {key.replace("__", ":"): value for key, value in decisions.items()})
    return found.licence_id if found else None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("OGL-UK-3.0", "OGL-UK-3.0"),
        ("Open Government Licence v3.0", "OGL-UK-3.0"),
        ("  open  government LICENCE v3.0. ", "OGL-UK-3.0"),
        ("OGL", "OGL-UK-3.0"),
        ("http", None),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("own", "own"),
        ("fictional", "fictional"),
        ("MIT", None),
        ("", None),
    ],
)
def test_a_licence_is_known_by_its_names(said: str, found: str | None) -> None:
    assert licence_id(source(licence=said)) == found


def test_the_most_particular_decision_wins() -> None:
    one = source(body_ids=("trafford",))
    decisions = {"*": "OGL-UK-3.0", "body:trafford": "CC-BY-4.0", A[:12]: "CC0-1.0"}
    assert licence_of(one, decisions).licence_id == "CC0-1.0"
    del decisions[A[:12]]
    assert licence_of(one, decisions).licence_id == "CC-BY-4.0"
    del decisions["body:trafford"]
    assert licence_of(one, decisions).licence_id == "OGL-UK-3.0"
    assert licence_of(one, {}) is None


def test_a_general_decision_does_not_change_what_a_source_says() -> None:
    one = source(licence="none", body_ids=("trafford",))
    assert licence_of(one, {"*": "OGL-UK-3.0", "body:trafford": "OGL-UK-3.0"}).licence_id == "none"
    assert licence_of(one, {A[:8]: "OGL-UK-3.0"}).licence_id == "OGL-UK-3.0"


def test_a_short_prefix_is_no_decision_on_a_source() -> None:
    assert licence_of(source(), {A[:7]: "OGL-UK-3.0"}) is None
    assert licence_of(source(), {B: "OGL-UK-3.0"}) is None


def test_a_file_of_several_bodies_needs_them_to_agree() -> None:
    one = source(body_ids=("trafford", "salford"))
    assert licence_of(one, {"body:trafford": "OGL-UK-3.0"}) is None
    both = {"body:trafford": "OGL-UK-3.0", "body:salford": "OGL-UK-3.0"}
    assert licence_of(one, both).licence_id == "OGL-UK-3.0"


def test_all_problems_are_told_at_once_and_no_file_is_named() -> None:
    sources = [source(A), source(B, licence="MIT"), source(C, licence="none")]
    sources.append(source("d" * 64, licence="OGL"))
    problems = licence_problems(sources, {})
    assert [problem.code for problem in problems] == ["no_licence"] * 3
    assert [problem.where for problem in problems] == [f"source {s[:12]}" for s in (A, B, C)]
    assert "nobody has said" in problems[0].why
    assert "MIT" in problems[1].why
    assert "does not allow" in problems[2].why
    assert all("--what licence" in problem.fix for problem in problems)
    assert licence_problems(sources[:2], {A[:12]: "own", B[:12]: "CC0-1.0"}) == []


def test_what_must_be_said_once_for_each_publisher_and_licence() -> None:
    sources = [
        source(A, publisher="Trafford Council", licence="OGL", year="2024"),
        source(B, publisher="Trafford Council", licence="OGL-UK-3.0", year="2025"),
        source(C, publisher="Ordnance Survey", licence="OS OpenData", year="2024"),
        source("d" * 64, publisher="Ordnance Survey", licence="OS OpenData", year="2026"),
        source("e" * 64, licence="MIT"),
    ]
    [survey, council] = attributions(sources, {})
    assert survey == (
        "Contains OS data © Crown copyright and database right 2026; supplied by Ordnance Survey."
    )
    assert council == (
        "Contains public sector information of Trafford Council licensed under the Open Government"
        " Licence v3.0."
    )


def test_every_licence_of_the_list_can_be_decided_and_says_something() -> None:
    for row in load("licence").to_pylist():
        assert licence_decision(row["licence_id"].lower()) == row["licence_id"]
        [said] = attributions([source(licence=row["title"], publisher="P", year="2026")], {})
        assert said.endswith(".")
        assert not set("{}") & set(said)
    with pytest.raises(KeyError):
        licence_decision("MIT")
    assert len({one.licence_id for one in known_licences().values()}) == load("licence").num_rows
