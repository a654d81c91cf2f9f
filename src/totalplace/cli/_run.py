"""One command: parse it, call the Python API, show what it returns."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from totalplace.cli import (  # noqa: F401
    _audit_verbs,
    _backup_verbs,
    _case_verbs,
    _claims_verbs,
    _classify_verbs,
    _count_verbs,
    _exchange_verbs,
    _ladder_verbs,
    _load_verbs,
    _made_verbs,
    _payee_verbs,
    _place_verbs,
    _portfolio_verbs,
    _publish_verbs,
    _queue_verbs,
    _report_verbs,
    _serve_verbs,
    _unit_cost_verbs,
    _user_verbs,
)
from totalplace.cli._app import PROGRAM, Outcome, app
from totalplace.cli._tell import interrupted, tell_fault, tell_outcome, tell_problems
from totalplace.cli._usage import usage_problem
from totalplace.errors import Interrupted, Problem, RequestError, TotalplaceError

__all__ = ["run"]


def run(words: Sequence[str], *, as_json: bool) -> int:
    """Run one command; the exit code.

    Args:
        words: the command's words after the program's name.
        as_json: whether all that goes to standard output is one JSON document.
    """
    for stream in (sys.stdout, sys.stderr):
        # a name that is no UTF-8, or a terminal that knows no pound sign, is no reason to fail
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            outcome = typer.main.get_command(app).main(list(words), PROGRAM, standalone_mode=False)
        except KeyboardInterrupt:
            raise interrupted() from None
        if outcome == Interrupted.exit_code:
            raise interrupted()
        if not isinstance(outcome, Outcome):
            return outcome or 0
        tell_outcome(outcome, as_json=as_json)
        if outcome.then is not None:
            outcome.then()
    except TotalplaceError as error:
        tell_problems(error.problems, as_json=as_json)
        return error.exit_code
    except typer.TyperException as error:
        tell_problems([usage_problem(error, words)], as_json=as_json)
        return RequestError.exit_code
    except OSError as error:
        tell_problems([_disk_problem(error)], as_json=as_json)
        return RequestError.exit_code
    except Exception as error:
        tell_fault(error, as_json=as_json)
        return 1
    return outcome.exit_code


def _disk_problem(error: OSError) -> Problem:
    return Problem(
        "system_error",
        "the computer refused",
        str(error.filename or PROGRAM),
        error.strerror or str(error) or type(error).__name__,
        "put that right, then run the same command again",
    )
