"""The processes that `serve` starts: they stand under one address, and end together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from database_here import rows_of
from served_here import Served, processes, served, until
from tiny import tiny

pytestmark = pytest.mark.slow


def ask(address: str, **headers: str) -> tuple[int, str, Any]:
    try:
        with urlopen(Request(address, headers=headers), timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except HTTPError as error:
        return error.code, error.read().decode(), error.headers


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A place that holds nothing, served for several tests."""
    from totalplace import new_place

    place = tmp_path_factory.mktemp("served") / "place"
    new_place(place, name="Albermarch", areas=["E08000003"], year="2017-18").close()
    with served(place) as one:
        yield one


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


def test_the_worker_does_what_nobody_has_asked_for(tmp_path: Path) -> None:
    """The lines of a place from before it was served are counted by the worker, as it starts."""
    place = tiny(tmp_path)
    with served(place) as site:
        jobs = "SELECT kind, owner, status FROM jobs_job"
        until(lambda: rows_of(place, jobs) == [("recount", "the server", "done")])
        assert "Traceback" not in site.aside.read_text()


@pytest.mark.parametrize("is_by_terminal", [False, True])
def test_told_to_stop_all_of_them_stop(empty_place: Path, is_by_terminal: bool) -> None:
    with served(empty_place) as site:
        process, aside = site.process, site.aside
        # the worker and what it begins jobs from have begun too
        until(lambda: len(processes(empty_place)) > 2)
        if is_by_terminal:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        # a process that was killed is there until it is waited for
        until(lambda: not processes(empty_place))
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


def test_an_address_from_outside_is_not_believed(site: Served) -> None:
    spoofed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    assert ask(f"{site.address}/work/", **spoofed)[0] == 403
    place = site.aside.with_name("place")
    told = "SELECT DISTINCT address FROM audit_entry WHERE address <> ''"
    assert rows_of(place, told) == [("127.0.0.1",)]


def send(address: str, head: str, *parts: bytes) -> tuple[int, str]:
    """Send a head, then parts as they are, as long as they are taken: status, and all that came."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as one:
        one.sendall(f"{head}\r\nHost: 127.0.0.1\r\n\r\n".encode())
        for part in parts:
            one.sendall(part)
        told = b"".join(iter(lambda: one.recv(2**16), b"")).decode()
    return int(told.split()[1]), told


MB = 1_000_000


def test_what_is_too_large_is_refused_before_it_comes(site: Served) -> None:
    for path, length, taken in [
        ("/money/", 5_000, "4 kB"),
        ("/api/v1/", 500 * MB, "4 kB"),
        ("//work/loads/new/", 500 * MB, "201 MB"),
        ("/account/sign-in/", 2 * MB, "1 MB"),
        ("/work/loads/", 2 * MB, "1 MB"),
        ("/work/loads/new/", 500 * MB, "201 MB"),
    ]:
        # none of it is sent: the answer does not wait for it
        for more in ("", "\r\nExpect: 100-continue"):
            head = f"POST {path} HTTP/1.1\r\nContent-Length: {length}{more}"
            status, told = send(site.address, head)
            assert status == 413, (path, told)
            assert f"may bring {taken}" in told
            assert "content-security-policy" in told.lower()
            assert "connection: close" in told.lower()
    # whoever sends all the same sees the answer, and is not cut off
    head = f"POST /account/sign-in/ HTTP/1.1\r\nContent-Length: {50 * MB}"
    status, told = send(site.address, head, *[bytes(MB)] * 50)
    assert (status, "Too large" in told) == (413, True)
    assert "refused" in site.aside.read_text()


def test_files_on_their_way_share_a_room(site: Served) -> None:
    head = f"POST /work/loads/new/ HTTP/1.1\r\nContent-Length: {201 * MB}"
    host, port = site.address.removeprefix("http://").split(":")
    with contextlib.ExitStack() as kept:
        held = [
            kept.enter_context(socket.create_connection((host, int(port)), timeout=30))
            for _ in range(4)
        ]
        for one in held:
            # told to go on: there is room for it
            one.sendall(f"{head}\r\nExpect: 100-continue\r\nHost: x\r\n\r\n".encode())
            assert one.recv(2**16).startswith(b"HTTP/1.1 100 Continue")
        for how in (head, "POST /work/loads/new/ HTTP/1.1\r\nTransfer-Encoding: chunked"):
            status, told = send(site.address, how)
            assert (status, "no room for more" in told) == (503, True)
            assert "retry-after: 60" in told.lower()
            assert "connection: close" in told.lower()
        # a form is not counted, and what is never taken is told as such
        close = "\r\nConnection: close"
        form = f"POST /account/sign-in/ HTTP/1.1\r\nContent-Length: 3{close}"
        assert send(site.address, form, b"a=b")[0] not in {413, 503}
        assert send(site.address, head.replace("201", "900"))[0] == 413
        held[0].close()

        def is_taken() -> bool:
            with socket.create_connection((host, int(port)), timeout=30) as one:
                one.sendall(f"{head}\r\nExpect: 100-continue\r\nHost: x\r\n\r\n".encode())
                return b"100 Continue" in one.recv(2**16)

        until(is_taken)


def test_what_does_not_say_how_large_it_is_is_bounded_too(site: Served) -> None:
    chunk = b"%x\r\n" % 100_000 + bytes(100_000) + b"\r\n"
    head = "POST /account/sign-in/ HTTP/1.1\r\nTransfer-Encoding: chunked"
    status, told = send(site.address, head, *[chunk] * 30)
    assert (status, "may bring 1 MB" in told) == (413, True)
    # no more than the last part is kept: the next on the same address is answered as ever
    close = "\r\nConnection: close"
    status, told = send(site.address, head + close, b"3\r\na=1\r\n0\r\n\r\n")
    assert (status, "The form was not taken" in told) == (403, True)
    status, _ = send(site.address, f"POST /work/ HTTP/1.1\r\nContent-Length: 3{close}", b"a=1")
    assert status in {403, 405}
    assert ask(f"{site.address}/account/sign-in/")[0] == 200
