"""What the tests of the count share: an engine a module, and Northland's registers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from northland import register

from totalplace.count._registers import Registers
from totalplace.engine import Engine, duckdb_engine


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    one = duckdb_engine(threads=1)
    yield one
    one.close()


@pytest.fixture(scope="session")
def north(tmp_path_factory: pytest.TempPathFactory) -> Registers:
    """The registers of Northland."""
    return register(tmp_path_factory.mktemp("north") / "place")
