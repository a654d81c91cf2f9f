"""Progress on standard error, where there is a terminal; nothing of it stays behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

__all__ = ["file_progress", "growing_progress", "stage_progress"]


@contextmanager
def stage_progress(title: str) -> Iterator[Callable[[str], None]]:
    """Show which stage a run is at; the function takes the stage's name."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task(title, total=None)
        yield lambda stage: progress.update(task, description=f"{title}: {stage}")


@contextmanager
def file_progress(files: Sequence[Path]) -> Iterator[Callable[[str, str, int, int], None]]:
    """A bar over the bytes of all files, with the time that is left.

    The function is told the file, the stage, what is done and what there is to do.
    """
    sizes = {str(path): path.stat().st_size if path.is_file() else 0 for path in files}
    starts: dict[str, int] = {}
    at = 0
    for name, size in sizes.items():
        starts[name] = at
        at += size
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("reading", total=max(at, 1))
        furthest = 0.0

        def told(file: str, stage: str, done: int, total: int) -> None:
            nonlocal furthest
            # a zip begins anew with each member: the bar only ever moves on
            part = starts.get(file, 0) + sizes.get(file, 0) * done / max(total, 1)
            furthest = max(furthest, part)
            name = Path(file).name
            progress.update(task, completed=furthest, description=f"{name}: {stage}")

        yield told


@contextmanager
def growing_progress() -> Iterator[Callable[[str, str, int, int], None]]:
    """As `file_progress`, for files that are not known beforehand: shows the file and the time."""
    with stage_progress("making the place") as report:
        yield lambda file, stage, *_: report(f"{Path(file).name} {stage}".strip())
