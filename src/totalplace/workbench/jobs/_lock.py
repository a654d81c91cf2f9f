"""One worker for a place: the others wait until it is gone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

__all__ = ["only_worker"]

_LOCK = 0x746F74616C6A6F62
"""The advisory lock of PostgreSQL that the worker holds."""
_WAIT_SECONDS = 0.2
_ASKED_EVERY_SECONDS = 5.0


@contextlib.contextmanager
def only_worker(stopped: Callable[[], bool]) -> Iterator[Callable[[], bool] | None]:
    """Hold the lock of the worker; it is free again when this process ends, however it ends.

    Args:
        stopped: asked a few times a second while another worker holds it.

    Returns:
        What tells whether it is still held; None when told to stop before it was free.
    """
    hold = _in_database if connection.vendor == "postgresql" else _on_file
    with hold() as (is_taken, is_held):
        while not is_taken():
            if stopped():
                yield None
                return
            time.sleep(_WAIT_SECONDS)
        yield is_held


@contextlib.contextmanager
def _on_file() -> Iterator[tuple[Callable[[], bool], Callable[[], bool]]]:
    path = Path(settings.TOTALPLACE_FOLDER) / "worker.lock"
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def is_taken() -> bool:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        yield is_taken, lambda: True
    finally:
        os.close(number)


@contextlib.contextmanager
def _in_database() -> Iterator[tuple[Callable[[], bool], Callable[[], bool]]]:
    # a connection of its own: the lock lasts as long as it does
    own: Any = connections.create_connection("default")
    asked = time.monotonic()

    def is_taken() -> bool:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            return bool(cursor.fetchone()[0])

    def is_held() -> bool:
        nonlocal asked
        if time.monotonic() - asked > _ASKED_EVERY_SECONDS:
            asked = time.monotonic()
            return bool(own.is_usable())
        return True

    try:
        yield is_taken, is_held
    finally:
        own.close()
