"""The job of looking at an upload: what it would be loaded as, without any change of the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from totalplace import Place, open_place
from totalplace.errors import Problem, RequestError
from totalplace.place import Member
from totalplace.sources import Layout, LookedMember, Proposed
from totalplace.workbench.jobs import Progress, job_kind
from totalplace.workbench.loads._store import file_of, sweep
from totalplace.workbench.loads.models import Upload

__all__ = ["as_layout", "begin_look", "body_of_call", "found_upload"]

_MEMBERS = 300
"""More members of one file than this are not shown."""

_RETURN = "return"


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


def body_of_call(upload: Upload) -> str | None:
    """Whose money the place is told that it is; a return says so itself."""
    return None if upload.is_return or not upload.body_id else upload.body_id


def begin_look(upload: Upload, actor: Any) -> int:
    """Have an upload looked at; the number of the job."""
    from totalplace.workbench.jobs import enqueue

    job = enqueue("look", {"upload": upload.pk}, actor=actor, bodies=upload.bodies)
    Upload.objects.filter(pk=upload.pk).update(job_id=job.pk)
    return int(job.pk)


@job_kind("look", _("Look at a file"), lane="quick", result_page="upload-of-job")
def look(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Look at an upload, with the layouts that were settled so far."""
    upload = found_upload(facts["upload"])
    agreed = [as_layout(one["layout"]) for one in upload.layouts if one["state"] == "agreed"]
    with open_place(settings.TOTALPLACE_PLACE) as place:
        found = _proposed(place, upload, agreed, told)
        doubt: list[dict[str, str]] = []
        if _is_refused(found, upload) and not found.problems:
            # what a person may accept is what is not refused when they do
            taken = _proposed(place, upload, agreed, told, yes=True)
            if not _is_refused(taken, upload):
                doubt = [one.as_dict() for m in found.members for one in m.problems]
                found = taken
    strangers = _strangers(found, upload)
    document = _document(found, strangers)
    changed: dict[str, Any] = {"doubt": doubt}
    if upload.layouts:
        changed["checked"] = document
    else:
        changed["look"] = document
        changed["layouts"] = _layouts(found)
    layouts: Sequence[Mapping[str, Any]] = changed.get("layouts", upload.layouts)
    is_open = any(one["state"] == "open" for one in layouts)
    if is_open and not strangers and not found.problems:
        changed["status"] = "proposed"
    else:
        is_refused = bool(strangers) or _is_refused(found, upload, layouts)
        changed["status"] = "refused" if is_refused else "ready"
    Upload.objects.filter(pk=upload.pk).update(**changed)
    sweep()
    return {"upload": upload.pk, "status": changed["status"]}


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


def _is_refused(
    found: Proposed, upload: Upload, layouts: Sequence[Mapping[str, Any]] | None = None
) -> bool:
    """Whether it cannot be loaded; a table that is left out is no reason, if another is loaded."""
    settled = upload.layouts if layouts is None else layouts
    out = {tuple(one["layout"]["headers"]) for one in settled if one["state"] == "left_out"}
    if found.problems:
        return True
    kept = [one for one in found.members if one.layout is None or one.layout.headers not in out]
    return any(one.is_refused for one in kept) or all(one.note for one in kept)


def _strangers(found: Proposed, upload: Upload) -> list[dict[str, str]]:
    """Tables of money of other bodies than the one that the upload is for."""
    if not upload.body_id:
        return []
    problems = []
    for one in found.members:
        if one.note or one.problems or _is_of(one.reading, one, upload.body_id):
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


def _is_of(reading: Member | None, one: LookedMember, body_id: str) -> bool:
    if reading is None:
        # payments whose body was said are of that body, however long they are
        return one.layout is not None
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
