"""Texts that bodies wrote into their returns and that a count speaks in: which of them are public.

Who funds a body, and what an entry of its account is called, is free text in a return. It is shown
where it is a body, a label of a code list, a recognised organisation, a group of people, or made
of ordinary words only; else a number stands in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from totalplace.count import YearCount
from totalplace.disclosure import SUMMED_NAMES
from totalplace.disclosure.publish import (
    Hidden,
    code_labels,
    file_name_is_public,
    hide,
    ordinary_words,
    public_payees,
    scrub,
)
from totalplace.engine import Engine
from totalplace.model import load
from totalplace.place import Decision

__all__ = [
    "FUNDER_GROUPS",
    "free_texts",
    "names_of_people",
    "own_labels",
    "scrubbed_table",
    "with_free_texts",
]

SEVERAL = "several payers ("
_FREE_COLUMNS = ("detail", "funder", "source")
_OWN_TEXTS = (
    "central government, not named",
    "external funding",
    "funding not returned",
    "passed on",
    "several payers",
)
"""What the count itself calls a funder that its source does not name."""

FUNDER_GROUPS = (
    "bond holders",
    "customers",
    "donors",
    "families",
    "members",
    "parents",
    "patients",
    "pupils",
    "shareholders",
    "students",
    "tax payers",
    "tenants",
    "visitors",
)
"""Groups that a return may name as who pays: no one of them is told by it."""


_ACCOUNT_WORDS = ("drawn", "reserves", "vote", "votes")
"""Words of accounts that stand in no code list."""


def own_labels(years: Sequence[YearCount], place: str) -> set[str]:
    """Names that are public beside those that are shipped: the place's own, and of funders."""
    registers = years[0].working.registers
    countries = [
        registers.areas.names[code]
        for code, level in registers.areas.levels.items()
        if level == "country"
    ]
    return {
        place,
        *registers.bodies.bodies,
        *(body.name for body in registers.bodies.bodies.values()),
        *registers.areas.names.values(),
        *registers.stream,
        *(row["name"] for row in registers.stream.values()),
        *(
            text
            for table in ("ro_line", "ro_grant")
            for text in load(table)["funder_text"].unique().to_pylist()
            if text
        ),
        *(f"Parliament of {country}" for country in ("the United Kingdom", *countries)),
        "Parliament",
        *FUNDER_GROUPS,
        *_OWN_TEXTS,
    }


def free_texts(years: Sequence[YearCount]) -> set[str]:
    """Every funder, and every label of an entry, that a count speaks of as a return says it."""
    return {
        text
        for year in years
        for row in year.working.netted.cube.to_pylist()
        if row["dataset"] == "return"
        for text in (row["funder"], row["label"])
        if text
    }


def with_free_texts(
    hidden: Hidden, texts: Iterable[str], years: Sequence[YearCount], labels: Iterable[str]
) -> Hidden:
    """What must not come out, with those of the texts that are not public.

    Each gets a number of its own, so that two of them stay apart.

    Args:
        labels: public labels.
    """
    is_public = _public(years, labels)
    shown: set[str] = set()
    private: set[str] = set()
    for text in texts:
        (shown if is_public(text) else private).add(text)
    own = hide(
        {text: f"Name not published {n}" for n, text in enumerate(sorted(private), start=1)},
        excused=shown,
    )
    return replace(
        hidden,
        names={**hidden.names, **own.names},
        lengths=_lengths(hidden.lengths, own.lengths),
        excused=hidden.excused | own.excused,
        excused_lengths=_lengths(hidden.excused_lengths, own.excused_lengths),
    )


def _public(years: Sequence[YearCount], labels: Iterable[str]) -> Callable[[str], bool]:
    registers = years[0].working.registers
    known = code_labels(labels)
    ordinary = {*ordinary_words(), *_ACCOUNT_WORDS}
    areas = registers.areas.names.values()
    own = sorted({*areas, *(row["name"] for row in registers.stream.values())})

    def is_public(text: str) -> bool:
        plain = " ".join(text.casefold().split())
        if plain in known or text.startswith(SEVERAL):
            return True
        words = "".join(c if c.isalnum() else " " for c in plain).split()
        if all(word in ordinary or file_name_is_public(word, own) for word in words):
            return True
        return public_payees([text], registers.bodies)[0].is_public

    return is_public


def _lengths(*some: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({length for lengths in some for length in lengths}, reverse=True))


def names_of_people(engine: Engine, lines: Any, decisions: Iterable[Decision]) -> dict[str, str]:
    """The names of people who are paid, without their titles -> what stands in their place.

    A text about Mrs Example may call her Jane Example.

    Args:
        lines: with payee_text and payee_kind.
    """
    titles = {row["pattern"] for row in load("payee_rule").to_pylist() if row["kind"] == "title"}
    decided = {d.object_id.casefold() for d in decisions if d.what == "payee_kind"}
    people = lines.filter(lines.payee_kind == "individual").select("payee_text").distinct()
    found = {}
    for text in engine.to_arrow(people)["payee_text"].to_pylist():
        words = (text or "").replace(".", " ").replace(",", " ").split()
        named = [word for word in words if word.casefold() not in titles]
        if 1 < len(named) < len(words) and text.casefold() not in decided:
            found[" ".join(named)] = SUMMED_NAMES["individual"]
    return found


def scrubbed_table(table: pa.Table, hidden: Hidden) -> pa.Table:
    """A table whose free texts hold no hidden name."""
    for name in sorted({*_FREE_COLUMNS} & {*table.column_names}):
        at = table.column_names.index(name)
        public = {text: scrub(text, hidden) for text in table[name].unique().to_pylist() if text}
        texts = [text and public[text] for text in table[name].to_pylist()]
        table = table.set_column(at, name, pa.array(texts, pa.string()))
    return table
