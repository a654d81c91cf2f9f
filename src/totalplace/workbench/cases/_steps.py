"""The pages on which a case is written, one thing a page, each a list of fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace.cases import edition, editions
from totalplace.cases._keys import ACTIVITY, CASE, CASHABLE, NARRATIVE, OUTCOME, Key
from totalplace.workbench.cases._fields import Field
from totalplace.workbench.cases.models import Draft

__all__ = ["ITEMS", "Step", "step_of", "steps_of"]

ITEMS = ("activity", "outcome")
_MONEY = ("unit", "price_year")


@dataclass(frozen=True)
class Step:
    """A page of the form.

    Attributes:
        name: in its address.
        path: of the table that its fields are of: ``("case",)`` or ``("outcome", 0)``.
    """

    name: str
    title: str
    path: tuple[str | int, ...]
    fields: tuple[Field, ...] = ()
    hint: str = ""

    @property
    def is_item(self) -> bool:
        """Whether it is of an activity or an outcome."""
        return len(self.path) > 1

    @property
    def kind(self) -> str:
        """What its table is."""
        return str(self.path[0])

    @property
    def n(self) -> int:
        """Which of its kind, from 1."""
        return int(self.path[1]) + 1

    def href(self, draft: Draft) -> str:
        """Its address."""
        if self.is_item:
            return reverse("case-item", args=[draft.pk, self.kind, self.n, self.name])
        if self.name == "bodies":
            return reverse("case-bodies", args=[draft.pk])
        return reverse("case-step", args=[draft.pk, self.name])

    def holds(self, key: str) -> bool:
        """Whether a key of its table is asked here."""
        return any(field.key[0] == key for field in self.fields)


def steps_of(data: Mapping[str, Any]) -> Iterator[Step]:
    """Every page of a case as it is now, in their order."""
    yield Step("head", _("The case"), ("case",), _head())
    yield Step(
        "bodies",
        _("Who pays and who gains"),
        ("body",),
        hint=_(
            "Every body whose money the case is about. People, firms and charities are there by"
            " themselves, as society."
        ),
    )
    for at, _one in enumerate(_rows(data, "activity")):
        path = ("activity", at)
        yield Step("what", _("What is done, and what it costs"), path, _activity())
        yield Step("evidence", _("Where the figures come from"), path, _evidence())
    for at, one in enumerate(_rows(data, "outcome")):
        path = ("outcome", at)
        yield Step("what", _("What changes"), path, _what())
        if "benefit" in one:
            yield Step("money", _("The money, year by year"), path, _money())
        else:
            yield Step("chain", _("For how many, and by how much"), path, _chain())
            yield Step("time", _("When, and what is taken off"), path, _time())
        yield Step("worth", _("What it is worth, and whose it is"), path, _worth(one))
        yield Step("evidence", _("Where the figures come from"), path, _evidence(is_outcome=True))
    yield Step(
        "narrative",
        _("In words"),
        ("narrative",),
        tuple(_field((name,), "long", label, _said(NARRATIVE, name)) for name, label in _parts()),
        hint=_("What the figures cannot say: the five parts of a written business case."),
    )
    yield Step(
        "correlation",
        _("Do the numbers move together?"),
        ("correlation",),
        (
            _field(("effects",), "number", _("Effects"), _("From 0 to below 1; 0.3 if empty")),
            _field(("unit_costs",), "number", _("Unit costs"), _("The same")),
        ),
        hint=_(
            "If one effect turns out smaller than hoped, do the others? Independence makes a case"
            " look surer than it is; results at 0 and 0.6 are always shown beside."
        ),
    )


def step_of(data: Mapping[str, Any], path: tuple[str | int, ...], name: str) -> Step | None:
    """The page of a name, if the case has it."""
    return next(
        (
            one
            for one in steps_of(data)
            if one.name == name and one.path[: len(path)] == path and one.is_item == (len(path) > 1)
        ),
        None,
    )


def _rows(data: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    held = data.get(kind)
    return [
        one if isinstance(one, Mapping) else {} for one in (held if isinstance(held, list) else [])
    ]


def _field(
    key: tuple[str, ...],
    kind: str,
    label: str,
    hint: str = "",
    *,
    choices: Any = (),
    parts: tuple[str, ...] = (),
) -> Field:
    return Field(key, kind, label, hint, choices, parts)


def _said(known: Mapping[str, Key], name: str) -> str:
    """What a key means, as a hint."""
    text = known[name].doc
    return text[:1].upper() + text[1:]


def _parts() -> tuple[tuple[str, str], ...]:
    return (
        ("strategic", _("Strategic case")),
        ("economic", _("Economic case")),
        ("commercial", _("Commercial case")),
        ("financial", _("Financial case")),
        ("management", _("Management case")),
    )


def _head() -> tuple[Field, ...]:
    listed = [(one, one) for one in editions()]
    schedules = [
        ("", _("standard")),
        ("health", _("health")),
        ("low", _("without pure time preference")),
    ]
    return (
        _field(("title",), "text", _("Title"), _said(CASE, "title")),
        _field(("id",), "text", _("Short name"), _said(CASE, "id")),
        _field(
            ("edition",),
            "choice",
            _("Guidance"),
            _("Discount rates, deflators, optimism bias"),
            choices=listed,
        ),
        _field(("price_base",), "text", _("Prices of"), _said(CASE, "price_base")),
        _field(("base_year",), "whole", _("First year"), _said(CASE, "base_year")),
        _field(("horizon",), "whole", _("Years"), _said(CASE, "horizon")),
        _field(("schedule",), "choice", _("Discount schedule"), choices=schedules),
        _field(
            ("perspective",),
            "text",
            _("Whose view the sensitivities are told for"),
            _("A body, local, national, exchequer or society; society if empty"),
        ),
        _field(("seed",), "whole", _("Seed"), _said(CASE, "seed")),
    )


def _named(known: Mapping[str, Key]) -> tuple[Field, ...]:
    return (
        _field(("title",), "text", _("Title"), _said(known, "title")),
        _field(("id",), "text", _("Short name"), _said(known, "id")),
    )


def _activity() -> tuple[Field, ...]:
    return (
        *_named(ACTIVITY),
        _field(("cost",), "quantity", _("Cost"), _said(ACTIVITY, "cost"), parts=_MONEY),
        _field(("years",), "years", _("Years in which it is paid"), _("Year 0 is the first year")),
        _field(("profile",), "profile", _("By year"), _said(ACTIVITY, "profile")),
        _field(("payer",), "shares", _("Who pays"), _("Shares that sum to 1")),
        _field(("one_off",), "flag", _("It happens once")),
    )


def _what() -> tuple[Field, ...]:
    return (
        *_named(OUTCOME),
        _field(("event",), "text", _("Event"), _said(OUTCOME, "event")),
        _field(
            ("counterfactual",), "text", _("Compared with what"), _said(OUTCOME, "counterfactual")
        ),
        _field(("one_off",), "flag", _("It happens once")),
    )


def _chain() -> tuple[Field, ...]:
    def number(key: str, label: str, *parts: str) -> Field:
        return _field((key,), "quantity", label, _said(OUTCOME, key), parts=parts)

    return (
        number("cohort", _("People"), "unit", "id"),
        number("takeup", _("Take-up")),
        number("baseline", _("What happens now"), "unit"),
        number("effect", _("Effect"), "as"),
    )


def _time() -> tuple[Field, ...]:
    known = edition().levels

    def off(key: str, label: str) -> Field:
        levels = [(level, level) for effect, level in known if effect == key]
        return _field((key,), "quantity", label, _said(OUTCOME, key), choices=levels)

    return (
        _field(("intake",), "years", _("Years in which people join"), _said(OUTCOME, "intake")),
        _field(("lag",), "whole", _("Years to the first effect"), _said(OUTCOME, "lag")),
        _field(("lasts",), "whole", _("Years that it lasts"), _said(OUTCOME, "lasts")),
        _field(("dropoff",), "quantity", _("Lost each year"), _said(OUTCOME, "dropoff")),
        _field(
            ("persistence",),
            "numbers",
            _("Or what is left, by year"),
            _said(OUTCOME, "persistence"),
        ),
        off("deadweight", _("Deadweight")),
        off("displacement", _("Displacement")),
        off("leakage", _("Leakage")),
    )


def _money() -> tuple[Field, ...]:
    return (
        _field(
            ("benefit",),
            "quantity",
            _("Money"),
            _("GBP, GBP k, GBP m or GBP bn; with /year for each year, else in all"),
            parts=_MONEY,
        ),
        _field(("years",), "years", _("Years"), _said(OUTCOME, "years")),
        _field(("profile",), "profile", _("By year"), _said(OUTCOME, "profile")),
    )


def _worth(one: Mapping[str, Any]) -> tuple[Field, ...]:
    classes = {
        "fiscal": _("fiscal: money of public bodies"),
        "transfer": _("transfer: benefit payments, which society neither gains nor loses"),
        "economic": _("economic: earnings and output"),
        "social": _("social: what it is worth to people"),
    }
    unit_cost = _field(
        ("unit_cost",),
        "quantity",
        _("What one is worth"),
        _(
            "A number with its unit and prices, or the code of a table of unit costs, such as"
            " invented:IN1"
        ),
        parts=("code", *_MONEY),
    )
    is_direct = "benefit" in one
    weight = _field(("weight",), "quantity", _("Distributional weight"), _said(OUTCOME, "weight"))
    is_value = one.get("class") in ("economic", "social") or "weight" in one
    return (
        *(() if is_direct else (unit_cost,)),
        _field(
            ("class",),
            "choice",
            _("What kind of value"),
            choices=[("", _("Choose")), *classes.items()],
        ),
        *((weight,) if is_value else ()),
        _field(("split",), "shares", _("Whose it is"), _("Shares that sum to 1")),
        _field(
            ("cashable", "share"),
            "number",
            _("Share that can be taken out of a budget"),
            _said(CASHABLE, "share"),
        ),
        *(
            ()
            if is_direct
            else (
                _field(
                    ("cashable", "block"), "number", _("In blocks of"), _said(CASHABLE, "block")
                ),
            )
        ),
        _field(
            ("cashable", "release_lag"),
            "whole",
            _("Years until it is given up"),
            _said(CASHABLE, "release_lag"),
        ),
    )


def _evidence(*, is_outcome: bool = False) -> tuple[Field, ...]:
    grades = [("", _("not graded: counts as the worst"))]
    words = [_("1, best"), "2", "3", "4", "5", _("6, worst")]
    grades += [(str(at), word) for at, word in enumerate(words, start=1)]
    known = OUTCOME if is_outcome else ACTIVITY
    return (
        _field(("source",), "long", _("Source"), _said(known, "source")),
        _field(("grade", "data"), "choice", _("How good the figures are"), choices=grades),
        _field(
            ("grade", "effect"),
            "choice",
            _("How good the evidence of the effect is"),
            choices=grades,
        ),
        _field(("grade", "age"), "choice", _("How old the evidence is"), choices=grades),
        _field(("owner",), "text", _("Owner"), _said(known, "owner")),
        _field(("reviewed",), "date", _("Reviewed on"), _("Year-month-day, such as 2026-11-01")),
    )
