"""The files of uploads: received to disk, kept until they are loaded, swept away."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace.errors import PlaceError, Problem
from totalplace.workbench._folder import UPLOADS
from totalplace.workbench.jobs._keep import hourly
from totalplace.workbench.loads.models import Upload

__all__ = [
    "DAYS",
    "WAITING",
    "file_of",
    "let_go",
    "megabytes",
    "quota_problem",
    "receive",
    "remove",
    "sweep",
]

WAITING = 20
"""So many uploads of one account may wait to be loaded."""
DAYS = 30
"""So long an upload is kept that nobody loads."""

_PART_BYTES = 2**20
_TEMPORARY_HOURS = 24
_FILE = "file"


def megabytes(size_bytes: int) -> str:
    """A size for people.

    >>> megabytes(1_500_000), megabytes(200_000_000), megabytes(2_000)
    ('1.5 MB', '200 MB', '2 kB')
    """
    if size_bytes >= 1_000_000:
        return f"{size_bytes / 1_000_000:,.1f}".removesuffix(".0") + " MB"
    return f"{size_bytes / 1_000:,.0f} kB" if size_bytes >= 1_000 else f"{size_bytes} bytes"


def folder() -> Path:
    """Where the files of uploads are."""
    return Path(settings.TOTALPLACE_FOLDER) / UPLOADS


def file_of(upload: Upload) -> Path:
    """The file of an upload; its own name is only text."""
    return folder() / upload.pk / _FILE


def quota_problem(owner: str, size_bytes: int, count: int) -> Problem | None:
    """Why so many more bytes and files cannot be taken from an account, or None."""
    waiting = Upload.objects.exclude(status="loaded")
    own = waiting.filter(owner=owner).count()
    if own + count > WAITING:
        return Problem(
            "too_many_uploads",
            _("too many files of yours wait to be loaded"),
            _("uploads of %(owner)s") % {"owner": owner},
            _("%(own)s wait already, and %(most)s may") % {"own": own, "most": WAITING},
            _("load or remove some of them first"),
        )
    kept = waiting.aggregate(models.Sum("size_bytes"))["size_bytes__sum"] or 0
    most = settings.TOTALPLACE_WAITING_MB * 1_000_000
    if kept + size_bytes > most:
        return Problem(
            "uploads_full",
            _("there is no room for more files at the moment"),
            _("uploads of everybody"),
            _("the files that wait to be loaded may take %(most)s together")
            % {"most": megabytes(most)},
            _("load or remove files that wait, or ask those who run the site for more room"),
        )
    return None


def receive(file: UploadedFile[Any], upload: Upload) -> None:
    """Keep the bytes of a file, a megabyte at a time; the upload is told their SHA-256 and size.

    Raises:
        PlaceError: the disk cannot take it.
    """
    target = file_of(upload)
    digest = hashlib.sha256()
    size_bytes = 0
    try:
        target.parent.mkdir(mode=0o700, parents=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            for part in file.chunks(_PART_BYTES):
                digest.update(part)
                kept.write(part)
                size_bytes += len(part)
            kept.flush()
            os.fsync(kept.fileno())
    except OSError as error:
        let_go(upload)
        raise PlaceError(
            Problem(
                "cannot_write",
                _("the file cannot be kept"),
                upload.name,
                error.strerror or str(error),
                _("tell those who run the site; nothing was taken in"),
            )
        ) from error
    upload.sha256, upload.size_bytes = digest.hexdigest(), size_bytes


def let_go(upload: Upload) -> None:
    """Remove the bytes of an upload; its row stays."""
    shutil.rmtree(folder() / upload.pk, ignore_errors=True)


def remove(upload: Upload) -> None:
    """Remove an upload with its bytes."""
    let_go(upload)
    upload.delete()


@hourly
def sweep() -> int:
    """Remove what nobody loaded for a month, and what is left of interrupted receipts.

    Returns:
        How many uploads were removed.
    """
    now = timezone.now()
    old = list(Upload.objects.filter(created__lt=now - timedelta(days=DAYS)))
    gone = [one for one in old if one.status != "loaded"]
    for one in gone:
        remove(one)
    known = set(Upload.objects.exclude(status="loaded").values_list("pk", flat=True))
    before = (now - timedelta(hours=_TEMPORARY_HOURS)).timestamp()
    for path in folder().glob("*"):
        with contextlib.suppress(OSError):
            if path.name in known or path.stat().st_mtime > before:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    return len(gone)
