"""The engine seam: where the expressions of the analyses run.

Analyses are written once as Ibis expressions and never import DuckDB. An :class:`Engine` reads
Parquet, takes small Arrow tables in, and gives Arrow back. The helpers in ``_expr`` hold what
Ibis 12 does not do alike, or exactly, on every engine.
"""

from totalplace.engine._duckdb import duckdb_engine
from totalplace.engine._engine import Engine
from totalplace.engine._expr import (
    days_between,
    distinct_rows,
    floor_div,
    page,
    split_by_weight,
    stack,
)
from totalplace.engine._named import ENGINES, engine_named
from totalplace.engine._spark import spark_engine

__all__ = [
    "ENGINES",
    "Engine",
    "days_between",
    "distinct_rows",
    "duckdb_engine",
    "engine_named",
    "floor_div",
    "page",
    "spark_engine",
    "split_by_weight",
    "stack",
]
