"""How many bytes a request may bring, by its address: the one place that knows.

The front process asks before it takes anything of a request (`serve`), the workbench's server
again, of whoever it is that asks (`_body_limit`).
"""

from __future__ import annotations

import os
import re

from totalplace.web import PUBLIC_BYTES
from totalplace.workbench._forward import PREFIXES

__all__ = ["FORM_BYTES", "is_upload", "most_bytes", "together_bytes", "upload_mb"]

FORM_BYTES = 2**20
"""What a form may hold that brings no file."""
_UPLOAD_MB = 200
_AT_ONCE = 4
"""So many uploads of the largest size may be on their way at a time."""
_UPLOADS = re.compile(
    r"/work/loads/new/|/work/sources/[^/]+/rejects/[0-9]+/|/work/returns/[^/]+/[^/]+/"
)
"""The addresses that take files."""


def upload_mb() -> int:
    """How many megabytes of files are taken at once: `TOTALPLACE_UPLOAD_MB`, 200 by default."""
    return int(os.environ.get("TOTALPLACE_UPLOAD_MB") or _UPLOAD_MB)


def is_upload(path: str) -> bool:
    """Whether an address takes files."""
    return _UPLOADS.fullmatch(path) is not None


def most_bytes(path: str) -> int:
    """How many bytes the body of a request to an address may have, whoever asks.

    >>> most_bytes("/money/"), most_bytes("/work/queues/payees/choose/")
    (4096, 1048576)
    >>> most_bytes("/work/loads/new/") - upload_mb() * 1_000_000 == FORM_BYTES
    True
    """
    if is_upload(path):
        return FORM_BYTES + upload_mb() * 1_000_000
    return FORM_BYTES if f"{path}/".startswith(PREFIXES) else PUBLIC_BYTES


def together_bytes() -> int:
    """How many bytes all bodies that are larger than a form may have at a time, whoever sends them.

    >>> together_bytes() == 4 * most_bytes("/work/loads/new/")
    True
    """
    return _AT_ONCE * (FORM_BYTES + upload_mb() * 1_000_000)
