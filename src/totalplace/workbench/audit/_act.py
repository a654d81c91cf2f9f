"""A command's act in the audit, from a process beside the command.

The process writes that the act is allowed, says so, and waits. What it is then told is the outcome;
when it is told nothing, the command was ended. So even an act that is killed leaves both rows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["record_act"]


def record_act(action: str, data_class: str, thing: str) -> None:
    """Write down what a command does: before, and what came of it."""
    from django.db import connection
    from django.utils import timezone

    from totalplace.access import Actor, Thing, decide
    from totalplace.place._user import system_user
    from totalplace.workbench.audit._record import record, record_outcome

    actor = Actor(f"operator:{system_user()}", frozenset(["operator"]))
    decision = decide(actor, action, Thing(data_class, thing), now=timezone.now())
    row = record(decision)
    connection.close()
    print(row, flush=True)  # noqa: T201 - read by the command
    line = sys.stdin.readline()
    told: Mapping[str, Any] = json.loads(line) if line.endswith("\n") else {"ended": "killed"}
    record_outcome(row, told)
