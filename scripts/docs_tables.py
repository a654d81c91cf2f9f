"""The reference page of tables and code lists, from the tables that the model declares."""

from __future__ import annotations

from collections import Counter

from docs_text import GENERATED, inline, table

from totalplace.model import TABLES, Field, TableSpec, load

__all__ = ["PAGE", "text"]

PAGE = "reference/tables.md"

_SHOWN_WHOLE = ("nature", "control", "key", "cra_scope", "local_only", "stream", "theme")
"""Lists so short, and so much asked for, that their rows stand in the page."""

_WORDS_USED = {"body": "kind"}
"""Table -> a field without a closed list whose words people look up all the same."""

_LEFT_OUT = {"source", "valid_from", "valid_to", "start", "end"}
_MOST_SOURCES = 8

_HEAD = """# Tables and code lists

Every table that totalplace reads or computes, with its fields. A *register* or *code list* ships
with the program as a CSV file in `src/totalplace/model/data`. A place may add rows of its own to
the registers that stand under [formats](formats.md#registers-of-a-place): the header is exactly
the fields of the table, in this order.

- **text**: UTF-8, no space at either end. **integer**: a whole number. **pence**: whole pence,
  never a fraction. **decimal**: an exact decimal number with up to 12 places. **date**: ISO, as
  `2017-04-01`. **flag**: `true` or `false`.
- A field may be empty only where its type says *or empty*.
- `source` is the citation of the row: publisher, title, edition, table or sheet. No row is
  without one.
- Labels of published files are matched without regard to case and to runs of spaces. In a
  pattern only `*` is special: it stands for any run of characters.
"""


_COMPUTED = """
## Tables of a count

The fields that every part of the program agrees on when it speaks of money. They are computed,
never shipped.
"""


def text() -> str:
    """The page."""
    shipped = [name for name, spec in TABLES.items() if spec.is_shipped]
    computed = [name for name, spec in TABLES.items() if not spec.is_shipped]
    index = [
        [f"[`{name}`](#{_anchor(name)})", f"{load(name).num_rows:,}", inline(TABLES[name].doc)]
        for name in shipped
    ]
    parts = [
        GENERATED,
        _HEAD,
        "## Registers and code lists\n",
        table(["table", "rows", "a row is"], index),
        *(_table(name) for name in shipped),
        _COMPUTED,
        *(_table(name) for name in computed),
    ]
    return "\n".join(parts) + "\n"


def _anchor(name: str) -> str:
    return f"table-{name.replace('_', '-')}"


def _table(name: str) -> str:
    spec = TABLES[name]
    fields = [
        [f"`{field}`", _kind(one), inline(_unit(one)), _meaning(one)]
        for field, one in spec.fields.items()
    ]
    key = ", ".join(f"`{field}`" for field in spec.key)
    parts = [
        f"\n({_anchor(name)})=",
        f"### `{name}`\n",
        f"{inline(spec.doc)} A row is identified by {key}.\n",
        table(["field", "type", "unit or notation", "meaning"], fields),
    ]
    if name in _WORDS_USED:
        words = Counter(load(name)[_WORDS_USED[name]].to_pylist())
        listed = ", ".join(f"`{word}` ({count})" for word, count in sorted(words.items()))
        parts.append(f"\nValues of `{_WORDS_USED[name]}` in the shipped rows: {listed}.")
    if spec.is_shipped:
        parts.append("\n" + _sources(name))
        if name in _SHOWN_WHOLE:
            parts.append("\n" + _rows(name, spec))
    return "\n".join(parts)


def _kind(field: Field) -> str:
    return field.kind + (" or empty" if field.is_nullable else "")


def _unit(field: Field) -> str:
    return field.unit


def _meaning(field: Field) -> str:
    text = inline(field.doc)
    if field.values:
        text += ". One of " + ", ".join(f"`{value}`" for value in field.values)
    return text


def _sources(name: str) -> str:
    counts = Counter(load(name)["source"].to_pylist())
    if len(counts) <= _MOST_SOURCES:
        listed = "\n".join(f"- {inline(source)}" for source in sorted(counts))
        return f"Sources:\n\n{listed}"
    most = [source for source, _ in counts.most_common(_MOST_SOURCES)]
    listed = "\n".join(f"- {inline(source)}" for source in sorted(most))
    return f"{len(counts)} sources, each row with its own; the most cited:\n\n{listed}"


def _rows(name: str, spec: TableSpec) -> str:
    names = [field for field in spec.fields if field not in _LEFT_OUT]
    rows = [[_value(row[field]) for field in names] for row in load(name).select(names).to_pylist()]
    return "Rows:\n\n" + table(names, rows)


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return inline(str(value))
