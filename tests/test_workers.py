"""Tests of one group run in one worker, as those do that share what takes long to make."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import os
from pathlib import Path
import pytest

@pytest.mark.xdist_group("together")
@pytest.mark.parametrize("number", range(6))
def test_one(number):
    with Path("workers").open("a") as seen:
        seen.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


@pytest.mark.slow
def test_a_group_has_one_worker(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_group.py").write_text(TESTS)
    names = {name for name in os.environ if name.startswith("PYTEST_")}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in names},
        check=True,
        capture_output=True,
    )
    seen = (tmp_path / "workers").read_text().split()
    assert (len(seen), len(set(seen))) == (6, 1)


def test_every_test_has_one_group(request: pytest.FixtureRequest) -> None:
    """Of several, pytest-xdist would make another."""
    several = [
        item.nodeid
        for item in request.session.items
        if len({mark.args for mark in item.iter_markers("xdist_group")}) != 1
    ]
    assert several == []
