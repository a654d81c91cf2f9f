"""The page about OWASP ASVS 5 has every requirement once, and names only what is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

PAGE = "docs/reference/asvs.md"
WORDS = {
    "test": "checked by a test",
    "by design": "by design, with where it stands",
    "n/a": "not applicable",
    "gap": "gap",
}
KINDS = {
    "test": re.compile(r"test: `tests/[^`]+`"),
    "by design": re.compile(r"by design: `[^`]+`"),
    "n/a": re.compile(r"n/a because \w+"),
    "gap": re.compile(r"gap \((heavy|medium|light)\): \w+"),
}

# those of levels 1 and 2 of ASVS 5.0.0: section -> the numbers of level 1, those of level 2
REQUIREMENTS: dict[str, tuple[str, str]] = {
    "1.1": ("", "1-2"), "1.2": ("1-5", "6-9"), "1.3": ("1-2", "3-11"), "1.4": ("", "1-3"),
    "1.5": ("1", "2"),
    "2.1": ("1", "2-3"), "2.2": ("1-2", "3"), "2.3": ("1", "2-4"), "2.4": ("", "1"),
    "3.2": ("1-2", ""), "3.3": ("1", "2-4"), "3.4": ("1-2", "3-6"), "3.5": ("1-3", "4-5"),
    "3.7": ("", "1-2"),
    "4.1": ("1", "2-3"), "4.2": ("", "1"), "4.3": ("", "1-2"), "4.4": ("1", "2-4"),
    "5.1": ("", "1"), "5.2": ("1-2", "3"), "5.3": ("1-2", ""), "5.4": ("", "1-3"),
    "6.1": ("1", "2-3"), "6.2": ("1-8", "9-12"), "6.3": ("1-2", "3-4"), "6.4": ("1-2", "3-4"),
    "6.5": ("", "1-5"), "6.6": ("", "1-3"), "6.8": ("", "1-4"),
    "7.1": ("", "1-3"), "7.2": ("1-4", ""), "7.3": ("", "1-2"), "7.4": ("1-2", "3-5"),
    "7.5": ("", "1-2"), "7.6": ("", "1-2"),
    "8.1": ("1", "2"), "8.2": ("1-2", "3"), "8.3": ("1", ""), "8.4": ("", "1"),
    "9.1": ("1-3", ""), "9.2": ("1", "2-4"),
    "10.1": ("", "1-2"), "10.2": ("", "1-2"), "10.3": ("", "1-4"), "10.4": ("1-5", "6-11"),
    "10.5": ("", "1-5"), "10.6": ("", "1-2"), "10.7": ("", "1-3"),
    "11.1": ("", "1-2"), "11.2": ("", "1-3"), "11.3": ("1-2", "3"), "11.4": ("1", "2-4"),
    "11.5": ("", "1"), "11.6": ("", "1"),
    "12.1": ("1", "2-3"), "12.2": ("1-2", ""), "12.3": ("", "1-4"),
    "13.1": ("", "1"), "13.2": ("", "1-5"), "13.3": ("", "1-2"), "13.4": ("1", "2-5"),
    "14.1": ("", "1-2"), "14.2": ("1", "2-4"), "14.3": ("1", "2-3"),
    "15.1": ("1", "2-3"), "15.2": ("1", "2-3"), "15.3": ("1", "2-7"),
    "16.1": ("", "1"), "16.2": ("", "1-5"), "16.3": ("", "1-4"), "16.4": ("", "1-3"),
    "16.5": ("", "1-3"),
    "17.1": ("", "1"), "17.2": ("", "1-4"), "17.3": ("", "1-2"),
}  # fmt: skip


def _of(section: str, numbers: str) -> list[str]:
    if not numbers:
        return []
    first, _, last = numbers.partition("-")
    return [f"{section}.{n}" for n in range(int(first), int(last or first) + 1)]


LEVELS = {
    one: level
    for section, levels in REQUIREMENTS.items()
    for level, numbers in enumerate(levels, start=1)
    for one in _of(section, numbers)
}


@pytest.fixture(scope="module")
def rows(root: Path) -> list[tuple[str, int, str, str]]:
    """Id, level, what is asked, what stands here; in the order of the page."""
    found = re.findall(
        r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.+?) \| (.+) \|$", (root / PAGE).read_text(), re.MULTILINE
    )
    return [(one, int(level), asked, what) for one, level, asked, what in found]


def kind_of(what: str) -> str | None:
    found = [kind for kind, pattern in KINDS.items() if pattern.match(what)]
    return found[0] if len(found) == 1 else None


def test_the_list_is_that_of_the_standard() -> None:
    assert Counter(LEVELS.values()) == {1: 70, 2: 183}
    assert len({one.partition(".")[0] for one in LEVELS}) == 17


def test_every_requirement_has_one_row_of_a_known_kind(
    rows: list[tuple[str, int, str, str]],
) -> None:
    assert [(one, level) for one, level, _, _ in rows] == list(LEVELS.items())
    assert [one for one, _, asked, what in rows if kind_of(what) is None or not asked] == []


def test_the_summary_adds_up(rows: list[tuple[str, int, str, str]], root: Path) -> None:
    text = (root / PAGE).read_text()
    for kind, words in WORDS.items():
        of_kind = [level for _, level, _, what in rows if kind_of(what) == kind]
        told = f"{of_kind.count(1)} | {of_kind.count(2)} | {len(of_kind)}"
        assert f"| {words} | {told} |" in text
    for one, level, asked, what in rows:
        listed = f"- **{one}** (level {level}) {asked}: " in text
        assert listed == (kind_of(what) == "gap"), one


@cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))


def test_every_test_and_file_that_is_named_is_there(
    rows: list[tuple[str, int, str, str]], root: Path
) -> None:
    missing = []
    named = 0
    for one, _, _, what in rows:
        for path, test in re.findall(r"`(tests/[\w/.]+)::(test_\w+)`", what):
            named += 1
            if not (root / path).is_file() or test not in _functions(root / path):
                missing.append((one, path, test))
        if kind_of(what) == "by design":
            files = re.findall(r"`((?:src|docs|requirements)/[^`]+|pyproject\.toml)`", what)
            missing += [(one, path, "") for path in files if not (root / path).is_file()]
            assert files, one
    assert named > 200
    assert missing == []
