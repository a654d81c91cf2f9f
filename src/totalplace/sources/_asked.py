"""What a request to take files in names: looked up, with everything that is wrong with it."""

from __future__ import annotations

import contextlib
import dataclasses
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import Body, BodyRegister, body_register
from totalplace.place import Folder, Source
from totalplace.sources._mapping_check import faults_of
from totalplace.sources._mapping_layout import Layout
from totalplace.sources._mapping_memory import read_mapping

__all__ = ["Asked", "bare_name", "bodies_of", "check_request", "refuse_what_is_no_file"]


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a request names, looked up.

    Attributes:
        body: whose money it is, if that was said.
        old: the source that is superseded, if any.
        layouts: that are agreed to.
    """

    body: Body | None
    old: Source | None
    layouts: tuple[Layout, ...]


def check_request(
    folder: Folder,
    paths: Sequence[Path],
    *,
    body: str | None,
    format_id: str | None,
    supersedes: str | None = None,
    mapping: Path | None = None,
    layouts: Sequence[Layout] = (),
    name: str | None = None,
    registers: BodyRegister | None = None,
) -> Asked:
    """What a request to add or to look at files names.

    Raises:
        RequestError: with everything that is wrong with it.
    """
    problems: list[Problem] = []
    payer = old = None
    agreed: tuple[Layout, ...] = ()
    with _gathered(problems):
        if mapping is not None:
            agreed = read_mapping(mapping, registers or bodies_of(folder))
    if layouts:
        known = registers or bodies_of(folder)
        problems += [fault.problem for one in layouts for fault in faults_of(one, known)]
    with _gathered(problems):
        if body is not None:
            payer = (registers or bodies_of(folder)).find(body)
    with _gathered(problems):
        old = None if supersedes is None else folder.state().find_source(supersedes)
    if format_id is not None and format_id not in (ids := _format_ids()):
        problems.append(
            Problem(
                "unknown_format",
                "there is no such format",
                f"--format {format_id}",
                "it is none of those that can be read",
                f"use one of {', '.join(ids)}",
            )
        )
    if supersedes is not None and len(paths) != 1:
        problems.append(
            Problem(
                "several_files",
                "one file supersedes one source",
                f"--supersedes {supersedes}",
                f"{len(paths)} files were given",
                "add the corrected file by itself",
            )
        )
    if name is not None and len(paths) != 1:
        problems.append(
            Problem(
                "several_files",
                "one file has one name",
                f"name {name!r}",
                f"{len(paths)} files were given",
                "add the file by itself",
            )
        )
    missing = [path for path in paths if not path.exists()]
    if not paths or len(missing) == len(paths):
        problems += [_missing(path) for path in missing] or [
            Problem("no_files", "no file was given", "add", "there is nothing to add", "name files")
        ]
    if problems:
        raise RequestError(problems)
    return Asked(payer, old, (*layouts, *agreed))


def bare_name(name: str) -> str:
    """The name of a file without the folders that whoever sent it put before it.

    >>> bare_name("../etc/x.csv"), bare_name("C:\\\\april.csv")
    ('x.csv', 'april.csv')
    """
    return PurePosixPath(name.replace("\\", "/")).name or "unnamed"


def bodies_of(folder: Folder) -> BodyRegister:
    """Every body known to a place now: those shipped, and its own."""
    state = folder.state()
    return body_register(
        *(folder.reference(table, state) for table in ("body", "body_alias", "body_area"))
    )


def _format_ids() -> list[str]:
    # only here does the one who adds need the readers themselves
    from totalplace.sources._detect import format_ids

    return format_ids()


@contextlib.contextmanager
def _gathered(problems: list[Problem]) -> Iterator[None]:
    try:
        yield
    except RequestError as error:
        problems += error.problems


def refuse_what_is_no_file(path: Path) -> None:
    """Refuse a folder, a pipe, a device: opening one may wait for ever.

    Raises:
        FileRefused: ``is_folder`` or ``not_a_file``.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        # missing, or not to be seen: storing it tells
        return
    if stat.S_ISDIR(mode):
        raise FileRefused(_is_folder(path))
    if not stat.S_ISREG(mode):
        raise FileRefused(_not_a_file(path))


def _missing(path: Path) -> Problem:
    return Problem(
        "missing_file",
        "there is no such file",
        str(path),
        "no file stands at this path",
        "check the spelling and the folder",
    )


def _is_folder(path: Path) -> Problem:
    return Problem(
        "is_folder",
        "this is a folder, not a file",
        str(path),
        "files are added one by one",
        f"name its files, e.g. {path}/*.csv",
    )


def _not_a_file(path: Path) -> Problem:
    return Problem(
        "not_a_file",
        "this is no ordinary file",
        str(path),
        "it is a pipe, a socket or a device",
        "save what it gives as a file, then add that",
    )
