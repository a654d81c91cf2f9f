"""What came of an act stands in the audit, whoever acted and however it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_COMMANDS = """
import sys
from pathlib import Path
from totalplace.cli import main
from totalplace.workbench._outside import set_up

place, spend, head = map(Path, sys.argv[1:])
set_up(place)
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import connection
connection.close()
codes = [
    main(["add", str(place), str(spend), "--body", "manchester", "--json"]),
    main(["withdraw", str(place), "7", "--reason", "none", "--json"]),
]
sys.stdout = head.open("w")
codes.append(main(["audit", "head", str(place), "--json"]))
sys.stdout.close()
sys.stdout = sys.__stdout__
codes.append(main(["audit", "verify", str(place), "--head", str(head)]))
codes.append(main(["audit", "verify", str(place), "--public-key", str(head)]))
codes.append(main(["audit", "prove", str(place)]))
print("codes", codes)
"""


@pytest.fixture
def environment() -> dict[str, str]:
    """Without the database of these tests: SQLite in the place."""
    left_out = {"DATABASE_URL", "TOTALPLACE_PLACES", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in left_out}


def rows_of(place: Path) -> list[dict[str, Any]]:
    import sqlite3

    with sqlite3.connect(place / "workbench" / "workbench.sqlite3") as connection:
        cursor = connection.execute("SELECT * FROM audit_entry ORDER BY n")
        names = [one[0] for one in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
    connection.close()
    return found


@pytest.mark.slow
def test_commands_of_a_place_with_a_workbench_are_audited(
    empty_place: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    spend = tmp_path / "spend.csv"
    spend.write_text("Supplier Name,Payment Date,Net Amount\nAcme Ltd,01/05/2017,10.00\n")
    anchor = tmp_path / "anchor"
    anchor.mkdir()
    environment |= {"TOTALPLACE_AUDIT_ANCHOR": str(anchor)}
    done = subprocess.run(
        [sys.executable, "-c", _COMMANDS, str(empty_place), str(spend), str(tmp_path / "head")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "codes [0, 2, 0, 0, 2, 2]", done.stderr
    assert "The audit is whole: 4 rows." in done.stdout
    assert "Anchored heads: 1." in done.stdout
    head = json.loads((tmp_path / "head").read_text())
    assert (head["n"], head["is_anchored"]) == (4, True)
    loaded, loaded_outcome, withdrawn, withdrawn_outcome = rows_of(empty_place)
    assert loaded["who"].startswith("operator:")
    assert (loaded["action"], loaded["data_class"]) == ("load", "upload")
    assert loaded_outcome["of_row"] == 1
    told = json.loads(loaded_outcome["detail_json"])
    assert (told["exit_code"], told["files"][0]["status"]) == (0, "loaded")
    assert (withdrawn["action"], withdrawn["of_row"]) == ("withdraw", None)
    assert json.loads(withdrawn_outcome["detail_json"]) == {"problems": ["unknown_publication"]}

    # a command that is killed tells nothing more
    words = [sys.executable, "-m", "totalplace.workbench", "act", "load", "upload", ""]
    environment |= {"TOTALPLACE_PLACES": str(empty_place)}
    subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, check=True)
    assert json.loads(rows_of(empty_place)[-1]["detail_json"]) == {"ended": "killed"}


def test_a_command_that_cannot_be_audited_does_nothing(
    empty_place: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from totalplace.cli import main

    (empty_place / "workbench").mkdir()
    (empty_place / "workbench" / "workbench.sqlite3").write_bytes(b"no database at all" * 100)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert (
        main(["decide", str(empty_place), "*", "--what", "licence", "--value", "OGL-UK-3.0"]) == 2
    )
    assert "nothing was done" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["verify", "head"])
def test_a_database_without_an_audit_is_no_audit_that_was_changed(
    empty_place: Path, environment: dict[str, str], what: str
) -> None:
    (empty_place / "workbench").mkdir()
    (empty_place / "workbench" / "workbench.sqlite3").touch()
    program = str(Path(sys.executable).with_name("totalplace"))
    words = [program, "audit", what, str(empty_place), "--json"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    [problem] = json.loads(done.stdout)["problems"]
    assert problem["code"] == "audit_unread"
    assert "no such table" in problem["why"]


def test_a_user_without_a_name_is_told_by_number(
    empty_place: Path, environment: dict[str, str]
) -> None:
    names = ("LOGNAME", "USER", "LNAME", "USERNAME")
    nameless = {name: value for name, value in environment.items() if name not in names}
    # nobody has this number: the system knows no name of it
    script = (
        "import os, sys, pwd\n"
        "from totalplace.workbench import _server\n"
        "def none(uid): raise KeyError('getpwuid(): uid not found')\n"
        "pwd.getpwuid = none\n"
        "_server.main(['prepare'])\n"
        "sys.stdin = open(os.devnull)\n"
        "_server.main(['act', 'load', 'upload', ''])\n"
    )
    nameless |= {"TOTALPLACE_PLACES": str(empty_place)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=nameless, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert rows_of(empty_place)[-1]["who"] == f"operator:uid:{os.getuid()}"


def test_a_place_without_a_workbench_has_no_audit(empty_place: Path, capsys: Any) -> None:
    from totalplace.cli import main

    assert main(["decide", str(empty_place)]) == 0
    assert main(["audit", "verify", str(empty_place)]) == 2
    assert "the place has no workbench" in capsys.readouterr().err
    assert not (empty_place / "workbench").exists()


def test_an_act_of_a_page_that_fails_is_told(at_work: Path) -> None:
    from django.test import RequestFactory
    from django.utils import timezone

    from totalplace.access import Actor, Thing
    from totalplace.errors import Problem, RequestError
    from totalplace.workbench import _route
    from totalplace.workbench.audit.models import Entry

    def refuse(request: Any) -> Any:
        raise RequestError(Problem("no_such_thing", "a", "b", "c", "d"))

    allow = {"POST": _route.Access("cancel", "job")}
    thing = Thing("job", "1", owner="ann")
    fails = _route.Route("refuse", "refuse/", allow, refuse, lambda request: thing)
    request: Any = RequestFactory().post("/refuse/")
    request.actor = Actor("ann", frozenset(["analyst"]), frozenset(), timezone.now())
    with pytest.raises(RequestError):
        _route._Asked(fails)(request)
    allowed, outcome = Entry.objects.order_by("n")
    assert (allowed.allowed, outcome.of_row) == (True, allowed.n)
    assert outcome.detail == {"problems": ["no_such_thing"]}
