"""The examples in the docstrings of cases are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import totalplace.cases

MODULES = [
    one.name for one in pkgutil.walk_packages(totalplace.cases.__path__, "totalplace.cases.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [
        test
        for name in MODULES
        for test in finder.find(importlib.import_module(name))
        if test.examples
    ]
    assert found
