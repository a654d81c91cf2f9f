"""A load in a process of its own, ended at any moment: the place is whole, no worker is left.

Ten kills in ordinary runs, a hundred with TOTALPLACE_FULL_COUNTS=1.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import random
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from counted import how_many
from totalplace.place import Folder, check, create, open_folder
from totalplace.sources import add

KILLS = 20
"""Of each signal."""
RECORDS = 150_000
RECEIVED = "2024-05-01T09:00:00"
ENDED_WITHIN_SECONDS = 60.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.early,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc"),
]


def _load(place: str, path: str, told: Connection, held: int | None) -> None:
    told_so_far = itertools.count()

    def progress(_: str, stage: str, done: int, total: int) -> None:
        told.send((stage, done, total))
        if next(told_so_far) == held:
            time.sleep(3600)

    add(open_folder(Path(place)), [Path(path)], body="trafford", received=RECEIVED,
        progress=progress)  # fmt: skip
    told.send(("added", 1, 1))


@pytest.fixture(scope="module")
def payments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("killed") / "payments.csv"
    with path.open("w") as out:
        out.write("Date,Supplier,Amount\n")
        out.writelines(f"{1 + n % 28:02d}/04/2017,Acme {n % 500},{n}.50\n" for n in range(RECORDS))
        out.write("01/04/2017,Bad,1.005\n")
    return path


def _children(pid: int) -> set[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return set()
    return {int(one) for one in text.split()}


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.counted
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_a_load_that_is_ended_leaves_a_whole_place(
    how: signal.Signals, payments: Path, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["totalplace.sources", "totalplace.sources._add"])
    random_ = random.Random(how.value)
    kills, loaded = how_many(KILLS), 0
    for kill in range(kills):
        folder = create(tmp_path / str(kill), name="T", areas=["E08000009"], year="2017-18")
        ours, theirs = context.Pipe(duplex=False)
        # at each stage in turn; every other one stays at it, the others go on from it
        wanted = kill % 5
        held = wanted if kill % 2 == 0 else None
        given = (str(folder.path), str(payments), theirs, held)
        process = context.Process(target=_load, args=given)
        process.start()
        theirs.close()
        for _ in range(wanted + 1):
            stage, done, total = ours.recv()
            assert stage == "storing" or total == RECORDS + 1
            assert 0 <= done <= total
        time.sleep(random_.random() * (0.05 if wanted else 1.0))
        assert process.pid is not None
        workers = _children(process.pid)
        # one that was let go on may have come to its end
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, how)
        began = time.monotonic()
        process.join(ENDED_WITHIN_SECONDS)
        assert process.exitcode in {0, -how}
        while any(map(_is_running, workers)):
            assert time.monotonic() - began < ENDED_WITHIN_SECONDS
            time.sleep(0.01)
        loaded += _is_whole(folder, payments)
    assert loaded < kills


def _is_whole(folder: Folder, payments: Path) -> bool:
    """Whether the load is in; the place is whole either way, and can be loaded again."""
    harmful = [one for one in check(folder) if not one.code.startswith("leftover_")]
    assert harmful == []
    members = folder.state().members
    assert [one.lines for one in members] in ([], [RECORDS])
    (report,) = add(folder, [payments], body="trafford", received=RECEIVED).files
    assert report.status == ("already_there" if members else "loaded")
    assert (report.lines, report.rejected) == (RECORDS, 1)
    assert check(folder) == []
    assert list((folder.path / "tmp").iterdir()) == []
    return bool(members)
