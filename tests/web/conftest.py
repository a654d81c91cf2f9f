"""The site over the fictional place, asked in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django_here import public_settings, set_up
from published_place import published_place


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_place(tmp_path_factory)


@pytest.fixture
def site() -> Iterator[None]:
    set_up()
    from django.test import override_settings

    with override_settings(**public_settings()):
        yield


@pytest.fixture
def client(site: None, published: Path) -> Iterator[Any]:
    """Asks the site as a browser would; a fault of ours is raised."""
    from django.test import Client, override_settings

    with override_settings(TOTALPLACE_PLACES=[published]):
        yield Client(headers={"host": "127.0.0.1"})


@pytest.fixture(scope="session")
def small_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a public zone alone, of few invented figures."""
    from small_zone import write_zone

    return write_zone(tmp_path_factory.mktemp("small"))


@pytest.fixture
def small(site: None, small_place: Path) -> Iterator[Any]:
    """Asks the site over the small place."""
    from django.test import Client, override_settings

    with override_settings(TOTALPLACE_PLACES=[small_place]):
        yield Client(headers={"host": "127.0.0.1"})
