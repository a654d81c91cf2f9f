"""Names that must not come out: found, replaced, and looked for again before writing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pyarrow as pa

from totalplace.errors import Problem, RequestError

__all__ = ["Hidden", "find_hidden", "hide", "leaks", "refuse_leaks", "scrub"]

Words = tuple[str, ...]
Document = TypeVar("Document")

_TOKEN = re.compile(r"[^\W_]+")
_LEAST_SINGLE = 3


@dataclass(frozen=True, eq=False)
class Hidden:
    """Names that must not come out.

    Attributes:
        names: the words of each name -> what stands in its place.
        excused: the words of public phrases: inside one of them a name is no disclosure (a payee
            called Manchester City, in Manchester City Council).
        lengths: how many words the names have, most first.
        excused_lengths: the same of the public phrases.
    """

    names: Mapping[Words, str]
    excused: frozenset[Words]
    lengths: tuple[int, ...]
    excused_lengths: tuple[int, ...]


def hide(
    names: Mapping[str, str],
    *,
    excused: Iterable[str] = (),
    ordinary: Iterable[str] = (),
) -> Hidden:
    """What must not come out.

    Names are compared by their words: case, punctuation and spacing make no difference.

    Args:
        names: raw file names, member names and withheld payee names -> the public text that
            stands in their place.
        excused: public phrases that may hold such a name: names of bodies, areas, streams,
            functions, labels of code lists. A phrase that *is* a hidden name excuses it too.
        ordinary: ordinary words; a name of one word that is one of them, or shorter than three
            letters or a number, cannot be told from a text and is looked for nowhere.
    """
    plain = frozenset(words[0] for text in ordinary if len(words := words_of(text)) == 1)
    hidden: dict[Words, str] = {}
    for name, instead in sorted(names.items()):
        words = words_of(name)
        is_telling = len(words) > 1 or (
            len(words) == 1
            and len(words[0]) >= _LEAST_SINGLE
            and not words[0].isdigit()
            and words[0] not in plain
        )
        if is_telling:
            hidden.setdefault(words, instead)
    phrases = frozenset(words for text in excused if (words := words_of(text)))
    return Hidden(
        names=hidden,
        excused=phrases,
        lengths=tuple(sorted({len(words) for words in hidden}, reverse=True)),
        excused_lengths=tuple(sorted({len(words) for words in phrases}, reverse=True)),
    )


def words_of(text: str) -> Words:
    """The words that two spellings of a name share.

    >>> words_of("O'Neill_Spend-2024.CSV")
    ('o', 'neill', 'spend', '2024', 'csv')
    """
    return tuple(word for word, _, _ in _tokens(text))


def find_hidden(text: str, hidden: Hidden) -> list[tuple[int, int, str]]:
    """Where hidden names stand in a text: from, to, and what to put there; none inside another."""
    if not hidden.names:
        return []
    tokens = list(_tokens(text))
    words = tuple(word for word, _, _ in tokens)
    found: list[tuple[int, int, str]] = []
    spans: list[tuple[int, int]] | None = None
    at = 0
    while at < len(words):
        size = _size_at(words, at, hidden)
        if size:
            if spans is None:
                spans = list(_excused(words, hidden))
            if not any(first <= at and at + size <= last for first, last in spans):
                instead = hidden.names[words[at : at + size]]
                found.append((tokens[at][1], tokens[at + size - 1][2], instead))
                at += size
                continue
        at += 1
    return found


def scrub(document: Document, hidden: Hidden) -> Document:
    """The document, or text, with every hidden name in its texts replaced.

    Keys of objects are replaced too: a document may be keyed by what its source says.

    >>> scrub({"why": "read from smith.csv"}, hide({"smith.csv": "spend of Marlbrook"}))
    {'why': 'read from spend of Marlbrook'}
    """
    return cast(Document, _scrubbed(document, hidden))


def leaks(
    hidden: Hidden,
    *,
    documents: Mapping[str, Any] | None = None,
    tables: Mapping[str, pa.Table] | None = None,
    texts: Mapping[str, Iterable[str | None]] | None = None,
) -> list[Problem]:
    """Every field of what is to be written that holds a hidden name.

    Args:
        documents: path -> the document.
        tables: name -> the table; its text columns are looked through.
        texts: a field's name -> its texts, for what is too large to be a table in memory.

    Returns:
        One problem ``would_disclose`` a field, naming the field but not the text.
    """
    fields: dict[str, int] = {}
    for where, text in _every_text(documents or {}, tables or {}, texts or {}):
        if text and find_hidden(text, hidden):
            fields[where] = fields.get(where, 0) + 1
    return [
        Problem(
            "would_disclose",
            "what was to be published holds a name that is not public",
            where,
            f"{count:,} text{'s' * (count > 1)} with the name of a file, of a member of a file, or"
            " of a payee that is not recognised as an organisation",
            "nothing was published; if the payee is an organisation, say so with `totalplace"
            " decide NAME --what payee_kind --value organisation`, else report a fault",
        )
        for where, count in sorted(fields.items())
    ]


def refuse_leaks(
    hidden: Hidden,
    *,
    documents: Mapping[str, Any] | None = None,
    tables: Mapping[str, pa.Table] | None = None,
    texts: Mapping[str, Iterable[str | None]] | None = None,
) -> None:
    """Stop before anything is written that would disclose a hidden name; see `leaks`.

    Raises:
        RequestError: with every field.
    """
    problems = leaks(hidden, documents=documents, tables=tables, texts=texts)
    if problems:
        raise RequestError(problems)


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word in one spelling, and where it stands."""
    for match in _TOKEN.finditer(text):
        word = unicodedata.normalize("NFKD", match.group()).casefold()
        plain = "".join(letter for letter in word if not unicodedata.combining(letter))
        yield plain or word, match.start(), match.end()


def _size_at(words: Words, at: int, hidden: Hidden) -> int:
    """How many words the longest hidden name that begins here has; 0 if none does."""
    for size in hidden.lengths:
        if at + size <= len(words) and words[at : at + size] in hidden.names:
            return size
    return 0


def _excused(words: Words, hidden: Hidden) -> Iterator[tuple[int, int]]:
    for at in range(len(words)):
        for size in hidden.excused_lengths:
            if at + size <= len(words) and words[at : at + size] in hidden.excused:
                yield at, at + size
                break


def _scrubbed(part: Any, hidden: Hidden) -> Any:
    if isinstance(part, str):
        for first, last, instead in reversed(find_hidden(part, hidden)):
            part = part[:first] + instead + part[last:]
        return part
    if isinstance(part, Mapping):
        return {_scrubbed(key, hidden): _scrubbed(value, hidden) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_scrubbed(one, hidden) for one in part]
    return part


def _every_text(
    documents: Mapping[str, Any],
    tables: Mapping[str, pa.Table],
    texts: Mapping[str, Iterable[str | None]],
) -> Iterator[tuple[str, str | None]]:
    for path, document in documents.items():
        yield from _texts_in(document, path, "")
    for name, table in tables.items():
        for field in table.schema:
            column = table[field.name]
            if pa.types.is_list(field.type):
                column = pa.chunked_array([chunk.flatten() for chunk in column.chunks] or [[]])
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                for text in column.unique().to_pylist():
                    yield f"table {name}, column {field.name}", text
    for field_name, some in texts.items():
        for text in some:
            yield field_name, text


def _texts_in(part: Any, path: str, field: str) -> Iterator[tuple[str, str | None]]:
    if isinstance(part, str):
        yield f"{path}, field {field or '(the whole)'}", part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield f"{path}, a key of {field or 'the object'}", str(key)
            name = f"{field}.{key}" if field else str(key)
            yield from _texts_in(value, path, name)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _texts_in(one, path, f"{field}[]")
