"""Taking in the files of a request: checked, kept, and then looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from totalplace.errors import TotalplaceError
from totalplace.workbench._route import WorkRequest
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.loads._look import begin_look
from totalplace.workbench.loads._store import megabytes, quota_problem, receive
from totalplace.workbench.loads.models import Upload

__all__ = ["all_taken_in", "received_files", "taken_in"]

_FIELD = "files"


def received_files(
    request: WorkRequest, *, most: int | None = None
) -> tuple[list[UploadedFile[Any]], list[tuple[str, str]]]:
    """The files of a form, and what is wrong with them as such.

    Args:
        most: how many there may be.
    """
    files = [one for one in request.FILES.getlist(_FIELD) if isinstance(one, UploadedFile)]
    if not files:
        return [], [(_FIELD, _("Choose a file"))]
    if most is not None and len(files) > most:
        return files, [(_FIELD, _("Choose one file alone"))]
    limit = settings.TOTALPLACE_UPLOAD_MB * 1_000_000
    errors = []
    for file in files:
        size = file.size or 0
        told = {"name": file.name, "size": megabytes(size), "most": megabytes(limit)}
        if not size:
            errors.append((_FIELD, _("%(name)s is empty: it holds no bytes at all") % told))
        elif size > limit:
            text = _("%(name)s is too large: it has %(size)s, and a file may have %(most)s")
            errors.append((_FIELD, text % told))
    total = sum(one.size or 0 for one in files)
    problem = quota_problem(request.actor.name, total, len(files))
    if problem is not None:
        told = {"what": problem.what.capitalize(), "why": problem.why, "fix": problem.fix}
        errors.append((_FIELD, _("%(what)s: %(why)s; %(fix)s") % told))
    return files, errors


def taken_in(request: WorkRequest, file: UploadedFile[Any], upload: Upload) -> int:
    """Keep a file that was checked, and have it looked at; the number of that job.

    Raises:
        PlaceError: the disk cannot take it.
    """
    receive(file, upload)
    # both or neither: without a job nobody would ever look at it
    with transaction.atomic():
        upload.save(force_insert=True)
        job = begin_look(upload, request.actor, asked=request.asked)
    record_outcome(
        request.asked,
        {"upload": upload.pk, "sha256": upload.sha256, "size_bytes": upload.size_bytes},
    )
    return job


def all_taken_in(
    request: WorkRequest, files: Sequence[tuple[UploadedFile[Any], Upload, int]]
) -> list[int]:
    """Keep files that were checked, and have each looked at; the numbers of the jobs.

    Args:
        files: each with its upload, and the row of the audit that has allowed that very file: what
            comes of it is told there.

    Raises:
        PlaceError: the disk cannot take one; those before it are kept.
    """
    jobs: list[int] = []
    for at, (file, upload, asked) in enumerate(files):
        request.asked = asked
        try:
            jobs.append(taken_in(request, file, upload))
        except TotalplaceError as error:
            # of the one at hand the map of routes tells it
            codes = [one.code for one in error.problems]
            for _file, _upload, other in files[at + 1 :]:
                record_outcome(other, {"problems": codes})
            raise
    return jobs
