"""Opening a place, and making a new one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from totalplace._api._add import add_files
from totalplace._api._place import Place
from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import TABLES, AreaRegister, area_register, read_table
from totalplace.place import create, open_folder

if TYPE_CHECKING:
    from totalplace.engine import Engine

__all__ = ["new_place", "now", "open_place"]

_AREA_TABLES = ("area", "area_member")


def now() -> datetime:
    """The time by the computer's clock."""
    return datetime.now(UTC)


def open_place(
    path: Path | str,
    *,
    engine: Callable[[], Engine] | None = None,
    clock: Callable[[], datetime] = now,
) -> Place:
    """Open a place.

    Args:
        path: its folder.
        engine: makes the engine that a verb runs on; by default the one its `place.toml` names.
        clock: tells the time, by which sources, snapshots and decisions are dated.

    Raises:
        PlaceError: the folder is no place, is damaged, or a later version made it.
    """
    return Place(open_folder(Path(path)), engine=engine, clock=clock)


def new_place(
    path: Path | str,
    *,
    name: str,
    areas: Sequence[str],
    year: str,
    registers: Sequence[Path | str] = (),
    publisher: str | None = None,
    licence: str | None = None,
    engine: Callable[[], Engine] | None = None,
    clock: Callable[[], datetime] = now,
) -> Place:
    """Make an empty place and open it.

    Args:
        path: a folder that does not exist yet, or an empty one.
        name: the place's name.
        areas: English area codes: district, unitary, county, combined authority, police or fire
            area, region; or codes that `registers` define.
        year: a financial year such as ``2017-18``.
        registers: register files (bodies, areas, keys ...) that the place begins with.
        publisher: who published the registers.
        licence: under which they were published.

    Raises:
        RequestError: with everything that is wrong at once; nothing was made.
        FileRefused: a register file cannot be taken in; nothing was made.
    """
    folder, files = Path(path), [Path(file) for file in registers]
    known = _areas(files)

    def fault(code: str) -> Problem | None:
        if code[:1] in {"W", "S", "N"} and code[1:].isdigit():
            return Problem(
                "not_english",
                f"{code} is no English area",
                f"--area {code}",
                "local returns and levies are known of English places only",
                "use the code of an English area",
            )
        try:
            known.expand([code])
        except RequestError as error:
            (problem,) = error.problems
            return Problem(problem.code, problem.what, f"--area {code}", problem.why, problem.fix)
        return None

    is_new = not folder.exists()
    made = create(folder, name=name, areas=areas, year=year, known_area=fault)
    if files:
        try:
            report = add_files(
                made,
                files,
                body=None,
                format_id=None,
                supersedes=None,
                yes=False,
                received=clock().isoformat(timespec="seconds"),
                publisher=publisher,
                licence=licence,
                progress=None,
            )
            if refused := [problem for file in report.files for problem in file.problems]:
                raise FileRefused(refused)
        except BaseException:
            for entry in folder.iterdir():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
            if is_new:
                folder.rmdir()
            raise
    return Place(made, engine=engine, clock=clock)


def _areas(files: Sequence[Path]) -> AreaRegister:
    """The areas that are shipped, and those that register files define."""
    found: dict[str, list[pa.Table]] = {table: [] for table in _AREA_TABLES}
    for path in files:
        try:
            lines = path.read_text("utf-8-sig").splitlines(keepends=True)
        except (OSError, UnicodeDecodeError) as error:
            raise RequestError(
                Problem(
                    "unreadable_register",
                    "the register file cannot be read",
                    f"--register {path}",
                    getattr(error, "strerror", None) or str(error),
                    "give a CSV file in UTF-8 that you may read",
                )
            ) from error
        for table, tables in found.items():
            rows = _rows(table, lines, path)
            if rows is not None:
                tables.append(rows)
    extra = [pa.concat_tables(tables) if tables else None for tables in found.values()]
    return area_register(*extra)


def _rows(table: str, lines: Sequence[str], path: Path) -> pa.Table | None:
    """The rows of a register file, or None if it is one of another table."""
    if not lines or lines[0].strip() != ",".join(TABLES[table].fields):
        return None
    return read_table(table, lines, where=str(path))
