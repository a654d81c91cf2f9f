"""The command line: parse, call the Python API, show what it returns."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]

# What is imported up here can be interrupted with nobody there to tell the user so.


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code.

    Args:
        argv: the command's words after the program's name; by default those it was started with.
    """
    if argv is None:
        from totalplace._pandas import hide_pandas

        hide_pandas()
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words[: words.index("--") if "--" in words else len(words)]
    try:
        # all else is imported here: whoever stops the program while it loads is told so, too
        from totalplace.cli._run import run

        return run(words, as_json=as_json)
    except KeyboardInterrupt:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        from totalplace.cli._tell import interrupted, tell_problems

        error = interrupted()
        tell_problems(error.problems, as_json=as_json)
        return error.exit_code
