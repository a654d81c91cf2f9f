"""What is wrong with a layout that a person has written: every fault, by the setting or field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from totalplace.errors import Problem, RequestError
from totalplace.model import BodyRegister
from totalplace.sources._layout_form import SettingKind, layout_form, required_groups
from totalplace.sources._mapping_layout import Layout, column_at, is_period, named_keys

__all__ = ["Faults", "LayoutFault", "checked_layout", "faults_of", "known_body"]

_KINDS: Mapping[SettingKind, type] = {"number": int, "text": str, "choice": str, "yes_no": bool}
_KIND_NAMES = {str: "a text", int: "a whole number", bool: "true or false"}
_MISSING = {
    "payee": ("payee", "no column is the payee", 'write payee = "..."'),
    "amount": ("amount", "no column is the amount", 'write amount = "..."'),
    "date": (
        "payment_date",
        "no column is a date, and there is no period",
        'write payment_date = "...", or period = "2017-18"',
    ),
}
"""Group of fields -> where it is told that none of them is mapped, why, and the fix."""

_MAX_HEADERS = 16_384
_MAX_CHARS = 10_000


class Faults(Protocol):
    """Gathers what is wrong with layouts.

    Attributes:
        problems: so far.
    """

    problems: list[Problem]

    def add(self, number: int, key: str, why: str, fix: str) -> None:
        """Note a fault of a setting or field of the layout of a number, from 1."""


@dataclass(frozen=True)
class LayoutFault:
    """A fault of one layout.

    Attributes:
        key: the field, or the setting, that is wrong: as a form names it.
        problem: what is wrong, and the fix.
    """

    key: str
    problem: Problem


def faults_of(layout: Layout, bodies: BodyRegister) -> tuple[LayoutFault, ...]:
    """Everything that is wrong with a layout that is handed over as data."""
    gathered = _Gathered(layout.name)
    plain = {**asdict(layout), "headers": list(layout.headers)}
    # what a file of a megabyte cannot hold, no form may either
    if len(layout.headers) > _MAX_HEADERS or any(
        len(text) > _MAX_CHARS for text in (layout.name, *layout.headers, *layout.columns.values())
    ):
        why = f"more than {_MAX_HEADERS:,} of them, or one of over {_MAX_CHARS:,} characters"
        gathered.add(1, "headers", why, "copy the header's cells")
        return tuple(gathered.found)
    checked_layout(plain, 1, gathered)
    if isinstance(layout.body, str) and layout.body:
        problem = known_body(bodies)(layout.body)
        if problem is not None:
            gathered.add(1, "body", problem.why, problem.fix)
    return tuple(gathered.found)


class _Gathered:
    def __init__(self, name: str) -> None:
        self._name = name if isinstance(name, str) else ""
        self.problems: list[Problem] = []
        self.found: list[LayoutFault] = []

    def add(self, number: int, key: str, why: str, fix: str) -> None:  # noqa: ARG002 - one layout
        where = f"mapping {self._name!r}, {key}"
        problem = Problem("bad_mapping", "the mapping cannot be used", where, why, fix)
        self.problems.append(problem)
        self.found.append(LayoutFault(key, problem))


def known_body(bodies: BodyRegister) -> Callable[[str], Problem | None]:
    """Tells what is wrong with the name of a body, or None."""

    def check(text: str) -> Problem | None:
        try:
            bodies.find(text)
        except RequestError as error:
            return error.problems[0]
        return None

    return check


def checked_layout(one: Mapping[str, Any], number: int, check: Faults) -> Layout | None:
    """The layout that plain values state, or None with every fault of them noted."""
    before = len(check.problems)
    settings = {setting.name: setting for setting in layout_form().settings}
    for key in sorted(one.keys() - {"name", "headers", "columns", *settings}):
        check.add(number, key, f"there is no setting {key!r}", f"use {', '.join(settings)}")
    headers = one.get("headers")
    if not isinstance(headers, list) or not all(isinstance(cell, str) for cell in headers):
        check.add(number, "headers", "the headers are no list of texts", "copy the header's cells")
        headers = []
    elif not named_keys(headers):
        check.add(number, "headers", "no header has a name", "copy the header's cells")
    name = one.get("name", f"layout {number}")
    if not isinstance(name, str) or not name.strip():
        check.add(number, "name", "the name is no text", 'write name = "..."')
        name = ""
    for key, setting in settings.items():
        kind = _KINDS[setting.kind]
        value = one.get(key, kind())
        allowed = [choice for choice, _ in setting.choices]
        if type(value) is not kind:
            check.add(number, key, f"{key} is {value!r}", f"write {_KIND_NAMES[kind]}")
        elif allowed and key in one and value not in allowed:
            choices = " or ".join(map(_quoted, allowed))
            check.add(number, key, f"{key} is {value!r}", f"write {choices}")
    if isinstance(one.get("header_row", 0), int) and one.get("header_row", 0) < 0:
        check.add(number, "header_row", "rows are counted from 1", "write 0 to have it found")
    period = one.get("period", "")
    if isinstance(period, str) and not is_period(period):
        fix = 'write a year such as "2017-18", a month such as "2017-04", or "from_name"'
        check.add(number, "period", f"{period!r} is no period", fix)
    columns = _columns(one.get("columns", {}), headers, number, check)
    groups = {} if one.get("left_out") is True else required_groups()
    for group, fields in groups.items():
        if not columns.keys() & set(fields) and not (group == "date" and period):
            key, why, fix = _MISSING[group]
            check.add(number, key, why, fix)
    if len(check.problems) > before:
        return None
    stated = {key: one[key] for key in settings if key in one}
    return Layout(name=name, headers=tuple(headers), columns=columns, **stated)


def _columns(found: object, headers: Sequence[str], number: int, check: Faults) -> dict[str, str]:
    if not isinstance(found, dict):
        check.add(number, "columns", "columns is no table", "write [layout.columns]")
        return {}
    known = [field.name for field in layout_form().fields]
    columns: dict[str, str] = {}
    for field, title in found.items():
        if field not in known:
            check.add(number, field, f"there is no field {field!r}", f"use {', '.join(known)}")
        elif not isinstance(title, str) or column_at(headers, title) is None:
            shown = ", ".join(_quoted(cell) for cell in headers if cell.strip())
            fix = f'write one of {shown}, or "#" and the number of the column'
            check.add(number, field, f"{title!r} is none of the headers", fix)
        elif title in columns.values():
            other = next(name for name, taken in columns.items() if taken == title)
            why = f"{title!r} is the {other} already"
            check.add(number, field, why, "name another column, or delete one of the two lines")
        else:
            columns[field] = title
    return columns


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
