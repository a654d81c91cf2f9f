"""Each call of the write seam fails in turn: a clear error, and the old state whole."""

from __future__ import annotations

import errno
import itertools
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from totalplace.errors import PlaceError
from totalplace.place import Approval, Folder, _files, check, create, open_folder

from . import _seam
from ._made import NEW, NOW, OLD, TODAY, add, new_place, register_body, sha256, tree


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real fsyncs take nine tenths of the time and decide nothing here."""
    monkeypatch.setattr(_files, "_fsync", lambda fd: None)


def _add(folder: Folder) -> None:
    with folder.change() as change:
        add(change, NEW)
        register_body(change)
        change.supersede(sha256(OLD), by=sha256(NEW))


def _decide(folder: Folder) -> None:
    folder.decide(object_id="acme", what="alias", value="acme-ltd", who="jo", when=NOW, why="same")


def _freeze(folder: Folder) -> None:
    folder.freeze("second", today=TODAY)


def _cache(folder: Folder) -> None:
    folder.write_derived("net", "ab12", pa.table({"pence": [1]}))


def _keep(folder: Folder) -> None:
    folder.keep(
        "case",
        {"case.toml": b"x = 1\n", "values.csv": b"1\n"},
        slug="early-years",
        main="case.toml",
        title="Early years",
        run_hash="ab12",
        result={"case": "early-years"},
        approval=Approval(who="ann", approved_by="jo", when=NOW, why="sound"),
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a file, a decision and a snapshot."""
    folder = new_place(tmp_path_factory.mktemp("template") / "place")
    with folder.change() as change:
        add(change, OLD)
    _decide(folder)
    folder.freeze("first", today=TODAY)
    assert check(folder) == []
    return folder.path


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


@pytest.mark.slow
@pytest.mark.parametrize("operation", [_add, _decide, _freeze, _cache, _keep])
@pytest.mark.parametrize("fault", EACH)
def test_any_failing_call_is_told_and_leaves_the_old_state(
    template: Path, tmp_path: Path, fault: str, operation: Callable[[Folder], None]
) -> None:
    breaks, code = FAULTS[fault]
    old = tree(template)
    for number in itertools.count():
        root = shutil.copytree(template, tmp_path / str(number))
        folder = open_folder(root)
        failed = None
        with _seam.at_call(number, breaks) as calls:
            try:
                operation(folder)
            except PlaceError as error:
                failed = error
        if number >= len(calls):
            assert failed is None
            break
        where = f"call {number}: {calls[number]}"
        if failed is None:
            # only the clean-up after the work is done may fail silently
            assert calls[number] in {"_unlink", "_rmdir"}, where
        else:
            (problem,) = failed.problems
            assert problem.code == code, where
            assert problem.what, where
            assert str(root) in problem.where, where
            assert problem.why, where
            assert problem.fix, where
            assert tree(root) == old, where
        remains = [problem for problem in check(folder) if "leftover_" not in problem.code]
        assert remains == [], where
        operation(folder)
        _decide(folder)
        assert check(folder) == [], where
        shutil.rmtree(root)
    assert number > 5


@pytest.mark.parametrize("operation", [_add, _decide, _freeze, _cache, _keep])
def test_short_writes_are_continued(
    template: Path, tmp_path: Path, operation: Callable[[Folder], None]
) -> None:
    for number in itertools.count():
        folder = open_folder(shutil.copytree(template, tmp_path / str(number)))
        with _seam.at_call(number, _seam.short) as calls:
            operation(folder)
        if number >= len(calls):
            break
        assert check(folder) == [], f"call {number}: {calls[number]}"


@pytest.mark.parametrize("fault", EACH)
def test_a_place_is_made_whole_or_not_at_all(tmp_path: Path, fault: str) -> None:
    breaks, code = FAULTS[fault]
    for number in itertools.count():
        root = tmp_path / str(number) / "place"
        failed = None
        with _seam.at_call(number, breaks) as calls:
            try:
                new_place(root)
            except PlaceError as error:
                failed = error
        if number >= len(calls):
            break
        assert failed is not None
        assert failed.problems[0].code == code
        assert not root.exists(), f"call {number}: {calls[number]}"
        assert check(new_place(root)) == []


def test_a_disk_that_writes_nothing_is_an_error_and_no_endless_loop(tmp_path: Path) -> None:
    folder = new_place(tmp_path / "place")
    old = tree(folder.path)

    def nothing(name: str, call: Callable[..., object], args: tuple[object, ...]) -> object:
        return 0 if name == "_write" else call(*args)

    _decide(folder)
    with _seam.at_call(-1, _seam.none) as calls:
        _decide(folder)
    first_write = calls.index("_write")
    with _seam.at_call(first_write, nothing), pytest.raises(PlaceError, match="no more bytes"):
        _decide(folder)
    new = tree(folder.path).keys() - old.keys()
    assert new == {"decisions/1.json", "decisions/2.json"}


def test_an_exception_inside_a_change_leaves_nothing(tmp_path: Path) -> None:
    folder = new_place(tmp_path / "place")
    old = tree(folder.path)

    def interrupted() -> None:
        with folder.change() as change:
            add(change, NEW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert tree(folder.path) == old
    assert list((folder.path / "tmp").iterdir()) == []


LIMITED = """
import resource, sys
from pathlib import Path
import pyarrow as pa
from totalplace.errors import PlaceError
from totalplace.place import open_folder

folder = open_folder(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    if sys.argv[2] == "source":
        folder.store_source(b"x" * 100_000, name="big.csv", received="2026-11-21")
    else:
        folder.write_derived("net", "ab12", pa.table({"pence": range(100_000)}))
except PlaceError as error:
    print(error.problems[0].code)
"""


@pytest.mark.parametrize("what", ["source", "cache"])
def test_a_real_limit_of_the_operating_system_is_told(tmp_path: Path, what: str) -> None:
    assert resource.RLIMIT_FSIZE is not None
    folder = new_place(tmp_path / "place")
    old = tree(folder.path)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder.path), what],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "file_too_large\n"
    assert tree(folder.path) == old
    assert check(folder) == []


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    with _seam.at_call(0, _seam.before(errno.EACCES)), pytest.raises(PlaceError) as told:
        create(tmp_path / "place", name="Marlbrook", areas=["E08000009"], year="2017-18")
    assert told.value.problems[0].code == "not_writable"
    assert not (tmp_path / "place").exists()
