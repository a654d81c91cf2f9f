"""The examples in the docstrings of the product are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from django_here import set_up

SOURCES = Path(__file__).parents[2] / "src"
MODULES = [
    ".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(SOURCES.rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    set_up()
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed
