"""The field of a number with its unit, prices and range, and that of shares by body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from totalplace.cases._keys import NUMBER
from totalplace.workbench.cases._fields import (
    Control,
    Fault,
    Field,
    not_a_number,
    number_of,
    number_text,
)

__all__ = [
    "quantity_controls",
    "quantity_of",
    "range_controls",
    "share_controls",
    "shares_of",
]

_RANGE = ("low", "mode", "high")
_WORDS = ("meaning", "dist")
_SAYS_NOTHING = {"unit", "price_year", "meaning", "dist", "as"}
"""Parts that say nothing without a number."""


def quantity_controls(field: Field, raw: Any) -> list[Control]:
    """The value, and what it is a value of."""
    held = _table(field, raw)
    labels = {
        "code": (_("Code of a table of unit costs"), "10"),
        "id": (_("Name of the cohort, if several outcomes have it"), "10"),
        "unit": (_("Unit"), "20"),
        "price_year": (_("Prices of"), "5"),
        "as": (_("It is a share"), ""),
    }
    value = Control(
        f"{field.id}-value",
        _("Number, or %(words)s") % {"words": ", ".join(key for key, _words in field.choices)}
        if field.choices
        else _("Number"),
        number_text(held.get("value")),
        width="10",
    )
    found = [value]
    for part in field.parts:
        label, width = labels[part]
        one = Control(f"{field.id}-{part}", label, str(held.get(part, "")), width=width)
        if part == "as":
            one.kind = "choice"
            one.choices = [
                ("", _("Choose")),
                ("relative", _("of what happens now (relative)")),
                ("points", _("in points, taken off the rate")),
            ]
        elif part == "price_year":
            one.hint = _("Such as 2024-25")
        found.append(one)
    return found


def range_controls(field: Field, raw: Any) -> list[Control]:
    """How uncertain it is."""
    held = _table(field, raw)
    labels = {"low": _("Low"), "mode": _("Most likely"), "high": _("High")}
    found = [
        Control(f"{field.id}-{part}", labels[part], number_text(held.get(part)), width="10")
        for part in _RANGE
    ]
    found.append(
        Control(
            f"{field.id}-meaning",
            _("Low and high are"),
            str(held.get("meaning", "")),
            "choice",
            [
                (_ends(held), _("the ends of what is possible")),
                ("10-90", _("passed in one case of ten, each way")),
            ],
        )
    )
    shapes = [(one, one) for one in NUMBER["dist"].values]
    found.append(
        Control(
            f"{field.id}-dist",
            _("Shape"),
            str(held.get("dist", "")),
            "choice",
            [("", _("what fits the range")), *shapes],
        )
    )
    return found


def _ends(held: Mapping[str, Any]) -> str:
    """The ends of what is possible as the text says it: in words, or by saying nothing."""
    return "min-max" if held.get("meaning") == "min-max" else ""


def quantity_of(field: Field, raw: Any, posted: Mapping[str, str]) -> tuple[Any, list[Fault]]:
    """What the answers make of the value; what the form does not ask stays as it was."""
    held, faults = dict(_table(field, raw)), []
    levels = {key for key, _words in field.choices}
    for part in ("value", *_RANGE):
        control = f"{field.id}-{part}"
        text = posted.get(control, "").strip()
        if not text:
            held.pop(part, None)
        elif part == "value" and text in levels:
            held[part] = text
        else:
            try:
                held[part] = number_of(text)
            except ValueError:
                faults.append((control, not_a_number()))
    for part in (*field.parts, *_WORDS):
        text = posted.get(f"{field.id}-{part}", "").strip()[:200]
        if text:
            held[part] = text
        else:
            held.pop(part, None)
    return _least(field, held), faults


def _table(field: Field, raw: Any) -> Mapping[str, Any]:
    if isinstance(raw, Mapping):
        return raw
    if isinstance(raw, str) and "code" in field.parts:
        return {"code": raw}
    return {} if raw is None else {"value": raw}


def _least(field: Field, held: dict[str, Any]) -> Any:
    """The shortest way to write it: nothing, a plain number or word, or a table."""
    if not set(held) - _SAYS_NOTHING:
        return None
    if set(held) == {"value"}:
        return held["value"]
    if "code" in field.parts and set(held) == {"code"}:
        return held["code"]
    return held


def share_controls(field: Field, raw: Any, bodies: Mapping[str, str]) -> list[Control]:
    """A share for each body; those that the case no longer has too, so that they can go."""
    held = raw if isinstance(raw, Mapping) else {}
    names = {**bodies, **{one: one for one in held if one not in bodies}}
    return [
        Control(f"{field.id}-{body}", name, number_text(held.get(body)), width="5")
        for body, name in names.items()
    ]


def shares_of(
    field: Field, raw: Any, bodies: Mapping[str, str], posted: Mapping[str, str]
) -> tuple[Any, list[Fault]]:
    """The shares that were answered."""
    held = dict(raw) if isinstance(raw, Mapping) else {}
    faults = []
    for body in {**bodies, **held}:
        control = f"{field.id}-{body}"
        text = posted.get(control, "").strip()
        if not text:
            held.pop(body, None)
            continue
        try:
            held[body] = number_of(text)
        except ValueError:
            faults.append((control, _("Write a share from 0 to 1, such as 0.25")))
    return held or None, faults
