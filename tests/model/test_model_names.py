"""What the floor offers is there."""

from __future__ import annotations

import totalplace.model


def test_the_public_names_are_sorted_and_there() -> None:
    names = totalplace.model.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(totalplace.model, name) for name in names)
