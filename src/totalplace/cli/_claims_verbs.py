"""The verb about published figures: claims."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, Outcome, verb
from totalplace.reports import plain_table

__all__: list[str] = []


@verb("claims", "claims", "claims --file my-claims.csv --json")
def claims(
    file: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Another claims file than the one that is shipped."),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Recompute every figure that the source documents publish: does it add up?

    Exit code 1 means that a verdict differs from the expectation stored in the file.
    """
    found = _api.evaluate_claims(file)
    differing = [one for one in found.facts if one.matches_stored is False]

    def text() -> str:
        header = ["id", "verdict", "expected", "computed", "residual", "unit"]
        rows = [
            [
                one.id,
                one.verdict,
                one.expected or "",
                one.computed or "",
                one.residual or "",
                one.result_unit or "",
            ]
            for one in found.facts
        ]
        verdicts = [one.verdict for one in found.facts]
        counts = ", ".join(f"{verdicts.count(v)} {v}" for v in sorted(set(verdicts)))
        return (
            f"{plain_table(header, rows, right=[2, 3, 4])}\n\n{len(rows)} claims: {counts}.\n"
            "Why: totalplace explain DIR ID, or --json."
        )

    return Outcome(
        found.document,
        text,
        exit_code=found.exit_code,
        warnings=tuple(
            f"{one.id}: the verdict is {one.verdict}, the file expects {one.stored_verdict}"
            for one in differing
        ),
    )
