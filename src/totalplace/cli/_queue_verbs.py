"""Verbs about what a person has to decide: queue, effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._progress import stage_progress
from totalplace.money import format_gbp
from totalplace.reports import plain_table

if TYPE_CHECKING:
    from totalplace._api import Effect, Queue

__all__: list[str] = []

_YEAR = Annotated[
    str | None, typer.Option(metavar="YEAR", help="The financial year, such as 2017-18.")
]


@verb(
    "queue",
    "queue gm transfers",
    "queue gm payees --top 50",
    "queue gm unclassified --year 2017-18 --json",
)
def queue(
    folder: PLACE,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="transfers (payments and receipts that nothing matches), payees (unknown ones that"
            " sound public), payee_kinds (organisations or individuals; this names people), "
            "unclassified (payments whose function is not known).",
            show_default=False,
        ),
    ],
    year: _YEAR = None,
    top: Annotated[
        int, typer.Option(min=1, metavar="N", help="How many items, the largest money first.")
    ] = 20,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """List what a person has to decide, the largest money first, with what the software guesses.

    Each item's ID and a value are what `totalplace decide` takes; `totalplace effect` shows what
    that would do. What is decided already is not listed.
    """
    with _api.open_place(folder) as place, stage_progress("looking") as report:
        found = place.queue(kind, year=year, top=top, report=report)
    return Outcome(found.document, lambda: _queue_text(found.title, found.facts))


@verb(
    "effect",
    'effect gm "GMCA (TRANSPORT)" --what alias --value greater-manchester-ca',
    'effect gm "trafford | salford | *" --what match --value same --json',
)
def effect(
    folder: PLACE,
    object_id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="What it is about, as `decide` takes it.", show_default=False
        ),
    ],
    what: Annotated[
        str | None, typer.Option(metavar="KIND", help="The kind of decision, as of `decide`.")
    ] = None,
    value: Annotated[
        str | None, typer.Option(metavar="V", help="What would be chosen, as of `decide`.")
    ] = None,
    year: _YEAR = None,
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Show what a decision would do to the headline, body by body, without making it."""
    choice = _api.Choice(object_id, what, value)
    with _api.open_place(folder) as place, stage_progress("counting") as report:
        found = place.effect([choice], year=year, report=report)
    return Outcome(found.document, lambda: _effect_text(found.title, found.facts))


def _queue_text(title: str, found: Queue) -> str:
    if not found.items:
        return f"{title}: nothing."
    count = f"{found.count:,} of {format_gbp(found.pence)}"
    shown = f", the largest {len(found.items):,}" if len(found.items) < found.count else ""
    parts = [f"{title}: {count}{shown}"]
    for one in found.items:
        about = "; ".join(part for part in (one.reason, one.note) if part)
        named = [] if one.title == one.object_id else [one.title]
        parts.append(
            "\n".join(
                [
                    f"{one.object_id}  {format_gbp(one.pence)}",
                    *(f"  {text}" for text in (*named, about)),
                    *(
                        f"  --value {guess.value}: {guess.label} ({guess.why})"
                        for guess in one.suggestions
                    ),
                ]
            )
        )
    return "\n\n".join(parts)


def _effect_text(title: str, found: Effect) -> str:
    before, after = found.before, found.after
    rows = [
        [name, *(format_gbp(pence) for pence in (was, now, now - was))]
        for name, was, now in (
            ("gross", before.gross_pence, after.gross_pence),
            ("eliminated", before.eliminated_pence, after.eliminated_pence),
            ("net", before.net_pence, after.net_pence),
            ("unresolved transfers", before.unresolved_pence, after.unresolved_pence),
        )
    ]
    header = ["", "before", "after", "change"]
    parts = [title, plain_table(header, rows, right=[1, 2, 3])]
    parts.append(
        f"Transfers matched {before.matched:,} to {after.matched:,}, "
        f"unresolved {before.unresolved:,} to {after.unresolved:,}."
    )
    if found.changes:
        changes = [
            [
                one.name,
                *(
                    format_gbp(pence)
                    for pence in (one.before_pence, one.after_pence, one.change_pence)
                ),
            ]
            for one in found.changes
        ]
        parts.append(plain_table(["body", *header[1:]], changes, right=[1, 2, 3]))
    else:
        parts.append("No body's figure would change.")
    return "\n\n".join(parts)
