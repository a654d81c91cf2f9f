"""Analysts work and readers read while a long file is loaded: how long everybody waits."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from _load_people import Analyst, sessions
from _measure import arguments, measured, scratch, tell, versions
from _web_readers import Answer, crawl, percentile, read

HERE = Path(__file__).parent
PLACE_LINES = 100_000
READERS, ANALYSTS = 50, 10
PAUSE_S = 1.0
TRIAL_LINES = 100_000
"""Below this the run is a trial of the bench itself, of few people."""
ADDRESSES = 300
PAGES = (
    "/work/",
    "/work/loads/",
    "/work/returns/",
    "/work/queues/",
    "/work/queues/payee_kinds/",
    "/work/queues/unclassified/",
    "/work/decisions/",
    "/work/releases/",
    "/work/mistakes/",
    "/jobs/",
)
QUERIES = (
    "/work/loads/search/?q=manchester",
    "/work/loads/search/?q=supplier",
    "/money/lines/?q=supplier+1&sort=amount",
    "/money/lines/?body=bolton&sort=-amount",
    "/money/lines.csv?q=supplier+77",
)


def main() -> None:
    asked = arguments(__doc__, lines=500_000, unit="lines that are loaded")
    is_trial = asked.lines < TRIAL_LINES
    readers, analysts = (4, 2) if is_trial else (READERS, ANALYSTS)
    with scratch("load") as folder:
        place, file = folder / "place", folder / "payments.csv"
        lines = min(asked.lines, PLACE_LINES)
        measured([sys.executable, HERE / "_web_place.py", place, str(lines)])
        _write_payments(file, asked.lines)
        keys = sessions(place, analysts)
        with _served(place) as address:
            host = (str(address.hostname), int(address.port or 0))
            public = [one for one in crawl(*host, most=ADDRESSES) if not one.startswith("/static/")]
            people = [Analyst(*host, key) for key in keys]
            people[0].post("/work/queues/recount/")
            people[0].wait_for_all()
            loading = _Loading(people[0], file)
            is_over = threading.Event()
            found: dict[str, list[Answer]] = {"readers": [], "pages": [], "queries": []}
            threads = [
                _thread(_read_on, host, public, found["readers"], is_over, seed)
                for seed in range(readers)
            ]
            threads += [_thread(_work_on, one, found, is_over, at) for at, one in enumerate(people)]
            started = time.perf_counter()
            loaded = loading.run()
            took = time.perf_counter() - started
            # what was loaded is counted too; and a job that is ended midway leaves its folder
            people[0].wait_for_all()
            counted = time.perf_counter() - started
            is_over.set()
            for one in threads:
                one.join()
    wrong = [one for some in found.values() for one in some if one.status != 200]
    if wrong:
        kinds = sorted({f"{one.address} ({one.status})" for one in wrong})
        sys.exit(f"{len(wrong)} were not answered: " + ", ".join(kinds[:10]))
    if not all(found.values()):
        sys.exit("nobody asked for " + ", ".join(name for name, some in found.items() if not some))
    tell(
        {
            "loaded_lines": loaded,
            "load_s": round(took, 1),
            "counted_s": round(counted, 1),
            "readers": readers,
            "analysts": analysts,
            "requests": {name: len(some) for name, some in found.items()},
            "errors": 0,
            "p95_ms": {name: _percentile(some, 0.95) for name, some in found.items()},
            "p50_ms": {name: _percentile(some, 0.5) for name, some in found.items()},
            "max_ms": {name: _percentile(some, 1.0) for name, some in found.items()},
            "slowest": {
                name: max(some, key=lambda one: one.seconds).address for name, some in found.items()
            },
            "versions": versions("django", "duckdb", "waitress"),
        },
        as_json=asked.json,
    )


class _Loading:
    """The long file, handed over and loaded by one of the analysts."""

    def __init__(self, analyst: Analyst, file: Path) -> None:
        self._analyst, self._file = analyst, file

    def run(self) -> int:
        """Load it; the lines that were taken in."""
        one = self._analyst
        fields = {"licence": "OGL-UK-3.0", "body": "Bolton"}
        sent = one.upload("/work/loads/new/", self._file, fields)
        if one.wait_for(sent) != "done":
            sys.exit("the file was not looked at")
        found = re.search(r"/work/loads/([0-9a-f]{16})/", one.get("/work/loads/")[1])
        if found is None:
            sys.exit("the file is not in the list")
        sent = one.post(f"/work/loads/{found[1]}/load/")
        if one.wait_for(sent) != "done":
            sys.exit("the file was not loaded")
        result = json.loads(one.get(f"{sent.rstrip('/')}.json")[1])["result"]
        return int(result["lines"])


def _write_payments(path: Path, lines: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                *("Body Name", "Service Area", "Expenses Type", "Payment Date"),
                *("Transaction Number", "Net Amount", "Supplier Name"),
            ]
        )
        for at in range(lines):
            day = f"{at % 28 + 1:02}/{at % 12 + 1:02}/2019"
            amount = f"{at * 7919 % 1_000_000 / 100:.2f}"
            words = ("Bolton", f"Area {at % 40}", f"Kind {at % 90}", day)
            writer.writerow([*words, at, amount, f"Supplier {at * 31 % 20_000} Ltd"])


def _read_on(
    host: tuple[str, int],
    addresses: Sequence[str],
    answers: list[Answer],
    is_over: threading.Event,
    seed: int,
) -> None:
    at = seed
    while not is_over.is_set():
        answers += read(*host, addresses, readers=1, each=5, pause_s=PAUSE_S, seed=at)
        at += READERS


def _work_on(
    one: Analyst, found: dict[str, list[Answer]], is_over: threading.Event, start: int
) -> None:
    """Pages and queries in turn; analysts begin at different ones."""
    turns = zip(PAGES, cycle(QUERIES), strict=False)
    asked = [each for page, query in turns for each in (("pages", page), ("queries", query))]
    for kind, address in islice(cycle(asked), start, None):
        found[kind].append(one.timed(address))
        if is_over.wait(PAUSE_S):
            return


def _thread(function: Callable[..., Any], *given: Any) -> threading.Thread:
    thread = threading.Thread(target=function, args=given, daemon=True)
    thread.start()
    return thread


def _percentile(answers: Sequence[Answer], share: float) -> float:
    return round(percentile([1000 * one.seconds for one in answers], share), 1)


@contextlib.contextmanager
def _served(place: Path) -> Iterator[Any]:
    program = Path(sys.executable).with_name("totalplace")
    with subprocess.Popen(
        [program, "serve", place, "--port", "0", "--json"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        text = ""
        while True:
            text += process.stdout.readline()
            with contextlib.suppress(ValueError):
                told = json.loads(text)
                break
            if process.poll() is not None:
                sys.exit("the site did not start")
        try:
            yield urlsplit(told["address"])
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
