"""What can be said of a thing to decide: what is suggested, what a search finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Actor
from totalplace.count import ANY_STREAM, NO_BODY, NOT_PAID, PURCHASE, SAME, SEVERAL, transfer_key
from totalplace.model import load
from totalplace.sources import bodies_of
from totalplace.workbench.queues._lists import seen
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.queues.models import Item

__all__ = ["MOST", "Option", "found", "is_searched", "label_of", "options"]

MOST = 30


@dataclass(frozen=True)
class Option:
    """One thing that can be said.

    Attributes:
        value: what a decision stores.
        label: the same in words.
        why: what a suggestion rests on; empty of others.
    """

    value: str
    label: str
    why: str = ""


def options(actor: Actor, item: Item) -> list[Option]:
    """What an account can say of an item without searching, what is suggested first."""
    suggested = [Option(**one) for one in item.suggestions]
    known = {one.value for one in suggested}
    return suggested + [one for one in _always(actor, item) if one.value not in known]


def is_searched(item: Item) -> bool:
    """Whether more can be said of it, found by searching."""
    return item.what in _SEARCHES


def found(item: Item, words: str) -> list[Option]:
    """What a search finds that can be said of an item; at most 30, the nearest first."""
    wanted = words.casefold().split()
    if not wanted or item.what not in _SEARCHES:
        return []
    every = _SEARCHES[item.what]()
    hits = [
        (_rank(value, label, wanted), label, value)
        for value, label in every.items()
        if all(word in f"{value} {label}".casefold() for word in wanted)
    ]
    return [Option(value, label) for _, label, value in sorted(hits)[:MOST]]


def label_of(actor: Actor, item: Item, value: str) -> str | None:
    """What a value says of an item in words; None if it cannot be said."""
    for one in options(actor, item):
        if one.value == value:
            return one.label
    search = _SEARCHES.get(item.what)
    return None if search is None else search().get(value)


def _rank(value: str, label: str, wanted: list[str]) -> int:
    """Smaller is nearer: the value itself, then a beginning, then a part."""
    text = " ".join(wanted)
    if value.casefold() == text:
        return 0
    return 1 if label.casefold().startswith(text) else 2


def _always(actor: Actor, item: Item) -> Iterable[Option]:
    if item.what == "match":
        is_several = transfer_key(item.object_id).payer_id == SEVERAL
        yield Option(SAME, _("one transfer"))
        if not is_several:
            yield Option(PURCHASE, _("a purchase, and no transfer"))
        yield Option(NOT_PAID, _("not paid by the payer that is named"))
        yield from _other_ends(actor, item)
    elif item.what == "alias":
        yield Option(NO_BODY, _("no body of the register"))
    elif item.what == "payee_kind":
        yield Option("organisation", _("an organisation"))
        yield Option("individual", _("an individual"))


def _other_ends(actor: Actor, item: Item) -> Iterable[Option]:
    """The open transfers of the same payee and year that the account sees: one may be the other
    end."""
    own = transfer_key(item.object_id)
    for other in seen(actor, item.recount, item.queue).exclude(pk=item.pk):
        key = transfer_key(other.object_id)
        if (key.payee_id, key.year) == (own.payee_id, own.year):
            value = " | ".join((key.payer_id, key.payee_id, key.stream_id or ANY_STREAM))
            yield Option(value, _("one transfer with: %(other)s") % {"other": other.title})


def _bodies() -> Mapping[str, str]:
    with open_place(settings.TOTALPLACE_PLACE) as place:
        return _bodies_of(place.path, state_of(place).files)


@lru_cache(maxsize=2)
def _bodies_of(path: Path, files: str) -> Mapping[str, str]:  # noqa: ARG001 - read anew after a load
    with open_place(path) as place:
        return {one.body_id: one.name for one in bodies_of(place.folder).bodies.values()}


@lru_cache(maxsize=1)
def _functions() -> Mapping[str, str]:
    return {row["code"]: f"{row['code']} {row['name']}" for row in load("cofog").to_pylist()}


_SEARCHES: Mapping[str, Callable[[], Mapping[str, str]]] = {"alias": _bodies, "class": _functions}
"""Kind of decision -> every value that it can have, with its words."""
