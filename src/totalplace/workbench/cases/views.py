"""The list of cases and portfolios, and the page on which one is begun."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace.access import Actor, Thing
from totalplace.cases._toml_edit import as_toml
from totalplace.errors import RequestError
from totalplace.workbench._ask import ask, may
from totalplace.workbench._denied import denied
from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench._waiting import Line, waiting
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.cases import (
    _views_bodies,
    _views_decide,
    _views_one,
    _views_portfolio,
    _views_run,
    _views_step,
    _work,
)
from totalplace.workbench.cases._about import crumbs, status_words
from totalplace.workbench.cases._kept import kept_cases
from totalplace.workbench.cases._received import received_texts
from totalplace.workbench.cases._save import begun, too_large
from totalplace.workbench.cases._text import data_of
from totalplace.workbench.cases.models import Draft
from totalplace.workbench.loads._bodies import Bodies

__all__ = ["PARTS"]

PARTS = (
    _views_bodies,
    _views_decide,
    _views_one,
    _views_portfolio,
    _views_run,
    _views_step,
    _work,
)
"""The other modules of the area."""

_LISTED = 200
_WAYS = ("blank", "example", "file", "portfolio")


@waiting
def waiting_cases(actor: Actor) -> Sequence[Line]:
    """What the account could approve now, and what of its own was sent back."""
    lines = []
    drafts = Draft.objects.filter(status__in=("submitted", "returned")).defer("text", "files")
    found = [
        one
        for one in drafts
        if one.status == "submitted" and may(actor, "approve", one.thing_for(actor))
    ]
    if found:
        words = ngettext("%(n)s case to approve", "%(n)s cases to approve", len(found))
        href = found[0].page if len(found) == 1 else reverse("cases")
        lines.append(Line("cases", words % {"n": f"{len(found):,}"}, href))
    for one in drafts:
        is_own = one.submitted_by == actor.name and one.status == "returned"
        if is_own and may(actor, "write", one.thing):
            text = _("%(title)s was sent back") % {"title": one.title}
            lines.append(Line("cases", text, one.page))
    return lines


@route("cases", "work/cases/", get=("see", "case"))
def cases(request: WorkRequest) -> HttpResponse:
    """The cases and portfolios that are being written, and the cases that were approved."""
    bodies = Bodies(request.actor)
    drafts = [
        one for one in Draft.objects.defer("text", "files") if may(request.actor, "see", one.thing)
    ]
    may_see_kept = may(request.actor, "see", Thing("release", "approved cases"))
    context = {
        "title": _("Cases"),
        "lead": _(
            "What a change would cost, save and be worth: who pays, who gains, and how sure it is."
        ),
        "rows": [
            {
                "draft": one,
                "words": status_words(one),
                "bodies": bodies.names(one.bodies) or _("the whole place"),
            }
            for one in drafts[:_LISTED]
        ],
        "kept": kept_cases() if may_see_kept else [],
        "may_write": may(request.actor, "write", Thing("case")),
        "comparable": sum(1 for one in drafts if not one.is_portfolio) > 1,
    }
    return render(request, "workbench/cases/list.html", context)


@route("case-new", "work/cases/new/", get=("write", "case"), post=("write", "case"))
def new(request: WorkRequest) -> HttpResponse:
    """Begin a case or a portfolio: by forms, from an example, or with a file."""
    bodies = Bodies(request.actor)
    own = "" if bodies.is_any else "\n".join(name for _id, name in bodies.offered)
    form = {"way": "", "title": "", "bodies": own}
    if request.method != "POST":
        return _new_page(request, form, [])
    form = {name: request.POST.get(name, "").strip() for name in form}
    errors: list[tuple[str, str]] = []
    draft = Draft(title=form["title"][:200])
    if form["way"] not in _WAYS:
        errors.append(("way", _("Choose how you want to begin")))
    elif form["way"] == "file":
        errors += _from_file(request, draft)
    elif not form["title"]:
        errors.append(("title", _("Give it a title")))
    else:
        draft.kind = "portfolio" if form["way"] == "portfolio" else "case"
        draft.text = _begin(form["way"], draft.title)
    errors += _of_bodies(form["bodies"], bodies, draft)
    if errors:
        return _new_page(request, form, errors)
    # the list is for all analysts; the case is of bodies
    decision = ask(request, "write", draft.thing)
    if not decision.allowed:
        return denied(request, decision)
    begun(draft, request.actor)
    record_outcome(request.asked, {"case": draft.pk, "kind": draft.kind})
    return redirect(draft.page)


def _new_page(
    request: WorkRequest, form: dict[str, str], errors: list[tuple[str, str]]
) -> HttpResponse:
    context = {
        "title": _("Begin a case"),
        "crumbs": crumbs(),
        "form": form,
        "errors": errors,
        "wrong": dict(reversed(errors)),
        "ways": [
            ("blank", _("By forms, one question at a time"), ""),
            ("example", _("From an example"), _("An invented case that is whole: change it")),
            ("file", _("With a file"), _("A case or a portfolio that was written elsewhere")),
            ("portfolio", _("A portfolio"), _("What a pooled budget should buy")),
        ],
        "place": settings.TOTALPLACE_PLACE.name,
    }
    return render(request, "workbench/cases/new.html", context, status=400 if errors else 200)


def _from_file(request: WorkRequest, draft: Draft) -> list[tuple[str, str]]:
    texts, errors = received_texts(request)
    if errors:
        return errors
    tomls = [name for name in texts if name.endswith(".toml")]
    if not tomls:
        return [("files", _("Choose a TOML file, with the CSV files beside it"))]
    of_kind = {name: data_of(texts[name]) for name in tomls}
    portfolios = [name for name, data in of_kind.items() if "portfolio" in data]
    main = portfolios[0] if portfolios else tomls[0]
    if len(tomls) > 1 and not portfolios:
        return [("files", _("Choose one case alone, with the CSV files beside it"))]
    draft.kind = "portfolio" if portfolios else "case"
    draft.title = draft.title or main.removesuffix(".toml")
    draft.text = texts.pop(main).replace("\r\n", "\n").replace("\r", "\n")
    draft.files = texts
    told = too_large(draft.text, draft.files)
    return [("files", told)] if told else []


def _of_bodies(text: str, bodies: Bodies, draft: Draft) -> list[tuple[str, str]]:
    """Whose analysts work on it: at least one body of the account's own."""
    found = set()
    for name in filter(None, map(str.strip, text.splitlines())):
        try:
            found.add(bodies.register.find(name).body_id)
        except RequestError as error:
            one = error.problems[0]
            return [("bodies", f"{one.what[:1].upper()}{one.what[1:]}: {one.fix}")]
    draft.bodies = sorted(found)
    if not bodies.is_any and not found & {one for one, _name in bodies.offered}:
        return [("bodies", _("Name at least one body that your account acts for"))]
    return []


def _begin(way: str, title: str) -> str:
    """The text that a draft begins with."""
    slug = "-".join("".join(one if one.isalnum() else " " for one in title.lower()).split())[:60]
    name = slug if slug.isascii() and slug else "case"
    if way == "example":
        text = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
        about: dict[str, Any] = data_of(text)
        about["case"] |= {"id": name, "title": title}
        from totalplace.cases._toml_edit import edited_toml

        return edited_toml(text, about)
    if way == "portfolio":
        head: dict[str, Any] = {"id": name, "title": title, "years": 1, "unit": "GBP k"}
        return as_toml(
            {
                "portfolio": head,
                "stream": [
                    {
                        "id": "prevention",
                        "body": "council",
                        "ringfence": "hard",
                        "budget": [1000],
                    }
                ],
                "intervention": [
                    {
                        "id": "first",
                        "title": _("What could be bought"),
                        "cost": [400],
                        "npv": 600,
                        "streams": ["prevention"],
                        "gain": {"council": 1.0},
                    }
                ],
            }
        )
    return as_toml({"case": {"id": name, "title": title}})
