"""One engine a module: starting one costs more than most tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from totalplace.engine import Engine, duckdb_engine


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    one = duckdb_engine(threads=1)
    yield one
    one.close()
