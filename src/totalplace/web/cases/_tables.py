"""The tables of a case: results, who pays and who gains, cash by year, options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from totalplace.web._page import Column, Table
from totalplace.web.cases._shown import ShownCase, money, pence

__all__ = [
    "bias_table",
    "cash_table",
    "matrix_table",
    "options_table",
    "perspectives_table",
    "ratio",
    "totals_table",
    "years_table",
]


def ratio(value: float | None) -> str | None:
    """A benefit-cost ratio for data files; None where it has no meaning.

    >>> ratio(0.9094873), ratio(None)
    ('0.91', None)
    """
    return None if value is None else f"{value:.2f}"


def perspectives_table(shown: ShownCase) -> Table:
    """What the case is worth, and how sure that is, for each who looks at it."""
    rows = []
    for view in shown.views:
        told: Mapping[str, Any] = shown.result["perspectives"][view]
        npv, bcr = told["npv_gbp"], told["bcr"]
        chance = told["p_npv_positive"]
        rows.append(
            {
                "perspective": view,
                "pv_cost_gbp": pence(told["pv_cost_gbp"]),
                "pv_benefit_gbp": pence(told["pv_benefit_gbp"]),
                "npv_gbp": pence(npv["point"]),
                "npv_p5_gbp": pence(npv["p5"]),
                "npv_p50_gbp": pence(npv["p50"]),
                "npv_p95_gbp": pence(npv["p95"]),
                "p_npv_positive_pct": 100 * chance["value"],
                "bcr": ratio(bcr and bcr["point"]),
                "bcr_p5": ratio(bcr and bcr["p5"]),
                "bcr_p95": ratio(bcr and bcr["p95"]),
                "payback_year": told["payback_year"],
                "_words": {
                    "perspective": shown.view_name(view),
                    **({} if bcr else {"bcr": _("n/a")}),
                    "payback_year": shown.paid_back(view),
                },
                "_notes": {
                    "p_npv_positive_pct": _("± %(se).1f") % {"se": 100 * chance["se"]},
                    **(
                        {"bcr": f"{ratio(bcr['p5'])} – {ratio(bcr['p95'])}"}
                        if bcr and None not in (bcr["p5"], bcr["p95"])
                        else {}
                    ),
                },
                "_links": _linked(
                    shown,
                    perspective="results/",
                    pv_cost_gbp="assumptions/",
                    pv_benefit_gbp="who-gains/",
                    npv_gbp="audit/",
                    p_npv_positive_pct="sensitivity/",
                ),
            }
        )
    return Table(
        "perspectives",
        _("What it costs and is worth, by who looks at it, %(unit)s")
        % {"unit": shown.present_unit},
        [
            Column("perspective", _("Seen by"), is_head=True),
            money("pv_cost_gbp", _("Costs")),
            money("pv_benefit_gbp", _("Benefits")),
            money("npv_gbp", _("Net present value"), definition="net-present-value"),
            money("npv_p5_gbp", _("Low (5 in 100)")),
            money("npv_p50_gbp", _("Middle"), is_shown=False),
            money("npv_p95_gbp", _("High (95 in 100)")),
            Column("p_npv_positive_pct", _("Chance that it is worth it"), "pct"),
            Column("bcr", _("Benefit for each £1"), "decimal", definition="benefit-cost-ratio"),
            Column("bcr_p5", _("Benefit for each £1, low"), "decimal", is_shown=False),
            Column("bcr_p95", _("Benefit for each £1, high"), "decimal", is_shown=False),
            Column("payback_year", _("Paid back by"), "number"),
        ],
        rows,
    )


def _linked(shown: ShownCase, **pages: str) -> dict[str, str]:
    """Column -> the address of the page that says where its value is from, if there are pages."""
    return {name: shown.link(page) for name, page in pages.items() if shown.href}


def bias_table(shown: ShownCase) -> Table:
    """The same with and without the caution that weak evidence asks for."""
    rows = []
    for view in shown.views:
        told = shown.result["perspectives"][view]
        plain = told["without_bias"]
        rows.append(
            {
                "perspective": view,
                "npv_gbp": pence(told["npv_gbp"]["point"]),
                "npv_without_bias_gbp": pence(plain["npv_gbp"]["point"]),
                "bcr": ratio(told["bcr"] and told["bcr"]["point"]),
                "bcr_without_bias": ratio(plain["bcr"]),
                "_words": {
                    "perspective": shown.view_name(view),
                    **({} if told["bcr"] else {"bcr": _("n/a"), "bcr_without_bias": _("n/a")}),
                },
            }
        )
    return Table(
        "bias",
        _("With and without the allowance for optimism, %(unit)s") % {"unit": shown.present_unit},
        [
            Column("perspective", _("Seen by"), is_head=True),
            money("npv_gbp", _("Net present value")),
            money("npv_without_bias_gbp", _("Without the allowance")),
            Column("bcr", _("Benefit for each £1"), "decimal"),
            Column("bcr_without_bias", _("Without the allowance"), "decimal"),
        ],
        rows,
    )


def totals_table(shown: ShownCase) -> Table:
    """Money of public bodies, and value that is no money: two totals, never one."""
    totals = shown.result["totals"]
    named = [
        ("cost", "cost_gbp", _("What it costs"), ""),
        (
            "fiscal",
            "fiscal_gbp",
            _("Fiscal value"),
            _("money that public bodies no longer spend, or take in"),
        ),
        (
            "transfers",
            "of_which_transfers_gbp",
            _("of which benefits and other transfers"),
            _("one body's gain is a household's loss: nothing for society as a whole"),
        ),
        (
            "economic_and_social",
            "economic_and_social_gbp",
            _("Economic and social value"),
            _("what it is worth to people and firms; no budget sees it"),
        ),
        ("economic", "economic_gbp", _("of which economic"), ""),
        ("social", "social_gbp", _("of which social"), ""),
    ]
    return Table(
        "totals",
        _("Public money and public value, apart, %(unit)s") % {"unit": shown.present_unit},
        [
            Column("total", _("Total"), is_head=True),
            money("amount_gbp", _("Amount")),
        ],
        [
            {
                "total": name,
                "amount_gbp": pence(totals[field]),
                "_words": {"total": words},
                "_notes": {"total": note} if note else {},
            }
            for name, field, words, note in named
        ],
    )


def matrix_table(shown: ShownCase) -> Table:
    """Who pays and who gains."""
    rows = [
        {
            "body": row["body"],
            "name": row["name"],
            "tier": row["tier"],
            "pays_gbp": pence(row["pays_gbp"]),
            "gains_gbp": pence(row["gains_gbp"]),
            "net_gbp": pence(row["net_gbp"]),
            "_words": {"tier": _tier_words(row["tier"])},
        }
        for row in shown.result["matrix"]
    ]
    return Table(
        "matrix",
        _("Who pays and who gains, %(unit)s") % {"unit": shown.present_unit},
        [
            Column("name", _("Body"), is_head=True),
            Column("body", _("Id"), "code", is_shown=False),
            Column("tier", _("Tier")),
            money("pays_gbp", _("Pays")),
            money("gains_gbp", _("Gains")),
            money("net_gbp", _("Gains less pays")),
        ],
        rows,
        total={
            "name": _("All"),
            **{
                name: sum(row[name] or 0 for row in rows)
                for name in ("pays_gbp", "gains_gbp", "net_gbp")
            },
        },
    )


def _tier_words(tier: str) -> str:
    known = {
        "local": _("local"),
        "national": _("national"),
        "society": _("people, firms and charities"),
    }
    return known.get(tier, tier)


def years_table(shown: ShownCase) -> Table:
    """By year: what is gained or lost so far, and the cash of all public bodies."""
    rows = []
    for row in shown.result["fan"]:
        so_far, cash = row["cumulated_gbp"], row["exchequer_cash_gbp"]
        rows.append(
            {
                "year": shown.year(row["year"]),
                "cumulated_gbp": pence(so_far["point"]),
                "cumulated_p5_gbp": pence(so_far["p5"]),
                "cumulated_p50_gbp": pence(so_far["p50"]),
                "cumulated_p95_gbp": pence(so_far["p95"]),
                "cash_gbp": pence(cash["point"]),
                "cash_p5_gbp": pence(cash["p5"]),
                "cash_p50_gbp": pence(cash["p50"]),
                "cash_p95_gbp": pence(cash["p95"]),
            }
        )
    return Table(
        "years",
        _("By year, not discounted, %(unit)s") % {"unit": shown.unit},
        [
            Column("year", _("Year"), is_head=True),
            money("cumulated_gbp", _("Gained or lost so far")),
            money("cumulated_p5_gbp", _("Low")),
            money("cumulated_p50_gbp", _("Middle"), is_shown=False),
            money("cumulated_p95_gbp", _("High")),
            money("cash_gbp", _("Cash of public bodies in the year")),
            money("cash_p5_gbp", _("Cash, low"), is_shown=False),
            money("cash_p50_gbp", _("Cash, middle"), is_shown=False),
            money("cash_p95_gbp", _("Cash, high"), is_shown=False),
        ],
        rows,
    )


def cash_table(shown: ShownCase) -> Table:
    """What leaves and stays in each public body's budget, by year."""
    rows = [
        {
            "year": row["financial_year"],
            "body": row["body"],
            "cost_gbp": pence(row["cost_gbp"]),
            "cashable_gbp": pence(row["cashable_gbp"]),
            "net_gbp": pence(row["net_gbp"]),
            "_words": {"body": shown.body_name(row["body"])},
        }
        for row in sorted(shown.result["cashflow"], key=lambda one: one["year"])
    ]
    return Table(
        "cashflow",
        _("Cash by year and public body, not discounted, %(unit)s") % {"unit": shown.unit},
        [
            Column("year", _("Year")),
            Column("body", _("Body"), is_head=True),
            money("cost_gbp", _("Spends")),
            money("cashable_gbp", _("Saves in cash")),
            money("net_gbp", _("Left over")),
        ],
        rows,
        fold=12,
    )


def options_table(shown: ShownCase) -> Table:
    """The options beside each other, for the perspective that the case is told for."""
    rows = []
    for one in shown.result["options"]:
        told = one["perspectives"][shown.view]
        bcr = told["bcr"]
        rows.append(
            {
                "option": one["option"],
                "title": one["title"],
                "pv_cost_gbp": pence(told["pv_cost_gbp"]),
                "pv_benefit_gbp": pence(told["pv_benefit_gbp"]),
                "npv_gbp": pence(told["npv_gbp"]["point"]),
                "npv_p5_gbp": pence(told["npv_gbp"]["p5"]),
                "npv_p95_gbp": pence(told["npv_gbp"]["p95"]),
                "p_npv_positive_pct": 100 * told["p_npv_positive"]["value"],
                "bcr": ratio(bcr["point"] if isinstance(bcr, Mapping) else bcr),
                "_words": {} if bcr else {"bcr": _("n/a")},
                "_notes": {"title": _("preferred")} if one["is_preferred"] else {},
            }
        )
    return Table(
        "options",
        _("The options, seen by %(view)s, %(unit)s")
        % {"view": shown.view_name(shown.view), "unit": shown.present_unit},
        [
            Column("title", _("Option"), is_head=True),
            Column("option", _("Id"), "code", is_shown=False),
            money("pv_cost_gbp", _("Costs")),
            money("pv_benefit_gbp", _("Benefits")),
            money("npv_gbp", _("Net present value")),
            money("npv_p5_gbp", _("Low (5 in 100)")),
            money("npv_p95_gbp", _("High (95 in 100)")),
            Column("p_npv_positive_pct", _("Chance that it is worth it"), "pct"),
            Column("bcr", _("Benefit for each £1"), "decimal"),
        ],
        rows,
    )
