"""Run by test_write.py in a process of its own: publishes and withdraws, each time killed at

another call of the write seam. Prints how many calls there are.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from disclosure._made import PLACE, publish
from place import _seam
from totalplace.disclosure.publish import withdraw_publication


def session(public: Path, number: int) -> None:
    with _seam.at_call(number, _seam.kill):
        publish(public, 1)
        publish(public, 2)
        withdraw_publication(public, 1, reason="A wrong file", when="2026-12-01", place=PLACE)


def main(work: Path) -> None:
    session(work / "warm", -1)  # pyarrow imports lazily: once here, not once in every child
    for number in itertools.count():
        public = work / str(number)
        public.mkdir()
        child = os.fork()
        if child == 0:
            session(public, number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            if os.WEXITSTATUS(status):
                sys.exit(f"the session failed by itself at call {number}")
            sys.stdout.write(f"{number}\n")
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
