"""The server is killed at random moments of load, decide and publish: nothing is lost or half done.

Whatever was answered as saved is there afterwards; jobs are done or say why not; the site serves
whole publications; the place is sound and the audit a whole chain.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from queues.unsettled_place import spend_file, unsettled
from served_here import Asker, Reply, Served, processes, served, sessions_of, until

from counted import how_many
from totalplace import open_place
from totalplace.disclosure import open_zone

pytestmark = [pytest.mark.slow, pytest.mark.early]

HALVES = [
    pytest.param(5, marks=pytest.mark.xdist_group("workbench-killed-5")),
    pytest.param(6, marks=[pytest.mark.xdist_group("workbench-killed-6"), pytest.mark.long]),
]
"""Two workers kill half as often each; in ordinary runs one of them does, a tenth of both."""

_ACTS = ("load", "decide", "publish")


class Work:
    """What an analyst and a second person do, one act after another, until it is cut off."""

    def __init__(self, place: Path, folder: Path, site: Served, keys: dict[str, str]) -> None:
        self.place, self.folder = place, folder
        self.ann = Asker(site.address, keys["ann"])
        self.gov = Asker(site.address, keys["gov"])
        self.loaded: list[str] = []
        self.saved: list[tuple[str, int]] = []
        self.number = 0

    def over(self, reply: Reply) -> str:
        """Wait for the job that a form has led to; its state, or empty when nothing answers."""
        found = re.search(r"/jobs/(\d+)/", reply.location)
        if found is None:
            return ""
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            answer = self.ann.get(f"/jobs/{found[1]}.json")
            if answer.status != 200:
                answer = self.gov.get(f"/jobs/{found[1]}.json")
            if answer.status != 200:
                return ""
            state = str(json.loads(answer.text)["status"])
            if state not in {"queued", "running"}:
                return state
            time.sleep(0.05)
        raise AssertionError(f"job {found[1]} is not over")

    def load(self) -> None:
        """Hand a file over and load it."""
        self.number += 1
        rows = [("Parks", "Seeds", self.number * 10 + at, "Acme Ltd") for at in range(3)]
        path = self.folder / f"file-{self.number}.csv"
        content = spend_file(path, "Westwick Council", rows).read_bytes()
        fields = {"licence": "OGL-UK-3.0", "body": "Westwick Council"}
        sent = self.ann.upload("/work/loads/new/", path.name, content, fields)
        if self.over(sent) != "done":
            return
        page = self.ann.get("/work/loads/")
        found = re.search(rf"/work/loads/([0-9a-f]+)/[^>]*>\s*{path.name}", page.text)
        if found is None:
            return
        if self.over(self.ann.post(f"/work/loads/{found[1]}/load/")) == "done":
            self.loaded.append(hashlib.sha256(content).hexdigest())

    def decide(self) -> None:
        """Choose, see the effect, save."""
        page = self.ann.get("/work/queues/payee_kinds/").text
        key = re.search(r'name="choice-([0-9a-f]+)"', page)
        if key is None:
            return
        self.ann.post("/work/queues/payee_kinds/choose/", {f"choice-{key[1]}": "organisation"})
        shown = self.ann.post("/work/queues/effect/")
        if self.over(shown) != "done":
            return
        effect = re.sub(r"/jobs/(\d+)/", r"/work/queues/effect/\1/", shown.location)
        before = len(self.decisions())
        answer = self.ann.post(f"{effect}save/", {"why": "seen"})
        if answer.status == 302:
            self.saved.append(("payee_kind", before + 1))

    def publish(self) -> None:
        """Propose, approve, publish."""
        sent = self.ann.post("/work/releases/new/", {"note": f"change {self.number}"})
        if self.over(sent) != "done":
            return
        page = self.gov.get("/work/releases/").text
        found = re.search(r"/work/releases/(\d+)/", page)
        if found is not None:
            self.over(self.gov.post(f"/work/releases/{found[1]}/approve/", {"looked": "yes"}))

    def decisions(self) -> list[str]:
        with open_place(self.place) as one:
            return [decision.what for decision in one.folder.all_decisions()]

    def hold(self) -> None:
        """Whatever was answered as done is there; what is there is whole."""
        with open_place(self.place) as one:
            state = one.folder.state()
            assert [sha for sha in self.loaded if not state.has_source(sha)] == []
            made = one.folder.all_decisions()
            for what, n in self.saved:
                assert len(made) >= n
                assert made[n - 1].what == what
            found = one.check()
        assert found.facts.problems == ()
        zone = open_zone(self.place)
        for n in zone.numbers:
            publication = zone.publication(n)
            for name, facts in publication.manifest["files"].items():
                content = publication.path_of(name).read_bytes()
                assert hashlib.sha256(content).hexdigest() == facts["sha256"]


@pytest.mark.counted
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", HALVES)
def test_a_killed_server_loses_nothing(tmp_path: Path, seed: int) -> None:
    place = unsettled(tmp_path)
    with open_place(place) as one:
        one.decide("*", what="licence", value="OGL-UK-3.0", why="for a test", who="x")
        one.publish()
    accounts = {"ann": (["analyst"], ["*"]), "gov": (["governance"], [])}
    keys = sessions_of(place, accounts)
    chance = random.Random(seed)
    with served(place) as site:
        work = Work(place, tmp_path, site, keys)
        work.over(work.ann.post("/work/queues/recount/"))
        for at in range(how_many(25, 3)):
            act: Callable[[], None] = getattr(work, _ACTS[at % 3])
            _while_killed(place, act, after=chance.random() * (1.5, 3, 8)[at % 3])
            # readers have a whole publication all the while
            with urlopen(f"{site.address}/", timeout=30) as answer:
                assert answer.status == 200
            until(lambda: work.ann.get("/work/").status == 200)
            until(lambda: _are_over(work), seconds=300)
            work.hold()
        # and afterwards all goes on as before
        loaded, saved, published = len(work.loaded), len(work.saved), len(open_zone(place).numbers)
        work.load()
        work.publish()
        assert len(work.loaded) == loaded + 1
        assert len(open_zone(place).numbers) == published + 1
        assert saved == len(work.saved)
    program = str(Path(sys.executable).with_name("totalplace"))
    told = subprocess.run(
        [program, "audit", "verify", str(place)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


def _while_killed(place: Path, act: Callable[[], None], *, after: float) -> None:
    """Do something while the workbench's processes are killed after some seconds."""
    killer = subprocess.Popen(
        [sys.executable, "-c", _KILL, str(after), *map(str, processes(place))]
    )
    with contextlib.suppress(AssertionError):
        act()
    killer.wait()


_KILL = """
import os, signal, sys, time
time.sleep(float(sys.argv[1]))
for pid in sys.argv[2:]:
    try:
        os.kill(int(pid), signal.SIGKILL)
    except ProcessLookupError:
        pass
"""


def _are_over(work: Work) -> bool:
    page = work.ann.get("/jobs/")
    return page.status == 200 and not re.search(r"\b(waiting|running)\b", page.text)
