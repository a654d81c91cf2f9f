"""Placing rules of published payments, found once for each kind of line.

A rule names a body (or ``*``) and patterns of service area, expense type and payee, in which only
``*`` is special; the rule of the highest priority that fits decides, a payer's own before a
general one. Texts are free and many, rules are few: each text is first read as its *class*, the
patterns it fits, and rules are then tried once for each combination of classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["TEXTS", "SpendRules", "fold"]

TEXTS = ("unit", "expense", "payee")
"""What a rule looks at besides the body: service area, expense type and payee."""


def fold(text: str | None) -> str:
    """Case folded, white space collapsed: how patterns and texts are compared."""
    return " ".join((text or "").casefold().split())


class SpendRules:
    """The rules that apply to each body, in the order in which they are tried."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = sorted(rows, key=lambda row: (-int(row["priority"]), row["body_id"] == "*"))
        self._own = {row["body_id"] for row in self._rows}
        self._by_body: dict[str, _BodyRules] = {}

    def of(self, body_id: str) -> _BodyRules:
        """The rules of one body; bodies that have none of their own share theirs."""
        if body_id not in self._own:
            body_id = "*"
        if body_id not in self._by_body:
            rows = [row for row in self._rows if row["body_id"] in {"*", body_id}]
            self._by_body[body_id] = _BodyRules(rows)
        return self._by_body[body_id]


class _BodyRules:
    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._rows = rows
        self._known: dict[tuple[str, str | None], str] = {}
        self._fitting: dict[str, Mapping[str, str]] = {}
        self._patterns = {
            text: sorted({fold(row[f"{text}_pattern"]) for row in rows} - {"", "*"})
            for text in TEXTS
        }
        self._compiled = {
            text: [re.compile(_regex(pattern)) for pattern in patterns]
            for text, patterns in self._patterns.items()
        }
        self._any = {
            text: re.compile("|".join(map(_regex, patterns)) or r"(?!)")
            for text, patterns in self._patterns.items()
        }

    def text_class(self, text: str, value: str | None) -> str:
        """The numbers of the patterns that a text fits, as one text; empty for none."""
        key = text, value
        if key not in self._known:
            self._known[key] = self._read(text, fold(value))
        return self._known[key]

    def fitting(self, text: str, values: Iterable[str]) -> Mapping[str, str]:
        """The classes of those texts that fit any pattern: value -> class.

        Read once: later calls must give the same values.
        """
        if text not in self._fitting:
            self._fitting[text] = {
                value: found for value in values if (found := self.text_class(text, value))
            }
        return self._fitting[text]

    def _read(self, text: str, folded: str) -> str:
        if not self._any[text].fullmatch(folded):
            return ""
        return ",".join(
            str(number)
            for number, pattern in enumerate(self._compiled[text])
            if pattern.fullmatch(folded)
        )

    def find(self, classes: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The rule that decides lines of these classes (unit, expense, payee), or None."""
        fits = {
            text: {"", "*"} | {self._patterns[text][int(n)] for n in found.split(",") if n}
            for text, found in classes.items()
        }
        for row in self._rows:
            if all(fold(row[f"{text}_pattern"]) in fits[text] for text in TEXTS):
                return row
        return None


def _regex(pattern: str) -> str:
    return ".*".join(re.escape(part) for part in pattern.split("*"))
