"""Where in a TOML text each table and each value stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from totalplace.cases._toml_lines import Key, Scan

__all__ = ["Spans", "spans_of"]


@dataclass
class Spans:
    """Places in a text, counted in characters.

    Attributes:
        values: path -> beginning of the key, beginning and end of the value.
        tables: path of a table with a header -> beginning of the header, end of its last value;
            the root, ``()``, is there always.
    """

    values: dict[Key, tuple[int, int, int]] = field(default_factory=dict)
    tables: dict[Key, tuple[int, int]] = field(default_factory=lambda: {(): (0, 0)})


def spans_of(text: str) -> Spans:
    """The spans of a text.

    Args:
        text: valid TOML with ``\\n`` line ends.

    >>> spans_of("[a]\\nb = 12 # why\\n").values["a", "b"]
    (4, 8, 10)
    """
    scan = _Spans(text)
    scan.document()
    return scan.spans


class _Spans(Scan):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.spans = Spans()
        self._inside: Key = ()
        self._begun: list[int] = []

    def _header(self, *, is_array: bool) -> Key:
        start = self.at - (2 if is_array else 1)
        self._inside = super()._header(is_array=is_array)
        self.spans.tables[self._inside] = (start, self.at)
        return self._inside

    def _pair(self, table: Key) -> None:
        self._begun.append(self.at)
        super()._pair(table)
        self._begun.pop()
        if not self._begun:
            start, _ = self.spans.tables[self._inside]
            self.spans.tables[self._inside] = (start, self.at)

    def _value(self, path: Key) -> None:
        start = self.at
        super()._value(path)
        end = start + len(self.text[start : self.at].rstrip())
        if isinstance(path[-1], str):
            self.spans.values[path] = (self._begun[-1], start, end)
