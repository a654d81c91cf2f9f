"""A PostgreSQL server of a test process's own: on a socket in a folder that goes when it ends.

PostgreSQL does not run as root: then the server runs as the account of Debian's package.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

__all__ = ["DATABASES", "ON_POSTGRES", "postgres_server", "run_psql", "started_postgres"]

_FOLDERS = sorted(
    (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    key=lambda folder: float(folder.parent.name),
)
_BIN = _FOLDERS[-1] if _FOLDERS else None
_ACCOUNT = "postgres"
_USER = "totalplace"
_PATIENCE_SECONDS = 60
# What is written here need not outlive the machine.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "listen_addresses": "",
}

ON_POSTGRES = (pytest.mark.slow, pytest.mark.long)
DATABASES = ("sqlite", pytest.param("postgresql", marks=ON_POSTGRES))
"""Parameters of what holds on both databases."""


@contextmanager
def postgres_server() -> Iterator[Callable[[], str]]:
    """What makes an empty database and gives its URL, of the form that DATABASE_URL has.

    Where PostgreSQL is missing the test skips, but the project's own checks must have it.
    """
    if _BIN is None:
        assert not os.environ.get("CI"), "the project's own checks must have PostgreSQL"
        pytest.skip("there is no PostgreSQL: scripts/apt_packages.sh postgresql")
    # the account could not enter pytest's own folders, and a socket's path must be short
    base = Path(tempfile.mkdtemp(prefix="totalplace-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(base, _ACCOUNT, _ACCOUNT)
        with _started(_BIN, base):
            numbers = count(1)

            def new_database() -> str:
                name = f"test_{next(numbers)}"
                _run(_BIN, "createdb", "-h", str(base), "-U", _USER, name)
                return f"postgresql://{_USER}@{quote(str(base), safe='')}/{name}"

            yield new_database
    finally:
        shutil.rmtree(base)


def started_postgres() -> Callable[[], str]:
    """What makes an empty database and gives its URL; its server runs until this process ends."""
    server = postgres_server()
    new_database = server.__enter__()
    atexit.register(server.__exit__, None, None, None)
    return new_database


def run_psql(url: str, statement: str) -> str:
    """Run one SQL statement, and give what it prints: rows, with ``|`` between columns.

    Raises:
        subprocess.CalledProcessError: the server refuses it.
    """
    assert _BIN is not None
    return _run(_BIN, "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, url)


@contextmanager
def _started(programs: Path, base: Path) -> Iterator[None]:
    data, log = base / "data", base / "log"
    _run(
        programs, "initdb", "-D", str(data), "-U", _USER, "--auth=trust", "--no-sync",
        "--encoding=UTF8", "--locale=C.UTF-8", as_account=True,
    )  # fmt: skip
    words = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    words = [str(programs / "postgres"), "-D", str(data), "-k", str(base), *words]
    with log.open("wb") as out:
        server = subprocess.Popen(
            # should this process be killed, the kernel ends the server
            [*_as_account("--pdeathsig", "QUIT"), *words],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=_environment(),
            cwd=base,
        )
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        ready = [str(programs / "pg_isready"), "-q", "-h", str(base), "-U", _USER]
        while subprocess.run(ready, check=False, env=_environment()).returncode:
            told = log.read_text(errors="replace")[-2000:]
            assert server.poll() is None, f"PostgreSQL ended by itself:\n{told}"
            assert time.monotonic() < until, f"PostgreSQL is not ready:\n{told}"
            time.sleep(0.05)
        yield
    finally:
        # at once: nothing of it is kept
        server.send_signal(3)
        server.wait(_PATIENCE_SECONDS)


def _as_account(*leash: str) -> list[str]:
    """Words before a command that root has another account run."""
    if os.geteuid() != 0:
        return ["setpriv", *leash] if leash and shutil.which("setpriv") else []
    return ["setpriv", "--reuid", _ACCOUNT, "--regid", _ACCOUNT, "--init-groups", *leash]


def _environment() -> dict[str, str]:
    """Without what would name another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _run(programs: Path, program: str, *words: str, as_account: bool = False) -> str:
    return subprocess.run(
        [*(_as_account() if as_account else []), str(programs / program), *words],
        check=True,
        capture_output=True,
        text=True,
        env=_environment(),
        cwd="/",
    ).stdout
