"""The pictures of a report: each says its message in words, and a table beside it in figures."""

from __future__ import annotations

from totalplace.charts import Bar, Step, bars, waterfall
from totalplace.reports._count_report import CountReport
from totalplace.reports._count_report_rows import LIMITS, percent, row_label
from totalplace.reports._report_model import Picture
from totalplace.reports._report_words import day_text, pence_of, rounded_gbp

__all__ = ["split_picture", "waterfall_picture"]


def waterfall_picture(report: CountReport) -> Picture:
    """From gross, through what is eliminated, to net."""
    document = report.document
    gross, eliminated, net = (
        pence_of(document[name]) for name in ("gross_gbp", "eliminated_gbp", "net_gbp")
    )
    chart = waterfall(
        [
            Step("gross", "Gross", gross),
            Step("eliminated", "Paid by one counted body to another", -eliminated),
            Step("net", "Net", None),
        ],
        title="From gross to net",
        description=f"Gross of {rounded_gbp(gross)}, less {rounded_gbp(eliminated)} that counted "
        f"bodies paid one another, is net of {rounded_gbp(net)}.",
        caption=_caption(report),
    )
    return Picture("waterfall", chart)


def split_picture(report: CountReport, split: str, *, title: str, heading: str) -> Picture:
    """Net by a split, largest first, with the range of each row."""
    rows = report.rows[split]
    top = max(rows, key=lambda row: pence_of(row["gbp"]))
    chart = bars(
        [
            Bar(
                key=row[split],
                label=row_label(split, row),
                values=(pence_of(row["gbp"]),),
                low=pence_of(row["low_gbp"]),
                high=pence_of(row["high_gbp"]),
            )
            for row in rows
        ],
        title=title,
        description=f"{title}. The largest of {len(rows):,} is {row_label(split, top)}, "
        f"{rounded_gbp(pence_of(top['gbp']))}, {percent(top['share_pct'])} of net.",
        caption=f"{_caption(report)} The line at the end of a bar is its range.",
        series=("Net",),
        limit=LIMITS.get(split, 40),
        heading=heading,
    )
    return Picture(split, chart)


def _caption(report: CountReport) -> str:
    document = report.document
    prices = document["price_base"]
    return (
        f"Pounds, {document['year']}, {'cash' if prices == 'cash' else f'prices of {prices}'}. "
        f"Source: count of {document['place']}, snapshot {document['snapshot']} of "
        f"{day_text(report.created)}."
    )
