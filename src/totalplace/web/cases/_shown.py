"""A case as it is shown: the document of its run, with names for people to read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from totalplace.money import parse_pence
from totalplace.web._page import Column

__all__ = ["SOCIETY", "ShownCase", "money", "pence", "value_words"]

SOCIETY = "society"
_VIEWS = (SOCIETY, "exchequer", "local", "national")


@dataclass(frozen=True)
class ShownCase:
    """A run of a case, and where its pages are.

    Attributes:
        result: the document of the run, as ``case run --json`` prints it.
        titles: ``activity.<id>`` or ``outcome.<id>`` -> its title, where it has one.
        href: address of the case's first page, with the last slash; the others stand below it.
            Empty where there are none to lead to.
        query: what stands behind the addresses of its pages.
        source: of what the figures are, for captions.
    """

    result: Mapping[str, Any]
    titles: Mapping[str, str] = field(default_factory=dict)
    href: str = ""
    query: str = ""
    source: str = ""

    @property
    def view(self) -> str:
        """The perspective that sensitivities are told for."""
        return str(self.result["perspective"])

    @property
    def views(self) -> list[str]:
        """Every perspective: the widest first, then the bodies."""
        found = list(self.result["perspectives"])
        return [one for one in _VIEWS if one in found] + [one for one in found if one not in _VIEWS]

    @cached_property
    def bodies(self) -> Mapping[str, str]:
        """Body id -> name."""
        return {row["body"]: row["name"] for row in self.result["matrix"]}

    @property
    def unit(self) -> str:
        """What amounts are in, for captions."""
        return _("£, in prices of %(base)s") % {"base": self.result["price_base"]}

    @property
    def present_unit(self) -> str:
        """What present values are in, for captions."""
        year = self.year(0)
        return _("£, present value in %(year)s, in prices of %(base)s") % {
            "year": year,
            "base": self.result["price_base"],
        }

    def view_name(self, view: str) -> str:
        """A perspective in words."""
        known = {
            SOCIETY: _("Everybody (society)"),
            "exchequer": _("All public bodies"),
            "local": _("Local public bodies"),
            "national": _("National public bodies"),
        }
        return known.get(view) or self.bodies.get(view, view)

    def body_name(self, body: str | None) -> str:
        """The name of a body."""
        return "" if body is None else self.bodies.get(body, body)

    def year(self, number: int) -> str:
        """The financial year of a year of the case.

        >>> ShownCase({"base_year": 1999}).year(0)
        '1999-00'
        """
        begins = self.result["base_year"] + number
        return f"{begins}-{(begins + 1) % 100:02d}"

    def paid_back(self, view: str) -> str:
        """The year by which a view has its money back; that it never has, or pays nothing."""
        told = self.result["perspectives"][view]
        if not told["bcr"]:
            return _("n/a")
        return _("never") if told["payback_year"] is None else self.year(told["payback_year"])

    def item_name(self, item: str) -> str:
        """An activity or outcome in words; with its id too where another has the same title.

        >>> ShownCase({}, {"outcome.care": "Children in care"}).item_name("outcome.care")
        'Children in care'
        >>> ShownCase({}).item_name("activity.family-support")
        'Family support'
        >>> twins = {"outcome.care-hoped": "Care", "outcome.care-tried": "Care"}
        >>> ShownCase({}, twins).item_name("outcome.care-hoped")
        'Care (care hoped)'
        """
        plain = item.partition(".")[2].replace("-", " ").replace("_", " ")
        title = self.titles.get(item)
        if not title:
            return plain[:1].upper() + plain[1:]
        is_one_of_many = list(self.titles.values()).count(title) > 1
        return f"{title} ({plain})" if is_one_of_many else title

    def number_name(self, key: str) -> str:
        """A number of the case in words: what it is, then of which activity or outcome."""
        if key.count(".") < 2:
            known = {"all benefits": _("All benefits"), "all costs": _("All costs")}
            return known.get(key, key)
        kind, item, name = key.split(".", 2)
        part = _part_words(name)
        # the part first: in a picture the end of a long name is cut
        return f"{part[:1].upper()}{part[1:]}: {self.item_name(f'{kind}.{item}')}"

    def moved_name(self, key: str) -> str:
        """A number that is moved, in words, with how many others that are the same quantity."""
        count = len(self.result.get("together", {}).get(key, ()))
        name = self.number_name(key)
        return (
            _("%(name)s (and %(count)d more)") % {"name": name, "count": count} if count else name
        )

    def correlation_name(self, row: Mapping[str, Any]) -> str:
        """How closely numbers move together, in words.

        Args:
            row: one of the ``correlations``.
        """
        effects, costs = row["effects"], row["unit_costs"]
        both = f"{effects:g}" if effects == costs else f"{effects:g} / {costs:g}"
        if effects == costs == 0:
            return _("%(both)s: each moves on its own") % {"both": both}
        if row["correlation"] == "default":
            return _("%(both)s: as in the case") % {"both": both}
        return _("%(both)s: closely together") % {"both": both}

    def shares_words(self, text: str) -> str:
        """Shares by body as a register tells them, with names instead of ids.

        >>> ShownCase({"matrix": [{"body": "nhs", "name": "Hospitals"}]}).shares_words("nhs 0.7")
        'Hospitals 70%'
        """
        found = []
        for one in text.split("; "):
            body, _between, share = one.rpartition(" ")
            found.append(f"{self.body_name(body)} {100 * float(share):g}%")
        return "; ".join(found)

    def link(self, page: str = "") -> str:
        """The address of one of the case's pages; empty where there are none."""
        return f"{self.href}{page}{self.query}" if self.href else ""


def _part_words(name: str) -> str:
    known = {
        "baseline": _("how often without it"),
        "benefit": _("what it is worth"),
        "cashable": _("share that frees cash"),
        "cohort": _("how many people"),
        "cost": _("cost"),
        "deadweight": _("would have happened anyway"),
        "displacement": _("shifted from elsewhere"),
        "dropoff": _("fades a year"),
        "effect": _("how much changes"),
        "lag": _("years until it shows"),
        "leakage": _("goes to others"),
        "weight": _("distributional weight"),
        "payer": _("who pays"),
        "split": _("who gains"),
        "takeup": _("how many take part"),
        "unit_cost": _("what one costs"),
        "years": _("years"),
    }
    return known.get(name, name.replace("_", " "))


def pence(text: str | None) -> int | None:
    """Pounds as a document holds them, as pence.

    >>> pence("-399709.48"), pence(None)
    (-39970948, None)
    """
    return None if text is None else parse_pence(text)


def money(name: str, label: str, **more: Any) -> Column:
    """A column of pence that a case has worked out: to the pound, since more would say nothing."""
    return Column(name, label, "gbp", is_whole=True, **more)


_TINY = 1e-12


def value_words(value: object, unit: str = "") -> str:
    """A number of a case as people read it: six figures at most.

    >>> value_words(0.14999999999), value_words(52000.0, "GBP per child"), value_words("0 to 4")
    ('0.15', '52,000 GBP per child', '0 to 4')
    >>> value_words(None), value_words(900.0, "GBP k/year")
    ('', '900 GBP k/year')
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    number = 0.0 if abs(value) < _TINY else float(value)
    text = f"{number:,.0f}" if abs(number) >= 10_000 else f"{number:,.6g}"
    text = re.sub(r"(\.\d*?)0+$", r"\1", text).removesuffix(".") if "." in text else text
    return f"{text} {unit}".strip()
