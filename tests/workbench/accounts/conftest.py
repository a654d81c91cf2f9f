"""Browsers of the workbench that nobody is signed in with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def browser(at_work: Any) -> Callable[[], Any]:
    """Makes a client that is not signed in, of a browser of its own."""

    def client(address: str = "192.0.2.1") -> Any:
        from django.test import Client

        return Client(headers={"host": "127.0.0.1"}, REMOTE_ADDR=address)

    return client
