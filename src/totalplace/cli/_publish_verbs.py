"""Verbs about the public zone: publish, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._progress import stage_progress
from totalplace.money import format_gbp

if TYPE_CHECKING:
    from totalplace._api import Place, Published, Result

__all__ = ["publish_outcome"]

_WITHHELD = {
    "individual": "individuals",
    "redacted": "names that the publisher withheld",
    "unrecognised": "payees not recognised as organisations",
}


@verb("publish", "publish gm", "publish gm --at 3", "publish gm --json")
def publish(
    folder: PLACE,
    at: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Publish snapshot N; by default the place is frozen as it is now."
        ),
    ] = None,
    note: Annotated[
        str,
        typer.Option(
            metavar="T", help="What changes with it, as the public is told.", show_default=False
        ),
    ] = "",
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Write what the public may see of a snapshot into DIR/public/N, the only files that public
    pages open: whole or not at all, and never changed afterwards.

    Organisations are named where they are recognised as such; people, withheld names and all
    others are summed. It stops at sources whose licence is not known: say it with `add --licence`
    or `decide`.
    """
    with _api.open_place(folder) as place:
        return publish_outcome(place, at=at, note=note)


@verb("withdraw", 'withdraw gm 3 --reason "a file was loaded twice"')
def withdraw(
    folder: PLACE,
    n: Annotated[int, typer.Argument(metavar="N", help="The publication's number.")],
    reason: Annotated[
        str, typer.Option(metavar="T", help="Why, as the public is told it.", show_default=False)
    ] = "",
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Take a publication back: its files are removed, and a notice with the reason stays at its
    address. It is not published again; correct the place and publish a new snapshot.
    """
    with _api.open_place(folder) as place:
        found = place.withdraw(n, reason=reason)
    return Outcome(
        found.document,
        lambda: f"Withdrew publication {found.facts.n} ({found.facts.when}): {found.facts.reason}",
    )


def publish_outcome(place: Place, *, at: int | None = None, note: str = "") -> Outcome:
    """Publish a place, and what is told of it."""
    with stage_progress("publishing") as report:
        made = place.publish(at=at, note=note, report=report)
    return Outcome(
        made.document,
        lambda: _text(place, made),
        warnings=tuple(
            f"{year} is left out: {why}" for year, why in made.facts.not_counted.items()
        ),
    )


def _text(place: Place, made: Result[Published]) -> str:
    facts = made.facts
    size = sum(facts.files.values()) / 1_000_000
    lines = [
        f"Published {place.name}, snapshot {facts.n} ({', '.join(facts.years)}), in {facts.path}.",
        f"{facts.lines:,} public lines, {len(facts.files)} files, {size:.1f} MB.",
    ]
    lines += [
        f"Summed: {found['lines']:,} lines of {_WITHHELD[kind]}, {format_gbp(found['pence'])}."
        for kind, found in facts.withheld.items()
        if found["lines"]
    ]
    lines += [f"Licence: {facts.licence}.", *facts.attributions]
    return "\n".join(lines)
