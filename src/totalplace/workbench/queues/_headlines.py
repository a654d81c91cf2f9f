"""The headline as the place is now, beside the last that was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from totalplace.access import Actor, Thing
from totalplace.errors import RequestError
from totalplace.web._params import MoneyParams
from totalplace.web._scope import scope_of
from totalplace.workbench._ask import may
from totalplace.workbench.queues._lists import shown

__all__ = ["Headline", "headlines"]


@dataclass(frozen=True)
class Headline:
    """A year's headline, now and as published.

    Attributes:
        now_pence: net, as last worked out.
        when: when that was.
        is_old: whether the place has changed since.
        publication: the number of the last publication that has the year, or None.
        published_pence: net in it, or None.
    """

    year: str
    now_pence: int
    when: datetime
    is_old: bool
    publication: int | None
    published_pence: int | None

    @property
    def change_pence(self) -> int | None:
        """Now less published; None where nothing is."""
        return None if self.published_pence is None else self.now_pence - self.published_pence


def headlines(actor: Actor) -> list[Headline]:
    """The headlines of what is proposed next, for those who may see what is proposed."""
    if not may(actor, "see", Thing("release", "next")):
        return []
    last = shown()
    if last.recount is None:
        return []
    return [
        Headline(year, told["net_pence"], last.recount.when, last.is_old, *_published(year))
        for year, told in last.recount.headlines.items()
    ]


def _published(year: str) -> tuple[int | None, int | None]:
    try:
        scope = scope_of(MoneyParams.model_validate({"year": year}))
        return scope.publication.n, scope.headline.pence
    except RequestError:
        return None, None
