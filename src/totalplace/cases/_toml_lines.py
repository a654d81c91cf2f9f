"""On which line each key and value of a TOML text stands."""

from __future__ import annotations

import re
import tomllib

__all__ = ["Key", "Scan", "lines_of"]

Key = tuple[str | int, ...]
"""Keys of tables and positions in arrays, from the root: ``("stream", 0, "budget", 2)``."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{1,2}(?!"))?', re.DOTALL),
    re.compile(r"'''.*?'''(?:'{1,2}(?!'))?", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> dict[Key, int]:
    """Path -> line, for every key, table and element of an array.

    Args:
        text: valid TOML with ``\\n`` line ends.

    >>> lines_of('[[stream]]\\nbudget = [\\n  8,\\n  9,\\n]\\n')[("stream", 0, "budget", 1)]
    4
    """
    scan = Scan(text)
    scan.document()
    return scan.lines


class Scan:
    """One pass over a text that is known to be TOML; ``at`` is how far it has come."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Key, int] = {}
        self._counts: dict[Key, int] = {}
        self._line, self._counted_to = 1, 0

    def document(self) -> None:
        table: Key = ()
        while self._skip(_BLANK) < len(self.text):
            if self._take("[["):
                table = self._header(is_array=True)
            elif self._take("["):
                table = self._header(is_array=False)
            else:
                self._pair(table)

    def _header(self, *, is_array: bool) -> Key:
        line = self._here()
        parts = self._key()
        self._skip(_SPACE)
        self.at += 2 if is_array else 1
        path = self._into((), parts if not is_array else parts[:-1])
        if is_array:
            array = (*path, parts[-1])
            nth = self._counts.get(array, 0)
            self._counts[array] = nth + 1
            self.lines.setdefault(array, line)
            path = (*array, nth)
        self._mark(path, line)
        return path

    def _into(self, path: Key, parts: list[str]) -> Key:
        """The path of a table: a name of an array of tables means its last element."""
        for part in parts:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: Key) -> None:
        line = self._here()
        path = (*table, *self._key())
        self._mark(path, line, above=len(table))
        self._skip(_SPACE)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _mark(self, path: Key, line: int, above: int = 0) -> None:
        for size in range(above + 1, len(path) + 1):
            self.lines.setdefault(path[:size], line)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            if self.text[self.at] in "\"'":
                parts.append(tomllib.loads(f"k = {self._string()}")["k"])
            else:
                parts.append(self._match(_BARE))
            self._skip(_SPACE)
            if not self._take("."):
                return parts

    def _value(self, path: Key) -> None:
        if self.text[self.at] in "\"'":
            self._string()
        elif self._take("["):
            self._array(path)
        elif self._take("{"):
            self._inline(path)
        else:
            self._match(_SCALAR)

    def _array(self, path: Key) -> None:
        nth = 0
        while not self._ends("]"):
            self.lines[*path, nth] = self._here()
            self._value((*path, nth))
            nth += 1

    def _inline(self, path: Key) -> None:
        while not self._ends("}"):
            self._pair(path)

    def _ends(self, bracket: str) -> bool:
        """Go to the next element; whether the bracket closes instead."""
        self._skip(_BLANK)
        if self._take(","):
            self._skip(_BLANK)
        return self._take(bracket)

    def _string(self) -> str:
        for form in _STRINGS:
            found = form.match(self.text, self.at)
            if found is not None:
                self.at = found.end()
                return found[0]
        raise ValueError(f"a string does not end (at line {self._here()}, column 1)")

    def _match(self, form: re.Pattern[str]) -> str:
        found = form.match(self.text, self.at)
        if found is None:
            raise ValueError(f"a value is missing (at line {self._here()}, column 1)")
        self.at = found.end()
        return found[0]

    def _skip(self, form: re.Pattern[str]) -> int:
        found = form.match(self.text, self.at)
        self.at = found.end() if found is not None else self.at
        return self.at

    def _take(self, sign: str) -> bool:
        is_there = self.text.startswith(sign, self.at)
        self.at += len(sign) if is_there else 0
        return is_there

    def _here(self) -> int:
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line
