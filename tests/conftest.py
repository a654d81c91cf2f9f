"""Spark, PostgreSQL and a browser: each started once, only when a test asks for it."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from chromium import chromium
from counted import running
from postgres_here import ON_POSTGRES, postgres_server
from spark_here import EVERY_ENGINE, NO_SPARK, ON_SPARK, TINY
from totalplace.engine import Engine, duckdb_engine, spark_engine

SHARED = {
    "published": "browser",
    "made_rich": "browser",
    "made_tiny": "reports",
    "facts": "reports",
}
"""Fixtures of a session that take long to make -> the group of tests that one worker runs."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that takes Spark or PostgreSQL is marked as one of such a parameter is.

    One that takes what is shared is slow. The tests of a module, or of what is shared, are one
    worker's, so that their fixtures are made once. They begin in this order.
    """
    for item in items:
        taken = getattr(item, "fixturenames", ())
        if "spark" in taken and not item.get_closest_marker("xdist_group"):
            for mark in ON_SPARK:
                item.add_marker(mark)
        if "postgres_databases" in taken:
            for mark in ON_POSTGRES:
                item.add_marker(mark)
        shared = [SHARED[one] for one in taken if one in SHARED]
        if shared:
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("xdist_group") is None:
            group = shared[0] if shared else item.nodeid.partition("::")[0]
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_is_begun_late)


def _is_begun_late(item: pytest.Item) -> bool:
    """Whether a test is none of those that take minutes: no worker waits for them at the end."""
    group = item.get_closest_marker("xdist_group")
    is_long = group is not None and group.args[0] in {"spark", "browser"}
    return not is_long and item.get_closest_marker("early") is None


def pytest_sessionstart() -> None:
    """What tests start can be interrupted, also where a shell has begun them in the background."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What stands now stays to the end: to look for garbage in it takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish() -> None:
    """At the end all is garbage."""
    gc.unfreeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """While a test runs, `counted` knows how it is marked.

    A command that a test gives in this process sets the place that it works on: not for others. A
    job that is done in it ignores SIGTERM from then on, and so would every process that is begun.
    """
    places = os.environ.get("TOTALPLACE_PLACES")
    asked_to_end = signal.getsignal(signal.SIGTERM)
    with running(item):
        done = yield
    signal.signal(signal.SIGTERM, asked_to_end)
    if places is not None:
        os.environ["TOTALPLACE_PLACES"] = places
    return done


@pytest.fixture(scope="session")
def spark() -> Iterator[Callable[[], Engine]]:
    """What makes an engine on a Spark that all tests share."""
    if NO_SPARK:
        pytest.skip(NO_SPARK)
    held = spark_engine("local[1]", settings=TINY)
    yield lambda: spark_engine(settings=TINY)
    held.close()


@pytest.fixture(scope="session", params=EVERY_ENGINE)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Every engine that analyses run on, beside the plain-Python reference."""
    make: Callable[[], Engine] = (
        request.getfixturevalue("spark")
        if request.param == "spark"
        else lambda: duckdb_engine(threads=1)
    )
    one = make()
    yield one
    one.close()


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Callable[[], str]]:
    """What makes an empty database on a server that all tests of a process share: its URL."""
    with postgres_server() as new_database:
        yield new_database


@pytest.fixture(scope="module")
def postgres_url(postgres_databases: Callable[[], str]) -> str:
    """The URL of an empty database for the tests of a module."""
    return postgres_databases()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for the tests of a module: while it is there, no other event loop may run."""
    with chromium() as one:
        yield one
