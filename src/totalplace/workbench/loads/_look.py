"""The job of looking at an upload: what it would be loaded as, without any change of the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from totalplace import Place, open_place
from totalplace.access import Actor
from totalplace.errors import Problem, RequestError
from totalplace.sources import Layout, LookedMember, Proposed
from totalplace.workbench.jobs import Progress, enqueue, job_kind
from totalplace.workbench.loads._header import unheaded, with_header_row
from totalplace.workbench.loads._store import file_of
from totalplace.workbench.loads.models import Upload

__all__ = ["agreed_layouts", "as_layout", "begin_look", "body_of_call", "found_upload"]

_MEMBERS = 300
"""More members of one file than this are not shown."""

_RETURN = "return"
_ACCEPTING = "--yes"
"""What the fix of a problem names that a person may accept."""


def found_upload(upload_id: str) -> Upload:
    """An upload that a job is about.

    Raises:
        RequestError: somebody has removed it meanwhile.
    """
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None or not file_of(upload).is_file():
        raise RequestError(
            Problem(
                "no_such_upload",
                _("the file is no longer there"),
                upload_id,
                _("it was removed, or loaded, meanwhile"),
                _("upload it again if it is to be loaded"),
            )
        )
    return upload


def as_layout(one: Mapping[str, Any]) -> Layout:
    """A layout from how an upload keeps it."""
    return Layout(**{**one, "headers": tuple(one["headers"])})


def agreed_layouts(upload: Upload) -> list[Layout]:
    """The layouts of an upload that a person has agreed to, those of single sheets among them."""
    return [
        as_layout(layout)
        for one in upload.layouts
        if one["state"] == "agreed"
        for layout in (one["layout"], *one.get("beside", ()))
    ]


def body_of_call(upload: Upload) -> str | None:
    """Whose money the place is told that it is; a return says so itself."""
    return None if upload.is_return or not upload.body_id else upload.body_id


def begin_look(
    upload: Upload,
    actor: Actor,
    *,
    header: tuple[int, int] | None = None,
    first_header: tuple[int, int] | None = None,
    asked: int | None = None,
) -> int:
    """Have an upload looked at; the number of the job.

    Args:
        asked: the row of the audit that has allowed it.
        header: number of a layout, and the row in which its header stands.
        first_header: number of a member without a layout, and the same.
    """
    facts = {"upload": upload.pk, "header": header, "first_header": first_header}
    with transaction.atomic():
        job = enqueue("look", facts, actor=actor, bodies=upload.bodies, asked=asked)
        Upload.objects.filter(pk=upload.pk).update(job_id=job.pk)
    return int(job.pk)


@job_kind("look", _("Look at a file"), lane="quick", result_page="upload-of-job")
def look(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Look at an upload, with the layouts that were settled so far."""
    upload = found_upload(facts["upload"])
    agreed = agreed_layouts(upload)
    with open_place(settings.TOTALPLACE_PLACE) as place:
        if facts.get("header") or facts.get("first_header"):
            upload.layouts = _with_header(place, upload, facts)
            changed_header = {"layouts": upload.layouts, "status": "proposed"}
            Upload.objects.filter(pk=upload.pk).update(**changed_header)
            return {"upload": upload.pk, "status": "proposed"}
        found = _proposed(place, upload, agreed, told)
        doubt: list[dict[str, str]] = []
        if _is_doubtful(found):
            # and it is not refused when they do
            taken = _proposed(place, upload, agreed, told, yes=True)
            if not taken.is_refused:
                doubt = [one.as_dict() for m in found.members for one in m.problems]
                found = taken
    strangers = [*_strangers(found, upload), *_other_years(found, upload)]
    document = _document(found, strangers)
    changed: dict[str, Any] = {"doubt": doubt}
    if upload.layouts:
        changed["checked"] = document
    else:
        changed["look"] = document
        changed["layouts"] = _layouts(found)
    is_open = any(one["state"] == "open" for one in changed.get("layouts", upload.layouts))
    if is_open and not strangers and not found.problems:
        changed["status"] = "proposed"
    else:
        is_refused = bool(strangers) or found.is_refused or _is_nothing(found)
        changed["status"] = "refused" if is_refused else "ready"
    Upload.objects.filter(pk=upload.pk).update(**changed)
    return {"upload": upload.pk, "status": changed["status"]}


def _with_header(place: Place, upload: Upload, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The layouts of an upload with the header of one of them where a person says that it is."""
    if facts.get("header"):
        n, row = facts["header"]
        kept = with_header_row(place, upload, upload.layouts[n], row)
        return [*upload.layouts[:n], kept, *upload.layouts[n + 1 :]]
    at, row = facts["first_header"]
    others = [one for one in upload.layouts if one["member"] != at]
    return [*others, with_header_row(place, upload, unheaded(upload, at), row)]


def _proposed(
    place: Place, upload: Upload, layouts: Sequence[Layout], told: Progress, *, yes: bool = False
) -> Proposed:
    def step(_file: str, stage: str, done: int, total: int) -> None:
        told(stage, done, total)

    def asked(body: str | None) -> Proposed:
        return place.propose(
            file_of(upload),
            body=body,
            format=_RETURN if upload.is_return else None,
            name=upload.name,
            layouts=layouts,
            yes=yes,
            progress=step,
        ).facts

    found = asked(body_of_call(upload))
    if upload.body_id and any(one.format_id == _RETURN for one in found.members):
        # whose return it is stands in its rows: they are to say it themselves
        return asked(None)
    return found


def _is_nothing(found: Proposed) -> bool:
    """Whether nothing in the file would be loaded."""
    return all(one.note for one in found.members)


def _is_doubtful(found: Proposed) -> bool:
    """Whether all that is wrong is such that a person may accept it."""
    problems = [one for member in found.members for one in member.problems]
    return not found.problems and bool(problems) and all(_ACCEPTING in one.fix for one in problems)


def _strangers(found: Proposed, upload: Upload) -> list[dict[str, str]]:
    """Tables of money of other bodies than the one that the upload is for."""
    if not upload.body_id:
        return []
    is_said = body_of_call(upload) is not None and all(
        one.format_id != _RETURN for one in found.members
    )
    problems = []
    for one in found.members:
        if one.note or one.problems or _is_of(one, upload.body_id, is_said=is_said):
            continue
        problems.append(
            Problem(
                "not_of_the_body",
                _("the file is not of this body alone"),
                f"{upload.name} {one.member}".strip(),
                _("it holds money of other bodies, or facts of the whole place"),
                _("have it loaded by somebody who acts for the whole place"),
            ).as_dict()
        )
    return problems


def _other_years(found: Proposed, upload: Upload) -> list[dict[str, str]]:
    """Tables of a return that are of other years than the one it was handed over for."""
    if not upload.year:
        return []
    problems = []
    for one in found.members:
        is_empty = one.reading is not None and not one.reading.lines
        if one.note or one.problems or is_empty or one.years == (upload.year,):
            continue
        told = {"year": upload.year, "years": ", ".join(one.years) or _("no year that can be told")}
        problems.append(
            Problem(
                "other_year",
                _("the return is not of the year it was handed over for"),
                f"{upload.name} {one.member}".strip(),
                _("the page is of %(year)s, and the rows of the file say: %(years)s") % told,
                _("hand it over on the page of its own year, or correct the column Financial year"),
            ).as_dict()
        )
    return problems


def _is_of(one: LookedMember, body_id: str, *, is_said: bool) -> bool:
    reading = one.reading
    if reading is None:
        # payments whose body was said are of that body, however long they are
        return is_said and one.layout is not None
    return not reading.is_register and reading.body_id == body_id


def _document(found: Proposed, strangers: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    from totalplace._api._propose import proposed_result

    document = proposed_result(found).document
    return {
        **document,
        "members": document["members"][:_MEMBERS],
        "problems": [*document["problems"], *strangers],
        "members_left_off": max(0, len(found.members) - _MEMBERS),
    }


def _layouts(found: Proposed) -> list[dict[str, Any]]:
    """The layouts of a look, one for each header: those to be settled, and those that are known."""
    from dataclasses import asdict

    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    for at, one in enumerate(found.members[:_MEMBERS]):
        if one.layout is None or one.note:
            continue
        state = "open" if one.needs_agreement else "known"
        plain = {**asdict(one.layout), "headers": list(one.layout.headers)}
        kept.setdefault(one.layout.headers, {"state": state, "layout": plain, "member": at})
    return list(kept.values())
