"""Who asks: the actor of each request, from its session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse

from totalplace.access import NOBODY, Actor
from totalplace.workbench._route import WorkRequest

__all__ = ["SessionMiddleware", "actor"]


def actor(
    get_response: Callable[[WorkRequest], HttpResponse],
) -> Callable[[WorkRequest], HttpResponse]:
    """Middleware: who asks stands at the request, and nothing that is answered is kept."""

    def answer(request: WorkRequest) -> HttpResponse:
        request.actor = _actor(request)
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response

    return answer


def _actor(request: WorkRequest) -> Actor:
    from totalplace.workbench.accounts.models import Account

    name = request.session.get("account")
    account = Account.objects.filter(name=name).first() if name else None
    if account is None:
        return NOBODY
    given = request.session.get("second_factor_at")
    return account.actor(datetime.fromisoformat(given) if given else None)
