"""What the pages of a case show: one list of sections a page, for public pages and workbench."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from totalplace.charts import Chart
from totalplace.web._page import Table
from totalplace.web._words import short_gbp
from totalplace.web.cases import _evidence, _pictures, _tables
from totalplace.web.cases._shown import ShownCase, pence

__all__ = [
    "PAGES",
    "Figure",
    "Section",
    "charts_of",
    "facts",
    "figures",
    "sections",
    "tables_of",
]


@dataclass(frozen=True)
class Section:
    """A part of a page: what it is, in words, with a chart, a table, or both.

    Attributes:
        key: its anchor.
        title: its heading.
        words: what it says, for somebody who has never seen a cost-benefit model.
        chart: drawn above the table.
        tables: below it; with ``is_twin`` only in data files, since the chart has the same as its
            table twin.
    """

    key: str
    title: str
    words: str
    chart: Chart | None = None
    tables: Sequence[Table] = ()
    is_twin: bool = False

    @property
    def chart_name(self) -> str:
        """The name of its chart in addresses."""
        return self.key.replace("-", "_")

    @property
    def shown(self) -> Sequence[Table]:
        """The tables that the page shows."""
        return () if self.is_twin else self.tables


@dataclass(frozen=True)
class Figure:
    """A figure in large type, with what it says below it."""

    label: str
    value: str
    note: str
    is_main: bool = False


def figures(shown: ShownCase) -> list[Figure]:
    """The case in five figures."""
    told = shown.result["perspectives"][shown.view]
    npv, bcr = told["npv_gbp"], told["bcr"]
    low, high = (short_gbp(pence(npv[end]) or 0) for end in ("p5", "p95"))
    totals = shown.result["totals"]
    payback = told["payback_year"]
    chance = told["p_npv_positive"]
    return [
        Figure(
            _("Net present value"),
            short_gbp(pence(npv["point"]) or 0),
            _("seen by %(view)s; %(low)s to %(high)s in nine of ten draws")
            % {"view": shown.view_name(shown.view), "low": low, "high": high},
            is_main=True,
        ),
        Figure(
            _("Chance that it is worth more than it costs"),
            f"{chance['value']:.0%}",
            _("of %(n)s draws, give or take %(se).1f points")
            % {"n": f"{shown.result['draws']:,}", "se": 100 * chance["se"]},
        ),
        Figure(
            _("Benefit for each £1 of cost"),
            f"£{bcr['point']:,.2f}" if bcr else _("n/a"),
            _("the benefit-cost ratio")
            if bcr
            else _("it costs nobody anything here, so there is no ratio"),
        ),
        Figure(
            _("Public money saved or taken in"),
            short_gbp(pence(totals["fiscal_gbp"]) or 0),
            _("for a cost of %(cost)s") % {"cost": short_gbp(pence(totals["cost_gbp"]) or 0)},
        ),
        Figure(
            _("Worth to people and firms"),
            short_gbp(pence(totals["economic_and_social_gbp"]) or 0),
            _("never added to money of public bodies"),
        ),
        Figure(
            _("Paid back by"),
            shown.paid_back(shown.view),
            _("not discounted")
            if payback is not None
            else _("it costs nobody anything here, so there is nothing to pay back")
            if not bcr
            else _("not within the %(n)s years of the case") % {"n": shown.result["horizon"] + 1},
        ),
    ]


def _summary(shown: ShownCase) -> list[Section]:
    return [
        Section(
            "so-far",
            _("Gained or lost so far"),
            _(
                "What is spent comes first, what it is worth comes later. The line adds up both,"
                " year by year: where it crosses zero the case has paid for itself."
            ),
            _pictures.fan_picture(shown),
            [_tables.years_table(shown)],
            is_twin=True,
        ),
        Section(
            "perspectives",
            _("Worth it for whom"),
            _(
                "The same case looks different to each who looks at it. A body counts what it pays"
                " and saves itself; all public bodies together count what passes between them once;"
                " society also counts what it is worth to people, and no transfers."
            ),
            _pictures.perspectives_picture(shown),
            [_tables.perspectives_table(shown)],
        ),
        Section(
            "totals",
            _("Public money and public value"),
            _(
                "Money of public bodies, and what it is worth to people, are two totals. They are"
                " not added up: a better life pays no bill."
            ),
            None,
            [_tables.totals_table(shown)],
        ),
    ]


def _results(shown: ShownCase) -> list[Section]:
    return [
        Section(
            "perspectives",
            _("What it costs and is worth"),
            _(
                "Money of later years counts for less (it is discounted to the first year). Low"
                " and high are what one draw in twenty lies below, and above."
            ),
            None,
            [_tables.perspectives_table(shown)],
        ),
        Section(
            "cash",
            _("Cash in budgets"),
            _(
                "A saving is cash only when something can be closed or not be bought: often in"
                " whole blocks, and later than the effect. The rest frees time, not money."
            ),
            _pictures.cash_picture(shown),
            [_tables.cash_table(shown)],
        ),
        Section(
            "bias",
            _("With and without the allowance for optimism"),
            _(
                "People who plan are hopeful. The weaker the evidence for a number, the more its"
                " costs are raised and its benefits lowered; the headline has this in it."
            ),
            None,
            [_tables.bias_table(shown)],
        ),
        Section(
            "options",
            _("The options beside each other"),
            _("Each is measured against carrying on as usual, with the same draws of chance."),
            None,
            [_tables.options_table(shown)],
        ),
    ]


def _who(shown: ShownCase) -> list[Section]:
    return [
        Section(
            "matrix",
            _("Who pays and who gains"),
            _(
                "Where one body pays and another gains, a shared budget or an agreement on the"
                " gain is needed, or it will not happen. Each figure is rounded by itself, so that"
                " a sum may differ by a pound."
            ),
            _pictures.who_picture(shown),
            [_tables.matrix_table(shown)],
        )
    ]


def _sensitivity(shown: ShownCase) -> list[Section]:
    return [
        Section(
            "tornado",
            _("What the result hangs on"),
            _("Each number is moved alone, the others stay. The longest bar matters most."),
            _pictures.tornado_picture(shown),
            [_evidence.tornado_table(shown)],
            is_twin=True,
        ),
        Section(
            "truths",
            _("What would have to be true"),
            _(
                "A judge of the case can ask of each: do I believe it? Where what is needed is far"
                " from what is stated, the result does not hang on that number."
            ),
            None,
            [_evidence.truths_table(shown)],
        ),
        Section(
            "switching",
            _("Where it breaks even"),
            "",
            None,
            [_evidence.switching_table(shown)],
        ),
        Section(
            "correlations",
            _("If numbers move together"),
            _(
                "If one effect turns out small, the others may too. To take each for itself makes"
                " a case look safer than it is, so it is shown for numbers that move apart, as"
                " in the case, and closely together."
            ),
            _pictures.correlation_picture(shown),
            [_evidence.correlations_table(shown)],
        ),
        Section(
            "information",
            _("What it would be worth to know"),
            _("A trial or a better source for a number should cost less than this."),
            None,
            [_evidence.information_table(shown)],
        ),
        Section(
            "editions",
            _("Under other guidance"),
            _("The guidance that says how to discount changes; the case was worked out again."),
            None,
            [_evidence.editions_table(shown)],
        ),
    ]


def _audit(shown: ShownCase) -> list[Section]:
    return [
        Section(
            "trace",
            _("The working, step by step"),
            _(
                "From each number of the file to its present value, in the order in which it is"
                " worked out. Amounts of several years stand one after the other, from the first."
            ),
            None,
            [_evidence.trace_table(shown)],
        ),
        Section(
            "warnings",
            _("What a reviewer would ask"),
            "",
            None,
            [_evidence.warnings_table(shown.result["warnings"])],
        ),
    ]


def _assumptions(shown: ShownCase) -> list[Section]:
    with_owners = any(row.get("owner") for row in shown.result["register"])
    return [
        Section(
            "register",
            _("The register of assumptions"),
            _(
                "Grades say how good a number is: its data, the evidence that it is caused by what"
                " is done, and its age. What has no grade counts as worst."
            ),
            None,
            [_evidence.register_table(shown, with_owners=with_owners)],
        )
    ]


PAGES: Mapping[str, Callable[[ShownCase], list[Section]]] = {
    "": _summary,
    "results": _results,
    "who-gains": _who,
    "sensitivity": _sensitivity,
    "assumptions": _assumptions,
    "audit": _audit,
}
"""What stands behind the address of a case -> what that page shows."""


def sections(shown: ShownCase, page: str) -> list[Section]:
    """The sections of one of the `PAGES`."""
    return PAGES[page](shown)


def charts_of(found: Sequence[Section]) -> dict[str, Chart]:
    """The charts of sections by the name in their addresses."""
    return {one.chart_name: one.chart for one in found if one.chart is not None}


def tables_of(found: Sequence[Section]) -> list[Table]:
    """All tables of sections, those of charts too: what data files hold."""
    return [table for one in found for table in one.tables]


def facts(shown: ShownCase) -> list[tuple[str, Any]]:
    """What the figures are bound to, in words."""
    result = shown.result
    return [
        (_("Case"), result["case"]),
        (_("Guidance"), result["edition"]),
        (_("Prices of"), result["price_base"]),
        (_("Years"), f"{shown.year(0)} – {shown.year(result['horizon'])}"),
        (_("Draws"), f"{result['draws']:,}"),
        (_("Seed of the draws"), result["seed"]),
        (_("Hash of the run"), result["run_hash"]),
    ]
