"""Run by test_kill_commands.py in a process of its own: commands of the program, each killed.

Reads a list of kills as JSON on its standard input, each with the words of a command, the place it
works on, and either the number of a call of the write seam or the seconds until the SIGKILL. Prints
what became of each: the calls made, and whether a process that reads files outlived its parent.

Every command runs in a child that is forked from here, where all is imported already.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from place import _seam
from totalplace.cli import _run, main

_PATIENCE_SECONDS = 10


def _command(kill: dict[str, Any], calls_to: Path) -> None:
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    with _seam.at_call(kill.get("call", -1), _seam.kill) as calls:
        code = main(kill["words"])
    calls_to.write_text(json.dumps({"calls": calls, "code": code}))


def _readers(place: str) -> list[int]:
    """The processes that read files for a place."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
            if b"_worker" in words and place.encode() in words:
                found.append(int(folder.name))
    return found


def _outlived(place: str) -> list[int]:
    end = time.monotonic() + _PATIENCE_SECONDS
    while (left := _readers(place)) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def _killed(kill: dict[str, Any], calls_to: Path) -> dict[str, Any]:
    child = os.fork()
    if child == 0:
        _command(kill, calls_to)
        os._exit(0)
    had_reader = False
    if "seconds" in kill:
        end = time.monotonic() + kill["seconds"]
        while (
            time.monotonic() < end
            and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        ):
            time.sleep(0.005)
        had_reader = bool(_readers(kill["place"]))
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    told = json.loads(calls_to.read_text()) if calls_to.exists() else {"calls": [], "code": None}
    return {
        "was_killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "had_reader": had_reader,
        "outlived": _outlived(kill["place"]),
        **told,
    }


if __name__ == "__main__":
    assert _run is not None  # imported lazily by the program: once here, not in every child
    results = [_killed(kill, Path(f"{kill['place']}.calls.json")) for kill in json.load(sys.stdin)]
    sys.stdout.write(json.dumps(results))
