"""What the unsaved choices of an account would do: worked out as a job, before they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from totalplace import open_place
from totalplace._api import Choice as PlaceChoice
from totalplace._api import Place
from totalplace.errors import RequestError
from totalplace.workbench.jobs import Progress, job_kind
from totalplace.workbench.queues._state import state_of

__all__ = ["EFFECT"]

EFFECT = "effect"


@job_kind(EFFECT, "Work out what your choices change", lane="quick", result_page="queue-effect")
def effect(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """The headline before and after the choices, year by year, with what changes by body.

    Args:
        facts: ``choices``, each what, object_id and value, and their ``fingerprint``.
    """
    choices = [PlaceChoice(one["object_id"], one["what"], one["value"]) for one in facts["choices"]]
    with open_place(settings.TOTALPLACE_PLACE) as place:
        state = state_of(place)
        years = [
            found
            for year in place.years
            if (found := _of_year(place, choices, year, told)) is not None
        ]
    return {
        "fingerprint": facts["fingerprint"],
        "files": state.files,
        "decisions": state.decisions,
        "years": years,
    }


def _of_year(
    place: Place, choices: list[PlaceChoice], year: str, told: Progress
) -> dict[str, Any] | None:
    told(f"headline of {year}")
    try:
        found = place.effect(
            choices, year=year, report=lambda stage: told(f"{year}: {stage}")
        ).facts
    except RequestError as error:
        if {one.code for one in error.problems} == {"no_such_year"}:
            return None
        raise
    names = ("gross_pence", "eliminated_pence", "net_pence", "matched", "unresolved")
    return {
        "year": year,
        "before": {name: getattr(found.before, name) for name in names},
        "after": {name: getattr(found.after, name) for name in names},
        "bodies": [
            {"body": one.name, "before_pence": one.before_pence, "after_pence": one.after_pence}
            for one in found.changes
        ],
    }
