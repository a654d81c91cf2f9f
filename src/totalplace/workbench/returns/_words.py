"""The states of returns for people."""

from __future__ import annotations

from django.utils.translation import gettext as _

__all__ = ["state_words"]


def state_words(state: str) -> str:
    """A state of a return."""
    return {
        "missing": _("missing"),
        "overdue": _("missing and overdue"),
        "received": _("received"),
        "late": _("received late"),
        "revised": _("revised"),
        "signed_off": _("signed off"),
    }[state]
