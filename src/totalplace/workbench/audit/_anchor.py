"""Heads of the chain kept outside of the server's own folders: where an intruder cannot change all.

The anchor is a folder on another disk or share. It holds one file a day; each line is a signed head
as JSON. Lines are only ever added.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from totalplace.errors import Problem
from totalplace.workbench.audit._head import SignedHead, read_head

__all__ = ["anchor", "read_anchor"]


def anchor(folder: Path, head: SignedHead) -> bool:
    """Add a head to the file of its day, unless it was the last to be added.

    Returns:
        Whether it was added.

    Raises:
        OSError: the folder cannot be written.
    """
    if next(_last_lines(folder), None) == _line(head):
        return False
    path = folder / f"audit-{head.when[:10]}.jsonl"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640), "rb+") as file:
        # a line that was cut off stays one of its own
        is_torn = file.seek(0, os.SEEK_END) > 0 and _last_byte(file.fileno()) != b"\n"
        file.write(("\n" if is_torn else "").encode() + _line(head).encode("ascii") + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def _line(head: SignedHead) -> str:
    return json.dumps(head.as_dict())


def _last_byte(number: int) -> bytes:
    return os.pread(number, 1, os.fstat(number).st_size - 1)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("audit-*.jsonl"))


def _last_lines(folder: Path) -> Iterator[str]:
    for path in reversed(_files(folder)):
        yield from reversed(path.read_text("utf-8", "replace").splitlines())


def read_anchor(folder: Path) -> tuple[list[SignedHead], list[Problem]]:
    """Every head that was anchored; and lines that are none.

    Raises:
        OSError: the folder cannot be read.
    """
    heads: list[SignedHead] = []
    problems: list[Problem] = []
    if not folder.is_dir():
        raise NotADirectoryError(20, "it is not there, or no folder", str(folder))
    for path in _files(folder):
        lines = path.read_text("utf-8", "replace").splitlines()
        for number, line in enumerate(lines, start=1):
            try:
                heads.append(read_head(json.loads(line)))
            except (ValueError, AttributeError) as error:
                problems.append(
                    Problem(
                        "audit_anchor_unread",
                        "a line of the anchor is no signed head",
                        f"{path}, line {number}",
                        str(error),
                        "compare it with a copy; a line that was cut off by a full disk or a crash"
                        " may be removed",
                    )
                )
    return heads, problems
