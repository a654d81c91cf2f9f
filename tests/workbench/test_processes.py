"""The processes that `serve` starts: they stand under one address, and end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from served_here import processes, served, until

pytestmark = pytest.mark.slow


def ask(address: str, **headers: str) -> tuple[int, str, Any]:
    try:
        with urlopen(Request(address, headers=headers), timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except HTTPError as error:
        return error.code, error.read().decode(), error.headers


def test_the_workbench_stands_beside_the_public_pages(empty_place: Path) -> None:
    with served(empty_place) as site:
        process, address, aside = site.process, site.address, site.aside
        assert "First admin of the workbench: admin, one-time password" in aside.read_text()
        status, page, _ = ask(f"{address}/")
        assert (status, "Nothing is published yet" in page) == (503, True)
        status, page, headers = ask(f"{address}/work/")
        assert (status, "you are not signed in" in page) == (403, True)
        assert headers["Cache-Control"] == "no-store"
        status, page, _ = ask(f"{address}/work/?next=%2F%C3%A9&x=1")
        assert "/account/sign-in/?next=/work/%3F" in page
        assert ask(f"{address}/account/sign-in/")[0] == 200

        # its server is started again; the public pages answer all the while
        running = processes(empty_place)
        assert len(running) >= 2
        for pid in running:
            os.kill(pid, signal.SIGKILL)
        status, page, headers = ask(f"{address}/work/")
        assert status in {403, 503}
        if status == 503:
            assert headers["Retry-After"]
            assert "is starting" in page
        until(lambda: ask(f"{address}/work/")[0] == 403)

        # however the front ends, the others end too
        process.kill()
        process.wait()
        until(lambda: not processes(empty_place))


def test_told_to_stop_all_of_them_stop(empty_place: Path) -> None:
    with served(empty_place) as site:
        process, aside = site.process, site.aside
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert not processes(empty_place)
        assert "Traceback" not in aside.read_text()


def test_the_public_pages_alone(empty_place: Path, tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("totalplace"))
    done = subprocess.run(
        [program, "serve", str(empty_place), "--no-workbench"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "nothing of this place is published" in done.stderr
    assert not (empty_place / "workbench").exists()


def test_an_address_from_outside_is_not_believed(empty_place: Path) -> None:
    with served(empty_place) as site:
        address = site.address
        spoofed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        assert ask(f"{address}/work/", **spoofed)[0] == 403
    import sqlite3

    with sqlite3.connect(empty_place / "workbench" / "workbench.sqlite3") as database:
        rows = database.execute("SELECT DISTINCT address FROM audit_entry WHERE address <> ''")
        assert rows.fetchall() == [("127.0.0.1",)]
