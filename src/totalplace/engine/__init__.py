"""The engine seam: where the expressions of the analyses run.

Analyses are written once as Ibis expressions and never import DuckDB. An :class:`Engine` reads
Parquet, takes small Arrow tables in, and gives Arrow back. The helpers in ``_expr`` hold what
Ibis 12 does not do alike, or exactly, on every engine.
"""

from totalplace.engine._duckdb import duckdb_engine
from totalplace.engine._engine import Engine
from totalplace.engine._expr import days_between, floor_div, split_by_weight, stack

__all__ = [
    "Engine",
    "days_between",
    "duckdb_engine",
    "floor_div",
    "split_by_weight",
    "stack",
]
