"""The page of a draft: what was answered, what is wrong, what can be done; its text and files."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from totalplace._api._kept_cases import KeptCase
from totalplace.access import Thing
from totalplace.errors import RequestError
from totalplace.reports.cases import form_bytes
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench._say import say
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.cases._about import crumbs, draft_thing, found_draft, status_words
from totalplace.workbench.cases._answers import sections_of
from totalplace.workbench.cases._kept import is_taken_back, kept_cases
from totalplace.workbench.cases._problems import told_problems
from totalplace.workbench.cases._received import received_texts
from totalplace.workbench.cases._save import saved, too_large
from totalplace.workbench.cases._text import MOST_TEXT, Read, read_draft
from totalplace.workbench.cases.models import Draft, Run
from totalplace.workbench.loads._bodies import Bodies

__all__ = ["one_page"]

_RUNS = 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REVISIONS = 20


@route("case", "work/cases/<str:id>/", thing=draft_thing, get=("see", "case"))
def one(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """A case or a portfolio: what was answered, what is wrong with it, and what can be done."""
    return one_page(request, found_draft(id))


def one_page(
    request: WorkRequest, draft: Draft, errors: list[tuple[str, str]] | None = None
) -> HttpResponse:
    """The page of a draft, with what was wrong with what was just asked of it."""
    read = read_draft(draft)
    may_write = may(request.actor, "write", draft.thing)
    latest = newest_run(draft)
    taken_back = is_taken_back(draft)
    runs = list(draft.runs.defer("document")[:_RUNS])
    context: dict[str, Any] = {
        "title": draft.title,
        "crumbs": crumbs(),
        "draft": draft,
        "status": _("its approval was taken back") if taken_back else status_words(draft),
        "bodies": Bodies(request.actor).names(draft.bodies) or _("the whole place"),
        "problems_here": told_problems(draft, read.problems, read.located),
        "warnings": told_problems(draft, read.warnings, read.located),
        "sections": [] if draft.is_portfolio else sections_of(draft, read.data),
        "is_whole": read.is_whole,
        "streams": _streams(read),
        "may_write": may_write and not draft.is_closed,
        "may_export": may(request.actor, "export", draft.thing),
        "may_take_back": may_write and draft.status == "submitted",
        "may_approve": draft.status == "submitted"
        and may(request.actor, "approve", draft.thing_for(request.actor)),
        "is_own": request.actor.name in draft.authors,
        "has_form": read.case is not None,
        "may_run": may_write and not read.problems,
        "may_submit": may_write and draft.status in {"draft", "returned"} and latest is not None,
        "latest": latest,
        "newest_is_old": latest is not None and latest.revision != draft.revision,
        "runs": runs,
        "revisions": draft.revisions.defer("text", "files")[:_REVISIONS],
        "problems": draft.problems,
        "errors": errors or [],
        "wrong": dict(errors or []),
    }
    status = 400 if errors else 200
    return render(request, "workbench/cases/one.html", context, status=status)


def newest_run(draft: Draft) -> Run | None:
    """The newest run that has found something with what the draft itself says."""
    return draft.runs.exclude(document={}).filter(tried={}).first()


def _streams(read: Read) -> list[dict[str, Any]]:
    held = read.data.get("stream")
    return [one for one in (held if isinstance(held, list) else []) if isinstance(one, dict)]


@route(
    "case-text",
    "work/cases/<str:id>/text/",
    thing=draft_thing,
    get=("write", "case"),
    post=("write", "case"),
)
def text(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """The text itself: for what the forms do not ask."""
    draft = found_draft(id)
    shown = draft.text
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        shown = request.POST.get("text", "")
        if request.FILES:
            texts, errors = received_texts(request)
            tomls = [one for name, one in texts.items() if name.endswith(".toml")]
            if not errors and len(texts) == len(tomls) == 1:
                shown = tomls[0]
            elif not errors:
                errors = [("files", _("Choose one case alone: other files have their own page"))]
        told = too_large(shown, draft.files)
        if not shown.strip():
            told = _("Write the text: it cannot be empty")
        errors += [("text", told)] if told else []
        if not errors:
            saved(
                draft,
                request.actor,
                seen=request.POST.get("revision", ""),
                note=_("the text"),
                text=shown,
            )
            record_outcome(request.asked, {"case": id, "revision": draft.revision})
            return redirect(draft.page)
    read = read_draft(draft)
    context = {
        "title": _("The text"),
        "crumbs": crumbs(draft),
        "draft": draft,
        "text": shown,
        "problems_here": read.problems,
        "rows": min(40, shown.count("\n") + 3),
        "most": f"{MOST_TEXT:,}",
        "errors": errors,
        "wrong": dict(errors),
    }
    return render(request, "workbench/cases/text.html", context, status=400 if errors else 200)


@route(
    "case-files",
    "work/cases/<str:id>/files/",
    thing=draft_thing,
    get=("write", "case"),
    post=("write", "case"),
)
def files(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """The files beside the text: side tables, unit costs, cases of a portfolio."""
    draft = found_draft(id)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        held = dict(draft.files)
        gone = request.POST.get("remove", "")
        if gone:
            held.pop(gone, None)
            note = _("%(name)s was taken away") % {"name": gone}
        elif "approved" in request.POST:
            slug = request.POST["approved"]
            texts = _approved_texts(request, slug) if draft.is_portfolio else {}
            if not texts:
                errors = [("approved", _("Choose a case of the list"))]
            held |= texts
            note = _("with the approved case %(name)s") % {"name": slug}
        else:
            texts, errors = received_texts(request)
            if draft.file_name in texts:
                errors = [("files", _("The text itself is changed on its own page"))]
            held |= texts
            note = _("with %(names)s") % {"names": ", ".join(texts)}
        told = "" if errors else too_large(draft.text, held)
        errors += [("files", told)] if told else []
        if not errors:
            seen = request.POST.get("revision", "")
            saved(draft, request.actor, seen=seen, note=note, files=held)
            record_outcome(request.asked, {"case": id, "revision": draft.revision})
            say(request, _("The files were changed."))
            return redirect("case-files", id=id)
    context = {
        "title": _("The files beside it"),
        "crumbs": crumbs(draft),
        "draft": draft,
        "approved": _approved(request) if draft.is_portfolio else [],
        "files": [(name, len(text.splitlines())) for name, text in sorted(draft.files.items())],
        "errors": errors,
        "wrong": dict(errors),
    }
    return render(request, "workbench/cases/files.html", context, status=400 if errors else 200)


def _approved(request: WorkRequest) -> list[KeptCase]:
    """The approved cases that the account may see."""
    is_seen = may(request.actor, "see", Thing("release", "approved cases"))
    return [one for one in kept_cases() if one.kind == "case"] if is_seen else []


def _approved_texts(request: WorkRequest, slug: str) -> dict[str, str]:
    """The files of an approved case, as a portfolio names it: by its id."""
    one = next((one for one in _approved(request) if one.slug == slug), None)
    if one is None:
        return {}
    files = {
        name: content.decode("utf-8-sig")
        for name, content in one.files.items()
        if name.endswith(".csv")
    }
    return {**files, f"{slug}.toml": one.text}


@route("case-toml", "work/cases/<str:id>/file.toml", thing=draft_thing, get=("export", "case"))
def toml(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002, ARG001
    """The text of a case or a portfolio as a file."""
    draft = found_draft(id)
    answer = HttpResponse(draft.text, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(draft)}.toml"'
    return answer


@route("case-form", "work/cases/<str:id>/form.xlsx", thing=draft_thing, get=("export", "case"))
def form(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """A case without problems as a workbook to fill in."""
    draft = found_draft(id)
    read = read_draft(draft)
    if read.case is None:
        return one_page(request, draft, [("form", _("Mend what is wrong first: see below"))])
    try:
        content = form_bytes(read.data, software=version("totalplace"))
    except RequestError as error:
        return one_page(request, draft, [("form", error.problems[0].what)])
    answer = HttpResponse(content, content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(draft)}.xlsx"'
    return answer


def _file_name(draft: Draft) -> str:
    return draft.slug if draft.slug and draft.slug.replace("-", "").isalnum() else draft.kind


@route("case-remove", "work/cases/<str:id>/remove/", thing=draft_thing, post=("write", "case"))
def remove(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Remove a draft with its runs; what was approved stays with the place."""
    draft = found_draft(id)
    if request.POST.get("sure") != "yes":
        told = _("Say that you are sure: it cannot be brought back")
        return one_page(request, draft, [("sure", told)])
    if draft.is_closed:
        told = _("It waits for approval: take it back first")
        return one_page(request, draft, [("sure", told)])
    record_outcome(request.asked, {"case": id, "removed": draft.title, "revision": draft.revision})
    draft.delete()
    say(request, _("%(title)s was removed.") % {"title": draft.title})
    return redirect("cases")
