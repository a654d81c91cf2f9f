"""The page on which a proposed mapping is settled: what each column of the file is."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Thing
from totalplace.sources import layout_form
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.loads._look import as_layout, begin_look
from totalplace.workbench.loads._mapping_form import MappingForm, mapping_form, posted_layout
from totalplace.workbench.loads._views_one import changeable, upload_thing
from totalplace.workbench.loads.models import Upload

__all__: list[str] = []


def mapping_thing(request: HttpRequest, id: str, n: int) -> Thing:  # noqa: A002
    """The upload whose mapping of a number it is."""
    thing = upload_thing(request, id)
    if n >= len(Upload.objects.get(pk=id).layouts):
        raise not_there("mapping")
    return thing


@route(
    "upload-mapping",
    "work/loads/<str:id>/mapping/<int:n>/",
    thing=mapping_thing,
    get=("load", "upload"),
    post=("load", "upload"),
)
def mapping(request: WorkRequest, id: str, n: int) -> HttpResponse:  # noqa: A002
    """Settle the mapping of the tables of one header."""
    upload = changeable(Upload.objects.get(pk=id))
    kept = upload.layouts[n]
    member = upload.look["members"][kept["member"]] | {
        name: kept[name] for name in ("columns", "header_row") if name in kept
    }
    layout = as_layout(kept["layout"])
    form = mapping_form(layout, member, is_book=len(upload.look["members"]) > 1)
    if request.method == "POST":
        with open_place(settings.TOTALPLACE_PLACE) as place:
            edited = posted_layout(place, layout, form, request.POST)
        row = form.header_row
        if row and row != member["header_row"] and not form.error_of("header_row"):
            # the columns are others: they are settled once the file was looked at again
            return redirect(
                "job", id=begin_look(upload, request.actor, header=(n, row), asked=request.asked)
            )
        if edited is not None:
            plain = {**dataclasses.asdict(edited), "headers": list(edited.headers)}
            kept |= {"state": "agreed", "layout": plain}
            return _next(request, upload)
    return _page(request, upload, n, member, form)


def _next(request: WorkRequest, upload: Upload) -> HttpResponse:
    """Go on to what is still to be settled; if that was all, look at what it comes to."""
    # what was found before is of another mapping: it is not loaded before it was looked at so
    upload.status = "proposed"
    upload.save()
    if upload.open_layouts:
        return redirect("upload-mapping", id=upload.pk, n=upload.open_layouts[0])
    return redirect("job", id=begin_look(upload, request.actor, asked=request.asked))


def _page(
    request: WorkRequest,
    upload: Upload,
    n: int,
    member: dict[str, Any],
    form: MappingForm,
) -> HttpResponse:
    context = {
        "title": _("What the columns are"),
        "lead": member["member"] or upload.name,
        "crumbs": [
            (_("Returns"), reverse("returns"))
            if upload.is_return
            else (_("Files"), reverse("loads")),
            (upload.name, upload.page),
        ],
        "upload": upload,
        "n": n,
        "form": form,
        "member": member,
        "fields": layout_form().fields,
        "errors": form.errors,
    }
    status = 400 if form.errors else 200
    return render(request, "workbench/loads/mapping.html", context, status=status)
