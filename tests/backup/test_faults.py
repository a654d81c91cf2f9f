"""Each call of the write seam fails in turn: a clear error, and neither half a backup nor half a

place. Then a disk that is really full, and a limit of the operating system.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from place import _seam
from place._made import OLD, add, new_place
from totalplace.cli import main
from totalplace.errors import PlaceError
from totalplace.place import check, open_folder

from ._made import backed, restored, taken

FAULTS = {
    "full before": (_seam.before(errno.ENOSPC), "disk_full"),
    "full after": (_seam.after(errno.ENOSPC), "disk_full"),
    "faulty before": (_seam.before(errno.EIO), "disk_fault"),
    "faulty after": (_seam.after(errno.EIO), "disk_fault"),
}
EACH = [
    "full before",
    "faulty after",
    pytest.param("full after", marks=pytest.mark.slow),
    pytest.param("faulty before", marks=pytest.mark.slow),
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with one file, and beside it a backup of it."""
    path = tmp_path_factory.mktemp("template") / "place"
    folder = new_place(path)
    with folder.change() as change:
        add(change, OLD)
    backed(folder, path.with_name("b.zip"))
    return path


def _backup(template: Path, to: Path) -> None:
    backed(open_folder(template), to)


def _restore(template: Path, to: Path) -> None:
    restored(template.with_name("b.zip"), to)


def _is_whole(template: Path, made: Path) -> bool:
    if made.is_dir():
        return check(open_folder(made)) == [] and taken(made) == taken(template)
    return made.read_bytes() == template.with_name("b.zip").read_bytes()


@pytest.mark.parametrize("operation", [_backup, _restore])
@pytest.mark.parametrize("fault", EACH)
def test_any_failing_call_is_told_and_makes_nothing(
    template: Path, tmp_path: Path, fault: str, operation: Callable[[Path, Path], None]
) -> None:
    breaks, code = FAULTS[fault]
    for number in itertools.count():
        folder = tmp_path / str(number)
        folder.mkdir()
        made = folder / "made"
        failed = None
        with _seam.at_call(number, breaks) as calls:
            try:
                operation(template, made)
            except PlaceError as error:
                failed = error
        if number >= len(calls):
            assert failed is None
            break
        where = f"call {number}: {calls[number]}"
        if failed is None:
            # only the clean-up after the work is done may fail silently
            assert calls[number] in {"_unlink", "_rmdir"}, where
            assert _is_whole(template, made), where
            continue
        (problem,) = failed.problems
        assert problem.code == code, where
        assert str(folder) in problem.where, where
        assert problem.fix, where
        assert list(folder.iterdir()) == [], where
        shutil.rmtree(folder)
    assert number > 5
    assert _is_whole(template, made)


@pytest.mark.parametrize("operation", [_backup, _restore])
def test_short_writes_are_continued(
    template: Path, tmp_path: Path, operation: Callable[[Path, Path], None]
) -> None:
    with _seam.at_call(-1, _seam.none) as calls:
        operation(template, tmp_path / "made")
    writes = [number for number, call in enumerate(calls) if call == "_write"]
    assert writes
    for number in writes:
        made = tmp_path / str(number)
        with _seam.at_call(number, _seam.short):
            operation(template, made)
        assert _is_whole(template, made), f"call {number}"


@pytest.mark.parametrize("fault", EACH)
def test_an_old_backup_is_not_lost_before_the_new_one_is_whole(
    template: Path, tmp_path: Path, fault: str
) -> None:
    breaks, _ = FAULTS[fault]
    for number in itertools.count():
        (tmp_path / "made").write_bytes(b"old")
        failed = False
        with _seam.at_call(number, breaks) as calls:
            try:
                backed(open_folder(template), tmp_path / "made", replace=True)
            except PlaceError:
                failed = True
        if number >= len(calls):
            break
        left = (tmp_path / "made").read_bytes()
        assert left == b"old" or _is_whole(template, tmp_path / "made")
        assert failed or calls[number] == "_unlink"


def test_a_limit_of_the_operating_system_is_told(template: Path, tmp_path: Path) -> None:
    script = (
        "import resource, sys\n"
        "from totalplace.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["backup", str(template), "-o", str(tmp_path / "b.zip"), "--json"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["problems"][0]["code"] == "file_too_large"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    words = [mount or "", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_is_full(
    template: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    free = os.statvfs(small_disk)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize))
    for words in (
        ["backup", str(template), "-o", str(small_disk / "b.zip")],
        ["restore", str(template.with_name("b.zip")), str(small_disk / "back")],
    ):
        assert main([*words, "--json"]) == 2
        (problem,) = json.loads(capsys.readouterr().out)["problems"]
        assert problem["code"] in {"disk_full", "no_room"}
        assert [path.name for path in small_disk.iterdir()] == ["ballast"]


def test_a_disk_is_no_place_to_be_renamed_to(
    template: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(template.with_name("b.zip")), str(small_disk), "--json"]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["code"], problem["why"]) == ("folder_in_use", "a disk is mounted there")
