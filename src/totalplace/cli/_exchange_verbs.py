"""Verbs that hand data out: template, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace import _api, reports
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._progress import stage_progress
from totalplace.errors import Problem, RequestError
from totalplace.money import format_gbp
from totalplace.reports import align_rows

__all__: list[str] = []

YEAR = Annotated[
    str | None,
    typer.Option(metavar="YEAR", help="The financial year; by default the place's first."),
]


@verb(
    "template",
    "template gm -o return.xlsx",
    "template gm --body gmca --year 2024-25 -o gmca-2024-25.xlsx",
)
def template(
    folder: PLACE,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The workbook to write; it ends in .xlsx."
        ),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option(
            metavar="BODY",
            help="Whose return it is: its name and the streams of its earlier returns are filled "
            "in.",
        ),
    ] = None,
    year: YEAR = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Write the workbook that a partner body fills in as its return: code lists to choose from,
    checks that count as one types, headings that cannot be changed. `add` reads it back.
    """
    if output is None:
        raise RequestError(_missing("-o FILE", "where the workbook is to go", "-o return.xlsx"))
    with _api.open_place(folder) as place:
        made = place.template(output, body=body, year=year)
    facts = made.facts
    whose = f" of {facts.body_id}" if facts.body_id else ""
    return Outcome(
        made.document,
        lambda: (
            f"Wrote {facts.path}: the return{whose} for {facts.year}, {facts.rows} rows to fill in,"
            f" {facts.streams} of them begun with streams of earlier returns.\n"
            f"When it comes back: totalplace add {folder} {facts.path}"
        ),
    )


@verb(
    "export",
    "export gm --fdp gm-2017-18",
    "export gm --fdp gm-2017-18 --licence OGL-UK-3.0 --year 2017-18",
)
def export(
    folder: PLACE,
    fdp: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write a Fiscal Data Package 0.3 into this new folder."),
    ] = None,
    year: YEAR = None,
    licence: Annotated[
        str | None,
        typer.Option(metavar="LICENCE", help="The licence under which you publish it."),
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(metavar="N", help="Snapshot N, instead of the place as it is now."),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Write a count as an open data package that other tools read, and `add` too.

    It holds sums by body, function, nature and stream, and no payee: payments to people and to
    organisations alike are summed.
    """
    if fdp is None:
        raise RequestError(_missing("--fdp OUT", "where the package is to go", "--fdp FOLDER"))
    if problems := reports.package_problems(fdp):
        raise RequestError(problems)
    with _api.open_place(folder) as place, stage_progress("exporting") as report:
        made = place.export(fdp, year=year, licence=licence, at=at, report=report)
    cells = made.facts.cells

    def text() -> str:
        rows = [
            ["rows", f"{len(cells.cells):,}"],
            ["gross", format_gbp(cells.gross_pence)],
            ["net", format_gbp(cells.net_pence)],
            ["licence", made.facts.licence],
        ]
        return (
            f"Wrote {made.title} as a Fiscal Data Package in {fdp} (snapshot {cells.snapshot}).\n"
            f"{align_rows(rows)}\n"
            "It names no payees: nothing here tells which names may be given to the public."
        )

    warnings: tuple[str, ...] = ()
    if licence is None:
        warnings = ("the package states no licence, so nobody may reuse it: give --licence",)
    return Outcome(made.document, text, warnings=warnings)


def _missing(option: str, why: str, fix: str) -> Problem:
    return Problem(
        "missing_option", f"{option} is missing", option, f"it has to be said {why}", f"give {fix}"
    )
