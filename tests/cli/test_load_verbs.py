"""The verbs propose, rejects and returns: what they print, write and refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny_place
from cli.conftest import Run

CREDITORS = "Creditor,Paid On,Nett Value £\n" + "".join(
    f"Acme {n} Ltd,{n:02d}/04/2017,{n}.50\n" for n in range(1, 20)
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tinyshire with payments of which one record was rejected."""
    folder = tmp_path_factory.mktemp("load")
    with tiny_place.make_place(folder) as made:
        made.add(tiny_place.write_spend(folder))
        return made.path


@pytest.mark.slow
def test_a_look_prints_columns_and_what_reading_comes_to(
    run: Run, place: Path, tmp_path: Path
) -> None:
    file = tmp_path / "creditors.csv"
    file.write_text(CREDITORS + "\x1b[31mRed Ltd,20/04/2017,1.00\n")
    ran = run("propose", place, file, "--body", "Westwick Council")
    assert ran.code == 1
    for words in ("Creditor", "payee", "Acme 1 Ltd", "20 lines of 20 records", "--yes"):
        assert words in ran.out
    assert "\x1b" not in ran.out
    told = run("propose", place, file, "--body", "Westwick Council", "--json")
    assert told.document["members"][0]["layout"]["columns"]["amount"] == "Nett Value £"
    known = run("propose", place, tiny_place.write_spend(tmp_path))
    assert known.code == 0
    assert "The place has this file already." in known.out
    (tmp_path / "empty.csv").write_bytes(b"")
    refused = run("propose", place, tmp_path / "empty.csv")
    assert (refused.code, "`add` would refuse it." in refused.out) == (1, True)


@pytest.mark.slow
def test_rejects_are_listed_shown_and_written(run: Run, place: Path, tmp_path: Path) -> None:
    listed = run("rejects", place)
    assert listed.code == 0
    assert "1 of 3 records rejected: third_decimal 1" in listed.out
    digits = listed.out.split("(")[1][:12]
    shown = run("rejects", place, digits)
    assert "Westwick Council | 05/04/2017 | Bad Line Ltd | 12.345 | Highways" in shown.out
    out = tmp_path / "rejects.csv"
    written = run("rejects", place, digits, "-o", out)
    assert (written.code, "1 rejected records" in written.out) == (0, True)
    assert out.read_text("utf-8-sig").startswith("Body Name,Payment Date,Supplier Name")
    assert run("rejects", place, "-o", out, "--json").codes == ["missing_option"]
    assert run("rejects", place, "ffff", "--json").codes == ["unknown_source"]
    assert run("rejects", place, digits, "-o", tmp_path / "x.xlsx", "--json").codes == [
        "unknown_suffix"
    ]


@pytest.mark.slow
def test_returns_are_a_line_a_body(run: Run, place: Path) -> None:
    ran = run("returns", place, "--due", "2026-11-20")
    assert ran.code == 0
    assert "Eastwick Council      late" in ran.out
    assert "none (overdue)" in ran.out
    assert "2017-18: 1 none, 2 late" in ran.out
    document = run("returns", place, "--json").document
    assert document["states"] == {"none": 1, "late": 0, "revised": 0, "received": 2}
    assert run("returns", place, "--due", "soon", "--json").codes == ["bad_date"]
    assert "nothing is counted" in run("returns", place, "--year", "2019-20").out


def test_a_place_without_rejects(run: Run, tmp_path: Path) -> None:
    assert run("new", tmp_path / "p", "--name", "P", "--area", "E08000009", "--year", "2024-25")
    assert run("rejects", tmp_path / "p").out.strip() == "No record was rejected."
