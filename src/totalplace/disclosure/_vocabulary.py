"""The words that are public anyway: labels of the code lists, and those of the program's texts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from totalplace.disclosure._hidden import words_of
from totalplace.model import TABLES, load

__all__ = ["code_labels", "label_key", "ordinary_words"]

_LABELS = {
    "cofog": ("name",),
    "stream": ("name",),
    "ro_line": ("label",),
    "ro_grant": ("label",),
    "cra_body": ("department", "organisation"),
    "cra_region": ("label",),
    "crosswalk": ("from_code",),
    "theme": ("name",),
    "area": ("name",),
    "body": ("name",),
}
"""Where the public labels stand: table -> columns."""


@cache
def _shipped_labels() -> frozenset[str]:
    return frozenset(
        label_key(text)
        for table, columns in _LABELS.items()
        for column in columns
        for text in load(table)[column].to_pylist()
        if text
    )


def code_labels(more: Iterable[str] = ()) -> frozenset[str]:
    """The labels of the shipped code lists and registers, and more, as `label_key` writes them."""
    return _shipped_labels() | {label_key(text) for text in more}


def label_key(text: str) -> str:
    """A label without case and runs of spaces.

    >>> label_key(" Education  services")
    'education services'
    """
    return " ".join(text.casefold().split())


@cache
def ordinary_words() -> frozenset[str]:
    """Words of the program's own texts: of its code lists, their reasons and its tables' docs.

    First names are none: a payee called Mark is looked for, though ``mark`` is a word too.
    """
    texts: list[str] = []
    for name, spec in TABLES.items():
        texts += [name, spec.doc, *spec.fields]
        for field in spec.fields.values():
            texts += [field.doc, field.unit, *field.values]
        if spec.is_shipped and name != "first_name":
            columns = (*_LABELS.get(name, ()), "reason", "name", "title", "label")
            table = load(name)
            for column in set(columns) & set(table.column_names):
                texts += [text for text in table[column].unique().to_pylist() if text]
    rules = load("payee_rule").to_pylist()
    texts += [row["pattern"] for row in rules if row["kind"] in ("organisation_word", "part_word")]
    texts += load("file_word")["word"].to_pylist()
    words = {word for text in texts for word in words_of(text)}
    return frozenset(words - set(load("first_name")["first_name"].to_pylist()))
