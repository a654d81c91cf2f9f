"""The form of a mapping: a field for each column of the file, and how the file is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from totalplace import Place
from totalplace.sources import Layout, LayoutSetting, layout_form
from totalplace.workbench.loads._header import MOST_ROW

__all__ = ["ColumnAsked", "MappingForm", "SettingAsked", "mapping_form", "posted_layout"]

_HEADER_ROW = "header_row"
_NOT_ASKED = {"body", "left_out", "sheet"}
"""Settings that other pages ask, or that only files with many sheets need."""


def _hints() -> dict[str, str]:
    return {
        "header_row": _("The row in which the names of the columns stand; 0 to have it found."),
        "sheet": _("Which sheets, such as April*; empty for all that have these headers."),
        "amount_sign": _("How the file writes money that was paid."),
        "date_order": _("How the file writes days as numbers."),
        "payee_shape": _("Whether a number stands together with the name in one cell."),
        "amounts_are_gross": _("Only if VAT is in the amounts, and they are to be taken so."),
        "period": _("Of a file without dates: 2017-18, 2017-04, or from_name."),
    }


@dataclass
class ColumnAsked:
    """A column of the file, and what it is asked to be.

    Attributes:
        number: from 1; its control is ``column-<number>``.
        field: what it is read as, or empty.
        reasons: why that is proposed, or why nothing is.
        error: what is wrong with the answer.
    """

    number: int
    header: str
    title: str
    samples: Sequence[str]
    field: str
    proposed: str
    confidence: int
    reasons: Sequence[str]
    error: str = ""


@dataclass
class SettingAsked:
    """How the file is read, besides its columns; its control is ``setting-<name>``."""

    setting: LayoutSetting
    value: Any
    error: str = ""

    @property
    def id(self) -> str:
        """The control."""
        return f"setting-{self.setting.name}"

    @property
    def hint(self) -> str:
        """What it says, for a form; a choice tells it by its words."""
        return _hints().get(self.setting.name, "")


@dataclass
class MappingForm:
    """A mapping as it is asked, with what is wrong."""

    columns: list[ColumnAsked]
    settings: list[SettingAsked]
    name: str
    name_error: str = ""
    errors: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    @property
    def header_row(self) -> int:
        """The row that is asked for as the header; 0 to have it found."""
        value = next(one.value for one in self.settings if one.setting.name == _HEADER_ROW)
        return int(value) if str(value).isdecimal() else 0

    def error_of(self, name: str) -> str:
        """What is wrong with a setting."""
        return next(one.error for one in self.settings if one.setting.name == name)


def mapping_form(layout: Layout, member: Mapping[str, Any], *, is_book: bool) -> MappingForm:
    """The form for a layout, filled in.

    Args:
        member: of the look, whose columns they are.
        is_book: whether there are several sheets to tell apart.
    """
    fields = {title: field for field, title in layout.columns.items()}
    columns = [
        ColumnAsked(
            number=one["number"],
            header=one["header"],
            title=one["title"],
            samples=one["samples"],
            field=fields.get(one["title"], ""),
            proposed=one["field"],
            confidence=round(100 * one["confidence"]),
            reasons=one["reasons"],
        )
        for one in member["columns"]
    ]
    settings = [
        SettingAsked(setting, getattr(layout, setting.name))
        for setting in layout_form().settings
        if setting.name not in _NOT_ASKED or (setting.name == "sheet" and is_book)
    ]
    return MappingForm(columns, settings, layout.name)


def posted_layout(
    place: Place, layout: Layout, form: MappingForm, posted: Mapping[str, str]
) -> Layout | None:
    """The layout that was answered, or None: the form then has the errors, all at their controls.

    Args:
        layout: as it was.
        form: filled in anew from the answers.
    """
    labels = {one.name: one.label for one in layout_form().fields}
    columns: dict[str, str] = {}
    at: dict[str, ColumnAsked] = {}
    for column in form.columns:
        column.field = posted.get(f"column-{column.number}", "")
        if not column.field:
            continue
        if column.field in at:
            first = at[column.field]
            told = {"field": labels.get(column.field, column.field), "first": first.title}
            column.error = _("%(field)s is the column %(first)s already") % told
            form.errors.append((f"column-{column.number}", column.error))
            continue
        at[column.field] = column
        columns[column.field] = column.title
    changed: dict[str, Any] = {}
    for asked in form.settings:
        changed[asked.setting.name] = _value(asked, posted.get(asked.id, "").strip(), form)
    form.name = posted.get("name", "").strip()
    edited = dataclasses.replace(layout, columns=columns, name=form.name, left_out=False, **changed)
    for fault in place.check_layout(edited).facts:
        _place_fault(form, at, fault.key, fault.problem.why)
    # in the order of the page
    order = {one: at for at, one in enumerate(_controls(form))}
    form.errors.sort(key=lambda error: order.get(error[0], len(order)))
    return None if form.errors else edited


def _value(asked: SettingAsked, text: str, form: MappingForm) -> Any:
    kind = asked.setting.kind
    if kind == "yes_no":
        asked.value = text == "yes"
    elif kind == "number":
        asked.value = text
        is_number = text.isascii() and text.isdecimal() and len(text) < 4
        if text and not (is_number and int(text) <= MOST_ROW):
            told = {"label": asked.setting.label, "most": MOST_ROW}
            asked.error = _("%(label)s must be a whole number up to %(most)s") % told
            form.errors.append((asked.id, asked.error))
            return 0
        return int(text or 0)
    else:
        asked.value = text or (asked.setting.choices[0][0] if asked.setting.choices else "")
    return asked.value


def _place_fault(form: MappingForm, at: Mapping[str, ColumnAsked], key: str, why: str) -> None:
    """Put a fault of a layout at the control that can mend it."""
    text = why[:1].upper() + why[1:]
    if key == "name":
        form.name_error = _("Give the mapping a name")
        form.errors.append(("name", form.name_error))
        return
    for asked in form.settings:
        if asked.setting.name == key:
            asked.error = asked.error or text
            form.errors.append((asked.id, text))
            return
    if key in at:
        at[key].error = at[key].error or text
        form.errors.append((f"column-{at[key].number}", text))
        return
    if not form.columns:
        form.errors.append(("", text))
        return
    # a field that no column is: the first column is where to begin
    first = form.columns[0]
    first.error = f"{first.error} {text}".strip()
    form.errors.append((f"column-{first.number}", text))


def _controls(form: MappingForm) -> list[str]:
    columns = [f"column-{one.number}" for one in form.columns]
    return [*columns, *(one.id for one in form.settings), "name"]
