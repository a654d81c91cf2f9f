"""Serve a generated place to readers, and time pages, charts, data and the lines explorer."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from _measure import arguments, measured, memory_mb, scratch, tell, versions
from _web_lines import explore
from _web_readers import Answer, crawl, percentile, read

HERE = Path(__file__).parent
READERS = 20
PAUSE_S = 1.0
ADDRESSES = 400
LEAST_ADDRESSES = 300
EACH = 60
TRIAL_LINES = 100_000
"""Below this the run is a trial of the bench itself: its readers hardly pause."""


def main() -> None:
    asked = arguments(__doc__, lines=1_000_000)
    is_trial = asked.lines < TRIAL_LINES
    pause_s, most, each = (0.01, 60, 6) if is_trial else (PAUSE_S, ADDRESSES, EACH)
    with scratch("web") as folder:
        place = folder / "place"
        made = measured([sys.executable, HERE / "_web_place.py", place, str(asked.lines)])
        with _served(place) as site:
            addresses = [one for one in crawl(*site.address, most=most) if _is_of_the_map(one)]
        if len(addresses) < LEAST_ADDRESSES and not is_trial:
            sys.exit(f"only {len(addresses)} addresses were found")
        with _served(place) as site:
            start_mb = site.peak_mb()
            cold = read(
                *site.address, addresses, readers=READERS, each=None, pause_s=pause_s, seed=1
            )
            cold_mb = site.peak_mb()
            warm = read(
                *site.address, addresses, readers=READERS, each=each, pause_s=pause_s, seed=2
            )
            warm_mb = site.peak_mb()
        with _served(place) as site:
            explored = explore(*site.address)
            explored_mb = site.peak_mb()
    _demand_answers([*cold, *warm, *(one for some in explored.values() for one in some)])
    tell(
        {
            "lines": asked.lines,
            "public_lines": int(made.output),
            "readers": READERS,
            "addresses": len(addresses),
            "requests": len(cold) + len(warm),
            "errors": 0,
            "cold_ms": _spread(cold),
            "warm_ms": _spread(warm),
            "warm_pages_ms": _spread([one for one in warm if one.address.endswith("/")]),
            "start_mb": round(start_mb),
            "cold_peak_mb": round(cold_mb),
            "warm_peak_mb": round(warm_mb),
            "lines_worst_s": {
                name: round(max(one.seconds for one in some), 3)
                for name, some in explored.items()
                if some
            },
            "lines_slowest": max(
                (one for some in explored.values() for one in some), key=lambda one: one.seconds
            ).address,
            "lines_asked": sum(map(len, explored.values())),
            "lines_peak_mb": round(explored_mb),
            "made_cpu_s": round(made.cpu_s, 1),
            "made_peak_mb": round(made.peak_mb),
            "versions": versions("duckdb", "django", "waitress"),
        },
        as_json=asked.json,
    )


def _is_of_the_map(address: str) -> bool:
    """Pages, their charts, their data and the API; not what a browser keeps, nor whole files."""
    return not address.startswith(("/static/", "/data/files/", "/reports/"))


def _spread(answers: Sequence[Answer]) -> dict[str, Any]:
    ms = [1000 * one.seconds for one in answers]
    return {
        "p50": round(percentile(ms, 0.5), 1),
        "p95": round(percentile(ms, 0.95), 1),
        "max": round(max(ms), 1),
    }


def _demand_answers(answers: Sequence[Answer]) -> None:
    wrong = sorted({f"{one.address} ({one.status})" for one in answers if one.status != 200})
    if wrong:
        sys.exit("these were not answered: " + ", ".join(wrong[:10]))


class _Site:
    """A site in a process of its own: where it is, and the most memory it has held."""

    def __init__(self, process: subprocess.Popen[str], address: tuple[str, int]) -> None:
        self.address = address
        self._process = process
        self._peak_mb = 0.0
        self._is_over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._is_over.wait(0.25):
            self._peak_mb = max(self._peak_mb, memory_mb(self._process.pid))

    def peak_mb(self) -> float:
        """Its highest resident memory so far, in MB of 1,000,000 bytes."""
        self._peak_mb = max(self._peak_mb, memory_mb(self._process.pid))
        return self._peak_mb

    def end(self) -> None:
        """Stop watching it."""
        self._is_over.set()


@contextlib.contextmanager
def _served(place: Path) -> Iterator[_Site]:
    process = subprocess.Popen(
        [sys.executable, str(HERE / "_web_serve.py"), str(place)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    try:
        assert process.stdout is not None
        parts = urlsplit(process.stdout.readline().strip())
        if parts.hostname is None or parts.port is None:
            sys.exit("the site did not start")
        site = _Site(process, (parts.hostname, parts.port))
        yield site
        site.end()
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


if __name__ == "__main__":
    main()
