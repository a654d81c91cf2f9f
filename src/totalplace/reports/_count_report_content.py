"""One count's report as content: what is said, in what order. Every form is written from it."""

from __future__ import annotations

from totalplace.reports._count_report import CountReport
from totalplace.reports._count_report_annexes import annex_sections
from totalplace.reports._count_report_glossary import glossary_section
from totalplace.reports._count_report_money import money_sections
from totalplace.reports._count_report_quality import quality_sections
from totalplace.reports._count_report_summary import summary_section
from totalplace.reports._report_letters import printable
from totalplace.reports._report_model import Content
from totalplace.reports._report_words import counted, day_text

__all__ = ["report_content"]


def report_content(report: CountReport) -> Content:
    """The report: title page, summary, money, quality, method, annexes."""
    report = printable(report)
    document = report.document
    place, year, snapshot = document["place"], document["year"], document["snapshot"]
    sections = [
        summary_section(report),
        *money_sections(report),
        *quality_sections(report),
        *annex_sections(report),
    ]
    return Content(
        title=f"{place}: the count of public money",
        subtitle=f"Financial year {year}",
        facts=_facts(report),
        notice="Every amount in this report is bound to the snapshot named here. The last tables "
        "give each figure to the penny with the id by which its way back to the published rows "
        "is told.",
        running=f"{place}, {year}: count of public money, snapshot {snapshot}",
        sections=[*sections, glossary_section(sections)],
        created=report.created,
        software=report.software,
    )


def _facts(report: CountReport) -> list[tuple[str, str]]:
    document = report.document
    areas = ", ".join(f"{area['name']} ({area['code']})" for area in report.areas)
    prices = document["price_base"]
    return [
        ("Place", document["place"]),
        ("Areas", areas or document["place"]),
        ("Financial year", f"{document['year']}, April to March"),
        ("Prices", "as paid, in the money of the year" if prices == "cash" else f"of {prices}"),
        ("Snapshot", f"{document['snapshot']}, made on {day_text(report.created)}"),
        ("Content of the snapshot", report.content_hash[:32]),
        ("Published files read", counted(len({one["sha256"] for one in report.sources}), "file")),
        ("Figure", document["figure_id"]),
        ("Made with", f"totalplace {report.software}"),
    ]
