"""What every bench shares: generated data that is always removed, and costs of a process tree.

CPU seconds are those of a child process and of all that it started and waited for. Memory is the
highest sum of what its tree holds at one moment: each process's proportional set size, in which a
page that two processes share counts once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

__all__ = ["Cost", "arguments", "measured", "memory_mb", "scratch", "tell", "versions"]

_SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """What one process tree used.

    Attributes:
        cpu_s: user and system seconds of the process and all its children.
        wall_s: seconds on the clock; with other work on the machine it says little.
        peak_mb: highest resident memory of the tree at one moment, in MB of 1,000,000 bytes.
        output: what it wrote to stdout.
        spilled_mb: most that its temporary folder held at one moment, where it was given one.
    """

    cpu_s: float
    wall_s: float
    peak_mb: float
    output: str
    spilled_mb: float = 0.0


def arguments(doc: str | None, *, lines: int, unit: str = "lines") -> argparse.Namespace:
    """The options of every bench: ``--lines`` and ``--json``."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=lines, help=f"how many {unit} (of {lines:,})")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args()


@contextlib.contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A folder for generated data; gone afterwards, on Ctrl-C and on a termination too."""

    is_ended = False

    def end(*_: object) -> None:
        nonlocal is_ended
        is_ended = True
        raise KeyboardInterrupt

    before = [(number, signal.signal(number, end)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        with tempfile.TemporaryDirectory(prefix=f"totalplace-bench-{name}-") as folder:
            yield Path(folder)
    except BaseException:
        # what a library makes of the interruption is its own affair
        if is_ended:
            sys.exit(130)
        raise
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def measured(
    words: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    spill: Path | None = None,
) -> Cost:
    """Run a command and measure its process tree; it must succeed.

    Args:
        env: what is added to the environment.
        spill: a folder for its temporary files, to be watched.
    """
    added = {**(env or {}), **({} if spill is None else {"TMPDIR": str(spill)})}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = perf_counter()
    child = subprocess.Popen(
        [str(word) for word in words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **added},
    )
    peak_kb = spilled_bytes = 0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal peak_kb, spilled_bytes
        while not is_over.wait(_SAMPLE_SECONDS):
            peak_kb = max(peak_kb, _tree_kb(child.pid))
            if spill is not None:
                spilled_bytes = max(spilled_bytes, sum(map(_size, spill.rglob("*"))))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        output, _ = child.communicate()
    except BaseException:
        child.kill()
        child.wait()
        raise
    finally:
        is_over.set()
        watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode:
        sys.stderr.write(output[-2000:])
        sys.exit(f"{words[0]} ended with exit code {child.returncode}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall_s = perf_counter() - started
    return Cost(cpu_s, wall_s, peak_kb * 1024 / 1e6, output, spilled_bytes / 1e6)


def memory_mb(pid: int) -> float:
    """What a process and those it started hold now, in MB of 1,000,000 bytes."""
    return _tree_kb(pid) * 1024 / 1e6


def versions(*packages: str) -> dict[str, str]:
    """Versions of what was measured."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def tell(document: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what was measured, for people or as one JSON document."""
    if as_json:
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
        return
    for name, value in document.items():
        shown = f"{value:,}" if isinstance(value, int | float) else value
        sys.stdout.write(f"{name:<16} {shown}\n")


def _tree_kb(pid: int) -> int:
    return sum(map(_resident_kb, _tree(pid)))


def _tree(pid: int) -> list[int]:
    found, at = [pid], 0
    while at < len(found):
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{found[at]}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        at += 1
    return found


def _resident_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        # it has ended, or the kernel has no such file
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:"), 0)


def _size(path: Path) -> int:
    """Bytes of a file that may vanish at any moment; a folder has none."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
