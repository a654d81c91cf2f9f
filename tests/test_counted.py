"""Whatever depends on the full counts is marked, so that `make test-long` repeats it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import counted

ROOT = Path(__file__).parents[1]
VARIABLE = "TOTALPLACE_FULL_COUNTS"


def _files(*folders: str) -> Iterator[tuple[str, str]]:
    """Path and text of every Python file."""
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_one_file_alone_reads_the_variable() -> None:
    quoted = re.compile(f"[\"']{VARIABLE}[\"']")
    found = [
        name for name, text in _files("tests", "bench", "scripts", "src") if quoted.search(text)
    ]
    assert sorted(found) == ["tests/counted.py", "tests/test_counted.py"]


def test_others_take_what_is_public_of_it() -> None:
    found = {
        name: re.findall(r"^ *(?:from|import) counted\b.*", text, re.MULTILINE)
        for name, text in _files("tests")
        if name != "tests/test_counted.py"
    }
    taken = {name: lines for name, lines in found.items() if lines}
    assert len(taken) > 5
    public = rf"from counted import (?:{'|'.join(counted.__all__)})"
    assert [
        n for n, lines in taken.items() if not all(re.fullmatch(public, x) for x in lines)
    ] == []


def test_a_test_without_the_mark_is_refused_a_number() -> None:
    with pytest.raises(RuntimeError, match="marked `counted`"):
        counted.how_many(100)


@pytest.fixture(scope="module")
def made_for_a_marked_test() -> int:
    return counted.how_many(100)


@pytest.mark.counted
def test_a_marked_test_has_a_tenth_or_all(made_for_a_marked_test: int) -> None:
    is_full = made_for_a_marked_test == 100
    assert made_for_a_marked_test in {10, 100}
    assert counted.how_many(11) == (11 if is_full else 2)
    assert counted.how_many(4, 2) == (4 if is_full else 2)


@counted.each("one", range(20))
def test_parameters_are_marked(one: int, request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("counted")
    assert one < counted.how_many(20)


seen: list[int] = []


@counted.tried(20)
@given(number=st.integers())
def test_properties_are_marked(number: int) -> None:
    seen.append(number)
    assert len(seen) <= counted.how_many(20) * 2


def test_the_two_commands_run_every_test() -> None:
    """One leaves out only `long`; the other takes `long` and what its variable changes."""
    make = (ROOT / "Makefile").read_text("utf-8")
    assert '-m "not long"\n' in make
    (long,) = [line for line in make.splitlines() if VARIABLE + "=1" in line]
    assert long.endswith('-m "long or counted"')
    pytest_options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    marks = {one.partition(":")[0] for one in pytest_options["ini_options"]["markers"]}
    assert {"slow", "long", "counted", "real"} <= marks
