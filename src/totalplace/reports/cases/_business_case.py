"""A written business case in the five cases of the Green Book: what is said, in what order."""

from __future__ import annotations

from totalplace.cases import CaseResult
from totalplace.reports._report_letters import printable
from totalplace.reports._report_model import Content
from totalplace.reports.cases._business_case_annexes import annex_sections
from totalplace.reports.cases._business_case_economic import economic_sections
from totalplace.reports.cases._business_case_facts import Facts
from totalplace.reports.cases._business_case_parts import (
    commercial_section,
    financial_sections,
    management_sections,
    strategic_section,
    summary_section,
)
from totalplace.reports.cases._workbook import dated

__all__ = ["business_case"]


def business_case(result: CaseResult, *, software: str) -> Content:
    """The document, in no form yet. The same run gives the same content.

    Every amount is one of the run's document, whose hash stands on every page. What the case file
    does not say is said to be missing.

    Args:
        result: a full run.
        software: version of totalplace.
    """
    facts = Facts(result)
    case = result.case
    years = f"{facts.year(0)} to {facts.year(case.horizon)} ({case.horizon + 1} years)"
    bodies = [one.name or name for name, one in case.bodies.items() if one.is_public]
    content = Content(
        title=case.title,
        subtitle="Business case",
        facts=[
            ("Case", case.id),
            ("Option", facts.option_title),
            ("Public bodies", ", ".join(bodies)),
            ("Years", years),
            ("Prices", f"of {case.price_base}"),
            ("Guidance", case.edition.title),
            ("Run", result.run_hash[:32]),
            ("Draws and seed", f"{result.draws:,}, {result.seed}"),
            ("Dated", "by the last review of its numbers"),
            ("Made with", f"totalplace {software}"),
        ],
        notice="Every figure in this document is of the run named here, and stands in an annex "
        "with the way to it. Words are those of the case file; what it does not say is not said.",
        running=f"{case.title}: business case, run {facts.run}",
        sections=[
            summary_section(facts),
            strategic_section(facts),
            *economic_sections(facts),
            commercial_section(facts),
            *financial_sections(facts),
            *management_sections(facts),
            *annex_sections(facts),
        ],
        created=dated(result),
        software=software,
    )
    cleaned: Content = printable(content)
    return cleaned
