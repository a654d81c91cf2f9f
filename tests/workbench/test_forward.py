"""What the front process hands on to the workbench's server, and what it does not."""

from __future__ import annotations

import contextlib
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from totalplace.workbench._forward import forwarding


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Any]:
    """Asks a server behind a socket, which tells what it was asked: ``ask(**environ)``."""
    from waitress import create_server

    def tell(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        told = {name: value for name, value in environ.items() if isinstance(value, str)}
        told["body"] = environ["wsgi.input"].read().decode()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]

    socket = tmp_path / "s"
    server = create_server(tell, unix_socket=str(socket), clear_untrusted_proxy_headers=False)

    def run() -> None:
        # closed from outside, its loop ends with the descriptor
        with contextlib.suppress(OSError):
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def asked(**environ: Any) -> dict[str, Any]:
        found = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/work/",
            "REMOTE_ADDR": "192.0.2.1",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(b"a=1"),
            "CONTENT_LENGTH": "3",
            **environ,
        }
        told: list[Any] = []
        parts = forwarding(lambda *_: [b"{}"], socket)(found, lambda *of: told.append(of))
        return dict(json.loads(b"".join(parts)))

    yield asked
    server.close()


def test_what_a_reader_says_of_the_way_is_not_handed_on(ask: Any) -> None:
    told = ask(
        HTTP_X_FORWARDED_FOR="203.0.113.9",
        HTTP_X_FORWARDED_PROTO="http",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_HOST="money.example",
    )
    assert told["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert told["HTTP_X_FORWARDED_PROTO"] == "https"
    assert "HTTP_X_FORWARDED_HOST" not in told
    assert told["HTTP_HOST"] == "money.example"


def test_a_request_has_one_length_and_one_end(ask: Any) -> None:
    told = ask(
        HTTP_TRANSFER_ENCODING="chunked",
        HTTP_CONNECTION="keep-alive, x-forwarded-for",
        HTTP_TE="trailers",
        **{"wsgi.input": io.BytesIO(b"a=1POST /admin/ HTTP/1.1\r\n\r\n")},
    )
    assert told["body"] == "a=1"
    assert told["CONTENT_LENGTH"] == "3"
    assert "HTTP_TRANSFER_ENCODING" not in told
    assert "HTTP_TE" not in told


@pytest.mark.parametrize("value", ["a\r\nX-Forwarded-For: 203.0.113.9", "a\nb: c"])
def test_a_header_cannot_bring_another(ask: Any, value: str) -> None:
    with pytest.raises(ValueError, match="header"):
        ask(HTTP_X_THING=value)


def test_an_answer_while_the_server_is_away_has_the_headers_of_all_others(tmp_path: Path) -> None:
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/work/",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
    }
    forwarding(lambda *_: [], tmp_path / "none")(environ, lambda *of: told.append(of))
    ((status, headers),) = told
    found = dict(headers)
    assert status.startswith("503")
    assert found["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "frame-ancestors 'none'" in found["Content-Security-Policy"]
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Cache-Control"] == "no-store"


def test_readers_do_not_wait_behind_those_who_wait_for_the_workbench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    from totalplace.workbench import _forward

    monkeypatch.setattr(_forward, "_PATIENCE_SECONDS", 0.05)
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen(20)
        application = forwarding(lambda *_: [b"public"], path)
        told: list[str] = []

        def ask_for(address: str) -> list[bytes]:
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": address, "wsgi.input": io.BytesIO()}
            return list(application(environ, lambda status, _: told.append(status)))

        waiting = [
            threading.Thread(target=ask_for, args=("/work/",), daemon=True)
            for _ in range(_forward._AT_ONCE)
        ]
        for one in waiting:
            one.start()
        held = [silent.accept()[0] for _ in waiting]
        assert b"is starting" in ask_for("/work/")[0]
        assert told == ["503 Service Unavailable"]
        assert ask_for("/money/") == [b"public"]
        for one in held:
            one.close()
        for one in waiting:
            one.join(10)
        # and their places are free again
        threading.Thread(target=ask_for, args=("/work/",), daemon=True).start()
        silent.accept()[0].close()
