"""Publish a generated place; it is told which licence its files are under."""

from __future__ import annotations

import sys
from pathlib import Path

from _count_place import make_place

import totalplace


def main(path: str, lines: str) -> None:
    make_place(Path(path), int(lines))
    with totalplace.open_place(path) as place:
        place.decide("*", what="licence", value="OGL-UK-3.0", why="generated", who="bench")
        sys.stdout.write(str(place.publish().facts.lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
