"""A claims file as rows that a test can change, write and evaluate again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from fractions import Fraction
from importlib import resources
from pathlib import Path

import pytest

from totalplace.claims import ClaimResult, evaluate, load_claims
from totalplace.claims._load import COLUMNS

Rows = dict[str, dict[str, str]]

NEEDS = {
    claim.claim_id: {name.partition(".")[0] for name in claim.scope if "." in name}
    for claim in load_claims()
}
"""The claims whose numbers each claim names."""


@pytest.fixture
def shipped() -> Rows:
    """The shipped claims file, by claim id."""
    text = resources.files("totalplace.claims").joinpath("data/claims.csv").read_text("utf-8")
    return {row["id"]: row for row in csv.DictReader(text.splitlines(keepends=True))}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[list[dict[str, str]]], Path]:
    """Write rows as a claims file and give its path."""

    def write_rows(rows: list[dict[str, str]]) -> Path:
        path = tmp_path / "claims.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write_rows


@pytest.fixture
def moved(shipped: Rows, write) -> Callable[[str, str, Fraction], ClaimResult]:
    """Evaluate a claim from a copy of the file in which one number has another value.

    The number is named as in the claim's scope: ``total``, or ``LAC1.children`` of another claim.
    The copy holds the claim and those its statements name, so that it is read quickly.
    """

    def closure(claim_id: str) -> set[str]:
        found, todo = set(), {claim_id}
        while todo:
            found |= todo
            todo = set().union(*(NEEDS[each] for each in todo)) - found
        return found

    def move(claim_id: str, number: str, value: Fraction) -> ClaimResult:
        owner, _, name = number.rpartition(".")
        rows = {key: dict(shipped[key]) for key in shipped if key in closure(claim_id)}
        entries = [entry.strip() for entry in rows[owner or claim_id]["value"].split(";")]
        at = [entry.partition("=")[0] for entry in entries].index(name)
        entries[at] = f"{name}={value.numerator}/{value.denominator}"
        rows[owner or claim_id]["value"] = "; ".join(entries)
        claims = load_claims(write(list(rows.values())))
        return evaluate([claim for claim in claims if claim.claim_id == claim_id])[0]

    return move
