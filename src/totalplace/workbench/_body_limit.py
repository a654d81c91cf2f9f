"""How much a request may hold: a form little, a file of somebody who may load files more."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.errors import Problem
from totalplace.workbench._ask import may
from totalplace.workbench._limits import FORM_BYTES, is_upload
from totalplace.workbench._route import WorkRequest

__all__ = ["body_limit"]

_LOG = logging.getLogger(__name__)


def body_limit(
    get_response: Callable[[WorkRequest], HttpResponse],
) -> Callable[[WorkRequest], HttpResponse]:
    """Middleware: refuses a request that holds too much before anything of it is read."""

    def answer(request: WorkRequest) -> HttpResponse:
        kind = "return" if request.path.startswith("/work/returns/") else "upload"
        takes_files = is_upload(request.path) and may(request.actor, "load", Thing(kind))
        most = FORM_BYTES
        if takes_files:
            most += settings.TOTALPLACE_UPLOAD_MB * 1_000_000
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length <= most:
            return get_response(request)
        _LOG.warning(
            "%s sent %d bytes to %r, of which %d are taken: refused",
            request.META.get("REMOTE_ADDR", ""),
            length,
            request.path[:200],
            most,
        )
        limit = f"{settings.TOTALPLACE_UPLOAD_MB if takes_files else 1:,} MB"
        problem = Problem(
            "upload_too_large",
            _("this is more than is taken at once"),
            request.path[:200],
            _("it is %(size)s MB, and at most %(limit)s are taken")
            % {"size": f"{length / 1_000_000:,.0f}", "limit": limit},
            _("send fewer files at once, or divide the file by months or sheets")
            if takes_files
            else _("send less"),
        )
        context = {"title": _("Too large"), "problems": [problem]}
        return render(request, "workbench/loads/too_large.html", context, status=413)

    return answer
