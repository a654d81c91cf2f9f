"""The same facts give the same bytes: in another process, at another time, in another zone."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import tiny_place
from totalplace import Place
from totalplace.reports import REPORT_SUFFIXES, CountReport, report_bytes

_CHILD = """
import hashlib, json, sys, time
from datetime import date

later = float(sys.argv[2])
now, local = time.time, time.localtime
time.time = lambda: now() + later
time.localtime = lambda seconds=None: local(time.time() if seconds is None else seconds)

from totalplace.reports import CountReport, REPORT_SUFFIXES, report_bytes

facts = json.load(open(sys.argv[1], encoding="utf-8"))
facts["created"] = date.fromisoformat(facts["created"])
report = CountReport(**facts)
print(json.dumps({
    suffix: hashlib.sha256(report_bytes(report, suffix)).hexdigest() for suffix in REPORT_SUFFIXES
}))
"""


def _plain(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def _built(facts: Path, *, seed: str, zone: str, later: float) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(facts), str(later)],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    made: dict[str, str] = json.loads(done.stdout)
    return made


@pytest.mark.slow
def test_two_processes_at_two_times_make_the_same_files(facts: CountReport, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(vars(facts), default=_plain), encoding="utf-8")
    first = _built(path, seed="1", zone="Pacific/Auckland", later=0)
    second = _built(path, seed="2", zone="America/Lima", later=5e7)
    assert first == second
    assert set(first) == set(REPORT_SUFFIXES)
    assert len(set(first.values())) == len(REPORT_SUFFIXES)
    assert first[".pdf"] == hashlib.sha256(report_bytes(facts, ".pdf")).hexdigest()


@pytest.mark.parametrize("suffix", REPORT_SUFFIXES)
def test_other_facts_make_another_file(
    facts: CountReport, changed: Callable[..., CountReport], suffix: str
) -> None:
    other = changed(content_hash="f" * 64)
    assert report_bytes(facts, suffix) != report_bytes(other, suffix)


@pytest.mark.long
@pytest.mark.slow
def test_a_snapshot_gives_its_report_again_when_the_place_has_moved_on(tmp_path: Path) -> None:
    place: Place = tiny_place.make_place(tmp_path)
    first = place.report(tmp_path / "first.html")
    place.add(tiny_place.write_spend(tmp_path))
    now = place.report(tmp_path / "now.html")
    again = place.report(tmp_path / "again.html", at=first.document["snapshot"])
    assert (tmp_path / "first.html").read_bytes() == (tmp_path / "again.html").read_bytes()
    assert (tmp_path / "first.html").read_bytes() != (tmp_path / "now.html").read_bytes()
    assert (first.document["snapshot"], now.document["snapshot"]) == (1, 2)
    assert again.document["bytes"] == len((tmp_path / "again.html").read_bytes())
    assert again.facts.report == first.facts.report
    assert again.to_arrow().to_pylist() == [again.document]
