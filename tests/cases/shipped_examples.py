"""The examples that ship, for their tests."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from totalplace.cases import Case, Example, examples, read_case

__all__ = ["CASES", "FOLDER", "by_id", "case_of"]

FOLDER = Path(str(resources.files("totalplace.cases") / "data" / "examples"))
CASES = tuple(one for one in examples() if one.kind == "case")


def by_id(one: Example) -> str:
    """The name of a test."""
    return one.id


@cache
def case_of(example_id: str) -> Case:
    """An example case, read once."""
    return read_case(FOLDER / f"{example_id}.toml")
