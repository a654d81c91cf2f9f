"""Published files that are known and are not taken in, each with the reason in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from totalplace.errors import FileRefused, Problem
from totalplace.sources._columns import header_key, read_columns
from totalplace.sources._delimited import Delimited
from totalplace.sources._json_file import JsonFile
from totalplace.sources._workbook import Workbook, cell_text

__all__ = ["refuse_known_json", "refuse_known_text", "refuse_known_workbook"]

_HEADER_ROWS = 14


@cache
def _files(kind: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in read_columns("known")["file"] if kind in one)


def refuse_known_text(piece: Delimited) -> None:
    """Refuse a text whose header is that of a file that is known not to be taken in.

    Raises:
        FileRefused: with the reason.
    """
    for one in _files("headers"):
        if _has(piece.header, one["headers"]):
            raise _refused(one, piece.where)


def refuse_known_workbook(book: Workbook) -> None:
    """The same of a workbook, by its sheets or the first rows of one.

    Raises:
        FileRefused: with the reason.
    """
    for one in _files("sheets"):
        if set(one["sheets"]) <= {sheet.strip() for sheet in book.sheets}:
            raise _refused(one, book.where)
    for sheet in book.sheets:
        for row in book.rows(sheet, limit=_HEADER_ROWS):
            texts = [cell_text(cell) for cell in row]
            for one in _files("headers"):
                if _has(texts, one["headers"]):
                    raise _refused(one, f"{book.where}, sheet {sheet}")


def refuse_known_json(file: JsonFile) -> None:
    """The same of a JSON object, by its keys and their values.

    Raises:
        FileRefused: with the reason.
    """
    content = file.content
    if not isinstance(content, dict):
        return
    for one in _files("keys"):
        if all(
            key in content and (not value or content[key] == value)
            for key, value in one["keys"].items()
        ):
            raise _refused(one, file.where)


def _has(texts: Iterable[str], words: Iterable[str]) -> bool:
    return {header_key(word) for word in words} <= {header_key(text) for text in texts}


def _refused(one: Mapping[str, Any], where: str) -> FileRefused:
    return FileRefused(
        Problem(one["code"], one["what"], where, f"{one['title']}: {one['why']}", one["fix"])
    )
