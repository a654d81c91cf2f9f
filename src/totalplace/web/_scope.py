"""Which count a page of money shows: year, key, prices, per head, and their choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._figures import FigureRow, rows_of
from totalplace.web._page import Column
from totalplace.web._params import MoneyParams
from totalplace.web._places import publication

__all__ = ["Scope", "figure_href", "scope_of", "state_form"]


@dataclass(frozen=True)
class Scope:
    """The count that a page shows, found and checked.

    Attributes:
        key_id: the apportionment key.
        real: the year of the prices, or None for the money of the year.
        per: ``head``, ``household`` or None.
    """

    publication: Publication
    params: MoneyParams
    year: str
    key_id: str
    real: str | None
    per: str | None

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The count under this key, as ``count --json`` gives it; in cash."""
        name = "count" if self.key_id == self.default_key else f"key-{self.key_id}"
        return dict(self.publication.document(self.year, name))

    @cached_property
    def headline(self) -> FigureRow:
        """Net of the place in the prices that were asked for."""
        (row,) = rows_of(self.publication, self.year, self.key_id, "", self.real or "cash")
        return row

    @property
    def default_key(self) -> str:
        """The key that is used unless another is asked for."""
        keys = self.publication.manifest["keys"][self.year]
        default: str = next(key["key_id"] for key in keys if key["is_default"])
        return default

    def rows(self, split: str) -> tuple[FigureRow, ...]:
        """The figures of a split in cash, the largest first.

        Raises:
            RequestError: there is no such split.
        """
        return rows_of(self.publication, self.year, self.key_id, split)

    def divisor(self, area: str | None = None) -> int | None:
        """What amounts are divided by: people or households of the place or of an area."""
        if self.per is None:
            return None
        kind = "people" if self.per == "head" else "households"
        if area is None:
            found: int | None = self.document[kind]
            return found
        return self._by_area.get(area)

    @cached_property
    def _by_area(self) -> Mapping[str, int | None]:
        """Area -> its people or households in the year."""
        kind = "people" if self.per == "head" else "households"
        rows = self.publication.table("areas").to_pylist()
        return {row["area"]: row[kind] for row in rows if row["year"] == self.year}

    def per_pence(self, pence: int, area: str | None = None) -> int | None:
        """An amount per head or household, rounded half-even to the penny, where known."""
        divisor = self.divisor(area)
        return round(Fraction(pence, divisor)) if divisor else None

    def per_columns(self) -> list[Column]:
        """The column of amounts per head or household, if it was asked for."""
        if self.per is None:
            return []
        words = _("£ per head") if self.per == "head" else _("£ per household")
        return [Column(f"per_{self.per}_gbp", words, "gbp")]

    def query(self, **changes: object) -> str:
        """The parameters that links to other pages of the same count keep."""
        return self._kept.query(**changes)

    @cached_property
    def _kept(self) -> MoneyParams:
        asked = self.params.model_dump(exclude_defaults=True)
        return MoneyParams.model_validate(
            {name: value for name, value in asked.items() if name in MoneyParams.model_fields}
        )

    @property
    def unit(self) -> str:
        """What amounts are in, for captions."""
        base = _("in prices of %(year)s") % {"year": self.real} if self.real else _("in cash")
        return _("%(year)s, £, %(base)s") % {"year": self.year, "base": base}

    @property
    def source(self) -> str:
        """Where figures are from, for captions."""
        manifest = self.publication.manifest
        return _("Source: %(place)s, publication %(n)s, %(when)s.") % {
            "place": manifest["place"]["name"],
            "n": self.publication.n,
            "when": date_format(date.fromisoformat(manifest["published"][:10]), "j F Y"),
        }


def figure_href(row: FigureRow, scope: Scope) -> str:
    """Where a figure leads back to where it came from."""
    at = f"?at={scope.params.at}" if scope.params.at else ""
    return f"/money/figures/{row.figure_id}/{at}"


def scope_of(params: MoneyParams) -> Scope:
    """The count that parameters ask for.

    Raises:
        RequestError: a year, key or price year that is not published; all at once.
    """
    one = publication(params.at)
    manifest = one.manifest
    year = params.year or manifest["years"][0]
    if year not in manifest["years"]:
        raise RequestError(_unknown("year", year, manifest["years"]))
    problems = []
    keys = [key["key_id"] for key in manifest["keys"][year]]
    default = next(key["key_id"] for key in manifest["keys"][year] if key["is_default"])
    key_id = params.key or default
    if key_id not in keys:
        problems.append(_unknown("key", key_id, keys))
    prices = manifest["price_years"].get(year, [])
    if params.real is not None and params.real not in prices:
        problems.append(_unknown("real", params.real, prices))
    if problems:
        raise RequestError(problems)
    return Scope(one, params, year, key_id, params.real, params.per)


def state_form(scope: Scope, *, with_prices: bool = False, with_per: bool = True) -> dict[str, Any]:
    """The choices of a page of money, for its form."""
    manifest, params = scope.publication.manifest, scope.params
    choices = [
        {
            "name": "year",
            "label": _("Year"),
            "value": scope.year,
            "options": [(year, year) for year in manifest["years"]],
        }
    ]
    if with_per:
        choices.append(
            {
                "name": "per",
                "label": _("Amounts"),
                "value": scope.per or "",
                "options": [
                    ("", _("in total")),
                    ("head", _("per head")),
                    ("household", _("per household")),
                ],
            }
        )
    keys = manifest["keys"][scope.year]
    if len(keys) > 1:
        choices.append(
            {
                "name": "key",
                "label": _("Shared money by"),
                "value": scope.key_id,
                "options": [
                    (
                        key["key_id"],
                        _("%(measure)s, %(year)s (key %(key)s)")
                        % {"measure": key["measure"], "year": key["year"], "key": key["key_id"]},
                    )
                    for key in keys
                ],
            }
        )
    prices = manifest["price_years"].get(scope.year, [])
    if with_prices and prices:
        choices.append(
            {
                "name": "real",
                "label": _("Prices"),
                "value": scope.real or "",
                "options": [("", _("of the year")), *((year, year) for year in prices)],
            }
        )
    shown = {choice["name"] for choice in choices} | set(type(params).path_fields())
    hidden = [
        (name, value)
        for name, value in params.model_dump(exclude_defaults=True).items()
        if name not in shown
    ]
    return {"choices": choices, "hidden": hidden}


def _unknown(name: str, value: str, known: list[str]) -> Problem:
    return Problem(
        f"unknown_{name}",
        "this is not published",
        f"{name}={value}"[:200],
        f"the publication has {', '.join(known) or 'none'}",
        "choose one of these, or take it out of the address",
    )
