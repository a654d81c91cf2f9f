"""The pages of mistakes: anybody reports one and follows it, analysts answer."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace.access import Actor, Thing
from totalplace.web._page import Column, Table
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench._waiting import Line, waiting
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.mistakes._about import FIGURE_LENGTH, PAGE_LENGTH, about
from totalplace.workbench.mistakes._answer import fault_of_mending
from totalplace.workbench.mistakes._contacts import forget_contacts
from totalplace.workbench.mistakes._limit import is_too_much, note_sent
from totalplace.workbench.mistakes.models import CONTACT_DAYS, Answer, Mistake

__all__: list[str] = []

TEXT_LENGTH = 4_000
_CONTACT_LENGTH = 254
_SHOWN = 200


def mistake_thing(request: HttpRequest, id: int) -> Thing:  # noqa: A002, ARG001 - the address's name
    """The mistake of an address, as the rules of access see it."""
    found = Mistake.objects.filter(pk=id).first()
    if found is None:
        raise not_there("mistake")
    return thing_of(found)


def followed_thing(request: HttpRequest, reference: str) -> Thing:  # noqa: ARG001
    """The mistake of a reference."""
    found = Mistake.objects.filter(reference=reference.lower()).first()
    if found is None:
        raise not_there("mistake")
    return thing_of(found)


def thing_of(mistake: Mistake) -> Thing:
    """A mistake as the rules of access see it."""
    return Thing("mistake", str(mistake.pk), frozenset(mistake.bodies))


@route("mistake-new", "mistakes/new/", get=("report", "mistake"), post=("report", "mistake"))
def new(request: WorkRequest) -> HttpResponse:
    """Report a mistake: what is wrong, and where."""
    given = request.POST if request.method == "POST" else request.GET
    lengths = {"page": PAGE_LENGTH, "figure": FIGURE_LENGTH, "publication": 20}
    where = {name: given.get(name, "")[: length + 1] for name, length in lengths.items()}
    filled = {name: request.POST.get(name, "").strip() for name in ("text", "seen", "contact")}
    of = about(where["page"], where["figure"], where["publication"])
    errors: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        errors = _faults(filled, trap=request.POST.get("website", ""))
        status = 400 if errors else 200
        address = request.META.get("REMOTE_ADDR", "")
        if not errors and is_too_much(address):
            errors, status = [("", _too_much())], 429
        if not errors:
            with transaction.atomic():
                note_sent(address)
                made = Mistake.objects.create(
                    page=of.page,
                    publication=of.publication,
                    figure=of.figure,
                    amount_pence=of.amount_pence,
                    bodies=list(of.bodies),
                    **filled,
                )
            record_outcome(request.asked, {"mistake": made.pk})
            address = reverse("mistake-followed", args=[made.reference])
            return redirect(f"{address}?sent=1")
    context = {
        "title": _("Report a mistake"),
        "of": of,
        "where": where,
        "filled": filled,
        "errors": errors,
        "wrong": dict(errors),
        "text_length": TEXT_LENGTH,
        "days": CONTACT_DAYS,
    }
    return render(request, "workbench/mistakes/new.html", context, status=status)


def _faults(filled: dict[str, str], *, trap: str) -> list[tuple[str, str]]:
    found = []
    if not filled["text"]:
        found.append(("text", _("Say what is wrong")))
    elif len(filled["text"]) > TEXT_LENGTH:
        found.append(("text", _("Say it in 4,000 characters or fewer")))
    if len(filled["seen"]) > FIGURE_LENGTH:
        found.append(("seen", _("Name the number in 200 characters or fewer")))
    if filled["contact"]:
        try:
            validate_email(filled["contact"])
        except ValidationError:
            told = _("Enter an e-mail address such as name@example.org, or leave it empty")
            found.append(("contact", told))
    if trap:
        found.append(("website", _("Leave the field “Website” empty: only programs fill it in")))
    return found


def _too_much() -> str:
    return _(
        "Several reports have come from your network in the last hour."
        " Wait an hour, then send this one again."
    )


@route(
    "mistake-followed",
    "mistakes/<str:reference>/",
    thing=followed_thing,
    get=("follow", "mistake"),
)
def followed(request: WorkRequest, reference: str) -> HttpResponse:
    """What came of a report, for whoever has its reference."""
    mistake = Mistake.objects.get(reference=reference.lower())
    context = {
        "title": _("The mistake that you reported"),
        "mistake": mistake,
        "answer": mistake.answer,
        "is_new": "sent" in request.GET,
        "address": f"{settings.TOTALPLACE_ADDRESS}{request.path}"
        if settings.TOTALPLACE_ADDRESS
        else request.build_absolute_uri(request.path),
    }
    return render(request, "workbench/mistakes/followed.html", context)


@route("mistakes", "work/mistakes/", get=("see", "mistake"))
def mistakes(request: WorkRequest) -> HttpResponse:
    """The mistakes that the account may answer: open ones, the largest figure first."""
    forget_contacts()
    seen = _seen(request.actor)
    still_open = sorted(
        (one for one in seen if not one.answers.all()),
        key=lambda one: (-abs(one.amount_pence or 0), -one.pk),
    )
    answered = [one for one in seen if one.answers.all()]
    context = {
        "title": _("Mistakes that were reported"),
        "tables": [
            _table(
                "open",
                _("To answer: the largest figure first, then the newest"),
                still_open,
                empty=_("No mistake waits for an answer."),
            ),
            _table(
                "answered",
                _("Answered, the newest first"),
                answered,
                empty=_("No mistake was answered yet."),
            ),
        ],
    }
    return render(request, "workbench/mistakes/list.html", context)


def _seen(actor: Actor) -> list[Mistake]:
    """The mistakes that an account may see, the newest first."""
    found = Mistake.objects.prefetch_related("answers").order_by("-id")
    return [one for one in found if may(actor, "see", thing_of(one))]


def _table(name: str, caption: str, found: list[Mistake], *, empty: str) -> Table:
    rows = [
        {
            "text": one.text if len(one.text) <= 120 else f"{one.text[:119]}…",
            "page": one.page or _("not said"),
            "publication": one.publication,
            "amount_gbp": one.amount_pence,
            "created": timezone.localtime(one.created).date(),
            "_links": {"text": reverse("mistake", args=[one.pk])},
        }
        for one in found
    ]
    columns = [
        Column("text", _("What is wrong"), is_head=True),
        Column("page", _("Page")),
        Column("publication", _("Publication"), "number"),
        Column("amount_gbp", _("Figure"), "gbp"),
        Column("created", _("Reported"), "date"),
    ]
    return Table(name, caption, columns, rows, empty=empty, limit=_SHOWN)


@route(
    "mistake",
    "work/mistakes/<int:id>/",
    thing=mistake_thing,
    get=("see", "mistake"),
    post=("answer", "mistake"),
)
def mistake(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """One mistake: what was said, what the page shows, and the answer."""
    forget_contacts()
    one = Mistake.objects.get(pk=id)
    filled = {
        name: request.POST.get(name, "").strip()
        for name in ("outcome", "text", "mended_by", "after")
    }
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        with transaction.atomic():
            # of two who answer at once, the second is told
            held = Mistake.objects.select_for_update().get(pk=id)
            errors = _answer_faults(request.actor, held, filled)
            if not errors:
                made = Answer.objects.create(
                    mistake=held,
                    is_accepted=filled["outcome"] == "accepted",
                    text=filled["text"],
                    mended_by=filled["mended_by"] if filled["outcome"] == "accepted" else "",
                    who=request.actor.name,
                )
        if not errors:
            record_outcome(request.asked, {"answer": made.pk, "is_accepted": made.is_accepted})
            say(request, _("The answer is public for whoever has the reference."))
            return redirect("mistake", id=id)
    answers = list(one.answers.all())
    context = {
        "title": _("Mistake %(id)s") % {"id": one.pk},
        "crumbs": [(_("Mistakes"), reverse("mistakes"))],
        "mistake": one,
        "answers": answers,
        "after": answers[-1].pk if answers else 0,
        "may_answer": may(request.actor, "answer", thing_of(one)),
        "filled": filled,
        "errors": errors,
        "wrong": dict(errors),
        "days": CONTACT_DAYS,
    }
    return render(request, "workbench/mistakes/one.html", context, status=400 if errors else 200)


def _answer_faults(actor: Actor, one: Mistake, filled: dict[str, str]) -> list[tuple[str, str]]:
    last = one.answer
    if filled["after"] != str(last.pk if last else 0):
        return [("", _("Somebody has answered meanwhile. Their answer stands on this page now."))]
    found = []
    if filled["outcome"] not in {"accepted", "refused"}:
        found.append(("outcome", _("Say whether there is a mistake")))
    if not filled["text"]:
        found.append(("text", _("Write the answer that the reporter reads")))
    elif len(filled["text"]) > TEXT_LENGTH:
        found.append(("text", _("Write it in 4,000 characters or fewer")))
    if filled["outcome"] == "accepted":
        fault = fault_of_mending(actor, filled["mended_by"])
        if fault:
            found.append(("mended_by", fault))
    return found


@waiting
def _waiting(actor: Actor) -> list[Line]:
    """What waits on the first page of the workbench."""
    if not may(actor, "answer", Thing("mistake")) and not may(actor, "see", Thing("mistake")):
        return []
    forget_contacts()
    found = [one for one in _seen(actor) if not one.answers.all()]
    if not found:
        return []
    words = ngettext("%(n)s mistake to answer", "%(n)s mistakes to answer", len(found))
    return [Line("mistakes", words % {"n": f"{len(found):,}"}, reverse("mistakes"))]
