"""Paste the help of every verb into the reference of the command line.

Run it after a change of any help text: `python scripts/help_text.py`. With `--check` nothing is
written and the exit code is 1 when the page is out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import typer.main

from totalplace.cli import _app, _run  # noqa: F401 - importing _run hangs the verbs on the app

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "command-line.md"
WIDTH = 80
_BLOCK = re.compile(r"(<!-- help:(?P<verb>[a-z]*) -->\n).*?(<!-- /help -->)", re.DOTALL)


def help_texts() -> dict[str, str]:
    """Verb -> its help, '' for the program itself; as wide as a page, not as this terminal."""
    group = typer.main.get_command(_app.app)
    wide = {"terminal_width": WIDTH, "resilient_parsing": True}
    with group.make_context(_app.PROGRAM, [], **wide) as context:
        texts = {"": context.get_help()}
        for verb in _app.VERBS:
            command = group.get_command(context, verb)
            with command.make_context(verb, [], parent=context, **wide) as inner:
                texts[verb] = inner.get_help()
    return texts


def with_help(page: str) -> str:
    """The page with every block of help put in anew."""
    texts = help_texts()

    def block(found: re.Match[str]) -> str:
        return f"{found[1]}```text\n{texts[found['verb']].rstrip()}\n```\n{found[3]}"

    return _BLOCK.sub(block, page)


def run(arguments: list[str]) -> int:
    """Write the page, or say whether it is current."""
    before = PAGE.read_text(encoding="utf-8")
    after = with_help(before)
    if "--check" in arguments:
        return int(before != after)
    PAGE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
