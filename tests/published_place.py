"""The fictional place, published: made once for all test processes, and never changed."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

PEOPLE = 20_000


def published_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a fictional place that is published."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "published-place"
    with (base / "published-place.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "public").is_dir():
            from totalplace import make_fictional_place
            from totalplace._api._example_cases import keep_example_cases

            shutil.rmtree(folder, ignore_errors=True)
            place, _ = make_fictional_place(folder, people=PEOPLE)
            with place:
                keep_example_cases(place)
                place.publish()
    return folder
