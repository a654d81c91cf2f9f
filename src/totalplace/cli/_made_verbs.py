"""Verbs about made-up places, and the program's own speed: synth, demo, bench."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import totalplace
from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._count_verbs import count_outcome
from totalplace.cli._progress import growing_progress
from totalplace.cli._publish_verbs import publish_outcome
from totalplace.cli._serve_verbs import PORT, say_where, serve_places
from totalplace.cli._user_verbs import ask_accounts, code_command
from totalplace.errors import Problem, RequestError
from totalplace.reports import plain_table

if TYPE_CHECKING:
    from totalplace._api import AddResult, Place

__all__ = ["demo_outcome"]

PEOPLE = Annotated[int, typer.Option(metavar="N", help="People of the place.")]
SEED = Annotated[int, typer.Option(metavar="S", help="The same seed gives the same files.")]
DIRT = Annotated[
    float | None,
    typer.Option(
        metavar="X", help="How badly the files are kept: 0 (perfectly) to 1.", show_default=False
    ),
]


@verb("synth", "synth albermarch", "synth small --people 5000 --seed 7 --dirt 0")
def synth(
    folder: PLACE,
    people: PEOPLE = 240_000,
    seed: SEED = 1,
    dirt: DIRT = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Make a fictional place: the files its bodies would publish, with the truth beside them in
    DIR/published, and a place in DIR that holds them. All names are invented.
    """
    options: dict[str, Any] = {} if dirt is None else {"dirt": dirt}
    with growing_progress("making the place") as progress:
        place, added = _api.make_fictional_place(
            folder, people=people, seed=seed, progress=progress, **options
        )
    with place:
        return Outcome(
            _made_document(place, added),
            lambda: f"{_made_text(place, added)}\nNext: totalplace count {place.path}",
            exit_code=added.exit_code,
            warnings=_refused(added),
        )


@verb("demo", "demo", "demo --dir /tmp/albermarch --no-serve --json")
def demo(
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Where the place is made, or is already.")
    ] = Path("demo-place"),
    port: PORT = 8000,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Stop once the place is published.")
    ] = False,
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Make the fictional place, add all of its files, count it, print the count, publish it, and
    serve its pages until you stop it with Ctrl-C.

    It prints an account of the workbench for each role, with a password and a code of the second
    factor. A demo place that is there already is used again.
    """
    made = demo_outcome(folder)
    if no_serve:
        return made

    def serve() -> None:
        serve_places([folder], host="127.0.0.1", port=port, ready=say_where)

    return replace(made, then=serve)


def demo_outcome(folder: Path) -> Outcome:
    """Make (or find) the fictional place, count and publish it; what is told of all three."""
    with growing_progress("making the place") as progress:
        if (folder / "place.toml").exists():
            place, added = _api.reopen_fictional_place(folder, progress=progress)
        else:
            place, added = _api.make_fictional_place(folder, progress=progress)
    with place:
        from totalplace._api._example_cases import keep_example_cases

        keep_example_cases(place)
        counted = count_outcome(place, by=["tier"])
        published = publish_outcome(place, at=counted.document["snapshot"])
    accounts = _accounts(folder)
    return Outcome(
        {**counted.document, "publication": published.document, "accounts": accounts},
        lambda: (
            f"{_made_text(place, added)}\n\n{counted.text()}\n\n{published.text()}\n\n"
            f"{_accounts_text(accounts)}"
        ),
        exit_code=max(added.exit_code, counted.exit_code, published.exit_code),
        warnings=(*_refused(added), *counted.warnings, *published.warnings),
    )


def _accounts(folder: Path) -> list[dict[str, Any]]:
    """An account for each role, each with the command that prints its next code."""
    return [
        one | {"next_code": one["code"] and code_command(folder, one["name"])}
        for one in ask_accounts(folder, "demo")["accounts"]
    ]


def _accounts_text(accounts: list[dict[str, Any]]) -> str:
    rows = [
        [one["name"], one["password"], one["code"] or "none", one["next_code"] or ""]
        for one in accounts
    ]
    table = plain_table(["account", "password", "code", "command for the next code"], rows)
    return (
        "Accounts of the workbench, for this fictional place alone. A code serves once, and for "
        f"about a minute.\n{table}"
    )


def _made_document(place: Place, added: AddResult) -> dict[str, Any]:
    return {
        "place": place.name,
        "path": str(place.path),
        "areas": list(place.areas),
        "years": list(place.years),
        **added.document,
    }


def _made_text(place: Place, added: AddResult) -> str:
    files = added.facts.files
    lines = sum(file.lines for file in files)
    rejected = sum(file.rejected for file in files)
    return (
        f"{place.name} (fictional), in {place.path}: {len({file.file for file in files}):,} "
        f"published files, {lines:,} lines, {rejected:,} records rejected."
    )


def _refused(added: AddResult) -> tuple[Problem | str, ...]:
    return tuple(
        f"{file.file} was {file.status}: {problem}"
        for file in added.facts.files
        for problem in file.problems
    )


@verb("bench", "bench", "bench count --lines 1000000 --json")
def bench(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Which one; all are listed without it."),
    ] = None,
    lines: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many lines to measure with.")
    ] = None,
    as_json: JSON = False,
) -> Outcome:
    """Measure the program's own speed and memory, from a checkout of its source."""
    scripts = _scripts()
    if name is None:
        listed = ", ".join(sorted(scripts)) or "none yet"
        return Outcome({"benches": sorted(scripts)}, lambda: f"Benches: {listed}.")
    if name not in scripts:
        raise RequestError(
            Problem(
                "unknown_bench",
                "there is no such bench",
                f"bench {name}",
                f"the checkout has {', '.join(sorted(scripts)) or 'none yet'}",
                "choose one of them" if scripts else "benches come with a later version",
            )
        )
    words = [sys.executable, str(scripts[name])]
    words += [] if lines is None else ["--lines", str(lines)]
    words += ["--json"] if as_json else []
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RequestError(
            Problem(
                "bench_failed",
                "the bench did not finish",
                str(scripts[name]),
                f"it ended with exit code {done.returncode}; what it said stands above",
                "mend what it says, then run it again",
            )
        )
    return Outcome(_document(done.stdout) if as_json else {}, lambda: done.stdout.rstrip("\n"))


def _scripts() -> dict[str, Path]:
    """The benches of the checkout that this program runs from."""
    root = Path(totalplace.__file__).parents[2]
    project = root / "pyproject.toml"
    is_checkout = project.is_file() and (root / "src" / "totalplace").is_dir()
    if not is_checkout or tomllib.loads(project.read_text())["project"]["name"] != "totalplace":
        raise RequestError(
            Problem(
                "no_checkout",
                "benches need a checkout of the source",
                str(root),
                "this totalplace was installed as a package, which has no bench folder",
                "clone the repository, run `make setup` in it and run the bench there",
            )
        )
    folder = root / "bench"
    return {path.stem: path for path in folder.glob("*.py") if not path.stem.startswith("_")}


def _document(text: str) -> dict[str, Any]:

    document: dict[str, Any] = json.loads(text)
    return document
