"""The sources that the place holds, however they came in, as the list of files shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import Place
from totalplace.access import Actor
from totalplace.disclosure.publish import LicensedSource, licence_of
from totalplace.place import Member, Source, State
from totalplace.web._page import Column, Row, Table
from totalplace.workbench._ask import may
from totalplace.workbench.loads._bodies import Bodies
from totalplace.workbench.loads._licence import licences_decided
from totalplace.workbench.loads._sources import members_thing

__all__ = ["SHOWN", "Held", "held_by", "table_of"]

SHOWN = 50
"""So many sources stand on a page."""


@dataclass(frozen=True)
class Held:
    """A source of the place, with all that was read from it.

    Attributes:
        body_ids: whose money it is, in order; none where a table of it holds no single body's.
    """

    source: Source
    members: Sequence[Member]
    body_ids: tuple[str, ...]

    @property
    def is_replaced(self) -> bool:
        """Whether nothing of it counts any more."""
        return bool(self.members) and not any(one.is_active for one in self.members)

    @property
    def note(self) -> str:
        """What is to be known of it beside its name."""
        if self.is_replaced:
            return _("replaced")
        is_corrected = any(one.supplements for one in self.members)
        return _("corrected rejects") if is_corrected else ""


def held_by(state: State, actor: Actor, body_id: str = "") -> list[Held]:
    """The sources that an account may see as they were supplied, the newest first.

    Args:
        body_id: whose money they are; empty for anybody's.
    """
    members: dict[str, list[Member]] = defaultdict(list)
    for member in state.members:
        members[member.sha256].append(member)
    # sources have no owner: of two of the same bodies an account sees both or none
    seen: dict[frozenset[str], bool] = {}
    found = []
    for source in state.sources:
        thing = members_thing(source.sha256, members[source.sha256])
        if body_id and body_id not in thing.bodies:
            continue
        if thing.bodies not in seen:
            seen[thing.bodies] = may(actor, "see", thing)
        if seen[thing.bodies]:
            found.append(Held(source, members[source.sha256], tuple(sorted(thing.bodies))))
    found.sort(key=lambda one: one.source.sha256)
    return sorted(found, key=lambda one: one.source.received, reverse=True)


def table_of(place: Place, bodies: Bodies, held: Sequence[Held], first: int) -> Table:
    """A page of sources.

    Args:
        held: all of them.
        first: the position, from 0, of the one that the page begins with.
    """
    shown = held[first : first + SHOWN]
    decided = licences_decided(place)
    rows: list[Row] = []
    for one in shown:
        source = one.source
        row = {
            "name": source.name,
            "publisher": source.publisher or _body(one, bodies),
            "format": ", ".join(sorted({member.format_id for member in one.members})),
            "lines": sum(member.lines for member in one.members),
            "rejected": sum(member.rejected for member in one.members),
            "licence": _licence(one, decided) or _("Not stated"),
            "received": datetime.fromisoformat(source.received).date(),
            "_links": {"name": reverse("source", args=[source.sha256])},
        }
        rows.append(row | ({"_notes": {"name": one.note}} if one.note else {}))
    told = {"first": f"{first + 1:,}", "last": f"{first + len(shown):,}", "all": f"{len(held):,}"}
    return Table(
        "sources",
        _("Files %(first)s to %(last)s of %(all)s, the newest first") % told,
        (
            Column("name", _("File"), is_head=True),
            Column("publisher", _("Publisher")),
            Column("format", _("Format"), "code"),
            Column("lines", _("Lines"), "number"),
            Column("rejected", _("Rejected"), "number"),
            Column("licence", _("Licence")),
            Column("received", _("Added"), "date"),
        ),
        rows,
        empty=_("There are no more.") if held else _("The place holds no such file."),
    )


def _body(one: Held, bodies: Bodies) -> str:
    """Whose money it is, of one body; the names are looked up only where no publisher is known."""
    return bodies.name(one.body_ids[0]) if len(one.body_ids) == 1 else ""


def _licence(one: Held, decided: Mapping[str, str]) -> str:
    """Under which licence it was published: as decided, or as was said when it was added."""
    source = one.source
    ids = sorted({member.body_id for member in one.members if member.body_id})
    facts = LicensedSource(sha256=source.sha256, licence=source.licence, body_ids=tuple(ids))
    found = licence_of(facts, decided)
    return found.title if found else source.licence or ""
