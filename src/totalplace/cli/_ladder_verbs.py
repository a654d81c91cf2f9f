"""The verb about families on rungs: ladder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from totalplace import _api
from totalplace.cli._app import JSON, Outcome, verb
from totalplace.reports import plain_table

__all__: list[str] = []


@verb("ladder", "ladder families.toml", "ladder families.toml --number 50 --json")
def ladder(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The ladder file.", show_default=False)
    ],
    number: Annotated[
        int, typer.Option(metavar="N", help="How many climb one rung, in the first table.")
    ] = 1,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Say what moving families up a ladder of rungs saves, whom, and for how long.

    The file says how many families stand on each rung, what a rung costs each body a year, how
    families go from rung to rung in a year, and whom a programme moves.
    """
    told = _api.run_ladder(file, number=number).document
    return Outcome(told, lambda: _text(told))


def _text(told: dict[str, Any]) -> str:
    unit = told["unit"]
    parts = [
        f"{told['title']}, prices of {told['price_base']}, years 0 to {told['horizon']}",
        plain_table(
            ["rung", unit, "body", "£ a year each", "times the top rung"],
            [
                [one["id"], f"{one['number']:g}", body, cost, _times(one["times_top"].get(body))]
                for one in told["rungs"]
                for body, cost in (one["cost_gbp"] or {"": ""}).items()
            ],
            right=[1, 3, 4],
        ),
        f"{told['one_rung_up'][0]['number']:,} {unit} one rung up at the beginning of year 0:",
        plain_table(
            ["from", "to", "£ saved in year 0", f"£ saved in years 0 to {told['horizon']}"],
            [
                [
                    one["from"],
                    one["to"],
                    one["first_year_total_gbp"],
                    one["over_horizon_total_gbp"],
                ]
                for one in told["one_rung_up"]
            ],
            right=[2, 3],
        ),
    ]
    if told["moves"]:
        parts += [
            "Moves:",
            plain_table(
                ["move", unit, "from", "to", "£ cost", "£ saved", "£ net", "pays back"],
                [
                    [
                        one["id"],
                        f"{one['number']:g}",
                        one["from"],
                        one["to"],
                        _sum(one["cost_gbp"]),
                        _sum(one["saving_gbp"]),
                        one["net_gbp"],
                        "never"
                        if one["pays_back_year"] is None
                        else f"in year {one['pays_back_year']}",
                    ]
                    for one in told["moves"]
                ],
                right=[1, 4, 5, 6],
            ),
        ]
    return "\n\n".join([*parts, *(f"Assumed: {one}." for one in told["assumptions"])])


def _times(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _sum(amounts: dict[str, str]) -> str:
    from decimal import Decimal

    return str(sum(map(Decimal, amounts.values()), Decimal(0)))
