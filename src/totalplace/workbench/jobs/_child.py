"""The process of a job. It is begun from a process that has loaded all that jobs need (`_warm`)."""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing.connection import wait
from typing import Any

from totalplace.workbench.jobs._run import run_job

__all__ = ["child"]


def child(job_id: int, attempt: int) -> None:
    """Do a job; end when the worker does."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        watch = threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True)
        watch.start()
    run_job(job_id, attempt)


def _end_with(sentinel: Any) -> None:
    wait([sentinel])
    os._exit(1)
