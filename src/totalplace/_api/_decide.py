"""Human choices: which kinds there are, and whether one says something that can be."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from totalplace._api._add import licence_id
from totalplace.classify import ANY_TEXT, class_pattern
from totalplace.count import (
    ANY_STREAM,
    DECIDED,
    MATCH,
    NO_BODY,
    PURCHASE,
    SEVERAL,
    TransferKey,
    transfer_key,
)
from totalplace.errors import Problem, RequestError
from totalplace.model import body_register, load
from totalplace.place import Folder, NewDecision, year_problem

__all__ = ["KINDS", "UNDO", "Choice", "as_new_decisions"]

UNDO = "undo"
CLASS = "class"
LICENCE = "licence"
ANY_SOURCE, BODY_PATTERN = "*", "body:"


@dataclass(frozen=True)
class Choice:
    """One thing to decide.

    Attributes:
        object_id, what, value: as `Place.decide` takes them; an ``undo`` needs no value.
        why: the reason.
        who: whose choice it is; by default the one who decides.
    """

    object_id: str
    what: str | None = None
    value: str | None = None
    why: str = ""
    who: str | None = None


def as_new_decisions(
    folder: Folder, choices: Iterable[Choice], *, who: str, when: str, why: str
) -> list[NewDecision]:
    """The choices as they are stored, in order.

    Args:
        who: whose choices they are, where they do not say.
        why: the reason, where they give none.

    Raises:
        RequestError: every problem of every choice.
    """
    found: list[NewDecision] = []
    problems: list[Problem] = []
    for choice in choices:
        try:
            value = _value(folder, choice)
            object_id = _object(folder, choice)
            if choice.what == MATCH:
                _check_transfer(object_id, value)
        except RequestError as error:
            problems += error.problems
            continue
        found.append(
            NewDecision(
                object_id=object_id,
                what=choice.what or "",
                value=value,
                who=choice.who or who,
                when=when,
                why=choice.why or why,
            )
        )
    if problems:
        raise RequestError(problems)
    return found


def _value(folder: Folder, choice: Choice) -> str:
    """What a decision of this kind stores for a value as the user gives it.

    Raises:
        RequestError: no such kind, or the value is no body, stream or decision.
    """
    what, value = choice.what, choice.value
    if what is None:
        raise RequestError(
            Problem(
                "incomplete_decision",
                "a decision needs its kind",
                "--what",
                "none was given",
                f"use --what {' or --what '.join(KINDS)}",
            )
        )
    kind = KINDS.get(what)
    if kind is None:
        near = difflib.get_close_matches(what, KINDS, n=1)
        raise RequestError(
            Problem(
                "unknown_decision",
                "there is no such kind of decision",
                f"--what {what}",
                f"the kinds are {', '.join(sorted(KINDS))}",
                f"use --what {near[0]}" if near else "choose one of these",
            )
        )
    if value is None:
        if what == UNDO:
            return choice.object_id
        raise RequestError(
            Problem(
                "no_value",
                "a decision needs a value",
                "--value",
                "none was given",
                _VALUES[what],
            )
        )
    if what == CLASS:
        _check_pattern(folder, choice.object_id)
    return kind(folder, value)


def _object(folder: Folder, choice: Choice) -> str:
    """What a decision of this kind stores for its object as the user gives it.

    Raises:
        RequestError: of a licence: no such source or body; of a match: no such body or stream.
    """
    what, object_id = choice.what, choice.object_id
    if what == MATCH:
        return str(_transfer(folder, object_id))
    if what != LICENCE or object_id == ANY_SOURCE:
        return object_id
    if object_id.startswith(BODY_PATTERN):
        return BODY_PATTERN + _body(folder, object_id.removeprefix(BODY_PATTERN))
    return folder.state().find_source(object_id).sha256


def _check_pattern(folder: Folder, text: str) -> None:
    """Whether a correction's pattern names a payer that the register knows, by its body_id."""
    pattern = class_pattern(text)
    if pattern.body_id == ANY_TEXT:
        return
    found = _body(folder, pattern.body_id)
    if found != pattern.body_id:
        raise RequestError(
            Problem(
                "bad_class_pattern",
                "the payer must be named by its body_id",
                text,
                f"{pattern.body_id} is {found}",
                f"write {found} in its place, or {ANY_TEXT} for any payer",
            )
        )


def _function(_: Folder, value: str) -> str:
    names = {row["code"]: row["name"] for row in load("cofog").to_pylist()}
    if value in names:
        return value
    near = [f"{code} {name}" for code, name in names.items() if "." not in code]
    raise RequestError(
        Problem(
            "unknown_function",
            "COFOG has no such function",
            f"--value {value}",
            "the divisions are " + ", ".join(near),
            "give a division such as 09, or one of its groups or classes such as 09.1",
        )
    )


def _body(folder: Folder, value: str) -> str:
    return NO_BODY if value.casefold() == NO_BODY else _register_body(folder, value)


def _register_body(folder: Folder, value: str) -> str:
    state = folder.state()
    register = body_register(
        *(folder.reference(table, state) for table in ("body", "body_alias", "body_area"))
    )
    return register.find(value).body_id


def _stream(folder: Folder, value: str) -> str:
    own = folder.reference("stream", folder.state())
    names: dict[str, str] = {}
    for table in (load("stream"), own):
        for row in [] if table is None else table.to_pylist():
            names[str(row["name"]).casefold()] = row["stream_id"]
            names[row["stream_id"]] = row["stream_id"]
    found = names.get(value.casefold())
    if found is None:
        near = difflib.get_close_matches(value.casefold(), names, n=3, cutoff=0.5)
        listed = ", ".join(dict.fromkeys(names[name] for name in near))
        raise RequestError(
            Problem(
                "unknown_stream",
                f"no stream is known as {value!r}",
                f"--value {value}",
                "it is no stream_id or name of the register of streams",
                f"use one of {listed}" if listed else "add the stream to the place's registers",
            )
        )
    return found


def _licence(_: Folder, value: str) -> str:
    return licence_id(value, where=f"--value {value}")


def _payee_kind(_: Folder, value: str) -> str:
    if value in _PAYEE_KINDS:
        return value
    raise RequestError(
        Problem(
            "unknown_payee_kind",
            "a payee is decided to be one of two things",
            f"--value {value}",
            f"they are {' and '.join(_PAYEE_KINDS)}",
            _VALUES["payee_kind"],
        )
    )


def _match(folder: Folder, value: str) -> str:
    if value in DECIDED:
        return value
    if "|" in value:
        return str(_transfer(folder, value))
    raise RequestError(
        Problem(
            "unknown_match_value",
            "this cannot be said of a transfer",
            f"--value {value}",
            f"the words are {', '.join(DECIDED)}",
            _VALUES[MATCH],
        )
    )


def _transfer(folder: Folder, text: str) -> TransferKey:
    """The key of a transfer with the identifiers that its names mean."""
    key = transfer_key(text)
    problems: list[Problem] = []

    def known(find: Callable[[Folder, str], str], value: str) -> str:
        try:
            return find(folder, value)
        except RequestError as error:
            problems.extend(error.problems)
            return value

    payer = SEVERAL if key.payer_id == SEVERAL else known(_register_body, key.payer_id)
    payee = known(_register_body, key.payee_id)
    stream = ANY_STREAM if key.stream_id == ANY_STREAM else known(_stream, key.stream_id)
    if key.year is not None and (problem := year_problem(key.year)):
        problems.append(problem)
    if problems:
        raise RequestError(problems)
    return TransferKey(payer, payee, stream, key.year)


def _check_transfer(object_id: str, value: str) -> None:
    """Whether a word or a second key can be said of a transfer.

    Raises:
        RequestError: it cannot, and why.
    """
    key = transfer_key(object_id)
    if value in DECIDED:
        if value == PURCHASE and key.payer_id == SEVERAL:
            raise RequestError(
                Problem(
                    "bad_transfer",
                    "payments of several payers are not decided at once to be purchases",
                    object_id,
                    "they are a levy or precept that its receiver books in one sum",
                    "say that they are the same transfer, or not paid",
                )
            )
        return
    other = transfer_key(value)
    why = ""
    if other.payee_id != key.payee_id:
        why = f"one is received by {key.payee_id}, the other by {other.payee_id}"
    elif other.year is not None:
        why = "the year stands in the ID alone"
    elif (other.payer_id, other.stream_id) == (key.payer_id, key.stream_id):
        why = "both are the same key"
    if why:
        raise RequestError(
            Problem(
                "bad_transfer",
                "these two cannot be one transfer",
                f"{object_id} = {value}",
                why,
                "name two keys of one payee; of the two sides of one key say the same",
            )
        )


def _number(_: Folder, value: str) -> str:
    return value


KINDS: Mapping[str, Callable[[Folder, str], str]] = {
    "alias": _body,
    CLASS: _function,
    LICENCE: _licence,
    MATCH: _match,
    "payee_kind": _payee_kind,
    "stream": _stream,
    UNDO: _number,
}
"""What a decision can be: a payee's name means a body, payments of a pattern have a function, a
source (or those of a body, or any) has a licence, payments and receipts are one transfer or none, a
payee is an organisation or a person, a stream's name means a stream of the register, or an earlier
decision no longer holds."""

_PAYEE_KINDS = ("organisation", "individual")

_VALUES = {
    "alias": "give the body the payee is, as a body_id, code, name or alias, or none",
    CLASS: "give the COFOG code of what those payments are for, such as 09.1",
    LICENCE: "give the licence under which the source was published, such as OGL-UK-3.0",
    MATCH: "give same, purchase, not_paid, or the key of the other side as PAYER | PAYEE | STREAM",
    "payee_kind": "give organisation, whose name is then published, or individual",
    "stream": "give the stream_id of the register that the stream's name means",
}
