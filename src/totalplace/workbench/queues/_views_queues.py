"""The pages of queues: what is to be decided, one thing of it, and choosing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace.access import Actor, Thing
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench._waiting import Line, waiting
from totalplace.workbench.queues import _basket, _values, ask_recount
from totalplace.workbench.queues._history import history_of
from totalplace.workbench.queues._lists import Group, groups, item_thing, seen, shown, sums
from totalplace.workbench.queues._paging import page_of
from totalplace.workbench.queues._recount import QUEUES
from totalplace.workbench.queues._saving import finish_interrupted
from totalplace.workbench.queues._words import queue_lead, queue_words
from totalplace.workbench.queues.models import Item, Recount, parted

__all__ = ["crumbs", "queue_context"]

_PAGE, _EACH = 50, 10
_CHOICE = "choice-"


def queue_thing(request: HttpRequest, queue: str) -> Thing:  # noqa: ARG001 - as routes call it
    """The queue of an address: a list of what the account may see."""
    if queue not in QUEUES:
        raise not_there("queue")
    return Thing("queue")


def one_thing(request: HttpRequest, queue: str, key: str) -> Thing:  # noqa: ARG001
    """The item of an address."""
    return item_thing(_found(queue, key))


def _found(queue: str, key: str) -> Item:
    recount = Recount.objects.last()
    item = recount and recount.items.filter(queue=queue, key=key).first()
    if not item:
        raise not_there("item")
    return item


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page of decisions."""
    return [(_("To decide"), reverse("queues")), *more]


def queue_context(actor: Actor) -> dict[str, Any]:
    """What every page of decisions shows: what they are of, and how many choices wait."""
    finish_interrupted()
    last = shown()
    return {
        "recount": last.recount,
        "is_old": last.is_old,
        "recount_job": last.job,
        "chosen_count": _basket.of(actor).count(),
    }


@route("queues", "work/queues/", get=("see", "queue"))
def queues(request: WorkRequest) -> HttpResponse:
    """Every queue: how much of it waits for the account."""
    context = queue_context(request.actor)
    recount = context["recount"]
    told = [] if recount is None else sums(request.actor, recount)
    reasons: Mapping[str, str] = {} if recount is None else recount.reasons
    context |= {
        "title": _("To decide"),
        "lead": _("What the software cannot decide, the largest money first."),
        "queues": [
            (one, queue_words(one.queue), queue_lead(one.queue), reasons.get(one.queue, ""))
            for one in told
        ],
    }
    return render(request, "workbench/queues/all.html", context)


@route("recount", "work/queues/recount/", post=("settle", "queue"))
def recount(request: WorkRequest) -> HttpResponse:
    """Have the headline and the queues worked out again."""
    ask_recount(request.actor, is_forced=True)
    say(request, _("The headline and the queues are worked out again. This takes a moment."))
    return redirect("queues")


@route("queue", "work/queues/<str:queue>/", thing=queue_thing, get=("see", "queue"))
def queue(request: WorkRequest, queue: str) -> HttpResponse:
    """One queue, by reason; with radio buttons for what is suggested."""
    context = queue_context(request.actor)
    asked = {name: request.GET.get(name, "") for name in ("body", "reason", "page")}
    page = page_of(asked["page"])
    found: list[Group] = []
    bodies: list[tuple[str, str]] = []
    every = Item.objects.none()
    if context["recount"] is not None:
        every = seen(request.actor, context["recount"], queue)
        items = every
        if asked["body"]:
            items = seen(request.actor, context["recount"], queue, body=asked["body"])
        first = (page - 1) * _PAGE
        found = groups(items, reason=asked["reason"], first=first, most=_PAGE, each=_EACH)
        bodies = _bodies(request.actor, context["recount"], every)
    context |= {
        "title": queue_words(queue),
        "lead": queue_lead(queue),
        "crumbs": crumbs(),
        "queue": queue,
        "groups": _rows(request.actor, queue, found, every),
        "bodies": bodies,
        "reasons": sorted(every.order_by().values_list("reason", flat=True).distinct()),
        "asked": asked,
        "pages": _pages(asked, page, found),
        "why_none": (context["recount"].reasons.get(queue, "") if context["recount"] else ""),
        "here": request.get_full_path(),
    }
    return render(request, "workbench/queues/one.html", context)


def _bodies(actor: Actor, recount: Recount, items: QuerySet[Item]) -> list[tuple[str, str]]:
    """The bodies that a filter offers: those of items, as far as the account acts for them."""
    texts = items.order_by().values_list("bodies", flat=True).distinct()
    ids = {body for text in texts for body in parted(text)}
    return sorted(
        (
            (body, recount.names.get(body, body))
            for body in ids
            if may(actor, "see", Thing("queue", "any", frozenset([body])))
        ),
        key=lambda one: one[1].casefold(),
    )


def _rows(
    actor: Actor, queue: str, found: list[Group], every: QuerySet[Item]
) -> list[dict[str, Any]]:
    """Groups with what a page shows of each item."""
    chosen = {one.key: one for one in _basket.of(actor).filter(queue=queue)}
    marks = {item.alike for group in found for item in group.items if item.alike}
    alike = every.filter(alike__in=marks).order_by().values("alike").annotate(n=Count("id"))
    alike_count = {one["alike"]: one["n"] for one in alike}
    return [
        {
            "reason": group.reason,
            "count": group.count,
            "pence": group.pence,
            "left": group.count - len(group.items),
            "items": [
                {
                    "item": item,
                    "options": item.suggestions,
                    "alike": alike_count.get(item.alike, 1) - 1,
                    "choice": chosen.get(item.key),
                    "is_other": item.key in chosen
                    and chosen[item.key].value not in {one["value"] for one in item.suggestions},
                }
                for item in group.items
            ],
        }
        for group in found
    ]


def _pages(asked: dict[str, str], page: int, found: list[Group]) -> dict[str, str]:
    """The addresses of the pages before and after, where one reason is shown."""
    if len(found) != 1:
        return {}
    known = {name: text for name, text in asked.items() if text and name != "page"}
    pages = {}
    if page > 1:
        pages["before"] = "?" + urlencode({**known, "page": page - 1})
    if page * _PAGE < found[0].count:
        pages["after"] = "?" + urlencode({**known, "page": page + 1})
    return pages


@route(
    "queue-choose",
    "work/queues/<str:queue>/choose/",
    thing=queue_thing,
    post=("settle", "queue"),
)
def choose(request: WorkRequest, queue: str) -> HttpResponse:
    """Keep what was chosen on the page of a queue, one for each item; or one for all alike."""
    recount = Recount.objects.last()
    if recount is None:
        return redirect("queue", queue=queue)
    items = seen(request.actor, recount, queue)
    alike = items.filter(key=request.POST.get("alike", "")).first()
    if alike is not None:
        kept, left = _basket.choose_alike(request.actor, alike)
        words = ngettext("%(n)s choice is kept.", "%(n)s choices are kept.", kept)
        told = words % {"n": f"{kept:,}"}
        if left:
            told += " " + _("%(left)s more are left: save these first.") % {"left": f"{left:,}"}
    else:
        given = {
            name.removeprefix(_CHOICE): value
            for name, value in request.POST.dict().items()
            if name.startswith(_CHOICE)
        }
        held = dict(_basket.of(request.actor).values_list("key", "value"))
        # what stands there already, of this page or of the item's own, is no new choice
        news = {key: value for key, value in given.items() if held.get(key, "") != value}
        back = [key for key, value in news.items() if not value]
        _basket.of(request.actor).filter(key__in=back).delete()
        chosen = [
            (item, news[item.key], label)
            for item in items.filter(key__in=[key for key, value in news.items() if value])
            if (label := _values.label_of(request.actor, item, news[item.key])) is not None
        ]
        kept = _basket.choose(request.actor, chosen)
        told = _("Your choices are kept. They are not decisions until you save them.")
    count = _basket.of(request.actor).count()
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"kept": kept, "count": count, "told": told})
    say(request, told)
    return redirect(_back(request, queue))


def _back(request: HttpRequest, queue: str) -> str:
    """The page of the queue that the form was on: of this queue alone."""
    start = reverse("queue", args=[queue])
    asked = request.POST.get("here", "")
    return asked if asked == start or asked.startswith(f"{start}?") else start


@route(
    "queue-item",
    "work/queues/<str:queue>/items/<str:key>/",
    thing=one_thing,
    get=("see", "queue"),
    post=("settle", "queue"),
)
def item(request: WorkRequest, queue: str, key: str) -> HttpResponse:
    """One thing to decide: its lines, its history, and everything that can be said of it."""
    one = _found(queue, key)
    words = request.GET.get("q", "").strip()[:100]
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        value = request.POST.get("value", "")
        label = _values.label_of(request.actor, one, value) if value else None
        if label is None:
            errors = [("value", _("Choose what it is"))]
        elif not _basket.choose(request.actor, [(one, value, label)]):
            errors = [("", _("There are too many unsaved choices: save them first"))]
        else:
            say(request, _("Your choice is kept. It is no decision until you save it."))
            return redirect("queue", queue=queue)
    context = queue_context(request.actor) | {
        "title": one.title,
        "crumbs": crumbs((queue_words(queue), reverse("queue", args=[queue]))),
        "queue": queue,
        "item": one,
        "bodies": sorted(one.recount.names.get(body, body) for body in parted(one.bodies)),
        "options": _values.options(request.actor, one),
        "is_searched": _values.is_searched(one),
        "q": words,
        "found": _values.found(one, words),
        "most": _values.MOST,
        "choice": _basket.of(request.actor).filter(key=key).first(),
        "history": history_of(request.actor, one.what, one.object_id),
        "errors": errors,
        "wrong": dict(errors),
    }
    return render(request, "workbench/queues/item.html", context, status=400 if errors else 200)


@waiting
def _waiting(actor: Actor) -> list[Line]:
    """What waits on the first page of the workbench."""
    if not may(actor, "see", Thing("queue")):
        return []
    lines = []
    count = _basket.of(actor).count()
    if count:
        words = ngettext("%(n)s choice to save", "%(n)s choices to save", count)
        lines.append(Line("queues", words % {"n": f"{count:,}"}, reverse("choices")))
    last = Recount.objects.last()
    for one in [] if last is None else sums(actor, last):
        if one.count:
            words = f"{queue_words(one.queue)}: {one.count:,}"
            href = reverse("queue", args=[one.queue])
            lines.append(Line("queues", words, href, one.pence))
    return lines
