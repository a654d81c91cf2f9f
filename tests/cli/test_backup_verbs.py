"""backup, restore and migrate on the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from totalplace.place import check, open_folder

from .conftest import Run


def test_a_place_goes_into_a_file_and_back(run: Run, tiny: Path, tmp_path: Path) -> None:
    file, back = tmp_path / "tiny.zip", tmp_path / "back"
    made = run("backup", tiny, "-o", file, "--json")
    assert (made.code, made.err) == (0, "")
    assert made.document["place"] == "Tinyshire"
    assert made.document["left_out"] == {}
    again = run("restore", file, back, "--json")
    assert (again.code, again.err) == (0, "")
    same = ("place", "id", "made", "made_by", "schema_version", "counts", "files", "place_bytes")
    assert {name: again.document[name] for name in same} == {
        name: made.document[name] for name in same
    }
    assert again.document["workbench"] is None
    assert check(open_folder(back)) == []


def test_what_is_told_in_words(run: Run, tiny: Path, tmp_path: Path) -> None:
    (tiny / "link").symlink_to("/etc/hosts")
    made = run("backup", tiny, "-o", tmp_path / "tiny.zip")
    assert made.code == 0
    assert made.out.startswith(f"Wrote {tmp_path / 'tiny.zip'} (")
    assert "sources 10" in made.out
    assert "warning: link is left out: it is a link or no plain file" in made.err
    again = run("restore", tmp_path / "tiny.zip", tmp_path / "back")
    assert again.out.startswith(f"Restored Tinyshire in {tmp_path / 'back'}; every file is")
    assert again.err == ""


def test_what_is_wrong_ends_with_its_code(run: Run, tiny: Path, tmp_path: Path) -> None:
    file = tmp_path / "tiny.zip"
    missing = run("backup", tiny, "--json")
    assert (missing.code, missing.codes) == (2, ["missing_option"])
    assert run("backup", tiny, "-o", file).code == 0
    there = run("backup", tiny, "-o", file, "--json")
    assert (there.code, there.codes) == (2, ["file_exists"])
    assert run("backup", tiny, "-o", file, "--yes").code == 0
    used = run("restore", file, tiny, "--json")
    assert (used.code, used.codes) == (2, ["folder_in_use"])
    file.write_bytes(file.read_bytes()[:-100])
    bad = run("restore", file, tmp_path / "back", "--json")
    assert (bad.code, bad.codes) == (1, ["bad_backup"])
    source = next(tiny.glob("sources/*/*.json")).with_suffix("")
    source.write_bytes(b"altered")
    damaged = run("backup", tiny, "-o", tmp_path / "more.zip", "--json")
    assert (damaged.code, damaged.codes) == (2, ["damaged_file"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny", "tiny.zip"]


def test_migrate_says_what_it_has_done(run: Run, tiny: Path) -> None:
    assert run("migrate", tiny).out == "Tinyshire is of schema 2 already.\n"


@pytest.mark.slow
def test_a_stopped_backup_leaves_nothing(tiny: Path, tmp_path: Path) -> None:
    (tiny / "large").write_bytes(os.urandom(100_000_000))
    program = str(Path(sys.executable).with_name("totalplace"))
    words = [program, "backup", str(tiny), "-o", str(tmp_path / "b.zip")]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(tmp_path.glob(".b.zip.*")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "interrupted" in told
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
