"""The engines that the spec suite runs on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from totalplace.engine import Engine, duckdb_engine


@pytest.fixture(scope="session", params=["duckdb"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Every engine that the spec suite runs on, beside the plain-Python reference."""
    one = {"duckdb": duckdb_engine}[request.param](threads=1)
    yield one
    one.close()
