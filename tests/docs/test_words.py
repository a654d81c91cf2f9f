"""Words and paths that have no place in the documentation."""

from __future__ import annotations

import re

import pytest

_ABSOLUTE = re.compile(
    r"(?<![\w.<:/])/(?:home|root|tmp|usr|opt|var|mnt|work|Users|data)/"
    r"(?<!/data/(?=sources|loads|definitions|glossary|publications|files|catalogue))"
    r"(?<!/work/(?=approved|cases|decisions|lines|loads|mistakes|public-lines|queues|releases|returns"
    r"|rows|search|sources|views))[\w./-]+"
)
_AMERICAN = re.compile(
    r"\b(\w*(?:color|behavior|center|labor|favor|honor)(?:s|ed|ing)?|license[ds]?|"
    r"(?:organi|recogni|normali|summari|itemi|categori|analy)z\w+)\b",
    re.IGNORECASE,
)
_SELLING = re.compile(
    r"\b(powerful|seamless(?:ly)?|effortless(?:ly)?|blazing(?:ly)?|cutting-edge|world-class|"
    r"revolutionary|robust(?:ly)?|simply|leverag\w+|empower\w*|unlock\w*)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s)>\]]+")
_OTHERS = {"license.md", "LICENSE", "license-files"}


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group() for match in pattern.finditer(text) if match.group() not in _OTHERS]


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        (_ABSOLUTE, "see /home/me/x and docs/home/x", ["/home/me/x"]),
        (_ABSOLUTE, "at /work/queues/ and /work/me/x", ["/work/me/x"]),
        (_AMERICAN, "colour and color, recognised, organization", ["color", "organization"]),
        (_SELLING, "a Powerful and simple tool", ["Powerful"]),
    ],
)
def test_the_patterns_find_what_they_must(pattern, text, words) -> None:
    assert found(pattern, text) == words


def test_no_path_of_a_machine(pages: dict[str, str]) -> None:
    """The fictional output runs in a folder without a name; nothing else may name one."""
    hits = {name: paths for name, text in pages.items() if (paths := found(_ABSOLUTE, text))}
    hits.pop("docs/reference/command-line.md", None)  # its example makes a place in /tmp
    assert hits == {}


def test_british_spelling(pages: dict[str, str]) -> None:
    hand_written = {name: text for name, text in pages.items() if "<!-- Made by" not in text}
    assert {n: hits for n, text in hand_written.items() if (hits := found(_AMERICAN, text))} == {}


def test_plain_words(pages: dict[str, str]) -> None:
    assert {n: hits for n, text in pages.items() if (hits := found(_SELLING, text))} == {}


def test_no_unknown_address(pages: dict[str, str]) -> None:
    """Citations are titles and publishers; addresses rot."""
    # names kept for examples, and this computer
    known = re.compile(
        r"https://ibis-project\.org|https?://(?:[\w-]+\.)*example\b|http://127\.0\.0\.1\b"
    )
    hits = {
        name: addresses
        for name, text in pages.items()
        if (addresses := [one for one in found(_ADDRESS, text) if not known.match(one)])
    }
    assert hits == {}
