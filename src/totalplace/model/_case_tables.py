"""The forms of what cases rest on: facts with a date and an edition, every row cited."""

from __future__ import annotations

from totalplace.model._tables import SOURCE, Field, TableSpec

__all__ = ["CASE_TABLES"]

_VERIFIED = Field("flag", "whether the figures were compared with the published text itself")

CASE_TABLES: dict[str, TableSpec] = {
    "case_edition": TableSpec(
        "An edition of the guidance that a case follows: which edition of each table it takes.",
        {
            "edition": Field("text", "identifier, as a case file says it", "kebab-case slug"),
            "title": Field("text", "the guidance"),
            "discount": Field("text", "edition of the discount schedules"),
            "deflator": Field("text", "edition of the GDP deflators"),
            "bias": Field("text", "edition of the bands of optimism bias"),
            "additionality": Field("text", "edition of the additionality defaults"),
            "is_default": Field("flag", "whether a command takes it unless told otherwise"),
            "source": SOURCE,
        },
        ("edition",),
    ),
    "discount_rate": TableSpec(
        "A discount rate, real, from a year on until the next row; compounded band by band.",
        {
            "edition": Field("text", "edition of the schedules"),
            "schedule": Field(
                "text",
                "standard; health for effects on health; low without pure time preference",
                values=("standard", "health", "low"),
            ),
            "from_year": Field("integer", "first year at this rate", "years after the base year"),
            "rate_pct": Field("decimal", "the rate", "% a year"),
            "is_verified": _VERIFIED,
            "source": SOURCE,
        },
        ("edition", "schedule", "from_year"),
    ),
    "optimism_bias": TableSpec(
        "What a grade of evidence adds to costs and takes off benefits.",
        {
            "edition": Field("text", "edition of the bands"),
            "grade": Field("integer", "1 (best) to 6", "grade"),
            "cost_pct": Field("decimal", "added to costs", "%"),
            "benefit_pct": Field("decimal", "taken off benefits", "%"),
            "data": Field("text", "what the grade means for the figures of the cohort"),
            "effect": Field("text", "what it means for the evidence of an effect"),
            "age": Field("text", "what it means for the age of data"),
            "is_verified": _VERIFIED,
            "source": SOURCE,
        },
        ("edition", "grade"),
    ),
    "appraisal_value": TableSpec(
        "A value of the guidance that is no price of the market; a case takes it when it names it.",
        {
            "edition": Field("text", "edition of the guidance"),
            "code": Field("text", "as a case names it: greenbook:CODE"),
            "name": Field("text", "what is valued"),
            "unit": Field("text", "what one is"),
            "value_gbp": Field("decimal", "worth of one", "pounds"),
            "low_gbp": Field("decimal", "low end of its range", "pounds", is_nullable=True),
            "high_gbp": Field("decimal", "high end of its range", "pounds", is_nullable=True),
            "price_year": Field("text", "financial year of its prices"),
            "is_verified": _VERIFIED,
            "source": SOURCE,
        },
        ("edition", "code"),
    ),
    "additionality": TableSpec(
        "A share that is taken off where a case names a level instead of a number.",
        {
            "edition": Field("text", "edition of the defaults"),
            "effect": Field(
                "text", "what is taken off", values=("deadweight", "displacement", "leakage")
            ),
            "level": Field("text", "the level, as a case file says it"),
            "share_pct": Field("decimal", "the share", "%"),
            "is_verified": _VERIFIED,
            "source": SOURCE,
        },
        ("edition", "effect", "level"),
    ),
}
