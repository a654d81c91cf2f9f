"""Who may do what: one decision function for pages, exports, search, jobs and the command line.

>>> from datetime import UTC, datetime
>>> from totalplace.access import Actor, Thing, decide
>>> nobody = Actor("")
>>> decide(nobody, "see", Thing("line"), now=datetime(2026, 11, 30, tzinfo=UTC)).allowed
False
"""

from __future__ import annotations

from totalplace.access._decide import Decision, decide
from totalplace.access._rules import ACTIONS, DATA_CLASSES, ROLES, RULES, Role, Rule, Scope
from totalplace.access._who import EVERY_BODY, NOBODY, Actor, Thing

__all__ = [
    "ACTIONS",
    "DATA_CLASSES",
    "EVERY_BODY",
    "NOBODY",
    "ROLES",
    "RULES",
    "Actor",
    "Decision",
    "Role",
    "Rule",
    "Scope",
    "Thing",
    "decide",
]
