"""JSON as supplied: read whole, numbers as the texts that stand in the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from totalplace.errors import FileRefused, Problem

__all__ = ["JsonFile", "is_json", "open_json", "parse_json"]

_MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class JsonFile:
    """A JSON document.

    Attributes:
        where: the file for messages.
        content: the document; its numbers are texts, so that no amount passes through a float.
    """

    where: str
    content: Any


def is_json(head: bytes) -> bool:
    """Whether a file that begins so is JSON: an object, or a list of objects.

    >>> is_json(b' {"grants": []}'), is_json(b'[\\n {'), is_json(b'Date,Amount')
    (True, True, False)
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"{") or (text.startswith(b"[") and text[1:].lstrip()[:1] in {b"{", b""})


def open_json(path: Path, *, where: str) -> JsonFile:
    """Read a file.

    Raises:
        FileRefused: it is no JSON in UTF-8, or too large.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise FileRefused(_bad(where, f"it is larger than {_MAX_BYTES // 1_000_000} MB"))
    return JsonFile(where, parse_json(path.read_bytes(), where=where))


def parse_json(content: bytes, *, where: str) -> Any:
    """A document from its bytes; numbers are texts.

    Raises:
        FileRefused: it is no JSON in UTF-8.
    """

    def constant(text: str) -> Any:
        raise ValueError(f"{text} is no number of JSON")

    try:
        return json.loads(
            content.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=constant
        )
    except (ValueError, RecursionError) as error:
        raise FileRefused(_bad(where, str(error)[:200])) from error


def _bad(where: str, why: str) -> Problem:
    return Problem(
        "bad_json", "the file is no JSON that can be read", where, why, "download it again"
    )
