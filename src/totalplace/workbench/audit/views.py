"""The pages of the audit: its rows, one row, all as a file, and the proof that it is whole."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from totalplace.access import DATA_CLASSES, Thing
from totalplace.errors import RequestError
from totalplace.reports import SHEET_ROWS, too_many_rows
from totalplace.web._page import Column, Row, Table
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.audit._export import SUFFIXES, parts
from totalplace.workbench.audit._filters import KINDS, Filters, actions, after, read_filters
from totalplace.workbench.audit._verify import current_head
from totalplace.workbench.audit._work import VERIFY
from totalplace.workbench.audit.models import Entry
from totalplace.workbench.jobs import enqueue
from totalplace.workbench.jobs.models import Job

__all__: list[str] = []

_SHOWN = 50


@route("audit", "audit/", get=("see", "audit"))
def audit(request: WorkRequest) -> HttpResponse:
    """Who did, saw and was denied what: the newest first, a page at a time."""
    filters = read_filters(request.GET)
    cursor = request.GET.get("before", "")
    rows = [] if filters.faults else list(after(filters.rows(), cursor)[: _SHOWN + 1])
    older = ""
    if len(rows) > _SHOWN:
        rows = rows[:_SHOWN]
        older = filters.query(before=f"{rows[-1].when}~{rows[-1].n}")
    context = {
        "title": _("Audit"),
        "lead": _("Who did, saw and was denied what, the newest first."),
        "filters": filters,
        "errors": list(filters.faults.items()),
        "table": _table(rows, filters),
        "older": older,
        "newest": filters.query() or reverse("audit") if cursor else "",
        "query": filters.query(),
        "suffixes": [] if filters.faults else list(SUFFIXES),
        "actions": [(name, _plain(name)) for name in actions()],
        "data_classes": [(name, _plain(name)) for name in DATA_CLASSES],
        "kinds": [(name, _kind_words(name)) for name in KINDS],
        "head": current_head(),
        "may_verify": may(request.actor, "verify", Thing("audit")),
        "proof": Job.objects.filter(kind=VERIFY).order_by("-id").first(),
    }
    return render(request, "workbench/audit/list.html", context)


def entry_thing(request: HttpRequest, n: int) -> Thing:  # noqa: ARG001
    """A row of the audit."""
    if not Entry.objects.filter(pk=n).exists():
        raise not_there("row")
    return Thing("audit", str(n))


@route("audit-row", "audit/<int:n>/", thing=entry_thing, get=("see", "audit"))
def row(request: WorkRequest, n: int) -> HttpResponse:
    """All that a row of the audit holds."""
    one = Entry.objects.get(pk=n)
    context = {
        "title": _("Row %(n)s of the audit") % {"n": f"{n:,}"},
        "crumbs": [(_("Audit"), reverse("audit"))],
        "row": one,
        "state": _state(one),
        "moment": _moment(one.when, "j F Y H:i:s"),
        "action": _plain(one.action),
        "data_class": _plain(one.data_class),
        "detail": [(name, _told(value)) for name, value in sorted(one.detail.items())],
        "outcomes": [
            (other.n, ", ".join(f"{name} {_told(value)}" for name, value in other.detail.items()))
            for other in Entry.objects.filter(of_row=n)
        ],
        "newer": Entry.objects.filter(pk=n + 1).exists(),
    }
    return render(request, "workbench/audit/row.html", context)


def file_thing(request: HttpRequest, suffix: str) -> Thing:  # noqa: ARG001
    """The rows as a file of a form."""
    if suffix not in SUFFIXES:
        raise not_there("form")
    return Thing("audit", suffix)


@route("audit-file", "audit/rows.<str:suffix>", thing=file_thing, get=("export", "audit"))
def file(request: WorkRequest, suffix: str) -> HttpResponseBase:
    """The chosen rows as a file. That they were taken is a row itself, which the file lacks."""
    filters = read_filters(request.GET)
    if filters.faults:
        return redirect(f"{reverse('audit')}{filters.query()}")
    rows = filters.rows().filter(n__lt=request.asked)
    count = rows.count()
    if suffix == "xlsx" and count > SHEET_ROWS:
        raise RequestError(too_many_rows(request.path, count))
    record_outcome(request.asked, {"rows": count, "format": suffix, "filters": filters.given})
    name = f"audit-{timezone.now():%Y-%m-%d}.{suffix}"
    return StreamingHttpResponse(
        parts(rows, suffix, count=count),
        content_type=SUFFIXES[suffix],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@route("audit-verify", "audit/verify/", post=("verify", "audit"))
def verify(request: WorkRequest) -> HttpResponse:
    """Begin to prove that the audit is whole."""
    job = Job.objects.filter(kind=VERIFY, finished=None).first()
    if job is None:
        job = enqueue(VERIFY, {}, actor=request.actor, asked=request.asked)
    return redirect("job", id=job.pk)


def proof_thing(request: HttpRequest, id: int) -> Thing:  # noqa: A002, ARG001
    """A proof of the audit."""
    if not Job.objects.filter(pk=id, kind=VERIFY, status="done").exists():
        raise not_there("proof")
    return Thing("audit", f"proof {id}")


@route("audit-verified", "audit/proofs/<int:id>/", thing=proof_thing, get=("see", "audit"))
def proof(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """What a proof of the audit has found."""
    job = Job.objects.get(pk=id)
    found: dict[str, Any] = job.result
    whole, broken = _("The audit is whole"), _("The audit is not whole")
    context = {
        "title": whole if found["is_whole"] else broken,
        "crumbs": [(_("Audit"), reverse("audit"))],
        "found": found,
        "job": job,
        "problems": found["problems"],
    }
    return render(request, "workbench/audit/proof.html", context)


def _table(rows: list[Entry], filters: Filters) -> Table:
    return Table(
        "audit",
        _("Rows of the audit, the newest first"),
        [
            Column("when", _("When"), is_head=True),
            Column("who", _("Who")),
            Column("action", _("Act")),
            Column("data_class", _("Of")),
            Column("thing", _("Which")),
            Column("state", _("Decision")),
        ],
        [_cells(one, filters) for one in rows],
        empty=_("No row of the audit is like that."),
    )


def _cells(one: Entry, filters: Filters) -> Row:
    links = {"when": reverse("audit-row", args=[one.n])}
    if one.who and not filters.who:
        links["who"] = replace(filters, who=one.who).query()
    return {
        "when": _moment(one.when, "j M Y H:i:s"),
        "who": one.who or _("not signed in"),
        "action": _plain(one.action),
        "data_class": _plain(one.data_class),
        "thing": one.thing,
        "state": _state(one),
        "_links": links,
        "_notes": {"state": one.because} if not one.allowed else {},
    }


def _state(one: Entry) -> str:
    if one.of_row is not None or one.action == "finish":
        return _("outcome")
    return _("allowed") if one.allowed else _("denied")


def _kind_words(kind: str) -> str:
    words = {
        "allowed": _("allowed"),
        "denied": _("denied"),
        "outcomes": _("what came of acts"),
    }
    return words[kind]


def _told(value: object) -> str:
    """A fact of a row, as it is written."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _moment(when: str, form: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(when)), form)
