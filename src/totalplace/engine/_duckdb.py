"""DuckDB behind the engine seam: in memory, one connection a run, spilling to its own folder."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import ibis
import pyarrow as pa
from ibis.expr.operations import Node

from totalplace.engine._engine import Engine, Table

__all__ = ["duckdb_engine"]

_QUERIES = 1024
"""Whose SQL is kept in the process; a count has some sixty."""


class _DuckDBEngine:
    name = "duckdb"

    def __init__(self, *, memory_limit: str | None, threads: int | None) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="totalplace-")
        self._connection = ibis.duckdb.connect(":memory:")
        settings: dict[str, str | int | None] = {
            "temp_directory": self._spill.name,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": memory_limit,
            "threads": threads,
        }
        for name, value in settings.items():
            if value is not None:
                self._connection.raw_sql(f"SET {name} = {_literal(value)}")
        self._counter = itertools.count()

    def read_parquet(self, paths: Sequence[Path]) -> Table:
        name = f"read_{next(self._counter)}"
        read: Table = self._connection.read_parquet(
            [str(path) for path in paths], table_name=name, union_by_name=True
        )
        return read

    def memory(self, table: pa.Table) -> Table:
        name = f"memory_{next(self._counter)}"
        self._connection.con.register(name, table)
        return self._connection.table(name)

    def to_arrow(self, expression: Table) -> pa.Table:
        # Not Ibis' own to_pyarrow: under DuckDB 2 it calls a deprecated method and warns.
        table: pa.Table = self._connection.con.sql(self._sql(expression)).to_arrow_table()
        return table

    def keep(self, expression: Table) -> Table:
        name = f"kept_{next(self._counter)}"
        self._connection.raw_sql(f'CREATE TEMP TABLE "{name}" AS {self._sql(expression)}')
        return self._connection.table(name)

    def view(self, expression: Table) -> Table:
        name = f"view_{next(self._counter)}"
        self._connection.raw_sql(f'CREATE TEMP VIEW "{name}" AS {self._sql(expression)}')
        return self._connection.table(name)

    def _sql(self, expression: Table) -> str:
        """The expression as SQL whose whole numbers are BIGINT.

        DuckDB sums BIGINT into HUGEINT, which reaches Arrow as a decimal; Ibis believes it is
        int64 already and drops a cast to it. A sum beyond 64 bits raises here.
        """
        sql = _compiled(expression.op())
        whole = [name for name, kind in expression.schema().items() if kind.is_int64()]
        if not whole:
            return sql
        casts = ", ".join(f'CAST("{name}" AS BIGINT) AS "{name}"' for name in whole)
        return f"SELECT * REPLACE ({casts}) FROM ({sql})"  # noqa: S608 - compiled by Ibis

    def close(self) -> None:
        self._connection.disconnect()
        self._spill.cleanup()


@lru_cache(maxsize=_QUERIES)
def _compiled(operation: Node) -> str:
    """The SQL of an expression; the same one over tables of the same names and columns, once."""
    expression = operation.to_expr()
    sql: str = expression.get_backend().compile(expression)
    return sql


def _literal(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def duckdb_engine(*, memory_limit: str | None = None, threads: int | None = None) -> Engine:
    """A fresh DuckDB in memory.

    Args:
        memory_limit: such as ``2GB``; more spills to a temporary folder.
        threads: worker threads, by default one a core.
    """
    return _DuckDBEngine(memory_limit=memory_limit, threads=threads)
