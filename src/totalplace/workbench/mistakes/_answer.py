"""What mends a mistake: a decision or a file that the place has."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.errors import RequestError

__all__ = ["fault_of_mending"]

_SHA256 = re.compile(r"[0-9a-f]{4,64}")


def fault_of_mending(text: str) -> str:
    """What is wrong with the name of what mends a mistake; empty if the place has it.

    Args:
        text: ``decision 12``, or the SHA-256 of a file (four or more digits of it).
    """
    if not text:
        return _("Name the decision or the file that mends it")
    word, _between, number = text.partition(" ")
    with open_place(settings.TOTALPLACE_PLACE) as place:
        if word == "decision" and number.isdecimal():
            known = {one.n for one in place.folder.all_decisions()}
            return "" if int(number) in known else _("The place has no decision of this number")
        if not _SHA256.fullmatch(text):
            return _("Write “decision” and its number, or the SHA-256 of the file")
        try:
            place.folder.state().find_source(text)
        except RequestError as error:
            return "; ".join(f"{one.what}: {one.why}" for one in error.problems)
    return ""
