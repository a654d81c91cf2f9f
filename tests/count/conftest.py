"""What the tests of the count share: an engine a test, and Northland's registers.

A count in an engine of its own names its tables as the one before did, and so finds its SQL
compiled: half of what a small count takes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from northland import register

from totalplace.count._registers import Registers
from totalplace.engine import Engine, duckdb_engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    with contextlib.closing(duckdb_engine(threads=1)) as one:
        yield one


@pytest.fixture(scope="module")
def shared_engine() -> Iterator[Engine]:
    """For what a module gathers once and looks at in each test."""
    with contextlib.closing(duckdb_engine(threads=1)) as one:
        yield one


@pytest.fixture(scope="session")
def north(tmp_path_factory: pytest.TempPathFactory) -> Registers:
    """The registers of Northland."""
    return register(tmp_path_factory.mktemp("north") / "place")
