"""Adding files to a place: its registers first, so that the other files may name their bodies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from totalplace.model import TABLES, BodyRegister, body_register
from totalplace.place import Folder
from totalplace.sources import AddReport, FileReport, add

__all__ = ["add_files", "bodies_of"]


def add_files(
    folder: Folder,
    paths: Sequence[Path],
    *,
    body: str | None,
    format_id: str | None,
    supersedes: str | None,
    yes: bool,
    received: str,
    progress: Callable[[str, str, int, int], None] | None,
) -> AddReport:
    """Take files into a place; see `totalplace.sources.add`."""
    first = [path for path in paths if is_register(path)]
    rest = [path for path in paths if path not in first]
    if not any(path.exists() for path in rest):
        # what is wrong with all of them is then told before anything is done
        first, rest = [*first, *rest], []
    reports: list[FileReport] = []
    for group in (first, rest):
        if group or not paths:
            reports += add(
                folder,
                group,
                body=body,
                format_id=format_id,
                supersedes=supersedes,
                yes=yes,
                received=received,
                registers=bodies_of(folder),
                progress=progress,
            ).files
    order = {str(path): at for at, path in reversed(list(enumerate(paths)))}
    return AddReport(tuple(sorted(reports, key=lambda report: order[report.file])))


def bodies_of(folder: Folder) -> BodyRegister:
    """Every body known to the place now: those shipped, and its own."""
    state = folder.state()
    return body_register(
        *(folder.reference(table, state) for table in ("body", "body_alias", "body_area"))
    )


def is_register(path: Path) -> bool:
    """Whether the first line of a file is the header of a register."""
    try:
        with path.open("rb") as file:
            line = file.readline(4096)
    except OSError:
        return False
    header = line.decode("utf-8-sig", "replace").strip()
    return any(header == ",".join(table.fields) for table in TABLES.values())
