"""What the package offers is there."""

from __future__ import annotations

import totalplace.sources


def test_public_names_are_sorted_and_there() -> None:
    names = totalplace.sources.__all__
    assert list(names) == sorted(names)
    assert all(hasattr(totalplace.sources, name) for name in names)
