"""From what a case states to value by year: stated money, and the chain from a cohort."""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.cases import Activity, Outcome
from totalplace.reports.cases._book import Line
from totalplace.reports.cases._book_steps import Steps
from totalplace.reports.cases._formula import (
    Formula,
    both,
    either,
    entry_of,
    number,
    smallest,
    sum_where,
    when,
)

__all__ = ["Chain", "Earlier"]


@dataclass(frozen=True)
class Earlier:
    """An effect on an event, for the next one that changes the same event of the same cohort.

    Attributes:
        page: its sheet.
        taken: share of the event that it takes of what is left, by years since joining.
        untouched: what those before it have left.
    """

    page: str
    taken: Line
    untouched: Line


class Chain(Steps):
    """The steps of a sheet up to the quantity, or to the value of stated money."""

    def stated(self) -> Line:
        """Money that is stated: the amount, and its weight in each year."""
        item = self.item
        found = item.cost if isinstance(item, Activity) else item.benefit
        amount = self.step(
            "amount", "as stated, in prices of the base", "GBP", self.used(found), "money"
        )
        amount = self.weighted(amount)
        first, last = self.input("first_year"), self.input("last_year")
        count = self.step("years", "last year - first year + 1", "years", last - first + 1)
        in_all = self.input("amount_is").is_("in all")
        flat = self.step(
            "weight if flat", "1 a year, or one part of the whole", "share",
            when(in_all, number(1) / count, 1),
        )  # fmt: skip
        over = self.step(
            "a ramp is over", "1, 2, 3... over their sum, or over the last of them", "number",
            when(in_all, count * (count + 1) / 2, count),
        )  # fmt: skip
        profile, listed = self.input("profile"), self.inputs.lists[f"{self.key}.weights"]
        weights = []
        for at in self.count:
            year = self.years[at]
            place = year - first + 1
            by_profile = when(
                profile.is_("flat"),
                flat,
                when(profile.is_("ramp"), place / over, entry_of(listed, place)),
            )
            weights.append(when(both(year >= first, year <= last), by_profile, 0))
        profiled = self.steps("profile", "weight of each of its years", "share", weights, "share")
        return self.steps(
            "value", "amount × weight", "GBP", [amount * profiled[at] for at in self.count]
        )

    def chain(self, item: Outcome) -> tuple[Formula, Line]:
        """From the cohort to what is reached in all, and how much of it is left by year."""
        assert item.cohort is not None
        assert item.baseline is not None
        unit = item.cohort.unit
        relative = self.input("as").is_("relative")
        now = self.step("cohort", "as stated", unit, self.used(item.cohort))
        if item.takeup is not None:
            now = self.step("take-up", "× take-up", unit, now * self.used(item.takeup))
        now = self.step(
            "baseline", "× baseline, if the effect is relative to it; as it is, if in points",
            unit, when(relative, now * self.used(item.baseline), now),
        )  # fmt: skip
        now = self.step("effect", "× effect", unit, now * self.used(item.effect))
        for name in ("deadweight", "displacement", "leakage"):
            off = getattr(item, name)
            if off is not None:
                now = self.step(name, f"× (1 - {name})", unit, now * (1 - self.used(off)))
        now = self.step(
            "at most all", "an effect in points takes off no more than cohort × baseline", unit,
            when(relative, now, smallest(now, self.used(item.cohort) * self.used(item.baseline))),
        )  # fmt: skip
        lag, lasts = self.input("lag"), self.input("lasts")
        listed = self.inputs.lists.get(f"{self.key}.persistence")
        keep = number(1) if item.dropoff is None else 1 - self.used(item.dropoff)
        left = []
        for at in self.count:
            since = self.years[at] - lag
            if listed is not None:
                rest = when(since < float(len(listed.values)), entry_of(listed, since + 1), 0)
            elif item.dropoff is None:
                rest = number(1)
            else:
                # in its first year all of it; no spreadsheet has 0 ^ 0
                rest = when(since.is_(0), 1, keep**since)
            is_over = either(since < 0, both(lasts > 0, since >= lasts))
            left.append(when(is_over, 0, rest))
        how = "share left, by years since joining: " + (
            "as listed" if listed is not None else "(1 - drop-off) ^ (year - lag)"
        )
        return now, self.steps("persistence", how, "share", left, "share")

    def combined(
        self, item: Outcome, now: Formula, left: Line, earlier: Earlier | None
    ) -> tuple[Formula, Line, Earlier]:
        """Of one event and cohort each effect takes its share of what those before have left."""
        base = self.step(
            "events", "cohort × baseline: all there would be of the event", "a year",
            self.used(item.cohort) * self.used(item.baseline),
        )  # fmt: skip
        alone = self.used(item.effect)
        if item.takeup is not None:
            alone = self.used(item.takeup) * alone
        for off in (item.deadweight, item.displacement, item.leakage):
            if off is not None:
                alone = alone * (1 - self.used(off))
        reach = when(self.input("as").is_("relative"), alone, when(base.is_(0), 0, now / base))
        reached = self.step("reach", "share of the events that it would take alone", "share", reach)
        taken = self.steps(
            "taken", "reach × persistence", "share", [reached * left[at] for at in self.count],
            "share",
        )  # fmt: skip
        told, rest = "", [number(1)] * self.plan.years
        if earlier is not None:
            told = f", after the sheet {earlier.page}"
            one, other = earlier.taken, earlier.untouched
            rest = [other[at] * (1 - one[at]) for at in self.count]
        untouched = self.steps(
            "left by others", f"what the effects before it have left{told}", "share", rest, "share"
        )
        share = self.steps(
            "combination", "persistence × left by others: never added up", "share",
            [left[at] * untouched[at] for at in self.count], "share",
        )  # fmt: skip
        return now, share, Earlier(self.page.name, taken, untouched)

    def quantity(self, now: Formula, left: Line) -> Line:
        """How many in each year: of one cohort, or of all that have joined by then."""
        first = self.inputs.get(f"{self.key}.intake_first")
        if first is None:
            how, found = "× share left", [now * left[at] for at in self.count]
        else:
            last = self.input("intake_last")
            how = "× share left, of every year's joiners: summed over who joined from the first "
            how += "to the last year of intake"
            found = [
                now
                * sum_where(
                    left.range,
                    (self.years.range, ">=", self.years[at] - last),
                    (self.years.range, "<=", self.years[at] - first),
                )
                for at in self.count
            ]
        return self.steps("quantity", how, "a year", found, "number")
