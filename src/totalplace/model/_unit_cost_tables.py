"""The tables of what things cost a time: unit costs, how they are checked, and interventions.

A unit cost table that a person keeps, or that an import writes, has the columns of ``unit_cost``.
"""

from __future__ import annotations

from totalplace.model._tables import SOURCE, Field, TableSpec

__all__ = ["COST_CLASSES", "UNIT_COST_TABLES"]

COST_CLASSES = ("fiscal", "economic", "social")
"""Whose money a value is: the public purse's, earnings and growth, or the wider gain to people.

Source: New Economy, Unit Cost Database v1.4, sheet Guidance (CC BY 4.0)."""


def _text(doc: str, unit: str = "", *, values: tuple[str, ...] = (), null: bool = False) -> Field:
    return Field("text", doc, unit, values, null)


def _pence(doc: str, *, null: bool = False) -> Field:
    return Field("pence", doc, "pence", (), null)


def _decimal(doc: str, unit: str = "") -> Field:
    return Field("decimal", doc, unit, (), is_nullable=True)


def _whole(doc: str, unit: str = "") -> Field:
    return Field("integer", doc, unit, (), is_nullable=True)


UNIT_COST_TABLES: dict[str, TableSpec] = {
    "unit_cost": TableSpec(
        "What one unit of something costs or is worth, in one of three classes. Those that ship"
        " are invented for the fictional place.",
        {
            "book": _text("the table that it comes from", "e.g. gmca; before the colon of a case"),
            "code": _text("its code in that table", "e.g. SS1.0; after the colon of a case"),
            "class": _text("whose money it is", values=COST_CLASSES),
            "sheet": _text("theme, or sheet of the workbook"),
            "heading": _text("kind of outcome", null=True),
            "description": _text("what it is the cost of"),
            "unit": _text("what one is", "e.g. Per year"),
            "value_pence": _pence("the cost or value of one"),
            "low_pence": _pence("the least it may be, if the source gives a range", null=True),
            "high_pence": _pence("the most it may be, if the source gives a range", null=True),
            "price_year": _text("whose prices it is in", "financial year"),
            "agency": _text("who bears the cost or makes the saving", null=True),
            "agency_detail": _text("which part of it", null=True),
            "rag": _text(
                "the source's own grade: green, amber, red", values=("G", "A", "R"), null=True
            ),
            "transfer": _text("why all or part of it is a benefit or tax, if so", null=True),
            "components": _text(
                "the codes of the same table that it is the sum of",
                "codes separated by spaces; CODE*2 counts twice",
                null=True,
            ),
            "comment": _text("what to know before it is used", null=True),
            "flag": _text("checks that it failed", "codes separated by spaces", null=True),
            "accepted": _text("who uses it although it is flagged, and why", null=True),
            "stands_at": _text("where it stands in the file that it was read from", null=True),
            "source": SOURCE,
        },
        ("book", "code", "class"),
    ),
    "unit_cost_sum": TableSpec(
        "A unit cost that its publisher made by adding others up, so that the sum can be checked.",
        {
            "book": _text("the table", "e.g. gmca"),
            "code": _text("the sum"),
            "class": _text("of which values", values=COST_CLASSES),
            "components": _text("what it is the sum of", "as in unit_cost"),
            "deflator": _text(
                "by which deflator components of other years were brought to its year",
                "edition of deflator",
                null=True,
            ),
            "source": SOURCE,
        },
        ("book", "code", "class"),
    ),
    "unit_cost_bound": TableSpec(
        "Between what amounts a cost of one unit is believed without a second look.",
        {
            "unit": _text("the unit, in small letters", "e.g. per week"),
            "heading": _text("only for costs under this heading", null=True),
            "low_pence": _pence("the least"),
            "high_pence": _pence("the most"),
            "price_year": _text("whose prices the bounds are in", "financial year"),
            "why": _text("what the bounds rest on"),
            "source": SOURCE,
        },
        ("unit", "heading"),
    ),
    "intervention": TableSpec(
        "Something that can be done for people, what it is expected to do, and how well that is"
        " known.",
        {
            "intervention_id": _text("identifier", "slug"),
            "title": _text("its name"),
            "outcome": _text("what it changes, for whom"),
            "effect_low": _decimal("the least effect", "share"),
            "effect_mode": _decimal("the likeliest effect; a fall is positive", "share"),
            "effect_high": _decimal("the largest effect", "share"),
            "meaning": _text("what low and high are", values=("min-max", "10-90"), null=True),
            "effect_as": _text(
                "share of the baseline, or points off it", values=("relative", "points"), null=True
            ),
            "cost_pence": _pence("what one costs", null=True),
            "cost_unit": _text("what one is", null=True),
            "price_year": _text("whose prices the cost is in", "financial year", null=True),
            "lag_years": _whole("years until it shows", "years"),
            "evidence_grade": Field("integer", "how good the evidence is", "1 best to 6 worst"),
            "note": _text("what to know before it is used", null=True),
            "source": SOURCE,
        },
        ("intervention_id",),
    ),
    "trial": TableSpec(
        "What an intervention did where it was tried; kept beside what was expected of it.",
        {
            "trial_id": _text("identifier", "slug"),
            "intervention_id": _text("what was tried"),
            "place": _text("where"),
            "published": _text("when the result came out", "year"),
            "design": _text(
                "how it was compared",
                values=("rct", "cluster rct", "matched", "before-after"),
            ),
            "outcome": _text("what was measured"),
            "sample": _text("who took part", null=True),
            "finding": _text("in a word", values=("improved", "faded", "no effect", "worse")),
            "treated_n": _whole("people with it", "persons"),
            "treated_events": _whole("of whom with the outcome", "persons"),
            "control_n": _whole("people without it", "persons"),
            "control_events": _whole("of whom with the outcome", "persons"),
            "treated_rate": _decimal("events with it, where only a rate is published", "rate"),
            "control_rate": _decimal("events without it", "rate"),
            "rate_per": _text("what the rates are per", null=True),
            "source": SOURCE,
        },
        ("trial_id",),
    ),
}
