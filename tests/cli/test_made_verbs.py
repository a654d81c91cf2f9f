"""synth and demo, on the smallest fictional place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.conftest import Run
from totalplace import _api


def test_a_wrong_fictional_place(run: Run, tmp_path: Path) -> None:
    ran = run("synth", tmp_path / "x", "--people", 1, "--dirt", 2, "--json")
    assert (ran.code, ran.codes) == (2, ["too_few_people", "bad_dirt"])
    assert list(tmp_path.iterdir()) == []
    ran = run("synth", tmp_path / "no" / "x", "--json")
    assert (ran.code, ran.codes) == (2, ["no_folder"])


def test_a_place_that_is_no_demo_is_left_alone(run: Run, made: Path) -> None:
    before = sorted((made / "changes").iterdir())
    ran = run("demo", "--dir", made, "--json")
    assert (ran.code, ran.codes) == (2, ["not_fictional"])
    assert before
    assert sorted((made / "changes").iterdir()) == before


@pytest.mark.long
def test_synth_makes_files_and_a_place_and_demo_uses_it_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "made"
    ran = run("synth", folder, "--people", 1000, "--dirt", 0, "--json")
    assert ran.code == 0
    assert {one["status"] for one in ran.document["files"]} == {"loaded", "already_there"}
    assert (folder / "published" / "truth" / "truth.json").exists()
    assert sorted(tmp_path.iterdir()) == [folder]
    monkeypatch.setattr(_api, "make_fictional_place", None)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    ran = run("demo", "--dir", folder, "--no-serve")
    assert ran.code == 0
    assert "(fictional)" in ran.out
    for name in ("viewer", "analyst", "analyst-2", "practitioner", "governance", "admin"):
        assert f"demo-{name} " in ran.out
    assert re.search(rf"\d{{6}}  totalplace user code {re.escape(str(folder))} demo-admin", ran.out)
    assert "provider" in ran.out
    assert "identities that FAIL" not in ran.out
