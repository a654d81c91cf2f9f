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

Told = Callable[[str, str, int, int], None]
"""Told the file, the stage, what is done and what there is to do."""


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
def file_progress(files: Sequence[Path]) -> Iterator[Told]:
    """A bar over the bytes of all files, with the time that is left.

    It only ever moves on, although a zip begins anew with each of its members.
    """
    sizes = {str(path): path.stat().st_size if path.is_file() else 0 for path in files}
    starts: dict[str, int] = {}
    at = 0
    for name, size in sizes.items():
        starts[name] = at
        at += size
    with _bar() as progress:
        task = progress.add_task("reading", total=max(at, 1))
        furthest = 0.0

        def told(file: str, stage: str, done: int, total: int) -> None:
            nonlocal furthest
            part = starts.get(file, 0) + sizes.get(file, 0) * done / max(total, 1)
            furthest = max(furthest, part)
            name = Path(file).name
            progress.update(task, completed=furthest, description=f"{name}: {stage}")

        yield told


@contextmanager
def growing_progress(title: str) -> Iterator[Told]:
    """A bar over a number of things that is told with each of them, and the time that is left."""
    with _bar() as progress:
        task = progress.add_task(title, total=None)

        def told(name: str, stage: str, done: int, total: int) -> None:
            description = f"{Path(name).name} {stage}".strip()
            progress.update(task, completed=done, total=total or None, description=description)

        yield told


@contextmanager
def _bar() -> Iterator[Progress]:
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
        yield progress
