"""What commands do to a place that people work on stands in the audit of its workbench."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from totalplace.cli._app import Outcome
from totalplace.errors import PlaceError, Problem, TotalplaceError

__all__ = ["audited"]

_ACTS = {
    "add": ("load", "upload"),
    "decide": ("settle", "decision"),
    "publish": ("approve", "release"),
    "withdraw": ("withdraw", "release"),
    "export": ("export", "line"),
    "report": ("export", "line"),
    "rejects": ("export", "line"),
    "backup": ("export", "settings"),
    "restore": ("manage", "settings"),
    "migrate": ("manage", "settings"),
}
"""What a verb does, and with which kind of data, in the words of the rules of access."""
_BRINGING = {"restore", "migrate"}
"""Verbs before which the audit cannot be written: they bring it, or make it of this version."""
_FACTS = (
    "decision",
    "publication",
    "snapshot",
    "content_hash",
    "n",
    "figure_id",
    "format",
    "rows",
    "lines",
    "bytes",
)
"""What of a command's document is a fact of its act, and names nobody."""
_FILE_FACTS = ("sha256", "status", "lines", "rejected")


def audited(name: str, function: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """A verb whose act is written down before it is done, and its outcome after.

    A place without a workbench has no audit, and nothing is done for it.
    """
    if name not in _ACTS:
        return function

    @functools.wraps(function)
    def run(**given: Any) -> Outcome:
        action, data_class = _ACTS[name]
        if (name == "decide" and given["what"] is None) or (
            name == "rejects" and given["output"] is None
        ):
            action = "see"
        is_first = name not in _BRINGING
        with _written(given["folder"], action, data_class, is_first=is_first) as outcome:
            done = function(**given)
            outcome.update(_facts(done))
        return done

    return run


@contextmanager
def _written(
    folder: Path, action: str, data_class: str, *, is_first: bool
) -> Iterator[dict[str, Any]]:
    """Write an act down before it is done if that is possible, and its outcome after."""
    from totalplace.workbench._outside import has_workbench

    outcome: dict[str, Any] = {}
    has_one = has_workbench(folder)
    process = _begun(folder, action, data_class) if is_first and has_one else None
    try:
        yield outcome
    except TotalplaceError as error:
        outcome["problems"] = [one.code for one in error.problems]
        raise
    except BaseException as error:
        outcome["fault"] = type(error).__name__
        raise
    finally:
        if process is None and has_workbench(folder):
            # the act itself has brought the workbench, or made it of this version: it is done
            with _warned("the act is not in the audit"):
                process = _begun(folder, action, data_class)
        if process is not None:
            _end(process, outcome)


def _begun(folder: Path, action: str, data_class: str) -> subprocess.Popen[str]:
    """The process that holds the audit open, once the act stands in it."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "totalplace.workbench", "act", action, data_class, ""],
        env=os.environ | {"TOTALPLACE_PLACES": str(folder.resolve())},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Ctrl-C is for the command: this one waits for what comes of it
        start_new_session=True,
    )
    if process.stdout is not None and process.stdout.readline().strip().isdigit():
        return process
    told = process.communicate()[1].strip().splitlines() or ["it said nothing"]
    raise PlaceError(
        Problem(
            "audit_not_written",
            "the audit of the place's workbench cannot be written, so nothing was done",
            str(folder),
            told[-1],
            "serve the place once, so that its workbench is of this version, and mend what is said",
        )
    )


@contextmanager
def _warned(what: str) -> Iterator[None]:
    try:
        yield
    except PlaceError as error:
        _warn(what, error.problems[0].why)


def _warn(what: str, why: str) -> None:
    print(f"warning: {what}: {why}", file=sys.stderr)  # noqa: T201 - beside what the verb prints


def _end(process: subprocess.Popen[str], outcome: Mapping[str, Any]) -> None:
    told = process.communicate(json.dumps(outcome) + "\n")[1]
    if process.returncode:
        lines = told.strip().splitlines() or ["it said nothing"]
        _warn("the outcome is not in the audit", lines[-1])


def _facts(outcome: Outcome) -> dict[str, Any]:
    document = outcome.document
    facts = {name: document[name] for name in _FACTS if isinstance(document.get(name), int | str)}
    files = document.get("files")
    if isinstance(files, list):
        facts["files"] = [{name: one[name] for name in _FILE_FACTS if name in one} for one in files]
    return {"exit_code": outcome.exit_code, **facts}
