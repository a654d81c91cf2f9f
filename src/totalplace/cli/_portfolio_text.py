"""What the verb portfolio says to people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from totalplace.reports import plain_table

__all__ = ["run_text", "share_text"]


def run_text(told: Mapping[str, Any]) -> str:
    """What to buy, what the fences cost, and why not the rest."""
    count, proof = len(told["chosen"]) + len(told["not_chosen"]), _proof(told, "")
    parts = [
        f"{told['portfolio']}: {len(told['chosen'])} of {count} interventions, {proof}.",
        plain_table(
            ["", "£"],
            [
                ["value with the fences", _gbp(told["value_gbp"])],
                ["value of one pot", _gbp(told["one_pot_value_gbp"])],
                ["price of the fences", _gbp(told["fence_price_gbp"])],
            ],
            right=[1],
        ),
    ]
    if told["status"] != "optimal" or told["one_pot_status"] != "optimal":
        parts.append(
            f"The price lies between £{_gbp(told['fence_price_low_gbp'])} and "
            f"£{_gbp(told['fence_price_high_gbp'])}; one pot was {_proof(told, 'one_pot_')}."
        )
    parts.append(f"Chosen: {', '.join(told['chosen']) or 'nothing'}.")
    if told["not_chosen"]:
        rows = [[one["id"], one["because"]] for one in told["not_chosen"]]
        parts.append(plain_table(["not chosen", "because"], rows))
    if told["fences"]:
        rows = [
            [
                one["stream"],
                _gbp(one["gain_if_opened_gbp"]),
                "" if one["share_of_price_pct"] is None else f"{one['share_of_price_pct']:g}%",
            ]
            for one in told["fences"]
        ]
        header = ["fence opened alone", "£ gained", "of the price"]
        parts.append(plain_table(header, rows, right=[1, 2]))
    rows = [
        [
            one["stream"],
            one["body"],
            _sum(one["budget_gbp"]),
            _sum(one["spent_gbp"]),
            _gbp(one["left_gbp"]),
            ", ".join(bought["id"] for bought in one["bought"]) or "nothing",
        ]
        for one in told["streams"]
    ]
    header = ["stream", "body", "£ budget", "£ spent", "£ left", "pays for"]
    parts.append(plain_table(header, rows, right=[2, 3, 4]))
    if told["distribution"]:
        parts.append(_spread(told["distribution"]))
    return "\n\n".join(parts)


def _proof(told: Mapping[str, Any], prefix: str) -> str:
    gap = told[f"{prefix}gap"]
    return {
        "optimal": "proved to be worth most",
        "within_gap": f"within {gap:.3%} of what could be worth most",
        "time_limit": f"when the time was up, within {gap:.3%} of what could be worth most",
    }[told[f"{prefix}status"]]


def _spread(spread: Mapping[str, Any]) -> str:
    rows = [
        [
            f"{one['correlation']:g}",
            *(_gbp(one[f"{name}_gbp"]) for name in ("p5", "p50", "p95")),
            f"{one['p_npv_positive']['value']:.3f} ± {one['p_npv_positive']['se']:.3f}",
        ]
        for one in spread["by_correlation"]
    ]
    header = ["correlation of cases", "£ 5%", "£ 50%", "£ 95%", "chance of NPV > 0"]
    return plain_table(header, rows, right=[0, 1, 2, 3, 4])


def share_text(told: Mapping[str, Any]) -> str:
    """Who has what, who pays whom, and whether anyone would walk away."""
    names = ("pays_gbp", "gains_gbp", "position_gbp", "share_gbp", "settlement_gbp")
    rows = [[one["body"], *(_gbp(one[name]) for name in names)] for one in told["bodies"]]
    method = told["method"].replace("_", " ")
    header = ["body", "£ pays", "£ gains", "£ before", "£ share", "£ is paid by the others"]
    parts = [
        f"{told['portfolio']}: £{_gbp(told['total_gbp'])} of one pot, shared by {method}.",
        plain_table(header, rows, right=[1, 2, 3, 4, 5]),
        _stability(told),
    ]
    if told["cash"] is None:
        parts.append(f"Cash by year is not told: {told['cash_reason']}.")
    else:
        short = [one["body"] for one in told["cash"] if not one["never_negative"]]
        parts.append(
            f"{', '.join(short)} would pay on more than came in by then."
            if short
            else "No body pays on more than has come in by then."
        )
    for contract in told["contracts"]:
        rows = [
            [
                one["id"],
                f"{one['baseline']:g}",
                f"{one['observed']:g}",
                f"{one['reduction_pct']:.2f}%",
                "yes" if one["reached"] else "no",
                _gbp(one["payment_gbp"]),
            ]
            for one in [*contract["cohorts"], contract["pooled"]]
        ]
        header = [contract["id"], "expected", "seen", "fewer", "reached", "£ paid"]
        parts.append(plain_table(header, rows, right=[1, 2, 3, 5]))
    return "\n\n".join(parts)


def _stability(told: Mapping[str, Any]) -> str:
    if told["stable"] is None:
        return "Whether a group would do better alone is not worked out for so many bodies."
    proved = "" if told["proved"] else " Not every search was proved."
    if told["stable"]:
        return f"No group of bodies would do better alone.{proved}"
    rows = [
        [", ".join(one["bodies"]), _gbp(one["alone_gbp"]), _gbp(one["together_gbp"])]
        for one in told["better_alone"][:10]
    ]
    table = plain_table(["would do better alone", "£ alone", "£ together"], rows, right=[1, 2])
    other = (
        "Another split would leave no such group."
        if told["stable_split_exists"]
        else "No split would leave no such group."
    )
    return f"{table}\n\n{other}{proved}"


def _gbp(text: str) -> str:
    return f"{Decimal(text):,.2f}"


def _sum(texts: list[str]) -> str:
    return f"{sum(map(Decimal, texts), Decimal(0)):,.2f}"
