"""The verb that writes a count as a report: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace import _api, reports
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._progress import stage_progress
from totalplace.errors import Problem, RequestError
from totalplace.money import format_gbp, parse_pence
from totalplace.reports import align_rows

__all__: list[str] = []


@verb(
    "report",
    "report gm -o count.pdf",
    "report gm -o count.docx --year 2017-18",
    "report gm -o count.html --at 3",
)
def report(
    folder: PLACE,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The report to write; it ends in .docx, .pdf, .xlsx or .html.",
        ),
    ] = None,
    year: Annotated[
        str | None,
        typer.Option(metavar="YEAR", help="The financial year; by default the place's first."),
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(metavar="N", help="Snapshot N, instead of the place as it is now."),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Write the count of a place as a report: headline and range, from gross to net, by tier and
    function, who decides and who funds, transfers, reconciliation, method, sources and gaps.

    Every figure is bound to a snapshot and has its id. The same snapshot gives the same file, byte
    for byte. It names bodies of the register, and no other payee.
    """
    if output is None:
        raise RequestError(
            Problem(
                "missing_option",
                "-o FILE is missing",
                "-o FILE",
                "it has to be said where the report is to go, and by its ending of which kind",
                "give -o count.pdf",
            )
        )
    if problems := reports.report_problems(output):
        raise RequestError(problems)
    with _api.open_place(folder) as place, stage_progress("reporting") as told:
        made = place.report(output, year=year, at=at, report=told)
    document = made.document

    def text() -> str:
        rows = [
            ["year", document["year"]],
            ["net", format_gbp(parse_pence(document["net_gbp"]) or 0)],
            ["snapshot", str(document["snapshot"])],
            ["figure", document["figure_id"]],
        ]
        return f"Wrote {document['path']} ({document['bytes']:,} bytes).\n{align_rows(rows)}"

    return Outcome(document, text, exit_code=made.exit_code)
