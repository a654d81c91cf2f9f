"""queue and effect, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Run
from cli.test_payee_verbs import paid

pytestmark = pytest.mark.slow

__all__ = ["paid"]

BODY = "Example Road Primary School"


def test_a_queue_is_listed_with_what_may_be_decided(paid: Path, run: Run) -> None:
    document = run("queue", paid, "payees", "--json").document
    assert (document["queue"], document["count"], document["gbp"]) == ("payees", 2, "31.00")
    assert set(document["items"][0]) == {
        *("what", "object_id", "title", "reason", "note", "gbp", "lines", "body_ids"),
        *("evidence", "suggestions"),
    }
    assert document["names"]["salford"] == "Salford City Council"
    ran = run("queue", paid, "payees", "--top", "1")
    assert ran.code == 0
    assert "2 of £31.00, the largest 1" in ran.out
    assert f"{BODY}  £20.00" in ran.out
    assert "--value none: no body of the register" in ran.out
    assert "nothing." in run("queue", paid, "payees", "--year", "2018-19").out


def test_an_effect_is_shown_and_nothing_is_decided(paid: Path, run: Run) -> None:
    words = ("effect", paid, BODY, "--what", "alias", "--value", "trafford")
    ran = run(*words)
    assert ran.code == 0
    assert "Salford City Council" in ran.out
    document = run(*words, "--json").document
    assert document["decisions"] == [{"object_id": BODY, "what": "alias", "value": "trafford"}]
    assert (document["difference_gbp"], len(document["changes"])) == ("-20.00", 1)
    assert run("decide", paid, "--json").document["decisions"] == []
    none = run("effect", paid, BODY, "--what", "payee_kind", "--value", "organisation")
    assert "No body's figure would change." in none.out


def test_what_is_wrong_is_told(paid: Path, run: Run) -> None:
    assert run("queue", paid, "payee", "--json").codes == ["unknown_queue"]
    assert run("effect", paid, BODY, "--json").codes == ["incomplete_decision"]
    wrong = run("effect", paid, "x", "--what", "match", "--value", "same", "--json")
    assert (wrong.code, wrong.codes) == (2, ["bad_transfer"])
