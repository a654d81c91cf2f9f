"""The job of loading an upload into the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Actor
from totalplace.errors import Problem, RequestError
from totalplace.sources import FileReport
from totalplace.workbench._ask import may
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.jobs import Progress, enqueue, job_kind
from totalplace.workbench.loads._look import agreed_layouts, body_of_call, found_upload
from totalplace.workbench.loads._store import file_of, let_go
from totalplace.workbench.loads.models import Upload
from totalplace.workbench.queues import ask_recount
from totalplace.workbench.returns._coverage import ask_coverage

__all__ = ["begin_load"]


def begin_load(upload: Upload, actor: Actor, *, asked: int | None) -> int:
    """Have an upload loaded; the number of the job."""
    facts = {"upload": upload.pk, "who": actor.name}
    with transaction.atomic():
        job = enqueue("load", facts, actor=actor, bodies=upload.bodies, asked=asked)
        Upload.objects.filter(pk=upload.pk).update(job_id=job.pk)
    return int(job.pk)


@job_kind("load", _("Load a file"), lane="long", result_page="upload-of-job")
def load(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Take an upload into the place, whole or not at all; begun again it changes nothing more."""
    upload = Upload.objects.filter(pk=facts["upload"], status="loaded").first()
    if upload is None:
        upload = _loaded(facts, told)
    # also where it was loaded before and the work ended then: nobody else asks for what follows
    let_go(upload)
    told(_("having the headline counted again"))
    actor = Actor(facts["who"])
    ask_recount(actor)
    if upload.is_return:
        ask_coverage(actor)
    return _facts(upload)


def _loaded(facts: Mapping[str, Any], told: Progress) -> Upload:
    """The upload, once the place has taken it."""
    upload = found_upload(facts["upload"])
    actor = _still_may(facts["who"], upload)
    layouts = agreed_layouts(upload)
    with open_place(settings.TOTALPLACE_PLACE) as place:
        added = place.add(
            file_of(upload),
            body=_body(upload),
            format="return" if upload.is_return else None,
            supersedes=upload.supersedes or None,
            yes=bool(upload.accepted),
            layouts=layouts,
            name=upload.name,
            publisher=upload.publisher or None,
            licence=upload.licence or None,
            who=actor.name,
            progress=lambda _file, stage, done, total: told(stage, done, total),
        )
    reports = added.facts.files
    upload.result = {"files": [_report(one) for one in reports]}
    if added.facts.exit_code:
        upload.status = "not_loaded"
        upload.save(update_fields=["result", "status"])
        raise RequestError([problem for one in reports for problem in one.problems])
    upload.status, upload.loaded = "loaded", timezone.now()
    upload.save(update_fields=["result", "status", "loaded"])
    return upload


def _body(upload: Upload) -> str | None:
    """Whose money it is said to be: nothing of a return, whose rows say it."""
    formats = {one["format"] for one in upload.found.get("members", ())}
    return None if "return" in formats else body_of_call(upload)


def _still_may(name: str, upload: Upload) -> Actor:
    """Whoever began it, if they may still do it.

    Raises:
        RequestError: the account was closed, or has lost the role or the body meanwhile.
    """
    account = Account.objects.filter(name=name).first()
    # the second factor was given when the work was begun
    actor = Actor("") if account is None else account.actor(timezone.now())
    if not may(actor, "load", upload.thing):
        raise RequestError(
            Problem(
                "not_allowed",
                _("the file was not loaded"),
                upload.name,
                _("the account that began it may no longer load it"),
                _("have somebody of that body load it"),
            )
        )
    return actor


def _report(one: FileReport) -> dict[str, Any]:
    def told(problems: Sequence[Problem]) -> list[dict[str, str]]:
        return [problem.as_dict() for problem in problems]

    return {
        **one.as_dict(),
        "sum_pence": one.sum_pence,
        "skipped_all": sum(one.skipped.values()),
        "warnings": told(one.warnings),
        "notes": told(one.notes),
        "problems": told(one.problems),
    }


def _facts(upload: Upload) -> dict[str, Any]:
    """What the audit and the page of the job keep of it."""
    files = upload.result["files"]
    return {
        "upload": upload.pk,
        "sha256": upload.sha256,
        "status": sorted({one["status"] for one in files}),
        "lines": sum(one["lines"] for one in files),
        "rejected": sum(one["rejected"] for one in files),
        "supersedes": upload.supersedes,
        "accepted": upload.accepted,
    }
