"""The workbench in a backup: its rows, keys and uploads, from one kind of database to another."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counted import how_many
from postgres_here import ON_POSTGRES
from totalplace import open_place
from totalplace.cli import main

pytestmark = pytest.mark.slow

UPLOAD = "uploads/ab12/file"
NewDatabase = Callable[[str], None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> NewDatabase:
    """Have processes that begin from now on use an empty database of a kind."""
    monkeypatch.delenv("TOTALPLACE_KEYS", raising=False)

    def chosen(kind: str) -> None:
        if kind == "sqlite":
            monkeypatch.delenv("DATABASE_URL", raising=False)
        else:
            monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("postgres_databases")())

    return chosen


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a row in every table of its workbench, in SQLite."""
    from totalplace import new_place

    place = tmp_path_factory.mktemp("filled") / "place"
    new_place(place, name="Albermarch", areas=["E08000003"], year="2017-18").close()
    kept = {name: os.environ.pop(name, None) for name in ("DATABASE_URL", "TOTALPLACE_KEYS")}
    try:
        _run("fill", place)
    finally:
        os.environ.update({name: value for name, value in kept.items() if value is not None})
    upload = place / "workbench" / UPLOAD
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"a,b\n1,2\n")
    return place


def _run(what: str, place: Path) -> None:
    script = Path(__file__).with_name("_filled.py")
    done = subprocess.run(
        [sys.executable, str(script), what, str(place)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def _rows(place: Path) -> list[dict[str, Any]]:
    """Every row of a workbench; what stands in the first line of a dump before them."""
    done = subprocess.run(
        [sys.executable, "-m", "totalplace.workbench._rows", "dump", str(place)],
        capture_output=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def _is_verified(place: Path) -> bool:
    """Whether the audit is whole, as the command says in a process that is of this place alone."""
    program = str(Path(sys.executable).with_name("totalplace"))
    words = [program, "audit", "verify", str(place)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sqlite", "sqlite"),
        pytest.param("sqlite", "postgresql", marks=ON_POSTGRES),
        pytest.param("postgresql", "sqlite", marks=ON_POSTGRES),
        pytest.param("postgresql", "postgresql", marks=ON_POSTGRES),
    ],
)
def test_all_rows_keys_and_uploads_come_back(
    filled: Path,
    tmp_path: Path,
    use: NewDatabase,
    before: str,
    after: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from totalplace.workbench.audit._triggers import _SQLITE

    use(before)
    place, file, back = tmp_path / "place", tmp_path / "b.zip", tmp_path / "back"
    shutil.copytree(filled, place)
    if before == "postgresql":
        (place / "workbench" / "workbench.sqlite3").unlink()
        _run("fill", place)
    # an act of a command is in the audit before it is done
    code, made = _said(capsys, "backup", place, "-o", file)
    assert code == 0
    keys = {f"workbench/keys/{one.name}" for one in (place / "workbench/keys").iterdir()}
    assert len(keys) > 1
    assert {*made["parts"]} == {"workbench/database.jsonl", f"workbench/{UPLOAD}", *keys}
    first = _rows(place)
    held = [row for row in first[1:] if row["model"] != "audit.head"]
    assert {row["model"] for row in held} >= {"accounts.account", "audit.entry", "jobs.job"}
    assert "accounts.session" not in {row["model"] for row in held}
    use(after)
    code, told = _said(capsys, "restore", file, back)
    assert code == 0, told
    assert told["parts_left"] == []
    assert told["workbench"]["audit"]["is_whole"]
    # the outcome of the backup came after it; two rows say that it was restored
    again = _rows(back)
    assert again[0] == first[0]
    held = [row for row in held if row["row"].get("n", 0) <= 4]
    assert [row for row in again[1:] if row in held] == held
    now, then = (Counter(row.get("model") for row in rows) for rows in (again, first))
    assert now == then + Counter(["audit.entry"])
    for name in (UPLOAD, *(name.removeprefix("workbench/") for name in keys)):
        kept = back / "workbench" / name
        assert kept.read_bytes() == (place / "workbench" / name).read_bytes()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE((back / "workbench").stat().st_mode) == 0o700
    if after == "sqlite":
        import sqlite3

        database = sqlite3.connect(back / "workbench" / "workbench.sqlite3")
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert {name for (name,) in found} >= {*_SQLITE}
        database.close()
    # it goes on: numbers follow, and the chain of the audit with them
    _run("again", back)
    assert _is_verified(back)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "back", "place"]


@pytest.mark.parametrize(
    "words",
    [
        ["backup", "{place}", "-o", "{file}"],
        ["audit", "verify", "{place}"],
        ["migrate", "{place}"],
        ["user", "list", "{place}"],
        ["decide", "{place}"],
        ["serve", "{place}", "--port", "0"],
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("is_url_forgotten", [True, False])
def test_nothing_is_done_with_another_database_than_the_place_is_in(
    words: list[str],
    is_url_forgotten: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from totalplace import new_place
    from totalplace.workbench._database import mark_database
    from totalplace.workbench._folder import made_folder

    place = tmp_path / "place"
    new_place(place, name="Albermarch", areas=["E08000003"], year="2017-18").close()
    made_folder(place)
    url = "postgresql://tp:secret@db.example:5433/one"
    monkeypatch.setenv("DATABASE_URL", url)
    mark_database(place)
    assert "secret" not in (place / "workbench/database.json").read_text()
    if is_url_forgotten:
        monkeypatch.delenv("DATABASE_URL")
    else:
        monkeypatch.setenv("DATABASE_URL", f"{url}-other")
    before = sorted(place.rglob("*"))
    given = [word.format(place=place, file=tmp_path / "b.zip") for word in words]
    code, told = _said(capsys, *given)
    assert (code, [one["code"] for one in told["problems"]]) == (2, ["other_database"])
    assert "one at db.example:5433" in told["problems"][0]["why"]
    assert "secret" not in json.dumps(told)
    assert sorted(place.rglob("*")) == before
    assert not (tmp_path / "b.zip").exists()


def test_a_served_and_a_restored_place_say_which_database_they_are_in(
    filled: Path, tmp_path: Path, use: NewDatabase, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    from totalplace.workbench._supervise import workbench

    use("sqlite")
    place = shutil.copytree(filled, tmp_path / "place")
    assert not (place / "workbench/database.json").exists()
    with workbench([place]):
        pass
    kept = {"engine": "sqlite3", "host": "", "name": "workbench.sqlite3"}
    assert json.loads((place / "workbench/database.json").read_text()) == kept
    assert _said(capsys, "backup", place, "-o", tmp_path / "b.zip")[0] == 0
    assert _said(capsys, "restore", tmp_path / "b.zip", tmp_path / "back")[0] == 0
    assert json.loads((tmp_path / "back/workbench/database.json").read_text()) == kept
    monkeypatch.setenv("DATABASE_URL", "postgresql://tp@nowhere.invalid/one")
    for one in (place, tmp_path / "back"):
        code, told = _said(capsys, "backup", one, "-o", tmp_path / "c.zip")
        assert (code, told["problems"][0]["code"]) == (2, "other_database")


def test_a_database_that_is_not_empty_is_left_alone(
    filled: Path, tmp_path: Path, use: NewDatabase, postgres_databases: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    use("sqlite")
    assert _said(capsys, "backup", filled, "-o", tmp_path / "b.zip")[0] == 0
    use("postgresql")
    assert _said(capsys, "restore", tmp_path / "b.zip", tmp_path / "back")[0] == 0
    code, told = _said(capsys, "restore", tmp_path / "b.zip", tmp_path / "other")
    assert (code, told["problems"][0]["code"]) == (2, "database_in_use")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "back"]


def _with_part(file: Path, to: Path, name: str, data: bytes | None) -> Path:
    """The backup with one of its parts changed, and a manifest that says so."""
    import hashlib
    import zipfile

    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        manifest = json.loads(old.read("manifest.json"))
        manifest["parts"] = [one for one in manifest["parts"] if one["name"] != name]
        for member in old.namelist():
            if member not in {"manifest.json", f"parts/{name}"}:
                new.writestr(member, old.read(member))
        if data is not None:
            digest = hashlib.sha256(data).hexdigest()
            manifest["parts"].append({"name": name, "size_bytes": len(data), "sha256": digest})
            new.writestr(f"parts/{name}", data)
        entries = manifest["files"] + manifest["parts"]
        manifest["size_bytes"] = sum(entry["size_bytes"] for entry in entries)
        new.writestr("manifest.json", json.dumps(manifest))
    return to


ROWS = "workbench/database.jsonl"


def test_a_damaged_workbench_makes_no_place(
    filled: Path, tmp_path: Path, use: NewDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    use("sqlite")
    good = tmp_path / "b.zip"
    assert _said(capsys, "backup", filled, "-o", good)[0] == 0
    head, *rows = (json.dumps(row) for row in _rows(filled))
    later = json.dumps(json.loads(head) | {"migrations": [["accounts", "9999_later"]]})
    bad = {
        "no rows of ours": (ROWS, b'{"format": "x"}\n', "bad_backup"),
        "a later version": (ROWS, later.encode(), "newer_backup"),
        "half a row": (ROWS, f"{head}\n{rows[0][:-9]}".encode(), "bad_backup"),
        "a row twice": (ROWS, "\n".join([head, rows[0], rows[0]]).encode(), "bad_backup"),
        "no such table": (ROWS, f'{head}\n{{"model": "a.b", "row": {{}}}}'.encode(), "bad_backup"),
        "no rows at all": (ROWS, None, "bad_backup"),
        "a database": ("workbench/workbench.sqlite3", b"SQLite", "bad_backup"),
        "another's": ("elsewhere/x", b"x", "bad_backup"),
    }
    for name, (part, data, code) in bad.items():
        file = _with_part(good, tmp_path / "bad.zip", part, data)
        ended, told = _said(capsys, "restore", file, tmp_path / "back")
        assert (ended, told["problems"][0]["code"]) == (2, code), name
        assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "bad.zip"], name


def test_an_audit_that_was_altered_is_told(
    filled: Path, tmp_path: Path, use: NewDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    use("sqlite")
    good = tmp_path / "b.zip"
    assert _said(capsys, "backup", filled, "-o", good)[0] == 0
    altered = b"\n".join(
        json.dumps(row).replace('"who": "ann"', '"who": "bob"').encode() for row in _rows(filled)
    )
    file = _with_part(good, tmp_path / "bad.zip", ROWS, altered)
    code, told = _said(capsys, "restore", file, tmp_path / "back")
    assert code == 1
    assert told["workbench"]["audit"]["first_bad_row"] == 1


def test_keys_kept_elsewhere_are_not_in_it(
    filled: Path,
    tmp_path: Path,
    use: NewDatabase,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    use("sqlite")
    place = shutil.copytree(filled, tmp_path / "place")
    (place / "workbench" / "keys").rename(tmp_path / "keys")
    monkeypatch.setenv("TOTALPLACE_KEYS", str(tmp_path / "keys"))
    capsys.readouterr()
    assert main(["backup", str(place), "-o", str(tmp_path / "b.zip")]) == 0
    assert f"the keys in {tmp_path / 'keys'} are not in it" in capsys.readouterr().err
    code, told = _said(capsys, "restore", tmp_path / "b.zip", tmp_path / "back")
    assert (code, told["workbench"]["audit"]["is_whole"]) == (0, True)
    # without them nothing can be proved, and that is told
    monkeypatch.setenv("TOTALPLACE_KEYS", str(tmp_path / "none"))
    (tmp_path / "none").mkdir()
    code, told = _said(capsys, "restore", tmp_path / "b.zip", tmp_path / "other")
    assert code == 1
    assert told["workbench"]["audit"]["problems"][0]["code"] == "audit_key_missing"


def test_migrate_brings_an_old_database_to_this_version(
    filled: Path, tmp_path: Path, use: NewDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    use("sqlite")
    place = shutil.copytree(filled, tmp_path / "place")
    # as a version was that had no saved views yet
    database = sqlite3.connect(place / "workbench" / "workbench.sqlite3")
    database.execute("DROP TABLE saved_savedview")
    database.execute("DELETE FROM django_migrations WHERE app = 'saved'")
    database.commit()
    database.close()
    code, told = _said(capsys, "backup", place, "-o", tmp_path / "b.zip")
    assert (code, told["problems"][0]["code"]) == (2, "workbench_is_old")
    assert not (tmp_path / "b.zip").exists()
    code, told = _said(capsys, "migrate", place)
    assert (code, told["workbench"]) == (0, True)
    assert _said(capsys, "backup", place, "-o", tmp_path / "b.zip")[0] == 0
    # a backup that such a version has made
    head, *rows = _rows(filled)
    head["migrations"] = [one for one in head["migrations"] if one[0] != "saved"]
    kept = [row for row in rows if not row["model"].startswith("saved.")]
    assert len(kept) < len(rows)
    lines = b"\n".join(json.dumps(row).encode() for row in [head, *kept])
    old = _with_part(tmp_path / "b.zip", tmp_path / "old.zip", ROWS, lines)
    assert _said(capsys, "restore", old, tmp_path / "back")[0] == 0
    assert _rows(tmp_path / "back")[0] == _rows(place)[0]


@pytest.mark.counted
def test_a_killed_restore_makes_a_whole_place_or_none(
    filled: Path, tmp_path: Path, use: NewDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    use("sqlite")
    good = tmp_path / "b.zip"
    assert _said(capsys, "backup", filled, "-o", good)[0] == 0
    chance = random.Random(11)
    began = time.monotonic()
    assert _restored(good, tmp_path / "first")[0] == 0
    seconds = time.monotonic() - began
    counts = _counts(tmp_path / "first")
    killed = 0
    for turn in range(how_many(20, 2)):
        folder = tmp_path / f"turn-{turn}"
        folder.mkdir()
        back = folder / "back"
        # with the process beside it that puts the rows back, or without
        after, with_all = seconds * chance.uniform(0.3, 0.9), bool(turn % 2)
        killed += _restored(good, back, kill=(after, with_all))[0] == -signal.SIGKILL
        code, told = _restored(good, back)
        if code:
            # it was there already: whole, and the second is told what to do
            (problem,) = told["problems"]
            assert (code, problem["code"]) == (2, "folder_in_use"), turn
            assert "it is a place already" in problem["why"]
            assert "give a folder that does not exist yet" in problem["fix"]
            assert _is_verified(back)
        else:
            assert told["workbench"]["audit"]["is_whole"]
        with open_place(back) as one:
            assert one.check().facts.problems == (), turn
        assert _counts(back) == counts
        assert (back / "workbench" / UPLOAD).read_bytes() == b"a,b\n1,2\n"
        if with_all:
            # what was killed left a folder beside it, which the next has swept away
            assert [one.name for one in folder.iterdir()] == ["back"]
    assert killed


def _counts(place: Path) -> dict[str, int]:
    """How many rows each table has, but the audit: commands that came after stand there too."""
    import sqlite3

    database = sqlite3.connect(place / "workbench" / "workbench.sqlite3")
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    found = {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in names
        if not name.startswith(("audit_", "sqlite_"))
    }
    database.close()
    assert found["accounts_account"]
    assert found["jobs_job"]
    return found


def _restored(
    file: Path, folder: Path, *, kill: tuple[float, bool] | None = None
) -> tuple[int, dict[str, Any]]:
    """Restore as the command does; killed after so many seconds, with its whole group or alone.

    A folder that is there after a kill is no place in the making: it is a place, or empty.
    """
    program = str(Path(sys.executable).with_name("totalplace"))
    with subprocess.Popen(
        [program, "restore", str(file), str(folder), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        if kill is not None:
            try:
                process.wait(kill[0])
            except subprocess.TimeoutExpired:
                (os.killpg if kill[1] else os.kill)(process.pid, signal.SIGKILL)
                process.wait()
                assert not folder.exists() or (folder / "place.toml").is_file()
                return process.returncode, {}
        out, _ = process.communicate()
    return process.returncode, json.loads(out)
