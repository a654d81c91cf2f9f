"""The verbs about cases: case, discount."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, Outcome, verb
from totalplace.cli._case_text import case_text
from totalplace.errors import Problem, RequestError
from totalplace.reports import plain_table

__all__: list[str] = []

_WHAT = ("new", "examples", "check", "run", "export")
_RUNS = ("run", "export")


@verb(
    "case",
    "case new early-years.toml",
    "case new early-years.xlsx",
    "case new early-years.toml --from early-years.xlsx",
    "case examples",
    "case new parenting.toml --example parenting",
    "case check early-years.toml",
    "case run early-years.toml --draws 20000 --perspective council",
    "case run early-years.toml --json",
    "case export early-years.toml -o early-years.xlsx",
    "case export early-years.toml -o early-years.pdf --draws 20000",
)
def case(
    what: Annotated[
        str,
        typer.Argument(metavar="|".join(_WHAT), help="What to do.", show_default=False),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="The case file: TOML, or a workbook filled in; `examples` has none.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="With `run` and `export`: how often uncertain numbers are drawn."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="S", help="With `run` and `export`: of the draws; the case's own without."
        ),
    ] = None,
    perspective: Annotated[
        str | None,
        typer.Option(
            metavar="P",
            help="With `run` and `export`: a body, local, national, exchequer or society: whose"
            " view the sensitivities are told for.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="With `export`: the file to write: .xlsx, .docx, .pdf, .html or .csv.",
        ),
    ] = None,
    example: Annotated[
        str | None,
        typer.Option(metavar="ID", help="With `new`: an example instead of the starter."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="CASE",
            help="With `new`: a case whose values it is to have, TOML or workbook.",
        ),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Write a case to begin with, check one, work one out, or write it as a file.

    `new` writes a commented case file, or a workbook to fill in if FILE ends in .xlsx; with
    `--example` one of those that `examples` lists, with the files that it names beside it; with
    `--from` the same case in the other form. `check` tells every problem with its line, and what a
    reviewer would ask. `run` gives cost, benefit, net present value and ratio by perspective with
    5%, 50% and 95% of the draws, who pays and who gains, and what the result hangs on. `export`
    writes a workbook with live formulas (.xlsx), a business case in the five cases of the Green
    Book (.docx, .pdf, .html) or the register of assumptions (.csv).
    """
    _only_with(what, _RUNS, draws=draws, seed=seed, perspective=perspective)
    _only_with(what, ("export",), out=out)
    _only_with(what, ("new",), example=example)
    _only_with(what, ("new",), **{"from": source})
    if example is not None and source is not None:
        raise RequestError(_usage("--example and --from exclude each other", "case new"))
    if what == "examples" and file is None:
        return _examples()
    if file is None or what == "examples":
        wrong = "`examples` takes no file" if file else f"`{what}` needs a file"
        raise RequestError(_usage(wrong, f"case {what}"))
    match what:
        case "new" if example is not None:
            return _written(_api.write_example(example, file))
        case "new":
            return _checked(_api.new_case(file, source), f"Written: {file}. ")
        case "check":
            return _checked(_api.check_case(file), "")
        case "run":
            found = _api.run_case(
                file, draws=10_000 if draws is None else draws, seed=seed, perspective=perspective
            )
            return Outcome(
                found.document,
                lambda: case_text(found.document),
                warnings=tuple(found.facts.case.warnings),
            )
        case "export":
            if out is None:
                raise RequestError(_usage("`export` needs -o OUT", "case export"))
            return _exported(
                _api.export_case(
                    file,
                    out,
                    draws=10_000 if draws is None else draws,
                    seed=seed,
                    perspective=perspective,
                )
            )
        case _:
            raise RequestError(_usage(f"there is no {what!r}", f"case {what}"))


def _only_with(what: str, verbs: tuple[str, ...], **given: object) -> None:
    """Refuse options that go with other verbs."""
    for name, value in given.items():
        if value is not None and what not in verbs:
            told = " and ".join(f"`{one}`" for one in verbs)
            raise RequestError(_usage(f"--{name} goes with {told}", f"case {what} --{name}"))


def _usage(why: str, where: str) -> Problem:
    return Problem(
        "bad_value",
        "this value cannot be used",
        where,
        f"{why}; it is one of {', '.join(_WHAT)}",
        "see `totalplace case --help`",
    )


def _examples() -> Outcome:
    found = _api.case_examples()
    rows = [[one.id, one.kind, one.about] for one in found.facts]
    return Outcome(
        found.document,
        lambda: (
            f"{plain_table(['example', 'kind', 'what it shows'], rows)}\n\n"
            "To read and run one: totalplace case new FILE --example EXAMPLE"
        ),
    )


def _written(found: _api.ExampleWritten) -> Outcome:
    files = ", ".join(found.document["files"])
    return Outcome(
        found.document,
        lambda: f"Written: {files}. {found.title}.\nNext: totalplace {found.document['next']}",
    )


def _exported(found: _api.CaseExport) -> Outcome:
    told = found.document
    return Outcome(
        told,
        lambda: (
            f"Written: {told['path']} ({told['bytes']:,} bytes), run {told['run_hash'][:16]}: "
            f"{told['draws']:,} draws, seed {told['seed']}."
        ),
        warnings=tuple(found.facts.run.case.warnings),
    )


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _checked(found: _api.CaseChecked, begins: str) -> Outcome:
    facts = found.facts
    count = len(facts.warnings)
    questions = (
        "nothing to ask" if not count else f"what a reviewer would ask stands above ({count})"
    )
    return Outcome(
        found.document,
        lambda: (
            f"{begins}{facts.title}: {_many(len(facts.activities), 'activity', 'activities')}, "
            f"{_many(len(facts.outcomes), 'outcome', 'outcomes')}, "
            f"{_many(len(facts.numbers), 'number', 'numbers')}, {len(facts.uncertain)} of them "
            "uncertain. "
            f"No problem; {questions}.\nNext: totalplace case run {facts.file}"
        ),
        warnings=tuple(facts.warnings),
    )


@verb("discount", "discount --years 60", "discount --schedule health --years 30 --json")
def discount(
    schedule: Annotated[
        str, typer.Option(metavar="NAME", help="standard, health or low.")
    ] = "standard",
    years: Annotated[int, typer.Option(metavar="N", help="The last year.")] = 30,
    edition: Annotated[
        str | None,
        typer.Option(metavar="E", help="Edition of the guidance; the newest without."),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Print discount factors of an edition of the Green Book, year 0 to the last one.

    Each is what a pound in that year is worth in year 0. Rates decline by bands of years, and the
    factors compound band by band.
    """
    found = _api.discount(schedule, years=years, release=edition)
    rows = [[str(row["year"]), f"{row['factor']:.6f}"] for row in found.table.to_pylist()]
    return Outcome(
        found.document,
        lambda: f"{found.title}\n\n{plain_table(['year', 'factor'], rows, right=[0, 1])}",
    )
