"""The filters of the lines as an address and as a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field, create_model

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._figures import names
from totalplace.web._params import Params
from totalplace.web.money._lines_filter import (
    All,
    AtLeast,
    AtMost,
    CodeColumn,
    Filter,
    From,
    Is,
    PayeeHolds,
    TextHolds,
    Under,
    Until,
)
from totalplace.web.money._lines_query import SORTS, Sort, codes_of
from totalplace.web.money._lines_words import code_words

__all__ = ["FILTERS", "LinesParams", "chips", "error_words", "form_of", "tree_of"]

_COLUMNS: Mapping[str, CodeColumn] = {
    "year": "year",
    "body": "body_id",
    "dataset": "dataset",
    "payee_kind": "payee_kind",
    "counterparty": "counterparty_id",
    "stream": "stream_id",
    "function": "function",
    "cap_rev": "cap_rev",
    "nature": "nature",
    "role": "role",
    "control": "control",
    "grade": "grade",
    "source": "source_no",
}
FILTERS = (*_COLUMNS, "payee", "min", "max", "from", "to", "q")
"""The parameters that narrow the lines."""
_CODE = Field(None, max_length=100)


def _plain_pounds(value: object) -> object:
    """An amount as people write it: £1,234.50."""
    return value.replace("£", "").replace(",", "").strip() if isinstance(value, str) else value


Pounds = Annotated[Decimal, BeforeValidator(_plain_pounds), Field(max_digits=15, decimal_places=2)]


class _LinesParams(Params):
    year: str | None = Field(None, description="Financial year, such as 2017-18.")
    body: str | None = Field(None, description="The body whose lines they are, by its body_id.")
    dataset: str | None = Field(None, description="Kind of data, such as spend, card or ro.")
    payee: str | None = Field(
        None, max_length=100, description="Text in the name of the payee; case does not matter."
    )
    payee_kind: (
        Literal["body", "organisation", "individual", "redacted", "unrecognised", "none"] | None
    ) = Field(None, description="What kind of payee it is.")
    counterparty: str | None = Field(None, description="The known body at the other end.")
    stream: str | None = Field(None, description="The stream of funding.")
    function: str | None = Field(
        None, description="What it is for: a division (07) or a code of COFOG (07.1)."
    )
    cap_rev: str | None = Field(None, description="Capital (cap) or revenue (cur).")
    nature: str | None = Field(None, description="What the money is to its body.")
    role: str | None = Field(None, description="Its part in the count.")
    control: str | None = Field(None, description="Who decides over it.")
    grade: str | None = Field(None, description="How well its place is known, A to X.")
    source: int | None = Field(
        None, ge=0, lt=2**31, description="Number of the source in this publication."
    )
    min: Pounds | None = Field(None, description="Only amounts of so many pounds or more.")
    max: Pounds | None = Field(None, description="Only amounts of so many pounds or less.")
    q: str | None = Field(
        None,
        max_length=100,
        description="Text in the payee, the payer's unit, or what its source says it is for.",
    )
    sort: Sort = Field("-amount", description="The order; - is the largest or latest first.")
    after: str | None = Field(
        None, max_length=200, description="Where the page begins, as an earlier page gave it."
    )
    rows: Literal["25", "50", "100"] = Field("50", description="Lines a page.")


# `from` is a word of Python, and of addresses
LinesParams: Any = create_model(
    "LinesParams",
    __base__=_LinesParams,
    __doc__="What the list of lines takes.",
    **{
        "from": (date | None, Field(None, description="Only lines of this day or later.")),
        "to": (date | None, Field(None, description="Only lines of this day or earlier.")),
    },  # type: ignore[call-overload]
)


def tree_of(params: Any, publication: Publication) -> Filter:
    """The filter that an address asks for.

    Raises:
        RequestError: a code that no line of the publication has, or limits that cross; all at once.
    """
    asked = {name: getattr(params, name) for name in FILTERS}
    known = codes_of(publication)
    problems: list[Problem] = []
    parts: list[Filter] = []
    for name, column in _COLUMNS.items():
        value = asked[name]
        if value is None:
            continue
        found = known[column]
        if name == "function":
            is_known = any(code == value or code.startswith(f"{value}.") for code in found)
            parts.append(Under(value))
        else:
            is_known = value in found
            parts.append(Is(column, value))
        # a figure may be of lines that are all in sums, which have no function or stream
        if not is_known and not _is_named(publication, name, value):
            problems.append(_unknown(name, value, found))
    parts += [PayeeHolds(asked["payee"])] if asked["payee"] else []
    parts += [TextHolds(asked["q"])] if asked["q"] else []
    least, most = (None if (p := asked[n]) is None else int(p * 100) for n in ("min", "max"))
    parts += [] if least is None else [AtLeast(least)]
    parts += [] if most is None else [AtMost(most)]
    parts += [] if asked["from"] is None else [From(asked["from"])]
    parts += [] if asked["to"] is None else [Until(asked["to"])]
    if least is not None and most is not None and least > most:
        problems.append(_crossed("max", "the smallest amount is above the largest"))
    if asked["from"] and asked["to"] and asked["from"] > asked["to"]:
        problems.append(_crossed("to", "the first day is after the last"))
    if problems:
        raise RequestError(problems)
    return All(tuple(parts))


def chips(params: Any, publication: Publication) -> list[dict[str, str]]:
    """The filters that are set, each with the address without it."""
    labels = _labels()
    found = []
    for name in FILTERS:
        value = getattr(params, name)
        if value is None:
            continue
        shown = code_words(publication, _COLUMNS[name], value) if name in _COLUMNS else str(value)
        if name in ("min", "max"):
            shown = f"£{value:,}"
        href = params.query(**{name: None, "after": None}) or "?"
        found.append({"label": labels[name].removesuffix(", £"), "value": shown, "href": href})
    return found


@dataclass(frozen=True)
class _Field:
    """One field of the form."""

    name: str
    label: str
    value: str
    hint: str = ""
    error: str = ""
    kind: Literal["text", "date", "money", "number", "select"] = "text"
    options: Sequence[tuple[str, str]] = ()

    @property
    def described_by(self) -> str:
        """The ids of what says more of it."""
        ids = [f"{part}-{self.name}" for part in ("hint", "error") if getattr(self, part)]
        return " ".join(ids)


_FIRST = ("q", "payee", "year", "body", "function", "min", "max", "from", "to")
_MORE = (
    "dataset",
    "payee_kind",
    "counterparty",
    "stream",
    "role",
    "nature",
    "cap_rev",
    "control",
    "grade",
    "source",
)
_TYPES: Mapping[str, Literal["date", "money", "number"]] = {
    "min": "money",
    "max": "money",
    "from": "date",
    "to": "date",
    "source": "number",
}


def form_of(
    publication: Publication, values: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """The form as it stands: its fields with what was chosen and what is wrong with it.

    Args:
        values: name -> the value as the reader gave it.
        errors: name -> what is wrong.
    """
    labels, hints = _labels(), _hints()
    options = _options(publication)

    def field(name: str) -> _Field:
        value = values.get(name, "")
        choices = list(options.get(name, ()))
        if choices and value and value not in {code for code, _ in choices}:
            choices.append((value, value))
        return _Field(
            name=name,
            label=labels[name],
            value=value,
            hint=hints.get(name, ""),
            error=errors.get(name, ""),
            kind=_TYPES.get(name, "select" if name in options else "text"),
            options=[("", _("Any")), *choices] if choices else (),
        )

    more = [field(name) for name in _MORE]
    return {
        "fields": [field(name) for name in _FIRST],
        "more": more,
        "more_is_open": any(one.value or one.error for one in more),
        "sort": _Field("sort", _("Order"), values.get("sort", SORTS[0]), options=_sorts()),
        "rows": _Field(
            "rows",
            _("Lines a page"),
            values.get("rows", "50"),
            options=[(n, n) for n in ("25", "50", "100")],
        ),
        "at": values.get("at", ""),
        "errors": [
            {"name": name, "text": f"{labels.get(name, name)}: {text}", "is_field": name in labels}
            for name, text in errors.items()
        ],
    }


def error_words(name: str, problem: Problem) -> str:
    """What is wrong with a field, as its form says it."""
    if problem.code == "unknown_filter":
        return _("No line of this publication has this value. Choose one of the list.")
    kind = _TYPES.get(name) if problem.code == "bad_parameter" else None
    if kind == "money":
        return _("Enter an amount in pounds, such as 1,000 or 250.50.")
    if kind == "date":
        return _("Enter a day as 2018-03-31.")
    if kind == "number":
        return _("Enter the number of a source.")
    return (
        f"{problem.why[:1].upper()}{problem.why[1:]}. {problem.fix[:1].upper()}{problem.fix[1:]}."
    )


def _options(publication: Publication) -> Mapping[str, Sequence[tuple[str, str]]]:
    found: dict[str, Sequence[tuple[str, str]]] = {}
    for name, column in _COLUMNS.items():
        codes = codes_of(publication)[column]
        if name == "source":
            continue
        if name == "function":
            found[name] = _functions(publication, codes)
        elif name == "year":
            found[name] = [(code, code) for code in reversed(codes)]
        else:
            told = [(code, code_words(publication, column, code)) for code in codes]
            found[name] = told if name == "grade" else sorted(told, key=lambda pair: pair[1])
    return found


def _functions(publication: Publication, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Divisions with the codes below them, in the order of the codes."""
    known = names(publication)
    above = {code.partition(".")[0] for code in codes if ("function", code) in known}
    every = sorted({*codes, *above})
    return [
        (code, ("– " if "." in code else "") + code_words(publication, "function", code))
        for code in every
    ]


def _labels() -> Mapping[str, str]:
    return {
        "q": _("Text"),
        "year": _("Year"),
        "body": _("Body"),
        "function": _("What it is for"),
        "payee": _("Payee"),
        "min": _("At least, £"),
        "max": _("At most, £"),
        "from": _("From"),
        "to": _("To"),
        "dataset": _("Kind of data"),
        "payee_kind": _("Kind of payee"),
        "counterparty": _("Known body at the other end"),
        "stream": _("Stream"),
        "role": _("Part in the count"),
        "nature": _("Nature"),
        "cap_rev": _("Capital or revenue"),
        "control": _("Who decides"),
        "grade": _("How it is placed"),
        "source": _("Source, by its number"),
        "sort": _("Order"),
        "rows": _("Lines a page"),
        "after": _("Page"),
        "at": _("Publication"),
    }


def _hints() -> Mapping[str, str]:
    return {
        "q": _("In the payee, the unit, or what it says it is for"),
        "payee": _("A part of the name"),
    }


def _sorts() -> list[tuple[str, str]]:
    return [
        ("-amount", _("Largest amount first")),
        ("amount", _("Smallest amount first")),
        ("-date", _("Latest first")),
        ("date", _("Earliest first")),
        ("payee", _("Payee, A to Z")),
        ("-payee", _("Payee, Z to A")),
        ("order", _("By year and body")),
    ]


def _is_named(publication: Publication, name: str, value: object) -> bool:
    """Whether a value that no line has is a year or a code of the publication all the same."""
    kind = {"counterparty": "body"}.get(name, name)
    return (kind, value) in names(publication) or (name == "year" and value in publication.years)


def _unknown(name: str, value: object, known: Sequence[Any]) -> Problem:
    some = ", ".join(map(str, known[:12])) + (", ..." if len(known) > 12 else "")
    return Problem(
        "unknown_filter",
        "no line of this publication has this value",
        f"{name}={value}"[:120],
        f"the lines have {some or 'none'}",
        "choose one of those in the list, or take it out",
    )


def _crossed(name: str, why: str) -> Problem:
    return Problem(
        "filters_cross", "two filters exclude each other", name, why, "change one of them"
    )
