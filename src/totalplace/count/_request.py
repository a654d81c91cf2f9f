"""What is asked of a count."""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.count._years import year_start
from totalplace.errors import Problem, RequestError

__all__ = ["BY", "PER", "Request", "check_request"]

BY = (
    "tier",
    "body",
    "funder",
    "function",
    "route",
    "stream",
    "area",
    "theme",
    "grade",
    "cap_rev",
    "control",
)
"""What a count can be split by."""

PER = ("head", "household")


@dataclass(frozen=True)
class Request:
    """What is asked of a count; a figure_id is made from it.

    Attributes:
        year: financial year.
        by: any of BY.
        per: head, household or None.
        key: an apportionment key, or None for the nearest complete one.
        real: price year for real terms, or None for cash.
        at: snapshot number, or None for the place as it is now.
    """

    year: str
    by: tuple[str, ...] = ()
    per: str | None = None
    key: str | None = None
    real: str | None = None
    at: int | None = None


def check_request(request: Request) -> None:
    problems = []
    unknown = [name for name in request.by if name not in BY]
    if unknown:
        problems.append(
            Problem(
                code="unknown_split",
                what="a count cannot be split by that",
                where=f"--by {','.join(unknown)}",
                why=f"it can be split by {', '.join(BY)}",
                fix="choose from these, separated by commas",
            )
        )
    if request.per is not None and request.per not in PER:
        problems.append(
            Problem(
                code="unknown_denominator",
                what="there is no such denominator",
                where=f"--per {request.per}",
                why="per head and per household are known",
                fix="use head or household",
            )
        )
    for option, year in (("--year", request.year), ("--real", request.real)):
        if year is not None:
            try:
                year_start(year)
            except RequestError as error:
                problems += [
                    Problem(p.code, p.what, f"{option} {year}", p.why, p.fix)
                    for p in error.problems
                ]
    if problems:
        raise RequestError(problems)
