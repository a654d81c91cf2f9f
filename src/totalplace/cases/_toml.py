"""Reading a TOML file so that every value knows the line it stands on.

The standard library reads the values. What it does not tell, the lines, a second reading of the
same text finds: since the text is known to be TOML by then, that reading only follows keys and
brackets.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from totalplace.cases._toml_lines import Key, lines_of
from totalplace.errors import Problem, RequestError

__all__ = ["MAX_BYTES", "Key", "Located", "located", "read_toml", "unmeant"]

MAX_BYTES = 4_000_000
"""A larger file is refused unread: a case or portfolio is written by people."""
_DEEPEST = 32
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


@dataclass(frozen=True)
class Located:
    """What a file says, and where.

    Attributes:
        name: the file as messages name it.
        data: the values, as :mod:`tomllib` reads them.
        lines: a path of keys and positions -> the line of its key or value, counted from 1.
    """

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Key, int]
    is_cells: ClassVar[bool] = False
    """Whether the values stand in cells of a workbook."""

    def line_of(self, path: Key) -> int:
        """The line of a value, e.g. of ``("stream", 0, "budget", 2)``.

        A path that is not in the file has the line of the nearest table that would hold it: so a
        missing key is told at the head of its table.
        """
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines[path] if path else 1

    def where(self, path: Key) -> str:
        """File and line, as problems tell them: ``pool.toml:12``."""
        return f"{self.name}:{self.line_of(path)}"


def read_toml(path: Path | str) -> Located:
    """Read a TOML file.

    Raises:
        RequestError: ``no_such_file``, ``cannot_read``, ``too_large`` or ``not_toml``, with the
            line of what is no TOML.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise RequestError(
                Problem(
                    "too_large",
                    "the file is too large to have been written by people",
                    str(file),
                    f"it has more than {MAX_BYTES:,} bytes",
                    "give a TOML file; long tables belong into CSV files beside it",
                )
            )
        text = content.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise RequestError(
            Problem(
                "no_such_file",
                "the file does not exist",
                str(file),
                "no file is there",
                "check the path",
            )
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(
            Problem(
                "cannot_read",
                "the file cannot be read",
                str(file),
                str(error),
                "give a readable TOML file saved as UTF-8",
            )
        ) from error
    return located(text, str(file))


def located(text: str, name: str) -> Located:
    """Read a TOML text; ``name`` is what messages call it.

    Raises:
        RequestError: ``not_toml``, with the line; ``too_large`` for a whole number of more than 64
            bits, which TOML has no place for, or for values nested too deeply.
    """
    try:
        data = tomllib.loads(text)
        lines = lines_of(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        end = text.count("\n") + 1 if "end of document" in str(error) else 1
        raise RequestError(
            Problem(
                "not_toml",
                "the file is not TOML",
                f"{name}:{found[1] if found else end}",
                _AT_LINE.sub("", str(error)).strip() or type(error).__name__,
                "mend that line: text stands in quotes, numbers without separators other than _",
            )
        ) from error
    found_at = Located(name, data, lines)
    odd = unmeant(data)
    if odd is not None:
        raise RequestError(
            Problem(
                "too_large",
                "a value is too large to be meant",
                found_at.where(odd[0]),
                odd[1],
                "write a smaller number, or fewer keys and lists inside one another",
            )
        )
    return found_at


def unmeant(value: Any) -> tuple[Key, str] | None:
    """Where in what was read stands something that nobody means, and why; ``None`` if nowhere.

    >>> unmeant({"case": {"seed": 2**63}})
    (('case', 'seed'), 'the whole number has more than 64 bits')
    """
    left: list[tuple[Key, Any]] = [((), value)]
    while left:
        path, one = left.pop()
        if len(path) > _DEEPEST:
            return path, f"it stands inside more than {_DEEPEST} others"
        if isinstance(one, int) and not -(2**63) <= one < 2**63:
            return path, "the whole number has more than 64 bits"
        if isinstance(one, Mapping):
            left += [((*path, key), inner) for key, inner in one.items()]
        elif isinstance(one, list):
            left += [((*path, at), inner) for at, inner in enumerate(one)]
    return None
