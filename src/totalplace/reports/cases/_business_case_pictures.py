"""The charts of a business case: each says its message in words, a table its figures."""

from __future__ import annotations

from totalplace.charts import Band, Bar, Line, Swing, bars, fan, line, tornado
from totalplace.reports._console import quantity
from totalplace.reports._report_model import Picture
from totalplace.reports._report_words import pence_of
from totalplace.reports.cases._business_case_facts import Facts, gbp

__all__ = ["cash_picture", "fan_picture", "tornado_picture", "who_picture"]

_LINES = 6


def fan_picture(facts: Facts) -> Picture:
    """What is gained or lost so far, by year, with the range of the draws."""
    rows = facts.document["fan"]
    years = [facts.year(row["year"]) for row in rows]
    drawn = [row["cumulated_gbp"] for row in rows]
    middle = tuple(pence_of(one["p50"]) for one in drawn)
    back = next((at for at in range(len(rows)) if all(one >= 0 for one in middle[at:])), None)
    message = (
        f"The middle of the draws is above nothing from {years[back]} on."
        if back is not None
        else "The middle of the draws is still below nothing at the end."
    )
    chart = fan(
        years,
        Line("middle", "Middle of the draws", middle),
        [
            Band(
                "9 of 10 draws",
                tuple(pence_of(one["p5"]) for one in drawn),
                tuple(pence_of(one["p95"]) for one in drawn),
            )
        ],
        title=f"Gained or lost so far, as {facts.view_name()} sees it",
        description="Benefits less costs, added up year by year, with a band that holds nine of "
        f"ten draws. {message}",
        caption=facts.caption("Not discounted."),
    )
    return Picture("fan", chart)


def who_picture(facts: Facts) -> Picture:
    """What each body pays, and what it gains."""
    rows = facts.document["matrix"]
    most = max(rows, key=lambda row: pence_of(row["net_gbp"]))
    least = min(rows, key=lambda row: pence_of(row["net_gbp"]))
    chart = bars(
        [
            Bar(row["body"], row["name"], (pence_of(row["pays_gbp"]), pence_of(row["gains_gbp"])))
            for row in rows
        ],
        title="Who pays and who gains",
        description="Two bars for each body: what it pays and what it gains. The most over what "
        f"it pays is gained by {most['name']}, {gbp(most['net_gbp'])}; the least by "
        f"{least['name']}, {gbp(least['net_gbp'])}.",
        caption=facts.caption("Present values."),
        series=("Pays", "Gains"),
        heading="Body",
    )
    return Picture("who", chart)


def cash_picture(facts: Facts) -> Picture:
    """What stays in each public body's budget, by year."""
    rows = facts.document["cashflow"]
    years = sorted({row["year"] for row in rows})
    net = {(row["body"], row["year"]): pence_of(row["net_gbp"]) for row in rows}
    bodies = sorted(
        {row["body"] for row in rows},
        key=lambda body: (-max(abs(net[body, year]) for year in years), body),
    )
    first = facts.document["fan"][0]["exchequer_cash_gbp"]["point"]
    chart = line(
        [facts.year(year) for year in years],
        [
            Line(body, facts.view_name(body), tuple(net[body, year] for year in years))
            for body in bodies[:_LINES]
        ],
        title="Cash by year, by public body",
        description="A line for each public body: what it saves in cash, less what it spends. All "
        f"public bodies together have {gbp(first)} in the first year.",
        caption=facts.caption(
            "Not discounted. A saving counts when money can be taken out of a budget."
        ),
    )
    return Picture("cash", chart)


def tornado_picture(facts: Facts) -> Picture:
    """How far the net present value moves with each number alone."""
    base = facts.perspective()["npv_gbp"]["point"]
    rows = facts.document["tornado"]
    longest = (
        f"The longest is {facts.moved_name(rows[0]['key'])}: from "
        f"{gbp(rows[0]['npv_low_gbp'])} to {gbp(rows[0]['npv_high_gbp'])}."
        if rows
        else "No number moves it."
    )
    chart = tornado(
        [
            Swing(
                row["key"],
                facts.moved_name(row["key"]),
                f"{quantity(row['low'])} {row['unit']}".strip(),
                f"{quantity(row['high'])} {row['unit']}".strip(),
                pence_of(row["npv_low_gbp"]),
                pence_of(row["npv_high_gbp"]),
            )
            for row in rows
        ],
        base_pence=pence_of(base),
        title="What the result hangs on",
        description=f"Bars to both sides of the net present value of {gbp(base)}, one for each "
        f"number: where it goes when that number alone is low, or high. {longest}",
        caption=facts.caption(
            "Present values. A number with a range goes to where one draw in ten lies beyond; "
            "another by a tenth."
        ),
    )
    return Picture("tornado", chart)
