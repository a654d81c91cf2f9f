"""Verbs beside `add`: look at a file first, see what was rejected, see which returns came."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._load_text import proposed_text, rejects_text, returns_text
from totalplace.cli._progress import file_progress, stage_progress
from totalplace.errors import Problem, RequestError

__all__: list[str] = []


@verb(
    "propose",
    "propose trafford creditors-q1.xlsx --body trafford",
    "propose trafford spend-2024-25.zip --json",
)
def propose(
    folder: PLACE,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file as published.", show_default=False)
    ],
    body: Annotated[
        str | None,
        typer.Option(metavar="BODY", help="Whose money it is, where the file does not say."),
    ] = None,
    format_id: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="F", help="Read it as this format; see `totalplace formats`."
        ),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Look at a file before it is loaded: what `add` would make of it, column by column.

    Nothing is changed. Exit code 1 says that `add` would refuse the file as it is: something is
    wrong with it, or nobody has agreed to its layout yet.
    """
    with _api.open_place(folder) as place, file_progress([file]) as progress:
        proposed = place.propose(file, body=body, format=format_id, progress=progress)
    return Outcome(
        proposed.document, lambda: proposed_text(proposed.facts), exit_code=proposed.exit_code
    )


@verb(
    "rejects",
    "rejects trafford",
    "rejects trafford 3f9a1c",
    "rejects trafford 3f9a1c -o rejects.csv",
)
def rejects(
    folder: PLACE,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE",
            help="Four or more digits of a source's SHA-256: its records are shown with their "
            "cells. Without it every member with rejected records is listed.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write them into a CSV file to correct and add."
        ),
    ] = None,
    member: Annotated[
        int,
        typer.Option(metavar="N", help="With -o: which member of the source, as it is listed."),
    ] = 0,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many records of each member are shown.")
    ] = 20,
    at: Annotated[
        int | None,
        typer.Option(metavar="N", help="Snapshot N, instead of the place as it is now."),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """List rejected records with the reason of each, or write them into a file to correct.

    `add` takes the corrected file as a supplement to its source: by the same layout, for the same
    body, once.
    """
    with _api.open_place(folder) as place:
        if output is None:
            found = place.rejects(source, at=at, limit=limit)
            return Outcome(found.document, lambda: rejects_text(found.facts))
        if source is None:
            raise RequestError(_no_source(output))
        written = place.rejects_file(source, member, output)
    return Outcome(
        written.document,
        lambda: (
            f"Wrote {written.facts.rows:,} rejected records into {output}.\n"
            f"Correct them there, leave the last columns as they are, then: totalplace add {folder}"
            f" {output}"
        ),
    )


@verb(
    "returns",
    "returns gm",
    "returns gm --year 2024-25 --due 2025-06-30",
)
def returns(
    folder: PLACE,
    year: Annotated[
        str | None,
        typer.Option(metavar="YEAR", help="The financial year; by default the place's first."),
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The last day on which a return is in time."),
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(metavar="N", help="Snapshot N, instead of the place as it is now."),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Show which bodies of the place have sent their return, and what the count uses of each."""
    day = None if due is None else _day(due)
    with _api.open_place(folder) as place, stage_progress("returns") as report:
        found = place.returns(year, due=day, at=at, report=report)
    return Outcome(found.document, lambda: returns_text(found.facts))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(
            Problem(
                "bad_date", "that is no date", f"--due {text}", str(error), "write it as 2025-06-30"
            )
        ) from None


def _no_source(output: Path) -> Problem:
    return Problem(
        "missing_option",
        "SOURCE is missing",
        f"-o {output}",
        "a file of rejects holds those of one source",
        "name it by four or more digits of its SHA-256, as `totalplace rejects` lists them",
    )
