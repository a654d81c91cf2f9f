"""Filters of the lines as a typed tree: columns from a fixed list, values always bound.

A tree is made of frozen parts, so that what was found for it can be kept by it. `where` turns it
into a condition with a ``?`` for every value: nothing that a reader wrote becomes part of a query.
"""

# ruff: noqa: S608 - every value is bound; the texts put together are those of this module

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

__all__ = [
    "CODE_COLUMNS",
    "All",
    "AtLeast",
    "AtMost",
    "CodeColumn",
    "Filter",
    "From",
    "Is",
    "PayeeHolds",
    "TextHolds",
    "Under",
    "Until",
    "where",
]

CodeColumn = Literal[
    "year",
    "body_id",
    "dataset",
    "payee_kind",
    "counterparty_id",
    "stream_id",
    "function",
    "cap_rev",
    "nature",
    "role",
    "control",
    "grade",
    "source_no",
]
CODE_COLUMNS: tuple[CodeColumn, ...] = get_args(CodeColumn)

_DAY = "coalesce(payment_date, period_start)"
_PAYEE = "contains(lower(payee), lower(?))"
# beside other texts it is cheaper to search the names and to look the lines up
_PAYEE_BY_NAME = (
    "(payee_id IN (SELECT payee_id FROM read_parquet(?) WHERE contains(lower(name), lower(?)))"
    f" OR (payee_id IS NULL AND {_PAYEE}))"
)
_TEXTS = " OR ".join(
    f"contains(lower({column}), lower(?))" for column in ("unit_text", "expense_text", "label")
)


@dataclass(frozen=True)
class Is:
    """The column holds this code."""

    column: CodeColumn
    value: str | int


@dataclass(frozen=True)
class Under:
    """The function is this one, or of this division."""

    function: str


@dataclass(frozen=True)
class PayeeHolds:
    """The payee as shown holds this text; case makes no difference."""

    text: str


@dataclass(frozen=True)
class TextHolds:
    """The payee, the payer's unit, what it says the line is for or its label holds this text."""

    text: str


@dataclass(frozen=True)
class AtLeast:
    """The amount is this or more."""

    pence: int


@dataclass(frozen=True)
class AtMost:
    """The amount is this or less."""

    pence: int


@dataclass(frozen=True)
class From:
    """The day of the payment, or the first day of its period, is this or later."""

    day: date


@dataclass(frozen=True)
class Until:
    """The day of the payment, or the first day of its period, is this or earlier."""

    day: date


@dataclass(frozen=True)
class All:
    """Every part holds; all lines where there are none."""

    parts: tuple[Filter, ...] = ()


Filter = Is | Under | PayeeHolds | TextHolds | AtLeast | AtMost | From | Until | All


def where(tree: Filter, *, payees: str | None) -> tuple[str, list[object]]:
    """A filter as a condition and the values of its question marks, in their order.

    Args:
        payees: where the ``payees`` table stands, to look names up in it; None searches the lines
            themselves, which is slower and keeps their order.

    >>> where(All((Is("body_id", "bury"), AtLeast(50_000))), payees=None)
    ('(body_id = ? AND amount_pence >= ?)', ['bury', 50000])
    """
    match tree:
        case All(parts):
            told = [where(part, payees=payees) for part in parts]
            text = f"({' AND '.join(text for text, _ in told)})" if told else "true"
            values = [value for _, some in told for value in some]
        case Is(column, value):
            if column not in CODE_COLUMNS:
                raise ValueError(f"no column of codes: {column}")
            text, values = f"{column} = ?", [value]
        case Under(function):
            text = "(function = ? OR starts_with(function, ?))"
            values = [function, f"{function}."]
        case PayeeHolds(asked):
            text, values = _PAYEE, [asked]
        case TextHolds(asked) if payees is None:
            text, values = f"({_TEXTS} OR {_PAYEE})", [asked] * 4
        case TextHolds(asked):
            text = f"({_TEXTS} OR {_PAYEE_BY_NAME})"
            values = [asked, asked, asked, payees, asked, asked]
        case AtLeast(pence):
            text, values = "amount_pence >= ?", [pence]
        case AtMost(pence):
            text, values = "amount_pence <= ?", [pence]
        case From(day):
            text, values = f"{_DAY} >= ?", [day]
        case Until(day):
            text, values = f"{_DAY} <= ?", [day]
    return text, values
