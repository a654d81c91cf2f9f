"""Whose payments a file holds: named by the user, by the file's own column, or by its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import PurePath

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import Body, BodyRegister
from totalplace.sources._format import Job

__all__ = ["find_payer"]

_LONGEST_NAME_WORDS = 4


def find_payer(
    texts: Collection[str | None], *, job: Job, where: str, names: Sequence[str]
) -> tuple[dict[str, str], list[Problem]]:
    """The body behind each text of the payer's column.

    Args:
        texts: the different texts; None where the cell is blank. Empty if there is no column.
        names: names of the file and its folders, the nearest first.

    Returns:
        Text -> body_id, a blank cell under ``''``; and warnings.

    Raises:
        FileRefused: nobody can be told, for each such text.
    """
    told = sorted(text for text in texts if text)
    if job.body is not None:
        return _by_user(told, job.body, job, where)
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for text in told:
        try:
            found[text] = job.bodies.find(text).body_id
        except RequestError as error:
            problems += [_unknown(problem, where) for problem in error.problems]
    if problems:
        raise FileRefused(problems)
    if len(told) == len(texts):
        if told:
            return found, []
    elif len(set(found.values())) == 1:
        return found | {"": next(iter(found.values()))}, []
    body = _by_name(names, job.bodies)
    if body is None:
        raise FileRefused(_untold(where, names))
    return found | {"": body.body_id}, [
        Problem(
            "body_from_name",
            f"the payments are taken to be those of {body.name}",
            where,
            "the file does not say whose they are; its name or folder does",
            "give --body if this is wrong",
        )
    ]


def _by_user(
    told: Sequence[str], body: Body, job: Job, where: str
) -> tuple[dict[str, str], list[Problem]]:
    others = [text for text in told if _other(text, body, job.bodies)]
    known = [text for text in others if _names_another(text, body, job.bodies)]
    if known and not job.yes:
        raise FileRefused(
            Problem(
                "body_contradicted",
                f"the file says that it is not {body.name}'s",
                where,
                f"its column names {', '.join(repr(text) for text in known)}",
                "leave --body out if the file is right, or add it with --yes if it is not",
            )
        )
    warnings = [
        Problem(
            "other_body_named",
            f"the file names another payer than --body {body.body_id}",
            where,
            f"its column says {text!r}",
            "leave --body out if the file is right",
        )
        for text in others
    ]
    return dict.fromkeys([*told, ""], body.body_id), warnings


def _names_another(text: str, body: Body, bodies: BodyRegister) -> bool:
    """Whether a text is the name of another known body, and not merely unknown."""
    try:
        return bodies.find(text).body_id != body.body_id
    except RequestError:
        return False


def _other(text: str, body: Body, bodies: BodyRegister) -> bool:
    try:
        return bodies.find(text).body_id != body.body_id
    except RequestError:
        return True


def _by_name(names: Sequence[str], bodies: BodyRegister) -> Body | None:
    """The one local body that the nearest telling name tells."""
    for name in names:
        words = re.findall(r"[a-z]+", PurePath(name).stem.casefold())
        found: dict[str, Body] = {}
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + _LONGEST_NAME_WORDS), start, -1):
                body = _local(" ".join(words[start:end]), bodies)
                if body is not None:
                    found[body.body_id] = body
                    start = end - 1
                    break
            start += 1
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            return None
    return None


def _local(text: str, bodies: BodyRegister) -> Body | None:
    try:
        body = bodies.find(text)
    except RequestError:
        return None
    return body if body.tier == "local" else None


def _unknown(problem: Problem, where: str) -> Problem:
    return Problem(
        problem.code,
        problem.what,
        f"{where}, column of the payer",
        problem.why,
        f"give --body, or {problem.fix}",
    )


def _untold(where: str, names: Sequence[str]) -> Problem:
    return Problem(
        "unknown_body",
        "it cannot be told whose payments these are",
        where,
        "the file has no column that names the payer, and no single local body is named in "
        + ", ".join(repr(name) for name in names if name),
        "give --body with the payer's identifier, ONS code or name",
    )
