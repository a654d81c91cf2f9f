"""The command line run in this process, and a tiny place to run it on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tiny_place
from totalplace.cli import main


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of the problems told as JSON."""
        return [problem["code"] for problem in self.document["problems"]]


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; no command may ever show a traceback."""

    def run_command(*words: object) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)

    return run_command


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny place with its two returns, never to be changed."""
    return tiny_place.make_place(tmp_path_factory.mktemp("made")).path


@pytest.fixture
def tiny(made: Path, tmp_path: Path) -> Path:
    """A copy of the tiny place, to be changed at will."""
    return Path(shutil.copytree(made, tmp_path / "tiny"))
