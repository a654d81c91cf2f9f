"""The page on which a person says in which row the header stands, where none was found."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Thing
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.loads._header import MOST_ROW, first_rows, is_without_header
from totalplace.workbench.loads._look import begin_look
from totalplace.workbench.loads._views_one import changeable, changing, upload_thing
from totalplace.workbench.loads.models import Upload

__all__: list[str] = []


def member_thing(request: HttpRequest, id: str, n: int) -> Thing:  # noqa: A002
    """The upload whose member of a number it is."""
    thing = upload_thing(request, id)
    members = Upload.objects.get(pk=id).look.get("members", [])
    if n >= len(members) or not is_without_header(members[n]):
        raise not_there("member")
    return thing


@route(
    "upload-header",
    "work/loads/<str:id>/header/<int:n>/",
    thing=member_thing,
    get=("load", "upload"),
    post=("load", "upload"),
)
def header(request: WorkRequest, id: str, n: int) -> HttpResponse:  # noqa: A002
    """The first rows of a table: which of them names the columns?"""
    upload = changeable(Upload.objects.get(pk=id))
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        # a row further down is written; it is told from those that are shown by being filled in
        text = request.POST.get("other", "").strip() or request.POST.get("row", "")
        is_number = text.isascii() and text.isdecimal() and len(text) < 4
        if is_number and 1 <= int(text) <= MOST_ROW:
            with changing(id) as upload:
                found = begin_look(
                    upload, request.actor, first_header=(n, int(text)), asked=request.asked
                )
            return redirect("job", id=found)
        told = {"most": MOST_ROW}
        where = "other" if request.POST.get("other", "").strip() else "row"
        errors = [(where, _("Choose a row, or write its number, up to %(most)s") % told)]
    with open_place(settings.TOTALPLACE_PLACE) as place:
        rows = first_rows(place, upload, n)
    context = {
        "title": _("Which row names the columns"),
        "lead": upload.look["members"][n]["member"] or upload.name,
        "crumbs": [
            (_("Returns"), reverse("returns"))
            if upload.is_return
            else (_("Files"), reverse("loads")),
            (upload.name, upload.page),
        ],
        "rows": rows,
        "most": MOST_ROW,
        "row": request.POST.get("row", ""),
        "other": request.POST.get("other", ""),
        "errors": errors,
        "error": dict(errors),
    }
    status = 400 if errors else 200
    return render(request, "workbench/loads/header.html", context, status=status)
