"""The examples in the docstrings of this floor are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import totalplace.model

MODULES = [one.name for one in pkgutil.iter_modules(totalplace.model.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"totalplace.model.{name}"))
    assert result.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [
        test
        for name in MODULES
        for test in finder.find(importlib.import_module(f"totalplace.model.{name}"))
        if test.examples
    ]
    assert len(found) >= 10


def test_the_public_names_are_sorted_and_there() -> None:
    names = totalplace.model.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(totalplace.model, name) for name in names)
