"""The fields of the forms of a case: how a value of the text is asked for, and read back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

__all__ = ["Asked", "Control", "Fault", "Field", "number_of", "number_text"]

Fault = tuple[str, str]
"""Control, and what is wrong there."""
Choices = Sequence[tuple[str, str]]

_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_LONGEST = 2_000


@dataclass(frozen=True)
class Field:
    """One value of a table.

    Attributes:
        key: its path in the table.
        kind: ``text``, ``long``, ``whole``, ``number``, ``date``, ``choice``, ``flag``, ``years``,
            ``numbers``, ``profile``, ``quantity`` or ``shares``.
        choices: of a choice; of a quantity, the words that may stand instead of a number.
        parts: of a quantity: which of its parts are asked beside the value and its range.
    """

    key: tuple[str, ...]
    kind: str
    label: str
    hint: str = ""
    choices: Choices = ()
    parts: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Of its control, or the beginning of those of its controls."""
        return "-".join(self.key)


@dataclass
class Control:
    """One control: `kind` is text, long, choice or flag."""

    id: str
    label: str
    value: str = ""
    kind: str = "text"
    choices: Choices = ()
    hint: str = ""
    width: str = "20"
    error: str = ""


@dataclass
class Asked:
    """A field as it is asked.

    Attributes:
        controls: one, or those of a group.
        more: those that stand folded away below: how uncertain a number is.
    """

    field: Field
    controls: list[Control] = made(default_factory=list)
    more: list[Control] = made(default_factory=list)

    @property
    def is_group(self) -> bool:
        """Whether it has a legend above its controls."""
        return self.field.kind in {"quantity", "shares", "years"}

    @property
    def is_open(self) -> bool:
        """Whether what is folded away is filled in."""
        return any(one.value or one.error for one in self.more)

    @property
    def all(self) -> list[Control]:
        """Every control."""
        return [*self.controls, *self.more]


def number_of(text: str) -> int | float:
    """A number as people write it.

    Raises:
        ValueError: it is none.

    >>> number_of("1,200"), number_of("0.35"), number_of("-3")
    (1200, 0.35, -3)
    """
    plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    found = float(plain)
    if found - found != 0:
        raise ValueError(text)
    return int(plain) if re.fullmatch(r"-?\d+", plain) else found


def number_text(value: Any) -> str:
    """A value of the text as a control shows it."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, list):
        return ", ".join(map(number_text, value))
    return str(value)


def not_a_number() -> str:
    """What is told of what is no number."""
    return _("Write a number, such as 1200 or 0.35")


def simple(kind: str, text: str) -> Any:  # noqa: PLR0911 - one a kind
    """The value of a control of one value; None of an empty one.

    Raises:
        ValueError: with what is told, if it is none.
    """
    if not text:
        return None
    match kind:
        case "number":
            try:
                return number_of(text)
            except ValueError:
                raise ValueError(not_a_number()) from None
        case "whole":
            if not re.fullmatch(r"-?\d{1,18}", text.replace(",", "")):
                raise ValueError(_("Write a whole number"))
            return int(text.replace(",", ""))
        case "date":
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise ValueError(_("Write a date as year-month-day, such as 2026-11-01")) from None
        case "numbers":
            return _list(text)
        case "profile":
            return text.lower() if text.lower() in {"flat", "ramp"} else _list(text)
        case _:
            if len(text) > _LONGEST:
                raise ValueError(_("Write at most %(n)s characters") % {"n": f"{_LONGEST:,}"})
            return text


def _list(text: str) -> list[int | float]:
    try:
        return [number_of(one) for one in re.split(r"\s*[,;\s]\s*", text.strip("[] "))]
    except ValueError:
        told = _("Write numbers with commas between them, such as 0.2, 0.3, 0.5")
        raise ValueError(told) from None
