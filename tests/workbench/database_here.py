"""The database of a served place: SQLite's file in it, or one of PostgreSQL's that is its own.

Which of them, the run of the tests says: the second where TOTALPLACE_TEST_POSTGRES is set.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path

from postgres_here import run_psql, started_postgres

__all__ = ["environment_of", "new_database", "rows_of"]


def new_database() -> str:
    """The URL of an empty database of PostgreSQL; its server runs until this process ends."""
    return _server()()


@cache
def _server() -> Callable[[], str]:
    return started_postgres()


def environment_of(place: Path) -> dict[str, str]:
    """The environment of a command that works on a place."""
    url = _url_of(place.resolve())
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "DATABASE_URL": url} if url else kept


def rows_of(place: Path, statement: str) -> list[tuple[str, ...]]:
    """The rows that a statement finds in the database of a place, as texts."""
    url = _url_of(place.resolve())
    if url:
        return [tuple(line.split("|")) for line in run_psql(url, statement).splitlines()]
    file = place / "workbench" / "workbench.sqlite3"
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
        return [tuple(map(str, row)) for row in opened.execute(statement)]


@cache
def _url_of(place: Path) -> str:
    """The URL of the place's own database; empty where that is SQLite's."""
    return new_database() if os.environ.get("TOTALPLACE_TEST_POSTGRES") else ""
