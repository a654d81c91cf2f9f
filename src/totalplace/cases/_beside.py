"""Which files a case names beside it; one that is kept or run on a server names no others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from totalplace.cases._reader import Reader
from totalplace.cases._side_tables import add_side_tables
from totalplace.cases._toml import Key, located
from totalplace.errors import Problem, RequestError

__all__ = ["at_home", "cases_beside", "files_beside", "problems_at_home"]

_CASE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_. -]{0,90}\.toml", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_. -]{0,90}\.csv", re.IGNORECASE)


def files_beside(text: str, name: str = "case.toml", *, folder: Path) -> tuple[str, ...]:
    """The names of the files that a case reads: side tables, tables of unit costs, values.

    Nothing outside of ``folder`` is opened.

    Args:
        text: the case.
        name: what messages call it.
        folder: where its side tables stand; those that are not there are named all the same.

    Raises:
        RequestError: ``not_toml``, or ``side_file_elsewhere`` for each name that is no plain name
            of a CSV file.
    """
    reader = Reader(located(text, name))
    found = list(_named(dict(reader.located.data), ()))
    odd = [(path, one) for path, one in found if not _PLAIN.fullmatch(one)]
    if not odd:
        # side tables may name files in their turn
        data = {
            key: list(value) if isinstance(value, list) else value
            for key, value in reader.located.data.items()
        }
        quiet = Reader(reader.located)
        add_side_tables(quiet, data, folder)
        found = list(_named(data, ()))
        reader.rows = quiet.rows
        odd = [(path, one) for path, one in found if not _PLAIN.fullmatch(one)]
    _refuse(reader, odd, "a file beside the case is a CSV file with a plain name", "outcomes.csv")
    return tuple(sorted({one for _, one in found}))


def cases_beside(text: str, name: str = "portfolio.toml") -> tuple[str, ...]:
    """The names of the case files that a portfolio names.

    Args:
        text: the portfolio.
        name: what messages call it.

    Raises:
        RequestError: ``not_toml``, or ``side_file_elsewhere`` for each name that is no plain name
            of a TOML file.
    """
    reader = Reader(located(text, name))
    rows = reader.located.data.get("intervention")
    found: list[tuple[Key, str]] = [
        (("intervention", number, "case"), one["case"])
        for number, one in enumerate(rows if isinstance(rows, list) else ())
        if isinstance(one, dict) and isinstance(one.get("case"), str)
    ]
    odd = [(path, one) for path, one in found if not _CASE.fullmatch(one)]
    _refuse(reader, odd, "a case of a portfolio is a TOML file with a plain name", "early.toml")
    return tuple(sorted({one for _, one in found}))


def problems_at_home(problems: Iterable[Problem], folder: Path) -> list[Problem]:
    """Problems without the folder of ours in which they were found."""
    return [Problem(**at_home(one.as_dict(), folder)) for one in problems]


def at_home(value: Any, folder: Path) -> Any:
    """What was found in a folder of ours, without its name: a document or a part of one."""
    if isinstance(value, Mapping):
        return {key: at_home(inner, folder) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [at_home(one, folder) for one in value]
    return value.replace(f"{folder}/", "") if isinstance(value, str) else value


def _refuse(reader: Reader, odd: list[tuple[Key, str]], what: str, example: str) -> None:
    for path, one in odd:
        reader.problem(
            path,
            "side_file_elsewhere",
            what,
            f"found {one!r}",
            f"put the file into the same folder, and write its name alone: {example}",
        )
    if reader.problems:
        raise RequestError(reader.problems)


def _named(value: Any, path: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _named(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _named(inner, (*path, number))
    elif isinstance(value, str) and _is_file(path):
        yield path, value


def _is_file(path: Key) -> bool:
    """Whether the text at a path is the name of a file."""
    return path[-1] == "csv" or path[:-1] in (("table",), ("case", "unit_costs"))
