"""What figures are split by: the words for it, and where each value leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from totalplace.disclosure import Publication
from totalplace.errors import Problem
from totalplace.web._figures import name_of, names
from totalplace.web._scope import Scope
from totalplace.web._words import grade_words

__all__ = [
    "FOCUS_KINDS",
    "PARTS",
    "Part",
    "canonical",
    "near_names",
    "one_of",
    "split_words",
    "unknown",
    "value_href",
    "value_words",
]

FOCUS_KINDS = ("funder", "stream", "body", "function", "tier")
"""What the flows of money can be narrowed to."""


@dataclass(frozen=True)
class Part:
    """A kind of part of the money that has pages of its own.

    Attributes:
        split: by what figures are split.
        path: its pages stand below ``/money/<path>/``.
        beside: the splits that its pages show of one part, the first as a chart.
        listed_by: the split that the bars of its list are stacked by.
    """

    split: str
    path: str
    beside: tuple[str, ...]
    listed_by: str


PARTS = {
    "body": Part(
        "body",
        "bodies",
        ("body,function", "body,stream", "body,cap_rev", "funder,body", "area,body"),
        "body,cap_rev",
    ),
    "stream": Part("stream", "streams", ("stream,function", "body,stream"), "stream,function"),
    "function": Part(
        "function",
        "functions",
        ("body,function", "tier,function", "stream,function", "function,cap_rev", "area,function"),
        "tier,function",
    ),
    "area": Part(
        "area", "areas", ("area,function", "area,tier", "area,cap_rev", "area,body"), "area,tier"
    ),
}


def split_words(split: str) -> str:
    """What one split is called: the heading of its column.

    Raises:
        KeyError: there is no such split.
    """
    words: dict[str, Callable[[], str]] = {
        "tier": lambda: _("Tier"),
        "body": lambda: _("Body"),
        "funder": lambda: _("Funder"),
        "function": lambda: _("What it is for"),
        "route": lambda: _("How that was found"),
        "stream": lambda: _("Stream"),
        "area": lambda: _("Area"),
        "theme": lambda: _("Theme"),
        "grade": lambda: _("How it is placed"),
        "cap_rev": lambda: _("Capital or revenue"),
        "control": lambda: _("Who decides"),
    }
    return words[split]()


def canonical(publication: Publication, by: str) -> str | None:
    """The published split that asks for the same names in any order, or None."""
    wanted = frozenset(by.split(","))
    for split in publication.manifest["splits"]:
        if frozenset(split.split(",")) == wanted and len(wanted) == len(by.split(",")):
            return str(split)
    return None


_TOLD = {
    ("cap_rev", "cap"): gettext_noop("Capital"),
    ("cap_rev", "cur"): gettext_noop("Revenue"),
    ("control", "local"): gettext_noop("Decided locally"),
    ("control", "ringfenced"): gettext_noop("Ring-fenced: only for what the funder says"),
    ("control", "national_rules"): gettext_noop("Paid by national rules"),
    ("control", "national"): gettext_noop("Decided nationally"),
    ("route", "published"): gettext_noop("The publisher's own code"),
    ("route", "code"): gettext_noop("A code of the publisher, by a crosswalk"),
    ("route", "rule"): gettext_noop("A rule on its words"),
    ("route", "model"): gettext_noop("A model of the place's own lines"),
    ("route", "payroll"): gettext_noop("Pay, by what the body does"),
    ("route", "decision"): gettext_noop("A decision by a person"),
    ("route", "set_apart"): gettext_noop("None of the payer's own"),
    ("route", "unclassified"): gettext_noop("Not classified"),
}


def value_words(publication: Publication, split: str, code: str) -> str:
    """What a value of a split is called."""
    told = _TOLD.get((split, code))
    if told is not None:
        return _(told)
    if split == "grade":
        return f"{code}: {grade_words(code)[1]}"
    if split == "theme":
        theme, has_kind, kind = code.rpartition(": ")
        if not has_kind:
            return name_of(publication, "theme", code)
        kinds = {
            "prevention": _("prevention"),
            "reaction": _("reaction"),
            "other": _("neither"),
        }
        return f"{name_of(publication, 'theme', theme)}: {kinds.get(kind, kind)}"
    return name_of(publication, split, code)


def value_href(scope: Scope, split: str, code: str) -> str | None:
    """The page of a value of a split, or None where it has none."""
    if split in PARTS:
        return f"/money/{PARTS[split].path}/{quote(code, safe='')}/{scope.query()}"
    if split in FOCUS_KINDS:
        return f"/money/{scope.query(focus=f'{split}:{code}')}"
    if split == "theme":
        return f"/money/themes/{scope.query()}"
    return None


def one_of(scope: Scope, split: str, code: str) -> bool:
    """Whether the publication has figures of this value in this year."""
    return any(row.values[split] == code for row in scope.rows(split))


def near_names(asked: str, known: Iterable[tuple[str, str]], *, count: int = 3) -> list[str]:
    """The codes and names that are most like what was asked for, as ``name (code)``.

    >>> near_names("mudford-council", [("mudford", "Mudford Council"), ("a", "Agency")])
    ['Mudford Council (mudford)']
    """
    pairs = sorted(set(known))
    by_text = {text.casefold(): pair for pair in pairs for text in pair}
    found = get_close_matches(asked.casefold(), by_text, n=2 * count, cutoff=0.5)
    near = list(dict.fromkeys(by_text[text] for text in found))
    return [name if name == code else f"{name} ({code})" for code, name in near[:count]]


def unknown(scope: Scope, split: str, code: str, where: str) -> Problem:
    """A code of which the publication has no figures, with those that are most like it."""
    known = names(scope.publication)
    pairs = [
        (row.values[split], value_words(scope.publication, split, row.values[split]))
        for row in scope.rows(split)
    ]
    near = near_names(code, pairs)
    why = f"publication {scope.publication.n} has no figure of {code[:80]} in {scope.year}"
    if (split, code) in known:
        why += "; it has in another year, or in what bodies pay one another"
    fix = f"did you mean {' or '.join(near)}?" if near else "choose one from the list, or search"
    code = (
        "unknown_body"
        if split == "body"
        else "unknown_stream"
        if split == "stream"
        else "unknown_function"
        if split == "function"
        else "unknown_area"
        if split == "area"
        else "unknown_funder"
        if split == "funder"
        else "unknown_tier"
    )
    return Problem(code, f"the count has no {split} of this code", where[:200], why, fix)
