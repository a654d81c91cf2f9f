"""Changing values of a TOML text so that all else stays as it was written, comments included."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from totalplace.cases._toml_lines import Key, lines_of
from totalplace.cases._toml_spans import Spans, spans_of

__all__ = ["as_toml", "edited_toml", "toml_value"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class _CannotPatchError(Exception):
    """The text is written in a way that only a new one can say."""


def edited_toml(text: str, data: Mapping[str, Any]) -> str:
    """The text with other values: what did not change keeps its place, its form and its comments.

    Where that cannot be done, as with dotted keys, the whole text is written anew.

    Args:
        text: valid TOML with ``\\n`` line ends.
        data: all that it is to say.

    >>> print(edited_toml('[case]\\nhorizon = 10  # years\\n', {"case": {"horizon": 12}}), end="")
    [case]
    horizon = 12  # years
    """
    old = tomllib.loads(text)
    if _same(old, data):
        return text
    try:
        lines_of(text)
        made = _Patch(text, spans_of(text)).made(old, data)
        if _same(tomllib.loads(made), data):
            return made
    except (_CannotPatchError, ValueError):
        pass
    return as_toml(data)


def as_toml(data: Mapping[str, Any]) -> str:
    """A TOML text: a table or an array of tables at the top has a header, all below is inline.

    >>> print(as_toml({"case": {"id": "a", "years": [0, 5]}, "outcome": [{"id": "b"}]}), end="")
    [case]
    id = "a"
    years = [0, 5]
    <BLANKLINE>
    [[outcome]]
    id = "b"
    """
    parts = ["".join(_pairs({k: v for k, v in data.items() if not _has_header(v)}))]
    parts += ["".join(_sections(key, one)) for key, one in data.items() if _has_header(one)]
    return "\n".join(part for part in parts if part)


def _has_header(value: Any) -> bool:
    return isinstance(value, Mapping) or _is_tables(value)


def _is_tables(value: Any) -> bool:
    return (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )


def _sections(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield f"[{_key(key)}]\n"
        yield from _pairs(value)
        return
    for at, one in enumerate(value):
        yield ("\n" if at else "") + f"[[{_key(key)}]]\n"
        yield from _pairs(one)


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{_key(key)} = {toml_value(value)}\n"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    # of what JSON leaves as it is, TOML takes no DEL
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_value(value: Any) -> str:  # noqa: PLR0911 - one a type
    """A value as TOML says it on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return {"inf": "inf", "-inf": "-inf", "nan": "nan"}.get(repr(value), repr(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {toml_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return str(value.isoformat())


def _same(one: Any, other: Any) -> bool:
    """Equal, and not a whole number for a yes or no."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


class _Patch:
    """Gathers what is written where."""

    def __init__(self, text: str, spans: Spans) -> None:
        self._text, self._spans = text, spans
        self._changes: list[tuple[int, int, str]] = []

    def made(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
        self._table((), old, new)
        text = self._text
        # what is written at one place keeps its order
        numbered = sorted(enumerate(self._changes), key=lambda one: (one[1][0], one[0]))
        for _, (start, end, words) in reversed(numbered):
            text = text[:start] + words + text[end:]
        return text

    def _table(self, path: Key, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        for key in old:
            if key not in new:
                self._remove((*path, key))
        added = {}
        for key, value in new.items():
            here = (*path, key)
            if key not in old:
                added[key] = value
            elif not _same(old[key], value):
                self._change(here, old[key], value)
        if added:
            self._add(path, added)

    def _change(self, here: Key, old: Any, new: Any) -> None:
        if here in self._spans.values:
            _, start, end = self._spans.values[here]
            self._changes.append((start, end, toml_value(new)))
        elif here in self._spans.tables and isinstance(old, Mapping) and isinstance(new, Mapping):
            self._table(here, old, new)
        elif (*here, 0) in self._spans.tables and isinstance(new, list):
            self._array(here, old, new)
        elif self._below(here) and isinstance(old, Mapping) and isinstance(new, Mapping):
            self._table(here, old, new)
        else:
            raise _CannotPatchError

    def _array(self, path: Key, old: list[Any], new: list[Any]) -> None:
        if not all(isinstance(one, Mapping) for one in new) or not new:
            raise _CannotPatchError
        if len(new) < len(old):
            gone = [at for at in range(len(old)) if _same(old[:at] + old[at + 1 :], new)]
            if not gone:
                raise _CannotPatchError
            self._remove_section((*path, gone[-1]))
            return
        for at, one in enumerate(old):
            if not _same(one, new[at]):
                self._table((*path, at), one, new[at])
        if len(new) > len(old):
            end = self._line_end(self._end_of((*path, len(old) - 1)))
            more = [
                f"\n[[{'.'.join(_key(str(part)) for part in path)}]]\n" + "".join(_pairs(one))
                for one in new[len(old) :]
            ]
            self._insert(end, "".join(more))

    def _remove(self, here: Key) -> None:
        if here in self._spans.values:
            start, _, end = self._spans.values[here]
            begin = self._text.rfind("\n", 0, start) + 1
            if self._text[begin:start].strip():
                raise _CannotPatchError
            self._changes.append((begin, self._line_end(end), ""))
        elif here in self._spans.tables:
            self._remove_section(here)
        else:
            raise _CannotPatchError

    def _remove_section(self, here: Key) -> None:
        start, _ = self._spans.tables[here]
        self._changes.append((start, self._line_end(self._end_of(here)), ""))

    def _add(self, path: Key, added: Mapping[str, Any]) -> None:
        if not path:
            plain = {key: one for key, one in added.items() if not _has_header(one)}
            if plain:
                self._insert(self._line_end(self._spans.tables[()][1]), "".join(_pairs(plain)))
            for key, one in added.items():
                if _has_header(one):
                    self._insert(len(self._text), "\n" + "".join(_sections(key, one)))
        elif path in self._spans.tables:
            end = self._line_end(self._spans.tables[path][1])
            self._insert(end, "".join(_pairs(added)))
        elif self._below(path) and all(isinstance(one, Mapping) for one in added.values()):
            for key, one in added.items():
                name = ".".join(_key(str(part)) for part in (*path, key))
                self._insert(len(self._text), f"\n[{name}]\n" + "".join(_pairs(one)))
        else:
            raise _CannotPatchError

    def _insert(self, at: int, words: str) -> None:
        is_broken = at > 0 and self._text[at - 1] != "\n"
        self._changes.append((at, at, ("\n" if is_broken else "") + words))

    def _below(self, path: Key) -> bool:
        """Whether a table stands there by the headers below it alone."""
        return any(one[: len(path)] == path for one in self._spans.tables if one != path)

    def _end_of(self, path: Key) -> int:
        """Where a section ends, with those below it."""
        return max(end for one, (_, end) in self._spans.tables.items() if one[: len(path)] == path)

    def _line_end(self, at: int) -> int:
        """The beginning of the next line."""
        found = self._text.find("\n", at)
        return len(self._text) if found < 0 else found + 1
