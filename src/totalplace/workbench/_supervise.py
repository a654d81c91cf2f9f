"""Starting the processes of the workbench beside the public site, and starting them again."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from totalplace.errors import PlaceError, Problem
from totalplace.place import open_folder
from totalplace.workbench._database import check_database
from totalplace.workbench._forward import forwarding
from totalplace.workbench._limits import most_bytes, together_bytes

__all__ = ["Workbench", "workbench"]

_START_SECONDS = 60.0
_AGAIN_SECONDS, _AGAIN_AT_MOST = 1.0, 60.0
"""How long after its end a process is started again: longer each time that it fails early."""
_EARLY_SECONDS = 30.0
_LOG = logging.getLogger(__name__)


class Workbench:
    """The running workbench.

    Attributes:
        wrap: puts its addresses before the application of the public site.
        first_admin: name and one-time password of the first account, if it was made just now.
    """

    def __init__(self, socket: Path, first_admin: dict[str, str] | None) -> None:
        self._socket = socket
        self.first_admin = first_admin

    def wrap(self, application: Any) -> Any:
        """The public site's application, with the workbench's addresses before it."""
        return forwarding(application, self._socket)

    def most_bytes(self, path: str) -> int:
        """How many bytes a request to an address of the site or the workbench may bring."""
        return most_bytes(path)

    @property
    def together_bytes(self) -> int:
        """How many bytes all files that are being handed over may have together."""
        return together_bytes()


@contextlib.contextmanager
def workbench(places: Sequence[Path]) -> Iterator[Workbench]:
    """Start the workbench of the first place; its processes end with the context.

    Args:
        places: those of the site.

    Raises:
        PlaceError: the folder is no place, its workbench is in another database than the one that
            is set, or cannot be started.
    """
    # looked for and not opened: this process reads nothing but what is public
    if not (places[0] / "place.toml").is_file():
        open_folder(places[0])  # tells of a folder that is none
    check_database(places[0])
    environment = os.environ | {
        "TOTALPLACE_PLACES": os.pathsep.join(str(one.resolve()) for one in places)
    }
    prepared = _prepared(environment)
    with tempfile.TemporaryDirectory(prefix="totalplace-") as folder:
        socket = Path(folder) / "workbench.sock"
        kept = [
            _Kept(["server", str(socket)], environment, socket),
            _Kept(["worker"], environment, None),
        ]
        try:
            for one in kept:
                one.start()
            _wait_for(socket, kept[0])
            yield Workbench(socket, prepared["first_admin"])
        finally:
            for one in kept:
                one.stop()


def _words(*words: str) -> list[str]:
    return [sys.executable, "-m", "totalplace.workbench", *words]


def _prepared(environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own program
        _words("prepare"), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise PlaceError(
            Problem(
                "workbench_not_started",
                "the workbench could not be started",
                environment.get("DATABASE_URL", "").rpartition("@")[2] or "its database",
                lines[-1],
                "mend that, or serve the public pages alone with --no-workbench",
            )
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _wait_for(socket: Path, server: _Kept) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not socket.exists():
        if time.monotonic() > deadline or server.starts > 3:
            raise PlaceError(
                Problem(
                    "workbench_not_started",
                    "the workbench's server did not begin to answer",
                    str(socket),
                    "what it said stands above",
                    "mend that, or serve the public pages alone with --no-workbench",
                )
            )
        time.sleep(0.02)


class _Kept:
    """A process that is started again when it ends."""

    def __init__(
        self, words: Sequence[str], environment: dict[str, str], socket: Path | None
    ) -> None:
        self._words = _words(*words)
        self._environment = environment
        self._socket = socket
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self.starts = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()

    def _keep(self) -> None:
        pause = _AGAIN_SECONDS
        while not self._stopped.is_set():
            started = time.monotonic()
            if self._socket is not None:
                self._socket.unlink(missing_ok=True)
            self.starts += 1
            code = self._run()
            # one that was killed is started at once; one that cannot start would take a processor
            has_failed = code > 0 and time.monotonic() - started < _EARLY_SECONDS
            pause = min(pause * 2, _AGAIN_AT_MOST) if has_failed else _AGAIN_SECONDS
            self._stopped.wait(pause)

    def _run(self) -> int:
        """Start the process and wait for its end; the exit code."""
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program
                self._words,
                env=self._environment,
                # it ends when this process does, however that ends
                stdin=subprocess.PIPE,
                # standard output is for one document
                stdout=sys.stderr.fileno() if _has_file(sys.stderr) else None,
                # Ctrl-C is for this process, which has the others end
                start_new_session=True,
            )
        except OSError as error:
            # such as for want of memory: later there may be some
            _LOG.error("%s could not be started: %s", " ".join(self._words[1:]), error)
            return 1
        self._process = process
        if self._stopped.is_set():
            process.terminate()
        code = process.wait()
        if process.stdin is not None:
            process.stdin.close()
        return code


def _has_file(stream: Any) -> bool:
    try:
        stream.fileno()
    except (OSError, ValueError, AttributeError):
        return False
    return True
