"""What mends a mistake: a decision or a file that the place has."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Actor
from totalplace.workbench.loads._sources import may_see_source

__all__ = ["fault_of_mending"]

_SHA256 = re.compile(r"[0-9a-f]{4,64}")
_DECISION = re.compile(r"decision ([0-9]{1,9})", re.ASCII)


def fault_of_mending(actor: Actor, text: str) -> str:
    """What is wrong with the name of what mends a mistake; empty if the place has it.

    Args:
        actor: who names it: a file that they may not see is told like one that is not there.
        text: ``decision 12``, or the SHA-256 of a file (four or more digits of it).
    """
    if not text:
        return _("Name the decision or the file that mends it")
    decision = _DECISION.fullmatch(text)
    with open_place(settings.TOTALPLACE_PLACE) as place:
        if decision:
            known = {one.n for one in place.folder.all_decisions()}
            is_known = int(decision[1]) in known
            return "" if is_known else _("The place has no decision of this number")
        if not _SHA256.fullmatch(text):
            return _("Write “decision” and its number, or the SHA-256 of the file")
        state = place.folder.state()
        begin_so = [one.sha256 for one in state.sources if one.sha256.startswith(text)]
        seen = [one for one in begin_so if may_see_source(actor, state, one)]
    if len(seen) > 1:
        return _("Several files begin so: give more of the SHA-256")
    return "" if seen else _("You see no file of the place whose SHA-256 begins so")
