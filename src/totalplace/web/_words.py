"""Words for figures: grades, short amounts. The same on every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

__all__ = ["grade_words", "marked", "short_gbp", "status_words"]

_MARKS = re.compile(r"`([^`]+)`|\*([^*]+)\*")


def short_gbp(pence: int) -> str:
    """Pounds for prose and for large type, three figures and a unit.

    >>> short_gbp(206506820228), short_gbp(-53412345600), short_gbp(82050), short_gbp(99999999999)
    ('£2.07bn', '-£534m', '£820', '£1.00bn')
    """
    sign, size = ("-" if pence < 0 else ""), abs(pence)
    for unit, scale in (("", 100), ("k", 10**5), ("m", 10**8), ("bn", 10**11)):
        whole = size / scale
        # three figures of the unit in which they are below a thousand
        if whole < 999.5 or unit == "bn":
            places = 0 if whole >= 99.95 or not unit else 1 if whole >= 9.995 else 2
            return f"{sign}£{whole:,.{places}f}{unit}"
    raise AssertionError("billions take whatever is left")


def grade_words(grade: str) -> tuple[str, str]:
    """The word for a grade of placing money, and what it means."""
    known = {
        "A": (_("measured"), _("a local record says where the money went")),
        "B": (_("measured"), _("administrative data by area say where the money went")),
        "C": (_("allocated"), _("placed by an allocation formula")),
        "D": (_("apportioned"), _("shared out by a measure of need or activity")),
        "E": (_("apportioned"), _("shared out by numbers of people")),
        "X": (_("not placed"), _("it cannot be placed in any area")),
    }
    return known.get(grade, (_("assumed"), _("a judgement")))


def marked(text: str) -> SafeString:
    """A text as HTML: its `code` and *stress*, everything else escaped.

    >>> marked("`net` & *no* <b>")
    '<code>net</code> &amp; <em>no</em> &lt;b&gt;'
    """
    parts: list[str] = []
    last = 0
    for found in _MARKS.finditer(text):
        code, stress = found.groups()
        parts.append(escape(text[last : found.start()]))
        parts.append(f"<code>{escape(code)}</code>" if code else f"<em>{escape(stress)}</em>")
        last = found.end()
    parts.append(escape(text[last:]))
    return mark_safe("".join(parts))  # noqa: S308 - all parts are escaped


def status_words(status: str) -> str:
    """How the money of a body is known."""
    told = _STATUSES.get(status)
    return told() if told is not None else status


_STATUSES: Mapping[str, Callable[[], str]] = {
    "returned": lambda: _("Its own return, or the revenue outturn"),
    "published": lambda: _("Its published payments"),
    "estimated": lambda: _("The regional analysis, shared by a key"),
    "missing": lambda: _("Nothing that can be counted"),
}
