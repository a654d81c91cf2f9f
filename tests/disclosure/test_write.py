"""A publication is whole or not there, never changes, and can be withdrawn."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from place import _seam
from totalplace.disclosure import open_zone
from totalplace.disclosure.publish import withdraw_publication, write_publication
from totalplace.errors import PlaceError, RequestError
from totalplace.place import _files

from ._made import DOCUMENTS, MANIFEST, PLACE, publish, tree


def withdraw(public: Path, n: int = 1, reason: str = "A wrong file") -> dict[str, object]:
    return withdraw_publication(public, n, reason=reason, when="2026-12-01", place=PLACE)


def test_the_manifest_names_every_file_with_its_hash(tmp_path: Path) -> None:
    one = publish(tmp_path / "public")
    found = tree(tmp_path / "public/1")
    manifest = json.loads(found.pop("publication.json"))
    assert manifest == {**MANIFEST, "n": 1, "files": manifest["files"]}
    assert set(manifest["files"]) == set(found) == set(one.files)
    for name, data in found.items():
        digest = hashlib.sha256(data).hexdigest()
        assert manifest["files"][name] == {"sha256": digest, "bytes": len(data)}
    left = sorted(path.name for path in (tmp_path / "public").iterdir())
    assert left == [".lock", "1"]


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    publish(tmp_path / "a")
    publish(tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_publishing_again_changes_nothing(tmp_path: Path) -> None:
    public = tmp_path / "public"
    publish(public)
    old, stamp = tree(public), (public / "1/publication.json").stat().st_mtime_ns
    again = publish(public, manifest={**MANIFEST, "published": "2027-01-01"})
    assert again.manifest["published"] == "2026-11-30"
    assert tree(public) == old
    assert (public / "1/publication.json").stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"documents": {**DOCUMENTS, "2017-18/count.json": {"total_gbp": "2.00"}}}, "count.json"),
        ({"reports": {}}, "count-2017-18.pdf"),
        ({"manifest": {**MANIFEST, "years": ["2018-19"]}}, "years"),
    ],
)
def test_other_content_is_refused(tmp_path: Path, change: dict[str, object], named: str) -> None:
    public = tmp_path / "public"
    publish(public)
    old = tree(public)
    with pytest.raises(RequestError) as error:
        publish(public, **change)
    [problem] = error.value.problems
    assert problem.code == "already_published"
    assert named in problem.why
    assert tree(public) == old
    assert sorted(path.name for path in public.iterdir()) == [".lock", "1"]


def test_a_name_that_leads_outside_is_our_fault_and_writes_nothing(tmp_path: Path) -> None:
    public = tmp_path / "public"
    with pytest.raises(ValueError, match="no path of a publication"):
        publish(public, documents={"../../out.json": {}})
    assert tree(tmp_path) == {}


def test_a_fault_in_a_table_leaves_nothing(tmp_path: Path) -> None:
    def broken(path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path / "public", tables={"lines": broken})
    assert [path.name for path in (tmp_path / "public").iterdir()] == [".lock"]


def test_withdrawing_leaves_a_notice_alone(tmp_path: Path) -> None:
    public = tmp_path / "public"
    publish(public)
    notice = withdraw(public)
    expected = {"n": 1, "reason": "A wrong file", "when": "2026-12-01", "place": PLACE}
    assert notice == expected
    found = tree(public)
    assert list(found) == ["1/withdrawn.json"]
    assert json.loads(found["1/withdrawn.json"]) == expected
    assert sorted(path.name for path in (public / "1").iterdir()) == ["withdrawn.json"]
    # once more finishes what may be left, and keeps the first reason
    (public / "1/documents").mkdir()
    (public / "1/documents/left.json").write_text("{}")
    assert withdraw(public, reason="Another") == expected
    assert tree(public) == found


def test_what_was_withdrawn_is_never_published_again(tmp_path: Path) -> None:
    public = tmp_path / "public"
    publish(public)
    withdraw(public)
    with pytest.raises(RequestError) as error:
        publish(public)
    assert error.value.problems[0].code == "withdrawn"
    assert list(tree(public)) == ["1/withdrawn.json"]
    assert publish(public, 2).n == 2


@pytest.mark.parametrize("made", [True, False])
def test_withdrawing_nothing_is_refused(tmp_path: Path, made: bool) -> None:
    public = tmp_path / "public"
    if made:
        publish(public)
    with pytest.raises(RequestError) as error:
        withdraw(public, 7)
    assert error.value.problems[0].code == "unknown_publication"
    with pytest.raises(RequestError) as error:
        withdraw(public, 1, reason="  ")
    assert error.value.problems[0].code == "no_reason"
    assert not (public / "7").exists()


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    public = tmp_path / "public"
    publish(public)
    held = os.open(public / ".lock", os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with pytest.raises(PlaceError) as error:
            publish(public, 2, wait_seconds=0.05)
    finally:
        os.close(held)
    assert error.value.problems[0].code == "place_busy"
    assert publish(public, 2).n == 2


def test_what_dead_writers_left_is_removed(tmp_path: Path) -> None:
    public = tmp_path / "public"
    publish(public)
    (public / ".new-dead/documents").mkdir(parents=True)
    (public / ".new-dead/documents/count.json").write_text("{}")
    (public / ".old-dead").mkdir()
    (public / "1/.withdrawn.json.0a.tmp").write_text("half")
    publish(public, 2)
    assert sorted(path.name for path in public.iterdir()) == [".lock", "1", "2"]
    assert not (public / "1/.withdrawn.json.0a.tmp").exists()


FAULTS = {
    "full before": (_seam.before(errno.ENOSPC), "disk_full"),
    "full after": (_seam.after(errno.ENOSPC), "disk_full"),
    "faulty before": (_seam.before(errno.EIO), "disk_fault"),
    "faulty after": (_seam.after(errno.EIO), "disk_fault"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", ["publish", "withdraw"])
def test_any_failing_call_is_told_and_leaves_a_whole_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, operation: str
) -> None:
    monkeypatch.setattr(_files, "_fsync", lambda fd: None)
    breaks, code = FAULTS[fault]
    publish(tmp_path / "template")
    old = tree(tmp_path / "template")
    publish(shutil.copytree(tmp_path / "template", tmp_path / "done"), 2)
    new = tree(tmp_path / "done")
    withdraw(shutil.copytree(tmp_path / "template", tmp_path / "gone"))
    gone = tree(tmp_path / "gone")
    for number in itertools.count():
        public = Path(shutil.copytree(tmp_path / "template", tmp_path / str(number)))
        failed = None
        with _seam.at_call(number, breaks) as calls:
            try:
                publish(public, 2) if operation == "publish" else withdraw(public)
            except PlaceError as error:
                failed = error
        if number >= len(calls):
            assert failed is None
            break
        where = f"call {number}: {calls[number]}"
        seen = tree(public)
        if failed is not None:
            assert failed.problems[0].code in {code, "not_removed"}, where
            if operation == "publish":
                assert seen == old, where
        if operation == "publish":
            assert seen in (old, new), where
            publish(public, 2)
            assert tree(public) == new, where
        else:
            # either everything can still be read or nothing can
            is_gone = "1/withdrawn.json" in seen
            assert is_gone or seen == old, where
            assert open_zone(public).numbers == (() if is_gone else (1,)), where
            withdraw(public)
            assert tree(public) == gone, where
        shutil.rmtree(public)
    assert number > 10


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files, "_fsync", lambda fd: None)
    publish(tmp_path / "whole")
    for number in itertools.count():
        public = tmp_path / str(number)
        with _seam.at_call(number, _seam.short) as calls:
            publish(public)
        assert tree(public) == tree(tmp_path / "whole")
        if number >= len(calls):
            break


LIMITED = """
import resource, sys
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq
from totalplace.disclosure.publish import write_publication
from totalplace.errors import PlaceError

def lines(path):
    pq.write_table(pa.table({"n": range(200_000)}), path)

resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    write_publication(Path(sys.argv[1]), 1, documents={}, tables={"lines": lines}, reports={},
                      manifest={"years": []})
except PlaceError as error:
    print(error.problems[0].code)
"""


@pytest.mark.slow
def test_a_real_limit_of_the_operating_system_is_told(tmp_path: Path) -> None:
    public = tmp_path / "public"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(public)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "file_too_large\n"
    assert [path.name for path in public.iterdir()] == [".lock"]


@pytest.mark.slow
def test_a_kill_at_any_call_leaves_a_whole_state(tmp_path: Path) -> None:
    """Publish 1, publish 2, withdraw 1: killed once at each call of the write seam."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("_killed.py")), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    kills = int(done.stdout)
    assert kills >= 60
    publish(tmp_path / "ref", 1)
    publish(tmp_path / "ref", 2)
    whole = tree(tmp_path / "ref")
    withdraw(tmp_path / "ref")
    end = tree(tmp_path / "ref")
    one = {name: data for name, data in whole.items() if name.startswith("1/")}
    stages = []
    for number in range(kills):
        public = tmp_path / str(number)
        where = f"killed at call {number} of {kills}"
        seen = tree(public)
        if "1/withdrawn.json" in seen:
            stage = 3
            assert open_zone(public).numbers == (2,), where
        else:
            stage = {0: 0, len(one): 1, len(whole): 2}[len(seen)]
            assert seen == [{}, one, whole][stage], where
            assert open_zone(public).numbers == ((), (1,), (1, 2))[stage], where
            for n in open_zone(public).numbers:
                assert open_zone(public).publication(n).table("figures").num_rows == 1, where
        stages.append(stage)
        for n in (1, 2):
            if not (n == 1 and stage == 3):
                publish(public, n)
        withdraw(public)
        assert tree(public) == end, where
        assert sorted(path.name for path in public.iterdir()) == [".lock", "1", "2"], where
    assert stages == sorted(stages)
    assert set(stages) == {0, 1, 2, 3}


def test_a_table_may_be_a_table_or_a_function(tmp_path: Path) -> None:
    table = pa.table({"n": [1]})
    one = write_publication(
        tmp_path / "public",
        5,
        documents={},
        tables={"names": table},
        reports={},
        manifest={"years": []},
    )
    assert one.table("names").equals(table)
