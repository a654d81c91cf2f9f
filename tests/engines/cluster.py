"""A small Spark cluster of processes of our own: one master, two workers, gone when done."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyspark

__all__ = ["Cluster", "Member", "cluster", "group_is_alive", "peak_mb", "wait_for"]

PATIENCE_SECONDS = 60
_SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
_SMALL = "-XX:-UsePerfData -XX:+UseSerialGC"


@dataclass(frozen=True)
class Member:
    """A master or worker: its process, which leads a group that its executors are in too."""

    process: subprocess.Popen[bytes]
    log: Path
    folder: Path

    def text(self) -> str:
        """What it has logged."""
        return self.log.read_text(errors="replace")

    def tasks(self, word: str) -> int:
        """How many tasks its executors have begun (``Running``) or ended (``Finished``)."""
        return sum(
            log.read_text(errors="replace").count(f"{word} task ")
            for log in self.folder.glob("app-*/*/stderr")
        )

    def kill(self) -> None:
        """End it and its executors at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        wait_for("end of the group", lambda: not group_is_alive(self.process.pid))


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    url: str
    master: Member
    workers: tuple[Member, ...]


def wait_for(what: str, found: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds, or say what did not come."""
    until = time.monotonic() + seconds
    while not found():
        if time.monotonic() > until:
            raise TimeoutError(f"no {what} within {seconds:.0f} s")
        time.sleep(0.02)


def _status_of_group(process_id: int) -> Iterator[str]:
    """What the kernel says of each living process of the group."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(folder.name)) == process_id:
                status = (folder / "status").read_text()
                # A process that has ended stays listed until its parent asks for it.
                if not re.search(r"State:\s+[ZX]", status):
                    yield status


def group_is_alive(process_id: int) -> bool:
    """Whether any process of the group is left."""
    return any(True for _ in _status_of_group(process_id))


def peak_mb(process_id: int) -> float:
    """The most memory that the processes of a group have held so far, each at its own peak."""
    peaks = (re.search(r"VmHWM:\s+(\d+) kB", one) for one in _status_of_group(process_id))
    return sum(int(peak[1]) for peak in peaks if peak) / 1024


def _start(folder: Path, name: str, *arguments: str) -> Member:
    home = folder / name
    home.mkdir()
    log = home / "log"
    # Should this process be killed, the kernel kills the member, and its executors follow.
    leash = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    environment = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(home),
        "SPARK_DAEMON_MEMORY": "192m",
        "SPARK_DAEMON_JAVA_OPTS": f"{_SMALL} -Djava.io.tmpdir={home}",
        "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        "SPARK_NO_DAEMONIZE": "1",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*leash, str(_SPARK_CLASS), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            cwd=home,
            start_new_session=True,
        )
    return Member(process, log, home)


def _listening(member: Member, pattern: str) -> str:
    def told() -> re.Match[str] | None:
        if member.process.poll() is not None:
            raise RuntimeError(f"it ended by itself:\n{member.text()[-2000:]}")
        return re.search(pattern, member.text())

    wait_for(f"line with {pattern!r} in {member.log}", told)
    found = told()
    assert found
    return found[1]


@contextlib.contextmanager
def cluster(folder: Path, *, workers: int = 2) -> Iterator[Cluster]:
    """Start a master and its workers on free ports of 127.0.0.1; stop them whatever happens.

    Args:
        folder: where they write: empty, and removed at the end.
    """
    folder.mkdir()
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, folder)

        def start(name: str, *arguments: str) -> Member:
            member = _start(folder, name, *arguments)
            undo.callback(member.kill)
            return member

        local = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        master = start("master", "org.apache.spark.deploy.master.Master", *local)
        url = _listening(master, r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
        started = []
        for number in range(workers):
            name = f"worker-{number}"
            mine = ("--cores", "1", "--memory", "1g", "--work-dir", str(folder / name))
            kind = "org.apache.spark.deploy.worker.Worker"
            started.append(start(name, kind, *local, *mine, url))
        for member in started:
            _listening(member, r"(Successfully registered with master)")
        yield Cluster(url, master, tuple(started))
