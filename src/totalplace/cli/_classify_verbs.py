"""The verb about what payments are for: classify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from totalplace import _api, reports
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._progress import stage_progress
from totalplace.errors import Problem, RequestError
from totalplace.reports import align_rows, plain_table

__all__: list[str] = []

_WAYS = {
    "majority": "majority class",
    "rules": "rules alone",
    "codes": "publisher's codes",
    "model": "text model",
    "elsewhere": "a model of other bodies",
    "applied": "as applied",
}


@verb("classify", "classify trafford", "classify trafford --evaluate --json")
def classify(
    folder: PLACE,
    evaluate: Annotated[
        bool,
        typer.Option(
            "--evaluate",
            help="Measure it too, on labels that neither rules nor model are given.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Also write the class of every line to a file that ends in .csv, .xlsx or "
            ".parquet.",
        ),
    ] = None,
    as_json: JSON = False,
) -> Outcome:
    """Say what payments are for (COFOG), how that was found, and how much is not known.

    The ways, surest first: a person's decision, a rule, the publisher's code, a text model when
    it is confident. What none of them tells is unclassified.
    """
    problems = [] if output is None else reports.output_problems(output)
    if output is not None and as_json:
        problems.append(
            Problem(
                "two_outputs",
                "one of --json and -o can be had, not both",
                f"--json -o {output}",
                "with --json standard output is one JSON document",
                "leave one of them out",
            )
        )
    if problems:
        raise RequestError(problems)
    with _api.open_place(folder) as place, stage_progress("classifying"):
        found = place.classify(evaluate=evaluate)
        lines = None if output is None else place.line_classes()
    wrote = ""
    if output is not None and lines is not None:
        reports.write_table(lines, output)
        wrote = f"\n\nWrote {lines.num_rows:,} rows to {output}."
    return Outcome(found.document, lambda: _text(found.document) + wrote)


def _text(document: dict[str, Any]) -> str:
    head = [
        ["payments", f"{document['lines']:,} lines, £{_money(document['gbp'])}"],
        ["classified", f"{document['coverage_pct']}% of the money (amounts without sign)"],
    ]
    parts = [align_rows(head)]
    for title, rows in (("route", document["routes"]), ("function", document["functions"])):
        table = [
            [
                f"{row['name']} {row.get('label', '')}".strip(),
                f"{row['lines']:,}",
                _money(row["gbp"]),
                f"{row['share_pct']}",
            ]
            for row in rows
        ]
        parts.append(plain_table([title, "lines", "£", "%"], table, right=[1, 2, 3]))
    if document["set_apart"]:
        rows = [
            [row["name"], f"{row['lines']:,}", _money(row["gbp"])] for row in document["set_apart"]
        ]
        parts.append(
            "Set apart: no function of the payer's own\n"
            + plain_table(["nature", "lines", "£"], rows, right=[1, 2])
        )
    if document["evaluation"] is not None:
        parts += _evaluation(document)
    return "\n\n".join(parts)


def _evaluation(document: dict[str, Any]) -> list[str]:
    found = document["evaluation"]
    parts = []
    for one in found["measured"]:
        rows = [
            [
                f"{label} ({one['majority_class']})" if way == "majority" else label,
                "-" if one[way]["accuracy_pct"] is None else f"{one[way]['accuracy_pct']}",
                f"{one[way]['coverage_pct']}",
                f"{one[way]['right_pct']}",
            ]
            for way, label in _WAYS.items()
            if one[way] is not None
        ]
        parts.append(
            f"Measured on {one['labels']}, {one['body_id']}: {one['lines']:,} lines, "
            f"{one['groups']:,} groups, £{_money(one['gbp'])}\n"
            + plain_table(
                ["way", "right of classified %", "classified %", "right of all %"],
                rows,
                right=[1, 2, 3],
            )
        )
    if not found["measured"]:
        parts.append(f"Nothing to measure: {document['reasons']['evaluation.measured']}.")
    if found["reliability"]:
        rows = [
            [
                f"{one['from_pct']} to {one['upto_pct']}",
                _money(one["gbp"]),
                f"{one['mean_pct']}",
                f"{one['right_pct']}",
            ]
            for one in found["reliability"]
        ]
        parts.append(
            "The model's probability, suppliers held out\n"
            + plain_table(["band %", "£", "said %", "right %"], rows, right=[1, 2, 3])
        )
    return parts


def _money(pounds: str) -> str:
    whole, _, pence = pounds.partition(".")
    return f"{int(whole):,}.{pence}" if whole not in {"-0"} else f"-0.{pence}"
