"""Engines, and how often Hypothesis tries."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from totalplace.engine import Engine, duckdb_engine

FULL_EXAMPLES = 600
SHORT_EXAMPLES = 60
WORLDS_AT_ONCE = 20
"""Worlds that one example counts together: an example is a batch, the examples above are worlds."""

_IS_FULL = os.environ.get("TOTALPLACE_FULL_COUNTS", "") not in {"", "0"}
_EXAMPLES = FULL_EXAMPLES if _IS_FULL else SHORT_EXAMPLES

settings.register_profile(
    "worlds",
    max_examples=_EXAMPLES // WORLDS_AT_ONCE,
    deadline=None,
    derandomize=not _IS_FULL,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="session", params=["duckdb"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Every engine that the spec suite runs on, beside the plain-Python reference."""
    one = {"duckdb": duckdb_engine}[request.param](threads=1)
    yield one
    one.close()
