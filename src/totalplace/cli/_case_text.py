"""What the verbs about cases say to people."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from totalplace.money import format_whole_gbp
from totalplace.reports import plain_table, quantity

__all__ = ["case_text"]

_BARS, _WIDTH = 8, 100
Document = Mapping[str, Any]


def _gbp(text: str) -> str:
    """Whole pounds: pence of a model of years to come say nothing."""
    return format_whole_gbp(round(Decimal(text) * 100))


def case_text(document: Document) -> str:
    """The figures of a run on one page."""
    parts = [
        _head(document),
        textwrap.fill(document["summary"], _WIDTH),
        _perspectives(document["perspectives"]),
        "Optimism bias is in these figures. Without it:",
        _without(document["perspectives"]),
        _options(document),
        _totals(document["totals"]),
        "Who pays and who gains (present values):",
        _matrix(document["matrix"]),
        f"What the net present value hangs on most ({document['perspective']}):",
        _tornado(document["tornado"], document["together"]),
        "What would have to be true:",
        "\n".join(f"- {one['sentence']}" for one in document["would_have_to_be_true"][:2]),
        "Correlation inside the families of effects and of unit costs:",
        _correlations(document),
        _run(document),
    ]
    return "\n\n".join(one for one in parts if one)


def _run(document: Document) -> str:
    return (
        f"Run {document['run_hash'][:16]}: {document['draws']:,} draws, seed {document['seed']}. "
        "Trace, cash flow, options, editions and the register of assumptions: --json."
    )


def _head(document: Document) -> str:
    return (
        f"{document['title']} ({document['case']}): years 0 to {document['horizon']}, prices of "
        f"{document['price_base']}, {document['edition']}, against business as usual."
    )


def _perspectives(views: Mapping[str, Document]) -> str:
    rows = [
        [
            name,
            _gbp(one["pv_cost_gbp"]),
            _gbp(one["pv_benefit_gbp"]),
            _gbp(one["npv_gbp"]["point"]),
            f"{_gbp(one['npv_gbp']['p5'])} to {_gbp(one['npv_gbp']['p95'])}",
            "n/a" if one["bcr"] is None else f"{one['bcr']['point']:.2f}",
            _payback(one),
            _chance(one["p_npv_positive"]),
        ]
        for name, one in views.items()
    ]
    header = ["view", "cost", "benefit", "net", "5% to 95%", "ratio", "payback", "P(net > 0)"]
    return plain_table(header, rows, right=[1, 2, 3, 4, 5])


def _payback(one: Document) -> str:
    if Decimal(one["pv_cost_gbp"]) <= 0:
        return "n/a"
    return "never" if one["payback_year"] is None else f"year {one['payback_year']}"


def _chance(one: Mapping[str, float]) -> str:
    return f"{one['value']:.1%} ± {one['se']:.1%}"


def _without(views: Mapping[str, Document]) -> str:
    rows = [
        [
            name,
            _gbp(one["without_bias"]["npv_gbp"]["point"]),
            "n/a" if one["without_bias"]["bcr"] is None else f"{one['without_bias']['bcr']:.2f}",
        ]
        for name, one in views.items()
    ]
    return plain_table(["view", "net", "ratio"], rows, right=[1, 2])


def _options(document: Document) -> str:
    """Options side by side, where there is more than one to choose from."""
    found = [one for one in document["options"] if one["activities"] or one["outcomes"]]
    if len(found) < 2:
        return ""
    views = list(dict.fromkeys((document["perspective"], "society")))
    rows = []
    for one in found:
        net = [_gbp(one["perspectives"][view]["npv_gbp"]["point"]) for view in views]
        mark = " (above)" if one["is_preferred"] else ""
        rows.append([f"{one['title']}{mark}", *net])
    table = plain_table(
        ["option", *(f"net, {view}" for view in views)], rows, right=range(1, len(views) + 1)
    )
    return f"Options, each against business as usual:\n\n{table}"


def _totals(totals: Mapping[str, str]) -> str:
    return (
        f"Two totals, never one: fiscal {_gbp(totals['fiscal_gbp'])} (of which benefit payments "
        f"{_gbp(totals['of_which_transfers_gbp'])}); economic and social "
        f"{_gbp(totals['economic_and_social_gbp'])}."
    )


def _matrix(rows: Sequence[Document]) -> str:
    shown = [[row["name"], *(_gbp(row[f"{one}_gbp"]) for one in ("pays", "gains", "net"))]
             for row in rows]  # fmt: skip
    return plain_table(["body", "pays", "gains", "net"], shown, right=[1, 2, 3])


def _tornado(bars: Sequence[Document], together: Mapping[str, Sequence[str]]) -> str:
    rows = [
        [
            bar["key"] + (f" (+{len(alike)})" if (alike := together.get(bar["key"])) else ""),
            f"{quantity(bar['low'])} to {quantity(bar['high'])} {bar['unit']}".strip(),
            bar["basis"],
            f"{_gbp(bar['npv_low_gbp'])} to {_gbp(bar['npv_high_gbp'])}",
        ]
        for bar in bars[:_BARS]
    ]
    return plain_table(["number", "from, to", "basis", "net"], rows)


def _correlations(document: Document) -> str:
    view = document["perspective"]
    rows = [
        [
            one["correlation"],
            f"{one['effects']:g}, {one['unit_costs']:g}",
            _chance(one["perspectives"][view]["p_npv_positive"]),
            " to ".join(_gbp(one["perspectives"][view]["npv_gbp"][p]) for p in ("p5", "p95")),
        ]
        for one in document["correlations"]
    ]
    return plain_table(["run", "correlation", "P(net > 0)", "5% to 95%"], rows)
