"""The verb about the accounts of a place's workbench: user."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.reports import plain_table

__all__ = ["ask_accounts", "code_command"]

_WHAT = ("add", "reset", "close", "open", "list", "code")


@verb(
    "user",
    'user add gm ann.lee --role analyst --body trafford --full-name "Ann Lee"',
    'user add gm chris --role analyst --body "*"',
    "user reset gm ann.lee",
    "user reset gm ann.lee --second-factor",
    "user close gm ann.lee",
    "user list gm --json",
    "user code demo-place demo-analyst",
)
def user(
    what: Annotated[
        str,
        typer.Argument(metavar="|".join(_WHAT), help="What to do.", show_default=False),
    ],
    folder: PLACE,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="The account; all but `list` need it.", show_default=False
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE", help="viewer, analyst, practitioner, governance or admin; repeat it."
        ),
    ] = None,
    body: Annotated[
        list[str] | None,
        typer.Option(
            metavar="BODY", help="A body that it acts for, * for the whole place; repeat it."
        ),
    ] = None,
    full_name: Annotated[
        str, typer.Option(metavar="TEXT", help="Of the person.", show_default=False)
    ] = "",
    second_factor: Annotated[
        bool,
        typer.Option("--second-factor", help="With `reset`: take the second factor away too."),
    ] = False,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Make, reset, close, open or list the accounts of a place's workbench. It need not run.

    `add` and `reset` print a one-time password, which serves for 72 hours and must be changed when
    it is used. `reset` also ends all sessions. It keeps the second factor: with `--second-factor`,
    for somebody who has lost the device and all recovery codes, that goes too, and a new one is set
    up at the next sign-in. `close` ends all sessions and lets nobody in until `open`.

    `code` prints a code of the second factor that will be taken now. It does so for the accounts
    that `totalplace demo` has made in the fictional place, and refuses every other.

    All of it stands in the audit as done by operator: and your name on this computer.
    """
    facts = _facts(what, name, role or [], body or [], full_name)
    if second_factor:
        facts |= _second_factor(what)
    found = ask_accounts(folder, what, **facts)
    match what:
        case "list":
            return Outcome(found, lambda: _list_text(found["accounts"]))
        case "code":
            return Outcome(found, lambda: f"{found['code']}  (for {found['seconds']} seconds)")
        case "add" | "reset":
            return Outcome(found, lambda: _given_text(found))
        case _:
            return Outcome(
                found, lambda: f"{found['account']['name']} is {_state(found['account'])}."
            )


def ask_accounts(folder: Path, what: str, **facts: Any) -> dict[str, Any]:
    """Have the process that works on the accounts of a place do something.

    Raises:
        RequestError: what it says is wrong.
        PlaceError: the folder is no place, or the workbench's database cannot be used, or is not
            the one that is set.
    """
    from totalplace.workbench._database import check_database

    _api.open_place(folder).close()
    check_database(folder)
    done = subprocess.run(
        [sys.executable, "-m", "totalplace.workbench", "user"],
        env=os.environ | {"TOTALPLACE_PLACES": str(folder.resolve())},
        input=json.dumps({"verb": what, **facts}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise PlaceError(
            Problem(
                "workbench_not_started",
                "the accounts of the place cannot be reached",
                os.environ.get("DATABASE_URL", "").rpartition("@")[2] or str(folder),
                lines[-1],
                "mend that, then run the same command again",
            )
        )
    found: dict[str, Any] = json.loads(done.stdout)
    if "problems" in found:
        raise RequestError([Problem(**one) for one in found["problems"]])
    return found


def code_command(folder: Path, name: str) -> str:
    """The command that prints the next code of a demonstration account."""
    return shlex.join(["totalplace", "user", "code", str(folder), name])


def _facts(
    what: str, name: str | None, roles: list[str], bodies: list[str], full_name: str
) -> dict[str, Any]:
    """What the process is asked, from the words of the command."""
    see = "see `totalplace user --help`"
    if what not in _WHAT:
        why = f"it is none of {', '.join(_WHAT)}"
        raise RequestError(Problem("bad_value", "this value cannot be used", what, why, see))
    if what == "list":
        return {}
    if name is None:
        why = "the command does not say which account"
        raise RequestError(Problem("missing_value", "a name is missing", f"user {what}", why, see))
    if what == "add":
        return {"name": name, "full_name": full_name, "roles": roles, "bodies": bodies}
    if roles or bodies or full_name:
        raise RequestError(
            Problem(
                "bad_value",
                "this cannot be changed by a command",
                "--role, --body, --full-name",
                f"`user {what}` takes a name alone",
                "an admin changes an account on the pages of the workbench, under Accounts",
            )
        )
    return {"name": name}


def _second_factor(what: str) -> dict[str, Any]:
    """That the second factor goes too, which only a reset does."""
    if what != "reset":
        raise RequestError(
            Problem(
                "bad_value",
                "this cannot be changed by that command",
                "--second-factor",
                f"`user {what}` leaves the second factor as it is",
                "run `totalplace user reset DIR NAME --second-factor`",
            )
        )
    return {"second_factor": True}


def _given_text(found: dict[str, Any]) -> str:
    account = found["account"]
    lines = [
        f"{account['name']}: {', '.join(account['roles'])}"
        + (f" for {', '.join(account['body_names'])}" if account["body_names"] else ""),
        f"One-time password: {found['one_time_password']}",
        f"It serves until {found['serves_until']}, and is not shown again.",
    ]
    if account["has_second_factor"]:
        lines.append("Its second factor is kept, and asked for as before.")
    elif account["needs_second_factor"]:
        lines.append("A second factor is set up at the next sign-in: an authenticator app.")
    return "\n".join(lines)


def _list_text(accounts: list[dict[str, Any]]) -> str:
    rows = [
        [
            one["name"],
            _state(one),
            ", ".join(one["roles"]),
            ", ".join(one["body_names"]),
            (one["last_login"] or "never")[:10],
        ]
        for one in accounts
    ]
    return plain_table(["account", "is", "roles", "bodies", "last sign-in"], rows)


def _state(account: dict[str, Any]) -> str:
    return "open" if account["is_open"] else "closed"
