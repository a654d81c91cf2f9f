"""The verb about what things cost a time: unitcosts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, Outcome, verb
from totalplace.errors import Problem, RequestError
from totalplace.reports import plain_table

__all__: list[str] = []

_WHAT = ("import", "find")
_MAX_WORDS = 70


@verb(
    "unitcosts",
    "unitcosts import unit-cost-database.xlsx -o gmca.csv",
    "unitcosts import copy.json -o copy.csv --against gmca.csv --json",
    'unitcosts find "child in care" --table gmca.csv',
)
def unitcosts(
    what: Annotated[
        str,
        typer.Argument(metavar="|".join(_WHAT), help="What to do.", show_default=False),
    ],
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="XLSX|JSON|TEXT",
            help="The file to import, or the words to find.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="CSV", help="With `import`: the table to write."),
    ] = None,
    book: Annotated[
        str,
        typer.Option(metavar="NAME", help="With `import`: what a case calls the table."),
    ] = "gmca",
    against: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="With `import`: a table to hold the values against."),
    ] = None,
    table: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="CSV",
            help="With `find`: where to look; repeat it. Without it, the fictional place's own.",
        ),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Take unit costs in from the Unit Cost Database, checked row by row, or find some.

    `import` reads the workbook, or the JSON copy of it that circulates. Each row is a line with a
    code. Values outside what their unit can cost, sums that differ from their components, and
    years without a deflator are flagged with the reason, and a case refuses a flagged value. With
    --against, every value that differs from that table is flagged too.

    Exit code 1 means that a value was flagged.
    """
    if what == "import":
        _only(what, {"--table": bool(table)})
        if len(words) != 1:
            raise RequestError(_usage("one file is imported at a time", " ".join(words)))
        return _import(words[0], out, book, against)
    if what == "find":
        _only(what, {"-o": out is not None, "--against": against is not None})
        return _find(" ".join(words), table or [])
    raise RequestError(_usage(f"there is no {what!r}", what))


def _import(file: str, out: Path | None, book: str, against: Path | None) -> Outcome:
    found = _api.import_costs(file, out, book=book, against=against)
    told = found.document

    def text() -> str:
        rows = [[one["sheet"], f"{one['lines']:,}"] for one in told["by_sheet"]]
        rows.append(["all", f"{told['lines']:,}"])
        parts = [plain_table(["sheet", "lines"], rows, right=[1])]
        checked = f"{told['values']:,} values, {told['sums_checked']} sums of components checked"
        if told["updated_checked"]:
            checked += f", {told['updated_checked']:,} inflated values recomputed"
        if against is not None:
            checked += f", {told['compared']:,} compared with {against}"
            checked += f", {len(told['only_there'])} only there"
        parts.append(f"{checked}.")
        parts += [str(one.problem) for one in found.facts.flags]
        codes = {one["code"] for one in told["flagged"]}
        parts.append(f"{len(codes)} codes flagged." if codes else "Every check passed.")
        if told["out"]:
            parts.append(f"Written: {told['out']}")
        return "\n\n".join(parts)

    return Outcome(
        told, text, exit_code=found.exit_code, warnings=found.facts.left_out + found.facts.unchecked
    )


def _find(text: str, tables: list[Path]) -> Outcome:
    found = _api.find_costs(text, tables)
    told = found.document

    def shown() -> str:
        if not told["unit_costs"]:
            return f"None of {told['looked_in']:,} unit costs has all of these words: {text}"
        header = ["reference", "class", "what", "unit", "£", "prices of", "£ of 2024-25", ""]
        rows = [
            [
                one["reference"],
                one["class"],
                _short(one["description"]),
                one["unit"],
                one["value_gbp"],
                one["price_year"],
                one["in_2024_25_gbp"] or "",
                "flagged" if one["flag"] else "",
            ]
            for one in told["unit_costs"]
        ]
        return plain_table(header, rows, right=[4, 6])

    return Outcome(told, shown)


def _short(text: str) -> str:
    return text if len(text) <= _MAX_WORDS else f"{text[: _MAX_WORDS - 1]}…"


def _only(what: str, given: dict[str, bool]) -> None:
    for option, is_given in given.items():
        if is_given:
            raise RequestError(_usage(f"`{what}` has no {option}", option))


def _usage(why: str, where: str) -> Problem:
    return Problem(
        "usage",
        "the command cannot be understood",
        where,
        why,
        "use `totalplace unitcosts import FILE -o CSV` or `totalplace unitcosts find TEXT`",
    )
