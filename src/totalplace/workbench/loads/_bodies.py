"""The bodies that an account may load files for, and their names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from totalplace import Place, open_place
from totalplace.access import Actor
from totalplace.errors import Problem, RequestError
from totalplace.model import BodyRegister
from totalplace.sources import bodies_of

__all__ = ["Bodies"]


class Bodies:
    """The bodies of the place, as one account sees them."""

    def __init__(self, actor: Actor, place: Place | None = None) -> None:
        self._actor = actor
        self._folder = (place or open_place(settings.TOTALPLACE_PLACE)).folder

    @cached_property
    def register(self) -> BodyRegister:
        """Every body that the place knows."""
        return bodies_of(self._folder)

    @property
    def is_any(self) -> bool:
        """Whether the account acts for all of them."""
        return self._actor.is_for_every_body

    def name(self, body_id: str) -> str:
        """The name of a body, for people."""
        body = self.register.get(body_id) if body_id else None
        return body_id if body is None else body.name

    @cached_property
    def offered(self) -> list[tuple[str, str]]:
        """Body and name, by name: the account's own; of the whole place, those of its money."""
        ids = self._near() if self.is_any else set(self._actor.bodies)
        return sorted(
            ((one, self.name(one)) for one in ids if one in self.register.bodies),
            key=lambda pair: pair[1].casefold(),
        )

    def find(self, text: str) -> str:
        """The body that is meant by a name, if the account acts for it.

        Raises:
            RequestError: no body is known by it, or it is another's. That of another is not told
                from that which is not there.
        """
        if self.is_any:
            return self.register.find(text).body_id
        try:
            body_id = self.register.find(text).body_id
        except RequestError:
            body_id = ""
        if body_id in self._actor.bodies:
            return body_id
        raise RequestError(
            Problem(
                "not_your_body",
                _("your account does not act for this body"),
                _("whose money it is"),
                _("it acts for %(names)s")
                % {"names": ", ".join(name for _id, name in self.offered) or _("no body")},
                _("choose one of those"),
            )
        )

    def _near(self) -> set[str]:
        state = self._folder.state()
        ids = {member.body_id for member in state.active if member.body_id}
        own = self._folder.reference("body", state)
        ids |= set() if own is None else set(own["body_id"].to_pylist())
        areas = set(self._folder.areas)
        return ids | {one for one, served in self.register.serves.items() if areas & set(served)}

    def names(self, ids: Iterable[str]) -> str:
        """The names of some bodies, in one text."""
        return ", ".join(sorted(map(self.name, ids), key=str.casefold))
