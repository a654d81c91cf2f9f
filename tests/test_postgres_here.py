"""The server that other tests take: each database is its own, and the server ends with them."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import postgres_here
from postgres_here import run_psql


def test_databases_are_apart(
    postgres_databases: Callable[[], str], postgres_url: str, request: pytest.FixtureRequest
) -> None:
    run_psql(postgres_url, "CREATE TABLE seen (word text)")
    run_psql(postgres_url, "INSERT INTO seen VALUES ('môn')")
    assert run_psql(postgres_url, "SELECT upper(word) FROM seen") == "MÔN\n"
    with pytest.raises(subprocess.CalledProcessError):
        run_psql(postgres_databases(), "SELECT word FROM seen")
    assert request.node.get_closest_marker("long")


def test_an_address_is_what_the_settings_read(postgres_url: str) -> None:
    import dj_database_url

    read = dj_database_url.parse(postgres_url)
    assert read["ENGINE"] == "django.db.backends.postgresql"
    assert any(Path(read["HOST"]).glob(".s.PGSQL.*"))


def test_the_server_ends_when_its_process_is_killed(postgres_url: str) -> None:
    program = (
        "from postgres_here import postgres_server\n"
        "with postgres_server() as make:\n    print(make(), flush=True)\n    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(postgres_here.__file__).parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as one:
        assert one.stdout is not None
        folder = Path(unquote(urlsplit(one.stdout.readline()).netloc.partition("@")[2]))
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        one.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while Path(f"/proc/{server}").is_dir() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{server}").is_dir()
    shutil.rmtree(folder)


def test_without_it_a_test_skips_but_not_in_our_own_checks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres_here, "_BIN", None)
    monkeypatch.setenv("CI", "true")
    with (
        pytest.raises(AssertionError, match="must have PostgreSQL"),
        postgres_here.postgres_server(),
    ):
        pass
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception), postgres_here.postgres_server():
        pass
