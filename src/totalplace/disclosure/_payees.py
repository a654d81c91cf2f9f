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

_DECISION = "a person's decision"


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
    kind, reason, name = _decided(match, register, decided) or _undecided(match)
    body_id = match.body_id if kind == "body" else None
    return PublicPayee(match.payee_text, kind, name, body_id, reason)


def _decided(
    match: PayeeMatch, register: BodyRegister, decided: str | None
) -> tuple[PublicKind, str, str] | None:
    """Kind, reason and public name by what the publisher, a person or the register says."""
    if match.payee_kind == "redacted":
        return "redacted", match.reason, ""
    if decided == "individual":
        return "individual", _DECISION, ""
    if match.body_id is not None:
        return "body", match.reason, register.bodies[match.body_id].name
    if decided == "organisation":
        return "organisation", _DECISION, " ".join(match.payee_text.split())
    return None


def _undecided(match: PayeeMatch) -> tuple[PublicKind, str, str]:
    """Kind, reason and public name by the words of the name."""
    if match.payee_kind == "individual":
        return "individual", match.reason, ""
    if is_marked_personal(match.payee_text):
        return "individual", "a form of address or a word for a person", ""
    found = recognised(match.payee_text)
    if found is not None:
        name, how = found
        return "organisation", how, name
    return "unrecognised", "nothing says that it is an organisation", ""
