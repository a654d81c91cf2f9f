"""The worker process that reads supplied files, seen from the process that asked for it.

A worker is started with the first file, reused for those that follow, and started anew when it
has died. Whatever it does, the one who asked gets readings or an error that says what is wrong
with the file, within the time that a file of its size may take.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self, TypeVar

from totalplace.errors import FileRefused, PlaceError, Problem
from totalplace.place import decode, encode
from totalplace.sources._format import Outcome
from totalplace.sources._looked import LookedMember
from totalplace.sources._messages import (
    HEAD,
    MAX_REPLY_BYTES,
    Reply,
    Request,
    frame,
    looks_of,
    outcomes_of,
    rows_of,
)

__all__ = ["MAX_RESIDENT_BYTES", "Reads", "Sandbox", "seconds_for", "settled"]

T = TypeVar("T")
Step = Callable[[str, int, int], None]

MAX_RESIDENT_BYTES = 1 << 30
_LOOK_SECONDS = 0.05
"""How often a worker at work is looked at."""

_SECONDS = 25
_SECONDS_PER_MB = 2
_SECONDS_PER_PACKED_MB = 12
_PACKED = (b"PK", b"\xd0\xcf")

_OWN_MEMORY = ("RssAnon:", "RssShmem:")
_LAST_WORDS_BYTES = 1 << 16
_OUT_OF_MEMORY = ("memory allocation", "bad_alloc", "MemoryError", "Cannot allocate memory")
"""What Rust, C++, Python and the system say before they give up."""

_THREADS = 4
_COMMAND = ("-P", "-m", "totalplace.sources._worker")
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
"""What Python may need to find its own libraries."""


class Reads(Protocol):
    """Something that reads a supplied file."""

    def read(self, request: Request, *, folder: Path, step: Step) -> list[Outcome]:
        """The readings of all members of a file, their files in the folder of the request.

        Args:
            folder: that folder, as the caller calls it.
            step: told the stage, what is done and what there is to do.

        Raises:
            FileError: the file cannot be taken in.
            PlaceError: the disk cannot take it.
        """


class Sandbox:
    """A worker process; use it as a context manager.

    Args:
        reads: folders that the worker may read: the place.
        writes: folders that it may write: where the place keeps files in the making.
    """

    def __init__(self, *, reads: Sequence[Path], writes: Sequence[Path]) -> None:
        self._reads = [str(path.absolute()) for path in reads]
        self._writes = [str(path.absolute()) for path in writes]
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the worker, if one runs."""
        return None if self._process is None else self._process.pid

    def read(self, request: Request, *, folder: Path, step: Step) -> list[Outcome]:
        """Have a file read; see :meth:`Reads.read`."""
        return self._settled(request, step, lambda reply: settled(reply, request, folder))

    def look(self, request: Request, *, step: Step) -> tuple[LookedMember, ...]:
        """Have a file looked at.

        Raises:
            FileError: it cannot be opened.
            PlaceError: the disk cannot take it.
        """
        return self._settled(request, step, lambda reply: looks_of(_sound(reply, request)))

    def rows(self, request: Request, *, folder: Path) -> tuple[tuple[str, ...], Path]:
        """Have records of a file given back as they stand: the header, and a Parquet file of them.

        Raises:
            FileError: it cannot be read.
            PlaceError: the disk cannot take it.
        """

        def found(reply: Reply) -> tuple[tuple[str, ...], Path]:
            return rows_of(_sound(reply, request), folder)

        return self._settled(request, lambda *_: None, found)

    def _settled(self, request: Request, step: Step, settle: Callable[[Reply], T]) -> T:
        """Have a request done, and take what its reply comes to."""
        try:
            reply = self._ask(request, step)
            if reply.kind in {"memory", "fault"}:
                self.close()
            return settle(reply)
        except ValueError as error:
            self.close()
            raise FileRefused(_crash(request.file, f"its answer makes no sense: {error}")) from None
        except KeyboardInterrupt:
            # before the folder that it writes to is swept
            self.close()
            raise

    def close(self) -> None:
        """End the worker, whatever it is at."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _ask(self, request: Request, step: Step) -> Reply:
        process = self._running()
        end = time.monotonic() + request.seconds
        pipe = _Pipe(process, request, end)
        try:
            pipe.send(frame(encode(request, is_compact=True)))
            while True:
                reply = _decoded(pipe.receive())
                if reply.kind != "step" or reply.step is None:
                    return reply
                step(reply.step.stage, reply.step.done, reply.step.total)
        except FileRefused:
            self.close()
            raise
        except (EOFError, BrokenPipeError):
            raise FileRefused(self._death(request)) from None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        threads = str(min(_THREADS, os.cpu_count() or 1))
        start = {"parent": os.getpid(), "reads": self._reads, "writes": self._writes}
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, *_COMMAND, json.dumps(start)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=0,
                close_fds=True,
                # a Ctrl-C in the terminal is for the one who asked
                start_new_session=True,
                cwd="/",
                env={name: os.environ[name] for name in _KEPT if name in os.environ}
                | {
                    "PYTHONPATH": os.pathsep.join(str(Path(one).absolute()) for one in sys.path),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PYTHONUTF8": "1",
                    "LC_ALL": "C.UTF-8",
                    "TZ": "UTC",
                    "TMPDIR": self._writes[0],
                    "OMP_NUM_THREADS": threads,
                    "OPENBLAS_NUM_THREADS": "1",
                    # the allocators that reserve memory ahead would meet the limit too early
                    "ARROW_DEFAULT_MEMORY_POOL": "system",
                },
            )
        except OSError as error:
            self.close()
            raise PlaceError(_no_worker(error)) from error
        return self._process

    def _death(self, request: Request) -> Problem:
        """Why the worker has died."""
        process, errors = self._process, self._errors
        if process is None or errors is None:
            raise ValueError("there is no worker")
        process.kill()
        code = process.wait()
        errors.seek(max(0, os.fstat(errors.fileno()).st_size - _LAST_WORDS_BYTES))
        said = errors.read().decode("utf-8", "replace").strip().splitlines()
        last = said[-1][:300] if said else ""
        self.close()
        if -code == signal.SIGXCPU:
            return _time(request)
        for line in said:
            if any(word in line for word in _OUT_OF_MEMORY):
                return _memory(request.file, line[:300])
        how = f"it ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with {code}"
        return _crash(request.file, f"{how}: {last}" if last else how)


class _Pipe:
    """Messages to and from a worker, while its time and its memory are watched."""

    def __init__(self, process: subprocess.Popen[bytes], request: Request, end: float) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("the worker has no pipes")
        self._process, self._request, self._end = process, request, end
        self._stdin, self._stdout = process.stdin.fileno(), process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._stdout, select.POLLIN)

    def send(self, message: bytes) -> None:
        # a request fits the pipe's buffer or is taken as fast as it comes: nothing else is read
        while message:
            message = message[os.write(self._stdin, message) :]

    def receive(self) -> bytes:
        (size,) = HEAD.unpack(self._bytes(HEAD.size))
        if size > MAX_REPLY_BYTES:
            raise ValueError(f"a reply of {size:,} bytes")
        return self._bytes(size)

    def _bytes(self, size: int) -> bytes:
        parts = []
        while size:
            self._wait()
            part = os.read(self._stdout, min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _wait(self) -> None:
        while not self._poll.poll(_LOOK_SECONDS * 1000):
            if time.monotonic() > self._end:
                raise FileRefused(_time(self._request))
            resident = _resident_bytes(self._process.pid)
            if resident > MAX_RESIDENT_BYTES:
                raise FileRefused(_memory(self._request.file, f"it took {resident:,} bytes"))


def settled(reply: Reply, request: Request, folder: Path) -> list[Outcome]:
    """What a worker's last reply about a file comes to.

    Raises:
        FileError: the file cannot be taken in.
        PlaceError: the disk cannot take it.
        ValueError: the reply is none that an honest worker gives.
    """
    return outcomes_of(_sound(reply, request), folder)


def _sound(reply: Reply, request: Request) -> Reply:
    """The reply, unless it says that something failed beside the file."""
    if reply.kind == "disk":
        raise PlaceError(_disk(request, reply.why))
    if reply.kind == "memory":
        raise FileRefused(_memory(request.file, reply.why))
    if reply.kind == "fault":
        raise FileRefused(_crash(request.file, reply.why))
    return reply


def seconds_for(path: Path) -> int:
    """How long the reading of a file may take: what is packed grows when it is unpacked."""
    with path.open("rb") as file:
        is_packed = file.read(2) in _PACKED
    per_mb = _SECONDS_PER_PACKED_MB if is_packed else _SECONDS_PER_MB
    return _SECONDS + per_mb * (path.stat().st_size // 1_000_000)


def _decoded(message: bytes) -> Reply:
    try:
        return decode(message, Reply, Path("reply"))
    except PlaceError as error:
        raise ValueError(error.problems[0].why) from error


def _resident_bytes(pid: int) -> int:
    """Memory of a process that is its own; 0 where the system does not tell.

    Pages of files do not count: the system takes them back when it needs them.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(one.split()[1]) for one in lines if one.startswith(_OWN_MEMORY))


def _memory(file: str, why: str) -> Problem:
    return Problem(
        "sandbox_memory",
        "reading the file takes more memory than a file may take",
        file,
        f"its worker was stopped below {MAX_RESIDENT_BYTES >> 20:,} MiB: {why}",
        "look at what is in it; split it, or save the sheet with the data as CSV, then add that",
    )


def _time(request: Request) -> Problem:
    return Problem(
        "sandbox_time",
        "reading the file takes longer than a file of its size may take",
        request.file,
        f"its worker was stopped after {request.seconds} seconds",
        "look at what is in it; split it, or save the sheet with the data as CSV, then add that",
    )


def _crash(file: str, why: str) -> Problem:
    return Problem(
        "sandbox_crash",
        "the file broke the worker that read it",
        file,
        why,
        "nothing of it was loaded, the place is unchanged: report the file, its format fails on it",
    )


def _disk(request: Request, why: str) -> Problem:
    return Problem(
        "disk_fault",
        "the file could not be worked on",
        f"{request.file}, in {request.folder}",
        why,
        "free some disk space, then add the same files again: those already in stay",
    )


def _no_worker(error: OSError) -> Problem:
    return Problem(
        "no_worker",
        "the process that reads files cannot be started",
        sys.executable,
        error.strerror or str(error),
        "free some memory, then add the same files again: those already in stay",
    )
