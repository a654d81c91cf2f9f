"""The pages of saved views."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench.saved.models import SavedView

__all__: list[str] = []

_MOST = 200


def view_thing(request: HttpRequest, id: int) -> Thing:  # noqa: A002, ARG001 - the address's name
    """The saved view of an address, as the rules of access see it."""
    one = SavedView.objects.filter(pk=id).first()
    if one is None:
        raise not_there("view")
    return Thing("view", str(id), owner=one.owner)


@route("views", "work/views/", get=("see", "view"), post=("keep", "view"))
def views(request: WorkRequest) -> HttpResponse:
    """The account's views; a form saves another."""
    own = SavedView.objects.filter(owner=request.actor.name)
    name, address = "", request.GET.get("page", "")
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        name, address = request.POST.get("name", "").strip(), request.POST.get("address", "")
        errors = _faults(name, address)
        if not errors and own.count() >= _MOST and not own.filter(name=name).exists():
            errors = [("name", _("An account keeps 200 views at most: remove one first"))]
        if not errors:
            SavedView.objects.update_or_create(
                owner=request.actor.name, name=name, defaults={"address": address}
            )
            say(request, _("The view was saved."))
            return redirect("views")
    context = {
        "title": _("Saved views"),
        "rows": list(own),
        "name": name,
        "address": address,
        "errors": errors,
        "wrong": dict(errors),
    }
    return render(request, "workbench/saved/list.html", context, status=400 if errors else 200)


@route("view-remove", "work/views/<int:id>/remove/", thing=view_thing, post=("keep", "view"))
def remove(request: WorkRequest, id: int) -> HttpResponse:  # noqa: A002
    """Remove a saved view."""
    SavedView.objects.filter(pk=id).delete()
    say(request, _("The view was removed."))
    return redirect("views")


def _faults(name: str, address: str) -> list[tuple[str, str]]:
    found = []
    if not name or len(name) > 120:
        found.append(("name", _("Give the view a name of 120 characters or fewer")))
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    if not is_ours or len(address) > 2_000:
        found.append(("address", _("Give the address of a page of this site, from its first /")))
    return found
