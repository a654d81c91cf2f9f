"""Engines by the names that ``--engine`` and a place's ``place.toml`` give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from totalplace.engine._duckdb import duckdb_engine
from totalplace.engine._engine import Engine
from totalplace.engine._spark import spark_engine
from totalplace.errors import Problem, RequestError

__all__ = ["ENGINES", "engine_named"]

ENGINES: Mapping[str, Callable[[], Engine]] = {"duckdb": duckdb_engine, "spark": spark_engine}


def engine_named(name: str) -> Callable[[], Engine]:
    """What makes the engine of that name.

    Raises:
        RequestError: there is no such engine.
    """
    if name in ENGINES:
        return ENGINES[name]
    raise RequestError(
        Problem(
            "unknown_engine",
            "there is no such engine",
            f"--engine {name}",
            f"the engines are {' and '.join(ENGINES)}",
            "choose one of them, or leave the option out",
        )
    )
