"""The rows of the sheet of inputs: what is written of the case, each activity and each outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.cases import Activity, Case, CaseResult, Outcome, plan_of
from totalplace.reports.cases._book import Book, Page
from totalplace.reports.cases._book_inputs import Inputs, key_of
from totalplace.reports.cases._book_tables import tables_of

__all__ = ["inputs_of"]

_CLASSES = ["fiscal", "transfer", "economic", "social"]
_PROFILES = ["flat", "ramp", "weights"]
_TIERS = ["local", "national", "society"]
_HEADINGS = (
    "Key", "What it is", "Value", "Unit", "Price year", "Times", "As used", "Range",
    "Grade: figures", "Grade: effect", "Grade: age", "Source", "Owner", "Reviewed",
    "Rank of sensitivity", "Swing of net present value, £", "Place in the file",
)  # fmt: skip
_WIDTHS = (38, 44, 16, 22, 11, 12, 18, 34, 9, 9, 9, 60, 24, 12, 11, 20, 9)


def inputs_of(book: Book, result: CaseResult) -> Inputs:
    """Write the sheet of inputs, and the sheets of what it looks up."""
    case = result.case
    page, lists = book.page("Inputs"), book.page("Weights by year")
    _head(page, lists, result)
    inputs = Inputs(book, page, lists)
    inputs.part("The case", "horizon and edition are fixed: their years are columns")
    settings = {
        "price_base": inputs.choice(
            "price_base", "prices of all results", case.price_base, unit="financial year"
        ),
        "schedule": inputs.choice(
            "schedule", "discount schedule", case.schedule, allowed=list(case.edition.rates)
        ),
        "base_year": inputs.choice(
            "base_year", "calendar year in which year 0 begins", float(case.base_year)
        ),
    }
    inputs.tables = tables_of(book, case, settings)
    inputs.part("Bodies", "tier: local, national, or society for all that is no public body")
    for name, body in case.bodies.items():
        inputs.choice(
            f"body.{name}.tier", body.name or name, body.tier, unit="tier", allowed=_TIERS
        )
    told = {row["key"]: row for row in result.document.get("register", ())}
    first: dict[tuple[str, str], Outcome] = {}
    together = {key: keys for keys in plan_of(case).together.values() for key in keys}
    for item in case.items:
        _item(inputs, case, item, told, first, together)
    return inputs


def _head(page: Page, lists: Page, result: CaseResult) -> None:
    page.text(0, 0, "Inputs: the register of assumptions", "title")
    page.text(
        1, 0,
        "Cells with a yellow ground may be changed: every other sheet recalculates. Each has the "
        "name of its key with _ for every other sign. Run " + result.run_hash,
        "plain",
    )  # fmt: skip
    page.texts(3, _HEADINGS, "head")
    for at, width in enumerate(_WIDTHS):
        page.sheet.set_column(at, at, width)
    page.sheet.freeze_panes(4, 1)
    lists.text(0, 0, "Weights by year", "title")
    lists.text(
        1, 0,
        "Weights of stated money in its 1st, 2nd, 3rd year, and shares of an effect that are left "
        "from its first year on, where the file lists them. Give as many as there are years.",
        "plain",
    )  # fmt: skip
    lists.texts(3, ("Key", "What it is", "1st, 2nd, 3rd..."), "head")
    lists.sheet.set_column(0, 0, 38)
    lists.sheet.set_column(1, 1, 44)
    lists.sheet.freeze_panes(4, 2)


def _item(
    inputs: Inputs,
    case: Case,
    item: Activity | Outcome,
    told: Mapping[str, Any],
    first: dict[tuple[str, str], Outcome],
    together: Mapping[str, tuple[str, ...]],
) -> None:
    """Everything of one activity or outcome; what several share is entered once."""
    key = key_of(item)
    kind = "Activity" if isinstance(item, Activity) else "Outcome"
    inputs.part(f"{kind}: {item.title}", f"part of: {', '.join(item.options)}")
    leader = _leader(item, first)
    for found in item.numbers():
        written = (one for one in together.get(found.key, ()) if inputs.get(one) is not None)
        inputs.figure(found, told.get(found.key), next(written, None))
    if isinstance(item, Activity) or item.benefit is not None:
        _stated(inputs, key, item)
    else:
        _timing(inputs, key, item, case.horizon, leader)
    if isinstance(item, Outcome):
        inputs.choice(f"{key}.class", "kind of value", item.value_class, allowed=_CLASSES)
        if item.cashable is not None and item.benefit is None:
            inputs.choice(
                f"{key}.block", "how many free one unit of capacity; empty: each by itself",
                item.cashable.block,
            )  # fmt: skip
        if item.cashable is not None:
            inputs.choice(
                f"{key}.release_lag", "years after which freed capacity is given up",
                float(item.cashable.release_lag), unit="years",
            )  # fmt: skip
    shares = item.payer if isinstance(item, Activity) else item.split
    name = "payer" if isinstance(item, Activity) else "split"
    for body, share in shares.items():
        inputs.choice(
            f"{key}.{name}.{body}", f"share of {case.bodies[body].name or body}", share,
            bounds=(0.0, 1.0), source=item.source,
        )  # fmt: skip
    for axis, words in (("data", "figures"), ("effect", "evidence of the effect"), ("age", "age")):
        grade = getattr(item.grade, axis)
        inputs.choice(
            f"{key}.grade.{axis}", f"grade of the {words}, 1 (best) to 6; empty is 6",
            None if grade is None else float(grade), bounds=(1.0, 6.0),
        )  # fmt: skip


def _leader(item: Activity | Outcome, first: dict[tuple[str, str], Outcome]) -> Outcome | None:
    """The outcome whose cohort, baseline and intake this one shares: they change one event."""
    if isinstance(item, Activity) or not item.cohort_id or item.cohort is None:
        return None
    found = first.setdefault((item.event, item.cohort_id), item)
    return None if found is item else found


def _stated(inputs: Inputs, key: str, item: Activity | Outcome) -> None:
    """Years and profile of money that is stated."""
    inputs.choice(f"{key}.first_year", "first year", float(item.years[0]), unit="year")
    inputs.choice(f"{key}.last_year", "last year", float(item.years[1]), unit="year")
    inputs.choice(
        f"{key}.amount_is", "whether the amount is in all or for each year",
        "in all" if item.is_total else "a year", allowed=["in all", "a year"],
    )  # fmt: skip
    profile = _profile(item)
    inputs.choice(f"{key}.profile", "how it lies over its years", profile, allowed=_PROFILES)
    inputs.listed(f"{key}.weights", "weights, used where the profile says weights", item.profile)


def _profile(item: Activity | Outcome) -> str:
    """How the file's weights are made, told from them."""
    count = len(item.profile)
    over = count * (count + 1) / 2 if item.is_total else count
    if item.profile == (1 / count if item.is_total else 1.0,) * count:
        return "flat"
    if item.profile == tuple(step / over for step in range(1, count + 1)):
        return "ramp"
    return "weights"


def _timing(inputs: Inputs, key: str, item: Outcome, horizon: int, leader: Outcome | None) -> None:
    """When an effect begins, how long it holds, and who joins when."""
    inputs.choice(
        f"{key}.as", "the effect is relative to the baseline, or points of it", item.effect_as,
        allowed=["relative", "points"],
    )  # fmt: skip
    if item.cohort is not None and _has_intake(item):
        for name, words, year in zip(
            ("intake_first", "intake_last"),
            ("first year in which a cohort joins", "last year in which a cohort joins"),
            item.intake,
            strict=True,
        ):
            linked = None if leader is None else inputs[f"{key_of(leader)}.{name}"]
            inputs.choice(
                f"{key}.{name}", words, float(year), unit="year",
                bounds=(0.0, float(horizon)), linked=linked,
            )  # fmt: skip
    inputs.choice(f"{key}.lag", "years to the first effect", float(item.lag), unit="years")
    lasts = None if item.lasts is None else float(item.lasts)
    inputs.choice(
        f"{key}.lasts", "years that it holds at most; empty: to the horizon", lasts, unit="years"
    )
    if item.persistence:
        inputs.listed(f"{key}.persistence", "share of the effect left", item.persistence)


def _has_intake(item: Outcome) -> bool:
    """Whether a cohort joins each year, which its unit says."""
    assert item.cohort is not None
    return item.intake != (0, 0) or item.cohort.unit.rstrip().endswith(("year", "annum"))
