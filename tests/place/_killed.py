"""Run by test_kill.py in a process of its own: repeats one session of work on a place, each time

killed with SIGKILL at another call of the write seam. Prints how many calls the session makes.

A fresh process, because a fork of pytest's own would carry its threads' locks.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from place import _seam
from place._made import NEW, NOW, OLD, TODAY, add, register_body, sha256
from totalplace.place import Folder, open_folder

SESSION = ("first file", "corrected file", "decision", "snapshot")


def step(folder: Folder, name: str) -> None:
    if name == "decision":
        folder.decide(object_id="a", what="alias", value="b", who="jo", when=NOW, why="same")
    elif name == "snapshot":
        folder.freeze("after the work", today=TODAY)
    else:
        with folder.change() as change:
            if name == "first file":
                add(change, OLD)
                register_body(change)
            else:
                add(change, NEW)
                change.supersede(sha256(OLD), by=sha256(NEW))


def _session(root: Path, number: int, acknowledged: Path) -> None:
    with _seam.at_call(number, _seam.kill), acknowledged.open("ab", buffering=0) as log:
        folder = open_folder(root)
        for name in SESSION:
            step(folder, name)
            log.write(f"{name}\n".encode())


def main(template: Path, work: Path) -> None:
    # pyarrow imports lazily: once here, not once in every child
    _session(shutil.copytree(template, work / "warm"), -1, work / "warm.acknowledged")
    for number in itertools.count():
        root = work / str(number)
        shutil.copytree(template, root)
        child = os.fork()
        if child == 0:
            _session(root, number, work / f"{number}.acknowledged")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            if os.WEXITSTATUS(status):
                sys.exit(f"the session failed by itself at call {number}")
            sys.stdout.write(f"{number}\n")
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
