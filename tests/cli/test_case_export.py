"""The command line writes a case as a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import totalplace
from cli.conftest import Run


@pytest.fixture
def file(tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "case.toml"
    assert run("case", "new", path).code == 0
    return path


def test_a_workbook_is_written_and_told_by_its_run(file: Path, run: Run) -> None:
    out = file.with_name("case.xlsx")
    found = run("case", "export", file, "-o", out, "--draws", 16, "--json")
    document, content = found.document, out.read_bytes()
    assert (found.code, content[:2], len(content)) == (0, b"PK", document["bytes"])
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    ran = totalplace.run_case(file, draws=16)
    assert document["run_hash"] == ran.document["run_hash"]
    assert document["npv_gbp"] == ran.document["perspectives"]["society"]["npv_gbp"]["point"]
    again = totalplace.export_case(file, out, draws=16)
    assert again.document == document
    assert out.read_bytes() == content
    told = run("case", "export", file, "-o", file.with_name("case.csv"), "--draws", 16).out
    assert "Written: " in told
    assert document["run_hash"][:16] in told


def test_the_written_case_is_a_page_too(file: Path, run: Run) -> None:
    out = file.with_name("case.html")
    assert run("case", "export", file, "-o", out, "--draws", 16).code == 0
    assert "Strategic case" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export",), "`export` needs -o OUT"),
        (("run", "-o", "x.pdf"), "--out goes with `export`"),
        (("check", "--draws", 9), "--draws goes with `run` and `export`"),
    ],
)
def test_what_does_not_fit_is_told(
    file: Path, run: Run, words: tuple[object, ...], said: str
) -> None:
    found = run("case", words[0], file, *words[1:])
    assert found.code == 2
    assert said in found.err


def test_the_case_is_not_overwritten_by_its_export(file: Path, run: Run) -> None:
    form = file.with_name("form.xlsx")
    assert run("case", "new", form).code == 0
    before = form.read_bytes()
    same = form.parent / "." / form.name
    found = run("case", "export", form, "-o", same, "--draws", 16, "--json")
    assert (found.code, found.codes) == (2, ["would_overwrite_the_case"])
    side = file.with_name("values.csv")
    side.write_text("0.5\n0.6\n", "utf-8")
    text = file.read_text("utf-8").replace("takeup = 0.6", 'takeup = {csv = "values.csv"}', 1)
    file.write_text(text, "utf-8")
    found = run("case", "export", file, "-o", side, "--draws", 16, "--json")
    assert (found.code, found.codes) == (2, ["would_overwrite_the_case"])
    assert (form.read_bytes(), side.read_text("utf-8")) == (before, "0.5\n0.6\n")


@pytest.mark.parametrize(
    ("edit", "words", "code"),
    [
        (("", ""), ("--seed", -1), "bad_seed"),
        (("", ""), ("--seed", 2**63), "bad_seed"),
        (("value = 900,", "value = 1e12,"), (), "too_large"),
    ],
)
def test_numbers_beyond_what_can_be_told_are_refused(
    file: Path, run: Run, edit: tuple[str, str], words: tuple[object, ...], code: str
) -> None:
    text = file.read_text("utf-8").replace(", low = 800, mode = 900, high = 1100", "")
    file.write_text(text.replace(*edit), "utf-8")
    found = run("case", "run", file, "--draws", 16, *words, "--json")
    assert (found.code, found.codes) == (2, [code])


def test_nothing_is_written_where_the_name_or_the_case_is_wrong(file: Path, run: Run) -> None:
    found = run("case", "export", file, "-o", file.with_name("case.odt"), "--json")
    assert (found.code, found.codes) == (2, ["unknown_suffix"])
    assert ".docx" in found.document["problems"][0]["fix"]
    file.write_text(file.read_text("utf-8").replace("council = 0.8", "council = 0.9"), "utf-8")
    out = file.with_name("case.xlsx")
    found = run("case", "export", file, "-o", out, "--json")
    assert (found.code, found.codes) == (2, ["payer_not_one"])
    assert not out.exists()
