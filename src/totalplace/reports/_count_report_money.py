"""The money: from gross to net, by tier and function, who decides, who funds, who pays whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.reports._count_report import CountReport
from totalplace.reports._count_report_pictures import split_picture, waterfall_picture
from totalplace.reports._count_report_rows import split_table
from totalplace.reports._report_model import Block, Cell, Column, Paragraph, Section, Table
from totalplace.reports._report_words import RULES, STATEMENT_KINDS, counted, pence_of, rounded_gbp

__all__ = ["money_sections"]

_STREAMS, _TRANSFERS = 12, 20


def money_sections(report: CountReport) -> list[Section]:
    """Everything about the money; a split that is absent has no section."""
    sections = [_net(report)]
    if report.rows.get("tier"):
        sections.append(_tiers(report))
    if report.rows.get("function"):
        sections.append(_functions(report))
    sections.append(_capital_and_control(report))
    if report.rows.get("funder"):
        sections.append(_funders(report))
    sections.append(_streams(report))
    if report.rows.get("body"):
        sections.append(_bodies(report))
    if len(report.rows.get("area", ())) > 1:
        sections.append(_areas(report))
    sections += [_transfers(report), _two_views(report)]
    return sections


def _net(report: CountReport) -> Section:
    document = report.document
    rows: list[list[Cell]] = [
        ["Gross: what the counted bodies' accounts add up to", pence_of(document["gross_gbp"])],
        ["Less: paid by one counted body to another", -pence_of(document["eliminated_gbp"])],
    ]
    table = Table(
        "gross_to_net",
        "From gross to net",
        (Column("Step", "text", 3.0), Column("Amount", "pounds")),
        rows,
        total=["Net: every pound once", pence_of(document["net_gbp"])],
    )
    return Section(
        "net",
        "How gross becomes net",
        [
            Paragraph(
                "A department grants money to a council, and the council spends it. Both accounts "
                "show it, so the sum of all accounts holds it twice. Where the payee's own "
                "spending is counted, the payment is taken out at the amount that the payer "
                "booked. What the payee says it received is a check, never the amount."
            ),
            waterfall_picture(report),
            table,
        ],
    )


def _tiers(report: CountReport) -> Section:
    return Section(
        "tier",
        "Who spends it: by tier",
        [
            Paragraph(
                "Money stands with the body that spends it in the end, after what it passed on to "
                "other counted bodies."
            ),
            split_picture(report, "tier", title="Net by tier", heading="Tier"),
            split_table(report, "tier", caption="Net by tier of the body that spends",
                        heading="Tier"),
        ],
    )  # fmt: skip


def _functions(report: CountReport) -> Section:
    blocks: list[Block] = [
        Paragraph(
            "Functions are the divisions of COFOG, the United Nations' classification of what "
            "governments spend on. Money whose purpose no source, rule or person has told stands "
            "apart as not classified."
        ),
        split_picture(report, "function", title="Net by function", heading="Function"),
        split_table(report, "function", caption="Net by function", heading="Function"),
    ]
    return Section("function", "What it is spent on: by function", blocks)


def _capital_and_control(report: CountReport) -> Section:
    document = report.document
    blocks: list[Block] = [
        Paragraph(
            f"Capital, spending on things that last, is "
            f"{rounded_gbp(pence_of(document['capital_gbp']))}. Revenue, all other spending, is "
            f"{rounded_gbp(pence_of(document['revenue_gbp']))}."
        )
    ]
    if report.rows.get("cap_rev"):
        blocks.append(
            split_table(report, "cap_rev", caption="Net, capital and revenue apart", heading="Kind")
        )
    blocks.append(
        Paragraph(
            "Who decides says how much room people in the place have: local money can be moved "
            "from one purpose to another here; ring-fenced money cannot; money by national rules "
            "goes to whoever is entitled; national money is decided elsewhere."
        )
    )
    if report.rows.get("control"):
        blocks.append(
            split_table(report, "control", caption="Net by who decides", heading="Who decides")
        )
    else:
        net = pence_of(document["net_gbp"])
        amounts: list[list[Cell]] = [
            [name.replace("_", " "), pence_of(amount)]
            for name, amount in document["control"].items()
        ]
        blocks.append(
            Table(
                "control",
                "Net by who decides",
                (Column("Who decides", "text", 3.0), Column("Net", "million")),
                amounts,
                total=["Net", net],
            )
        )
    return Section("control", "Capital and revenue, and who decides", blocks)


def _funders(report: CountReport) -> Section:
    return Section(
        "funder",
        "Where it comes from",
        [
            Paragraph(
                "Every pound of net is followed back through every transfer, circles included, to "
                "whoever paid it first. By construction marks money that is known only from the "
                "regional analysis, where the department that spends is taken to be the one that "
                "pays."
            ),
            split_picture(report, "funder", title="Net by funder", heading="Funder"),
            split_table(
                report,
                "funder",
                caption="Net by ultimate funder",
                heading="Funder",
            ),
        ],
    )


def _streams(report: CountReport) -> Section:
    names = {row["stream"]: row["stream_name"] for row in report.rows.get("stream", ())}
    by_stream: dict[str, list[int]] = {}
    for one in report.reconcile["transfers"]:
        if one["stream"] and one["rule"] == "eliminate":
            sums = by_stream.setdefault(one["stream"], [0, 0])
            sums[0] += pence_of(one["gbp"])
            sums[1] += 1
    ranked = sorted(by_stream.items(), key=lambda item: (-item[1][0], item[0]))
    rows: list[list[Cell]] = [
        [names.get(stream) or stream.replace("-", " "), pence, flows]
        for stream, (pence, flows) in ranked
    ]
    left = [sums for _, sums in ranked[_STREAMS:]]
    rest: list[Cell] = [
        f"All other ({len(left):,})",
        *(sum(part) for part in zip(*left, strict=True)),
    ]
    blocks: list[Block] = [
        Paragraph(
            "A stream is money with a name and terms: a grant, an allocation, a levy, a benefit. "
            "Most of it is paid by one counted body to another and is spent by the last of them."
        )
    ]
    if rows:
        blocks.append(
            Table(
                "streams_between",
                "The largest streams between counted bodies, as their payers booked them",
                (
                    Column("Stream", "text", 3.0),
                    Column("Paid", "million"),
                    Column("Flows", "number"),
                ),
                rows,
                limit=_STREAMS,
                rest=rest if left else None,
            )
        )
    if report.rows.get("stream"):
        blocks.append(
            split_table(
                report,
                "stream",
                caption="Net by stream: what reaches people, suppliers and bodies not counted",
                heading="Stream",
            )
        )
    return Section("stream", "The largest streams", blocks)


def _bodies(report: CountReport) -> Section:
    return Section(
        "body",
        "The largest bodies",
        [
            Paragraph(
                f"{counted(len(report.rows['body']), 'body spends', 'bodies spend')} in the place. "
                "Each is shown with what it spends itself: what it passes on to another counted "
                "body stands there."
            ),
            split_table(report, "body", caption="Net by body that spends", heading="Body"),
        ],
    )


def _areas(report: CountReport) -> Section:
    return Section(
        "area",
        "By area",
        [split_table(report, "area", caption="Net by authority of the place", heading="Area")],
    )


def _transfers(report: CountReport) -> Section:
    transfers = report.reconcile["transfers"]
    if not transfers:
        return Section(
            "transfers",
            "What counted bodies pay one another",
            [Paragraph("No payment between known bodies is in the sources of this count.")],
        )
    by_rule: dict[str, list[int]] = {}
    for one in transfers:
        sums = by_rule.setdefault(one["rule"], [0, 0])
        sums[0] += pence_of(one["gbp"])
        sums[1] += one["lines"]
    rules: list[list[Cell]] = [
        [": ".join(RULES[rule]), pence, lines]
        for rule, (pence, lines) in sorted(by_rule.items(), key=lambda item: -item[1][0])
    ]
    rows: list[list[Cell]] = [
        [
            one["payer"],
            one["payee"],
            RULES[one["rule"]][0],
            pence_of(one["gbp"]),
            one["lines"],
        ]
        for one in sorted(transfers, key=lambda one: -pence_of(one["gbp"]))
    ]
    return Section(
        "transfers",
        "What counted bodies pay one another",
        [
            Paragraph(
                f"The sources hold {counted(len(transfers), 'flow')} between known bodies. Each "
                "falls under one rule. The amounts are whole, as the payer booked them: of a "
                "payment to a body that serves a wider area, only the share of this place is "
                "taken out of net, so the first row may be more than what was eliminated."
            ),
            Table(
                "rules",
                "Payments between known bodies, by what the count does with them",
                (
                    Column("Rule", "text", 3.0),
                    Column("Booked by payers", "million"),
                    Column("Lines", "number"),
                ),
                rules,
            ),
            Table(
                "transfers",
                "The largest payments between known bodies",
                (
                    Column("Payer", "text", 2.0),
                    Column("Payee", "text", 2.0),
                    Column("Rule", "text", 0.9),
                    Column("Booked", "million"),
                    Column("Lines", "number"),
                ),
                rows,
                limit=_TRANSFERS,
            ),
        ],
    )


def _two_views(report: CountReport) -> Section:
    reconcile = report.reconcile
    funders = sum(pence_of(amount) != 0 for amount in reconcile["funding"].values())
    by_kind: dict[str, list[int]] = {}
    for row in reconcile["rows"]:
        sums = by_kind.setdefault(row["kind"], [0, 0])
        sums[0] += pence_of(row["gbp"])
        sums[1] += 1
    kinds: list[list[Cell]] = [
        ["Net: what is spent", "", pence_of(reconcile["net_gbp"])],
        ["Less: funding from outside", funders, -pence_of(reconcile["funder_view_gbp"])],
    ]
    explained: list[list[Cell]] = [
        [STATEMENT_KINDS.get(kind, kind.replace("_", " ")), number, pence]
        for kind, (pence, number) in sorted(by_kind.items(), key=lambda item: -abs(item[1][0]))
    ]
    other = pence_of(reconcile["other_gbp"])
    unnamed = f"; {rounded_gbp(other)} of it has no named cause" if other else ""
    columns = (
        Column("Row", "text", 3.0),
        Column("Rows in the annex", "number"),
        Column("Amount", "pounds"),
    )
    residual = pence_of(reconcile["residual_gbp"])
    return Section(
        "two_views",
        "Two views, reconciled",
        [
            Paragraph(
                "The same money is counted a second time from the other end: all funding that "
                "comes into the counted bodies from outside. The two need not be equal: money is "
                "in transit, reserves are built or drawn, debt is paid. Every row of the "
                f"difference is named{unnamed}. The annex gives the statement row by row."
            ),
            Table("views", "Spender view and funder view", columns, kinds,
                  total=["Residual", len(reconcile["rows"]), residual]),
            Table("residual", "What the residual is made of", columns, explained,
                  total=["Residual", len(reconcile["rows"]), residual]),
            *_outturn(reconcile),
        ],
    )  # fmt: skip


def _outturn(reconcile: Mapping[str, Any]) -> list[Block]:
    outturn = reconcile["outturn"]
    if outturn is None:
        return []
    rows: list[list[Cell]] = [
        ["Net of the revenue outturn", pence_of(outturn["net_gbp"])],
        ["Its funding", -pence_of(outturn["funder_view_gbp"])],
    ]
    blocks: list[Block] = [
        Table(
            "outturn",
            "The same for the revenue outturn alone",
            (Column("Row", "text", 3.0), Column("Amount", "pounds")),
            rows,
            total=["Residual", pence_of(outturn["residual_gbp"])],
        )
    ]
    if reconcile["bridge"]:
        bridge: list[list[Cell]] = [
            [row["label"][:1].upper() + row["label"][1:], pence_of(row["gbp"])]
            for row in reconcile["bridge"]
        ]
        blocks.append(
            Table(
                "bridge",
                "From the services of the returns to the totals that the returns print",
                (Column("Row", "text", 3.0), Column("Amount", "pounds")),
                bridge,
            )
        )
    return blocks
