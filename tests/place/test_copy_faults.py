"""The lines of a file meet a limit on file sizes, and a disk that is really full."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from totalplace.cli import main
from totalplace.place import check, create, open_folder

from ._made import tree

HEADER = "Body Name,Payment Date,Supplier Name,Amount\n"

LIMITED = """
import json, resource, sys
from pathlib import Path
from totalplace.errors import PlaceError
from totalplace.model import body_register
from totalplace.place import decode, encode, open_folder
from totalplace.sources import add
from totalplace.sources._messages import Reply
from totalplace.sources._sandbox import settled
from totalplace.sources._worker import Reader

class Here:
    def read(self, request, *, folder, step):
        return settled(decode(encode(Reader().read(request, step)), Reply, folder), request, folder)

def limit(file, stage, done, total):
    if stage == "reading":
        # only the copy of the lines meets it: the source is stored already
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))

folder = open_folder(Path(sys.argv[1]))
try:
    add(folder, [Path(sys.argv[2])], received="2026-11-21", registers=body_register(),
        reader=Here(), progress=limit)
except PlaceError as error:
    problem = error.problems[0]
    print(json.dumps([problem.code, problem.what, problem.where, problem.why, problem.fix]))
"""


def _spend(path: Path, rows: int) -> Path:
    lines = (
        f"Trafford Council,01/04/2017,Acme {row * 7919 % 99_991},{row}.37\n" for row in range(rows)
    )
    path.write_text(HEADER + "".join(lines))
    return path


@pytest.mark.slow
def test_lines_that_meet_a_limit_on_file_sizes(tmp_path: Path) -> None:
    folder = create(tmp_path / "p", name="P", areas=["E08000009"], year="2017-18")
    assert main(["add", str(folder.path), str(_spend(tmp_path / "first.csv", 5))]) == 0
    old = tree(folder.path)
    spend = _spend(tmp_path / "second.csv", 20_000)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder.path), str(spend)],
        capture_output=True,
        text=True,
        check=True,
    )
    code, what, where, why, fix = json.loads(done.stdout)
    assert code == "disk_fault"
    assert what
    assert fix
    assert "second.csv" in where
    assert "too large" in why
    assert tree(folder.path) == old
    assert check(folder) == []
    assert main(["add", str(folder.path), str(spend)]) == 0
    assert check(folder) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    words = [mount or "", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("free_kb", [0, 8, 64, 930, 960, 1_000, 1_100, 1_500])
def test_a_disk_that_is_full_at_some_point(
    small_disk: Path, tmp_path: Path, free_kb: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Too full for the source, for its facts, for the lines: the old state is whole each time."""
    folder = create(small_disk / "p", name="P", areas=["E08000009"], year="2017-18")
    assert main(["add", str(folder.path), str(_spend(tmp_path / "first.csv", 5))]) == 0
    folder.freeze("before", today=date(2026, 11, 21))
    spend = _spend(tmp_path / "second.csv", 20_000)
    assert 920_000 < spend.stat().st_size < 950_000
    old = tree(folder.path)
    free = os.statvfs(small_disk)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - free_kb * 1024)))
    capsys.readouterr()
    code = main(["add", str(folder.path), str(spend), "--json"])
    told = json.loads(capsys.readouterr().out)
    if code:
        assert {one["code"] for one in told["problems"]} <= {"disk_full", "disk_fault"}
        assert all(one["why"] and one["fix"] for one in told["problems"])
        assert tree(folder.path) == old
    else:
        assert free_kb > 1_000, "the lines did not fit"
    assert check(folder) == []
    ballast.unlink()
    assert main(["add", str(folder.path), str(spend)]) == 0
    state = open_folder(folder.path).state()
    assert sorted(member.lines for member in state.members) == [5, 20_000]
    assert check(folder) == []
