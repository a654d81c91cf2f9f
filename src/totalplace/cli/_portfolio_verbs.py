"""The verb about what a pooled budget should buy: portfolio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, Outcome, verb
from totalplace.cli._portfolio_text import run_text, share_text
from totalplace.errors import Problem, RequestError

__all__: list[str] = []

_WHAT = ("run", "share")


@verb(
    "portfolio",
    "portfolio run pool.toml",
    "portfolio run pool.toml --fences 20 --json",
    "portfolio share pool.toml",
)
def portfolio(
    what: Annotated[
        str, typer.Argument(metavar="|".join(_WHAT), help="What to do.", show_default=False)
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The portfolio, TOML.", show_default=False)
    ],
    fences: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="With `run`: how many fences are opened one by one; 12 without."
        ),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Find what a pooled budget should buy, or share the gain of pooling among bodies.

    `run` finds the set of interventions that is worth most within every stream's budget and rules,
    what the ring-fences cost (the value of one pot less that of the fenced budgets), what opening
    each fence alone would gain, why each of the others was not chosen, and what each funder's own
    money has bought.

    `share` shares the net gain of one pot as the file says, checks that no group of bodies would
    do better alone and that no body pays on more than it has had, and works out payments by
    results.
    """
    if what not in _WHAT:
        raise RequestError(
            Problem(
                "bad_value",
                "this value cannot be used",
                what,
                f"it is none of {', '.join(_WHAT)}",
                "use one of them",
            )
        )
    if what == "share":
        if fences is not None:
            raise RequestError(
                Problem(
                    "bad_value",
                    "this value cannot be used",
                    f"--fences {fences}",
                    "it goes with `run`",
                    "leave it out",
                )
            )
        shared = _api.share_portfolio(file)
        told = shared.document
        return Outcome(told, lambda: share_text(told), warnings=shared.facts.portfolio.warnings)
    found = _api.run_portfolio(file, fences=12 if fences is None else fences)
    return Outcome(
        found.document,
        lambda: run_text(found.document),
        warnings=found.facts.portfolio.warnings,
    )
