"""What a page says of what was just done, after the browser was led on."""

from __future__ import annotations

from django.http import HttpRequest

__all__ = ["said", "say"]

_KEY = "said"


def say(request: HttpRequest, text: str) -> None:
    """Have the next page say something."""
    request.session[_KEY] = str(text)


def said(request: HttpRequest) -> str:
    """What is to be said; it is said once."""
    session = getattr(request, "session", {})
    return str(session.pop(_KEY)) if _KEY in session else ""
