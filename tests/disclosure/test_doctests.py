"""The examples in the docstrings of this package are true, and its public names are there."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import totalplace.disclosure
import totalplace.disclosure.publish

MODULES = [one.name for one in pkgutil.iter_modules(totalplace.disclosure.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"totalplace.disclosure.{name}"))
    assert result.failed == 0


@pytest.mark.parametrize("module", [totalplace.disclosure, totalplace.disclosure.publish])
def test_the_public_names_are_sorted_and_there(module) -> None:
    names = module.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(module, name) for name in names)
