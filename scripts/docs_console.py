"""Paste the real output of commands into the tutorial and the README, or tell what is out of date.

    python scripts/docs_console.py            # run every command and paste what it prints
    python scripts/docs_console.py --check    # run, write nothing; exit code 1 if one differs

A block is run when the line above it is ``<!-- run -->``. Its lines that begin with ``$`` are
commands; what they print stands below them. ``<!-- run lines=9 -->`` keeps the first nine lines
of each, ``from=Text`` begins at the first line with that text (``_`` stands for a space), and
``width=96`` cuts longer lines. All commands of all pages run in order in one empty folder, on the
fictional place: nothing here depends on chance, and the time of the run is shown as a fixed one.
A command that stands there twice is run once, unless one between changed the place.

Ids follow the data. A figure_id in a command becomes the one that the last count printed, and a
line_id the ``pick``-th that the last ``explain`` of a figure printed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from totalplace.cli import main as totalplace

__all__ = ["PAGES", "ROOT", "main", "page_as_run", "session"]

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "docs/tutorial.md")

_BLOCK = re.compile(r"<!-- run(?P<options>[^>]*)-->\n```console\n(?P<body>.*?)```", re.DOTALL)
_OPTION = re.compile(r"(\w+)=(\S+)")
_FIGURE_ID = re.compile(r"\b[0-9a-f]{16}\b")
_COUNTED = re.compile(r"figure ([0-9a-f]{16})\.$", re.MULTILINE)
_LINE_ID = re.compile(r'"[0-9a-f]{64}:[^"]*"')
_NOW = re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_THEN = "2026-01-01T12:00:00+00:00"
_APPROVED = re.compile(r"(?<=\b\d )[0-9a-f]{58}\b")
"""The hash of an approval, as much as is listed: it holds the time."""
_SOME_HASH = ("0123456789abcdef" * 4)[:58]
_CHANGING = {"add", "decide"}
"""Verbs of the pages after which another prints something else than before."""
_LISTED = re.compile(r"^ +([0-9a-f]{64}:.*:\d+:\d+)$", re.MULTILINE)


@contextlib.contextmanager
def session() -> Iterator[Path]:
    """An empty working folder for the commands of all pages."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="totalplace-docs-") as folder:
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


def page_as_run(text: str, printed: dict[str, str] | None = None) -> str:
    """A page with what its commands print now; run inside a `session`.

    Args:
        printed: what commands of pages before it printed, if the place is as they left it.
    """
    before = {} if printed is None else printed

    seen: dict[str, list[str]] = {"figure": [], "line": []}

    def again(found: re.Match[str]) -> str:
        options = dict(_OPTION.findall(found["options"]))
        parts = []
        for command in _commands(found["body"]):
            now = _with_ids(command, seen, options)
            told = _run(now, before)
            seen["figure"] = _COUNTED.findall(told) or seen["figure"]
            seen["line"] = _LISTED.findall(told) or seen["line"]
            parts.append(f"{now}\n{_shown(told.splitlines(), options)}".rstrip("\n"))
        body = "\n".join(parts)
        return f"<!-- run{found['options']}-->\n```console\n{body}\n```"

    return _BLOCK.sub(again, text)


def _with_ids(command: str, seen: dict[str, list[str]], options: dict[str, str]) -> str:
    """The command with the ids that stand in what was printed before."""
    if seen["line"]:
        line = seen["line"][int(options.get("pick", 1)) - 1]
        command = _LINE_ID.sub(f'"{line}"', command)
    return _FIGURE_ID.sub(seen["figure"][-1], command) if seen["figure"] else command


def _commands(body: str) -> list[str]:
    """The commands of a block, lines that go on with a backslash together."""
    commands: list[str] = []
    goes_on = False
    for line in body.splitlines():
        if goes_on:
            commands[-1] += "\n" + line
        elif line.startswith("$ "):
            commands.append(line)
        else:
            continue
        goes_on = line.endswith("\\")
    return commands


def _run(command: str, printed: dict[str, str]) -> str:
    words = shlex.split(command.removeprefix("$ ").replace("\\\n", " "))
    if words[0] not in _PROGRAMS:
        raise SystemExit(f"cannot run {words[0]!r}: known are {', '.join(_PROGRAMS)}")
    if words[1] in _CHANGING:
        printed.clear()
    if command not in printed:
        printed[command] = _PROGRAMS[words[0]](words[1:])
    return printed[command]


def _totalplace(words: list[str]) -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = totalplace(words)
    said = out.getvalue() + (err.getvalue() if code else "")
    return _APPROVED.sub(_SOME_HASH, _NOW.sub(_THEN, said))


def _head(words: list[str]) -> str:
    """``head -N FILE`` of a published file."""
    lines = Path(words[1]).read_text("utf-8", "replace").splitlines()
    return "\n".join(lines[: int(words[0].removeprefix("-"))])


_PROGRAMS: dict[str, Callable[[list[str]], str]] = {"totalplace": _totalplace, "head": _head}


def _shown(lines: list[str], options: dict[str, str]) -> str:
    if start := options.get("from"):
        text = start.replace("_", " ")
        at = next((n for n, line in enumerate(lines) if text in line), 0)
        lines = lines[at:]
    most = int(options.get("lines", len(lines)))
    width = int(options.get("width", 10_000))
    shown = [line if len(line) <= width else line[: width - 1].rstrip() + "…" for line in lines]
    return "\n".join(shown[:most] + ["..."] * (len(shown) > most))


def main() -> int:
    """Run all pages; write or check; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only tell")
    check = parser.parse_args().check
    texts = {name: (ROOT / name).read_text("utf-8") for name in PAGES}
    stale = 0
    printed: dict[str, str] = {}
    with session():
        for name, text in texts.items():
            now = page_as_run(text, printed)
            if now == text:
                continue
            stale += 1
            print(f"{'out of date' if check else 'written'}: {name}")
            if not check:
                (ROOT / name).write_text(now, "utf-8")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
