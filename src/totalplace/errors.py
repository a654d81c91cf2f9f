"""The one tree of errors, and the problems they carry.

::

    TotalplaceError            exit code
    ├── RequestError      2    nothing was done: the request itself is wrong
    │   └── PlaceError    2    the folder is no place, or a damaged one
    ├── FileError         1    a file could not be taken in
    │   ├── FileRefused   1    it cannot be read as any known format
    │   └── Quarantined   1    it was read, but its records do not add up
    ├── IdentityError     1    one of our own identities does not hold
    └── Interrupted     130    the user stopped the run; nothing is half done

Every error carries one or more :class:`Problem`, each saying what is wrong, where, why, and how
to mend it. All problems that can be seen are reported at once. Users never see a traceback of
these errors; anything else that is raised is a fault of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

__all__ = [
    "FileError",
    "FileRefused",
    "IdentityError",
    "Interrupted",
    "PlaceError",
    "Problem",
    "Quarantined",
    "RequestError",
    "TotalplaceError",
]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in the user's words.

    Args:
        code: a stable lower_snake_case name, e.g. ``no_header_row``.
        what: what is wrong, as one sentence without a full stop.
        where: file, row and column, option or folder.
        why: what was found against what was expected.
        fix: what the user can do now.

    >>> print(Problem("unknown_area", "unknown area code", "--area E0800009", "9 characters",
    ...               "use E08000009 (Trafford)"))
    unknown area code
      where: --area E0800009
      why:   9 characters
      fix:   use E08000009 (Trafford)
    """

    code: str
    what: str
    where: str
    why: str
    fix: str

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  why:   {self.why}\n  fix:   {self.fix}"

    def as_dict(self) -> dict[str, str]:
        """The problem as a JSON object."""
        return asdict(self)


class TotalplaceError(Exception):
    """Root of all errors a user can cause or mend."""

    exit_code = 2

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RequestError(TotalplaceError):
    """The request is wrong and nothing was done."""


class PlaceError(RequestError):
    """The folder is no place, or what it holds is damaged."""


class FileError(TotalplaceError):
    """A supplied file could not be taken in; the other files were not touched by it."""

    exit_code = 1


class FileRefused(FileError):  # noqa: N818 - the user's word
    """The file cannot be read as any known format."""


class Quarantined(FileError):  # noqa: N818 - the user's word
    """The file was read, but records differ from lines + rejected + skipped."""


class IdentityError(TotalplaceError):
    """One of our own identities does not hold: a fault to report, never to publish."""

    exit_code = 1


class Interrupted(TotalplaceError):  # noqa: N818 - the user's word
    """The user stopped the run; what was acknowledged is kept and nothing is half done."""

    exit_code = 130
