"""What the package offers is there."""

from __future__ import annotations

import pytest

import totalplace.disclosure
import totalplace.disclosure.publish


@pytest.mark.parametrize("module", [totalplace.disclosure, totalplace.disclosure.publish])
def test_the_public_names_are_sorted_and_there(module) -> None:
    names = module.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(module, name) for name in names)
