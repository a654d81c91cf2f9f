"""The jobs of publishing: preparing what is proposed, and letting it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Thing
from totalplace.disclosure import open_zone
from totalplace.errors import Problem, RequestError, TotalplaceError
from totalplace.workbench._ask import may
from totalplace.workbench.jobs import Progress, job_kind

if TYPE_CHECKING:
    from totalplace import Place
    from totalplace.workbench.releases.models import Release

__all__ = ["is_public", "last_published", "withdraw_corrected"]


def last_published() -> int | None:
    """The number of the newest publication that can be read, if there is one."""
    try:
        return open_zone(settings.TOTALPLACE_PLACE).latest.n
    except RequestError:
        return None


@job_kind("propose", "Prepare a publication", lane="long", result_page="release-of-job")
def propose(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Freeze the place and compare it with the last publication."""
    release = _release(facts)
    try:
        with open_place(settings.TOTALPLACE_PLACE) as place:
            if release.snapshot is None:
                told(_("freezing the place"))
                release.snapshot = place.snapshot(release.note).facts.n
                release.before = last_published()
                release.save()
            told(_("checking licences"))
            place.check_licences(at=release.snapshot)
            release.difference = _difference(place, release, told)
    except TotalplaceError as error:
        release.status = "failed"
        release.problems = [one.as_dict() for one in error.problems]
        release.save()
        raise
    release.status = "proposed"
    release.save()
    return {"release": release.pk}


def _difference(place: Place, release: Release, told: Progress) -> list[dict[str, Any]]:
    """For each year the headline before and after, and the change by body."""
    assert release.snapshot is not None
    found = []
    for at, year in enumerate(place.years):
        told(_("comparing %(year)s") % {"year": year}, at, len(place.years))
        try:
            found.append(_year(place, release.before, release.snapshot, year))
        except RequestError as error:
            if year == place.years[0]:
                raise
            found.append({"year": year, "why_not": str(error.problems[0].why)})
    return found


def _year(place: Place, before: int | None, after: int, year: str) -> dict[str, Any]:
    if before is None:
        headline = _headline(place.count(year, at=after).facts)
        return {"year": year, "before": None, "after": headline, "rows": [], "causes": []}
    found = place.diff(before, after, year=year)
    names = {row["body_id"]: row["body"] for row in found.document["rows"]}
    return {
        "year": year,
        "before": _headline(found.facts.before),
        "after": _headline(found.facts.after),
        "causes": list(found.facts.causes),
        "rows": [
            {
                "body_id": one.body_id,
                "body": names[one.body_id],
                "before_pence": one.before_pence,
                "after_pence": one.after_pence,
                "change_pence": one.change_pence,
                "causes": list(one.causes),
            }
            for one in found.facts.changes
        ],
    }


def _headline(counted: Any) -> dict[str, Any]:
    return {"net_pence": counted.net_pence, "figure_id": counted.figure_id}


@job_kind("publish", "Publish", lane="long", result_page="release-of-job")
def publish(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Let out what a second person has approved, and withdraw what it corrects."""
    release = _release(facts)
    if release.status == "publishing" and not _still_may(release):
        raise RequestError(
            Problem(
                "not_allowed",
                _("it was not published"),
                f"release {release.pk}",
                _("the account that approved it may no longer approve it"),
                _("have somebody else look at it and approve it"),
            )
        )
    if release.status not in ("publishing", "published") or not release.decided_by:
        raise RequestError(
            Problem(
                "not_approved",
                _("only what a second person has approved is published"),
                f"release {release.pk}",
                _("it is %(status)s") % {"status": release.status},
                _("have it approved first"),
            )
        )
    try:
        with open_place(settings.TOTALPLACE_PLACE) as place:
            made = place.publish(at=release.snapshot, note=release.note, report=told)
            told(_("withdrawing what it corrects"))
            withdraw_corrected(place, release)
    except TotalplaceError as error:
        if not is_public(release):
            release.status = "failed"
        release.problems = [one.as_dict() for one in error.problems]
        release.save()
        raise
    release.status, release.problems = "published", []
    release.save()
    return {"release": release.pk, "publication": made.facts.n}


def is_public(release: Release) -> bool:
    """Whether what was frozen for a release can be read by everybody."""
    return release.snapshot in open_zone(settings.TOTALPLACE_PLACE).numbers


def withdraw_corrected(place: Place, release: Release) -> None:
    """Withdraw what a release corrects, if anything; done again it changes nothing more.

    Raises:
        PlaceError: the disk cannot do it.
    """
    if release.corrects is None:
        return
    told = {"n": release.snapshot, "note": release.note}
    reason = _("Corrected by publication %(n)s. %(note)s") % told
    place.withdraw(release.corrects, reason=reason)


def _still_may(release: Release) -> bool:
    """Whether who has approved it may still do so: the work may have waited for long."""
    from totalplace.workbench.accounts.models import Account

    account = Account.objects.filter(name=release.decided_by).first()
    thing = Thing("release", str(release.pk), owner=release.proposed_by)
    # the second factor was given when it was approved
    return account is not None and may(account.actor(timezone.now()), "approve", thing)


def _release(facts: Mapping[str, Any]) -> Release:
    from totalplace.workbench.releases.models import Release

    return Release.objects.get(pk=facts["release"])
