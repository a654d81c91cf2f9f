"""Problems of the place as a page tells them: with what can be done there, not in a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

__all__ = ["for_page"]


def for_page(problems: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The problems, where their fix names an option of a command with what the page offers."""
    return [{**one, "fix": _fix(str(one["fix"]))} for one in problems]


def _fix(text: str) -> str:
    ways = (
        ("--yes", _("accept it with a reason, if it is right all the same")),
        ("--body", _("change whose money it is")),
        ("--supersedes", _("correct the file, upload it, and say that it replaces this one")),
        ("--mapping", _("settle the mapping")),
        ("mapping.toml", _("settle the mapping")),
        ("into the mapping", _("change the mapping")),
        ("write the period", _("change the mapping")),
        ("--format", _("upload the file as its publisher supplies it")),
        ("totalplace ", _("ask somebody who acts for the whole place")),
    )
    return next((way for sign, way in ways if sign in text), text)
