"""Queries of the lines of a publication: one read-only DuckDB for the process, over public files.

It opens nothing but the public folders of the site's places, writes nothing, takes a bounded
memory, and its settings cannot be changed once it is open. Every thread has its own cursor.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa

from totalplace.disclosure import Publication
from totalplace.web._places import other_zones, zone

__all__ = ["ask", "lines_path", "payees_path", "stream"]

_MEMORY = "512MB"
_THREADS = 2
_BATCH_ROWS = 20_000
_PER_THREAD = threading.local()
_OPENING = threading.Lock()


def ask(query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query; every value in it is bound."""
    return _cursor().execute(query, list(values)).fetchall()


def stream(query: str, values: Sequence[object] = ()) -> Iterator[pa.RecordBatch]:
    """The rows of a query that may give millions, a part at a time."""
    with _connection(*_state()).cursor() as cursor:
        # a relation is read as it is run; what `execute` gives would be held whole first
        yield from cursor.sql(query, params=list(values)).to_arrow_reader(_BATCH_ROWS)


def lines_path(publication: Publication) -> str:
    """Where the lines of a publication stand."""
    return str(publication.path_of("tables/lines.parquet").resolve())


def payees_path(publication: Publication) -> str:
    """Where the payees of a publication stand."""
    return str(publication.path_of("tables/payees.parquet").resolve())


def _state() -> tuple[int, tuple[str, ...]]:
    folders = sorted({f"{one.path.resolve()}/" for one in (zone(), *other_zones())})
    return os.getpid(), tuple(folders)


def _cursor() -> duckdb.DuckDBPyConnection:
    state = _state()
    if getattr(_PER_THREAD, "state", None) != state:
        with _OPENING:
            _PER_THREAD.cursor, _PER_THREAD.state = _connection(*state).cursor(), state
    found: duckdb.DuckDBPyConnection = _PER_THREAD.cursor
    return found


@lru_cache(maxsize=4)
def _connection(
    pid: int,  # noqa: ARG001 - tells processes apart
    folders: tuple[str, ...],
) -> duckdb.DuckDBPyConnection:
    """The database of a process; a process that was forked from another has its own."""
    connection = duckdb.connect(
        config={
            "memory_limit": _MEMORY,
            "threads": _THREADS,
            # nothing is spilled: a query that does not fit fails
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        }
    )
    # a publication never changes, so what was read of a file's footer holds
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute("SET allowed_directories = ?", [list(folders)])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
