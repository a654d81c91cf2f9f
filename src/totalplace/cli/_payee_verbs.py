"""The verb about who is paid: payees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.money import format_gbp
from totalplace.reports import plain_table

if TYPE_CHECKING:
    from totalplace._api import Payees

__all__: list[str] = []

_KINDS = {
    "body": "bodies of the register",
    "public": "public bodies that the register does not hold",
    "organisation": "other organisations",
    "individual": "people",
    "redacted": "withheld names",
    "unnamed": "no name",
}


@verb("payees", "payees gm", "payees gm --unresolved --top 50", "payees gm --shared --json")
def payees(
    folder: PLACE,
    unresolved: Annotated[
        bool,
        typer.Option("--unresolved", help="Only the payees that sound public and are unresolved."),
    ] = False,
    shared: Annotated[
        bool, typer.Option("--shared", help="Only the suppliers that several bodies pay.")
    ] = False,
    top: Annotated[
        int, typer.Option(min=1, metavar="N", help="How many of each list, largest first.")
    ] = 20,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Show who is paid in the spending lines: how much goes to public bodies, other
    organisations, people and withheld names; which large payees sound public and are no body of
    the register; and which suppliers several bodies pay, whatever the spelling.

    Settle an unresolved payee with `totalplace decide`. People are never shown by name.
    """
    with _api.open_place(folder) as place:
        found = place.payees(top=top)
    keep_both = unresolved == shared
    left_out = {
        name
        for name, is_kept in (("unresolved", unresolved), ("shared", shared))
        if not (is_kept or keep_both)
    }
    document = {
        name: part
        for name, part in found.document.items()
        if name.removesuffix("_count") not in left_out
    }

    def text() -> str:
        parts = [_paid_text(found.facts)]
        if "unresolved" not in left_out:
            parts.append(_unresolved_text(found.facts))
        if "shared" not in left_out:
            parts.append(_shared_text(found.facts))
        return "\n\n".join(parts)

    return Outcome(document, text)


def _paid_text(facts: Payees) -> str:
    rows = [
        [_KINDS[one.kind], f"{one.payees:,}", f"{one.lines:,}", format_gbp(one.amount_pence)]
        for one in facts.paid
    ]
    return plain_table(["paid to", "payees", "lines", "£"], rows, right=[1, 2, 3])


def _unresolved_text(facts: Payees) -> str:
    rows = [
        [one.payee, one.body_id, one.public_kind or "", format_gbp(one.amount_pence), one.reason]
        for one in facts.unresolved
    ]
    title = _title("Sound public, not resolved", len(rows), facts.unresolved_count)
    return _listed(title, ["payee", "paid by", "kind", "£", "why"], rows, right=[3])


def _shared_text(facts: Payees) -> str:
    rows = [
        [
            one.name,
            str(len(one.spellings)),
            format_gbp(one.amount_pence),
            ", ".join(f"{body} {format_gbp(pence)}" for body, pence in one.by_body.items()),
        ]
        for one in facts.shared
    ]
    title = _title("Suppliers that several bodies pay", len(rows), facts.shared_count)
    return _listed(title, ["supplier", "spellings", "£", "paid by"], rows, right=[1, 2])


def _title(what: str, shown: int, count: int) -> str:
    return f"{what}: {count:,}" + (f", the largest {shown:,}" if shown < count else "")


def _listed(title: str, header: list[str], rows: list[list[str]], *, right: Iterable[int]) -> str:
    return f"{title}\n{plain_table(header, rows, right=list(right))}" if rows else f"{title}."
