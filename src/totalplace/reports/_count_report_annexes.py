"""Annexes: the statement row by row, bodies, sources, figures with their ids, citation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from totalplace.reports._count_report import CountReport
from totalplace.reports._count_report_rows import LIMITS, row_label
from totalplace.reports._report_model import (
    Block,
    Bullets,
    Cell,
    Column,
    Paragraph,
    Section,
    Table,
)
from totalplace.reports._report_words import (
    BASES,
    NOT_KNOWN,
    STATEMENT_KINDS,
    STATUSES,
    TIER_WORDS,
    day_text,
    pence_of,
)

__all__ = ["annex_sections"]

_SOURCES = 300
_SPLITS = {
    "tier": "Tier",
    "function": "Function",
    "cap_rev": "Kind",
    "control": "Who decides",
    "funder": "Funder",
    "stream": "Stream",
    "body": "Body",
    "area": "Area",
}


def annex_sections(report: CountReport) -> list[Section]:
    """What is looked up rather than read."""
    return [
        _statement(report),
        _bodies(report),
        _sources(report),
        _figures(report),
        _citation(report),
    ]


def _statement(report: CountReport) -> Section:
    reconcile = report.reconcile
    blocks: list[Block] = [
        Table(
            "funding",
            "Funding from outside, by funder",
            (Column("Funder", "text", 3.0), Column("Amount", "pounds")),
            [
                [name, pence_of(amount)]
                for name, amount in sorted(
                    reconcile["funding"].items(), key=lambda item: (-pence_of(item[1]), item[0])
                )
                if pence_of(amount)
            ],
            total=["Funder view", pence_of(reconcile["funder_view_gbp"])],
        )
    ]
    for kind in dict.fromkeys(row["kind"] for row in reconcile["rows"]):
        rows: list[list[Cell]] = [
            [row["label"].replace(" -> ", " → "), pence_of(row["gbp"])]
            for row in reconcile["rows"]
            if row["kind"] == kind
        ]
        blocks.append(
            Table(
                f"residual_{kind}",
                f"Residual: {_lower(STATEMENT_KINDS.get(kind, kind.replace('_', ' ')))}",
                (Column("Row", "text", 3.0), Column("Amount", "pounds")),
                rows,
                total=["Sum", sum(pence_of(row["gbp"]) for row in reconcile["rows"]
                                  if row["kind"] == kind)],
            )
        )  # fmt: skip
    return Section("statement", "Annex A. The reconciliation, row by row", blocks, starts_page=True)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _bodies(report: CountReport) -> Section:
    kinds: dict[tuple[str, ...], list[str]] = {}
    order = ("returned", "published", "estimated", "missing")
    for one in sorted(
        report.document["coverage"],
        key=lambda one: (order.index(one["status"]), one["name"], one["cap_rev"]),
    ):
        key = (one["name"], one["tier"], one["status"], one["basis"], one["detail"])
        kinds.setdefault(key, []).append(one["cap_rev"])
    words = {"cap": "capital", "cur": "revenue"}
    rows: dict[str, list[list[Cell]]] = {}
    for (name, tier, status, basis, detail), money in kinds.items():
        rows.setdefault(status, []).append(
            [
                name,
                TIER_WORDS.get(tier, tier),
                ", ".join(words.get(one, one) for one in dict.fromkeys(money)),
                BASES.get(basis, basis.replace("_", " ")),
                detail,
            ]
        )
    tables: list[Block] = [_of_status(status, those) for status, those in rows.items()]
    return Section(
        "bodies",
        "Annex B. Bodies and how their money is known",
        tables or [Paragraph("No body is counted.")],
        starts_page=True,
    )


def _of_status(status: str, rows: list[list[Cell]]) -> Table:
    """The bodies of one status; what is the same of all stands in the caption instead."""
    columns = [
        Column("Body", "text", 2.8),
        Column("Tier", "text", 0.8),
        Column("Money", "text", 1.2),
        Column("Basis", "text", 1.2),
        Column("From", "text", 2.0),
    ]
    told = []
    for at in (4, 3):
        if len({row[at] for row in rows}) == 1:
            told.append(f"{columns[at].heading.lower()}: {rows[0][at]}")
            del columns[at]
            rows = [[*row[:at], *row[at + 1 :]] for row in rows]
    title = f"{status.capitalize()}: {_lower(STATUSES[status])}"
    caption = f"{title} ({'; '.join(reversed(told))})" if told else title
    return Table(f"bodies_{status}", caption, columns, rows)


def _sources(report: CountReport) -> Section:
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in report.sources:
        publisher = one.get("publisher") or NOT_KNOWN
        groups.setdefault((publisher, one.get("licence") or "none stated"), []).append(one)
    blocks: list[Block] = []
    if report.attributions:
        blocks.append(Paragraph("The licences of the sources ask for these statements:"))
        blocks.append(Bullets(list(report.attributions)))
    else:
        blocks.append(
            Paragraph(
                "No attribution is on record for these sources: the place's register states no "
                "licence of them."
            )
        )
    blocks.append(
        Table(
            "publishers",
            "Publishers",
            (
                Column("Publisher", "text", 2.4),
                Column("Licence", "text", 1.6),
                Column("Files", "number"),
                Column("Records", "number"),
                Column("Lines", "number"),
                Column("Rejected", "number"),
            ),
            [
                [
                    publisher,
                    licence,
                    len({one["sha256"] for one in those}),
                    *(sum(one.get(name) or 0 for one in those)
                      for name in ("records", "lines", "rejected")),
                ]
                for (publisher, licence), those in sorted(groups.items())
            ],
        )
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one["title"],
            _day(one["received"]),
            one.get("records"),
            one.get("lines"),
            one.get("rejected"),
            one["sha256"][:16],
        ]
        for one in report.sources
    ]
    blocks.append(
        Table(
            "sources",
            "Files, in the order in which they were taken in; the hash is the beginning of the "
            "file's SHA-256",
            (
                Column("What it is", "text", 3.2),
                Column("Received", "day"),
                Column("Records", "number"),
                Column("Lines", "number"),
                Column("Rejected", "number"),
                Column("Hash", "id"),
            ),
            rows,
            limit=_SOURCES,
        )
    )
    return Section(
        "sources", "Annex C. Sources, licences and attribution", blocks, starts_page=True
    )


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _figures(report: CountReport) -> Section:
    document = report.document
    rows: list[list[Cell]] = [
        [
            "Net",
            *(pence_of(document[name]) for name in ("net_gbp", "net_low_gbp", "net_high_gbp")),
            document["figure_id"],
        ]
    ]
    for split, word in _SPLITS.items():
        rows += [
            [
                f"{word}: {row_label(split, row)}",
                *(pence_of(row[name]) for name in ("gbp", "low_gbp", "high_gbp")),
                row["figure_id"],
            ]
            for row in report.rows.get(split, ())[: LIMITS.get(split)]
        ]
    headline: list[list[Cell]] = [
        [label, pence_of(document[name])]
        for label, name in (
            ("Gross", "gross_gbp"),
            ("Eliminated", "eliminated_gbp"),
            ("Net", "net_gbp"),
            ("Net, low", "net_low_gbp"),
            ("Net, high", "net_high_gbp"),
            ("Capital", "capital_gbp"),
            ("Revenue", "revenue_gbp"),
            ("Funder view", "funder_view_gbp"),
            ("Residual", "residual_gbp"),
            ("Per head", "per_head_gbp"),
            ("Per household", "per_household_gbp"),
        )
        if document[name] is not None
    ]
    return Section(
        "figures",
        "Annex D. Figures to the penny, with their ids",
        [
            Paragraph(
                f"Each figure is bound to snapshot {document['snapshot']}. Its id leads back, "
                "through eliminations, keys and decisions, to the published rows: "
                f"totalplace explain DIR {document['figure_id']} tells that of net. The headline "
                "figures share the id of net."
            ),
            Table(
                "headline",
                "The headline",
                (Column("Figure", "text", 3.0), Column("Amount", "pounds")),
                headline,
            ),
            Table(
                "figures",
                "Figures and their ids",
                (
                    Column("Figure", "text", 2.4),
                    Column("Amount", "pounds"),
                    Column("Low", "pounds"),
                    Column("High", "pounds"),
                    Column("Id", "id"),
                ),
                rows,
            ),
        ],
        starts_page=True,
    )


def _citation(report: CountReport) -> Section:
    document = report.document
    return Section(
        "cite",
        "How to cite this report",
        [
            Paragraph(
                f"{document['place']}: the count of public money, {document['year']}. Snapshot "
                f"{document['snapshot']} of {day_text(report.created)}, content "
                f"{report.content_hash[:16]}. Figure {document['figure_id']}. Counted with "
                f"totalplace {report.software}."
            ),
            Paragraph(
                "Cite a single figure with its id, its range and its grade. The same snapshot "
                "gives this report again, byte for byte."
            ),
        ],
    )
