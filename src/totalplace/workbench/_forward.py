"""The public site's process hands the workbench's addresses on to the workbench's server.

Both stand under one address, so that a link leads from a public figure to the work behind it; but
the process that makes public pages never opens what is not public.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote

from totalplace.web._bodies import REFUSED

__all__ = ["PREFIXES", "forwarding"]

PREFIXES = ("/account/", "/work/", "/jobs/", "/audit/", "/admin/", "/mistakes/")
"""The beginnings of the addresses that are the workbench's."""

_TIMEOUT_SECONDS = 120.0
_AT_ONCE = 8
"""So many requests wait for the workbench at once, and no more: threads are left for readers."""
_PATIENCE_SECONDS = 20.0
_PART_BYTES = 2**16
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailers",
    "transfer-encoding",
    "upgrade",
}
_AWAY = (
    b"<!DOCTYPE html><html lang=en><title>Workbench</title><h1>The workbench is starting</h1>"
    b"<p>It does not answer at the moment. Nothing that you have saved is lost."
    b" Load this page again in a few seconds.</p></html>"
)
_AWAY_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Retry-After": "3",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_OVER_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class _Connection(http.client.HTTPConnection):
    """HTTP over the socket in the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("workbench", timeout=_TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def forwarding(application: Callable[..., Any], path: Path) -> Callable[..., Any]:
    """A WSGI application that answers the workbench's addresses by asking its server.

    Args:
        application: answers all others.
        path: the server's socket.
    """

    places = BoundedSemaphore(_AT_ONCE)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        # what was refused is told by the public site: nothing of it is there to hand on
        if REFUSED & environ.keys() or not f"{asked}/".startswith(PREFIXES):
            found: Iterable[bytes] = application(environ, start_response)
            return found
        response = None
        connection = _Connection(path)
        if places.acquire(timeout=_PATIENCE_SECONDS):
            try:
                _send(connection, environ)
                response = connection.getresponse()
            except (OSError, http.client.HTTPException):
                connection.close()
            finally:
                if response is None:
                    places.release()
        if response is None:
            over_tls = _OVER_TLS if environ.get("wsgi.url_scheme") == "https" else {}
            start_response("503 Service Unavailable", list((_AWAY_HEADERS | over_tls).items()))
            return [_AWAY]
        headers = [
            (name, value)
            for name, value in response.getheaders()
            if name.lower() not in _HOP_BY_HOP
        ]
        start_response(f"{response.status} {response.reason}", headers)
        return _Parts(connection, response, places)

    return answer


def _send(connection: _Connection, environ: dict[str, Any]) -> None:
    target = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~")
    if environ.get("QUERY_STRING"):
        target += f"?{environ['QUERY_STRING']}"
    connection.putrequest(
        environ["REQUEST_METHOD"], target, skip_host=True, skip_accept_encoding=True
    )
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            header = name[5:].replace("_", "-").title()
            if header.lower() not in _HOP_BY_HOP and not header.lower().startswith("x-forwarded"):
                connection.putheader(header, value)
    length = environ.get("CONTENT_LENGTH") or "0"
    if environ.get("CONTENT_TYPE"):
        connection.putheader("Content-Type", environ["CONTENT_TYPE"])
    connection.putheader("Content-Length", length)
    connection.putheader("X-Forwarded-For", environ.get("REMOTE_ADDR", ""))
    connection.putheader("X-Forwarded-Proto", environ.get("wsgi.url_scheme", "http"))
    connection.endheaders()
    left = int(length)
    while left > 0:
        part = environ["wsgi.input"].read(min(_PART_BYTES, left))
        if not part:
            break
        connection.send(part)
        left -= len(part)


class _Parts:
    """What the workbench answers, part by part; the server closes it, read to its end or not."""

    def __init__(
        self,
        connection: _Connection,
        response: http.client.HTTPResponse,
        places: BoundedSemaphore,
    ) -> None:
        self._connection, self._response, self._places = connection, response, places
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        while part := self._response.read(_PART_BYTES):
            yield part
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        if self._is_open:
            self._is_open = False
            self._connection.close()
            self._places.release()
