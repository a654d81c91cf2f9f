"""The pages of the documentation, and the scripts that make them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny place with payments, a count and a decision, never to be changed."""
    import tiny_place

    folder = tmp_path_factory.mktemp("tiny")
    with tiny_place.make_place(folder) as place:
        place.add(tiny_place.write_spend(folder))
        place.count()
        place.decide("Acme", what="alias", value="eastwick-council", why="a test", who="test")
        return place.path


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    """Path from the root of the project -> text, of every page that people read."""
    found = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    kept = [path for path in found if "_build" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(kept)}


@pytest.fixture(scope="session")
def reference(pages: dict[str, str]) -> str:
    """All pages of the reference, one after the other."""
    return "\n".join(text for name, text in pages.items() if name.startswith("docs/reference/"))
