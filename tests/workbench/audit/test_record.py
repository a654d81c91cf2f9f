"""Rows of the audit: added one after the other, and never changed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from totalplace.access import Actor, Thing, decide

ANN = Actor("ann", frozenset(["analyst"]), frozenset(["*"]))


def added(**detail: Any) -> int:
    from django.utils import timezone

    from totalplace.workbench.audit import record

    decision = decide(ANN, "see", Thing("job", "7"), now=timezone.now())
    return record(decision, address="192.0.2.7", detail=detail)


def test_rows_of_eight_threads_make_one_chain(at_work: Path) -> None:
    from django.db import connection

    from totalplace.workbench.audit.models import Entry

    faults: list[BaseException] = []

    def add() -> None:
        try:
            for number in range(10):
                added(number=number)
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    assert list(Entry.objects.values_list("n", flat=True)) == list(range(1, 81))


_PROCESS = """
from pathlib import Path
from totalplace.workbench._outside import set_up
import os
set_up(Path(os.environ["TOTALPLACE_PLACES"]))
from django.utils import timezone
from totalplace.access import Actor, Thing, decide
from totalplace.workbench.audit import record
input()
for _ in range(40):
    record(decide(Actor("other"), "see", Thing("job"), now=timezone.now()))
"""


def test_rows_of_two_processes_make_one_chain(at_work: Path) -> None:
    from django.conf import settings

    from totalplace.workbench.audit._verify import verify
    from totalplace.workbench.audit.models import Entry

    environment = os.environ | {"TOTALPLACE_KEYS": str(settings.TOTALPLACE_KEYS)}
    process = subprocess.Popen(
        [sys.executable, "-c", _PROCESS], stdin=subprocess.PIPE, env=environment, text=True
    )
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.close()
    own = 0
    while process.poll() is None or own < 40:
        added()
        own += 1
    assert process.wait() == 0
    found = verify()
    assert (found.rows, found.problems) == (own + 40, ())
    names = list(Entry.objects.order_by("n").values_list("who", flat=True))
    assert names.count("other") == 40
    # they did take turns
    assert len(names[names.index("other") :]) > 40


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET who = 'bob' WHERE n = 1",
        "DELETE FROM audit_entry WHERE n = 1",
        "DELETE FROM audit_entry",
        "REPLACE",
    ],
)
def test_the_database_itself_refuses_to_change_rows(at_work: Path, statement: str) -> None:
    from django.db import DatabaseError, connection

    from totalplace.workbench.audit.models import Entry

    added()
    names = ", ".join(f'"{field.column}"' for field in Entry._meta.fields)
    if statement == "REPLACE":
        statement = {
            "sqlite": f"INSERT OR REPLACE INTO audit_entry SELECT {names} FROM audit_entry",
            "postgresql": "TRUNCATE audit_entry",
        }[connection.vendor]
    with (
        pytest.raises(DatabaseError, match="rows of the audit are only ever added"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().who == "ann"
