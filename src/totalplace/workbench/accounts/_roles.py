"""The roles of accounts in words, and which one account may not have together."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

__all__ = ["ROLE_WORDS", "faults_of_roles"]

ROLE_WORDS: Mapping[str, tuple[object, object]] = {
    "viewer": (gettext_lazy("Viewer"), gettext_lazy("reads what is public, and saves views")),
    "analyst": (
        gettext_lazy("Analyst"),
        gettext_lazy("loads files and settles the money of the bodies that it acts for"),
    ),
    "practitioner": (
        gettext_lazy("Practitioner"),
        gettext_lazy("works with people at one of the bodies; sees no payments"),
    ),
    "governance": (
        gettext_lazy("Information governance"),
        gettext_lazy("approves publications that others propose, and reads the audit"),
    ),
    "admin": (
        gettext_lazy("Admin"),
        gettext_lazy("keeps accounts; sees neither money nor the audit"),
    ),
}
"""Role that an account can have -> its name, and what it is for."""

_APART = (
    ("admin", "analyst"),
    ("admin", "governance"),
    ("admin", "practitioner"),
    ("governance", "analyst"),
)


def faults_of_roles(roles: Collection[str]) -> list[str]:
    """Why an account may not have these roles together; all reasons."""
    faults = [
        _("There is no role %(role)s: choose from %(all)s.")
        % {"role": role, "all": ", ".join(ROLE_WORDS)}
        for role in sorted(set(roles) - set(ROLE_WORDS))
    ]
    if not roles:
        faults.append(_("Choose one role or more."))
    why = {
        "admin": _(
            "who gives out access must not have it, so an admin has no other of these roles"
        ),
        "governance": _("who approves a publication must not be one of those who make it"),
    }
    faults += [
        _("%(one)s and %(other)s cannot be one account: %(why)s.")
        % {"one": ROLE_WORDS[one][0], "other": ROLE_WORDS[other][0], "why": why[one]}
        for one, other in _APART
        if one in roles and other in roles
    ]
    return faults
