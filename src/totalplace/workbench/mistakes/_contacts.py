"""Addresses of reporters are kept no longer than was promised to them."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from totalplace.workbench.jobs._keep import hourly
from totalplace.workbench.mistakes.models import CONTACT_DAYS, Mistake

__all__ = ["forget_contacts"]


@hourly
def forget_contacts() -> int:
    """Delete the addresses whose time is over; how many there were.

    Also before anything of mistakes is shown in the workbench: none is seen later.
    """
    over = timezone.now() - timedelta(days=CONTACT_DAYS)
    found = (
        Mistake.objects.exclude(contact="")
        .annotate(answered=Max("answers__when"))
        .filter(answered__lt=over)
        .values_list("pk", flat=True)
    )
    return Mistake.objects.filter(pk__in=list(found)).update(contact="")
