"""What was answered so far, page by page, as the page of a case shows it for checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace.workbench.cases._form import value_at
from totalplace.workbench.cases._steps import Step, steps_of
from totalplace.workbench.cases.models import Draft

__all__ = ["Section", "called", "sections_of"]


@dataclass(frozen=True)
class Section:
    """The answers of one page.

    Attributes:
        heading: of the activity or outcome that begins here; empty within it.
        rows: what was asked, and what was answered; only what was.
        remove: where the activity or outcome is taken out; said at its end.
        of: what that is called.
    """

    step: Step
    href: str
    heading: str
    rows: list[tuple[str, str]]
    remove: str = ""
    of: str = ""


def sections_of(draft: Draft, data: Mapping[str, Any]) -> list[Section]:
    """Every page with its answers."""
    steps = list(steps_of(data))
    found = []
    for at, step in enumerate(steps):
        before = steps[at - 1].path if at else ()
        is_last = at + 1 == len(steps) or steps[at + 1].path != step.path
        of = called(step, data) if step.is_item else step.title
        remove = ""
        if step.is_item and is_last:
            remove = reverse("case-item-remove", args=[draft.pk, step.kind, step.n])
        heading = "" if step.is_item and before == step.path else of
        found.append(Section(step, step.href(draft), heading, _rows(step, data), remove, of))
    return found


def called(step: Step, data: Mapping[str, Any]) -> str:
    """What an activity or outcome is called."""
    words = {"activity": _("Activity"), "outcome": _("Outcome")}[step.kind]
    title = value_at(data, (*step.path, "title")) or value_at(data, (*step.path, "id"))
    return f"{words} {step.n}: {title}" if title else f"{words} {step.n}"


def _rows(step: Step, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    if step.name == "bodies":
        held = value_at(data, ("body",))
        return [
            (
                str(value_at(data, ("body", name, "name")) or name),
                str(value_at(data, ("body", name, "tier")) or ""),
            )
            for name in (held if isinstance(held, Mapping) else {})
        ]
    rows = []
    for field in step.fields:
        value = value_at(data, (*step.path, *field.key))
        if value is not None:
            rows.append((field.label, said(value)))
    return rows


def said(value: Any) -> str:
    """A value of the text for people.

    >>> said({"low": 1, "mode": 2, "high": 3, "unit": "GBP m"})
    '1 to 3, most likely 2 GBP m'
    """
    if isinstance(value, bool):
        return _("yes")
    if isinstance(value, list):
        is_years = len(value) == 2 and all(isinstance(one, int) for one in value)
        return (" to " if is_years else ", ").join(str(one) for one in value)
    if not isinstance(value, Mapping):
        return f"{value:,}" if isinstance(value, int) and abs(value) > 9999 else str(value)
    rest = {key: one for key, one in value.items() if key not in {*_TOLD, "meaning"}}
    if not any(key in value for key in _TOLD):
        return "; ".join(f"{key} {said(one)}" for key, one in rest.items())
    parts = []
    for key in ("code", "value"):
        if key in value:
            parts.append(said(value[key]))
    if "low" in value and "high" in value:
        words = f"{said(value['low'])} to {said(value['high'])}"
        if "mode" in value:
            words += _(", most likely %(mode)s") % {"mode": said(value["mode"])}
        parts.append(f"({words})" if parts else words)
    if "unit" in value:
        parts.append(str(value["unit"]))
    if value.get("meaning") == "10-90":
        parts.append(_("(passed in one case of ten, each way)"))
    if "as" in value:
        parts.append({"relative": _("of what happens now")}.get(value["as"], _("in points")))
    if "price_year" in value:
        parts.append(_("in prices of %(year)s") % {"year": value["price_year"]})
    more = [f"{key} {said(one)}" for key, one in rest.items()]
    return " ".join(parts) + (f" ({'; '.join(more)})" if more else "")


_TOLD = ("code", "value", "low", "mode", "high", "unit", "as", "price_year")
