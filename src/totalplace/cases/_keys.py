"""Every key that a case file may have, and what it means: readers, schema and starter take it.

The kind of a key says what it holds: ``text``, ``whole`` (a whole number), ``number`` (a plain
number), ``flag``, ``date``, ``table``, ``list``, ``years`` (first and last), or a ``quantity``: a
plain number, or a table of the keys of ``NUMBER``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from totalplace.cases._case import CLASSES, TIERS
from totalplace.cases._spread import KINDS

__all__ = [
    "ACTIVITY",
    "BODY",
    "CASE",
    "CASHABLE",
    "GRADE",
    "NARRATIVE",
    "NUMBER",
    "OPTION",
    "OUTCOME",
    "REALISED",
    "TOP",
    "Key",
]


@dataclass(frozen=True)
class Key:
    """One key: what it holds, what it means, whether it must be there, and its closed list."""

    kind: str
    doc: str
    is_required: bool = False
    values: tuple[str, ...] = ()


TOP: Mapping[str, Key] = {
    "case": Key("table", "the case itself", True),
    "correlation": Key(
        "table", "family of numbers -> correlation between its members, 0 to below 1"
    ),
    "body": Key("table", "body id -> its tier", False),
    "table": Key("table", "activity or outcome -> a CSV file beside this one with more of them"),
    "option": Key("list", "courses of action beside business as usual and do minimum"),
    "activity": Key("list", "what is done, and what it costs", True),
    "outcome": Key("list", "what changes, and what that is worth", True),
    "narrative": Key("table", "what a written business case says in words, by part"),
}
NARRATIVE: Mapping[str, Key] = {
    "strategic": Key("text", "why change: the need, the aims, how it fits with other plans"),
    "economic": Key("text", "how the options were found, and why this one"),
    "commercial": Key("text", "what is bought, from whom and how"),
    "financial": Key("text", "where the money comes from, and who carries what falls short"),
    "management": Key("text", "who leads, by when, how risks and results are watched"),
}
CASE: Mapping[str, Key] = {
    "id": Key("text", "short name in lower case with hyphens", True),
    "title": Key("text", "title in the reader's words", True),
    "summary": Key("text", "what it is about, in a few sentences for a reader who knows no case"),
    "edition": Key("text", "edition of the guidance, e.g. greenbook-2026", True),
    "price_base": Key("text", "financial year of all prices of the result, e.g. 2024-25", True),
    "base_year": Key("whole", "calendar year in which year 0 begins", True),
    "horizon": Key("whole", "last year; years run from 0 to it inclusive", True),
    "seed": Key("whole", "of the draws; the same seed gives the same figures"),
    "schedule": Key("text", "discount schedule: standard, health or low"),
    "perspective": Key("text", "whose view tornado, switching values and information are told for"),
    "preferred": Key("text", "id of the option that headlines are about"),
    "place": Key("text", "folder of a place: its bodies may be named"),
    "owners_public": Key("flag", "whether owners may be named where the case is published"),
    "unit_costs": Key("table", "prefix -> CSV file of unit costs, e.g. {gmca = 'gmca.csv'}"),
}
BODY: Mapping[str, Key] = {
    "tier": Key("text", "local, national or society (no public body)", True, TIERS),
    "name": Key("text", "name for readers"),
}
OPTION: Mapping[str, Key] = {
    "id": Key("text", "short name", True),
    "title": Key("text", "title for readers"),
}
GRADE: Mapping[str, Key] = {
    "data": Key("whole", "how good the figures of the cohort are, 1 (best) to 6"),
    "effect": Key("whole", "how good the evidence of the effect is, 1 to 6"),
    "age": Key("whole", "how old the evidence is, 1 to 6"),
}
NUMBER: Mapping[str, Key] = {
    "id": Key("text", "of a cohort: the same people in several outcomes"),
    "code": Key("text", "of a unit cost: its row in a table, e.g. gmca:SS1.0"),
    "value": Key("number", "the number that the deterministic case takes; else the mode or median"),
    "unit": Key("text", "e.g. GBP m/year, children, per child per year, %"),
    "price_year": Key("text", "financial year of its prices; every amount of money has one"),
    "dist": Key("text", "shape of its uncertainty", False, ("fixed", *KINDS)),
    "low": Key("number", "lower end of the range"),
    "mode": Key("number", "most likely value"),
    "high": Key("number", "upper end of the range"),
    "meaning": Key(
        "text",
        "of low and high: the ends, or 10th and 90th percentiles",
        False,
        ("min-max", "10-90"),
    ),
    "mean": Key("number", "of a normal, lognormal or beta distribution"),
    "sd": Key("number", "standard deviation of the same"),
    "alpha": Key("number", "first shape of a beta distribution"),
    "beta": Key("number", "second shape of a beta distribution"),
    "values": Key("list", "values of a discrete or empirical distribution"),
    "weights": Key("list", "chances of the values of a discrete distribution"),
    "csv": Key("text", "file of one column: the values of an empirical distribution"),
    "as": Key(
        "text",
        "of an effect: relative to the baseline, or points of it",
        False,
        ("relative", "points"),
    ),
    "source": Key("text", "where the number comes from, if not from the source of its row"),
    "grade": Key(
        "table",
        "its evidence, if other than that of its row: told in the register; bias goes by the row",
    ),
}
CASHABLE: Mapping[str, Key] = {
    "share": Key("quantity", "of the saving that can ever be taken out of a budget", True),
    "block": Key("number", "how many free one unit of capacity, e.g. 8 children a home"),
    "release_lag": Key("whole", "years after which freed capacity is given up"),
}
_ROW: Mapping[str, Key] = {
    "id": Key("text", "short name, unique in the case", True),
    "title": Key("text", "title for readers"),
    "options": Key("list", "options that it is part of; the preferred one without"),
    "grade": Key("table", "how good the evidence is: data, effect, age"),
    "source": Key("text", "where its numbers come from", True),
    "owner": Key("text", "who answers for its numbers"),
    "reviewed": Key("date", "when they were last looked at"),
    "one_off": Key("flag", "whether it happens once: it can stand in no line of each year"),
}
REALISED: Mapping[str, Key] = {
    "from": Key("whole", "the first year that was observed", True),
    "values": Key(
        "list", "of each year from it: how many fewer, or money in the benefit's unit", True
    ),
    "source": Key("text", "who observed it and how", True),
}
ACTIVITY: Mapping[str, Key] = {
    **_ROW,
    "cost": Key(
        "quantity", "GBP, GBP k, GBP m or GBP bn; with /year for each year, else in all", True
    ),
    "years": Key("years", "first and last year, inclusive", True),
    "profile": Key("list", '"flat", "ramp", or a weight for each year'),
    "payer": Key("table", "body -> share of the cost; they sum to 1", True),
}
OUTCOME: Mapping[str, Key] = {
    **_ROW,
    "event": Key("text", "what changes: outcomes of one event and cohort combine multiplicatively"),
    "cohort": Key(
        "quantity", "how many there are; with /year, how many join in each year of intake"
    ),
    "takeup": Key("quantity", "share of the cohort that takes part, 0 to 1"),
    "baseline": Key("quantity", "how often it happens without: per person per year"),
    "effect": Key("quantity", "what the activity changes, as relative or points"),
    "counterfactual": Key("text", "how it is known what would have happened, e.g. rct"),
    "deadweight": Key("quantity", "share that would have happened anyway, or a level such as low"),
    "displacement": Key("quantity", "share taken from elsewhere, or a level"),
    "leakage": Key("quantity", "share that goes to others than were meant, or a level"),
    "intake": Key("years", "first and last year in which a cohort joins; 0 without"),
    "lag": Key("whole", "years from joining to the first effect"),
    "lasts": Key("whole", "years that the effect holds at most"),
    "dropoff": Key("quantity", "share of the effect lost in each year after the first"),
    "persistence": Key("list", "share of the effect left in each year, instead of dropoff"),
    "unit_cost": Key("quantity", "what one is worth, or the code of a table of unit costs"),
    "benefit": Key("quantity", "money stated directly, instead of the chain"),
    "weight": Key(
        "quantity",
        "distributional weight: what a pound is worth to those who gain, against one to people of "
        "middle income; of economic and social value alone, 1 without",
    ),
    "years": Key("years", "of a direct benefit: first and last year, inclusive"),
    "profile": Key("list", '"flat", "ramp" (1, 2, 3...), or a weight for each year'),
    "split": Key("table", "body -> share of the value; they sum to 1", True),
    "class": Key("text", "fiscal, transfer (benefit payments), economic or social", True, CLASSES),
    "cashable": Key("table", "what of the saving can be taken out of a budget"),
    "realised": Key("table", "what has become of it, to set beside what was predicted"),
}
