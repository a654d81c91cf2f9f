"""What leaves the program: one document or one text on standard output, the rest on the other."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from totalplace.errors import Interrupted, Problem

if TYPE_CHECKING:
    # needed before everything else has been loaded: when the user stops the program while it loads
    from totalplace.cli._app import Outcome

__all__ = ["interrupted", "tell_fault", "tell_outcome", "tell_problems"]

DEBUG = "TOTALPLACE_DEBUG"


def tell_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print what a verb returns."""
    for warning in outcome.warnings:
        _complain(f"warning: {warning}")
    _say(_json(outcome.document) if as_json else outcome.text())


def tell_problems(problems: Iterable[Problem], *, as_json: bool) -> None:
    """Print what is wrong: always in words on standard error, with ``--json`` as a document too."""
    problems = list(problems)
    _complain("\n".join(f"error: {problem}" for problem in problems))
    if as_json:
        _say(_json({"problems": [problem.as_dict() for problem in problems]}))


def interrupted() -> Interrupted:
    """What is told of a run that the user has stopped; wipes the line that a terminal shows."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    return Interrupted(
        Problem(
            "interrupted",
            "interrupted",
            "totalplace",
            "you stopped it",
            "run the same command again: what was finished is kept and nothing is half done",
        )
    )


def tell_fault(error: Exception, *, as_json: bool) -> None:
    """Print that the program itself is at fault; with TOTALPLACE_DEBUG=1 where."""
    if os.environ.get(DEBUG) == "1":
        _complain("".join(traceback.format_exception(error)))
    what = f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0]
    problem = Problem(
        "internal_fault",
        "totalplace itself failed",
        "inside the program",
        what[:300],
        f"please report this line and the command; {DEBUG}=1 shows where it happened",
    )
    _complain(f"error: totalplace itself failed ({problem.why}): {problem.fix}")
    if as_json:
        _say(_json({"problems": [problem.as_dict()]}))


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def _say(text: str) -> None:
    if not text:
        return
    try:
        print(text, flush=True)  # noqa: T201 - the one place that prints
    except BrokenPipeError:
        # who read us has seen enough (`| head`); Python must not try to flush once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str) -> None:
    try:
        print(text, file=sys.stderr, flush=True)  # noqa: T201
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
