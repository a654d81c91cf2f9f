"""Making a place and opening one: its `place.toml`."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.place import _files
from totalplace.place._documents import damaged
from totalplace.place._journal import CHANGES

__all__ = [
    "PLACE",
    "PlaceFacts",
    "make_place",
    "parse_place",
    "read_place",
    "renew",
    "slug",
    "year_problem",
]

PLACE = "place.toml"
SCHEMA_VERSION = 2
OLD_SCHEMA_VERSIONS = (1,)
"""Places of schema 1 keep their state in `working.json`, and are read as they are."""

ENGINE = "duckdb"
ENGINES = (ENGINE, "spark")
"""What ``totalplace.engine`` has, said again here: reading a place must not load an engine."""

_YEAR = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, kw_only=True)
class PlaceFacts:
    """What `place.toml` says."""

    id: str
    name: str
    areas: tuple[str, ...]
    years: tuple[str, ...]
    engine: str
    schema_version: int


def slug(name: str) -> str:
    """A name as an id: lower-case ASCII words joined by hyphens.

    >>> slug("Marlbrook & Ynys Môn")
    'marlbrook-ynys-mon'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def year_problem(year: str) -> Problem | None:
    """What is wrong with a financial year, if anything.

    >>> year_problem("2017-18") is None, year_problem("2017-19").why
    (True, 'after 2017 comes 18, not 19')
    """
    found = _YEAR.fullmatch(year)
    if found is None:
        why = "a financial year has four digits, a hyphen and two digits"
    elif (int(found[1]) + 1) % 100 != int(found[2]):
        why = f"after {found[1]} comes {(int(found[1]) + 1) % 100:02}, not {found[2]}"
    else:
        return None
    return Problem(
        "bad_year", "this is no financial year", f"--year {year}", why, "write it like 2017-18"
    )


def make_place(
    path: Path,
    *,
    name: str,
    areas: Sequence[str],
    year: str,
    known_area: Callable[[str], Problem | None],
) -> PlaceFacts:
    """Make the folder of an empty place; see `create`."""
    name = " ".join(name.split())
    problems = [
        problem
        for problem in (
            _path_problem(path),
            _name_problem(name),
            _areas_problem(areas),
            *(known_area(area) for area in areas),
            year_problem(year),
        )
        if problem is not None
    ]
    if problems:
        raise RequestError(problems)
    facts = PlaceFacts(
        id=slug(name),
        name=name,
        areas=tuple(areas),
        years=(year,),
        engine=ENGINE,
        schema_version=SCHEMA_VERSION,
    )
    is_new = not path.exists()
    try:
        _files.make_folder(path)
        _files.make_folder(path / CHANGES)
        # last: from now on it is a place
        _files.write_bytes_atomic(path / PLACE, _toml(facts))
    except BaseException:
        _files.remove_tree(path if is_new else path / CHANGES)
        raise
    return facts


def renew(path: Path) -> tuple[int, int]:
    """Make a place of an older schema one of this: its old state stays as it is, and what follows

    goes beside it. The older program then refuses the place instead of missing what is new. The
    place's lock is held.

    Returns:
        The schema version that it had, and the one that it has.
    """
    facts = read_place(path)
    if facts.schema_version != SCHEMA_VERSION:
        renewed = dataclasses.replace(facts, schema_version=SCHEMA_VERSION)
        _files.write_bytes_atomic(path / PLACE, _toml(renewed))
    # a kill between the two leaves a place that opens, and that the next writer finishes
    _files.make_folder(path / CHANGES)
    return facts.schema_version, SCHEMA_VERSION


def read_place(path: Path) -> PlaceFacts:
    """What the `place.toml` of a folder says.

    Raises:
        PlaceError: the folder is no place, a later version made it, or `place.toml` is damaged.
    """
    file = path / PLACE
    if not file.is_file():
        raise PlaceError(
            Problem(
                "no_place",
                "this folder is no place",
                str(path),
                f"it has no {PLACE}" if path.is_dir() else "there is no such folder",
                "give the folder of a place, or make one with `totalplace new`",
            )
        )
    with _files.told("read", file):
        data = file.read_bytes()
    return parse_place(data, file)


def parse_place(data: bytes, file: Path) -> PlaceFacts:
    """What the bytes of a `place.toml` say.

    Args:
        file: where they were read.

    Raises:
        PlaceError: a later version made the place, or they are damaged.
    """
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise damaged(file, f"it is no TOML document: {error}") from error
    version = document.get("schema_version")
    if type(version) is int and version > SCHEMA_VERSION:
        raise PlaceError(
            Problem(
                "newer_place",
                "a later version of totalplace made this place",
                str(file),
                f"schema_version {version}; this version reads {SCHEMA_VERSION}",
                "install the newest totalplace, then run the same command again",
            )
        )
    return _facts(document, file)


def _facts(document: dict[str, Any], file: Path) -> PlaceFacts:
    kinds = {
        "id": str,
        "name": str,
        "areas": list,
        "years": list,
        "engine": str,
        "schema_version": int,
    }
    wrong = [name for name, kind in kinds.items() if type(document.get(name)) is not kind]
    wrong += [
        name
        for name in ("areas", "years")
        if name not in wrong
        and not (document[name] and all(isinstance(item, str) for item in document[name]))
    ]
    if wrong:
        raise damaged(file, f"missing or of the wrong kind: {', '.join(wrong)}")
    problems = [problem for year in document["years"] if (problem := year_problem(year))]
    is_known = (
        document["schema_version"] in (*OLD_SCHEMA_VERSIONS, SCHEMA_VERSION)
        and document["engine"] in ENGINES
    )
    if problems or not is_known:
        why = problems[0].why if problems else "an unknown schema_version or engine"
        raise damaged(file, why)
    return PlaceFacts(
        id=document["id"],
        name=document["name"],
        areas=tuple(document["areas"]),
        years=tuple(document["years"]),
        engine=document["engine"],
        schema_version=document["schema_version"],
    )


def _toml(facts: PlaceFacts) -> bytes:
    values = {
        "id": facts.id,
        "name": facts.name,
        "areas": list(facts.areas),
        "years": list(facts.years),
        "engine": facts.engine,
        "schema_version": facts.schema_version,
    }
    # a JSON string or list of printable text is also a TOML one
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
    return "".join(lines).encode()


def _path_problem(path: Path) -> Problem | None:
    try:
        names = {entry.name for entry in path.iterdir()} if path.exists() else set()
    except NotADirectoryError:
        why = "it is a file"
    except OSError as error:
        why = error.strerror or str(error)
    else:
        # what an interrupted `new` leaves behind is no obstacle to the next
        is_empty = CHANGES not in names or not any((path / CHANGES).iterdir())
        if is_empty and all(entry == CHANGES or _files.is_temporary(entry) for entry in names):
            return None
        why = "it is a place already" if PLACE in names else "it is not empty"
    return Problem(
        "folder_in_use",
        "a place cannot be made here",
        str(path),
        why,
        "give a folder that does not exist yet, or an empty one",
    )


def _name_problem(name: str) -> Problem | None:
    if slug(name) and name.isprintable():
        return None
    return Problem(
        "bad_name",
        "a place needs a name",
        f"--name {name!r}",
        "it has no letter or digit" if not slug(name) else "it holds characters that do not print",
        "give the place's name in plain letters",
    )


def _areas_problem(areas: Sequence[str]) -> Problem | None:
    twice = sorted({area for area in areas if list(areas).count(area) > 1})
    odd = [repr(area) for area in areas if not area or not area.isprintable()]
    if not areas:
        why = "none was given"
    elif odd:
        why = f"not a code: {', '.join(odd)}"
    elif twice:
        why = f"given more than once: {', '.join(twice)}"
    else:
        return None
    return Problem(
        "bad_areas",
        "a place needs areas, each once",
        "--area",
        why,
        "give each area code once, e.g. --area E08000009",
    )
