"""The place's JSON documents: sorted keys, one field a line, decoded into typed facts.

A document that a person or a disk has damaged is told as such; it never becomes a wrong figure or
a traceback further up.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import types
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from totalplace.errors import PlaceError, Problem
from totalplace.place._files import told

__all__ = ["damaged", "decode", "encode", "numbered", "read_document"]

T = TypeVar("T")

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def encode(fact: object, *, is_compact: bool = False) -> bytes:
    """A dataclass, or a mapping of plain values, as a stable UTF-8 JSON document.

    Args:
        is_compact: all on one line: for a message that nobody reads, in two thirds of the time.

    >>> print(encode({"b": date(2018, 3, 31), "a": "é"}).decode())
    {
     "a": "é",
     "b": "2018-03-31"
    }
    <BLANKLINE>
    """
    plain = dataclasses.asdict(fact) if dataclasses.is_dataclass(fact) else fact  # type: ignore[arg-type]
    indent = None if is_compact else 1
    text = json.dumps(plain, sort_keys=True, indent=indent, ensure_ascii=False, default=_plain)
    # a lone surrogate (a file name that is not UTF-8) becomes its own JSON escape and comes back
    return (text + "\n").encode("utf-8", "backslashreplace")


def read_document(path: Path, kind: type[T]) -> T:
    """Read one document as `kind` (a frozen dataclass).

    Raises:
        PlaceError: it is missing, is no JSON, or does not say what a `kind` must say.
    """
    with told("read", path):
        data = path.read_bytes()
    return decode(data, kind, path)


def decode(data: bytes, kind: type[T], where: Path) -> T:
    """The fact that a document states; `where` is for the message if it states none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise damaged(where, f"it is no JSON document: {error}") from error
    try:
        fact: T = _value(kind, document, "document")
    except (ValueError, TypeError) as error:
        raise damaged(where, str(error)) from error
    return fact


def numbered(folder: Path) -> tuple[Path, ...]:
    """The paths 1.json to n.json of a folder of numbered documents.

    Raises:
        PlaceError: one before the last is missing.
    """
    numbers = {int(path.stem) for path in folder.glob("*.json") if _NUMBER.fullmatch(path.stem)}
    there = tuple(folder / f"{n}.json" for n in range(1, len(numbers) + 1))
    if numbers and max(numbers) != len(numbers):
        missing = min(set(range(1, len(numbers) + 1)) - numbers)
        raise damaged(folder / f"{missing}.json", f"it is missing; there is a {max(numbers)}.json")
    return there


def damaged(where: Path | str, why: str) -> PlaceError:
    """The error of a document of the place that no longer says what it must."""
    return PlaceError(
        Problem(
            "damaged_document",
            "a document of the place is damaged",
            str(where),
            why,
            "put this file back from a backup, then run `totalplace check`",
        )
    )


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@functools.cache
def _shape(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(hint), get_args(hint)


def _value(hint: Any, value: object, where: str) -> Any:  # noqa: PLR0911, PLR0912 - one a type
    origin, args = _shape(hint)
    if origin in (Union, types.UnionType):
        if value is None and types.NoneType in args:
            return None
        (hint,) = (arg for arg in args if arg is not types.NoneType)
        return _value(hint, value, where)
    if origin is Literal:
        if value in args:
            return value
    elif origin is tuple:
        if isinstance(value, list):
            return tuple(_value(args[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    elif origin is Mapping:
        if isinstance(value, dict):
            return {key: _value(args[1], item, f"{where}.{key}") for key, item in value.items()}
    elif dataclasses.is_dataclass(hint):
        if isinstance(value, dict):
            return _fact(hint, value, where)
    elif hint is date:
        if isinstance(value, str):
            return date.fromisoformat(value)
    elif type(value) is hint:
        return value
    wanted = getattr(hint, "__name__", str(hint))
    raise ValueError(f"{where} is {type(value).__name__} {value!r:.60}, expected {wanted}")


def _fact(kind: Any, document: dict[str, object], where: str) -> Any:
    hints = _hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    if unknown := sorted(document.keys() - fields.keys()):
        raise ValueError(f"{where} has unknown fields: {', '.join(unknown)}")
    if missing := sorted(fields.keys() - document.keys()):
        raise ValueError(f"{where} lacks the fields: {', '.join(missing)}")
    values = {name: _value(hints[name], document[name], f"{where}.{name}") for name in fields}
    return kind(**values)
