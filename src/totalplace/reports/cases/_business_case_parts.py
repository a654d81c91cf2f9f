"""Summary, strategic, commercial, financial and management case."""

from __future__ import annotations

from totalplace.cases import Activity, Number, Outcome
from totalplace.reports._report_model import (
    Block,
    Bullets,
    Cell,
    Column,
    KeyFigures,
    Paragraph,
    Section,
    Table,
)
from totalplace.reports._report_words import counted, joined, pence_of
from totalplace.reports.cases._business_case_facts import (
    PARTS,
    Document,
    Facts,
    chance_text,
    gbp,
    payback_text,
    ratio_text,
)
from totalplace.reports.cases._business_case_pictures import cash_picture, who_picture

__all__ = [
    "commercial_section",
    "financial_sections",
    "management_sections",
    "strategic_section",
    "summary_section",
]

_BODIES = 4
"""Bodies with a column of their own in the table of cash."""
_OF = {"children/year": "children a year"}


def summary_section(facts: Facts) -> Section:
    """What a reader who turns no page must know."""
    document, told = facts.document, facts.perspective()
    npv = told["npv_gbp"]
    blocks: list[Block] = []
    if facts.result.case.summary:
        blocks.append(Paragraph(facts.result.case.summary))
    blocks += [
        Paragraph(
            f"{facts.option_title}: {_worth(told)[0]}, as {facts.view_name()} sees it. "
            f"{_worth(told)[1]}",
            "lead",
        ),
        Paragraph(
            f"The range is {gbp(npv['p5'])} to {gbp(npv['p95'])}: nine of ten draws of the "
            "uncertain numbers lie within it. The chance that it is worth more than it costs is "
            f"{chance_text(told['p_npv_positive'])}."
        ),
        KeyFigures("Key figures", _key_figures(facts)),
    ]
    missing = [title for part, title in PARTS.items() if part not in facts.result.case.narrative]
    if missing:
        blocks.append(
            Paragraph(
                f"This document is not whole. The case file has no words for the "
                f"{joined(missing).lower()}, and nothing was made up in their place."
            )
        )
    asked = counted(len(document["warnings"]), "question")
    blocks.append(
        Paragraph(
            f"What a reviewer would ask of the case as it stands ({asked}) is listed in the "
            "management case."
            if document["warnings"]
            else "The checks of the case file found nothing to ask."
        )
    )
    return Section("summary", "Summary", blocks, starts_page=True)


def _worth(told: Document) -> tuple[str, str]:
    """What it costs and is worth, and what is left: in words that fit what ends, too."""
    cost, benefit, npv = (
        pence_of(one)
        for one in (told["pv_cost_gbp"], told["pv_benefit_gbp"], told["npv_gbp"]["point"])
    )
    size = _size(told["npv_gbp"]["point"])
    costs = "costs" if cost >= 0 else "saves costs of"
    worth = "is worth" if benefit >= 0 else "loses value of"
    left = (
        f"That is {size} {'more' if npv > 0 else 'less'} than it costs."
        if min(cost, benefit) >= 0
        else f"In all {size} is {'gained' if npv > 0 else 'lost'}."
    )
    return (
        f"it {costs} {_size(told['pv_cost_gbp'])} and {worth} {_size(told['pv_benefit_gbp'])}",
        left,
    )


def _size(amount: str) -> str:
    return gbp(amount).removeprefix("−")


def _key_figures(facts: Facts) -> list[tuple[str, str, str]]:
    told, exchequer = facts.perspective(), facts.perspective("exchequer")
    npv, bcr = told["npv_gbp"], told["bcr"]
    if bcr is None:
        is_less = pence_of(told["pv_cost_gbp"]) < 0
        spread = "it costs less than business as usual" if is_less else "nothing is paid"
    elif bcr["p5"] is None:
        spread = "in no draw is anything paid"
    else:
        spread = f"9 of 10 draws: {bcr['p5']:.2f} to {bcr['p95']:.2f}"
    without = told["without_bias"]["npv_gbp"]["point"]
    return [
        ("Net present value", gbp(npv["point"]), f"seen by {facts.view_name()}"),
        ("Benefit-cost ratio", ratio_text(bcr), spread),
        ("Pays back", payback_text(told), "year 0 is the first"),
        ("Chance of being worth it", f"{told['p_npv_positive']['value']:.0%}", "of the draws"),
        ("All public bodies", gbp(exchequer["npv_gbp"]["point"]), "their money alone"),
        ("Without optimism bias", gbp(without), "net present value"),
    ]  # fmt: skip


def _stated(number: Number) -> str:
    """A number as the file states it.

    >>> _stated(Number("activity.a.cost", 0.9, "GBP m/year", price_year="2019-20"))
    '0.9 GBP m/year (prices of 2019-20)'
    """
    prices = f" (prices of {number.price_year})" if number.price_year else ""
    return f"{number.value:,.10g} {number.unit}".strip() + prices


def strategic_section(facts: Facts) -> Section:
    """Why change: what the file says, what would be done, and what that would change."""
    done: list[list[Cell]] = []
    changed: list[list[Cell]] = []
    for item in facts.items:
        if isinstance(item, Activity):
            years = f"{facts.year(item.years[0])} to {facts.year(item.years[1])}"
            done.append([item.title, _stated(item.cost), years, item.source])
        else:
            changed.append([item.title, _change(item), item.value_class, item.source])
    return Section(
        "strategic",
        PARTS["strategic"],
        [
            *facts.told("strategic", "why change: the need, the aims, how it fits other plans."),
            Table(
                "activities",
                "What would be done",
                (Column("What", width=1.6), Column("Cost as stated", width=1.4),
                 Column("Years", width=1.2), Column("Source", width=1.6)),
                done,
            ),
            Table(
                "outcomes",
                "What that would change",
                (Column("What", width=1.5), Column("By how much, as stated", width=2.4),
                 Column("Kind of value", width=0.8), Column("Source", width=1.5)),
                changed,
            ),
        ],
        starts_page=True,
    )  # fmt: skip


def _change(item: Outcome) -> str:
    if item.benefit is not None:
        return f"{_stated(item.benefit)}, in the years {item.years[0]} to {item.years[1]}"
    assert item.cohort is not None
    assert item.effect is not None
    assert item.baseline is not None
    relative = "of the baseline" if item.effect_as == "relative" else "in points of the baseline"
    taking = "" if item.takeup is None else f", of whom {item.takeup.point:.0%} take part"
    return (
        f"{_stated(item.cohort)}{taking}; baseline {_stated(item.baseline)}; "
        f"effect {_stated(item.effect)} {relative}, from {counted(item.lag, 'year')} after"
    )


def commercial_section(facts: Facts) -> Section:
    """What is bought and how, as far as the file says; who pays for what."""
    rows: list[list[Cell]] = []
    for item in facts.items:
        if isinstance(item, Activity):
            for body, share in item.payer.items():
                rows.append([item.title, facts.view_name(body), share * 100])
    return Section(
        "commercial",
        PARTS["commercial"],
        [
            *facts.told("commercial", "what is bought, from whom and how."),
            Table(
                "payers",
                "Who pays for what is done",
                (Column("What", width=2.0), Column("Body", width=2.0), Column("Share", "pct")),
                rows,
            ),
        ],
        starts_page=True,
    )


def financial_sections(facts: Facts) -> list[Section]:
    """Who pays and who gains; what stays in each budget by year."""
    document = facts.document
    lowest = min((row["exchequer_cash_gbp"]["point"] for row in document["fan"]), key=pence_of)
    drawn: list[Block] = []
    if document["cashflow"]:
        drawn = [cash_picture(facts), _cash_table(facts)]
    return [
        Section(
            "financial",
            PARTS["financial"],
            [
                *facts.told(
                    "financial", "where the money comes from and who carries what falls short."
                ),
                who_picture(facts),
                Table(
                    "matrix",
                    "Who pays and who gains, as present values",
                    (Column("Body", width=2.0), Column("Pays", facts.money),
                     Column("Gains", facts.money), Column("Net", facts.money)),
                    [
                        [row["name"], *(pence_of(row[f"{one}_gbp"]) for one in
                                        ("pays", "gains", "net"))]
                        for row in document["matrix"]
                    ],
                ),
            ],
            starts_page=True,
        ),
        Section(
            "cash",
            "Cash by year",
            [
                Paragraph(
                    "A saving is cash when money can be taken out of a budget: its share that can "
                    "be cashed, in whole blocks, after the years of notice. All else that is saved "
                    "is not counted here. In the worst year all public bodies together have "
                    f"{gbp(lowest)}."
                ),
                *drawn,
            ],
            level=2,
        ),
    ]  # fmt: skip


def _cash_table(facts: Facts) -> Table:
    """Net cash by year: of all public bodies, and of those with the most."""
    rows = facts.document["cashflow"]
    net = {(row["body"], row["year"]): pence_of(row["net_gbp"]) for row in rows}
    years = sorted({row["year"] for row in rows})
    bodies = sorted(
        {row["body"] for row in rows},
        key=lambda body: (-max(abs(net[body, year]) for year in years), body),
    )
    shown = [body for body in bodies if any(net[body, year] for year in years)][:_BODIES]
    left = len(bodies) - len(shown)
    end = f"; {counted(left, 'body', 'bodies')} with less in the workbook" if left else ""
    total = {row["year"]: row["exchequer_cash_gbp"]["point"] for row in facts.document["fan"]}
    return Table(
        "cashflow",
        f"Cash less cost by year, not discounted{end} (figures {facts.id('cashflow')})",
        (
            Column("Year", "day"), Column("All public bodies", facts.money),
            *(Column(facts.view_name(body), facts.money) for body in shown),
        ),
        [
            [facts.year(year), pence_of(total[year]), *(net[body, year] for body in shown)]
            for year in years
        ],
    )  # fmt: skip


def management_sections(facts: Facts) -> list[Section]:
    """Who leads and watches: what the file says, what should be seen when, what is still asked."""
    owners: list[list[Cell]] = [
        [item.title, item.owner or "nobody is named",
         item.reviewed.isoformat() if item.reviewed else "never", item.source]
        for item in facts.items
    ]  # fmt: skip
    blocks: list[Block] = [
        *facts.told("management", "who leads, by when, how risks and results are watched."),
        Table(
            "owners",
            "Who answers for the numbers, and when they were last looked at",
            (Column("What", width=1.8), Column("Owner", width=1.6), Column("Reviewed"),
             Column("Source", width=1.8)),
            owners,
        ),
    ]  # fmt: skip
    found = [Section("management", PARTS["management"], blocks, starts_page=True)]
    if expected := _expected(facts):
        found.append(
            Section(
                "expected",
                "What should be seen, and when",
                [
                    Paragraph(
                        "What is measured should be set beside these: how many fewer (or more) of "
                        "each in a year, before optimism bias."
                    ),
                    expected,
                ],
                level=2,
            )
        )
    if facts.document["predicted"]:
        found.append(Section("realised", "What has become of it", [_realised(facts)], level=2))
    warnings = facts.document["warnings"]
    asked = [
        f"{one['what']} ({one['where'].rsplit('/', 1)[-1]}): {one['why']}. {one['fix']}."
        for one in warnings
    ]
    found.append(
        Section(
            "asked",
            "What a reviewer would ask",
            [Bullets(asked) if asked else Paragraph("The checks of the file found nothing.")],
            level=2,
        )
    )
    return found


def _realised(facts: Facts) -> Table:
    """What was predicted beside what was observed."""
    titles = {one.id: one.title for one in facts.result.case.outcomes}
    rows: list[list[Cell]] = [
        [titles[one["outcome"]], facts.year(one["year"]), one["unit"], one["predicted"],
         one["realised"], None if one["share"] is None else one["share"] * 100, one["source"]]
        for one in facts.document["predicted"]
    ]  # fmt: skip
    return Table(
        "realised",
        "What was predicted, and what was seen",
        (Column("What", width=2.0), Column("Year", "day"), Column("In", width=1.0),
         Column("Predicted", "number"), Column("Seen", "number"), Column("Share", "pct"),
         Column("Source", width=1.6)),
        rows,
    )  # fmt: skip


def _expected(facts: Facts) -> Table | None:
    """Quantities of the trace: first year, most in a year, last year."""
    rows: list[list[Cell]] = []
    titles = {f"outcome.{item.id}": item for item in facts.items if isinstance(item, Outcome)}
    for step in facts.result.trace:
        item = titles.get(step.item)
        if step.step != "quantity" or item is None or item.cohort is None:
            continue
        on = [year for year, count in enumerate(step.years) if count]
        if not on:
            continue
        most = max(on, key=lambda year: abs(step.years[year]))
        rows.append(
            [item.title, facts.year(on[0]), step.years[on[0]], facts.year(most),
             step.years[most], facts.year(on[-1]), step.years[on[-1]]]
        )  # fmt: skip
    if not rows:
        return None
    return Table(
        "expected",
        "What should be seen in a year",
        (Column("What", width=2.4), Column("First year"), Column("Then", "number"),
         Column("Most in"), Column("That year", "number"), Column("Last year"),
         Column("That last year", "number")),
        rows,
    )  # fmt: skip
