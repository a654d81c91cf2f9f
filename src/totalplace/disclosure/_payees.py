"""Whose name is public: only what is positively recognised as an organisation.

A payee's name is shown when it is a body of the register (then under the body's own name), when it
bears a legal form, when its words are such as only organisations bear, or when a person decided
so. Everything else is summed: people, names that the publisher withheld, and names of which nothing
is known, which may be sole traders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from totalplace.disclosure._kinds import PublicKind
from totalplace.disclosure._recognise import is_marked_personal, recognised
from totalplace.model import BodyRegister, PayeeMatch, normalise_payee, resolve_payees

__all__ = ["PublicPayee", "public_payee", "public_payees"]


@dataclass(frozen=True)
class PublicPayee:
    """What the public may be told of a payee.

    Attributes:
        payee_text: the name as its source has it: never public by itself.
        kind: body, organisation, individual, redacted, unrecognised or none (no name at all).
        name: the public name; empty unless it is a body or an organisation.
        body_id: the body, if it is one of the register.
        reason: why, in words.
    """

    payee_text: str
    kind: PublicKind
    name: str
    body_id: str | None
    reason: str

    @property
    def is_public(self) -> bool:
        """Whether the name is shown."""
        return self.kind in ("body", "organisation")


def public_payees(
    names: Iterable[str],
    register: BodyRegister,
    *,
    payer_id: str | None = None,
    aliases: Mapping[str, str | None] | None = None,
    kinds: Mapping[str, str] | None = None,
    on: date | None = None,
) -> list[PublicPayee]:
    """Recognise each name, in the order given.

    Args:
        register: the bodies that are known.
        payer_id: the body whose file the names are from.
        aliases: decisions of kind ``alias``: payee name -> body_id, or None for no body.
        kinds: decisions of kind ``payee_kind``: payee name -> ``organisation`` or ``individual``.
            They win over everything but a name that the publisher withheld.
        on: see :func:`totalplace.model.resolve_payees`.
    """
    matches = resolve_payees(names, register, payer_id=payer_id, decisions=aliases, on=on)
    decided = {normalise_payee(name): kind for name, kind in (kinds or {}).items()}
    return [public_payee(match, register, decided.get(match.payee_key)) for match in matches]


def public_payee(
    match: PayeeMatch, register: BodyRegister, decided: str | None = None
) -> PublicPayee:
    """What the public may be told of a payee that was read.

    Args:
        match: how its name was read.
        register: the bodies that are known.
        decided: what a person decided that it is, ``organisation`` or ``individual``, if anything.
    """
    text = match.payee_text

    def told(kind: PublicKind, reason: str, name: str = "") -> PublicPayee:
        body_id = match.body_id if kind == "body" else None
        return PublicPayee(text, kind, name, body_id, reason)

    if match.payee_kind == "redacted":
        return told("redacted", match.reason)
    if decided == "individual":
        return told("individual", "a person's decision")
    if match.body_id is not None:
        return told("body", match.reason, register.bodies[match.body_id].name)
    if decided == "organisation":
        return told("organisation", "a person's decision", " ".join(text.split()))
    if match.payee_kind == "individual":
        return told("individual", match.reason)
    if is_marked_personal(text):
        return told("individual", "a form of address or a word for a person")
    if found := recognised(text):
        name, how = found
        return told("organisation", how, name)
    return told("unrecognised", "nothing says that it is an organisation")
