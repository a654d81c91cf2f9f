"""What is looked up: the register of assumptions, every figure with its id, the run, words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.reports._report_model import Cell, Column, Paragraph, Section, Table
from totalplace.reports._report_words import pence_of
from totalplace.reports.cases._business_case_facts import Facts, amounts, grade_of

__all__ = ["annex_sections"]

_WORDS = """
Benefit-cost ratio: benefit over cost, both as present values.
Business as usual: what happens if nothing new is decided. Every option is set against it.
Cash: what of a saving can be taken out of a budget. One child fewer closes no home of eight.
Chance: the share of the draws for which something holds.
Counterfactual: how it is known what would have happened without.
Deadweight: what would have happened anyway.
Discounting: money of later years counts less, because people would rather have it now.
Displacement: what is taken from elsewhere.
Draw: one possible value for every uncertain number at once. Thousands of them show the range.
Exchequer: all public bodies together.
Leakage: what goes to others than were meant.
Net present value: benefit less cost, both as present values.
Optimism bias: plans hope too much. Costs are raised and benefits lowered for weak evidence.
Payback: the year from which the sum so far is never below nothing again.
Perspective: whose costs and benefits are looked at: one body's, all public bodies', everybody's.
Present value: what sums over years are worth in the first year, after discounting.
Society: everybody. What a public body pays a person is no gain and no loss to society.
Transfer: a payment between a public body and people, such as a benefit.
"""
_FIELDS = {
    "pv_cost_gbp": "cost", "pv_benefit_gbp": "benefit", "npv_gbp": "net", "p5": "low",
    "p50": "middle", "p95": "high", "without_bias": "without bias", "point": "",
    "against_do_minimum_gbp": "over minimum", "perspectives": "", "pays_gbp": "pays",
    "gains_gbp": "gains", "net_gbp": "net", "fiscal_gbp": "money of public bodies",
    "of_which_transfers_gbp": "of which payments to people", "economic_gbp": "to the economy",
    "economic_and_social_gbp": "value to the economy and to people", "social_gbp": "to people",
    "cost_gbp": "cost", "npv_low_gbp": "net if it is low", "npv_high_gbp": "net if it is high",
    "swing_gbp": "between them", "evpi_gbp": "worth of knowing everything",
}  # fmt: skip
"""Keys of the run's document in words; empty where the words before say enough."""
_BARS = 12
"""Bars of the tornado that are drawn, and whose figures the table of figures gives."""
_NAMED = ("body", "key", "option", "edition")


def annex_sections(facts: Facts) -> list[Section]:
    """What is looked up rather than read."""
    return [_register(facts), _figures(facts), _run(facts), _words()]


def _register(facts: Facts) -> Section:
    rows: list[list[Cell]] = []
    for one in facts.document["register"]:
        grade = one["grade"]
        prices = f" (prices of {one['price_year']})" if one["price_year"] else ""
        value = one["value"]
        shown = value if isinstance(value, str) else f"{value:,.10g} {one['unit']}".strip()
        rows.append(
            [facts.number_name(one["key"]), f"{shown}{prices}", one["range"] or "none",
             "/".join(grade_of(grade[axis]).replace("not graded", "–") for axis in grade),
             one["source"], "" if one["sensitivity_rank"] is None else str(one["sensitivity_rank"])]
        )  # fmt: skip
    return Section(
        "register",
        "Register of assumptions",
        [
            Paragraph(
                "Every number and choice of the case. Grades are of the figures, the evidence of "
                "the effect, and its age, 1 (best) to 6; – is not graded, which counts as 6. Rank "
                "is how far the net present value moves with it, 1 the farthest."
            ),
            Table(
                "register",
                "Assumptions",
                (Column("What", width=2.0), Column("Value", width=1.5), Column("Range", width=1.5),
                 Column("Grades", width=0.6), Column("Source", width=2.0),
                 Column("Rank", width=0.5)),
                rows,
            ),
        ],
        starts_page=True,
    )  # fmt: skip


def _figures(facts: Facts) -> Section:
    """Every amount of the parts above to the penny, with the run and the way to it."""
    rows: list[list[Cell]] = []
    for part, document in _shown(facts):
        for path, amount in amounts(_keyed(document), (part,)):
            rows.append([_what(facts, path), pence_of(amount), facts.id(*path)])
    return Section(
        "figures",
        "Every figure, and where it stands",
        [
            Paragraph(
                "Each amount of this document to the penny, with the run that it is of and the way "
                "to it in the document that `totalplace case run --json` prints, where rows are "
                "named by their body, key, option or edition. Cash by year and cumulated sums "
                "stand there under cashflow and fan. A figure that cannot be found in a run of the "
                "same hash is not of this case."
            ),
            Table(
                "figures",
                "Figures and their ids",
                (Column("What"), Column("Amount", "pounds"), Column("Id", "id")),
                rows,
            ),
        ],
        starts_page=True,
    )  # fmt: skip


def _what(facts: Facts, path: tuple[str, ...]) -> str:
    """A figure in words, from the way to it."""
    part, name = path[0], path[1]
    rest = [_FIELDS[one] for one in path[2:] if one in _FIELDS]
    if part in ("perspectives", "matrix"):
        head = facts.view_name(name)
    elif part == "options":
        head = facts.result.case.option(name).title or name
    elif part == "tornado":
        head = facts.moved_name(name)
    else:
        head = _FIELDS.get(name, name)
    return ", ".join(one for one in (head, *rest) if one)


def _shown(facts: Facts) -> list[tuple[str, Any]]:
    """The parts of the run's document that this document shows, as far as it shows them."""
    document, view = facts.document, facts.view
    options = [
        {"option": one["option"], "perspectives": {view: one["perspectives"][view]}}
        for one in document["options"]
    ]
    editions = [
        {**one, "npv_gbp": {view: one["npv_gbp"][view]}}
        for one in document["editions"]
        if one["npv_gbp"] is not None
    ]
    return [
        ("perspectives", document["perspectives"]),
        ("totals", document["totals"]),
        ("matrix", document["matrix"]),
        ("options", options),
        ("editions", editions),
        ("tornado", document["tornado"][:_BARS]),
        ("information", {"evpi_gbp": document["information"]["evpi_gbp"]}),
    ]


def _keyed(part: Any) -> Any:
    """Rows of a document by what names them, so that each amount has a way to it."""
    if isinstance(part, Mapping):
        return {name: _keyed(one) for name, one in part.items()}
    if not isinstance(part, list) or not all(isinstance(row, Mapping) for row in part):
        return part
    found: dict[str, Any] = {}
    for row in part:
        name = str(next(row[one] for one in _NAMED if one in row))
        if "schedule" in row:
            name = f"{name} {row['schedule']}"
        found[name] = _keyed(row)
    return found


def _run(facts: Facts) -> Section:
    result, edition = facts.result, facts.result.case.edition
    unverified = ", ".join(one.replace("_", " ") for one in edition.unverified) or "none"
    rows: list[list[Cell]] = [
        ["Hash of the run", result.run_hash],
        ["Hash of the case's files", result.case.sha256],
        ["Edition", f"{edition.title}: {edition.source}"],
        ["Discount rates", f"{edition.discount}, {result.case.schedule} schedule"],
        ["Deflators", edition.deflator],
        ["Optimism bias", edition.bias],
        ["Additionality", edition.additionality],
        ["Not yet compared with the published text", unverified],
        ["Draws", f"{result.draws:,}"],
        ["Seed", str(result.seed)],
    ]
    return Section(
        "run",
        "The run",
        [
            Paragraph(
                "The hash is made over the case's files, the tables of the edition, the version of "
                "totalplace, draws and seed. The same of all of these gives the same figures and "
                "the same file, whoever makes it."
            ),
            Table("run", "What the figures are made from",
                  (Column("What"), Column("Which", width=2.4)), rows),
        ],
    )  # fmt: skip


def _words() -> Section:
    rows: list[list[Cell]] = []
    for one in _WORDS.strip().splitlines():
        word, _, meaning = one.partition(": ")
        rows.append([word, f"{meaning[:1].upper()}{meaning[1:]}"])
    return Section(
        "words",
        "Words",
        [Table("words", "Words of this document", (Column("Word"), Column("Means", width=3.0)),
               rows)],
    )  # fmt: skip
