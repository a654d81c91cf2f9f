"""Each bench runs at a tiny size, says what it must in one JSON document, and cleans up."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BENCHES = sorted(
    path.stem for path in (ROOT / "bench").glob("*.py") if not path.stem.startswith("_")
)
SIZES = {
    **dict.fromkeys(("ingest", "count", "events", "web", "payees"), 3_000),
    "load": 2_000,
    "portfolio": 30,
}
SIZE_NAMES = ("lines", "loaded_lines", "contacts", "names")
LONG = {"cases", "count", "load", "web"}
"""Those that make a whole place, or hold two hundred cases."""
WANTED = {
    "ingest": {"lines", "cpu_s", "peak_mb", "plain_cpu_s", "ratio_to_plain", "ratio_to_pandas"},
    "count": {"lines", "cpu_s", "sql_cpu_s", "ratio_to_sql", "peak_mb"},
    "web": {"lines", "addresses", "cold_ms", "warm_ms", "errors", "warm_peak_mb", "lines_worst_s"},
    "load": {"loaded_lines", "load_s", "counted_s", "errors", "p95_ms", "requests"},
    "events": {"contacts", "cpu_s", "sql_cpu_s", "ratio_to_sql", "peak_mb", "is_spilled"},
    "payees": {"generated"},
    "portfolio": {"lines", "loose", "tight"},
}
PROGRAM = "import sys; from totalplace.cli import main; sys.exit(main())"

pytestmark = pytest.mark.slow


def test_the_benches_are_found() -> None:
    assert WANTED.keys() <= set(BENCHES)


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.long) if one in LONG else one for one in BENCHES],
)
def test_a_tiny_bench(name: str, tmp_path: Path) -> None:
    size = SIZES.get(name)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "bench", name, "--json"]
        + ([] if size is None else ["--lines", str(size)]),
        cwd=ROOT,
        # generated names alone: the real ones are measured by tests/real
        env={**os.environ, "TMPDIR": str(tmp_path), "TOTALPLACE_REAL_DATA": str(tmp_path / "no")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    document = json.loads(done.stdout)
    assert WANTED.get(name, set()) <= document.keys()
    numbers = dict(_numbers(document))
    assert numbers
    assert all(math.isfinite(one) and one >= 0 for one in numbers.values()), numbers
    assert all(one > 0 for key, one in numbers.items() if key.startswith("ratio_")), numbers
    if size is not None:
        told = {**document, **document.get("generated", {})}
        assert size in {told.get(name) for name in SIZE_NAMES}
    assert list(tmp_path.iterdir()) == [], "what was generated stays behind"


def _numbers(document: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for key, one in document.items():
        if isinstance(one, int | float):
            yield key, one
        elif isinstance(one, dict):
            yield from _numbers(one)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_bench_cleans_up(how: signal.Signals, tmp_path: Path) -> None:
    bench = subprocess.Popen(
        [sys.executable, str(ROOT / "bench" / "ingest.py"), "--lines", "2000000"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while not list(tmp_path.rglob("*.csv")) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(tmp_path.rglob("*.csv")), "it has not begun"
    bench.send_signal(how)
    assert bench.wait(timeout=60) == 130
    assert list(tmp_path.iterdir()) == []
