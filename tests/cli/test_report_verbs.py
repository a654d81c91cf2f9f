"""The verb report."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.slow
def test_report_writes_what_the_count_says(run: Run, tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "count.html"
    done = run("report", tiny, "-o", path)
    assert done.code == 0
    assert f"Wrote {path} (" in done.out
    assert "£160,000.00" in done.out
    page = path.read_text()
    assert run("count", tiny, "--json").document["figure_id"] in page


@pytest.mark.slow
@pytest.mark.parametrize(
    "suffix",
    ["pdf", "HTML", *(pytest.param(one, marks=pytest.mark.long) for one in ("docx", "xlsx"))],
)
def test_the_ending_says_the_form(run: Run, tiny: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"count.{suffix}"
    done = run("report", tiny, "-o", path, "--json")
    counted = run("count", tiny, "--json").document
    size = path.stat().st_size
    assert done.document == {
        "place": "Tinyshire",
        "path": str(path),
        "year": "2017-18",
        "snapshot": 1,
        "figure_id": counted["figure_id"],
        "net_gbp": "160000.00",
        "format": suffix.lower(),
        "bytes": size,
    }
    magic = {"docx": b"PK", "pdf": b"%PDF", "xlsx": b"PK", "HTML": b"<!doctype html>"}
    assert path.read_bytes().startswith(magic[suffix])


def test_where_it_goes_has_to_be_said(run: Run, tiny: Path) -> None:
    done = run("report", tiny, "--json")
    assert (done.code, done.codes) == (2, ["missing_option"])


def test_everything_wrong_with_the_file_is_told_at_once(run: Run, tmp_path: Path) -> None:
    done = run("report", tmp_path / "no-place", "-o", tmp_path / "none" / "count.odt", "--json")
    assert (done.code, set(done.codes)) == (2, {"no_folder", "unknown_suffix"})


@pytest.mark.parametrize(
    ("words", "code"),
    [(["--year", "1999-00"], None), (["--at", "7"], "unknown_snapshot")],
)
def test_a_year_or_snapshot_that_is_not_there_writes_nothing(
    run: Run, tiny: Path, tmp_path: Path, words: list[str], code: str | None
) -> None:
    path = tmp_path / "count.html"
    done = run("report", tiny, "-o", path, *words, "--json")
    assert done.code == 2
    assert code is None or done.codes == [code]
    assert not path.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(run: Run, tiny: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    done = run("report", tiny, "-o", shut / "count.html", "--json")
    assert (done.code, done.codes) == (2, ["not_writable"])
