"""A page of the form, filled in from the text of a draft, and what its answers make of the text."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from totalplace.cases import Body
from totalplace.workbench.cases._fields import (
    Asked,
    Control,
    Fault,
    Field,
    number_text,
    simple,
)
from totalplace.workbench.cases._quantity import (
    quantity_controls,
    quantity_of,
    range_controls,
    share_controls,
    shares_of,
)
from totalplace.workbench.cases._steps import Step

__all__ = ["StepForm", "answered", "body_names", "form_of", "value_at"]

_WIDTHS = {"whole": "5", "number": "5", "date": "10"}


@dataclass
class StepForm:
    """A page of the form.

    Attributes:
        data: what the text would say with the answers.
    """

    step: Step
    asked: list[Asked]
    errors: list[Fault] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def body_names(data: Mapping[str, Any], place: tuple[Body, ...] | None) -> dict[str, str]:
    """Body -> its name, of all that a case may name; society last."""
    found = {one.id: one.name or one.id for one in place or ()}
    own = data.get("body")
    for name, table in (own if isinstance(own, Mapping) else {}).items():
        told = table.get("name") if isinstance(table, Mapping) else None
        found[name] = f"{told} ({name})" if told else name
    found.setdefault("society", _("Society: people, firms and charities"))
    return found


def form_of(step: Step, data: Mapping[str, Any], bodies: Mapping[str, str]) -> StepForm:
    """The form of a page, filled in."""
    table = _table(data, step.path)
    return StepForm(step, [_asked(one, value_at(table, one.key), bodies) for one in step.fields])


def answered(
    step: Step, data: Mapping[str, Any], bodies: Mapping[str, str], posted: Mapping[str, str]
) -> StepForm:
    """The form as it was answered: with what the text would say, or the faults at their fields."""
    changed = copy.deepcopy(dict(data))
    table = _made_table(changed, step.path)
    form = form_of(step, data, bodies)
    for one in form.asked:
        value, faults = _value(one.field, value_at(table, one.field.key), bodies, posted)
        form.errors += [(control, f"{one.field.label}: {text}") for control, text in faults]
        if not faults:
            _put(table, one.field.key, value)
        told = dict(faults)
        for control in one.all:
            control.value = posted.get(control.id, "")
            control.error = told.get(control.id, "")
    if not table and not step.is_item:
        changed.pop(step.kind, None)
    form.data = changed
    return form


def _asked(one: Field, raw: Any, bodies: Mapping[str, str]) -> Asked:
    match one.kind:
        case "quantity":
            return Asked(one, quantity_controls(one, raw), range_controls(one, raw))
        case "shares":
            return Asked(one, share_controls(one, raw, bodies))
        case "years":
            held = raw if isinstance(raw, list) and len(raw) == 2 else ["", ""]
            ends = (("first", _("First year")), ("last", _("Last year")))
            return Asked(
                one,
                [
                    Control(f"{one.id}-{end}", label, number_text(value), width="3")
                    for (end, label), value in zip(ends, held, strict=True)
                ],
            )
        case "flag":
            return Asked(one, [Control(one.id, one.label, "yes" if raw else "", "flag")])
        case "choice":
            choices = list(one.choices)
            told = number_text(raw)
            if told not in dict(choices):
                choices.append((told, told or _("Choose")))
            return Asked(one, [Control(one.id, one.label, told, "choice", choices, one.hint)])
        case _:
            kind = "long" if one.kind == "long" else "text"
            width = _WIDTHS.get(one.kind, "")
            return Asked(
                one,
                [Control(one.id, one.label, number_text(raw), kind, hint=one.hint, width=width)],
            )


def _value(  # noqa: PLR0911 - one a kind
    one: Field, raw: Any, bodies: Mapping[str, str], posted: Mapping[str, str]
) -> tuple[Any, list[Fault]]:
    match one.kind:
        case "quantity":
            return quantity_of(one, raw, posted)
        case "shares":
            return shares_of(one, raw, bodies, posted)
        case "years":
            return _years(one, posted)
        case "flag":
            return (True if posted.get(one.id) == "yes" else None), []
        case "choice":
            text = posted.get(one.id, "").strip()
            if text not in {*dict(one.choices), number_text(raw)}:
                return None, [(one.id, _("Choose one of the list"))]
            # a grade is a number in the text
            return (int(text) if text.isdecimal() else text or None), []
        case _:
            text = posted.get(one.id, "").replace("\r\n", "\n").strip()
            if text == number_text(raw):
                return raw, []
            try:
                return simple(one.kind, text), []
            except ValueError as error:
                return None, [(one.id, str(error))]


def _years(one: Field, posted: Mapping[str, str]) -> tuple[Any, list[Fault]]:
    found, faults = [], []
    for end in ("first", "last"):
        control = f"{one.id}-{end}"
        try:
            found.append(simple("whole", posted.get(control, "").strip()))
        except ValueError as error:
            faults.append((control, str(error)))
    if faults or found == [None, None]:
        return None, faults
    if None in found:
        missing = "first" if found[0] is None else "last"
        return None, [(f"{one.id}-{missing}", _("Write both years, or neither"))]
    return found, []


def _table(data: Mapping[str, Any], path: tuple[str | int, ...]) -> Mapping[str, Any]:
    found: Any = data
    for part in path:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return {}
    return found if isinstance(found, Mapping) else {}


def _made_table(data: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    found: Any = data
    for part in path:
        if isinstance(part, str):
            if not isinstance(found.get(part), dict | list):
                found[part] = {}
            found = found[part]
        else:
            if not isinstance(found[part], dict):
                found[part] = {}
            found = found[part]
    made: dict[str, Any] = found
    return made


def value_at(table: Mapping[str, Any], key: tuple[str | int, ...]) -> Any:
    """The value of a path, or None."""
    found: Any = table
    for part in key:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def _put(table: dict[str, Any], key: tuple[str, ...], value: Any) -> None:
    """Set a value, or take it out; a table that holds nothing then is taken out too."""
    if len(key) > 1:
        inner = table.get(key[0])
        made = dict(inner) if isinstance(inner, Mapping) else {}
        _put(made, key[1:], value)
        value = made or None
    if value is None:
        table.pop(key[0], None)
    else:
        table[key[0]] = value
