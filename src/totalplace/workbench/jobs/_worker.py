"""The worker: takes jobs from the table and does each in a process of its own.

The process of a job ends with the worker, and may be ended at any time: what it changes of a place
it changes whole or not at all. A job that a dead worker had begun is begun again, once.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from totalplace.workbench.audit import keep_anchored
from totalplace.workbench.jobs._child import child
from totalplace.workbench.jobs._keep import HOURLY, record_ends, remove_old
from totalplace.workbench.jobs._lock import only_worker
from totalplace.workbench.jobs._take import close, give_back, is_cancelled, take, take_up_again

__all__ = ["LANES", "work"]

LANES = ("long", "quick")
_POLL_SECONDS = 0.2
_GRACE_SECONDS = 5.0
_AGAIN_SECONDS = 2.0
_HOUR_SECONDS, _SOON_SECONDS = 3_600.0, 60.0
_LOG = logging.getLogger(__name__)
_PRELOADED = ["totalplace.workbench.jobs._warm", "totalplace.workbench.jobs._child"]


@dataclass
class _Running:
    job_id: int
    attempt: int
    process: BaseProcess
    stopped_at: float | None = None


def work(stopped: Callable[[], bool]) -> None:
    """Do jobs until told to stop; while another worker of the place is there, wait.

    Args:
        stopped: asked a few times a second.
    """
    try:
        with only_worker(stopped) as is_held:
            if is_held is not None:
                _work(lambda: stopped() or not is_held())
    finally:
        connection.close()


def _work(stopped: Callable[[], bool]) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    # it loads while there is nothing to do
    forkserver.ensure_running()
    running: dict[str, _Running] = {}
    is_begun = False
    faulty: set[int] = set()
    due: dict[Callable[[], object], float] = {}
    try:
        while not stopped():
            with _in_spite_of_faults():
                if not is_begun:
                    take_up_again()
                    is_begun = True
                for lane in LANES:
                    _look_after(lane, running, context)
                record_ends(faulty)
                _sweep([faulty.clear, remove_old, *HOURLY, keep_anchored], due)
                # no read stays open, or the database could never be tidied
                connection.close_if_unusable_or_obsolete()
            time.sleep(_POLL_SECONDS)
    finally:
        for one in running.values():
            one.process.kill()
            one.process.join()
            with _in_spite_of_faults():
                give_back(one.job_id, one.attempt)
        with _in_spite_of_faults():
            _sweep([keep_anchored], {})


def _sweep(sweeps: Sequence[Callable[[], object]], due: dict[Callable[[], object], float]) -> None:
    """Do what is done each hour, of which each has an hour of its own.

    What fails is told, and ends neither the worker nor the rest.

    Args:
        due: when each is to be done next; now, of what does not stand there.

    Raises:
        DatabaseError: the database is busy or away: that one is tried again soon, and those after
            it with the next call.
    """
    for sweep in sweeps:
        if time.monotonic() < due.get(sweep, 0.0):
            continue
        due[sweep] = time.monotonic() + _HOUR_SECONDS
        try:
            sweep()
        except (OperationalError, InterfaceError):
            due[sweep] = time.monotonic() + _SOON_SECONDS
            raise
        except Exception:
            _LOG.exception("%s failed; it is tried again in an hour", sweep.__qualname__)


@contextlib.contextmanager
def _in_spite_of_faults() -> Iterator[None]:
    """A database that is busy or away for a while ends neither the worker nor its jobs."""
    try:
        yield
    except DatabaseError:
        _LOG.exception("the database did not answer; the worker goes on")
        connection.close()
        time.sleep(_AGAIN_SECONDS)


def _look_after(lane: str, running: dict[str, _Running], context: ForkServerContext) -> None:
    one = running.get(lane)
    if one is None:
        taken = take(lane)
        if taken is not None:
            process = context.Process(target=child, args=taken, name=f"job-{taken[0]}")
            process.start()
            running[lane] = _Running(*taken, process)
        return
    if not one.process.is_alive():
        one.process.join()
        if not close(one.job_id, one.attempt, one.process.exitcode):
            _LOG.error("job %s ended with exit code %s", one.job_id, one.process.exitcode)
        del running[lane]
        return
    if one.stopped_at is None:
        if is_cancelled(one.job_id):
            one.process.terminate()
            one.stopped_at = time.monotonic()
    elif time.monotonic() - one.stopped_at > _GRACE_SECONDS:
        one.process.kill()
