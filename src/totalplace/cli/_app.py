"""The command line itself: the verbs hang on one app, and each returns what is to be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from totalplace.errors import Problem

__all__ = ["JSON", "PLACE", "PROGRAM", "VERBS", "Outcome", "app", "verb"]

PROGRAM = "totalplace"


@dataclass(frozen=True)
class Outcome:
    """What a verb has to show; only `main` writes it.

    Attributes:
        document: what is printed with ``--json``.
        text: makes what is printed without it.
        exit_code: 0, or 1 when a file was refused, an identity fails or the place is damaged.
        warnings: told on standard error either way.
        then: what is done once that is told, until the user stops it: the site is served.
    """

    document: Mapping[str, Any]
    text: Callable[[], str]
    exit_code: int = 0
    warnings: tuple[Problem | str, ...] = ()
    then: Callable[[], None] | None = None


PLACE = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder of the place.", show_default=False)
]
JSON = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

VERBS = {
    "new": "Make an empty place.",
    "propose": "Look at a file before it is loaded.",
    "add": "Take published files into a place.",
    "rejects": "List rejected records, or write them into a file to correct.",
    "formats": "List the formats that files are recognised as.",
    "count": "Count the public money that comes into a place.",
    "classify": "Say what payments are for, and how well that is known.",
    "reconcile": "Set what is spent beside what comes in, row by row.",
    "explain": "Show the way back from a figure, a line or a claim.",
    "trace": "Trace each body's money to its ultimate sources.",
    "snapshot": "Freeze the place as it is now.",
    "diff": "Compare the counts of two snapshots.",
    "payees": "Show who is paid: unresolved payees, and suppliers that bodies share.",
    "queue": "List what a person has to decide, the largest money first.",
    "effect": "Show what a decision would do, without making it.",
    "decide": "Make a human choice that every later count obeys.",
    "check": "Verify a place: files, sums, snapshots, identities.",
    "template": "Write the workbook that a partner body fills in.",
    "returns": "Show which bodies have sent their return.",
    "report": "Write a count as a report: docx, pdf, xlsx or html.",
    "export": "Write a count as an open data package.",
    "publish": "Write what the public may see of a snapshot.",
    "serve": "Serve the public pages of a place and its workbench.",
    "withdraw": "Take a publication back, with a reason.",
    "backup": "Write a whole place into one file.",
    "restore": "Make the place that a backup holds.",
    "migrate": "Make an older place one of this version.",
    "user": "Keep the accounts of a place's workbench.",
    "audit": "Prove that the audit of a workbench is whole.",
    "claims": "Recompute what the source documents publish.",
    "case": "Make, check or work out a case: what it costs, saves and is worth, to whom.",
    "discount": "Print the discount factors of the Green Book.",
    "unitcosts": "Take in what things cost a time, checked, or find some of it.",
    "portfolio": "Find what a pooled budget should buy, and share the gain of pooling.",
    "ladder": "Say what moving families up a ladder saves, and whom.",
    "synth": "Make a fictional place.",
    "demo": "Make the fictional place, count it, publish it and serve it.",
    "bench": "Measure the program's own speed.",
}
"""Every verb in the order in which a person meets it, with its line in the list of verbs."""


class _InOrder(typer.core.TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(VERBS)


app = typer.Typer(
    name=PROGRAM,
    cls=_InOrder,
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback(
    invoke_without_command=True,
    epilog="Exit codes: 0 done; 1 a file was refused or quarantined, an identity fails or the "
    "place is damaged; 2 nothing was done because the request is wrong; 130 interrupted.",
)
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> Outcome | None:
    """Say what public money comes into one place, from whom, through whom and for what, with
    nothing counted twice, and show the way from every figure back to its source row. Work out
    what prevention would cost, save and be worth, who pays and who gains.

    Start with `totalplace demo`; or make a place with `totalplace new`, `add` the files that
    public bodies publish, and `count`; or begin a case with `totalplace case new`.
    """
    if version:
        number = package_version(PROGRAM)
        typer.echo(f"{PROGRAM} {number}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit
    return None


def verb(name: str, *examples: str) -> Callable[[Callable[..., Outcome]], Callable[..., Outcome]]:
    """Hang a function on the app as a verb; its docstring is its help, examples stand below."""
    shown = "\n".join(f"  {PROGRAM} {example}" for example in examples)
    epilog = f"\b\nExamples:\n{shown}" if examples else None
    hang = app.command(name, epilog=epilog, short_help=VERBS[name])

    def audited_verb(function: Callable[..., Outcome]) -> Callable[..., Outcome]:
        from totalplace.cli._audited import audited

        return hang(audited(name, function))

    return audited_verb
