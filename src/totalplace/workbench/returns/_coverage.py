"""The job that works out how much of the counted money is from returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Actor
from totalplace.errors import RequestError
from totalplace.workbench.jobs import Progress, enqueue, job_kind
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.returns.models import Coverage

__all__ = ["ask_coverage"]

_KIND = "coverage"


def ask_coverage(actor: Actor) -> int:
    """Have the coverage worked out; of jobs that wait for it there is one. Its number."""
    from totalplace.workbench.jobs.models import Job

    found = Job.objects.filter(kind=_KIND, status="queued", is_cancelled=False).first()
    job = found or enqueue(_KIND, {}, actor=actor)
    return int(job.pk)


@job_kind(_KIND, _("Work out what returns cover"), lane="long")
def coverage(
    facts: Mapping[str, Any],  # noqa: ARG001 - as jobs are called
    told: Progress,
) -> Mapping[str, Any]:
    """Count each year of the place, and keep what is from the returns of each body."""
    years = []
    with open_place(settings.TOTALPLACE_PLACE) as place:
        state = str(state_of(place))
        for year in place.years:
            told(_("counting %(year)s") % {"year": year})
            try:
                found = place.returns(year, report=told).facts
            except RequestError as error:
                # a year that cannot be counted yet covers nothing
                told("; ".join(one.why for one in error.problems))
                continue
            bodies = {
                one.body_id: {
                    "gross_pence": one.gross_pence,
                    "returned_pence": one.returned_pence,
                    "detail": "; ".join(f"{p.cap_rev}: {p.detail}" for p in one.counted),
                }
                for one in found.bodies
            }
            Coverage.objects.update_or_create(
                year=year, defaults={"state": state, "bodies": bodies}
            )
            years.append(year)
    return {"years": years}
