"""The charts of a case: gained so far, cash by year, who gains, tornado, correlation, options."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from totalplace.charts import Band, Bar, Chart, Line, Swing, bars, fan, line, tornado
from totalplace.web.cases._shown import ShownCase, pence, value_words
from totalplace.web.templatetags.tp import gbp_short

__all__ = [
    "cash_picture",
    "compare_picture",
    "correlation_picture",
    "fan_picture",
    "perspectives_picture",
    "tornado_picture",
    "who_picture",
]


def _whole(text: str | None) -> int:
    """Pence of an amount that a document always has."""
    return pence(text) or 0


def _caption(shown: ShownCase, unit: str, more: str = "") -> str:
    return " ".join(part for part in (f"{unit}.", more, shown.source) if part)


def fan_picture(shown: ShownCase) -> Chart:
    """What is gained or lost so far, year by year, with its range."""
    rows = [row["cumulated_gbp"] for row in shown.result["fan"]]
    years = [shown.year(row["year"]) for row in shown.result["fan"]]
    middle = tuple(_whole(row["p50"]) for row in rows)
    back = next((years[at] for at in range(len(rows)) if all(v >= 0 for v in middle[at:])), None)
    view = shown.view_name(shown.view)
    message = (
        _("The middle of the draws is above zero from %(year)s on.") % {"year": back}
        if back is not None
        else _("The middle of the draws is still below zero at the end.")
    )
    return fan(
        years,
        Line("middle", _("Middle of the draws"), middle),
        [
            Band(
                _("9 of 10 draws"),
                tuple(_whole(row["p5"]) for row in rows),
                tuple(_whole(row["p95"]) for row in rows),
            )
        ],
        title=_("Gained or lost so far, seen by %(view)s") % {"view": view},
        description=_(
            "A line of benefits less costs, added up year by year, seen by %(view)s, in a band"
            " that holds nine of ten draws. %(message)s"
        )
        % {"view": view, "message": message},
        caption=_caption(shown, shown.unit, _("Not discounted.")),
    )


def cash_picture(shown: ShownCase) -> Chart:
    """What is left over in each public body's budget, year by year."""
    rows = shown.result["cashflow"]
    years = sorted({row["year"] for row in rows})
    net = {(row["body"], row["year"]): _whole(row["net_gbp"]) for row in rows}
    bodies = list(dict.fromkeys(row["body"] for row in rows))
    return line(
        [shown.year(year) for year in years],
        [
            Line(body, shown.body_name(body), tuple(net.get((body, year)) for year in years))
            for body in bodies
        ],
        title=_("Cash left over by year, by public body"),
        description=_(
            "A line for each public body: what it saves in cash less what it spends in each year."
        ),
        caption=_caption(
            shown,
            shown.unit,
            _("Not discounted. Savings count here only when money can be taken out of a budget."),
        ),
    )


def who_picture(shown: ShownCase) -> Chart:
    """What each body pays, and what it gains."""
    rows = shown.result["matrix"]
    most = max(rows, key=lambda row: _whole(row["net_gbp"]), default=None)
    return bars(
        [
            Bar(row["body"], row["name"], (_whole(row["pays_gbp"]), _whole(row["gains_gbp"])))
            for row in rows
        ],
        title=_("Who pays and who gains"),
        description=_(
            "Two bars for each body: what it pays and what it gains. %(body)s gains the most over"
            " what it pays."
        )
        % {"body": most["name"] if most else ""},
        caption=_caption(shown, shown.present_unit),
        series=(_("Pays"), _("Gains")),
        heading=_("Body"),
    )


def perspectives_picture(shown: ShownCase) -> Chart:
    """Net present value for each who looks at it, with its range."""
    items = []
    for view in shown.views:
        npv = shown.result["perspectives"][view]["npv_gbp"]
        items.append(
            Bar(
                view,
                shown.view_name(view),
                (_whole(npv["point"]),),
                _whole(npv["p5"]),
                _whole(npv["p95"]),
            )
        )
    return bars(
        items,
        title=_("Net present value, by who looks at it"),
        description=_(
            "A bar for each who looks at it: benefits less costs, with the range of nine of ten"
            " draws."
        ),
        caption=_caption(shown, shown.present_unit),
        series=(_("Net present value"),),
        heading=_("Seen by"),
    )


def tornado_picture(shown: ShownCase) -> Chart:
    """How far the result moves with each number alone."""
    base = _whole(shown.result["perspectives"][shown.view]["npv_gbp"]["point"])
    rows = shown.result["tornado"]
    most = shown.moved_name(rows[0]["key"]) if rows else ""
    link = shown.link("assumptions/")
    return tornado(
        [
            Swing(
                row["key"],
                shown.moved_name(row["key"]),
                value_words(row["low"], row["unit"]),
                value_words(row["high"], row["unit"]),
                _whole(row["npv_low_gbp"]),
                _whole(row["npv_high_gbp"]),
                link,
            )
            for row in rows
        ],
        base_pence=base,
        title=_("What the result hangs on"),
        description=_(
            "Bars to both sides of the net present value of %(base)s, one for each number: where"
            " the result moves when that number alone is low, or high. The longest is %(most)s."
        )
        % {"base": gbp_short(base), "most": most},
        caption=_caption(
            shown,
            shown.present_unit,
            _(
                "The line in the middle is %(base)s. A number with a range goes to where one draw"
                " in ten lies beyond; another by a tenth."
            )
            % {"base": gbp_short(base)},
        ),
        heading=_("Number"),
    )


def correlation_picture(shown: ShownCase) -> Chart:
    """The range of the result when numbers move apart or together."""
    items = []
    for row in shown.result["correlations"]:
        npv = row["perspectives"][shown.view]["npv_gbp"]
        items.append(
            Bar(
                str(row["correlation"]),
                shown.correlation_name(row),
                (_whole(npv["p50"]),),
                _whole(npv["p5"]),
                _whole(npv["p95"]),
            )
        )
    return bars(
        items,
        title=_("The range, if numbers move together"),
        description=_(
            "A bar for each correlation: the middle of the draws, with the range of nine of ten."
        ),
        caption=_caption(shown, shown.present_unit),
        series=(_("Middle of the draws"),),
        heading=_("Correlation"),
    )


def compare_picture(one: ShownCase, other: ShownCase, views: Sequence[str]) -> Chart:
    """Net present value of two cases, for each who looks at both."""

    def npv(shown: ShownCase, view: str) -> int | None:
        told = shown.result["perspectives"].get(view)
        return None if told is None else _whole(told["npv_gbp"]["point"])

    names = [str(shown.result["title"]) for shown in (one, other)]
    if names[0] == names[1]:
        names[1] = _("%(name)s (the other)") % {"name": names[1]}
    return bars(
        [Bar(view, one.view_name(view), (npv(one, view), npv(other, view))) for view in views],
        title=_("Net present value of %(one)s and %(other)s")
        % {"one": names[0], "other": names[1]},
        description=_("Two bars for each who looks at it: benefits less costs of either case."),
        caption=_caption(
            one, _("£, present value, each in the prices and from the first year of its own case")
        ),
        series=tuple(names),
        heading=_("Seen by"),
    )
