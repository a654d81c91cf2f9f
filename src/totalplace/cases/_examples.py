"""Examples that ship: cases, a ladder and a portfolio, to read, to run and to begin from.

Some work out what a published document says of itself, and name its claims in the ledger of
claims; the others are invented, on bodies of the fictional place.
"""

from __future__ import annotations

import csv
import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from totalplace.cases._form_read import FORM_SUFFIXES
from totalplace.errors import Problem, RequestError

__all__ = ["Example", "example", "examples", "write_example"]

KINDS = ("case", "ladder", "portfolio")


@dataclass(frozen=True)
class Example:
    """One example.

    Attributes:
        id: its short name, which is that of its file too.
        kind: ``case``, ``ladder`` or ``portfolio``: the verb that runs it.
        is_fictional: whether it is invented, on bodies of the fictional place.
        title: as the file says it.
        about: what it shows, in a line.
        serves: what was tried in 2009 and 2010 that it works out, and where.
        claims: ids in the ledger of claims whose figures it works out or uses.
        beside: files that it names, which are written beside it.
    """

    id: str
    kind: str
    is_fictional: bool
    title: str
    about: str
    serves: str
    claims: tuple[str, ...]
    beside: tuple[str, ...]

    @property
    def next_step(self) -> str:
        """The command that runs it, without the file."""
        return {"case": "case run", "ladder": "ladder", "portfolio": "portfolio run"}[self.kind]


@cache
def examples() -> tuple[Example, ...]:
    """Every example, those of published documents first.

    >>> [one.id for one in examples() if "BHM" in one.claims]
    ['birmingham-prevention']
    """
    lines = (_folder() / "examples.csv").read_text("utf-8").splitlines()
    return tuple(
        Example(
            row["example_id"],
            row["kind"],
            row["is_fictional"] == "true",
            _title(row["example_id"], row["kind"]),
            row["about"],
            row["serves"],
            tuple(row["claims"].split()),
            tuple(row["beside"].split()),
        )
        for row in csv.DictReader(lines)
    )


def example(example_id: str) -> Example:
    """The example of that id.

    Raises:
        RequestError: ``unknown_example``, with the nearest ids.
    """
    known = {one.id: one for one in examples()}
    if example_id in known:
        return known[example_id]
    near = difflib.get_close_matches(example_id, known, 3, cutoff=0.4)
    raise RequestError(
        Problem(
            "unknown_example",
            f"there is no example {example_id!r}",
            "--example",
            f"the nearest are {', '.join(near)}" if near else f"there are {', '.join(known)}",
            "see `totalplace case examples`",
        )
    )


def write_example(example_id: str, file: Path | str) -> Example:
    """Write an example, and the files that it names beside it.

    Raises:
        RequestError: ``unknown_example``; ``unknown_suffix``: it would be a workbook;
            ``file_exists`` or ``cannot_write``. Nothing was written.
    """
    found, path = example(example_id), Path(file)
    if path.suffix.lower() in FORM_SUFFIXES:
        raise RequestError(
            Problem(
                "unknown_suffix",
                "an example is written as TOML",
                str(path),
                f"it ends in {path.suffix!r}",
                "end it in .toml; `totalplace case new FILE.xlsx --from` it makes a workbook of it",
            )
        )
    wanted = {path: f"{found.id}.toml", **{path.parent / name: name for name in found.beside}}
    there = [one for one in wanted if one.exists()]
    if there or len(wanted) <= len(found.beside):
        raise RequestError(
            Problem(
                "file_exists",
                "a file is there already",
                ", ".join(str(one) for one in there or wanted),
                "the example comes with files beside it, and nothing is ever overwritten",
                "give another name, or a folder of its own",
            )
        )
    made: list[Path] = []
    try:
        for target, name in wanted.items():
            with target.open("xb") as opened:
                made.append(target)
                opened.write((_folder() / name).read_bytes())
    except OSError as error:
        for target in made:
            target.unlink(missing_ok=True)
        raise RequestError(
            Problem(
                "cannot_write",
                "the example cannot be written",
                str(path),
                str(error),
                "give a file in a folder that is there and can be written to",
            )
        ) from error
    return found


def _folder() -> Traversable:
    return resources.files("totalplace.cases") / "data" / "examples"


def _title(example_id: str, kind: str) -> str:
    text = (_folder() / f"{example_id}.toml").read_text("utf-8")
    return str(tomllib.loads(text)[kind]["title"])
