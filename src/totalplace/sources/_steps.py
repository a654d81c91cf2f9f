"""How far the reading of a file is, in records, so that done by time is records a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from totalplace.sources._format import Job

__all__ = ["MemberSteps", "RecordSteps"]

Step = Callable[[str, int, int], None]

_READ_SHARE = 0.6
"""Of the work on a record so much is its reading; the rest is its writing. Measured on files of a
million payments."""


@dataclass
class RecordSteps:
    """Tells of one table how many of its records are done, reading and writing together.

    Attributes:
        step: told the stage, the records done and all records.
        total: all records.
    """

    step: Step
    total: int
    _done: int = 0

    def read(self, count: int) -> None:
        """So many records are read."""
        self._tell(count * _READ_SHARE)

    def written(self, count: int) -> None:
        """So many are written too."""
        self._tell(self.total * _READ_SHARE + count * (1 - _READ_SHARE))

    def end(self) -> None:
        """All of them are."""
        self.step("writing", self.total, self.total)

    def _tell(self, done: float) -> None:
        # a reader that gives up is followed by another, which begins anew
        self._done = max(self._done, min(self.total, int(done)))
        self.step("reading", self._done, self.total)


class MemberSteps:
    """Tells of one member after the other how many records of the whole file are done.

    How many those to come have is reckoned by their size.

    Args:
        job: the job of the whole file.
        size: of all members together, in any unit.
    """

    def __init__(self, job: Job, size: float) -> None:
        self._job = job
        self._size = size
        self._seen = self._before = 0.0
        self._own = 0.0
        self._records = 0

    def job(self, size: float) -> Job:
        """The job of the next member, of a size in the same unit."""
        self._before += self._records
        self._seen += self._own
        self._own, self._records = size, 0
        return replace(self._job, step=self._tell)

    def _tell(self, stage: str, done: int, total: int) -> None:
        self._records = total
        seen = self._seen + self._own
        known = self._before + total
        whole = known * max(self._size, seen) / seen if seen else known
        self._job.step(stage, int(self._before + done), int(whole))
