"""How often spoilt files, kills, attacks and random worlds are tried: a tenth, or all of them.

All with TOTALPLACE_FULL_COUNTS=1, as `make test-long` sets it. That command repeats the tests that
are marked ``counted``, and no others: so a test without the mark is refused its number here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

__all__ = ["each", "how_many", "running", "tried"]

_IS_FULL = os.environ.get("TOTALPLACE_FULL_COUNTS", "") not in {"", "0"}
_running: list[pytest.Item] = []


@contextmanager
def running(item: pytest.Item) -> Iterator[None]:
    """Tell which test runs, its fixtures included; conftest does."""
    _running.append(item)
    try:
        yield
    finally:
        _running.pop()


def how_many(full: int, short: int | None = None) -> int:
    """The full number when all are asked for, else the short one: a tenth, rounded up.

    Raises:
        RuntimeError: the test that asks is not marked ``counted``.
    """
    if not _running or _running[-1].get_closest_marker("counted") is None:
        raise RuntimeError(
            "only a test marked `counted` may ask how many, else `make test-long` leaves it out"
        )
    return _number(full, short)


def each(name: str, values: Sequence[object], short: int | None = None) -> Callable[[Any], Any]:
    """Run a test for all values of a parameter or the first few of them; this marks it."""
    some = values[: _number(len(values), short)]
    return lambda test: pytest.mark.counted(pytest.mark.parametrize(name, some)(test))


def tried(full: int, short: int | None = None, **more: Any) -> Callable[[Any], Any]:
    """Settings of a Hypothesis test that is tried so often; this marks it.

    The short run, and the project's own checks, always try the same examples: what lands is not
    stopped by what it did not do. A full run elsewhere tries others each time. ``more`` are other
    settings.
    """
    chosen = settings(
        max_examples=_number(full, short),
        derandomize=not _IS_FULL or bool(os.environ.get("CI")),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    return lambda test: pytest.mark.counted(chosen(test))


def _number(full: int, short: int | None) -> int:
    if _IS_FULL:
        return full
    return -(-full // 10) if short is None else short
