"""Human choices: which kinds there are, and whether one says something that can be."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping

from totalplace._api._add import licence_id
from totalplace.classify import ANY_TEXT, class_pattern
from totalplace.count import NO_BODY
from totalplace.errors import Problem, RequestError
from totalplace.model import body_register, load
from totalplace.place import Folder

__all__ = ["KINDS", "UNDO", "decision_object", "decision_value"]

UNDO = "undo"
CLASS = "class"
LICENCE = "licence"
ANY_SOURCE, BODY_PATTERN = "*", "body:"


def decision_value(folder: Folder, *, object_id: str, what: str, value: str | None) -> str:
    """What a decision of this kind stores for a value as the user gives it.

    Raises:
        RequestError: no such kind, or the value is no body, stream or decision.
    """
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
            return object_id
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
        _check_pattern(folder, object_id)
    return kind(folder, value)


def decision_object(folder: Folder, *, object_id: str, what: str) -> str:
    """What a decision of this kind stores for its object as the user gives it.

    Raises:
        RequestError: of a licence: no such source or body.
    """
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
    if value.casefold() == NO_BODY:
        return NO_BODY
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


def _number(_: Folder, value: str) -> str:
    return value


KINDS: Mapping[str, Callable[[Folder, str], str]] = {
    "alias": _body,
    CLASS: _function,
    LICENCE: _licence,
    "payee_kind": _payee_kind,
    "stream": _stream,
    UNDO: _number,
}
"""What a decision can be: a payee's name means a body, payments of a pattern have a function, a
source (or those of a body, or any) has a licence, a payee is an organisation or a person, a
stream's name means a stream of the register, or an earlier decision no longer holds."""

_PAYEE_KINDS = ("organisation", "individual")

_VALUES = {
    "alias": "give the body the payee is, as a body_id, code, name or alias, or none",
    CLASS: "give the COFOG code of what those payments are for, such as 09.1",
    LICENCE: "give the licence under which the source was published, such as OGL-UK-3.0",
    "payee_kind": "give organisation, whose name is then published, or individual",
    "stream": "give the stream_id of the register that the stream's name means",
}
