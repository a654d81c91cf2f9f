"""The kinds of jobs: what the worker can do, each a function from facts to a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

__all__ = ["KINDS", "JobKind", "Progress", "Work", "job_kind", "kind_of"]


class Progress(Protocol):
    """Told how far a job is; written down at most a few times a second."""

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Tell the stage, and how much of it is done."""


Work = Callable[[Mapping[str, Any], Progress], Mapping[str, Any]]


@dataclass(frozen=True)
class JobKind:
    """A kind of job.

    Attributes:
        name: its name in the table.
        label: what it does, for people.
        lane: jobs of one lane are done one after the other; ``quick`` ones do not wait behind
            ``long`` ones.
        work: does it, in a process of its own that may be ended at any time: it must be safe to
            begin it again. It raises `TotalplaceError` for what the user can mend.
        result_page: name of the route that shows the result, given the job's id; empty for none.
    """

    name: str
    label: str
    lane: Literal["long", "quick"]
    work: Work
    result_page: str = ""


KINDS: dict[str, JobKind] = {}


def kind_of(name: str) -> JobKind:
    """The kind of that name, in whichever process it is asked for.

    Raises:
        KeyError: there is none.
    """
    if name not in KINDS:
        # the worker loads nothing of what its jobs need until it asks for one of them itself
        from totalplace.workbench import _views  # noqa: F401 - hangs every kind on the list
    return KINDS[name]


def job_kind(
    name: str, label: str, *, lane: Literal["long", "quick"], result_page: str = ""
) -> Callable[[Work], Work]:
    """Hang a function on the list of kinds of jobs."""

    def hang(work: Work) -> Work:
        if name in KINDS:
            raise ValueError(f"two kinds of job of one name: {name}")
        KINDS[name] = JobKind(name, label, lane, work, result_page)
        return work

    return hang
