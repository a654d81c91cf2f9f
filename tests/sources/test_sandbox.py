"""The worker that reads supplied files: limited, watched, and never trusted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from totalplace.place import Folder, check
from totalplace.sources import AddReport, Sandbox, _sandbox, sandbox_of

pytestmark = pytest.mark.slow

AddPaths = Callable[..., AddReport]

TEXT = "Body Name,Date,Supplier,Amount\nTrafford Council,01/04/2017,Zebrula,{}\n"
BAD = Path(__file__).with_name("bad_worker.py")


@pytest.fixture
def bad(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox whose worker does what the name of the file says."""
    monkeypatch.setattr(_sandbox, "_COMMAND", (str(BAD),))
    with sandbox_of(folder) as one:
        yield one


@pytest.fixture
def paths(tmp_path: Path) -> Callable[..., list[Path]]:
    """Files of one payment each, all different, by their names."""

    def made(*names: str) -> list[Path]:
        found = []
        for number, name in enumerate(names, start=1):
            path = tmp_path / f"{name}.csv"
            path.write_text(TEXT.format(number), encoding="utf-8")
            found.append(path)
        return found

    return made


def _outcomes(report: AddReport) -> list[tuple[str, str | None]]:
    return [(one.status, one.code) for one in report.files]


def test_one_worker_reads_all_files(
    folder: Folder, add_paths: AddPaths, paths: Callable[..., list[Path]]
) -> None:
    pids = set()
    with sandbox_of(folder) as one:
        for path in paths("a", "b", "c"):
            assert _outcomes(add_paths(path, reader=one)) == [("loaded", None)]
            pids.add(one.pid)
        (pid,) = pids
        assert pid is not None
    assert one.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_worker_that_was_killed_between_files_is_started_anew(
    folder: Folder, add_paths: AddPaths, paths: Callable[..., list[Path]]
) -> None:
    with sandbox_of(folder) as one:
        first, second = paths("a", "b")
        add_paths(first, reader=one)
        before = one.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)
        assert _outcomes(add_paths(second, reader=one)) == [("loaded", None)]
        assert one.pid not in {before, None}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("signal-9", "SIGKILL"),
        ("signal-11", "SIGSEGV"),
        ("exit-3", "ended with 3"),
        ("garbage", "no JSON document"),
        ("endless", "a reply of 4,294,967,295 bytes"),
        ("empty", "without a reason"),
        ("outside", "names no file of the folder"),
        ("link", "is no file"),
        ("device", "is no file"),
    ],
)
def test_a_worker_that_a_file_breaks(
    name: str,
    why: str,
    bad: Sandbox,
    add_paths: AddPaths,
    paths: Callable[..., list[Path]],
    no_leftovers: None,
    folder: Folder,
) -> None:
    report = add_paths(*paths("a", name, "b"), reader=bad)
    assert _outcomes(report) == [("loaded", None), ("refused", "sandbox_crash"), ("loaded", None)]
    (problem,) = report.files[1].problems
    assert why in problem.why
    assert problem.where.endswith(f"{name}.csv")
    assert all((problem.what, problem.where, problem.why, problem.fix))
    assert check(folder) == []


def test_a_worker_that_lies_about_its_rows(
    bad: Sandbox, add_paths: AddPaths, paths: Callable[..., list[Path]], no_leftovers: None
) -> None:
    report = add_paths(*paths("rows", "a"), reader=bad)
    assert _outcomes(report) == [("quarantined", "records_do_not_add_up"), ("loaded", None)]


def test_what_a_library_prints_is_no_reply(
    bad: Sandbox, add_paths: AddPaths, paths: Callable[..., list[Path]]
) -> None:
    report = add_paths(*paths("chatty", "a"), reader=bad)
    assert _outcomes(report) == [("loaded", None), ("loaded", None)]


@pytest.mark.parametrize("name", ["hang", "spin"])
def test_a_worker_that_takes_too_long(
    name: str,
    bad: Sandbox,
    add_paths: AddPaths,
    paths: Callable[..., list[Path]],
    monkeypatch: pytest.MonkeyPatch,
    no_leftovers: None,
) -> None:
    monkeypatch.setattr(_sandbox, "_SECONDS", 2)
    began = time.monotonic()
    report = add_paths(*paths(name), reader=bad)
    assert time.monotonic() - began < 45
    assert _outcomes(report) == [("refused", "sandbox_time")]
    assert "after 2 seconds" in report.files[0].problems[0].why


def test_a_worker_that_wants_too_much_memory(
    bad: Sandbox, add_paths: AddPaths, paths: Callable[..., list[Path]], no_leftovers: None
) -> None:
    report = add_paths(*paths("eat", "a"), reader=bad)
    assert _outcomes(report) == [("refused", "sandbox_memory"), ("loaded", None)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells another's memory")
def test_a_worker_whose_memory_is_seen_from_outside(
    bad: Sandbox,
    add_paths: AddPaths,
    paths: Callable[..., list[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_sandbox, "MAX_RESIDENT_BYTES", 400 << 20)
    monkeypatch.setattr(_sandbox, "_LOOK_SECONDS", 0.01)
    (report,) = add_paths(*paths("eat"), reader=bad).files
    assert report.code == "sandbox_memory"
    assert "it took" in report.problems[0].why


def test_a_file_that_grows_too_large(
    bad: Sandbox, add_paths: AddPaths, paths: Callable[..., list[Path]]
) -> None:
    (report,) = add_paths(*paths("large"), reader=bad).files
    assert report.status == "refused"
    assert report.code in {"sandbox_memory", "sandbox_disk"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems offer less; see the docs")
def test_what_a_worker_may_do(
    bad: Sandbox, add_paths: AddPaths, paths: Callable[..., list[Path]]
) -> None:
    with Path(os.devnull).open("rb") as kept:
        os.set_inheritable(kept.fileno(), True)
        (report,) = add_paths(*paths("tell"), reader=bad).files
    told = json.loads(report.problems[0].why)
    assert told["write own"] == told["read source"] == "done"
    assert told["network"] == told["route"] == "OSError"
    for forbidden in ("write place", "write elsewhere", "read elsewhere", "run"):
        assert told[forbidden] == "PermissionError", forbidden
    # standard input, output and error, the replies, and the folder that is being listed
    assert told["fds"] == ["0", "1", "2", "3", "4"]
    assert not {"HOME", "PATH", "USER"} & set(told["environment"])
    assert not {"ibis", "sqlglot", "pandas", "typer"} & set(told["modules"])


def test_whoever_adds_imports_no_reader() -> None:
    code = (
        "import sys; from totalplace.sources import add, sandbox_of; "
        "print(sorted({'ibis', 'sqlglot', 'pandas', 'duckdb', 'python_calamine'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _adding(folder: Folder, path: Path) -> subprocess.Popen[str]:
    """A process that adds a file at which its worker hangs, and the worker is at it."""
    code = (
        "import sys; from totalplace.sources import _sandbox; "
        f"_sandbox._COMMAND = ({str(BAD)!r},); "
        "from totalplace.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "add", str(folder.path), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    deadline = time.monotonic() + 30
    while not _children(process.pid):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    time.sleep(0.5)
    return process


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_ctrl_c_stops_the_worker_too(
    folder: Folder, paths: Callable[..., list[Path]], no_leftovers: None
) -> None:
    process = _adding(folder, *paths("hang"))
    (worker,) = _children(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=90)
    assert (process.returncode, out) == (130, "")
    assert err.startswith("error: interrupted")
    assert "Traceback" not in err
    assert not _is_running(worker)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems wait for the reply to fail")
def test_a_worker_does_not_outlive_who_asked(
    folder: Folder, paths: Callable[..., list[Path]]
) -> None:
    process = _adding(folder, *paths("hang"))
    (worker,) = _children(process.pid)
    process.kill()
    process.communicate(timeout=90)
    deadline = time.monotonic() + 10
    while _is_running(worker):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("act", ["agree", "inject", "dots", "words"])
def test_a_worker_cannot_agree_in_the_name_of_the_user(
    bad: Sandbox, folder: Folder, add_paths: AddPaths, paths: Callable[..., list[Path]], act: str
) -> None:
    (report,) = add_paths(*paths(act), body="trafford", reader=bad).files
    assert (report.status, report.code) == ("refused", "sandbox_crash")
    assert folder.decisions() == ()
    assert not folder.mapping_path.exists()
    assert folder.state().sources == ()


def test_a_worker_cannot_write_lines_of_another_source(
    bad: Sandbox, folder: Folder, add_paths: AddPaths, paths: Callable[..., list[Path]]
) -> None:
    (first,) = add_paths(*paths("honest"), body="trafford", reader=bad).files
    assert first.status == "loaded"
    before = folder.state()
    (report,) = add_paths(*paths("first", f"foreign-{first.sha256}")[1:], reader=bad).files
    assert (report.status, report.code) == ("refused", "sandbox_crash")
    assert folder.state() == before
