"""Column maps: which published header means which field. The maps are data, in ``columns/``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any

__all__ = ["FieldHeaders", "header_key", "map_columns", "read_columns", "spend_fields"]


@lru_cache(maxsize=10_000)
def header_key(text: str) -> str:
    """A header without case, spaces and punctuation, so that its spellings meet.

    >>> header_key(" Net Amount (£)"), header_key("G/L description.")
    ('netamount', 'gldescription')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


@cache
def read_columns(name: str) -> Mapping[str, Any]:
    """The column map ``columns/<name>.toml`` as it stands."""
    path = resources.files("totalplace.sources") / "columns" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class FieldHeaders:
    """One field and the headers under which publishers write it, the preferred one first."""

    name: str
    title: str
    headers: tuple[str, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The `header_key` of each header."""
        return tuple(map(header_key, self.headers))


@cache
def spend_fields() -> tuple[FieldHeaders, ...]:
    """The fields of council spend with their published headers."""
    return tuple(
        FieldHeaders(field["name"], field["title"], tuple(header for header, _ in field["headers"]))
        for field in read_columns("spend")["field"]
    )


def map_columns(fields: Sequence[FieldHeaders], header: Sequence[str]) -> dict[str, int]:
    """Field -> index of the column that carries it.

    Of several headers for one field the first in the map's order wins, and of two columns with
    the same header the left one.

    >>> columns = map_columns(spend_fields(), ["Gross", "VAT", "Net", "Supplier Name"])
    >>> sorted(columns.items())
    [('amount', 2), ('gross', 0), ('payee', 3), ('vat', 1)]
    """
    at: dict[str, int] = {}
    for index, text in enumerate(header):
        at.setdefault(header_key(text), index)
    columns: dict[str, int] = {}
    for field in fields:
        for key in field.keys:
            index = at.get(key, -1)
            if index >= 0:
                columns[field.name] = index
                break
    return columns
