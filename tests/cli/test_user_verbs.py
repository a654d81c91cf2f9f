"""user: the command and the process behind it, on a place of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from totalplace.cli import _user_verbs


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["burn", "x"], ["bad_value"]),
        (["add", "x"], ["missing_value"]),
        (["reset", "x", "ann", "--role", "viewer"], ["bad_value"]),
        (["close", "x", "ann", "--second-factor"], ["bad_value"]),
        (["list", "x", "--second-factor"], ["bad_value"]),
        (["list", "x"], ["no_place"]),
    ],
)
def test_a_wrong_command_is_refused(
    run: Run, tmp_path: Path, words: list[str], codes: list[str]
) -> None:
    ran = run("user", *[str(tmp_path / "x") if word == "x" else word for word in words], "--json")
    assert (ran.code, ran.codes) == (2, codes)
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_an_account_is_made_and_listed(
    run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    ran = run("user", "add", tiny, "ann", "--role", "analyst", "--body", "Eastwick Council")
    assert ran.code == 0
    assert "ann: analyst for Eastwick Council" in ran.out
    assert "One-time password: " in ran.out
    assert "A second factor is set up" in ran.out
    (one,) = run("user", "list", tiny, "--json").document["accounts"]
    assert (one["name"], one["bodies"], one["is_open"]) == ("ann", ["eastwick-council"], True)
    ran = run("user", "code", tiny, "ann", "--json")
    assert (ran.code, ran.codes) == (2, ["not_fictional"])


def test_a_database_that_cannot_be_reached_is_told(
    run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "nothing://user:secret@nowhere/x")
    ran = run("user", "list", tiny, "--json")
    assert (ran.code, ran.codes) == (2, ["workbench_not_started"])
    assert "secret" not in ran.out + ran.err


def test_what_is_told_of_accounts(run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = {
        "name": "ann",
        "is_open": False,
        "roles": ["viewer"],
        "body_names": [],
        "last_login": None,
    }
    monkeypatch.setattr(
        _user_verbs,
        "ask_accounts",
        lambda _, what, **facts: {
            "list": {"accounts": [closed]},
            "close": {"account": closed},
            "code": {"name": "ann", "code": "012345", "seconds": 41},
        }[what],
    )
    assert "closed  viewer" in run("user", "list", tiny).out
    assert run("user", "close", tiny, "ann").out == "ann is closed.\n"
    assert run("user", "code", tiny, "ann").out.startswith("012345 ")
    assert json.loads(run("user", "code", tiny, "ann", "--json").out)["code"] == "012345"


def test_a_reset_keeps_the_second_factor_unless_it_is_told_not_to(
    run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def ask(_: Path, what: str, **facts: object) -> dict[str, object]:
        asked.append((what, facts))
        account = {"name": "ann", "roles": ["analyst"], "body_names": []}
        return {
            "account": account
            | {"needs_second_factor": True, "has_second_factor": "second_factor" not in facts},
            "one_time_password": "abc",
            "serves_until": "2026-01-01",
        }

    monkeypatch.setattr(_user_verbs, "ask_accounts", ask)
    kept = run("user", "reset", tiny, "ann").out
    assert "Its second factor is kept" in kept
    assert "is set up" not in kept
    gone = run("user", "reset", tiny, "ann", "--second-factor").out
    assert "A second factor is set up at the next sign-in" in gone
    assert asked == [
        ("reset", {"name": "ann"}),
        ("reset", {"name": "ann", "second_factor": True}),
    ]
