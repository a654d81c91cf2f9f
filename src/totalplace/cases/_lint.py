"""What a Treasury reviewer would ask of a case that can be worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from totalplace.cases._case import BUSINESS_AS_USUAL, FISCAL, Activity, Case, Number, Outcome
from totalplace.cases._together import least_and_most, reached_points
from totalplace.cases._units import per_year, period_of
from totalplace.errors import Problem

__all__ = ["OLD_YEARS", "lint"]

OLD_YEARS = 5
_ONCE = re.compile(
    r"\b(one-off|once|capital receipts?|receipts?|disposals?|sale|sold)\b", re.IGNORECASE
)


def lint(case: Case) -> Iterator[Problem]:
    """Every warning: of the edition, of activities, of outcomes."""
    if case.edition.unverified:
        tables = ", ".join(one.replace("_", " ") for one in case.edition.unverified)
        yield Problem(
            "unverified_edition",
            f"figures of {case.edition.id} were not yet compared with the published text",
            f"{case.file}:1",
            f"tables: {tables}",
            "compare them before the case is submitted",
        )
    for item in case.items:
        yield from _row(case, item)
    yield from _alone(case)


def _told(where: str, code: str, what: str, why: str, fix: str) -> Problem:
    return Problem(code, what, where, why, fix)


def _row(case: Case, item: Activity | Outcome) -> Iterator[Problem]:
    if not item.owner:
        yield _told(
            item.where, "no_owner", f"{item.id} has no owner",
            "nobody answers for its numbers", 'add owner = "..."',
        )  # fmt: skip
    if item.reviewed is None:
        yield _told(
            item.where, "no_review", f"{item.id} has no date of review",
            "nobody can tell whether its numbers still hold", "add reviewed = 2026-11-01",
        )  # fmt: skip
    missing = [name for name in ("data", "effect", "age") if getattr(item.grade, name) is None]
    if missing:
        yield _told(
            item.where, "not_graded", f"{item.id} is not graded on {' and '.join(missing)}",
            "what is not graded counts as the worst grade, with the most optimism bias",
            "add grade = {data = 1, effect = 1, age = 1}, each 1 (best) to 6",
        )  # fmt: skip
    yield from _once(item)
    for number in item.numbers():
        yield from _number(case, number)
    if isinstance(item, Outcome):
        yield from _outcome(case, item)


def _once(item: Activity | Outcome) -> Iterator[Problem]:
    money = item.cost if isinstance(item, Activity) else item.benefit
    is_annual = money is not None and not item.is_total and item.years[1] > item.years[0]
    said = item.is_one_off or _ONCE.search(f"{item.id} {item.title}".replace("-", " "))
    if is_annual and said:
        yield _told(
            item.where, "one_off_in_annual_line",
            f"{item.id} happens once, and stands in a line of each year",
            f"it is counted in each of the years {item.years[0]} to {item.years[1]}",
            "give it one year, or an amount in all",
        )  # fmt: skip


def _number(case: Case, number: Number) -> Iterator[Problem]:
    age = case.base_year - int(number.price_year[:4]) if number.price_year else 0
    if number.family == "unit_costs" and age > OLD_YEARS:
        yield _told(
            number.where, "old_unit_cost", f"the unit cost {number.key} is old",
            f"its prices are of {number.price_year}, {age} years before the base year",
            "look for a newer one; the deflator brings prices up, not practice",
        )  # fmt: skip
    if number.spread is not None:
        from totalplace.cases._spread import quantile

        ends = quantile(number.spread, [0.0, 1.0])
        if ends[0] < number.floor or ends[1] > number.ceiling:
            yield _told(
                number.where, "clipped", f"the range of {number.key} leaves its bounds",
                f"it runs from {ends[0]:.4g} to {ends[1]:.4g}, and the number lies between "
                f"{number.floor:g} and {number.ceiling:g}",
                "draws beyond are put at the bound; a bounded shape says better what is meant",
            )  # fmt: skip


def _outcome(case: Case, one: Outcome) -> Iterator[Problem]:
    if not one.counterfactual:
        yield _told(
            one.where, "no_counterfactual",
            f"{one.id} does not say how it is known what would have happened without",
            "an effect is a difference, and the other side of it is missing",
            'add counterfactual = "rct", "comparison group", "before and after"...',
        )  # fmt: skip
    is_trial = re.search(r"\b(rct|randomi[sz]ed)", one.counterfactual, re.IGNORECASE)
    if is_trial and one.deadweight is not None and one.deadweight.point > 0:
        yield _told(
            one.where, "trial_with_deadweight",
            f"{one.id} takes deadweight off an effect that a trial measured",
            "the control group has had it taken off already",
            "set deadweight to 0, or say what else it is",
        )  # fmt: skip
    if one.effect is not None and one.takeup is None:
        yield _told(
            one.where, "no_takeup", f"{one.id} has no take-up",
            "everybody in the cohort is taken to take part", "add takeup = ...",
        )  # fmt: skip
    if one.baseline is not None and not per_year(one.baseline.unit):
        yield _told(
            one.baseline.where, "baseline_not_per_year",
            f"the baseline of {one.id} is not said to be per year",
            f"the unit is {one.baseline.unit!r}, and it is counted in every year of the effect",
            'write "per child per year", or add lasts = 1',
        )  # fmt: skip
    yield from _periods(one)
    yield from _points(one)
    yield from _whose(case, one)


def _periods(one: Outcome) -> Iterator[Problem]:
    """A unit cost of a week, say, on a count of a year: wrong by fifty-two times."""
    if one.unit_cost is None or one.baseline is None:
        return
    cost, counted = period_of(one.unit_cost.unit), period_of(one.baseline.unit)
    is_counted = re.search(rf"\b{cost}s?\b", one.baseline.unit, re.IGNORECASE)
    if cost and counted and cost != counted and not is_counted:
        yield _told(
            one.unit_cost.where, "different_periods",
            f"the unit cost of {one.id} is for each {cost}, its baseline for each {counted}",
            f"the units are {one.unit_cost.unit!r} and {one.baseline.unit!r}: what is counted "
            f"in a {counted} is taken to cost what a {cost} does",
            f"bring the unit cost to a {counted}, or count {cost}s in the baseline",
        )  # fmt: skip


def _points(one: Outcome) -> Iterator[Problem]:
    """An effect in points that draws may put beyond the baseline."""
    if one.effect_as != "points" or one.baseline is None:
        return
    off = (one.deadweight, one.displacement, one.leakage)
    ends = {
        number.key: least_and_most(number)[0 if number in off else 1]
        for number in (one.takeup, one.effect, *off)
        if number is not None
    }
    most, least = reached_points(one, ends), least_and_most(one.baseline)[0]
    if most > least * (1 + 1e-9):
        yield _told(
            one.where, "points_may_pass_baseline",
            f"the effect of {one.id} may take more off than there is",
            f"at the ends of their ranges it is {most:.4g} points of a baseline of {least:.4g}",
            'draws beyond are held to the baseline; as = "relative" says better what is meant',
        )  # fmt: skip


def _whose(case: Case, one: Outcome) -> Iterator[Problem]:
    tiers = {case.bodies[body].tier for body, share in one.split.items() if share}
    if one.value_class in FISCAL and "society" in tiers:
        yield _told(
            one.where, "fiscal_to_society",
            f"part of the fiscal value of {one.id} goes to no public body",
            "only money of public bodies is fiscal; that part counts for society alone",
            "split it between public bodies, or give the rest an outcome of its own",
        )  # fmt: skip
    if one.value_class not in FISCAL and tiers & {"local", "national"}:
        yield _told(
            one.where, "value_to_a_body",
            f"{one.value_class} value of {one.id} is split to a public body",
            "it is no money of that body: it counts for society, and not for the body",
            "write split = {society = 1.0}, or class = \"fiscal\" if it is money",
        )  # fmt: skip
    words = f"{one.id} {one.title} {one.source}".casefold()
    national = re.search(r"\b(benefits?|universal credit|tax|dwp|hmrc|prison)\b", words)
    if one.value_class in FISCAL and national and tiers == {"local"}:
        yield _told(
            one.where, "national_saving_as_local",
            f"{one.id} reads like a national saving, and all of it is local",
            f"it speaks of {national[0]}, which local bodies do not pay",
            "split it to the body whose budget it is",
        )  # fmt: skip


def _alone(case: Case) -> Iterator[Problem]:
    """Outcomes that would add up where they should combine, and rows that no option has."""
    seen: dict[str, Outcome] = {}
    for one in case.outcomes:
        if one.benefit is None:
            other = seen.setdefault(one.event, one)
            if other is not one and not (one.cohort_id and one.cohort_id == other.cohort_id):
                yield _told(
                    one.where, "same_event_added",
                    f"{one.id} and {other.id} change the same event and are added up",
                    "two effects on the same people combine multiplicatively, never by adding",
                    "give both cohorts the same id, if they are the same people",
                )  # fmt: skip
    first = {name: one for one in reversed(case.outcomes) for name in one.options}
    for name, one in first.items():
        if name != BUSINESS_AS_USUAL and not any(name in it.options for it in case.activities):
            yield _told(
                one.where, "option_without_cost",
                f"the option {name} has outcomes and no activity",
                "it gains something and costs nothing",
                "name the option in the options of what is done for it, or say what that is",
            )  # fmt: skip
    for item in case.items:
        if not item.options:
            yield _told(
                item.where, "in_no_option", f"{item.id} is part of no option",
                "it counts nowhere", "add it to an option, or take it out",
            )  # fmt: skip
