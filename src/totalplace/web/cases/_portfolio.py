"""How a portfolio is shown: what to buy, what fences cost, how the gain is shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from totalplace.charts import Bar, Chart, bars
from totalplace.web._page import Column, Table
from totalplace.web._words import short_gbp
from totalplace.web.cases._evidence import warnings_table
from totalplace.web.cases._show import Figure, Section
from totalplace.web.cases._shown import money, pence

__all__ = ["ShownPortfolio", "portfolio_figures", "portfolio_lead", "portfolio_sections"]


@dataclass(frozen=True)
class ShownPortfolio:
    """A run of a portfolio.

    Attributes:
        result: the document of the run, as ``portfolio run --json`` prints it; ``share`` may hold
            that of ``portfolio share``.
        titles: ``intervention.<id>``, ``stream.<id>`` or ``body.<id>`` -> its title, where it has
            one.
        source: of what the figures are, for captions.
    """

    result: Mapping[str, Any]
    titles: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def name(self, kind: str, one: str) -> str:
        """An intervention or a stream in words.

        >>> ShownPortfolio({}).name("stream", "public-health")
        'Public health'
        """
        plain = one.replace("-", " ").replace("_", " ")
        return self.titles.get(f"{kind}.{one}") or plain[:1].upper() + plain[1:]


def portfolio_lead(shown: ShownPortfolio) -> str:
    """The portfolio in a sentence or two, for somebody who decides."""
    result = shown.result
    price = pence(result["fence_price_gbp"]) or 0
    told = _(
        "With the budgets as they are fenced, the money buys %(value)s of net present value. As one"
        " pot it would buy %(pot)s."
    ) % {
        "value": short_gbp(pence(result["value_gbp"]) or 0),
        "pot": short_gbp(pence(result["one_pot_value_gbp"]) or 0),
    }
    if price > 0:
        told += " " + _("The fences cost %(price)s.") % {"price": short_gbp(price)}
    else:
        told += " " + _("The fences cost nothing here.")
    opened = result["fences"]
    if price > 0 and opened and (share := opened[0]["share_of_price_pct"]):
        told += " " + _(
            "To open the fence around %(stream)s alone brings %(gain)s back, %(share).0f%% of it."
        ) % {
            "stream": shown.name("stream", opened[0]["stream"]),
            "gain": short_gbp(pence(opened[0]["gain_if_opened_gbp"]) or 0),
            "share": share,
        }
    return told


def portfolio_figures(shown: ShownPortfolio) -> list[Figure]:
    """The portfolio in three figures."""
    result = shown.result
    gap = result["gap"]
    proof = (
        _("no better set exists")
        if result["status"] == "optimal"
        else _("the search was ended early: a set up to %(gap).1f%% better may exist")
        % {"gap": 100 * gap}
        if gap is not None
        else _("the search was ended early")
    )
    return [
        Figure(
            _("Value with fences"),
            short_gbp(pence(result["value_gbp"]) or 0),
            proof,
            is_main=True,
        ),
        Figure(
            _("Value as one pot"),
            short_gbp(pence(result["one_pot_value_gbp"]) or 0),
            _("all fences open, all other rules kept"),
        ),
        Figure(
            _("What the fences cost"),
            short_gbp(pence(result["fence_price_gbp"]) or 0),
            ""
            if result["fence_price_pct"] is None
            else _("%(pct).1f%% of the value with fences") % {"pct": result["fence_price_pct"]},
        ),
    ]


def portfolio_sections(shown: ShownPortfolio) -> list[Section]:
    """What the page of a portfolio shows."""
    found = [
        Section(
            "bought",
            _("What to buy"),
            _("The set that is worth the most within all rules, and why the others are not in it."),
            None,
            [_bought(shown)],
        ),
        Section(
            "fences",
            _("What each fence costs"),
            _(
                "Each budget was opened alone and everything worked out again: what that would"
                " bring."
            ),
            _fences_picture(shown),
            [_fences(shown)],
            is_twin=True,
        ),
        Section(
            "streams",
            _("Each funder's own money"),
            _("What each budget paid for, and what is left of it."),
            None,
            [_streams(shown)],
        ),
    ]
    if shown.result.get("share"):
        found.append(
            Section(
                "share",
                _("How the gain is shared"),
                _(
                    "Who pays is seldom who gains. The settlement is what a body receives, or pays,"
                    " so that each has its share of the gain."
                ),
                None,
                [_share(shown)],
            )
        )
    if shown.result["warnings"]:
        found.append(
            Section(
                "warnings",
                _("What a reviewer would ask"),
                _("The figures above stand on an answer to this."),
                None,
                [warnings_table(shown.result["warnings"])],
            )
        )
    return found


def _bought(shown: ShownPortfolio) -> Table:
    result = shown.result
    because = {row["id"]: row["because"] for row in result["not_chosen"]}
    pooled = set(result["one_pot_chosen"])
    rows = [
        {
            "id": one,
            "name": shown.name("intervention", one),
            "is_chosen": "yes" if one not in because else "no",
            "is_in_one_pot": "yes" if one in pooled else "no",
            "because": because.get(one, ""),
            "_words": {
                "is_chosen": _("yes") if one not in because else _("no"),
                "is_in_one_pot": _("yes") if one in pooled else _("no"),
            },
        }
        for one in (*result["chosen"], *because)
    ]
    return Table(
        "bought",
        _("What is bought, and why the rest is not"),
        [
            Column("name", _("Intervention"), is_head=True),
            Column("id", _("Id"), "code", is_shown=False),
            Column("is_chosen", _("Bought")),
            Column("is_in_one_pot", _("Bought from one pot")),
            Column("because", _("Not bought, because")),
        ],
        rows,
    )


def _fences(shown: ShownPortfolio) -> Table:
    return Table(
        "fences",
        _("What it brings to open one fence, £, present value"),
        [
            Column("name", _("Budget"), is_head=True),
            Column("stream", _("Id"), "code", is_shown=False),
            money("gain_if_opened_gbp", _("Gain if opened")),
            Column("share_of_price_pct", _("Of what all fences cost"), "pct"),
        ],
        [
            {
                "stream": row["stream"],
                "name": shown.name("stream", row["stream"]),
                "gain_if_opened_gbp": pence(row["gain_if_opened_gbp"]),
                "share_of_price_pct": row["share_of_price_pct"],
            }
            for row in shown.result["fences"]
        ],
    )


def _fences_picture(shown: ShownPortfolio) -> Chart | None:
    rows = shown.result["fences"]
    if not rows:
        return None
    first = shown.name("stream", rows[0]["stream"])
    return bars(
        [
            Bar(
                row["stream"],
                shown.name("stream", row["stream"]),
                (pence(row["gain_if_opened_gbp"]),),
            )
            for row in rows
        ],
        title=_("What it brings to open one fence"),
        description=_(
            "A bar for each budget that was opened alone: what that would bring. The most is"
            " brought by %(stream)s."
        )
        % {"stream": first},
        caption=" ".join(part for part in (_("£, present value."), shown.source) if part),
        series=(_("Gain if opened"),),
        heading=_("Budget"),
    )


def _streams(shown: ShownPortfolio) -> Table:
    rows = []
    for row in shown.result["streams"]:
        bought = ", ".join(shown.name("intervention", one["id"]) for one in row["bought"])
        rows.append(
            {
                "stream": row["stream"],
                "name": shown.name("stream", row["stream"]),
                "body": row["body"] or "",
                "body_name": shown.name("body", row["body"]) if row["body"] else "",
                "ringfence": row["ringfence"],
                "budget_gbp": sum(pence(one) or 0 for one in row["budget_gbp"]),
                "spent_gbp": sum(pence(one) or 0 for one in row["spent_gbp"]),
                "left_gbp": pence(row["left_gbp"]),
                "value_gbp": pence(row["value_gbp"]),
                "bought": bought,
            }
        )
    return Table(
        "streams",
        _("Budgets, £, all years together"),
        [
            Column("name", _("Budget"), is_head=True),
            Column("stream", _("Id"), "code", is_shown=False),
            Column("body_name", _("Of")),
            Column("body", _("Id of the body"), "code", is_shown=False),
            Column("ringfence", _("Fence")),
            money("budget_gbp", _("Budget")),
            money("spent_gbp", _("Spent")),
            money("left_gbp", _("Left")),
            money("value_gbp", _("Its share of the value")),
            Column("bought", _("Pays for")),
        ],
        rows,
    )


def _share(shown: ShownPortfolio) -> Table:
    names = ("pays_gbp", "gains_gbp", "position_gbp", "share_gbp", "settlement_gbp")
    return Table(
        "share",
        _("Who pays, who gains, and what evens it out (%(method)s), £, present value")
        % {"method": _method_words(shown.result["share"]["method"])},
        [
            Column("name", _("Body"), is_head=True),
            Column("body", _("Id"), "code", is_shown=False),
            money("pays_gbp", _("Pays")),
            money("gains_gbp", _("Gains")),
            money("position_gbp", _("Gains less pays")),
            money("share_gbp", _("Its share of the gain")),
            money("settlement_gbp", _("Receives (pays, if below zero)")),
        ],
        [
            {
                "body": row["body"],
                "name": shown.name("body", row["body"]),
                **{name: pence(row[name]) for name in names},
            }
            for row in shown.result["share"]["bodies"]
        ],
    )


def _method_words(method: str) -> str:
    known = {
        "fixed": _("in agreed shares"),
        "proportional_to_cost": _("in proportion to what each pays"),
        "proportional_to_gain": _("in proportion to what each gains"),
        "shapley": _("by what each adds, whoever joins first"),
    }
    return known.get(method, method)
