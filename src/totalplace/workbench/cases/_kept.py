"""What the place keeps of cases: each approved once, and never changed."""

from __future__ import annotations

from django.conf import settings

from totalplace import open_place
from totalplace._api._kept_cases import KeptCase
from totalplace.errors import RequestError
from totalplace.workbench.cases.models import Draft

__all__ = ["is_taken_back", "kept_case", "kept_cases"]


def kept_cases() -> list[KeptCase]:
    """The latest of every approved case and portfolio."""
    with open_place(settings.TOTALPLACE_PLACE) as place:
        return [*place.cases().facts, *place.portfolios().facts]


def kept_case(kind: str, slug: str, revision: int | None = None) -> KeptCase | None:
    """An approved case or portfolio, if there is one of that name and number."""
    try:
        with open_place(settings.TOTALPLACE_PLACE) as place:
            find = place.portfolio if kind == "portfolio" else place.case
            found: KeptCase = find(slug, revision).facts
            return found
    except RequestError:
        return None


def is_taken_back(draft: Draft) -> bool:
    """Whether a draft was approved as it is, and the approval does not hold any more."""
    if draft.status != "kept" or draft.kept is None:
        return False
    found = kept_case(draft.kind, draft.slug, draft.kept)
    return found is None or not found.is_in_force
