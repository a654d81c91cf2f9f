"""What a layout may say, as data: the fields that columns are mapped to, and the settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from totalplace.sources._columns import read_columns

__all__ = [
    "LayoutField",
    "LayoutForm",
    "LayoutSetting",
    "SettingKind",
    "layout_form",
    "required_groups",
]

SettingKind = Literal["number", "text", "choice", "yes_no"]


@dataclass(frozen=True)
class LayoutField:
    """A field that a column may be mapped to.

    Attributes:
        name: as a layout writes it.
        label: what a form calls it.
        description: what it is.
        group: of the fields of one group (``payee``, ``amount``, ``date``) a layout needs one; in
            the place of a date it may state a period. Empty where a file can do without.
        headers: the published headers that mean it.
    """

    name: str
    label: str
    description: str
    group: str
    headers: tuple[str, ...]

    @property
    def is_required(self) -> bool:
        """Whether a layout needs this field, or another of its group."""
        return bool(self.group)


@dataclass(frozen=True)
class LayoutSetting:
    """What a layout says of a file besides its columns.

    Attributes:
        name: as a layout writes it.
        label: what a form calls it.
        description: what it says.
        kind: ``number``, ``text``, ``choice`` or ``yes_no``.
        choices: the values of a choice, each with its label; the first is meant where none is said.
    """

    name: str
    label: str
    description: str
    kind: SettingKind
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LayoutForm:
    """Everything that a layout may say."""

    fields: tuple[LayoutField, ...]
    settings: tuple[LayoutSetting, ...]


@cache
def layout_form() -> LayoutForm:
    """The fields and settings of a layout, in the order in which they are shown.

    >>> [field.name for field in layout_form().fields if field.group == "amount"]
    ['amount', 'gross']
    >>> [one.name for one in layout_form().settings][:2]
    ['header_row', 'sheet']
    """
    return LayoutForm(
        tuple(
            LayoutField(
                name=one["name"],
                label=one["label"],
                description=one["title"],
                group=one.get("group", ""),
                headers=tuple(header for header, _ in one["headers"]),
            )
            for one in read_columns("spend")["field"]
        ),
        tuple(
            LayoutSetting(
                name=one["name"],
                label=one["label"],
                description=one["description"],
                kind=_kind(one["kind"]),
                choices=tuple((value, label) for value, label in one.get("choices", ())),
            )
            for one in read_columns("layout")["setting"]
        ),
    )


def required_groups() -> dict[str, tuple[str, ...]]:
    """Group -> the fields of which a layout needs one.

    >>> required_groups()["payee"], required_groups()["date"]
    (('payee',), ('effective_date', 'payment_date'))
    """
    groups: dict[str, tuple[str, ...]] = {}
    for field in layout_form().fields:
        if field.group:
            groups[field.group] = (*groups.get(field.group, ()), field.name)
    return groups


def _kind(text: str) -> SettingKind:
    kinds: tuple[SettingKind, ...] = get_args(SettingKind)
    return next(kind for kind in kinds if kind == text)
