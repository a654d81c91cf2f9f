"""The headline of a count as a page tells it: amounts with their range, quality and origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from totalplace.web._figures import FigureRow, rows_of
from totalplace.web._scope import Scope, figure_href

__all__ = ["Swap", "headline_facts", "swap_of"]


@dataclass(frozen=True)
class Swap:
    """The headline under the default key and under another.

    Attributes:
        before, after: rows of the headline.
        key_before, key_after: the keys, as the manifest tells them.
    """

    before: FigureRow
    after: FigureRow
    key_before: Mapping[str, Any]
    key_after: Mapping[str, Any]

    @property
    def difference_pence(self) -> int:
        """What the other key adds."""
        return self.after.pence - self.before.pence


def headline_facts(scope: Scope) -> dict[str, Any]:
    """What the headline of a page needs."""
    parts = {row.values["cap_rev"]: row for row in scope.rows("cap_rev")}
    document = scope.document
    return {
        "scope": scope,
        "headline": scope.headline,
        "headline_href": figure_href(scope.headline, scope),
        "capital": parts.get("cap"),
        "revenue": parts.get("cur"),
        "capital_href": figure_href(parts["cap"], scope) if "cap" in parts else "",
        "revenue_href": figure_href(parts["cur"], scope) if "cur" in parts else "",
        "per": [
            {
                "label": label,
                "pence": _per(scope, scope.headline.pence, kind),
                "count": document[kind],
                "of": document[f"{kind}_year"],
                "kind": kind,
                "why": document["reasons"].get(kind, ""),
            }
            for kind, label in (("people", _("Per head")), ("households", _("Per household")))
        ],
        "swap": (swap := swap_of(scope)),
        "swap_before_href": figure_href(swap.before, scope) if swap else "",
        "onward": scope.query(),
    }


def swap_of(scope: Scope) -> Swap | None:
    """The headline before and after a swap of keys, where one was asked for."""
    if scope.params.key is None:
        return None
    keys = {key["key_id"]: key for key in scope.publication.manifest["keys"][scope.year]}
    base = scope.real or "cash"
    (before,) = rows_of(scope.publication, scope.year, scope.default_key, "", base)
    return Swap(before, scope.headline, keys[scope.default_key], keys[scope.key_id])


def _per(scope: Scope, pence: int, kind: str) -> int | None:
    """Rounded half-even to the penny, as a count does."""
    number = scope.document[kind]
    return round(Fraction(pence, number)) if number else None
