"""Adding files to a place: its registers first, so that the other files may name their bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from totalplace._api._exchange import packed
from totalplace.errors import Problem, RequestError
from totalplace.model import TABLES
from totalplace.place import Folder
from totalplace.sources import AddReport, FileReport, Layout, Sandbox, add, sandbox_of

__all__ = ["add_files", "licence_id"]


def add_files(
    folder: Folder,
    paths: Sequence[Path],
    *,
    body: str | None,
    format_id: str | None,
    supersedes: str | None,
    yes: bool,
    mapping: Path | None = None,
    layouts: Sequence[Layout] = (),
    name: str | None = None,
    who: str = "totalplace",
    received: str,
    publisher: str | None = None,
    licence: str | None = None,
    progress: Callable[[str, str, int, int], None] | None,
    reader: Sandbox | None = None,
) -> AddReport:
    """Take files into a place; see `totalplace.sources.add`.

    Args:
        reader: what reads the files, where several calls share one.

    Raises:
        RequestError: as there, or a licence that the list does not hold.
    """
    kept = None if licence is None else licence_id(licence, where=f"--licence {licence}")
    first = [path for path in paths if is_register(path)]
    rest = [path for path in paths if path not in first]
    if not any(path.exists() for path in rest):
        # what is wrong with all of them is then told before anything is done
        first, rest = [*first, *rest], []
    reports: list[FileReport] = []
    with ExitStack() as packs:
        shared = packs.enter_context(sandbox_of(folder)) if reader is None else reader
        # a data package is a folder: it is taken in as one file
        given = {path: packs.enter_context(packed(path)) for path in paths}
        named = {str(one): str(path) for path, one in given.items() if one is not path}
        for group in (first, rest):
            if group or not paths:
                reports += add(
                    folder,
                    [given[path] for path in group],
                    body=body,
                    format_id=format_id,
                    supersedes=supersedes,
                    yes=yes,
                    mapping=mapping,
                    layouts=layouts,
                    name=name,
                    who=who,
                    received=received,
                    publisher=publisher,
                    licence=kept,
                    progress=progress,
                    reader=shared,
                ).files
    order = {str(path): at for at, path in reversed(list(enumerate(paths)))}
    reports = [_as_given(report, named) for report in reports]
    # one file that goes by another name has no order to keep
    return AddReport(tuple(sorted(reports, key=lambda report: order.get(report.file, 0))))


def _as_given(report: FileReport, named: Mapping[str, str]) -> FileReport:
    """The report under the name of the folder that was given, where a package was made of it."""
    given = named.get(report.file)
    if given is None:
        return report

    def told(problems: Sequence[Problem]) -> tuple[Problem, ...]:
        return tuple(replace(one, where=one.where.replace(report.file, given)) for one in problems)

    return replace(
        report,
        file=given,
        warnings=told(report.warnings),
        notes=told(report.notes),
        problems=told(report.problems),
    )


def licence_id(name: str, *, where: str) -> str:
    """The licence_id of a licence as the user names it.

    Raises:
        RequestError: the list of licences does not hold it.
    """
    # only here is anything of what is public needed
    from totalplace.disclosure.publish import known_licences, licence_decision

    try:
        return licence_decision(name)
    except KeyError:
        known = sorted({one.licence_id for one in known_licences().values()})
        raise RequestError(
            Problem(
                "unknown_licence",
                "no such licence is known",
                where,
                f"the licences are {', '.join(known)}",
                "give the id of one of them",
            )
        ) from None


def is_register(path: Path) -> bool:
    """Whether the first line of a file is the header of a register."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            line = file.readline(4096)
    except OSError:
        return False
    header = line.decode("utf-8-sig", "replace").strip()
    return any(header == ",".join(table.fields) for table in TABLES.values())
