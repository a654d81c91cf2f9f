"""Verbs about money: count, reconcile, explain, trace, diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace import _api, reports
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._count_text import count_text
from totalplace.cli._explain_text import explain_text
from totalplace.cli._progress import stage_progress
from totalplace.cli._reconcile_text import diff_text, reconcile_text, trace_text
from totalplace.errors import Problem, RequestError

if TYPE_CHECKING:
    from totalplace._api import Place

__all__ = ["count_outcome"]

YEAR = Annotated[
    str | None,
    typer.Option(metavar="YEAR", help="The financial year; by default the place's first."),
]
AT = Annotated[
    int | None,
    typer.Option(metavar="N", help="Snapshot N, instead of the place as it is now."),
]


@verb(
    "count",
    "count gm",
    "count gm --by tier,function --per head",
    "count gm --key B --json",
    "count gm --by body -o bodies.xlsx",
    "count gm --real 2024-25 --at 3",
    "count gm --engine spark",
)
def count(
    folder: PLACE,
    year: YEAR = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help="Split by any of these, joined by commas: tier, body, funder, function, route, "
            "stream, area, theme, grade, cap_rev, control.",
        ),
    ] = None,
    per: Annotated[
        str | None,
        typer.Option(metavar="head|household", help="Show every row per head or per household."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="Use this apportionment key, and show the headline before and after.",
        ),
    ] = None,
    real: Annotated[
        str | None,
        typer.Option(metavar="YEAR", help="In the prices of this year, by the GDP deflator."),
    ] = None,
    at: AT = None,
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="duckdb|spark",
            help="Where it is computed; by default as the place's place.toml says. Spark runs on "
            "this computer, or on the cluster that TOTALPLACE_SPARK_MASTER names.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Also write the rows to a file that ends in .csv, .xlsx or .parquet.",
        ),
    ] = None,
    as_json: JSON = False,
) -> Outcome:
    """Count the public money that comes into a place: gross, what bodies pay one another, net, its
    range, and how well each part of it is known.

    The figures are bound to a snapshot of the place, and each has an id that `explain` takes.
    Exit code 1 means that one of our own identities fails: publish nothing from that count.
    """
    problems = [] if output is None else reports.output_problems(output)
    if output is not None and as_json:
        problems.append(
            Problem(
                "two_outputs",
                "one of --json and -o can be had, not both",
                f"--json -o {output}",
                "with --json standard output is one JSON document, which holds the rows",
                "leave one of them out",
            )
        )
    if problems:
        raise RequestError(problems)
    splits = [] if by is None else [part.strip() for part in by.split(",")]
    make = None
    if engine is not None:
        from totalplace.engine import engine_named

        make = engine_named(engine)
    with _api.open_place(folder, engine=make) as place:
        return count_outcome(
            place, year=year, by=splits, per=per, key=key, real=real, at=at, output=output
        )


def count_outcome(
    place: Place,
    *,
    year: str | None = None,
    by: list[str] | None = None,
    per: str | None = None,
    key: str | None = None,
    real: str | None = None,
    at: int | None = None,
    output: Path | None = None,
) -> Outcome:
    """Count an open place, and write the rows where they are wanted."""
    with stage_progress(f"counting {place.name}") as report:
        counted = place.count(year, by=by or [], per=per, key=key, real=real, at=at, report=report)
    wrote = ""
    if output is not None:
        reports.write_table(counted.to_arrow(), output)
        wrote = f"\n\nWrote {counted.to_arrow().num_rows:,} rows to {output}."
    return Outcome(
        counted.document,
        lambda: count_text(counted, folder=place.path) + wrote,
        exit_code=counted.exit_code,
        warnings=counted.facts.warnings,
    )


@verb("reconcile", "reconcile gm", "reconcile gm --year 2017-18 --json")
def reconcile(
    folder: PLACE,
    year: YEAR = None,
    at: AT = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Set what is spent beside what comes in, and explain the difference row by row.

    Shows the transfers between bodies and what was eliminated, the bridge to the published totals,
    and what each council's published payments show of its return.
    """
    with _api.open_place(folder) as place, stage_progress("reconciling") as report:
        found = place.reconcile(year, at=at, report=report)
    return Outcome(
        found.document,
        lambda: reconcile_text(found.facts),
        exit_code=found.exit_code,
        warnings=found.facts.counted.warnings,
    )


@verb(
    "explain",
    "explain gm 4f1d20c2a9b37e55",
    "explain gm 4f1d20c2a9b37e55 --offset 20",
    "explain gm LAC-X",
)
def explain(
    folder: PLACE,
    id: Annotated[  # noqa: A002
        str,
        typer.Argument(metavar="ID", help="A figure_id, a line_id or a claim id."),
    ],
    year: Annotated[
        str | None,
        typer.Option(
            metavar="YEAR", help="The year in which a line is read; by default the place's first."
        ),
    ] = None,
    offset: Annotated[
        int, typer.Option(min=0, metavar="N", help="Skip the N largest lines of a figure.")
    ] = 0,
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Show the way back: a figure to its eliminations, key, decisions and largest lines; a line to
    its file, row and column; a claim to its numbers and equation.
    """
    with _api.open_place(folder) as place, stage_progress("explaining"):
        found = place.explain(id, year=year, offset=offset)
    return Outcome(found.document, lambda: explain_text(found, folder=folder))


@verb("trace", "trace gm", "trace gm --body trafford")
def trace(
    folder: PLACE,
    year: YEAR = None,
    body: Annotated[
        str | None,
        typer.Option(metavar="BODY", help="Only this body: a body_id, ONS code, name or alias."),
    ] = None,
    at: AT = None,
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Trace each body's money to its ultimate sources, through every transfer and every cycle.

    It uses the funding that bodies booked; what was paid and not booked is named as in transit.
    """
    with _api.open_place(folder) as place, stage_progress("tracing"):
        found = place.trace(year, body=body, at=at)
    return Outcome(found.document, lambda: trace_text(found))


@verb("diff", "diff gm 1 2")
def diff(
    folder: PLACE,
    n: Annotated[int, typer.Argument(metavar="N", help="The earlier snapshot's number.")],
    m: Annotated[int, typer.Argument(metavar="M", help="The later snapshot's number.")],
    year: YEAR = None,
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Compare the counts of two snapshots: what changed, by body and cause."""
    with _api.open_place(folder) as place, stage_progress("comparing"):
        found = place.diff(n, m, year=year)
    return Outcome(found.document, lambda: diff_text(found))
