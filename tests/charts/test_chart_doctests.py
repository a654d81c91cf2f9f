"""Examples in the docstrings of the charts run."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["_heat", "_palette", "_text"])
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"totalplace.charts.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
