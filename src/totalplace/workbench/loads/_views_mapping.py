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
from totalplace.errors import Problem, RequestError
from totalplace.sources import Layout, layout_form
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.loads._left_out import beside, sheets_of
from totalplace.workbench.loads._look import as_layout, begin_look
from totalplace.workbench.loads._mapping_form import MappingForm, mapping_form, posted_layout
from totalplace.workbench.loads._views_one import changeable, changing, upload_thing
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
    before = upload.layouts[n]
    kept = dict(before)
    member = upload.look["members"][kept["member"]] | {
        name: kept[name] for name in ("columns", "header_row") if name in kept
    }
    layout = as_layout(kept["layout"])
    form = mapping_form(layout, member, is_book=len(upload.look["members"]) > 1)
    sheets = sheets_of(upload, kept)
    if request.method == "POST":
        named = request.POST.getlist("leave-out")
        out = {one.at for one in sheets if str(one.at) in named}
        if sheets and len(out) == len(sheets):
            # nothing is read by it: its columns need not be settled
            none = dataclasses.replace(layout, columns={}, left_out=True)
            kept |= {"state": "agreed", "layout": _plain(none), "beside": []}
            return _next(request, id, n, before, kept)
        with open_place(settings.TOTALPLACE_PLACE) as place:
            edited = posted_layout(place, layout, form, request.POST)
        row = form.header_row
        if row and row != member["header_row"] and not form.error_of("header_row"):
            # the columns are others: they are settled once the file was looked at again
            with changing(id) as upload:
                job = begin_look(upload, request.actor, header=(n, row), asked=request.asked)
            return redirect("job", id=job)
        if edited is not None:
            kept |= {"state": "agreed", "layout": _plain(edited)}
            kept["beside"] = beside(edited, sheets, out)
            return _next(request, id, n, before, kept)
    return _page(request, upload, n, member, form)


def _plain(layout: Layout) -> dict[str, Any]:
    return {**dataclasses.asdict(layout), "headers": list(layout.headers)}


def _next(
    request: WorkRequest, upload_id: str, n: int, before: dict[str, Any], kept: dict[str, Any]
) -> HttpResponse:
    """Keep a mapping and go on to what is still to be settled; after the last, look at the file.

    Args:
        before: the mapping of that number as it was when it was read.

    Raises:
        RequestError: somebody has settled the same mapping meanwhile.
    """
    with changing(upload_id) as upload:
        # others may have settled other mappings meanwhile: theirs stay
        if n >= len(upload.layouts) or upload.layouts[n] not in (before, kept):
            raise RequestError(_changed(upload))
        upload.layouts[n] = kept
        # what was found before is of another mapping: it is not loaded before it was looked at so
        upload.status = "proposed"
        upload.save(update_fields=["layouts", "status"])
        if not upload.open_layouts:
            return redirect("job", id=begin_look(upload, request.actor, asked=request.asked))
    return redirect("upload-mapping", id=upload.pk, n=upload.open_layouts[0])


def _changed(upload: Upload) -> Problem:
    return Problem(
        "changed_meanwhile",
        _("the mapping was not saved"),
        upload.name,
        _("somebody has saved it since you opened the page"),
        _("open the page again, and make your change to what stands there now"),
    )


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
        "sheets": [
            (one, str(one.at) in request.POST.getlist("leave-out") if form.errors else one.is_out)
            for one in sheets_of(upload, upload.layouts[n])
        ],
        "errors": form.errors,
    }
    status = 400 if form.errors else 200
    return render(request, "workbench/loads/mapping.html", context, status=status)
